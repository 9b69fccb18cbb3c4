# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared by the files that run sources
# What has to be there before the first step.

setup="" packages="" newcomer="" tree="" kubectl=""
old_version="" new_version="" old_deb="" new_deb="" old_rpm="" new_rpm="" old_tarball=""

# why_not_here: prints the reason, and succeeds, when this host cannot boot the machine.
why_not_here() {
  local tool
  [ "$(id -u)" -eq 0 ] || { echo "it needs root"; return; }
  command -v apt-get >/dev/null || { echo "it needs apt"; return; }
  for tool in systemd-nspawn debootstrap ip nsenter jq rpmbuild npm unzip; do
    command -v "$tool" >/dev/null || { echo "$tool is missing"; return; }
  done
  unshare --mount --pid --fork --net true 2>/dev/null || { echo "it may not make namespaces here"; return; }
  return 1
}

prepare() {
  local version
  tree=$(tree) && find_kubectl && build_tools || return 1
  # One above the version of this source.
  version=$(sed -n 's/.*<VersionPrefix>\(.*\)<.*/\1/p' Directory.Build.props)
  old_version=$version new_version="${version%.*}.$((${version##*.} + 1))"
  packages="$work/share/packages"
  old_deb="tidegate_${old_version}_amd64.deb" new_deb="tidegate_${new_version}_amd64.deb"
  old_rpm="tidegate-$old_version-1.x86_64.rpm" new_rpm="tidegate-$new_version-1.x86_64.rpm"
  old_tarball="tidegate-$old_version-linux-x64.tar.gz"
  newcomer=README.md
  setup="$work/root/root/gate"
  if [ -n "${TIDEGATE_PACKAGES:-}" ]; then
    cp "$TIDEGATE_PACKAGES"/* "$packages/"
  else
    build_packages "$new_version" "$work/new" --artifacts "$work/artifacts" && build_packages "$old_version" "$packages" --artifacts "$work/artifacts" || return 1
    rm -rf "$work/artifacts"
    cp "$work/new/$new_deb" "$work/new/$new_rpm" "$packages/"
  fi
  make_network && start_cluster
}

# build_packages VERSION FOLDER [OPTION…]
build_packages() {
  if ! packaging/build.sh --version "$1" --arch x64 --output "$2" "${@:3}" >"$work/build.log" 2>&1; then
    tail -n 40 "$work/build.log"
    return 1
  fi
}
