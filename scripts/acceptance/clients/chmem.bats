#!/usr/bin/env bats
source "$BATS_TEST_DIRNAME/../lib/client.sh"
NEEDS="chmem:util-linux"

modern() {
    prints chmem -v -e 0x150000000-0x157ffffff << 'END'
Memory Block 42 (0x0000000150000000-0x0000000157ffffff) enabled
END
    prints chmem -v -e -b 40-41 << 'END'
Memory Block 40 (0x0000000140000000-0x0000000147ffffff) enabled
Memory Block 41 (0x0000000148000000-0x000000014fffffff) enabled
END
    # By default it chooses Movable.
    blocks valid_zones 40:Movable 41:Movable 42:Movable
    # By size it disables from the end, and enables from the start.
    prints chmem -v -d 384M << 'END'
Memory Block 42 (0x0000000150000000-0x0000000157ffffff) disabled
Memory Block 41 (0x0000000148000000-0x000000014fffffff) disabled
Memory Block 40 (0x0000000140000000-0x0000000147ffffff) disabled
END
    prints chmem -v -e -z Normal 256M << 'END'
Memory Block 40 (0x0000000140000000-0x0000000147ffffff) enabled
Memory Block 41 (0x0000000148000000-0x000000014fffffff) enabled
END
    prints chmem -v -e -z Movable -b 46-47 << 'END'
Memory Block 46 (0x0000000170000000-0x0000000177ffffff) enabled
Memory Block 47 (0x0000000178000000-0x000000017fffffff) enabled
END
    blocks valid_zones 40:Normal 41:Normal 46:Movable 47:Movable
    prints chmem -v -d -z Movable 128M << 'END'
Memory Block 47 (0x0000000178000000-0x000000017fffffff) disabled
END
    ends 1 chmem -d -z Normal -b 46 << 'END'
chmem: Memory Block 46 (0x0000000170000000-0x0000000177ffffff) disable failed: Zone mismatch
END
    ends 1 chmem -d -b 0 << 'END'
chmem: Memory Block 0 (0x0000000000000000-0x0000000007ffffff) disable failed: Device or resource busy
END
    logged "memory0: offline refused: it holds pages of the kernel"
    # It does as much as possible.
    ends 64 chmem -v -d -b 32-33 << 'END'
chmem: Memory Block 32 (0x0000000100000000-0x0000000107ffffff) disable failed: Device or resource busy
Memory Block 33 (0x0000000108000000-0x000000010fffffff) disabled
END
    ends 64 chmem -e 3G << 'END'
chmem: Could only enable 768M of memory
END
    happened online:42 online:40 online:41 offline:42 offline:41 offline:40 online:40 online:41 online:46 online:47 offline:47 offline:33 \
        online:33 online:42 online:43 online:44 online:45 online:47
}

boundary() {
    ends 1 chmem -e -z Movable -b 40 << 'END'
chmem: Memory Block 40 (0x0000000140000000-0x0000000147ffffff) enable failed: Zone mismatch
END
    prints chmem -v -e -z Movable -b 43 << 'END'
Memory Block 43 (0x0000000158000000-0x000000015fffffff) enabled
END
    blocks valid_zones 43:Movable_Normal
    prints chmem -v -e 384M << 'END'
Memory Block 40 (0x0000000140000000-0x0000000147ffffff) enabled
Memory Block 41 (0x0000000148000000-0x000000014fffffff) enabled
Memory Block 42 (0x0000000150000000-0x0000000157ffffff) enabled
END
    # The block below Movable can become Movable, and chmem chooses that.
    blocks valid_zones 40:Normal 41:Normal_Movable 42:Movable_Normal
    prints chmem -v -d 256M << 'END'
Memory Block 43 (0x0000000158000000-0x000000015fffffff) disabled
Memory Block 42 (0x0000000150000000-0x0000000157ffffff) disabled
END
    [ -z "$(cat "$CONTROL/log")" ] || fail "a request was refused: $(cat "$CONTROL/log")"
}

@test "chmem on 6.12: by range, block, size and zone" {
    inside modern --kernel 6.12
}

@test "chmem on 4.9: it works its way through the boundary of Movable" {
    inside boundary --kernel 4.9
}

# lsmem calls block 0 removable, and only the log gives the reason why chmem cannot take it offline.
block_0() {
    [ "$(lsmem -a -n -r -o REMOVABLE --summary=never | head -n 1)" = yes ] || fail "removable is not 1"
    fails_with 1 "Device or resource busy" chmem -v -d -b 0
    logged "memory0: offline refused: *kernel"
    chmem -d -b 33
    blocks state 0:online 33:offline
}

@test "chmem on 6.12: block 0 is removable and busy, and the log has the reason" {
    inside block_0 --kernel 6.12
}

# Memory that can be configured: chmem and lsmem of util-linux 2.42, on s390x from 6.19 on.
standby() {
    PATH=$FETCHED/util-linux:$PATH
    prints lsmem -n -r -o BLOCK,STATE,CONFIGURED,MEMMAP-ON-MEMORY --summary=never << 'END'
0-13 online yes no
14 offline yes no
15 online yes no
16-23 offline no yes
END
    prints chmem -v -c 512M << 'END'
Memory Block 16 (0x0000000100000000-0x000000010fffffff) configured
Memory Block 17 (0x0000000110000000-0x000000011fffffff) configured
END
    blocks state 16:offline 17:offline
    prints chmem -v -e -b 16 << 'END'
Memory Block 16 (0x0000000100000000-0x000000010fffffff) enabled
END
    prints chmem -v -c -b 16 << 'END'
Memory Block 16 (0x0000000100000000-0x000000010fffffff) already configured
END
    ends 1 chmem -v -g -b 16 << 'END'
Memory Block 16 (0x0000000100000000-0x000000010fffffff) must be offline before deconfiguration
END
    put 0 "$CONFIGURATION/memory17/config"
    [ ! -e "$MEMORY/memory17" ] || fail "memory17 exists"
    # -m: where the memory map of the block is.
    prints chmem -v -c -m 0 -b 17 << 'END'
Memory Block 17 (0x0000000110000000-0x000000011fffffff) configured
END
    [ "$(cat "$CONFIGURATION/memory17/memmap_on_memory")" = 0 ] || fail "memmap_on_memory is not 0"
    ends 1 chmem -v -c -m 1 -b 17 << 'END'
Memory Block 17 (0x0000000110000000-0x000000011fffffff) must be deconfigured before using -m option
END
    # -d also does what -g does.
    prints chmem -v -d -b 16 << 'END'
Memory Block 16 (0x0000000100000000-0x000000010fffffff) disabled
Memory Block 16 (0x0000000100000000-0x000000010fffffff) deconfigured
END
    prints chmem -v -g -b 17 << 'END'
Memory Block 17 (0x0000000110000000-0x000000011fffffff) deconfigured
END
    [ ! -e "$MEMORY/memory16" ] || fail "memory16 exists"
    happened add:16 add:17 online:16 remove:17 add:17 offline:16 remove:16 remove:17
}

@test "chmem and lsmem of util-linux 2.42 on s390x: standby memory is configured, onlined and deconfigured" {
    [ -x "$FETCHED/util-linux/chmem" ] || skip "util-linux 2.42 cannot be downloaded from Debian unstable"
    export CONFIGURATION=/sys/firmware/memory
    inside standby --machine s390-zvm --kernel newest
}
