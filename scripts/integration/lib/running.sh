# shellcheck shell=bash
# Verbs for cases about "hotplugfs run". Sourced after verbs.sh.

set_up() {
    prepare_run
}

prepare_run() {
    machine_at "$WORK/machine"
    export TMPDIR=$WORK/tmp
    mkdir -p "$TMPDIR"
    # In a command that is run, HOTPLUGFS is the machine and PROGRAM is the program.
    export PROGRAM=$HOTPLUGFS
    HOST_MEMORY=$(host_memory)
}

# host_memory: what no case may change.
host_memory() {
    grep -sH . /sys/devices/system/memory/{memory*/state,auto_online_blocks} /sys/devices/system/node/{online,has_memory} \
        /sys/module/memory_hotplug/parameters/* || true
}

# nothing_left: no directory, mount, process or namespace of a run, and the host as it was.
nothing_left() {
    [ -z "$(ls -A "$TMPDIR")" ] || fail "left behind: $(ls -A "$TMPDIR")"
    ! grep -qF " $TMPDIR/" /proc/self/mountinfo || fail "left mounted: $(grep -F " $TMPDIR/" /proc/self/mountinfo)"
    [ -z "$(processes)" ] || fail "left running: $(left_behind)"
    local now
    now=$(host_memory)
    [ "$now" = "$HOST_MEMORY" ] || fail "the host's own memory changed: $(diff <(echo "$HOST_MEMORY") <(echo "$now"))"
}

# ran STATUS PATTERN OPTION ...: "hotplugfs run OPTION ..." ends with the status and says what matches; OUTPUT has it.
ran() {
    local expected=$1 pattern=$2 status=0
    shift 2
    OUTPUT=$("$PROGRAM" run "$@" 2>&1 < /dev/null) || status=$?
    [ "$status" -eq "$expected" ] || fail "run $* ended with $status, expected $expected: $OUTPUT"
    # shellcheck disable=SC2053
    [[ $OUTPUT == $pattern ]] || fail "run $* said \"$OUTPUT\", expected $pattern"
    nothing_left
}

# one_line STATUS PATTERN OPTION ...: like ran, and what it says is one line.
one_line() {
    ran "$@"
    [ "$(wc -l <<< "$OUTPUT")" -eq 1 ] || fail "more than one line: $OUTPUT"
}

# Shell text for commands that are run: ends them unless the memory directory is the machine's.
# shellcheck disable=SC2016,SC2089
GUARD='[ "$(stat -f -c %T /sys/devices/system/memory)" = fuseblk ] || [ "$(stat -f -c %T /sys/devices/system/memory)" = fuse ] || exit 99
    grep -q " /sys/devices/system/memory .* fuse.hotplugfs " /proc/self/mountinfo || exit 99
    cd /sys/devices/system/memory'
# shellcheck disable=SC2090
export GUARD
