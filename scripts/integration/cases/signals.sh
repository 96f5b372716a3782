#!/usr/bin/env bash
# SIGTERM, SIGINT and SIGHUP unmount, and the daemon ends with 0.
source "${BASH_SOURCE[0]%/*}/../lib/verbs.sh"

for signal in TERM INT HUP; do
    start_machine
    state 40 online
    kill -s "$signal" "$DAEMON"
    machine_ended
done
