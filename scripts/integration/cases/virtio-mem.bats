#!/usr/bin/env bats
# virtio-mem devices: the subcommand, the order of a shrink and pieces of busy blocks.
source "$BATS_TEST_DIRNAME/../lib/verbs.sh"

# vmem ARGUMENT ...: the subcommand on this machine.
vmem() {
    "$HOTPLUGFS" virtio-mem "$DIR" "$@"
}

has_left() {
    [ ! -e "$MEMORY/memory$1" ]
}

@test "a virtio-mem device is plugged, grows, shrinks, is listed and removed" {
    start_machine --kernel 6.12
    exits 0 "id=v node=1 max=4294967296 size=1073741824 requested=1073741824 blocks=48-55" vmem --id v --node 1 --max 4G --size 1G
    exits 0 "id=v node=1 max=4294967296 size=136314880 requested=136314880 blocks=48-49" vmem --id v --size 130M
    exits 0 "id=v *" vmem
    fails_with 1 "request the size 0 first" vmem --id v --remove
    vmem --id v --size 0
    [ ! -e "$MEMORY/memory48" ] || fail "memory48 is still there"
    vmem --id v --remove
    exits 0 "" vmem
    end_machine
}

@test "a virtio-mem request that is wrong is refused with a reason" {
    start_machine --kernel 6.12
    fails_with 1 "no device is named \"v\" (none is plugged)" vmem --id v --size 1G
    fails_with 1 "is not a multiple of the sub-block size" vmem --id v --node 1 --max 4G --size 1000000
    exits 0 "" vmem
    fails_with 1 "the machine has no node 7" vmem --id v --node 7 --max 4G
    fails_with 1 "is not a valid name" vmem --id a/b --node 1 --max 4G
    fails_with 2 "--id is missing" vmem --size 1G
    fails_with 2 "needs both --node and --max" vmem --id v --node 1
    fails_with 2 "--size to resize it, or --remove" vmem --id v
    end_machine
    start_machine --kernel 4.9
    fails_with 1 "kernel 4.9 has no virtio-mem" vmem --id v --node 1 --max 4G
    end_machine
}

@test "a shrink takes free pieces out of busy blocks that stay online, and goes on by itself" {
    start_machine --kernel 6.12
    echo online_kernel > "$MEMORY/auto_online_blocks"
    vmem --id v --node 1 --max 1G --size 512M
    "$HOTPLUGFS" load "$DIR" --id pipes --kind kernel --size 900M --node 1 > "$WORK/load"
    exits 0 "id=v node=1 max=1073741824 size=* requested=0 blocks=4[89]*" vmem --id v --size 0
    logged "virtio-mem v: 0 bytes are requested, * stay plugged until more can be taken out"
    blocks state 48:online
    "$HOTPLUGFS" load "$DIR" --id pipes --stop
    eventually has_left 48 || fail "$(vmem)"
    exits 0 "id=v node=1 max=1073741824 size=0 requested=0 blocks=" vmem
    grep -q '"remove","DEVPATH":"/devices/system/memory/memory48"' "$CONTROL/uevents" || fail "no uevent of memory48"
    end_machine
}
