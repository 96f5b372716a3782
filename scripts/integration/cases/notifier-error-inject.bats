#!/usr/bin/env bats
source "$BATS_TEST_DIRNAME/../lib/verbs.sh"

@test "an injected error is returned unchanged, and 0 ends the injection" {
    start_machine
    actions=$DIR/sys/kernel/debug/notifier-error-inject/memory/actions
    say "$actions/MEM_GOING_ONLINE/error" 0
    put -12 "$actions/MEM_GOING_ONLINE/error"
    refuse_state 40 online "Cannot allocate memory"
    blocks state 40:offline
    refuse_state 43 online_movable "Cannot allocate memory"
    blocks state 43:offline
    blocks valid_zones 43:Movable_Normal 42:Normal_Movable
    put 0 "$actions/MEM_GOING_ONLINE/error"
    state 40 online
    state 43 online
    put -5 "$actions/MEM_GOING_OFFLINE/error"
    refuse_state 40 offline "Input/output error"
    blocks state 40:online
    put 0 "$actions/MEM_GOING_OFFLINE/error"
    state 40 offline
    put 1 "$actions/MEM_GOING_OFFLINE/error"
    say "$actions/MEM_GOING_OFFLINE/error" 0
    put -5000 "$actions/MEM_GOING_OFFLINE/error"
    say "$actions/MEM_GOING_OFFLINE/error" -4095
    end_machine
}
