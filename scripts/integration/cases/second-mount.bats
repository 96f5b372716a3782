#!/usr/bin/env bats
source "$BATS_TEST_DIRNAME/../lib/verbs.sh"

@test "a second mount on the same directory is refused" {
    start_machine
    fails_with 1 "already a hotplugfs mount" "$HOTPLUGFS" mount "$DIR"
    [ "$(grep -c " $DIR " /proc/self/mountinfo)" -eq 1 ] || fail "mounted twice"
    state 40 online
    mkdir "$WORK/other"
    "$HOTPLUGFS" mount "$WORK/other" > /dev/null
    # Two machines are independent.
    say "$WORK/other/sys/devices/system/memory/memory40/state" offline
    "$HOTPLUGFS" unmount "$WORK/other"
    end_machine
}
