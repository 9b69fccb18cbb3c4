# shellcheck shell=bash disable=SC2154 # root, here, work, artifacts, output, version and package_version are set in build.sh
# The bill of materials and the notices of what is bundled. Sourced by build.sh.

# make_sbom ARTIFACTS…: tidegate-V.cdx.json for the architectures that were published, and $work/THIRD-PARTY-NOTICES for the packages.
make_sbom() {
  local name="tidegate-$version.cdx.json"
  say "Writing $name"
  cp -R "$here/sbom" "$work/sbom"
  (cd "$work/sbom" && npm ci --silent --no-audit --no-fund --omit=optional)
  node "$work/sbom/main.mjs" "$version" "$SOURCE_DATE_EPOCH" "$output/$name" "$work/THIRD-PARTY-NOTICES" "$@"
  written+=("$name")
}
