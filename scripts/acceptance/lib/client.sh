# shellcheck shell=bash
# What the files of clients are written in. Such a file names in NEEDS what must be installed; "inside FUNCTION OPTION ..." is a "hotplugfs run"
# with these options in which a function of the file is called. There HOTPLUGFS is the machine, PROGRAM the program, and the verbs of the shell
# ring use the real paths.
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
    # NEEDS has COMMAND:PACKAGE ..., which run.sh has tried to install.
    for pair in $NEEDS; do
        command -v "${pair%%:*}" > /dev/null || missing "${pair%%:*} is not installed: apt-get install ${pair#*:}"
    done
}

# inside FUNCTION [OPTION ...]: calls the function in "hotplugfs run OPTION ...".
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

# prints COMMAND ... < EXPECTED: a command succeeds and prints just this; ends STATUS COMMAND ... < EXPECTED: it ends with that status.
prints() {
    ends 0 "$@"
}

ends() {
    local expected=$1 text status=0
    shift
    text=$(cat)
    OUTPUT=$("$@" 2>&1 < /dev/null) || status=$?
    [ "$OUTPUT" = "$text" ] || fail "$* does not print what is expected (<) but (>):"$'\n'"$(diff <(echo "$text") <(echo "$OUTPUT"))"
    [ "$status" -eq "$expected" ] || fail "$* ended with $status, expected $expected"
}

# happenings: all uevents of memory blocks since the machine began, as ACTION:NUMBER; happened ACTION:NUMBER ...: these and no others.
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
