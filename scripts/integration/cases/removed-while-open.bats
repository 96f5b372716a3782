#!/usr/bin/env bats
source "$BATS_TEST_DIRNAME/../lib/verbs.sh"

@test "an open file of a removed block returns ENODEV, even if the block is added again" {
    start_machine
    exec 5< "$MEMORY/memory40/state" 6> "$MEMORY/memory41/state"
    "$HOTPLUGFS" unplug "$DIR" dimm0
    ERROR=$(cat <&5 2>&1) && fail "read \"$ERROR\" of a removed block"
    [[ $ERROR == *": No such device" ]] || fail "read: $ERROR"
    ERROR=$({ echo online >&6; } 2>&1) && fail "wrote to a removed block"
    [[ $ERROR == *": No such device" ]] || fail "write: $ERROR"
    [ ! -e "$MEMORY/memory40" ] || fail "memory40 still exists"
    "$HOTPLUGFS" plug "$DIR" --node 1 --size 512M --id dimm0 --at 0x140000000
    ERROR=$(cat <&5 2>&1) && fail "read \"$ERROR\" of another block with the same number"
    [[ $ERROR == *": No such device" ]] || fail "read: $ERROR"
    blocks state 40:offline
    exec 5<&- 6>&-
    end_machine
}
