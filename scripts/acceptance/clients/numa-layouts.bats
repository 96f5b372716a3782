#!/usr/bin/env bats
# Machines that programs stumbled over: sparse nodes, nodes without CPUs or memory, memory that does not begin at 0.
source "$BATS_TEST_DIRNAME/../lib/client.sh"
NEEDS="numactl:numactl lsmem:util-linux awk:mawk"

# machine_file < LINES: a machine of 6.12 with blocks of 128 MiB.
machine_file() {
    {
        echo 'kernel = "6.12"'
        echo 'block_size = "128M"'
        cat
    } > "$WORK/machine.toml"
}

high_memory() {
    [ ! -e "$MEMORY/memory0" ] || fail "there is a block 0"
    prints lsmem -n -r -o RANGE,BLOCK --summary=never << 'END'
0x0000010000000000-0x00000103e7ffffff 8192-8316
0x00000103f8000000-0x00000103ffffffff 8319
END
    blocks valid_zones 8192:Normal
}

without_cpus() {
    local block
    for block in "$NODE"/node1/memory[0-9]*; do
        put online_movable "$block/state"
    done
    ! compgen -G "$NODE/node1/cpu[0-9]*" || fail "node 1 has CPUs"
    say "$NODE/node1/cpulist" ""
    [ "$(tr -d ',0\n' < "$NODE/node1/cpumap")" = "" ] || fail "cpumap is $(cat "$NODE/node1/cpumap")"
    [ "$(awk '/MemTotal/ { print $4 }' "$NODE/node1/meminfo")" = 524288 ] || fail "$(head -n 1 "$NODE/node1/meminfo")"
    say "$NODE/has_memory" 0-1
    say "$NODE/has_normal_memory" 0
    say "$NODE/has_cpu" 0
}

# A driver of CXL memory makes kernel memory of what came online Movable; a container that may only use that node needs it.
movable_to_kernel() {
    put online_movable "$MEMORY/auto_online_blocks"
    "$PROGRAM" plug --node 1 --size 1G > /dev/null
    local block
    for block in "$NODE"/node1/memory[0-9]*; do
        [ "$(< "$block/state") $(< "$block/valid_zones")" = "online Movable" ] || continue
        put offline "$block/state"
        put online_kernel "$block/state"
    done
    blocks valid_zones 36:Normal 37:Normal 38:Normal 39:Normal 40:Normal 41:Normal 42:Normal 43:Normal
    say "$NODE/has_normal_memory" 0-1
}

