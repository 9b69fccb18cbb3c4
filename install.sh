#!/usr/bin/env bash
# Installs, upgrades and removes Tidegate. Every command that changes this host is printed before it runs; --dry-run only prints.
set -euo pipefail
# One order of names, for the lists of files that are compared.
export LC_ALL=C
here=$(cd "$(dirname "$0")" && pwd)

usage() {
  cat <<'TEXT'
usage: ./install.sh [OPTION…] [PACKAGE]
       ./install.sh --uninstall | --purge | --version
       ./install.sh --try [--kubeconfig FILE] [--port PORT] [-- COMMAND…]

Installs PACKAGE: a .deb, an .rpm or a .tar.gz. Without PACKAGE it takes the newest one for this host's distribution and architecture that lies
beside this script or in packaging/out, and builds one when there is none and this is a clone with the .NET SDK. The package must be listed in the
file SHA256SUMS beside it, with the sum that it has. Running it again with a newer package upgrades; with the same one it changes nothing.

  --uninstall        remove the program; configuration and data stay
  --purge            remove the program, /etc/tidegate and /var/lib/tidegate
  --version          say which version is installed, and which one would be
  --dry-run          print every command that would change this host, and run none
  --format FORMAT    deb, rpm or tarball, instead of what this distribution uses
  --try              run the gate on loopback in front of a simulated cluster, without installing anything. Ctrl-C removes it again.
                     Needs the .NET SDK of global.json, git and openssl; no root.
    --kubeconfig FILE  a real cluster instead; FILE's current context needs an embedded credential that may impersonate users and groups
    --port PORT        where the gate listens (default: 3026, or a free port when that is taken)
    -- COMMAND         run COMMAND with KUBECONFIG set instead of waiting, then clean up; its exit code is the script's

Nothing is started by an installation. Exit codes: 0 done, 1 failed, 2 wrong usage.
TEXT
}

fail() { echo "error: $*" >&2; exit 1; }
say() { printf '==> %s\n' "$*"; }

# run COMMAND…: prints the command as it could be typed, and runs it unless this is a dry run.
run() {
  printf '+ '
  printf '%q ' "$@" | sed 's/ $//'
  printf '\n'
  [ -n "$dry_run" ] || "$@"
}

has_command() { command -v "$1" >/dev/null 2>&1; }

# ── What this host is ──

# The package format of the distribution; tarball where its package manager is not one of dpkg and rpm.
detect_format() {
  local family=" unknown "
  # shellcheck source=/dev/null
  [ ! -r /etc/os-release ] || family=$(. /etc/os-release && echo " ${ID:-} ${ID_LIKE:-} ")
  case "$family" in
    *" debian "* | *" ubuntu "*) if has_command dpkg; then echo deb; return; fi ;;
    *" fedora "* | *" rhel "* | *" centos "* | *" suse "* | *" opensuse "* | *" amzn "* | *" mageia "*) if has_command rpm; then echo rpm; return; fi ;;
  esac
  echo tarball
}

# Each format has its own word for an architecture: .NET's in the tarball, Debian's, and the kernel's in the rpm.
detect_architecture() {
  case "$(uname -m)" in
    x86_64) dotnet_arch=x64 deb_arch=amd64 rpm_arch=x86_64 ;;
    aarch64) dotnet_arch=arm64 deb_arch=arm64 rpm_arch=aarch64 ;;
    *) fail "there are packages for x86_64 and aarch64, and this host is $(uname -m)" ;;
  esac
}

manifest=/usr/lib/tidegate/installed-files
drop_ins=/usr/lib/systemd/system/tidegate.service.d

# deb, rpm, tarball or nothing.
installed_as() {
  if has_command dpkg-query && [[ $(dpkg-query -W -f '${Status}' tidegate 2>/dev/null) == *' installed' ]]; then echo deb
  elif has_command rpm && rpm -q tidegate >/dev/null 2>&1; then echo rpm
  elif [ -e "$manifest" ]; then echo tarball
  fi
}

# Configuration and data that an earlier removal of the deb left are dpkg's to purge.
is_known_to_dpkg() {
  local known
  has_command dpkg-query && known=$(dpkg-query -W -f '${Status}' tidegate 2>/dev/null) && [ -n "$known" ] && [[ $known != *not-installed ]]
}

