# shellcheck shell=bash
# The verbs for cases of "hotplugfs run". Sourced after verbs.sh.

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

# host_memory: the host's own memory, which no case may change.
host_memory() {
    grep -sH . /sys/devices/system/memory/{memory*/state,auto_online_blocks} /sys/devices/system/node/{online,has_memory} \
        /sys/module/memory_hotplug/parameters/* || true
}

# nothing_left: a run left no directory, mount or process, and did not change the host's memory.
nothing_left() {
    [ -z "$(ls -A "$TMPDIR")" ] || fail "left behind: $(ls -A "$TMPDIR")"
    [ -z "$(left_behind)" ] || fail "left behind: $(left_behind)"
    local now
    now=$(host_memory)
    [ "$now" = "$HOST_MEMORY" ] || fail "the host's own memory changed: $(diff <(echo "$HOST_MEMORY") <(echo "$now"))"
}

# ran STATUS PATTERN OPTION ...: "hotplugfs run OPTION ..." exits with the status and prints what matches.
ran() {
    exits "$1" "$2" "$PROGRAM" run "${@:3}"
    nothing_left
}

# one_line STATUS PATTERN OPTION ...: like ran, with a single line of output.
one_line() {
    fails_with_one_line "$1" "$2" "$PROGRAM" run "${@:3}"
    nothing_left
}

# Shell text for commands in a run: exits unless the memory directory is the machine's, and enters it.
# shellcheck disable=SC2016,SC2089
GUARD='[ "$(stat -f -c %T /sys/devices/system/memory)" = fuseblk ] || [ "$(stat -f -c %T /sys/devices/system/memory)" = fuse ] || exit 99
    grep -q " /sys/devices/system/memory .* fuse.hotplugfs " /proc/self/mountinfo || exit 99
    cd /sys/devices/system/memory'
# shellcheck disable=SC2090
export GUARD
