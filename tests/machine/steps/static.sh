# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared by the files that run sources
# What tools say about the scripts and the packages, without a machine.

shellcheck_is_clean() {
  local scripts
  mapfile -t scripts < <(git ls-files -z | xargs -0 grep -lE '^#!(/usr/bin/env (ba)?sh|/bin/(ba)?sh)|^# shellcheck shell=' --)
  [ "${#scripts[@]}" -gt 5 ] || fail "found only ${#scripts[@]} scripts"
  note "${#scripts[@]} scripts"
  shellcheck --external-sources "${scripts[@]}"
}

lintian_is_clean() {
  local out
  out=$(lintian --fail-on error,warning --allow-root --tag-display-limit 0 "$packages/$old_deb" 2>&1) || fail "lintian: $out"
  equals '' "$out" "what lintian says"
}

rpmlint_is_clean() {
  local out config
  config=$(find packaging/rpm -name '*rpmlint*' -print -quit)
  out=$(rpmlint ${config:+-r "$config"} "$packages/$old_rpm" 2>&1) || fail "rpmlint: $out"
  printf '%s\n' "$out"
  has "$out" '0 errors, 0 warnings' "rpmlint"
}

man_pages_are_clean() {
  local pages page out count=0
  dpkg-deb --fsys-tarfile "$packages/$old_deb" | tar -x -C "$work" ./usr/share/man
  mapfile -t pages < <(find "$work/usr/share/man" -name '*.gz')
  for page in "${pages[@]}"; do
    # As lintian calls it: every warning of groff, none about the width of this terminal.
    out=$(MANROFFSEQ='' MANWIDTH=120 man --warnings -E UTF-8 -l -Tutf8 -Z "$page" 2>&1 >/dev/null)
    equals '' "$out" "$(basename "$page")"
    count=$((count + 1))
  done
  [ "$count" -gt 10 ] || fail "found only $count pages"
  note "$count pages"
}

sums_match() { (cd "$packages" && sha256sum --check SHA256SUMS); }

builds_the_same_twice() { packaging/check-reproducible "$packages" --version "$old_version" --arch x64; }

sizes_are_bounded() {
  local file
  for file in "$packages"/*.deb "$packages"/*.rpm "$packages"/*.tar.gz; do
    note "$(stat -c '%s' "$file" | numfmt --to=iec) $(basename "$file")"
    [ "$(stat -c '%s' "$file")" -lt 60000000 ] || fail "$(basename "$file") is 60 MB or more"
  done
}