# ── The package ──

# The newest package for this host in a folder; its version is what differs in the name.
newest_in() {
  local pattern
  case "$format" in
    deb) pattern="tidegate_*_$deb_arch.deb" ;;
    rpm) pattern="tidegate-*.$rpm_arch.rpm" ;;
    tarball) pattern="tidegate-*-linux-$dotnet_arch.tar.gz" ;;
  esac
  [ ! -d "$1" ] || find "$1" -maxdepth 1 -name "$pattern" | sort -V | tail -n 1
}

can_build() { [ -x "$here/packaging/build.sh" ] && has_command dotnet; }

find_package() {
  if [ -n "$package" ]; then
    [ -f "$package" ] || fail "there is no file $package"
    package=$(readlink -f "$package")
    return
  fi
  package=$(newest_in "$here")
  [ -n "$package" ] || package=$(newest_in "$here/packaging/out")
  if [ -n "$package" ]; then
    return
  fi
  can_build || fail "there is no $format for $(uname -m) beside this script; download it together with SHA256SUMS, or run this in a clone with the .NET SDK"
  say "There is no package here: building one (some minutes)"
  run "$here/packaging/build.sh" --arch "$dotnet_arch"
  package=$(newest_in "$here/packaging/out")
  if [ -z "$package" ]; then
    [ -n "$dry_run" ] || fail "packaging/build.sh made no $format for $(uname -m)"
    say "The package that was built would then be verified and installed."
    exit 0
  fi
}

verify_package() {
  local sums name
  sums="$(dirname "$package")/SHA256SUMS"
  name=$(basename "$package")
  [ -r "$sums" ] || fail "there is no SHA256SUMS beside $package, so it cannot be verified; download it as well"
  # A line is the sum, two spaces (or a space and a star), the name.
  awk -v name="$name" '$2 == name || $2 == "*" name { print; found = 1 } END { exit !found }' "$sums" >/dev/null || fail "$sums does not list $name"
  (cd "$(dirname "$package")" && awk -v name="$name" '$2 == name || $2 == "*" name' SHA256SUMS | sha256sum --check --strict --status) \
    || fail "$package is not what SHA256SUMS says: it is damaged or was changed; nothing was installed"
  say "Verified $name against SHA256SUMS"
}

package_version() { basename "$1" | sed -E 's/^tidegate[_-]([0-9][^_-]*).*/\1/'; }

# ── Installing ──

install_package() {
  say "Installing $package"
  case "$package" in
    *.deb) if has_command apt-get; then run apt-get install -y "$package"; else run dpkg -i "$package"; fi ;;
    *.rpm)
      if has_command dnf; then run dnf install -y "$package"
      elif has_command yum; then run yum install -y "$package"
      elif has_command zypper; then run zypper --non-interactive --no-gpg-checks install "$package"
      else run rpm -U "$package"
      fi ;;
    *.tar.gz) install_tarball ;;
    *) fail "$package is no .deb, .rpm or .tar.gz" ;;
  esac
}

# The tarball's one folder holds usr/ and etc/ as they belong under /.
install_tarball() {
  local unpacked
  unpacked=$(mktemp -d)
  # shellcheck disable=SC2064 # the folder of now
  trap "rm -rf '$unpacked'" EXIT
  tar -xzf "$package" -C "$unpacked" --strip-components=1 --no-same-owner
  { (cd "$unpacked" && find . ! -type d ! -path './etc/*' | sed 's/^\.//'); echo "$manifest"; } | sort >"$unpacked.files"
  if [ -e "$manifest" ]; then
    # What the installed version has and this one has not.
    comm -23 "$manifest" "$unpacked.files" | while read -r file; do run rm -f "$file"; done
  fi
  run cp -a --no-preserve=ownership --remove-destination "$unpacked/usr/." /usr/
  run install -m 0644 "$unpacked.files" "$manifest"
  rm -f "$unpacked.files"
  if has_command systemd-sysusers; then
    run systemd-sysusers tidegate.conf
    run systemd-tmpfiles --create tidegate.conf
  elif ! getent passwd tidegate >/dev/null; then
    run useradd --system --user-group --home-dir /var/lib/tidegate --shell /usr/sbin/nologin tidegate
  fi
  run install -d -m 0755 /etc/tidegate
  run install -d -m 0700 /etc/tidegate/credentials
  # A configuration that is there is never touched.
  [ -e /etc/tidegate/teleport.yaml ] || run install -m 0640 -g tidegate "$unpacked/etc/tidegate/teleport.yaml" /etc/tidegate/teleport.yaml
  # systemd 253 waits for the end of a reload by itself when the unit's type says so; older ones do not know the type.
  if [ "$(systemd_version)" -ge 253 ]; then
    run install -D -m 0644 "$unpacked/usr/share/tidegate/notify-reload.conf" "$drop_ins/notify-reload.conf"
  fi
  refresh_systemd
  if is_booted_by_systemd; then run systemctl try-restart tidegate.service; fi
}

