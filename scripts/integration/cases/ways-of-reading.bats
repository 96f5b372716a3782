#!/usr/bin/env bats
source "$BATS_TEST_DIRNAME/../lib/verbs.sh"

set_up() {
    machine_at "$WORK/machine"
    command -v gcc > /dev/null || missing "gcc is missing: apt-get install gcc libc6-dev"
    gcc -O2 -std=gnu11 -Wall -Wextra -Werror "$BATS_TEST_DIRNAME/../lib/uring.c" -o "$WORK/uring"
    status=0
    "$WORK/uring" /dev/null 1 || status=$?
    [ "$status" -ne 77 ] || missing "this kernel does not permit io_uring"
}

# readable: the files that read(2) can read, but those that a read or the time changes.
readable() {
    find "$DIR" -type f -perm -400 ! -name autosuspend_delay_ms ! -path "$CONTROL/clock" ! -path '*/memory[1-9]*' | sort
}

# same FILE COMMAND ...: a command prints the same bytes as read(2) returns.
same() {
    dd if="$1" bs=64k status=none > "$WORK/expected"
    "${@:2}" > "$WORK/actual" || fail "${*:2} exited with $?"
    cmp "$WORK/expected" "$WORK/actual" || fail "${*:2}"
}

# by_uring FILE: reads it by io_uring, at once and in small pieces. At the end of a log, io_uring waits for the next line.
by_uring() {
    case $1 in
        */hotplugfs/log | */hotplugfs/uevents | */hotplugfs/journal) return ;;
    esac
    same "$1" "$WORK/uring" "$1" 65536
    same "$1" "$WORK/uring" "$1" 100
}

@test "sendfile and io_uring read every file as read does, and the sizes stay" {
    for way in direct constant; do
        options=(-o "$way")
        [ "$way" != constant ] || options=()
        start_machine --kernel 6.12 "${options[@]}"
        refuse_state 40 nonsense
        put "id=v node=1 max=1G" "$CONTROL/virtio_mem"
        sizes=$(readable | xargs stat -c '%n %s')
        for file in $(readable); do
            same "$file" busybox cat "$file"
            by_uring "$file"
            # After fstat(2), which cp does.
            busybox cp "$file" "$WORK/copy"
            cmp "$WORK/copy" "$WORK/expected" || fail "busybox cp $file"
        done
        [ "$(readable | xargs stat -c '%n %s')" = "$sizes" ] || fail "the sizes changed"
        end_machine
    done
}

@test "sendfile and io_uring read the whole text after a change" {
    start_machine --kernel 6.12
    for word in online offline online_movable offline; do
        state 40 "$word"
        for file in "$MEMORY"/memory40/{state,online,valid_zones} "$CONTROL"/{zones,log} "$DIR/proc/meminfo"; do
            same "$file" busybox cat "$file"
            by_uring "$file"
        done
        refuse_state 40 nonsense
    done
    end_machine
}
