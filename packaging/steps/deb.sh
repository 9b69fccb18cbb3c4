# shellcheck shell=bash disable=SC2154 # root, here, work, artifacts, output, version and package_version are set in build.sh
# The Debian package, by dpkg-deb alone. Sourced by build.sh.

# make_deb ARCH TREE
make_deb() {
  local arch name tree="$work/deb-$1" doc="$work/deb-$1/usr/share/doc/tidegate" script
  case "$1" in x64) arch=amd64 ;; arm64) arch=arm64 ;; esac
  name="tidegate_${package_version}_$arch.deb"
  say "Packing $name"
  cp -a "$2" "$tree"
  put 644 "$here/debian/lintian-overrides" "$tree/usr/share/lintian/overrides/tidegate"
  changelog | gzip -9n >"$doc/changelog.gz"

  mkdir "$tree/DEBIAN"
  for script in postinst prerm postrm; do
    put 755 "$here/debian/$script" "$tree/DEBIAN/$script"
  done
  printf '/etc/tidegate/teleport.yaml\n' >"$tree/DEBIAN/conffiles"
  sed -e "s/@VERSION@/$package_version/" -e "s/@ARCHITECTURE@/$arch/" -e "s/@SIZE@/$(installed_size "$tree")/" \
    "$here/debian/control" >"$tree/DEBIAN/control"
  # md5sums is what dpkg -V compares; conffiles have their own.
  (cd "$tree" && find usr -type f | sort | xargs md5sum >DEBIAN/md5sums)
  find "$tree" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +
  # xz -2: a third of the time of the usual -6 for 3 % more bytes. Its output does not depend on the number of processors.
  dpkg-deb --root-owner-group -Zxz -z2 --build "$tree" "$output/$name" >/dev/null
  written+=("$name")
}

# installed_size TREE: in kB, counted from the files' lengths, since what they take on a disk depends on its file system.
installed_size() {
  find "$1" -path "$1/DEBIAN" -prune -o -printf '%y %s\n' |
    awk '$1 == "f" { kb += int(($2 + 1023) / 1024); next } { kb += 1 } END { print kb }'
}

# The packaging's changelog has one entry: what changed is in CHANGELOG.md, which is shipped beside it.
changelog() {
  sed -e "s/@VERSION@/$package_version/" -e "s/@DATE@/$(date -u -R -d "@$SOURCE_DATE_EPOCH")/" "$here/debian/changelog"
}
