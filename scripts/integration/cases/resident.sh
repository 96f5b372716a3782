#!/usr/bin/env bash
# A daemon that has been written to for long needs no more memory than its logs, whatever the size of the machine's caches.
source "${BASH_SOURCE[0]%/*}/../lib/verbs.sh"

[ ! -e "$HOTPLUGFS.dll" ] || skip "a program for the installed runtime is as large as that"
start_machine
for ((i = 0; i < 20000; i++)); do
    echo online_movable > "$MEMORY/memory43/state"
    echo offline > "$MEMORY/memory43/state"
done
sent=$(tail -n 1 "$CONTROL/uevents")
[[ $sent == *'"SEQNUM":"40000"'* ]] || fail "40000 writes, but the last uevent is $sent"
resident=$(awk '/^VmRSS:/ { print $2 }' "/proc/$DAEMON/status")
echo "$resident KiB"
[ "$resident" -le $((16 * 1024)) ] || fail "$resident KiB resident after 40000 writes"
end_machine
