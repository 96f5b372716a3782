#!/usr/bin/env bats
source "$BATS_TEST_DIRNAME/../lib/verbs.sh"

@test "SIGTERM, SIGINT and SIGHUP unmount" {
    for signal in TERM INT HUP; do
        start_machine
        state 40 online
        kill -s "$signal" "$DAEMON"
        machine_ended
    done
}
