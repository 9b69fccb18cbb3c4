#!/usr/bin/env bash
# Builds what Tidegate is shipped as: a tarball, a .deb and a .rpm for each architecture, their checksums and a bill of materials.
# The same commit and SDK give the same bytes, in whatever folder.
# shellcheck source-path=SCRIPTDIR
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(dirname "$here")

usage() {
  cat <<'TEXT'
usage: packaging/build.sh [--version V] [--arch x64|arm64|all] [--output DIR] [--only FORMAT]… [--artifacts DIR]

  --version V     the version to build (default: VersionPrefix of Directory.Build.props)
  --arch ARCH     x64, arm64 or all (default: all); both are built on either
  --output DIR    where the packages go (default: packaging/out)
  --only FORMAT   tar, deb or rpm; may be repeated (default: all three)
  --artifacts DIR keep what the compiler makes here: the next build, also of another version, takes what did not change
                  (default: a new folder for each build)

Needs the .NET SDK of global.json, node 20.18 or newer with npm, dpkg-deb and rpmbuild. No root.
TEXT
}

fail() { echo "error: $*" >&2; exit 1; }
say() { printf '==> %s\n' "$*"; }
argument() { [ "$2" -ge 2 ] || { echo "error: $1 needs a value" >&2; usage >&2; exit 2; }; }

version=$(sed -n 's|.*<VersionPrefix>\(.*\)</VersionPrefix>.*|\1|p' "$root/Directory.Build.props")
architectures=(x64 arm64)
output="$here/out"
formats=()
artifacts=''
while [ $# -gt 0 ]; do
  case "$1" in
    --version) argument "$1" $#; version=$2; shift 2 ;;
    --arch)
      argument "$1" $#
      case "$2" in
        all) architectures=(x64 arm64) ;;
        x64 | arm64) architectures=("$2") ;;
        *) fail "--arch '$2': one of x64, arm64, all" ;;
      esac
      shift 2
      ;;
    --output) argument "$1" $#; output=$2; shift 2 ;;
    --only)
      argument "$1" $#
      case "$2" in tar | deb | rpm) formats+=("$2") ;; *) fail "--only '$2': one of tar, deb, rpm" ;; esac
      shift 2
      ;;
    --artifacts) argument "$1" $#; mkdir -p "$2"; artifacts=$(cd "$2" && pwd); shift 2 ;;
    -h | --help) usage; exit 0 ;;
    *) echo "error: unknown argument '$1'" >&2; usage >&2; exit 2 ;;
  esac
done
[ "${#formats[@]}" -gt 0 ] || formats=(tar deb rpm)
[[ "$version" =~ ^[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.]+)?$ ]] || fail "--version '$version': write MAJOR.MINOR.PATCH, perhaps with -PRERELEASE"

wants() { [[ " ${formats[*]} " == *" $1 "* ]]; }
needs() { command -v "$1" >/dev/null || fail "'$1' is missing: install $2"; }
needs dotnet "the .NET SDK of global.json"
if wants deb; then needs dpkg-deb "the package dpkg"; fi
if wants rpm; then needs rpmbuild "the package rpm (Debian) or rpm-build (Fedora)"; fi
needs npm "node 20.18 or newer with npm"

# The one date in everything: the last commit's, and where there is no git the newest release's in the changelog.
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git -C "$root" log -1 --format=%ct 2>/dev/null || true)}
if [ -z "$SOURCE_DATE_EPOCH" ]; then
  released=$(sed -n '/^## \[[0-9]/{s/^## \[[0-9][^]]*\] - \([0-9-]*\).*/\1/p;q}' "$root/CHANGELOG.md")
  [ -n "$released" ] || fail "no date to build with: neither git nor CHANGELOG.md has one; set SOURCE_DATE_EPOCH"
  SOURCE_DATE_EPOCH=$(date -u -d "$released" +%s)
fi
export SOURCE_DATE_EPOCH LC_ALL=C TZ=UTC
umask 022

work=$(mktemp -d "${TMPDIR:-/tmp}/tidegate-build.XXXXXX")
trap 'rm -rf "$work"' EXIT
[ -n "$artifacts" ] || artifacts=$work
mkdir -p "$output"
output=$(cd "$output" && pwd)

# A pre-release sorts before its release for dpkg and rpm when it is written with a tilde.
package_version=${version/-/\~}

# shellcheck source=steps/publish.sh
. "$here/steps/publish.sh"
# shellcheck source=steps/sbom.sh
. "$here/steps/sbom.sh"
# shellcheck source=steps/tree.sh
. "$here/steps/tree.sh"
# shellcheck source=steps/deb.sh
. "$here/steps/deb.sh"
# shellcheck source=steps/rpm.sh
. "$here/steps/rpm.sh"

say "Tidegate $version of $(date -u -d "@$SOURCE_DATE_EPOCH" +%F), for ${architectures[*]}"
written=()
for arch in "${architectures[@]}"; do
  publish "$arch" "$work/publish-$arch"
done
make_sbom "${architectures[@]/#/$artifacts/artifacts-}"
for arch in "${architectures[@]}"; do
  make_tree "$arch" "$work/publish-$arch" "$work/tree-$arch"
  if wants tar; then make_tarball "$arch" "$work/tree-$arch"; fi
  if wants deb; then make_deb "$arch" "$work/tree-$arch"; fi
  if wants rpm; then make_rpm "$arch" "$work/tree-$arch"; fi
done

(cd "$output" && sha256sum "${written[@]}" | sort -k2 >SHA256SUMS)
(cd "$output" && du -h "${written[@]}" SHA256SUMS)
