# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared by the files that run sources
# The Debian 12 tree that machines are copied from: made once with debootstrap and kept outside the repository.

# What a small server has. Nothing of .NET; rpm only to see the .rpm on this machine.
tree_packages=(
  systemd systemd-sysv dbus ca-certificates libssl3 openssl git openssh-client curl procps iproute2
  man-db bash-completion zsh fish less tzdata rpm
)

cache_directory() { printf '%s/tidegate-machine' "${XDG_CACHE_HOME:-/var/cache}"; }

# The mirror that this host's own apt uses, so that nothing else has to be reachable; empty: debootstrap's default.
tree_mirror() {
  # shellcheck disable=SC2016 # apt's own variable
  apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Codename: bookworm' 'Label: Debian' 2>/dev/null | sed -n 1p
}

# Prints the tree's path; makes it when there is none for this list of packages.
tree() {
  local key target making mirror
  key=$(printf '%s\n' bookworm "${tree_packages[@]}" | sha256sum | cut -c 1-12)
  target="$(cache_directory)/bookworm-$key"
  if [ ! -d "$target" ]; then
    making="$target.$$"
    mirror=$(tree_mirror)
    mkdir -p "$making"
    if ! debootstrap --variant=minbase --include="$(IFS=,; echo "${tree_packages[*]}")" bookworm "$making" ${mirror:+"$mirror"} >"$work/debootstrap.log" 2>&1; then
      tail -n 20 "$work/debootstrap.log" >&2
      rm -rf "$making"
      return 1
    fi
    rm -rf "$making"/var/cache/apt/archives/*.deb
    # Journals and the machine's id belong to a machine, not to the tree.
    rm -f "$making/etc/machine-id"
    mkdir -p "$making/var/log/journal"
    mv -T "$making" "$target"
  fi
  printf '%s' "$target"
}
