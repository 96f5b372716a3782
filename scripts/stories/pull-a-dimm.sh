#!/usr/bin/env bash
# Why zone Movable exists: two DIMMs of a node get the same load, one in zone Normal and one in zone Movable. Only one can be pulled.
#   scripts/stories/pull-a-dimm.sh [KERNEL]
# shellcheck source=scripts/lib/story.sh
source "$(dirname "${BASH_SOURCE[0]}")/../lib/story.sh"

in_machine "$@"

# plug ID WORD: plugs a DIMM of four blocks and writes the word to their state.
plug() {
    "$program" plug --node 1 --size 512M --id "$1"
    local first block
    first=$(cut -d - -f 1 "$HOTPLUGFS/hotplugfs/dimms/$1/blocks")
    for block in $(seq "$first" $((first + 3))); do
        echo "$2" > "/sys/devices/system/memory/memory$block/state"
    done
    echo "  $2 > memory{$(seq -s , "$first" "$block")}/state"
}

# A load's blocks, without the number of pages in each.
without_pages() {
    sed 's/ ([0-9]* pages)//g'
}

reason=$(mktemp)
plug normal online_kernel
plug movable online_movable
echo "The kernel needs memory, and so does a program:"
"$program" load --id slab --kind kernel --size 560M --node 1 | without_pages
"$program" load --id app --kind anon --size 300M --node 1 | without_pages
for dimm in normal movable; do
    echo "hotplugfs unplug $dimm"
    if "$program" unplug "$dimm" 2> "$reason"; then
        echo "  $dimm is out; the program runs on:"
        "$program" load | grep app | without_pages
    else
        head -n 2 "$reason"
    fi
done
rm "$reason"
