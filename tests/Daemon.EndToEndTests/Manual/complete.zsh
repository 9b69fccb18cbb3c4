# complete.zsh FOLDER LINE: prints what the completion in FOLDER offers for a line that ends where Tab is pressed. An interactive zsh behind a
# pseudo-terminal completes; its compadd writes the matches to a pipe instead of showing them.
zmodload zsh/zpty
matches=$(mktemp -u)
mkfifo -m 600 "$matches"
trap 'rm -f "$matches"' EXIT
zpty shell zsh -f -i
zpty -w shell "fpath=(${(q)1} \$fpath) MATCHES=${(q)matches}; autoload -Uz compinit; compinit -D -u
compadd() {
    if [[ \${@[1,(i)(-|--)]} == *-[OAD]* ]]; then builtin compadd \"\$@\"; return; fi
    local -a offered
    builtin compadd -A offered \"\$@\"
    (( \$#offered )) && print -l -- \$offered >&7
    builtin compadd \"\$@\"
}
complete-and-tell() { _main_complete; print END >&7 }
zle -C complete-and-tell complete-word complete-and-tell
bindkey '^I' complete-and-tell
exec 7>\$MATCHES; print READY >&7"
exec 8<"$matches"
while read -r -u 8 line && [[ $line != READY ]]; do :; done
zpty -n -w shell "$2"$'\t'
while read -r -u 8 line && [[ $line != END ]]; do print -r -- "$line"; done
zpty -d shell
