# shellcheck shell=bash disable=SC2154 # root, here, work, artifacts, output, version and package_version are set in build.sh
# The RPM package, by rpmbuild. Sourced by build.sh.

# make_rpm ARCH TREE
make_rpm() {
  local arch name top="$work/rpm-$1" tree="$work/rpm-$1/tree"
  case "$1" in x64) arch=x86_64 ;; arm64) arch=aarch64 ;; esac
  name="tidegate-$package_version-1.$arch.rpm"
  say "Packing $name"
  mkdir -p "$top"
  cp -a "$2" "$tree"
  mkdir -p "$tree/usr/share/zsh/site-functions"
  [ ! -d "$tree/usr/share/zsh/vendor-completions" ] || mv "$tree/usr/share/zsh/vendor-completions/_tidegate" "$tree/usr/share/zsh/site-functions/"
  rm -rf "$tree/usr/share/zsh/vendor-completions"
  find "$tree" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +

  sed "s/@DATE@/$(date -u -d "@$SOURCE_DATE_EPOCH" '+%a %b %d %Y')/" "$here/rpm/tidegate.spec" >"$top/tidegate.spec"
  # What would come from this host or this moment is fixed: the host's name, the times, the compressor. Nothing is stripped or compressed
  # again (__os_install_post): the tree is what the other formats hold.
  rpmbuild -bb --quiet --target "$arch-linux" \
    --define "_topdir $top" --define "_rpmdir $top/out" --define "_rpmfilename $name" \
    --define "tree $tree" --define "package_version $package_version" \
    --define "_buildhost reproducible" --define "use_source_date_epoch_as_buildtime 1" --define "clamp_mtime_to_source_date_epoch 1" \
    --define "_build_id_links none" --define "debug_package %{nil}" --define "__os_install_post %{nil}" \
    --define "_binary_payload w2T2.xzdio" --define "_source_filedigest_algorithm 8" --define "_binary_filedigest_algorithm 8" \
    "$top/tidegate.spec" >"$top/log" 2>&1 || { cat "$top/log" >&2; fail "rpmbuild failed"; }
  install -m 644 "$top/out/$name" "$output/$name"
  written+=("$name")
}
