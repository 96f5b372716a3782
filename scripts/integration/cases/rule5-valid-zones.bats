#!/usr/bin/env bats
source "$BATS_TEST_DIRNAME/../lib/verbs.sh"

@test "rule 5: valid_zones lists the possible zones of online and offline blocks" {
    start_machine
    blocks valid_zones 0:DMA32 1:DMA32 32:Normal 33:Normal 34:Normal 37:Normal 40:Normal 41:Normal \
        42:Normal 43:Normal_Movable 44:Normal 47:Normal_Movable
    state 43 online_movable
    blocks valid_zones 43:Movable_Normal 42:Normal_Movable
    state 42 online
    blocks valid_zones 42:Normal_Movable
    state 42 offline
    blocks valid_zones 42:Normal_Movable
    end_machine

    start_machine --machine memoryless-node
    blocks valid_zones 35:Normal_Movable
    refuse_state 35 online_movable
    end_machine
}
