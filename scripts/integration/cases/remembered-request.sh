#!/usr/bin/env bash
# A request written to `state` of an online block is refused and yet remembered for the next online by the file `online`.
source "${BASH_SOURCE[0]%/*}/../lib/verbs.sh"

start_machine
state 43 online
refuse_state 43 online_movable
put 0 "$MEMORY/memory43/online"
put 1 "$MEMORY/memory43/online"
blocks valid_zones 43:Movable_Normal
end_machine
