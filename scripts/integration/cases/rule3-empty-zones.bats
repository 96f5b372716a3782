#!/usr/bin/env bats
source "$BATS_TEST_DIRNAME/../lib/verbs.sh"

@test "rule 3: the first block of an empty Movable or Normal, and the first after it became empty" {
    start_machine --machine memoryless-node --movable-node
    # All of Normal, block by block from the top.
    for block in 35 34 33 32; do
        state $block online_movable
    done
    blocks valid_zones 32:Movable_Normal 33:Movable 34:Movable 35:Movable
    # If Normal is empty, only the lowest Movable block can start it.
    for block in 32 33 34 35; do
        state $block offline
    done
    refuse_state 33 online_kernel
    state 32 online_kernel
    blocks valid_zones 32:Normal_Movable 33:Movable_Normal
    state 33 online_kernel
    state 34 online_kernel
    state 35 online_kernel
    blocks valid_zones 35:Normal_Movable 34:Normal 33:Normal 32:Normal
    # If Movable is empty, only the highest Normal block can start it.
    state 32 offline
    state 35 offline
    refuse_state 32 online_movable
    state 35 online_movable
    blocks valid_zones 35:Movable_Normal 34:Normal_Movable
    end_machine
}
