#!/usr/bin/env bash
# Demonstrates the rules of memory hotplug in the container, with plain echo and cat at the real paths.
set -euo pipefail
export LC_ALL=C

memory=/sys/devices/system/memory
log=${HOTPLUGFS_DIR:-/run/hotplugfs}/hotplugfs/log

# The demonstration writes, so make sure that the machine is a simulated one.
if ! mountpoint -q "$memory" || [ "$(findmnt --noheadings --output FSTYPE --mountpoint "$memory")" != fuse.hotplugfs ]; then
    echo "demo: $memory is not a simulated machine's; run this in the container (docker/README.md)" >&2
    exit 1
fi
cd "$memory"

bold='' dim='' plain=''
if [ -t 1 ]; then
    bold=$'\e[1m' dim=$'\e[2m' plain=$'\e[0m'
fi

title() {
    printf '\n%s%s%s\n' "$bold" "$*" "$plain"
}

# show COMMAND: prints a command, runs it, and prints its output. A failing command does not end the demonstration.
show() {
    printf '%s$%s %s\n' "$dim" "$plain" "$1"
    local output status=0
    output=$(eval "$1" 2>&1) || status=$?
    # Bash names this script and the line, which it would not for a command typed at its prompt.
    output=${output/#*line [0-9]*: echo:/bash: echo:}
    [ -z "$output" ] || printf '%s\n' "$output"
    if [ "$status" -ne 0 ] && [[ $1 == echo* ]]; then
        printf '%s  log: %s%s\n' "$dim" "$(tail -n 1 "$log")" "$plain"
    fi
}

title "This container's memory is a simulated machine with two nodes"
show 'lsmem -o RANGE,SIZE,STATE,BLOCK,NODE,ZONES'

title "Only the highest block of zone Normal can become Movable"
show 'cat memory40/valid_zones memory43/valid_zones'
show 'echo online_movable > memory40/state'
show 'echo online_movable > memory43/state'
show 'cat memory43/state memory43/valid_zones memory42/valid_zones'

title "The boundary between the zones moves block by block"
show 'echo online_movable > memory42/state'
show 'echo online_kernel > memory43/state'
show 'echo online > memory41/state'
show 'cat memory41/valid_zones memory42/valid_zones memory43/valid_zones'

title "A block that holds pages of the kernel cannot be offlined"
show 'echo offline > memory0/state'
show 'echo offline > memory37/state'
show 'chmem -d -b 43'
show 'cat memory43/state'

title "The result"
show 'lsmem -o RANGE,SIZE,STATE,BLOCK,NODE,ZONES'
show 'head -n 1 /proc/meminfo'

title "$log has the reason for every refusal"
