#!/usr/bin/env bats
source "$BATS_TEST_DIRNAME/../lib/verbs.sh"

@test "rule 4: without movable_node a node needs normal memory as long as it has movable memory" {
    start_machine --machine memoryless-node
    say "$NODE/has_normal_memory" 0
    refuse_state 35 online_movable
    logged "node 1 has no normal memory"
    state 32 online
    say "$NODE/has_normal_memory" 0-1
    state 35 online_movable
    refuse_state 32 offline
    logged "memory32: offline refused: it is the last normal memory of node 1"
    state 33 online
    state 32 offline
    refuse_state 33 offline
    state 35 offline
    state 33 offline
    say "$NODE/has_normal_memory" 0
    # The block is still in Movable, so even plain "online" fails while there is no normal block.
    refuse_state 35 online
    state 32 online
    state 35 online
    end_machine
}
