#!/usr/bin/env bash
# An agent should online new memory in zone Movable so that it can be unplugged later, but it writes the right word to the wrong file.
#   scripts/stories/online-movable.sh [KERNEL]
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

if [ "${1:-}" != --inside ]; then
    exec "$root/scripts/hotplugfs" run --kernel "${1:-6.12}" -- bash "$0" --inside
fi
# Nothing is written to a real machine's memory.
[ "$(findmnt -n -o FSTYPE --target /sys/devices/system/memory)" = fuse.hotplugfs ] || exit 99
cd /sys/devices/system/memory

show() {
    echo "  memory$1/state: $(cat "memory$1/state"), memory$1/valid_zones: $(cat "memory$1/valid_zones")"
}

# write WORD FILE: what the agent does, and the result.
write() {
    echo "echo $1 > $2"
    if echo "$1" 2> /dev/null > "$2"; then
        echo "  the write succeeds"
    else
        echo "  the write fails"
    fi
}

"$root/scripts/hotplugfs" plug --node 1 --size 256M
show 48
write online_movable memory48/online
show 48
echo "  \"online\" is parsed as a boolean: anything that starts with \"on\" means true, and the kernel chooses the zone. Use \"state\":"
write online_movable memory49/state
show 49
