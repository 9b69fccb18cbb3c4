# shellcheck shell=bash disable=SC2154 # root, here, work, artifacts, output, version and package_version are set in build.sh
# The installed files, as one tree that all three formats hold. Sourced by build.sh.

# put MODE SOURCE TARGET
put() { install -D -m "$1" "$2" "$3"; }

# make_tree ARCH PUBLISHED TREE
make_tree() {
  local arch=$1 from=$2 tree=$3 file
  say "Laying out the files for $arch"
  put 755 "$from/tidegate" "$tree/usr/lib/tidegate/tidegate"
  # The native libraries are the bytes that their publishers signed, not stripped: the bill of materials names their hashes.
  for file in "$from"/*.so; do
    put 644 "$file" "$tree/usr/lib/tidegate/${file##*/}"
  done
  mkdir -p "$tree/usr/bin"
  ln -s ../lib/tidegate/tidegate "$tree/usr/bin/tidegate"

  put 644 "$here/systemd/tidegate.service" "$tree/usr/lib/systemd/system/tidegate.service"
  put 644 "$here/systemd/tidegate.socket" "$tree/usr/lib/systemd/system/tidegate.socket"
  put 644 "$here/systemd/notify-reload.conf" "$tree/usr/share/tidegate/notify-reload.conf"
  put 644 "$here/sysusers.d/tidegate.conf" "$tree/usr/lib/sysusers.d/tidegate.conf"
  put 644 "$here/tmpfiles.d/tidegate.conf" "$tree/usr/lib/tmpfiles.d/tidegate.conf"
  put 644 "$here/catalog/tidegate.catalog" "$tree/usr/lib/systemd/catalog/tidegate.catalog"
  put 640 "$here/etc/teleport.yaml" "$tree/etc/tidegate/teleport.yaml"
  install -d -m 700 "$tree/etc/tidegate/credentials"
  put_documents "$tree"
  # Everything carries the one date, and no mode depends on the checkout's.
  find "$tree" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +
}

# put_documents TREE: man pages, completions, examples, licences.
put_documents() {
  local tree=$1 doc="$1/usr/share/doc/tidegate" made="$work/documents" page section
  [ -d "$made" ] || generate_documents "$made"
  for page in "$made"/man/man[0-9]/*; do
    section=$(basename "$(dirname "$page")")
    put 644 "$page" "$tree/usr/share/man/$section/${page##*/}"
    gzip -9n "$tree/usr/share/man/$section/${page##*/}"
  done
  put 644 "$made/completions/bash/tidegate" "$tree/usr/share/bash-completion/completions/tidegate"
  put 644 "$made/completions/zsh/_tidegate" "$tree/usr/share/zsh/vendor-completions/_tidegate"
  put 644 "$made/completions/fish/tidegate.fish" "$tree/usr/share/fish/vendor_completions.d/tidegate.fish"

  put 644 "$root/teleport.yaml.example" "$doc/examples/teleport.yaml.example"
  (cd "$root/manifests-example" && find . -type f) | while read -r page; do
    put 644 "$root/manifests-example/$page" "$doc/examples/manifests/${page#./}"
  done
  put 644 "$root/CHANGELOG.md" "$doc/CHANGELOG.md"
  gzip -9n "$doc/CHANGELOG.md"
  put 644 "$here/debian/copyright" "$doc/copyright"
  put 644 "$work/THIRD-PARTY-NOTICES" "$doc/THIRD-PARTY-NOTICES"
  gzip -9n "$doc/THIRD-PARTY-NOTICES"
}

# generate_documents DIR. The texts are the same for every architecture; a program for this machine's writes them.
generate_documents() {
  local program
  say "Writing man pages and completions"
  case "$(uname -m)" in x86_64) program="$work/publish-x64/tidegate" ;; *) program="$work/publish-arm64/tidegate" ;; esac
  if [ ! -x "$program" ]; then
    dotnet build "$root/daemon/Daemon.csproj" -nologo -v quiet -clp:NoSummary -c Release --artifacts-path "$artifacts/artifacts-host" \
      -p:Version="$version" -p:RestoreLockedMode=true
    program="$artifacts/artifacts-host/bin/Daemon/release/tidegate"
  fi
  "$program" generate-docs --output "$1"
}

# make_tarball ARCH TREE: the tree below one folder, owned by root.
make_tarball() {
  local name="tidegate-$version-linux-$1"
  say "Packing $name.tar.gz"
  tar -C "$2" --sort=name --owner=root:0 --group=root:0 --mtime="@$SOURCE_DATE_EPOCH" --format=gnu --transform "s|^\.|$name|S" -cf - . |
    gzip -9n >"$output/$name.tar.gz"
  written+=("$name.tar.gz")
}
