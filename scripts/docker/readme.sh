# shellcheck shell=bash
# The READMEs, as a reader types them: every command of the console blocks that begin with docker runs, in its order, and says what is
# written there; a line ... stands for any lines. Lines after a container's prompt "# " are typed on its terminal. Sourced by docker-test.sh.
# shellcheck disable=SC2154

# readme FILE
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
    echo "note: $commands commands"
    [ "$commands" -gt 0 ]
}

# readme_block: splits $lines into commands with what is written below each.
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

# readme_command COMMAND LINE ...
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

# on_terminal COMMAND LINE ...: runs a command on a terminal, types those lines that begin with "# " into it when it shows its prompt, ends
# it with Ctrl-D, and prints what the terminal shows until then.
on_terminal() {
    local command=$1 line keys shell status=0
    shift
    rm -f "$work/keys" "$work/screen"
    mkfifo "$work/keys"
    # A line that is typed must not be broken.
    script --quiet --flush --return --command "stty columns 200; $command" "$work/screen" < "$work/keys" > /dev/null 2>&1 &
    shell=$!
    exec {keys}> "$work/keys"
    shown=0
    is_wide || return
    for line; do
        if [[ $line == '# '* ]]; then
            at_prompt || return
            printf '%s\r' "${line#'# '}" >&"$keys"
        fi
    done
    at_prompt || return
    screen | sed '$d'
    printf '\004' >&"$keys"
    exec {keys}>&-
    wait "$shell" || status=$?
    # The status of a shell that ends so is that of its last command.
    [ "$status" -le 1 ]
}

# at_prompt: returns when the terminal shows another prompt than before.
at_prompt() {
    local patience=600 prompts
    until prompts=$(screen | grep -c '^# ') && [ "$prompts" -gt "$shown" ] && [ "$(screen | tail -n 1)" = '# ' ]; do
        patience=$((patience - 1))
        if [ "$patience" -eq 0 ]; then
            cat -v "$work/screen" >&2
            return 1
        fi
        sleep 0.05
    done
    shown=$prompts
}

# is_wide: returns when the container's terminal is as wide as ours, which Docker tells it some time after it has started the shell.
is_wide() {
    local patience=600 container
    while true; do
        for container in $(docker ps -q); do
            # shellcheck disable=SC2016
            if docker exec "$container" sh -c 'for terminal in /dev/pts/[0-9]*; do stty -F "$terminal" size; done' 2> /dev/null | grep -q ' 200$'; then
                return
            fi
        done
        patience=$((patience - 1))
        if [ "$patience" -eq 0 ]; then
            echo "the container's terminal does not become 200 columns wide" >&2
            return 1
        fi
        sleep 0.05
    done
}

# screen: the terminal's text without what moves and colours it, and a prompt of any shell as "# ". A shell that hears of another width
# writes its line anew.
screen() {
    sed -E -e '1{/^Script started/d}' -e 's/\x1b\][^\a]*\a//g' -e 's/\x1b(\[[0-9;?]*[a-zA-Z]|[=>])//g' -e 's/\r+$//' -e 's/.*\r//' \
        -e 's/^[^ ]*[#$] ?$/# /' -e 's/^[^ ]*@[^ ]*[#$] /# /' "$work/screen" 2> /dev/null
}
