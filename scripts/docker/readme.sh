# shellcheck shell=bash
# Runs the commands of a README's console blocks that start with docker, and compares their output; a line ... matches any lines. Lines
# after a container's prompt "# " are typed on its terminal. Sourced by cases.bats.
# shellcheck disable=SC2154

# readme FILE: runs the commands of a README.
readme() {
    local text inside='' lines=() commands=0
    cd "$root" || return
    while IFS= read -r text <&5; do
        case $inside$text in
            '```console') inside=yes lines=() ;;
            'yes```')
                inside=
                if [[ ${lines[0]:-} == '$ docker '* ]]; then
                    readme_block
                fi
                ;;
            yes*) lines+=("$text") ;;
        esac
    done 5< "$1"
    note "$commands commands"
    [ "$commands" -gt 0 ]
}

# readme_block: splits $lines into commands and their output.
readme_block() {
    local line command='' below=()
    for line in "${lines[@]}" '$ '; do
        if [[ $line == '$ '* ]]; then
            [ -z "$command" ] || readme_command "$command" "${below[@]}"
            command=${line#'$ '} below=()
        else
            below+=("$line")
        fi
    done
}

# readme_command COMMAND LINE ...: runs a command that must print these lines.
readme_command() {
    local command=$1 expected actual
    shift
    commands=$((commands + 1))
    expected=$(printf '%s\n' "$@")
    if grep -q '^# ' <<< "$expected"; then
        actual=$(on_terminal "$command" "$@")
    else
        actual=$(eval "$command" 2>&1 < /dev/null)
    fi
    # shellcheck disable=SC2053
    [[ $actual == $(sed -E -e 's/[][*?\\]/\\&/g' -e 's/^\.\.\.$/*/' <<< "$expected") ]] || {
        printf '$ %s\n%s\n' "$command" "$(diff <(echo "$expected") <(echo "$actual"))"
        return 1
    }
}

# on_terminal COMMAND LINE ...: runs a command on a terminal, types the lines that start with "# " at its prompts, ends it with Ctrl-D, and
# prints what the terminal showed. Call it in a subshell.
on_terminal() {
    local command=$1 line shown=0 prompts status
    shift
    # 80 columns, because Docker passes the width on only after the shell's start.
    echo 'set-option -g remain-on-exit on' > "$work/tmux.conf"
    rm -f "$work/status"
    terminal -f "$work/tmux.conf" new-session -d -x 80 -y 500 "$command; echo \$? > '$work/status'"
    trap 'terminal kill-server' EXIT
    for line; do
        if [[ $line == '# '* ]]; then
            at_prompt || return
            terminal send-keys -l -- "${line#'# '}"
            terminal send-keys Enter
        fi
    done
    at_prompt || return
    screen | sed '$d'
    terminal send-keys C-d
    eventually test -s "$work/status" || return
    status=$(< "$work/status")
    # The shell exits with the status of its last command.
    [ "$status" -le 1 ]
}

# at_prompt: waits until the terminal shows a new prompt.
at_prompt() {
    eventually has_new_prompt || {
        echo "no prompt on the terminal: $(screen)" >&2
        return 1
    }
    shown=$prompts
}

has_new_prompt() {
    prompts=$(screen | grep -c '^# ') && [ "$prompts" -gt "$shown" ] && [ "$(screen | tail -n 1)" = '# ' ]
}

terminal() {
    tmux -S "$work/tmux" "$@"
}

# screen: the terminal's lines, with wrapped lines joined, blank lines at the end removed, and the prompt of any shell as "# ".
screen() {
    local text
    text=$(terminal capture-pane -p -J -S - | sed -E -e 's/ +$//')
    sed -E -e 's/^[^ ]*[#$]$/# /' -e 's/^[^ ]*@[^ ]*[#$] /# /' <<< "$text"
}
