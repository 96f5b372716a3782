# shellcheck shell=bash
# What the files of clients are written in. Such a file is executed by run.sh, and once more in every "hotplugfs run" that it asks for:
# "inside FUNCTION OPTION ..." is such a run, in which that function is called after what stands before it has been done again.
# There HOTPLUGFS is the machine, PROGRAM the program, and the verbs of the shell ring work on the real paths.
# shellcheck source=scripts/integration/lib/verbs.sh
source "${BASH_SOURCE[0]%/*}/../../integration/lib/verbs.sh"
INSIDE=
if [ "${1:-}" = --inside ]; then
    INSIDE=$2
    DIR=$HOTPLUGFS
    MEMORY=/sys/devices/system/memory
    NODE=/sys/devices/system/node
    ERROR_INJECT=/sys/kernel/debug/notifier-error-inject/memory/actions
    CONTROL=$HOTPLUGFS/hotplugfs
else
    # shellcheck source=scripts/integration/lib/running.sh
    source "${BASH_SOURCE[0]%/*}/../../integration/lib/running.sh"
fi

# needs COMMAND:PACKAGE ...: what run.sh has tried to install.
needs() {
    local pair
    for pair; do
        command -v "${pair%%:*}" > /dev/null || missing "${pair%%:*} is not there: apt-get install ${pair#*:}"
    done
}

# missing REASON: without it a client cannot be tried, which is a failure where everything can be installed.
missing() {
    [ "${CI:-}" != true ] || fail "$1"
    skip "$1"
}

# ours: nothing is written before every place that is written to is known to be the machine's.
ours() {
    local place machine
    machine=$(stat -c %d "$HOTPLUGFS")
    eval "$GUARD"
    for place in "$MEMORY" "$NODE" "$ERROR_INJECT" /sys/bus/memory /sys/bus/node /sys/module/memory_hotplug; do
        if [ -e "$place" ] && [ "$(stat -c %d "$place")" != "$machine" ]; then
            echo "$place is not the machine's" >&2
            exit 99
        fi
    done
}

# inside FUNCTION [OPTION ...]: a run of "hotplugfs run OPTION ..." in which the function is called.
inside() {
    local function=$1
    shift
    if [ -z "$INSIDE" ]; then
        "$PROGRAM" run "$@" -- bash -euo pipefail "$0" --inside "$function" || fail "$function, with options: $*"
        nothing_left
    elif [ "$INSIDE" = "$function" ]; then
        ours
        cd "$WORK"
        "$function"
        exit
    fi
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
