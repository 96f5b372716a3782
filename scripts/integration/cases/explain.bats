#!/usr/bin/env bats
# What a write would do, without doing it; docs/explain.md has the usual cases.
source "$BATS_TEST_DIRNAME/../lib/verbs.sh"

explains() {
    COLUMNS=200 "$HOTPLUGFS" explain "$@"
}

@test "an explanation agrees with the write that follows it, and changes nothing" {
    start_machine
    local before
    before=$(snapshot)
    exits 0 "*fails with EINVAL (rule not-at-boundary)*Instead: The same write to memory43 succeeds.*" explains "$DIR" memory40 online_movable
    exits 0 "*succeeds in zone Movable*" explains "$DIR" 43 online_movable
    unchanged "$before"
    [ ! -s "$CONTROL/log" ] || fail "the log has: $(cat "$CONTROL/log")"
    refuse_state 40 online_movable
    exits 0 "entry 1: bash (*) wrote online_movable to */memory40/state: EINVAL, not-at-boundary: *Instead: *" explains "$DIR" --last
    state 43 online_movable
    exits 0 "*with EINVAL (rule already-online)*" explains "$DIR" memory43/state online
    end_machine
}

@test "faults, injected errors and loads are part of an explanation" {
    start_machine --kernel 6.12
    "$HOTPLUGFS" fault "$DIR" memory34 offline EIO --times 1 > /dev/null
    exits 0 "*fails with EIO (rule fault): fault 1 (EIO), 0 of 1 left*" explains "$DIR" memory34 offline
    # The fault was not used.
    exits 0 "*times=1*" "$HOTPLUGFS" fault "$DIR"
    put -16 "$DIR/sys/kernel/debug/notifier-error-inject/memory/actions/MEM_GOING_OFFLINE/error"
    exits 0 "*fails with EBUSY (rule notifier)*" explains "$DIR" memory35 offline
    end_machine
}

@test "an explanation of nothing names the problem" {
    start_machine
    fails_with 1 "there is no block or file memory99; name one such as memory43 or dimms/unplug" explains "$DIR" memory99 online
    fails_with 1 "the journal has no refusal" explains "$DIR" --last
    fails_with 2 "name a block: hotplugfs explain memory43" explains "$DIR"
    end_machine
    fails_with 1 "no machine is mounted there" explains "$WORK" memory43 online
}
