# shellcheck shell=bash
# Runs the commands that a document shows, and compares their output. Sourced after case.sh.

# transcript FILE FUNCTION: calls FUNCTION COMMAND OUTPUT NUMBER for every command in the console blocks, where NUMBER is 1 for the first one of
# a block. Lines after a command that begin with > belong to it.
transcript() {
    local text inside='' command='' output='' number=0
    while IFS= read -r text <&5; do
        case $inside$text in
            '```console') inside=yes number=0 ;;
            'yes```' | 'yes$ '*)
                [ -z "$command" ] || "$2" "$command" "$output" "$number"
                command=${text#'$ '} output='' number=$((number + 1))
                [ "$text" != '```' ] || inside='' command=''
                ;;
            'yes>' | 'yes> '*) command+=$'\n'${text:2} ;;
            yes*) output+=${output:+$'\n'}$text ;;
        esac
    done 5< "$1"
}

# same_text ACTUAL EXPECTED: in the expected text, a line ... stands for any lines.
same_text() {
    # shellcheck disable=SC2053
    [[ $1 == $(sed -E -e 's/[][*?\\]/\\&/g' -e 's/^\.\.\.$/*/' <<< "$2") ]] || fail "$(diff <(echo "$2") <(echo "$1"))"
}
