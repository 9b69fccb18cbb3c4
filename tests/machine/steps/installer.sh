# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared by the files that run sources
# install.sh: from the folder that a person downloaded, on this Debian and as it would be elsewhere.

# installer ARG…: run as ./install.sh in the folder with the packages.
installer() { on_machine bash -c 'cd /root/download && ./install.sh "$@"' install.sh "$@" 2>&1; }

lay_out_download() {
  mkdir -p "$work/root/root/download"
  cp install.sh "$packages/$old_deb" "$packages/$old_rpm" "$packages/$old_tarball" "$packages/SHA256SUMS" "$work/root/root/download/"
}

prints_and_runs_nothing() {
  local out
  out=$(installer --dry-run) || fail "--dry-run failed: $out"
  printf '%s\n' "$out"
  has "$out" '^\+ apt-get install -y .*/tidegate_.*_amd64\.deb$' "what would be run on Debian"
  for format in rpm:'^\+ rpm -U .*\.x86_64\.rpm$' tarball:'^\+ cp -a .* /usr/$'; do
    out=$(installer --dry-run --format "${format%%:*}") || fail "--dry-run for ${format%%:*} failed: $out"
    printf '%s\n' "$out"
    has "$out" "${format#*:}" "what would be run for ${format%%:*}"
  done
  out=$(installer --purge --dry-run)
  printf '%s\n' "$out"
  leaves_nothing
}

# The distribution is what /etc/os-release says and which package manager there is.
knows_distributions() {
  local out line expected
  while read -r line expected; do
    printf 'ID=%s\nID_LIKE="%s"\n' "${line%%:*}" "$(tr , " " <<<"${line#*:}")" >"$work/root/run-os-release"
    shell_on_machine 'mount --bind /run-os-release /etc/os-release'
    out=$(installer --dry-run) || true
    on_machine umount /etc/os-release
    printf '%s\n' "$out"
    has "$out" "$expected" "what would be run on $line"
  done <<'CASES'
debian: \+ apt-get
ubuntu:debian \+ apt-get
fedora: \+ rpm
rocky:rhel,fedora \+ rpm
opensuse-leap:suse,opensuse \+ rpm
alpine: \+ cp
CASES
  rm "$work/root/run-os-release"
}

refuses_what_was_changed() {
  local out
  printf 'x' >>"$work/root/root/download/$old_deb"
  if out=$(installer); then fail "a package with another sum was installed: $out"; fi
  has "$out" '^error: .*is not what SHA256SUMS says' "the refusal"
  sed -i "/$old_deb/d" "$work/root/root/download/SHA256SUMS"
  if out=$(installer); then fail "a package that is not listed was installed: $out"; fi
  has "$out" '^error: .*does not list' "the refusal"
  rm "$work/root/root/download/SHA256SUMS"
  if out=$(installer); then fail "a package without sums was installed: $out"; fi
  has "$out" '^error: there is no SHA256SUMS' "the refusal"
  leaves_nothing
  lay_out_download
}

installs_and_purges_deb() {
  installer
  equals "$old_version" "$(installed_version)" "tidegate --version"
  has "$(installer)" 'newest version|already' "the second installation"
  has "$(installer --version)" "^installed: .*$old_version.*\\(deb\\)" "./install.sh --version"
  installer --uninstall
  is_gone
  inside test -s /etc/tidegate/teleport.yaml || fail "the configuration is gone"
  installer --purge
  leaves_nothing
  has "$(installer --uninstall)" 'is not installed' "a second removal"
}

installs_and_purges_tarball() {
  local before after
  before=$(files_of_system)
  installer --format tarball
  equals "$old_version" "$(installed_version)" "tidegate --version"
  starts_nothing
  on_machine systemd-analyze cat-config tidegate.service >/dev/null 2>&1 || true
  printf '# mine\n' >>"$(config)"
  installer --format tarball
  has "$(cat "$(config)")" '^# mine' "the configuration after a second installation"
  has "$(installer --version)" '\(tarball\)' "./install.sh --version"
  installer --uninstall
  is_gone
  inside test -s /etc/tidegate/teleport.yaml || fail "the configuration is gone"
  installer --purge
  leaves_nothing
  after=$(files_of_system)
  diff <(printf '%s\n' "$before") <(printf '%s\n' "$after") || fail "files or folders differ after the purge"
}

files_of_system() { inside find /usr /etc /var/lib -xdev ! -path '/var/lib/systemd/*' ! -path '/etc/*passwd*' ! -path '/etc/*shadow*' ! -path '/etc/*group*' | sort; }
