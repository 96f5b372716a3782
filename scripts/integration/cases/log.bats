#!/usr/bin/env bats
source "$BATS_TEST_DIRNAME/../lib/verbs.sh"

lines() {
    wc -l < "$CONTROL/log"
}

@test "each refusal adds one line with the rule and the numbers to the log" {
    start_machine
    [ "$(lines)" -eq 0 ] || fail "the log starts with $(cat "$CONTROL/log")"
    state 40 online
    [ "$(lines)" -eq 0 ] || fail "$(cat "$CONTROL/log")"
    refuse_state 41 online_movable
    [ "$(lines)" -eq 1 ] || fail "$(cat "$CONTROL/log")"
    say "$CONTROL/log" "memory41: online_movable refused: not at the end of zone Normal of node 1 (41 of 34-43) [not-at-boundary]"
    refuse_state 41 nonsense
    [ "$(lines)" -eq 2 ] || fail "$(cat "$CONTROL/log")"
    logged 'memory41: state: "nonsense\\n" refused: not one of online'
    end_machine
}
