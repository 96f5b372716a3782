#!/usr/bin/env bats
source "$BATS_TEST_DIRNAME/../lib/client.sh"
NEEDS="lsmem:util-linux"

modern() {
    prints lsmem -o RANGE,SIZE,STATE,REMOVABLE,BLOCK,NODE,ZONES << 'END'
RANGE                                  SIZE   STATE REMOVABLE BLOCK NODE          ZONES
0x0000000000000000-0x000000000fffffff  256M  online       yes   0-1    0          DMA32
0x0000000100000000-0x000000010fffffff  256M  online       yes 32-33    0         Normal
0x0000000110000000-0x000000012fffffff  512M  online       yes 34-37    1         Normal
0x0000000140000000-0x000000015fffffff  512M offline           40-43    1 Normal/Movable
0x0000000160000000-0x000000017fffffff  512M offline           44-47    0 Normal/Movable

Memory block size:       128M
Total online memory:       1G
Total offline memory:      1G
END
    state 43 online_movable
    state 37 offline
    "$PROGRAM" plug --node 1 --size 256M > /dev/null
    prints lsmem -b -n -r -o RANGE,SIZE,STATE,BLOCK,NODE,ZONES << 'END'
0x0000000000000000-0x000000000fffffff 268435456 online 0-1 0 DMA32
0x0000000100000000-0x000000010fffffff 268435456 online 32-33 0 Normal
0x0000000110000000-0x0000000127ffffff 402653184 online 34-36 1 Normal
0x0000000128000000-0x000000012fffffff 134217728 offline 37 1 Normal/Movable
0x0000000140000000-0x0000000157ffffff 402653184 offline 40-42 1 Normal/Movable
0x0000000158000000-0x000000015fffffff 134217728 online 43 1 Movable
0x0000000160000000-0x000000017fffffff 536870912 offline 44-47 0 Normal/Movable
0x0000000180000000-0x000000018fffffff 268435456 offline 48-49 1 Normal/Movable
END
    prints lsmem -J -S ZONES -o BLOCK,STATE,ZONES << 'END'
{
   "memory": [
      {
         "block": "0-1",
         "state": "online",
         "zones": "DMA32"
      },{
         "block": "32-36",
         "state": "online",
         "zones": "Normal"
      },{
         "block": "37",
         "state": "offline",
         "zones": "Normal/Movable"
      },{
         "block": "40-42",
         "state": "offline",
         "zones": "Normal/Movable"
      },{
         "block": "43",
         "state": "online",
         "zones": "Movable"
      },{
         "block": "44-49",
         "state": "offline",
         "zones": "Normal/Movable"
      }
   ]
}
END
    prints lsmem --summary=only << 'END'
Memory block size:       128M
Total online memory:       1G
Total offline memory:    1.3G
END
    # The machine's directory, which needs no namespace.
    prints lsmem --sysroot "$HOTPLUGFS" --summary=only -b << 'END'
Memory block size:            134217728
Total online memory:         1073741824
Total offline memory:        1342177280
END
}

# A kernel without valid_zones, whose removable is 0 for blocks with kernel pages.
patch_set() {
    prints lsmem << 'END'
RANGE                                  SIZE   STATE REMOVABLE BLOCK
0x0000000000000000-0x000000000fffffff  256M  online        no   0-1
0x0000000100000000-0x0000000107ffffff  128M  online        no    32
0x0000000108000000-0x000000012fffffff  640M  online       yes 33-37
0x0000000140000000-0x000000017fffffff    1G offline           40-47

Memory block size:       128M
Total online memory:       1G
Total offline memory:      1G
END
}

@test "lsmem on 6.12: ranges, states, nodes and zones" {
    inside modern --kernel 6.12
}

@test "lsmem on 3.8: no zones, and removable is 0 for blocks with kernel pages" {
    inside patch_set --kernel 3.8
}

# The columns of sos reports.
report_columns() {
    [ "$(lsmem -a -n --summary=never -o RANGE,SIZE,STATE,REMOVABLE,ZONES,NODE,BLOCK | wc -l)" = 16 ] || fail "not every block is listed"
}

@test "lsmem with the columns of sos reports on every kernel that has valid_zones" {
    local kernel
    for kernel in 4.4 4.9 6.1 6.12; do
        inside report_columns --kernel "$kernel"
    done
}
