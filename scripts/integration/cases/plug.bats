#!/usr/bin/env bats
source "$BATS_TEST_DIRNAME/../lib/verbs.sh"

@test "plug chooses the defaults, reports the blocks, and only writes to a file" {
    start_machine
    OUTPUT=$("$HOTPLUGFS" plug "$DIR" --node 1 --size 512M)
    [ "$OUTPUT" = "dimm2: blocks 48-51 on node 1" ] || fail "$OUTPUT"
    OUTPUT=$("$HOTPLUGFS" plug "$DIR" --node 0 --size 128M --id spare --at 0x200000000)
    [ "$OUTPUT" = "spare: block 64 on node 0" ] || fail "$OUTPUT"
    "$HOTPLUGFS" unplug "$DIR" dimm1
    OUTPUT=$("$HOTPLUGFS" plug "$DIR" --node 1 --size 1G)
    [ "$OUTPUT" = "dimm1: blocks 65-72 on node 1" ] || fail "$OUTPUT"
    put "node=1 size=512M id=by-hand" "$CONTROL/dimms/plug"
    say "$CONTROL/dimms/by-hand/blocks" 73-76
    say "$CONTROL/dimms/by-hand/size" 536870912
    say "$CONTROL/dimms/by-hand/address" 0x248000000
    put by-hand "$CONTROL/dimms/unplug"
    [ ! -e "$CONTROL/dimms/by-hand" ] || fail "by-hand still exists"
    end_machine
}
