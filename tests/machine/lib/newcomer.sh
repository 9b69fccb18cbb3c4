# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared by the files that run sources
# The commands of the README's newcomer's path, exactly as printed.

# shellcheck disable=SC2016 # the backquotes are Markdown's
newcomer_heading='## From the package to `kubectl get pods`'

# newcomer_commands FILE: the fenced blocks under the heading, without the indentation of the list that they stand in.
newcomer_commands() {
  awk -v heading="$newcomer_heading" '
    /^## / { inside = $0 == heading }
    !inside { next }
    /^ *```sh$/ { indent = index($0, "`") - 1; block = 1; next }
    /^ *```$/ { block = 0; next }
    block { print substr($0, indent + 1) }' "$1"
}
