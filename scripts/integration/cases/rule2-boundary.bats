#!/usr/bin/env bats
source "$BATS_TEST_DIRNAME/../lib/verbs.sh"

@test "rule 2: only the highest block below Movable can become Movable, and only the lowest can go back" {
    start_machine
    refuse_state 40 online_movable
    logged "memory40: online_movable refused: not at the end of zone Normal of node 1"
    refuse_state 42 online_movable
    state 43 online_movable
    blocks valid_zones 43:Movable_Normal 42:Normal_Movable 41:Normal
    state 42 online_movable
    blocks valid_zones 42:Movable_Normal 43:Movable
    # Offline blocks count: 43 is not at the start of Movable, although 42 is offline.
    state 43 offline
    refuse_state 43 online_kernel
    logged "memory43: online_kernel refused: not at the start of zone Movable of node 1"
    state 42 offline
    state 42 online_kernel
    state 43 online_kernel
    blocks valid_zones 42:Normal 43:Normal_Movable
    blocks state 42:online 43:online
    end_machine
}
