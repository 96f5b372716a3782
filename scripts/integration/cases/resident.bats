#!/usr/bin/env bats
source "$BATS_TEST_DIRNAME/../lib/verbs.sh"

@test "the daemon needs no more memory after many writes" {
    [ ! -e "$HOTPLUGFS.dll" ] || skip "a program for the installed runtime needs more memory"
    start_machine
    # In another shell, because bats traces every command of a case.
    # shellcheck disable=SC2016
    bash -euc 'for ((i = 0; i < 20000; i++)); do
            echo online_movable > "$1"
            echo offline > "$1"
        done' bash "$MEMORY/memory43/state"
    sent=$(tail -n 1 "$CONTROL/uevents")
    [[ $sent == *'"SEQNUM":"40000"'* ]] || fail "40000 writes, but the last uevent is $sent"
    resident=$(awk '/^VmRSS:/ { print $2 }' "/proc/$DAEMON/status")
    echo "$resident KiB"
    # The uevents and the journal are full: one MiB each.
    [ "$resident" -le $((20 * 1024)) ] || fail "$resident KiB resident after 40000 writes"
    end_machine
}
