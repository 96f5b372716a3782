#!/usr/bin/env bats
source "$BATS_TEST_DIRNAME/../lib/verbs.sh"

@test "rule 2: the boundary is that of the span, so a hole above the last block blocks it" {
    start_machine
    "$HOTPLUGFS" plug "$DIR" --node 1 --size 128M --id far --at 0x190000000
    "$HOTPLUGFS" plug "$DIR" --node 1 --size 128M --id near --at 0x188000000
    blocks valid_zones 49:Normal 50:Normal_Movable 43:Normal
    state 50 online_movable
    blocks valid_zones 49:Normal_Movable
    "$HOTPLUGFS" unplug "$DIR" near
    # Normal of node 1 shrank to the next existing block, 43.
    blocks valid_zones 43:Normal_Movable
    state 43 online_movable
    blocks valid_zones 43:Movable_Normal 50:Movable
    # A block between the two zones belongs to Movable, which begins below it.
    "$HOTPLUGFS" plug "$DIR" --node 1 --size 128M --id near --at 0x188000000
    blocks valid_zones 49:Movable
    end_machine
}
