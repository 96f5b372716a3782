#!/usr/bin/env bats
# Memory that is added and removed: what managers of guests do, and the figures they read.
source "$BATS_TEST_DIRNAME/../lib/client.sh"
NEEDS="awk:mawk free:procps"

is() {
    [ "$1" = "$2" ] || fail "got \"$1\", expected \"$2\""
}

total() {
    awk '/MemTotal/ { print $2 }' /proc/meminfo
}

# movable_and_normal: the number of online blocks from 48 on by zone.
movable_and_normal() {
    local number movable=0 normal=0
    for number in {48..300}; do
        case $(cat "$MEMORY/memory$number/valid_zones" 2> /dev/null || true) in
            Movable) movable=$((movable + 1)) ;;
            Normal) normal=$((normal + 1)) ;;
        esac
    done
    echo "$movable $normal"
}

# figures: MemTotal of the guest and the sum of its nodes, in MiB, as free -m and the node files have them; free never exceeds it.
figures() {
    local nodes
    nodes=$(awk '/MemTotal/ { sum += $4 } END { print sum / 1024 }' "$NODE"/node*/meminfo)
    # The function of that name frees mounts.
    command free -m | awk -v nodes="$nodes" '/^Mem:/ { print $2, nodes, ($4 <= $2) }'
}

guest_figures() {
    is "$(figures)" "1024 1024 1"
    put online "$MEMORY/auto_online_blocks"
    "$PROGRAM" plug --node 0 --size 1G --id a > /dev/null
    is "$(figures)" "2048 2048 1"
    state 55 offline
    is "$(figures)" "1920 1920 1"
    "$PROGRAM" unplug a > /dev/null
    is "$(figures)" "1024 1024 1"
}

auto_online_fails() {
    put online "$MEMORY/auto_online_blocks"
    put -12 "$ERROR_INJECT/MEM_GOING_ONLINE/error"
    "$PROGRAM" plug --node 1 --size 256M > /dev/null
    blocks state 48:offline 49:offline
    refuse_state 48 online "Cannot allocate memory"
    is "$(grep -c ENOMEM "$CONTROL/log")" 3
    put 0 "$ERROR_INJECT/MEM_GOING_ONLINE/error"
    state 48 online
    blocks state 48:online 49:offline
}

all_slots() {
    local i
    put online_movable "$MEMORY/auto_online_blocks"
    for i in {0..255}; do
        put "node=$((i % 2)) size=128M id=slot$i" "$CONTROL/dimms/plug"
    done
    is "$(total) $(movable_and_normal)" "34603008 253 0"
    for i in {0..255}; do
        put "slot$i" "$CONTROL/dimms/unplug"
    done
    is "$(total)" 1048576
    [ ! -e "$MEMORY/memory48" ] || fail "a block was left"
}

# The size of virtio-mem's memory follows each request, because all of it is Movable.
grows_and_shrinks() {
    local size before
    say "$MEMORY/auto_online_blocks" online_movable
    before=$(total)
    put "id=v node=0 max=4G" "$CONTROL/virtio_mem"
    for size in 2048 4096 512 0 1024; do
        put "id=v size=${size}M" "$CONTROL/virtio_mem"
        is "$((($(total) - before) / 1024))" "$size"
    done
    is "$(movable_and_normal)" "8 0"
}

# At most as much Movable memory as kernel memory, so that the kernel's does not run out.
virtio_mem_ratio() {
    local size movable normal parameters=/sys/module/memory_hotplug/parameters
    put auto-movable "$parameters/online_policy"
    put 100 "$parameters/auto_movable_ratio"
    put N "$parameters/auto_movable_numa_aware"
    put online "$MEMORY/auto_online_blocks"
    put "id=v node=1 max=8G" "$CONTROL/virtio_mem"
    for size in 1G 2G 3G; do
        put "id=v size=$size" "$CONTROL/virtio_mem"
    done
    read -r movable normal <<< "$(movable_and_normal)"
    is $((movable + normal)) 24
    [[ $movable -ge 1 && $movable -le 16 ]] || fail "$movable Movable blocks, $normal Normal ones"
}

