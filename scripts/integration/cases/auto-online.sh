#!/usr/bin/env bash
# auto_online_blocks takes two words, and brings what is plugged online.
source "${BASH_SOURCE[0]%/*}/../lib/verbs.sh"

start_machine
say "$MEMORY/auto_online_blocks" offline
refuse "Invalid argument" online_movable "$MEMORY/auto_online_blocks"
refuse "Invalid argument" ON "$MEMORY/auto_online_blocks"
put online "$MEMORY/auto_online_blocks"
say "$MEMORY/auto_online_blocks" online
"$HOTPLUGFS" plug "$DIR" --node 1 --size 256M
blocks state 48:online 49:online 40:offline
# 4.9 brings the state online, but not the flag that `online` shows.
blocks online 48:0
end_machine
