#!/usr/bin/env bash
# A faulty DIMM: a page with errors is retired, all other pages move away, and the DIMM is ejected while the program on it runs on.
#   scripts/stories/faulty-dimm.sh [KERNEL]
# shellcheck source=scripts/lib/story.sh
source "$(dirname "${BASH_SOURCE[0]}")/../lib/story.sh"

in_machine "$@"
cd /sys/devices/system/memory
dimm=$HOTPLUGFS/hotplugfs/dimms/dimm0

# show: what the DIMM is used for.
show() {
    echo "  idle: $(cat "$dimm/idle"), loads: $(paste -s -d ' ' "$dimm/loads")"
}

for block in {40..43}; do
    echo online_movable > "memory$block/state"
done
"$program" load --id program --size 300M --node 1 > /dev/null
echo "dimm0 has the blocks $(cat "$dimm/blocks"); a program uses it"
show
echo "The memory controller reports corrected errors at $(cat "$dimm/address"):"
cat "$dimm/address" > soft_offline_page
grep HardwareCorrupted /proc/meminfo
echo "More follow. Everything moves away:"
for block in {40..43}; do
    echo offline > "memory$block/state"
    echo "  memory$block: $(cat "memory$block/state")"
done
show
firmware_node=$(basename "$(readlink memory40/firmware_node)")
echo "echo 1 > \$HOTPLUGFS/sys/bus/acpi/devices/$firmware_node/eject"
echo 1 > "$HOTPLUGFS/sys/bus/acpi/devices/$firmware_node/eject"
if [ ! -e memory40 ]; then
    echo "  dimm0 is out; the program has $(cat "$HOTPLUGFS/hotplugfs/load/program/resident") bytes elsewhere"
fi
grep HardwareCorrupted /proc/meminfo
