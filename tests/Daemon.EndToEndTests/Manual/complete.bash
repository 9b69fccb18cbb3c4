# complete.bash FILE LINE: prints what the completion in FILE offers for a line that ends where Tab is pressed.
# shellcheck source=/dev/null
source "$1"
# Outside of readline this builtin has nothing to set; what would be set is printed for the test.
compopt() { printf 'compopt %s\n' "$*"; }
# Words are split as readline does: at spaces, and = stands alone.
read -r -a COMP_WORDS <<<"${2//=/ = }"
[[ $2 == *[\ =] ]] && COMP_WORDS+=("")
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
_tidegate
[ "${#COMPREPLY[@]}" -eq 0 ] || printf '%s\n' "${COMPREPLY[@]}"
