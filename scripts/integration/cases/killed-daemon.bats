#!/usr/bin/env bats
source "$BATS_TEST_DIRNAME/../lib/verbs.sh"

@test "a killed daemon leaves a dead mount, which unmount removes" {
    start_machine
    kill -KILL "$DAEMON"
    wait "$DAEMON" 2> /dev/null || true
    is_mounted "$DIR" || fail "the mount was removed with the daemon"
    fails_with 1 "not connected" cat "$MEMORY/block_size_bytes"
    fails_with 1 "already a hotplugfs mount" "$HOTPLUGFS" mount "$DIR"
    "$HOTPLUGFS" unmount "$DIR"
    ! is_mounted "$DIR" || fail "still mounted"
    start_machine
    end_machine
}
