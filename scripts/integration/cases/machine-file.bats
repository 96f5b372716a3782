#!/usr/bin/env bats
source "$BATS_TEST_DIRNAME/../lib/verbs.sh"

@test "hotplugfs/machine is a machine file that gives the same machine" {
    start_machine
    for block in 40 41 42 43; do
        state $block online
    done
    before=$(snapshot)
    cat "$CONTROL/machine" > "$WORK/again.toml"
    grep -q 'kernel = "4.9"' "$WORK/again.toml" || fail "$(cat "$WORK/again.toml")"
    end_machine
    start_machine --machine "$WORK/again.toml"
    unchanged "$before"
    [ "$(sed 1d "$CONTROL/machine")" = "$(sed 1d "$WORK/again.toml")" ] || fail "$(diff "$CONTROL/machine" "$WORK/again.toml")"
    say "$CONTROL/kernel" 4.9
    end_machine
}
