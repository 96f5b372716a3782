#!/usr/bin/env bats
source "$BATS_TEST_DIRNAME/../lib/verbs.sh"

@test "SIGTERM detaches a mount that is in use" {
    start_machine
    exec 5< "$MEMORY/memory40/state"
    kill -TERM "$DAEMON"
    status=0
    wait "$DAEMON" || status=$?
    [ "$status" -eq 0 ] || fail "status $status: $(cat "$WORK/daemon.err")"
    ! is_mounted "$DIR" || fail "still mounted"
    grep -q "in use" "$WORK/daemon.err" || fail "$(cat "$WORK/daemon.err")"
    ERROR=$(cat <&5 2>&1) && fail "read \"$ERROR\" without a daemon"
    [[ $ERROR == *"not connected" || $ERROR == *"connection abort" ]] || fail "$ERROR"
    exec 5<&-
}
