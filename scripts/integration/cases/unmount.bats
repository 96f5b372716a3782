#!/usr/bin/env bats
source "$BATS_TEST_DIRNAME/../lib/verbs.sh"

@test "unmount handles hotplugfs mounts only, and mounts in use only with --lazy" {
    fails_with 1 "no hotplugfs is mounted there" "$HOTPLUGFS" unmount "$WORK"
    fails_with 1 "no hotplugfs is mounted there" "$HOTPLUGFS" unmount /proc
    fails_with 1 "$WORK/missing: " "$HOTPLUGFS" unmount "$WORK/missing"
    fails_with 2 "" "$HOTPLUGFS" unmount
    start_machine
    exec 5< "$MEMORY/memory40/state"
    fails_with 1 "in use" "$HOTPLUGFS" unmount "$DIR"
    is_mounted "$DIR" || fail "unmounted although in use"
    "$HOTPLUGFS" unmount --lazy "$DIR"
    ! is_mounted "$DIR" || fail "still mounted"
    # Open files are served until they are closed; then the daemon exits.
    read -r word <&5
    [ "$word" = offline ] || fail "$word"
    exec 5<&-
    machine_ended
}
