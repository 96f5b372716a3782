#!/usr/bin/env bats
# Only as root: an ordinary user may not be able to read the checkout.
# bats file_tags=only-root
source "$BATS_TEST_DIRNAME/../lib/verbs.sh"

@test "a recording of a kernel is a machine" {
    packed=$ROOT/tests/recordings/4.9-mny-c-boundary-std.jsonl.gz
    recording=$WORK/4.9-mny-c-boundary-std.jsonl
    gunzip -c "$packed" > "$recording"
    start_machine --machine "$recording"
    [[ $GREETING == *"kernel 4.9 with movable_node"* ]] || fail "$GREETING"
    [ -e "$NODE/has_memory" ] || fail "has_memory is missing"
    end_machine
    start_machine --machine "$recording" --movable-node false
    [[ $GREETING != *"movable_node"* ]] || fail "$GREETING"
    end_machine
}
