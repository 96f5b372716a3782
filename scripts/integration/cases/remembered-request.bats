#!/usr/bin/env bats
source "$BATS_TEST_DIRNAME/../lib/verbs.sh"

@test "a refused request to state of an online block is used by the next online" {
    start_machine
    state 43 online
    refuse_state 43 online_movable
    put 0 "$MEMORY/memory43/online"
    put 1 "$MEMORY/memory43/online"
    blocks valid_zones 43:Movable_Normal
    end_machine
}
