#!/usr/bin/env bash
# With auto_online_blocks set to "offline", new memory waits for a policy to choose its zone. A udev rule that ignores the setting wins the
# race.
#   scripts/stories/udev-policy.sh [KERNEL]
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

# with_rule KERNEL RULE ...: a machine on which udev has just this rule.
with_rule() {
    local kernel=$1
    shift
    rules=$(mktemp)
    trap 'rm -f "$rules"' EXIT
    printf '%s\n' "$@" | tee "$rules"
    "$root/scripts/hotplugfs" run --kernel "$kernel" --udev "$rules" -- bash "$0" --inside
    rm "$rules"
}

if [ "${1:-}" != --inside ]; then
    with_rule "${1:-6.12}" 'SUBSYSTEM=="memory", ACTION=="add", ATTR{state}=="offline", ATTR{state}="online"'
    echo
    with_rule "${1:-6.12}" 'ATTRS{auto_online_blocks}=="offline", GOTO="end"' \
        'SUBSYSTEM=="memory", ACTION=="add", ATTR{state}=="offline", ATTR{state}="online"' 'LABEL="end"'
    exit
fi
# Nothing is written to a real machine's memory.
[ "$(findmnt -n -o FSTYPE --target /sys/devices/system/memory)" = fuse.hotplugfs ] || exit 99
cd /sys/devices/system/memory

show() {
    echo "  memory48/state: $(cat memory48/state), memory48/valid_zones: $(cat memory48/valid_zones)"
}

echo "  auto_online_blocks: $(cat auto_online_blocks); memory48 is plugged"
"$root/scripts/hotplugfs" plug --node 1 --size 128M > /dev/null
udevadm settle
show
if error=$({ echo online_movable > memory48/state; } 2>&1); then
    echo "  the policy writes online_movable"
    show
else
    echo "  the policy writes online_movable, which now fails: ${error##*: }"
fi
