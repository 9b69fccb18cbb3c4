# shellcheck shell=bash disable=SC2154 # root, here, work, artifacts, output, version and package_version are set in build.sh
# The program itself. Sourced by build.sh.

# publish ARCH DIR: the self-contained program and its two native libraries in DIR.
publish() {
  local arch=$1 into=$2 built="$artifacts/artifacts-$1"
  say "Publishing for linux-$arch"
  # Its own folder for everything that is built on the way: the checkout's bin and obj stay as they are. PathMap, so that no folder's name gets
  # into the program; no word from git either, since a tree without git must give the same. A comma in a property is written %2C.
  dotnet publish "$root/daemon/Daemon.csproj" -nologo -v quiet -c Release -r "linux-$arch" \
    --artifacts-path "$built" -o "$into" \
    -p:Version="$version" \
    -p:RestoreLockedMode=true \
    -p:EnableSourceLink=false -p:EnableSourceControlManagerQueries=false \
    -p:PathMap="$built=/_/artifacts%2C$root=/_"
  [ -x "$into/tidegate" ] || fail "dotnet publish left no program for linux-$arch"
}
