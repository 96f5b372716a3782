#!/usr/bin/env bash
# Fragmentation: a node with zone Normal only and a node that is mostly Movable live through the same: programs fill 14 of 16 added blocks
# while the kernel takes one page for every 64 of theirs. Then the programs end.
#   scripts/stories/fragmentation.sh [KERNEL]
# shellcheck source=scripts/lib/story.sh
source "$(dirname "${BASH_SOURCE[0]}")/../lib/story.sh"

in_machine "$@"
load=$HOTPLUGFS/hotplugfs/load

# huge_pages NODE: how many huge pages of 2 MiB the node could have.
huge_pages() {
    local pool=/sys/devices/system/node/node$1/hugepages/hugepages-2048kB/nr_hugepages
    echo 99999 > "$pool"
    cat "$pool"
    echo 0 > "$pool"
}

# blocks_that_can_go WORD BLOCK ...: counts the blocks that go offline; each is then onlined again with the word.
blocks_that_can_go() {
    local word=$1 block count=0
    shift
    for block; do
        if echo offline 2> /dev/null > "/sys/devices/system/memory/memory$block/state"; then
            echo "$word" > "/sys/devices/system/memory/memory$block/state"
            count=$((count + 1))
        fi
    done
    echo "$count of $# blocks"
}

# live NODE WORD: a node with 2 GiB more, onlined with the word.
live() {
    local node=$1 word=$2 before blocks step
    "$program" plug --node "$node" --size 2G --id "more$node" > /dev/null
    mapfile -t blocks < <(tr - ' ' < "$HOTPLUGFS/hotplugfs/dimms/more$node/blocks" | xargs seq)
    for block in "${blocks[@]}"; do
        echo "$word" > "/sys/devices/system/memory/memory$block/state"
    done
    before="$(huge_pages "$node") huge pages, $(blocks_that_can_go "$word" "${blocks[@]}") can go offline"
    for step in {1..28}; do
        echo "id=program$step kind=anon size=64M node=$node policy=bind" > "$load/start"
        echo "id=kernel$node.$step kind=kernel size=1M node=$node policy=bind" > "$load/start"
    done
    for step in {1..28}; do
        echo "program$step" > "$load/stop"
    done
    echo "node $node, 16 blocks onlined with $word"
    echo "  before: $before"
    echo "  after:  $(huge_pages "$node") huge pages, $(blocks_that_can_go "$word" "${blocks[@]}") can go offline"
}

live 0 online_kernel
live 1 online_movable
