#!/usr/bin/env bash
# Mounts a simulated machine and shows the rules of memory hotplug on it with plain echo and cat. The mount stays up.
#   scripts/demo.sh [DIR]
set -euo pipefail
export LC_ALL=C

self=$(readlink -f "${BASH_SOURCE[0]}")
root=${self%/scripts/*}
# shellcheck source=scripts/lib/install.sh
source "$root/scripts/lib/install.sh"
program=${HOTPLUGFS:-$root/scripts/hotplugfs}
dir=${1:-${TMPDIR:-/tmp}/hotplugfs-demo}

# As one types it.
hotplugfs() {
    "$program" "$@"
}

install_missing lsmem:util-linux findmnt:util-linux flock:util-linux find:findutils
if [ "$(id -u)" -eq 0 ]; then
    # For a native program; without them it runs on the installed .NET.
    install_missing gcc:gcc gcc:libc6-dev
else
    install_missing fusermount3:fuse3
fi
need_sdk "$root"

bold='' dim='' plain=''
if [ -t 1 ]; then
    bold=$'\e[1m' dim=$'\e[2m' plain=$'\e[0m'
fi

title() {
    printf '\n%s%s%s\n' "$bold" "$*" "$plain"
}

# show COMMAND: prints it as one would type it in the memory directory, runs it there, and shows what it says; a refusal is no failure.
show() {
    printf '%s$%s %s\n' "$dim" "$plain" "$1"
    local output status=0
    output=$(cd "$memory" && eval "$1" 2>&1) || status=$?
    # Bash names this script and the line; a reader types into a shell.
    output=${output/#*line [0-9]*: echo:/echo:}
    [ -z "$output" ] || printf '%s\n' "$output"
    if [ "$status" -ne 0 ] && [[ $1 == echo* ]]; then
        printf '%s  log: %s%s\n' "$dim" "$(tail -n 1 "$dir/hotplugfs/log")" "$plain"
    fi
}

# table BLOCK ...: state and valid_zones.
table() {
    local block
    printf '  %-10s %-8s %s\n' block state valid_zones
    for block; do
        if [ -e "$memory/memory$block" ]; then
            printf '  %-10s %-8s %s\n' "memory$block" "$(cat "$memory/memory$block/state")" "$(cat "$memory/memory$block/valid_zones")"
        else
            printf '  %-10s %s\n' "memory$block" "(not there)"
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
# What follows writes; it must be to our machine.
if [ "$(findmnt -n -o FSTYPE --mountpoint "$dir")" != fuse.hotplugfs ]; then
    echo "nothing is mounted on $dir" >&2
    exit 1
fi
echo "\$ cd $memory"

blocks=(34 37 40 41 42 43 44 47)
title "Before: only the highest block of zone Normal can become Movable"
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

title "Kernel pages stay, and a block is what it is"
show 'echo offline > memory0/state'
show 'echo online > memory37/state'
show 'echo sideways > memory37/state'

title "The last normal memory of a node that has movable memory stays"
show 'echo offline > memory43/state'
show 'echo online_movable > memory43/state'
for block in 42 34 35 36; do
    show "echo offline > memory$block/state"
done
show 'echo offline > memory37/state'
show 'cat ../node/has_normal_memory'

title "Dimms come and go, and a zone whose blocks have gone with one keeps its place: what is plugged above is Movable"
show "hotplugfs unplug $dir dimm0"
show 'ls -d memory4?'
show "hotplugfs plug $dir --node 1 --size 256M --id new"
show 'cat memory48/state memory48/valid_zones memory49/valid_zones'
show "hotplugfs plug $dir --node 1 --size 256M --at 0x180000000"

title "After"
table "${blocks[@]}" 48 49
show "lsmem --sysroot $dir -a -o +NODE,ZONES"

title "The mount is up: $dir"
echo "  look around:  cd $memory"
echo "  why refused:  cat $dir/hotplugfs/log"
echo "  end it:       scripts/hotplugfs unmount $dir"
