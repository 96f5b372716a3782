#!/usr/bin/env bats
# Each test has a machine of its own at the real paths.

setup() {
    cd "$BATS_TEST_DIRNAME/../bash" || return
}

@test "busy twice, then online" {
    # Text in single quotes is for another shell.
    # shellcheck disable=SC2016
    hotplugfs run -- bash -c 'echo "memory43 online EBUSY times=2" > "$HOTPLUGFS/hotplugfs/faults"
        [ "$(./onliner.sh 43)" = 3 ]'
}

@test "refused by the zone rule" {
    run hotplugfs run --log - -- ./onliner.sh 40
    [ "$status" -eq 1 ]
    [[ "$output" == *"[not-at-boundary]"* ]]
}
