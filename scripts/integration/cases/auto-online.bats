#!/usr/bin/env bats
source "$BATS_TEST_DIRNAME/../lib/verbs.sh"

@test "auto_online_blocks accepts two words and onlines plugged memory" {
    start_machine
    say "$MEMORY/auto_online_blocks" offline
    refuse "Invalid argument" online_movable "$MEMORY/auto_online_blocks"
    refuse "Invalid argument" ON "$MEMORY/auto_online_blocks"
    put online "$MEMORY/auto_online_blocks"
    say "$MEMORY/auto_online_blocks" online
    "$HOTPLUGFS" plug "$DIR" --node 1 --size 256M
    blocks state 48:online 49:online 40:offline
    # 4.9 onlines the block, but does not set the flag that `online` shows.
    blocks online 48:0
    end_machine
}