systemd_version() { { systemctl --version 2>/dev/null || echo systemd 0; } | sed -n '1s/^systemd \([0-9]*\).*/\1/p'; }

is_booted_by_systemd() { [ -d /run/systemd/system ]; }

refresh_systemd() {
  if has_command journalctl; then run journalctl --update-catalog; fi
  if is_booted_by_systemd; then run systemctl daemon-reload; fi
}

# ── Removing ──

remove() {
  local how
  how=$(installed_as)
  case "$how" in
    deb) if has_command apt-get; then run apt-get "$1" -y tidegate; else run dpkg "--$1" tidegate; fi ;;
    rpm) if has_command dnf; then run dnf remove -y tidegate; else run rpm -e tidegate; fi ;;
    tarball) remove_tarball ;;
    *) say "Tidegate is not installed" ;;
  esac
  [ "$1" = purge ] || return 0
  if [ -z "$how" ] && is_known_to_dpkg; then run dpkg --purge tidegate; fi
  local left
  for left in /etc/tidegate /var/lib/tidegate; do
    # In a dry run the package manager has not yet removed what it would.
    if [ -e "$left" ]; then run rm -rf "$left"; fi
  done
}

remove_tarball() {
  if is_booted_by_systemd; then run systemctl disable --now tidegate.service tidegate.socket; fi
  local file
  while read -r file; do
    case "$file" in /usr/*) run rm -f "$file" ;; *) fail "$manifest lists $file, which no tarball installs" ;; esac
  done <"$manifest"
  if [ -d "$drop_ins" ]; then run rm -rf "$drop_ins"; fi
  run find /usr/lib/tidegate /usr/share/tidegate /usr/share/doc/tidegate -depth -type d -empty -delete
  refresh_systemd
}

need_root() { [ "$(id -u)" -eq 0 ] || [ -n "$dry_run" ] || fail "this changes the system: run it as root, for example with sudo"; }

show_versions() {
  local how found
  how=$(installed_as)
  if [ -n "$how" ]; then echo "installed: $(tidegate --version 2>/dev/null || echo tidegate) ($how)"; else echo "installed: none"; fi
  found=$(newest_in "$here")
  [ -n "$found" ] || found=$(newest_in "$here/packaging/out")
  if [ -n "$found" ]; then echo "here: $(package_version "$found") ($found)"; else echo "here: none"; fi
}

action=install dry_run='' format='' package=''
case "${1:-}" in --try) shift; exec "$here/packaging/try.sh" "$@" ;; esac
while [ $# -gt 0 ]; do
  case "$1" in
    --uninstall) action=remove ;;
    --purge) action=purge ;;
    --version) action=version ;;
    --dry-run) dry_run=1 ;;
    --format)
      case "${2:-}" in deb | rpm | tarball) format=$2; shift ;; *) echo "error: --format takes deb, rpm or tarball" >&2; exit 2 ;; esac ;;
    -h | --help) usage; exit 0 ;;
    -*) echo "error: unknown option '$1'" >&2; usage >&2; exit 2 ;;
    *) [ -z "$package" ] || { echo "error: one package at a time" >&2; exit 2; }; package=$1 ;;
  esac
  shift
done
[ -n "$format" ] || format=$(detect_format)
detect_architecture

case "$action" in
  version) show_versions ;;
  remove | purge) need_root; remove "$action" ;;
  install)
    need_root
    find_package
    verify_package
    install_package
    say "Tidegate $(package_version "$package") is installed and was not started by this. Edit /etc/tidegate/teleport.yaml, then: systemctl enable --now tidegate" ;;
esac
