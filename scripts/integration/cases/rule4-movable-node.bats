#!/usr/bin/env bats
source "$BATS_TEST_DIRNAME/../lib/verbs.sh"

@test "rule 4: with movable_node a node may have only movable memory" {
    start_machine --machine memoryless-node --movable-node
    state 35 online_movable
    say "$NODE/has_normal_memory" 0
    say "$NODE/has_memory" 0-1
    state 32 online
    say "$NODE/has_normal_memory" 0-1
    state 32 offline
    say "$NODE/has_normal_memory" 0
    say "$NODE/has_memory" 0-1
    state 35 offline
    say "$NODE/has_memory" 0
    end_machine
}