# The example of the change that added memory groups: three DIMMs of 4 GiB are Movable as a whole, then the ratio is used up.
dimms_ratio() {
    local i
    for i in 0 1 2 3 4; do
        put "node=0 size=4G id=dimm$i" "$CONTROL/dimms/plug"
    done
    is "$(for i in {48..207}; do cat "$MEMORY/memory$i/valid_zones"; done | uniq -c | awk '{ printf "%s %s;", $1, $2 }')" "96 Movable;64 Normal;"
}

# A block with kernel pages keeps its DIMM in the machine; before 5.9 removable shows it.
kernel_pages() {
    blocks removable 32:1 33:1 34:0 35:1
    state 32 offline
    state 33 offline
    refuse_state 34 offline "Device or resource busy"
    logged "memory34: offline refused: *kernel"
    refuse "Device or resource busy" dimm1 "$CONTROL/dimms/unplug"
    [ -e "$MEMORY/memory34" ] || fail "the block was removed"
}

huge_pages() {
    local pool=$NODE/node1/hugepages/hugepages-2048kB
    put 16 "$pool/nr_hugepages"
    say "$pool/nr_hugepages" 16
    say "$pool/free_hugepages" 16
    is "$(awk '/HugePages_Total/ { printf "%s ", $NF }' "$NODE/node1/meminfo" /proc/meminfo "$NODE/node0/meminfo")" "16 16 0 "
    is "$(awk '/MemFree/ { print $4 }' "$NODE/node1/meminfo")" 491520
    # What is not free is not given, without an error.
    put 100000 "$pool/nr_hugepages"
    [ "$(< "$pool/nr_hugepages")" -le 256 ] || fail "more huge pages than memory: $(< "$pool/nr_hugepages")"
}

@test "free and the nodes' meminfo follow plug, online, offline and unplug" {
    inside guest_figures --kernel 6.12
}

@test "a plug whose blocks cannot be onlined succeeds, and the log names each" {
    inside auto_online_fails --kernel 6.12
}

@test "256 DIMMs on two nodes come and go" {
    inside all_slots --kernel 6.12
}

@test "virtio-mem in Movable grows and shrinks in steps" {
    # shellcheck disable=SC2016
    "$HOTPLUGFS" run --kernel 6.12 -- sh -c 'cat "$HOTPLUGFS/hotplugfs/machine"' |
        sed 's/^auto_online_blocks.*/auto_online_blocks = "online_movable"/' > "$WORK/machine.toml"
    inside grows_and_shrinks --machine "$WORK/machine.toml"
}

@test "auto-movable keeps virtio-mem's memory in the ratio" {
    inside virtio_mem_ratio --kernel 6.12
}

@test "auto-movable puts whole DIMMs into a zone on 6.1 and 6.12" {
    cat > "$WORK/machine.toml" << 'END'
block_size = "128M"
kernel = "6.1"
online_policy = "auto-movable"
auto_movable_ratio = 301
auto_online_blocks = "online"
[[node]]
number = 0
cpus = "0"
[[memory]]
node = 0
blocks = "0-15"
zone = "DMA32"
kernel_pages = true
[[memory]]
node = 0
blocks = "32-47"
zone = "Normal"
kernel_pages = true
END
    inside dimms_ratio --machine "$WORK/machine.toml"
    sed -i 's/^kernel = .*/kernel = "6.12"/' "$WORK/machine.toml"
    inside dimms_ratio --machine "$WORK/machine.toml"
}

@test "a DIMM with kernel pages in one block stays on 4.9" {
    cat > "$WORK/machine.toml" << 'END'
block_size = "128M"
kernel = "4.9"
[[node]]
number = 0
cpus = "0"
[[memory]]
node = 0
blocks = "0-7"
zone = "DMA32"
kernel_pages = true
[[memory]]
node = 0
blocks = "32-33"
zone = "Normal"
dimm = "dimm1"
[[memory]]
node = 0
blocks = "34"
zone = "Normal"
kernel_pages = true
dimm = "dimm1"
[[memory]]
node = 0
blocks = "35"
zone = "Normal"
dimm = "dimm1"
END
    inside kernel_pages --machine "$WORK/machine.toml"
}

@test "huge pages of a node are set, read back and limited by its memory" {
    inside huge_pages --kernel 6.12
}
