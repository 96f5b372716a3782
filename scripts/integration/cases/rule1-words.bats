#!/usr/bin/env bats
source "$BATS_TEST_DIRNAME/../lib/verbs.sh"

@test "rule 1: four words, a block must be offline to be onlined, and online keeps the zone" {
    start_machine
    blocks state 40:offline 43:offline 37:online
    state 40 online
    blocks state 40:online
    blocks valid_zones 40:Normal
    refuse_state 40 online
    refuse_state 40 online_kernel
    refuse_state 40 online_movable
    state 40 offline
    refuse_state 40 offline
    state 40 online_kernel
    blocks state 40:online
    state 40 offline
    state 43 online_movable
    state 43 offline
    blocks valid_zones 43:Movable_Normal
    state 43 online
    blocks state 43:online
    blocks valid_zones 43:Movable_Normal
    refuse_state 0 offline "Device or resource busy"
    logged "memory0: "
    end_machine
}
