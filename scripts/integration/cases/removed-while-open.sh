#!/usr/bin/env bash
# A file of a block that goes while it is open gives ENODEV, also when a block of the same number comes.
source "${BASH_SOURCE[0]%/*}/../lib/verbs.sh"

start_machine
exec 3< "$MEMORY/memory40/state" 4> "$MEMORY/memory41/state"
"$HOTPLUGFS" unplug "$DIR" dimm0
ERROR=$(cat <&3 2>&1) && fail "read \"$ERROR\" of a block that went"
[[ $ERROR == *": No such device" ]] || fail "read: $ERROR"
ERROR=$({ echo online >&4; } 2>&1) && fail "wrote to a block that went"
[[ $ERROR == *": No such device" ]] || fail "write: $ERROR"
[ ! -e "$MEMORY/memory40" ] || fail "memory40 is still there"
"$HOTPLUGFS" plug "$DIR" --node 1 --size 512M --id dimm0 --at 0x140000000
ERROR=$(cat <&3 2>&1) && fail "read \"$ERROR\" of another block of the same number"
[[ $ERROR == *": No such device" ]] || fail "read: $ERROR"
blocks state 40:offline
exec 3<&- 4>&-
end_machine
