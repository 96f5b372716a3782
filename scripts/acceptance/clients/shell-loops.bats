#!/usr/bin/env bats
# Loops that administrators, agents and guides use, as people published them.
source "$BATS_TEST_DIRNAME/../lib/client.sh"
NEEDS="awk:mawk xargs:findutils free:procps"

# count FILE ...: how often each first word occurs, as "NUMBER WORD;..".
count() {
    cut -d ' ' -f 1 "$@" | sort | uniq -c | awk '{ printf "%s %s;", $1, $2 }'
}

# is TEXT WANTED
is() {
    [ "$1" = "$2" ] || fail "got \"$1\", expected \"$2\""
}

# zones BLOCK ...: the valid_zones of the blocks in letters.
zones() {
    local number
    for number; do
        sed 's/Normal/N/; s/Movable/M/; s/ //' "$MEMORY/memory$number/valid_zones"
    done | tr '\n' ' '
}

# Generated lines "echo online > FILE" are sourced.
sourced_lines() {
    local file state
    while IFS=: read -r file state; do
        [ "$state" != offline ] || source /dev/stdin <<< "echo online > $file"
    done < <(grep line "$MEMORY"/*/state)
    is "$(count "$MEMORY"/memory*/state)" "16 online;"
}

# The guide's loop begins with the highest block.
downwards() {
    local block
    for block in $(cd "$MEMORY" && printf '%s\n' memory[0-9]* | sort -nr -t y -k 3); do
        [ "$(< "$MEMORY/$block/state")" != offline ] || echo online_movable > "$MEMORY/$block/state"
    done
    is "$(count "$MEMORY"/memory4?/valid_zones)" "8 Movable;"
}

upwards() {
    local number
    for number in 40 41 42; do
        refuse_state "$number" online_movable
    done
    state 43 online_movable
    blocks state 40:offline 41:offline 42:offline 43:online
}

# Guest scripts write to every block, online or not.
online_to_all() {
    local file
    state 43 online_movable
    for file in "$MEMORY"/memory*/state; do
        { echo online > "$file"; } 2> /dev/null || true
    done
    is "$(count "$MEMORY"/memory*/state)" "16 online;"
    [ ! -e "$MEMORY/memory43/valid_zones" ] || is "$(count "$MEMORY/memory43/valid_zones")" "1 Movable;"
}

# trim NODE KIB: takes the highest blocks of a node offline until its MemTotal is small enough or no block can go.
trim() {
    # shellcheck disable=SC2153
    local node=$NODE/node$1 now number gone=1
    while [ -n "$gone" ]; do
        now=$(awk '/MemTotal/ { print $4 }' "$node/meminfo") gone=
        [ "$now" -gt "$2" ] || break
        for number in $(printf '%s\n' "$node"/memory[0-9]* | sed 's/.*memory//' | sort -rn); do
            [ "$(< "$MEMORY/memory$number/state")" = online ] || continue
            if timeout 10 bash -c "echo offline > $MEMORY/memory$number/state" 2> /dev/null; then
                gone=1
                break
            fi
        done
    done
    echo "$now"
}

trim_nodes() {
    is "$(trim 1 131072)" 131072
    # Two blocks of zone DMA32 hold the kernel's pages.
    is "$(trim 0 131072)" 393216
    say "$NODE/has_memory" 0-1
    is "$(command free -m | awk '/^Mem:/ { print $2 }')" 512
}

through_the_bus() {
    local node=/sys/bus/node/devices/node1
    echo online_movable > "$node/memory40/state"
    echo online_movable > "$node/memory42/state"
    is "$(count "$node"/memory[0-9]*/state)" "2 offline;6 online;"
}

total() {
    awk '/MemTotal/ { print $2 }' /proc/meminfo
}

nodes_total() {
    awk '/MemTotal/ { sum += $4 } END { printf "%d", sum }' "$NODE"/node*/meminfo
}

# write WORD: writes to each file of standard input, 16 processes at a time.
write() {
    # shellcheck disable=SC2016
    xargs -P 16 -n 10 sh -c 'for file; do echo '"$1"' > "$file" || exit 255; done' _
}

many_processes() {
    local before off on
    before=$(total)
    mapfile -t off < <(grep -l offline "$MEMORY"/memory*/state | sed -n 1,400p)
    mapfile -t on < <(grep -l online "$MEMORY"/memory*/state | tail -n 400)
    printf '%s\n' "${off[@]}" | write online_movable &
    printf '%s\n' "${on[@]}" | write offline
    wait $!
    is "$(total) $(nodes_total)" "$before $before"
    is "$(count "${off[@]}")" "400 online;"
    is "$(count "${on[@]}")" "400 offline;"
}

