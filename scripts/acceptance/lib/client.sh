# shellcheck shell=bash
# The verbs that the files of clients are written in. A file lists in NEEDS what must be installed, as COMMAND:PACKAGE ....
# shellcheck source=scripts/integration/lib/verbs.sh
source "${BASH_SOURCE[0]%/*}/../../integration/lib/verbs.sh"
# shellcheck source=scripts/integration/lib/running.sh
source "${BASH_SOURCE[0]%/*}/../../integration/lib/running.sh"

export ERROR_INJECT=/sys/kernel/debug/notifier-error-inject/memory/actions

set_up() {
    prepare_client
}

prepare_client() {
    local pair
    prepare_run
    for pair in $NEEDS; do
        command -v "${pair%%:*}" > /dev/null || missing "${pair%%:*} is not installed: apt-get install ${pair#*:}"
    done
}

# inside FUNCTION [OPTION ...]: calls the function in "hotplugfs run OPTION ...". There HOTPLUGFS is the machine, PROGRAM is the program,
# and the verbs use the real paths.
inside() {
    # shellcheck disable=SC2016
    "$PROGRAM" run "${@:2}" -- bash -euo pipefail -c "$(declare -f)"'
        machine_at "$HOTPLUGFS"
        MEMORY=/sys/devices/system/memory NODE=/sys/devices/system/node
        ours
        cd "$WORK"
        "$0"' "$1" || fail "$1, with options: ${*:2}"
    nothing_left
}

# ours: ends the run unless every covered path shows the machine, so that nothing is written to the host.
ours() {
    local place machine
    machine=$(stat -c %d "$HOTPLUGFS")
    eval "$GUARD"
    for place in $("$PROGRAM" --places) "$ERROR_INJECT"; do
        if [ -e "$place" ] && [ "$(stat -c %d "$place")" != "$machine" ]; then
            echo "$place is not the machine's" >&2
            exit 99
        fi
    done
}

# prints COMMAND ... < EXPECTED: a command succeeds and prints exactly this; ends STATUS COMMAND ... < EXPECTED: it exits with that status.
prints() {
    ends 0 "$@"
}

ends() {
    local expected=$1 text status=0
    shift
    text=$(cat)
    OUTPUT=$("$@" 2>&1 < /dev/null) || status=$?
    [ "$OUTPUT" = "$text" ] || fail "$* does not print the expected text (<), but (>):"$'\n'"$(diff <(echo "$text") <(echo "$OUTPUT"))"
    [ "$status" -eq "$expected" ] || fail "$* exited with $status, expected $expected"
}

# happenings: all uevents of memory blocks since the machine's start, as ACTION:NUMBER; happened ACTION:NUMBER ...: these are all.
happenings() {
    sed -n 's|^{"ACTION":"\([a-z]*\)","DEVPATH":"/devices/system/memory/memory\([0-9]*\)".*|\1:\2|p' "$CONTROL/uevents"
}

happened() {
    local expected=$* actual
    actual=$(happenings | tr '\n' ' ')
    [ "${actual% }" = "$expected" ] || fail "uevents \"${actual% }\", expected \"$expected\""
}

# states: the states of all blocks, as "NUMBER:STATE ...".
states() {
    local block
    for block in $(cd "$MEMORY" && printf '%s\n' memory[0-9]* | sort -V); do
        echo "${block#memory}:$(cat "$MEMORY/$block/state")"
    done
}
