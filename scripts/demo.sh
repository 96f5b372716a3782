#!/usr/bin/env bash
# Mounts a simulated machine, demonstrates the rules of memory hotplug with plain echo and cat, and leaves the mount in place.
#   scripts/demo.sh [DIR]
set -euo pipefail
export LC_ALL=C

self=$(readlink -f "${BASH_SOURCE[0]}")
root=${self%/scripts/*}
# shellcheck source=scripts/lib/install.sh
source "$root/scripts/lib/install.sh"
program=${HOTPLUGFS:-$root/scripts/hotplugfs}
dir=${1:-${TMPDIR:-/tmp}/hotplugfs-demo}

# The command as it is typed.
hotplugfs() {
    "$program" "$@"
}

install_missing lsmem:util-linux findmnt:util-linux flock:util-linux find:findutils
if [ "$(id -u)" -eq 0 ]; then
    # For a native program; without them it runs on the installed runtime.
    install_missing gcc:gcc gcc:libc6-dev
else
    install_missing fusermount3:fuse3
fi
need_sdk "$root"

bold='' dim='' plain=''
if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then
    bold=$'\e[1m' dim=$'\e[2m' plain=$'\e[0m'
fi

title() {
    printf '\n%s%s%s\n' "$bold" "$*" "$plain"
}

# show COMMAND: prints a command as it is typed in the memory directory, runs it there, and prints its output. The command may fail.
show() {
    printf '%s$%s %s\n' "$dim" "$plain" "$1"
    local output status=0
    output=$(cd "$memory" && eval "$1" 2>&1) || status=$?
    # Without the name of this script and the line, as in an interactive shell.
    output=${output/#*line [0-9]*: echo:/echo:}
    [ -z "$output" ] || printf '%s\n' "$output"
    if [ "$status" -ne 0 ] && [[ $1 == echo* ]]; then
        printf '%s  log: %s%s\n' "$dim" "$(tail -n 1 "$dir/hotplugfs/log")" "$plain"
    fi
}

# table BLOCK ...: the state and valid_zones of blocks.
table() {
    local block
    printf '  %-10s %-8s %s\n' block state valid_zones
    for block; do
        if [ -e "$memory/memory$block" ]; then
            printf '  %-10s %-8s %s\n' "memory$block" "$(cat "$memory/memory$block/state")" "$(cat "$memory/memory$block/valid_zones")"
        else
            printf '  %-10s %s\n' "memory$block" "(absent)"
        fi
    done
}

mkdir -p "$dir"
dir=$(readlink -f "$dir")
memory=$dir/sys/devices/system/memory
if [ "$(findmnt -n -o FSTYPE --mountpoint "$dir")" = fuse.hotplugfs ]; then
    hotplugfs unmount "$dir"
fi
title "A machine with two nodes and the rules of kernel 4.9"
echo "\$ scripts/hotplugfs mount $dir"
hotplugfs mount "$dir"
# Only the simulated machine is written to.
if [ "$(findmnt -n -o FSTYPE --mountpoint "$dir")" != fuse.hotplugfs ]; then
    echo "nothing is mounted on $dir" >&2
    exit 1
fi
echo "\$ cd $memory"

blocks=(34 37 40 41 42 43 44 47)
title "At first, only the highest block of zone Normal can become Movable"
table "${blocks[@]}"
show 'echo online_movable > memory40/state'
show 'echo online_movable > memory43/state'
show 'cat memory43/state memory43/valid_zones memory42/valid_zones'

title "The boundary between the zones moves block by block, and back"
show 'echo online_movable > memory42/state'
show 'cat memory42/valid_zones memory43/valid_zones'
show 'echo offline > memory43/state'
show 'echo online_kernel > memory43/state'
show 'echo offline > memory42/state'
show 'echo online_kernel > memory42/state'
show 'echo online_kernel > memory43/state'
show 'cat memory42/valid_zones memory43/valid_zones'

title "Blocks with kernel pages cannot be offlined, and invalid requests are refused"
show 'echo offline > memory0/state'
show 'echo online > memory37/state'
show 'echo sideways > memory37/state'

title "A node with movable memory keeps its last normal block"
show 'echo offline > memory43/state'
show 'echo online_movable > memory43/state'
for block in 42 34 35 36; do
    show "echo offline > memory$block/state"
done
show 'echo offline > memory37/state'
show 'cat ../node/has_normal_memory'

title "DIMMs are unplugged and plugged. Zone Movable keeps its position, so new blocks above it are Movable"
show "hotplugfs unplug $dir dimm0"
show 'ls -d memory4?'
show "hotplugfs plug $dir --node 1 --size 256M --id new"
show 'cat memory48/state memory48/valid_zones memory49/valid_zones'
show "hotplugfs plug $dir --node 1 --size 256M --at 0x180000000"

title "After"
table "${blocks[@]}" 48 49
show "lsmem --sysroot $dir -a -o +NODE,ZONES"

title "The machine is mounted on $dir"
echo "  explore it:          cd $memory"
echo "  see the refusals:    cat $dir/hotplugfs/log"
echo "  unmount it:          scripts/hotplugfs unmount $dir"