# The session in the description of the change that removed the rules about zones.
any_block_any_zone() {
    is "$(zones 34 35 36 37 38 39 40 41)" "NM NM NM NM NM NM NM NM "
    state 34 online
    state 37 online_movable
    is "$(zones 34 35 36 37 38 39 40 41)" "N NM NM M NM NM NM NM "
    state 41 online_movable
    is "$(zones 34 35 36 37 38 39 40 41)" "N NM NM M MN MN MN M "
    state 39 online_kernel
    is "$(zones 34 35 36 37 38 39 40 41)" "N NM NM M NM N MN M "
    local number
    for number in 35 36 38 40; do
        state "$number" online
    done
    is "$(zones 34 35 36 37 38 39 40 41)" "N N N M N N M M "
}

# Each new block takes the choice from the earlier ones, so a handler of single events cannot make them Movable.
probed_one_by_one() {
    local number
    local wanted=("NM " "N NM " "N N NM ")
    for number in 0 1 2; do
        put $((0x100000000 + number * (128 << 20))) "$MEMORY/probe"
        is "$(cd "$MEMORY" && zones $(seq 32 $((32 + number))))" "${wanted[number]}"
    done
    state 34 online_movable
    is "$(zones 32 33 34)" "N NM MN "
}

# An agent probes memory that the firmware has announced.
probed_twice() {
    refuse "File exists" 0x140000000 "$MEMORY/probe"
    printf 0X180000000 > "$MEMORY/probe"
    refuse "Invalid argument" 0x180000001 "$MEMORY/probe"
    blocks state 48:offline
}

# On Power a logical block is several memory blocks; the tool writes all addresses through one descriptor, and backs out after a failure.
logical_blocks() {
    local number
    exec 4> "$MEMORY/probe"
    for number in 67 66 65 64; do
        printf 0x%x $((number << 26)) >&4
    done
    exec 4>&-
    for number in 67 66 65 64; do
        printf online > "$MEMORY/memory$number/state"
        blocks state "$number:online"
    done
    put "65 EBUSY" "$CONTROL/offline_result"
    state 67 offline
    state 66 offline
    refuse_state 65 offline "Device or resource busy"
    state 67 online
    state 66 online
    is "$(count "$MEMORY"/memory6[4-7]/state)" "4 online;"
}

# one_node KERNEL BLOCK_SIZE BLOCKS: a machine with one node, all of whose memory is the kernel's.
one_node() {
    cat > "$WORK/machine.toml" << END
kernel = "$1"
block_size = "$2"
[[node]]
number = 0
cpus = "0"
[[memory]]
node = 0
blocks = "$3"
zone = "DMA32"
kernel_pages = true
END
}

@test "sourcing lines made by grep brings every block online" {
    inside sourced_lines --kernel 6.1
}

@test "online_movable from the highest block down on 4.4 and 4.9" {
    inside downwards --kernel 4.4
    inside downwards --kernel 4.9
}

@test "online_movable from the lowest block up is refused but for the last on 4.4 and 4.9" {
    inside upwards --kernel 4.4
    inside upwards --kernel 4.9
}

@test "online to every block leaves all online, and Movable blocks Movable, on every kernel" {
    local kernel
    for kernel in 3.8 4.4 4.9 6.1 6.12; do
        inside online_to_all --kernel "$kernel"
    done
}

@test "nodes are cut to a size by their highest blocks" {
    inside trim_nodes --kernel 6.12
}

@test "blocks of a node are onlined and counted through bus/node" {
    inside through_the_bus --kernel 6.12
}

@test "16 processes at a time online 400 blocks and take 400 others offline" {
    inside many_processes --machine large --kernel 6.12
}

@test "any block into any zone, as the change of 4.14 printed it, on 6.1 and 6.12" {
    cat > "$WORK/machine.toml" << 'END'
block_size = "128M"
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
node = 0
blocks = "32-33"
zone = "Normal"
[[dimm]]
id = "dimm0"
node = 1
size = "1G"
address = "0x110000000"
END
    inside any_block_any_zone --machine "$WORK/machine.toml" --kernel 6.1
    inside any_block_any_zone --machine "$WORK/machine.toml" --kernel 6.12
}

@test "each probed block takes the choice of zones from the earlier ones on 4.4 and 4.9" {
    local kernel
    for kernel in 4.4 4.9; do
        one_node "$kernel" 128M 0-7
        inside probed_one_by_one --machine "$WORK/machine.toml"
    done
}

@test "probe of a known block, of a new one in capitals, of a crooked address" {
    inside probed_twice --kernel 4.9
}

@test "four memory blocks are one logical block, and one of them is busy" {
    one_node 4.9 64M 0-15
    inside logical_blocks --machine "$WORK/machine.toml"
}
