#!/usr/bin/env bash
# Capacity on demand: a manager plugs a DIMM when memory is short and unplugs one when there is plenty. Whether it gets memory back depends
# on the word with which it brings blocks online.
#   scripts/stories/capacity-on-demand.sh [KERNEL]
# shellcheck source=scripts/lib/story.sh
source "$(dirname "${BASH_SOURCE[0]}")/../lib/story.sh"

if [ "${1:-}" != --inside ]; then
    "$program" run --kernel "${1:-6.12}" -- bash "$0" --inside online
    echo
    "$program" run --kernel "${1:-6.12}" -- bash "$0" --inside online_movable
    exit
fi
in_machine "$@"
word=$2 dimms=0

free_mib() {
    awk '/MemFree/ { print int($4 / 1024) }' /sys/devices/system/node/node1/meminfo
}

# manage: keeps between 300 MiB and 900 MiB of node 1 free.
manage() {
    local block first
    while true; do
        if [ "$(free_mib)" -lt 300 ]; then
            dimms=$((dimms + 1))
            "$program" plug --node 1 --size 512M --id "extra$dimms"
            first=$(cut -d - -f 1 "$HOTPLUGFS/hotplugfs/dimms/extra$dimms/blocks")
            for block in $(seq "$first" $((first + 3))); do
                echo "$word" > "/sys/devices/system/memory/memory$block/state"
            done
        elif [ "$(free_mib)" -gt 900 ] && [ "$dimms" -gt 0 ]; then
            if ! "$program" unplug "extra$dimms" 2> /dev/null; then
                echo "extra$dimms stays: it holds pages of $(cut -d ' ' -f 1 "$HOTPLUGFS/hotplugfs/dimms/extra$dimms/loads" | paste -s -d ' ')"
                break
            fi
            echo "extra$dimms: unplugged"
            dimms=$((dimms - 1))
        else
            break
        fi
    done
}

echo "The manager brings blocks online with $word; a program grows to 1400 MiB, and the kernel needs a little for it:"
for size in 200 400 600 800 1000 1200 1400; do
    "$program" load --id program --size "${size}M" --node 1 --policy bind > /dev/null
    "$program" load --id "slab$size" --kind kernel --size 2M --node 1 > /dev/null
    manage
done
echo "The program ends; $((dimms * 512)) MiB are too much now:"
"$program" load --id program --stop
manage
echo "$((dimms * 512)) MiB of extra memory are left"
