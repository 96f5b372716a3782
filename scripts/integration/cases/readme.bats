#!/usr/bin/env bats
# Only as root: an ordinary user may not be able to read the checkout.
# bats file_tags=only-root
source "$BATS_TEST_DIRNAME/../lib/verbs.sh"

# check_command: runs the command and compares its output. /tmp stands for a private directory.
check_command() {
    [ -n "$command" ] || return 0
    local line=$command actual
    commands=$((commands + 1))
    echo "README.md: \$ $command"
    case $line in
        # These contain this test.
        scripts/test.sh* | .ci/run*) line=: expected=... ;;
        # scripts/docker-test.sh runs these.
        docker\ *) line=: expected=... ;;
        # Works only in the checkout.
        scripts/hotplugfs*) [ "$PWD" != "$ROOT" ] || line="\"\$HOTPLUGFS\"${line#scripts/hotplugfs}" ;;
    esac
    line=${line//\/tmp\//$WORK/}
    # In this shell, because a command may change the directory. Failing commands are part of the transcript.
    eval "$line" > "$WORK/output" 2>&1 < /dev/null || true
    actual=$(sed -E -e "s|^.*: line [0-9]+: |bash: |" -e "s|$WORK/|/tmp/|g" "$WORK/output")
    if [ "$expected" != ... ]; then
        # shellcheck disable=SC2053
        [[ $actual == $(pattern "$expected") ]] || fail "$(diff <(echo "$expected") <(echo "$actual"))"
    fi
    command='' expected=''
}

# pattern TEXT: the text as a pattern, in which a line ... matches any lines.
pattern() {
    local quoted
    quoted=$(sed -E -e 's/[][*?\\]/\\&/g' -e 's/^\.\.\.$/*/' <<< "$1")
    echo "$quoted"
}

@test "the commands of README.md run and print what README.md shows" {
    [ -f "$ROOT/README.md" ] || skip "there is no README.md yet"
    export TMPDIR=$WORK
    cd "$ROOT"
    command='' expected='' commands=0

    inside=no
    while IFS= read -r text <&5; do
        case $inside$text in
            'no```console') inside=yes ;;
            no*) ;;
            'yes```')
                check_command
                inside=no
                cd "$ROOT"
                ;;
            'yes$ '*)
                check_command
                command=${text#"$ "}
                ;;
            *) expected+=${expected:+$'\n'}$text ;;
        esac
    done 5< README.md
    [ "$commands" -gt 0 ] || fail "README.md has no console block"
    for left in "$WORK"/*/; do
        if is_mounted "${left%/}"; then
            "$HOTPLUGFS" unmount "${left%/}"
        fi
    done
}
