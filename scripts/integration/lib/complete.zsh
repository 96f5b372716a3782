# Prints what zsh lists after a line and a tab: complete.zsh FUNCTIONS LINE
zmodload zsh/zpty
zpty shell "PS1='%%' zsh -f -i"
zpty -w shell "fpath=($1 \$fpath); autoload -Uz compinit; compinit -u -D; zstyle ':completion:*' list-prompt ''; LISTMAX=1000; print READY"
# The echo of the line has the word, too, but not at its beginning.
while zpty -r shell line; do
    [[ $line != READY* ]] || break
done
zpty -n -w shell "$2"$'\t\t\C-a#'$'\n'"print DONE"$'\n'
while zpty -r shell line; do
    [[ $line != DONE* ]] || break
    print -r -- $line
done
zpty -d shell
