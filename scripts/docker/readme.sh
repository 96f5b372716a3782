# shellcheck shell=bash
# Runs the commands of a README's console blocks that start with docker, and compares their output; a line ... matches any lines. Lines
# after a container's prompt "# " are typed on its terminal. Sourced by cases.bats.
# shellcheck disable=SC2154
source "$root/scripts/lib/transcript.sh"

# readme FILE: runs the commands of a README.
readme() {
    commands=0
    cd "$root" || return
    transcript "$1" readme_command
    note "$commands commands"
    [ "$commands" -gt 0 ]
}

# readme_command COMMAND OUTPUT NUMBER
readme_command() {
    local actual
    [ "$3" -gt 1 ] || block=${1%% *}
    [ "$block" = docker ] || return 0
    echo "\$ $1"
    commands=$((commands + 1))
    if grep -q '^# ' <<< "$2"; then
        actual=$(on_terminal "$1" "$2")
    else
        actual=$(eval "$1" 2>&1 < /dev/null)
    fi
    same_text "$actual" "$2"
}

# on_terminal COMMAND TEXT: runs a command on a terminal, types the text's lines that start with "# " at its prompts, ends it with Ctrl-D,
# and prints what the terminal showed. Call it in a subshell.
on_terminal() {
    local line shown=0 prompts status
    # 80 columns, because Docker passes the width on only after the shell's start.
    echo 'set-option -g remain-on-exit on' > "$work/tmux.conf"
    rm -f "$work/status"
    terminal -f "$work/tmux.conf" new-session -d -x 80 -y 500 "$1; echo \$? > '$work/status'"
    trap 'terminal kill-server' EXIT
    while IFS= read -r line; do
        at_prompt || return
        terminal send-keys -l -- "${line#'# '}"
        terminal send-keys Enter
    done < <(grep '^# ' <<< "$2")
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
    sed -E -e 's/^(\([^)]*\))?[^ ]*[#$]$/# /' -e 's/^(\([^)]*\))?[^ ]*@[^ ]*[#$] /# /' <<< "$text"
}
