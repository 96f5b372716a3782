#!/usr/bin/env bash
# A daemon that has been written to for long needs no more memory than its logs, whatever the size of the machine's caches.
source "${BASH_SOURCE[0]%/*}/../lib/verbs.sh"

[ ! -e "$HOTPLUGFS.dll" ] || skip "a program for the installed runtime is as large as that"
start_machine
write_often() {
    local i
    # The writes are counted by the log below, for none of them may be refused.
    for ((i = 0; i < 20000; i++)); do
        echo online_movable > "$1"
        echo offline > "$1"
    done
}
write_often "$MEMORY/memory43/state"
sent=$(tail -n 1 "$CONTROL/uevents")
[[ $sent == *'"SEQNUM":"40000"'* ]] || fail "40000 writes, but the last uevent is $sent"
resident=$(awk '/^VmRSS:/ { print $2 }' "/proc/$DAEMON/status")
echo "$resident KiB"
[ "$resident" -le $((16 * 1024)) ] || fail "$resident KiB resident after 40000 writes"
end_machine
