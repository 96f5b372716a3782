#!/usr/bin/env bats
source "$BATS_TEST_DIRNAME/../lib/verbs.sh"

@test "-o subtree mounts a part of the tree" {
    start_machine -o subtree=sys/devices/system/memory
    say "$DIR/memory40/state" offline
    put online "$DIR/memory40/state"
    say "$DIR/memory40/state" online
    [ ! -e "$DIR/sys" ] || fail "the whole tree is mounted"
    end_machine
    fails_with 1 "-o subtree=sys/nothing: the machine has no such directory" "$HOTPLUGFS" mount "$DIR" -o subtree=sys/nothing
    fails_with 1 "the machine has no such directory" "$HOTPLUGFS" mount "$DIR" -o subtree=sys/devices/system/memory/block_size_bytes
    ! is_mounted "$DIR" || fail "mounted"
}