sparse_nodes() {
    say "$NODE/online" 0,2,5
    say "$NODE/node2/distance" "20 10 40"
    [ "$(numactl -H | sed -n '/distances/,$p' | tr -s ' ' | sed 's/ $//')" = "node distances:
node 0 2 5
 0: 10 20 40
 2: 20 10 40
 5: 40 40 10" ] || fail "$(numactl -H)"
}

without_memory() {
    say "$NODE/online" 0-1
    say "$NODE/has_cpu" 0-1
    say "$NODE/has_memory" 1
    [ "$(numactl -H | grep size)" = "node 0 size: 0 MB
node 1 size: 1024 MB" ] || fail "$(numactl -H)"
}

first_node_2() {
    local file
    for file in online has_cpu has_memory has_normal_memory; do
        say "$NODE/$file" 2
    done
    [ ! -e "$NODE/node0" ] || fail "node 0 is online"
    say "$NODE/node2/distance" 10
    [ "$(numactl -H | head -n 1)" = "available: 1 nodes (2)" ] || fail "$(numactl -H)"
}

# Booted with kernelcore=: a block in two zones cannot go offline, nor can those with the kernel's pages.
mixed_block() {
    local block
    for block in "$NODE"/node1/memory3?; do
        [ "$(< "$block/valid_zones")" != Movable ] || put offline "$block/state"
    done
    blocks state 32:online 33:online 34:online 35:offline 36:offline 37:offline 38:offline 39:offline
    blocks valid_zones 34:none
    refuse_state 34 offline
    [ "$(awk '/^Node/ { zone = $NF } /managed/ && $2 > 0 { print zone, $2 }' /proc/zoneinfo | tail -n 2)" = "Normal 81920
Movable 16384" ] || fail "$(cat /proc/zoneinfo)"
}

# The boundary of the nodes is in the middle of block 3; node 3 has neither CPUs nor memory; memory at 64 TiB.
two_nodes() {
    local node
    prints lsmem -r -o RANGE,BLOCK,NODE,ZONES --summary=never << 'END'
RANGE BLOCK NODE ZONES
0x0000000000000000-0x0000000017ffffff 0-2 0 DMA32
0x0000000018000000-0x000000001fffffff 3 0 None
0x0000000020000000-0x000000003fffffff 4-7 1 DMA32
0x0000400000000000-0x000040000fffffff 524288-524289 1 Normal
END
    [ "$(numactl -H | grep size)" = "node 0 size: 447 MB
node 1 size: 832 MB" ] || fail "$(numactl -H)"
    [ "$(cd "$MEMORY" && echo memory[34]/node*)" = "memory3/node0 memory3/node1 memory4/node1" ] || fail "$(ls -d "$MEMORY"/memory?/node*)"
    for node in 0 1; do
        [ "$MEMORY/memory3" -ef "$NODE/node$node/memory3" ] || fail "node $node has no memory3"
    done
    say "$MEMORY/memory3/valid_zones" none
    refuse_state 3 offline
    state 4 offline
    [ "$(numactl -H | grep size)" = "node 0 size: 447 MB
node 1 size: 704 MB" ] || fail "$(numactl -H)"
    say "$NODE/possible" 0-1,3
    say "$NODE/online" 0-1
    "$PROGRAM" plug --node 3 --size 256M > /dev/null
    say "$NODE/online" 0-1,3
    blocks state 524288:online 524296:offline 524297:offline
    cp "$CONTROL/machine" saved.toml
    "$PROGRAM" machine check saved.toml > /dev/null
    grep -q '^other_nodes = \[{ node = 1, pages = 16384 }\]' saved.toml || fail "$(cat saved.toml)"
}

@test "lsmem of a machine whose memory begins at block 8192" {
    machine_file << 'END'
[[node]]
number = 0
cpus = "0"
[[memory]]
node = 0
blocks = "8192-8316"
zone = "Normal"
[[memory]]
node = 0
blocks = "8319"
zone = "Normal"
END
    inside high_memory --machine "$WORK/machine.toml"
}

@test "lsmem and numactl -H with a block on two nodes, an empty node, and memory at 64 TiB" {
    machine_file << 'END'
[[node]]
number = 0
cpus = "0"
[[node]]
number = 1
cpus = "1"
[[node]]
number = 3
[[memory]]
node = 0
blocks = "0-2"
zone = "DMA32"
hole_pages = 5
[[memory]]
node = 0
blocks = "3"
zone = "DMA32"
other_nodes = [{ node = 1, pages = 16384 }]
[[memory]]
node = 1
blocks = "4-7"
zone = "DMA32"
[[memory]]
node = 1
address = "64T"
size = "256M"
zone = "Normal"
END
    inside two_nodes --machine "$WORK/machine.toml"
}

@test "a node without CPUs whose memory is Movable" {
    inside without_cpus --kernel 6.12 --machine memoryless-node
}

@test "Movable blocks of a node without CPUs become kernel memory" {
    inside movable_to_kernel --kernel 6.12 --machine memoryless-node
}

@test "numactl -H with the nodes 0, 2 and 5" {
    machine_file << 'END'
[[node]]
number = 0
cpus = "0"
distances = [10, 20, 40]
[[node]]
number = 2
cpus = "1"
distances = [20, 10, 40]
[[node]]
number = 5
distances = [40, 40, 10]
[[memory]]
node = 0
blocks = "0-7"
zone = "DMA32"
kernel_pages = true
[[memory]]
node = 2
blocks = "32-39"
zone = "Normal"
[[dimm]]
id = "cxl0"
node = 5
size = "1G"
address = "8G"
END
    inside sparse_nodes --machine "$WORK/machine.toml"
}

@test "numactl -H with a node that has CPUs and no memory" {
    machine_file << 'END'
[[node]]
number = 0
cpus = "0"
[[node]]
number = 1
cpus = "1"
[[memory]]
node = 1
blocks = "0-7"
zone = "DMA32"
kernel_pages = true
END
    inside without_memory --machine "$WORK/machine.toml"
}

@test "numactl -H with an empty node 0, whose CPUs and memory are on node 2" {
    machine_file << 'END'
[[node]]
number = 0
[[node]]
number = 2
cpus = "0-1"
[[memory]]
node = 2
blocks = "0-7"
zone = "DMA32"
kernel_pages = true
END
    inside first_node_2 --machine "$WORK/machine.toml" --kernel 6.1
}

@test "only Movable blocks of a node booted with kernelcore go offline" {
    machine_file << 'END'
[[node]]
number = 0
cpus = "0"
[[node]]
number = 1
cpus = "1"
[[memory]]
node = 0
blocks = "0-7"
zone = "DMA32"
kernel_pages = true
[[memory]]
node = 1
blocks = "32-33"
zone = "Normal"
kernel_pages = true
[[memory]]
node = 1
blocks = "34"
zone = "Normal Movable"
[[memory]]
node = 1
blocks = "35-39"
zone = "Movable"
[[zone]]
node = 1
zone = "Normal"
start_pfn = 1048576
end_pfn = 1130496
present_pages = 81920
[[zone]]
node = 1
zone = "Movable"
start_pfn = 1130496
end_pfn = 1310720
present_pages = 180224
END
    inside mixed_block --machine "$WORK/machine.toml"
}
