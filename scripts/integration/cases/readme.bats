#!/usr/bin/env bats
# Only as root: an ordinary user may not be able to read the checkout.
# bats file_tags=only-root
source "$BATS_TEST_DIRNAME/../lib/verbs.sh"
source "$BATS_TEST_DIRNAME/../../lib/transcript.sh"

# run_command COMMAND OUTPUT NUMBER: /tmp stands for a private directory.
run_command() {
    local line=$1
    commands=$((commands + 1))
    echo "\$ $1"
    [ "$3" -gt 1 ] || cd "$ROOT" || return
    case $line in
        # These contain this test, and scripts/docker-test.sh runs those.
        scripts/test.sh* | .ci/run* | docker\ *) return ;;
        # Works only in the checkout.
        scripts/hotplugfs*) [ "$PWD" != "$ROOT" ] || line="\"\$HOTPLUGFS\"${line#scripts/hotplugfs}" ;;
    esac
    # In this shell, because a command may change the directory. Failing commands are part of the transcript.
    eval "${line//\/tmp\//$WORK/}" > "$WORK/output" 2>&1 < /dev/null || true
    same_text "$(sed -E -e "s|^.*: line [0-9]+: |bash: |" -e "s|$WORK/|/tmp/|g" "$WORK/output")" "$2"
}

# runs_as_shown FILE: the commands of a document print what it shows.
runs_as_shown() {
    export TMPDIR=$WORK
    commands=0
    transcript "$ROOT/$1" run_command
    [ "$commands" -gt 0 ] || fail "$1 has no console block"
    for left in "$WORK"/*/; do
        if is_mounted "${left%/}"; then
            "$HOTPLUGFS" unmount "${left%/}"
        fi
    done
}

@test "the commands of README.md run and print what README.md shows" {
    runs_as_shown README.md
}

@test "the stories run and print what docs/stories.md shows" {
    runs_as_shown docs/stories.md
}

@test "the commands of all other documents run and print what they show" {
    local document documents=0
    for document in "$ROOT"/docs/*.md "$ROOT"/docs/lessons/*.md; do
        document=${document#"$ROOT/"}
        if [ "$document" != docs/stories.md ] && grep -q '^```console' "$ROOT/$document"; then
            echo "# $document"
            runs_as_shown "$document"
            # Documents use the same names below /tmp.
            cd "$WORK"
            rm -rf --one-file-system "${WORK:?}"/*
            documents=$((documents + 1))
        fi
    done
    [ "$documents" -ge 3 ] || fail "only $documents documents have commands"
}
