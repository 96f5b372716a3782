#!/usr/bin/env bash
# How large the program is, how long until a mount answers, and how much memory its daemon has. A benchmark: it judges nothing.
#   scripts/bench-start.sh [ROUNDS]
set -euo pipefail
export LC_ALL=C

self=$(readlink -f "${BASH_SOURCE[0]}")
root=${self%/scripts/*}
rounds=${1:-21}
if [ -z "${HOTPLUGFS:-}" ]; then
    "$root/scripts/hotplugfs" --version > /dev/null
    HOTPLUGFS=$root/artifacts/program/hotplugfs
fi
dir=$(mktemp -d)
# Nothing is mounted at the end, whatever happens.
trap '"$HOTPLUGFS" unmount --lazy "$dir" 2> /dev/null || true; rmdir "$dir"' EXIT

# resident_kib: of the process that serves $dir. The one of the round before may not have ended yet; it has no memory any more.
resident_kib() {
    local process kib=
    for process in /proc/[0-9]*; do
        if [[ "$( { tr '\0' ' ' < "$process/cmdline"; } 2> /dev/null)" == *"--daemon $dir "* ]]; then
            kib=$(sed -n 's/^VmRSS:[^0-9]*\([0-9]*\) kB/\1/p' "$process/status" 2> /dev/null) || true
            [ -z "$kib" ] || echo "$kib"
        fi
    done | tail -n 1
}

# measure MACHINE
measure() {
    local machine=$1 times=() resident=() i before
    for ((i = 0; i < rounds; i++)); do
        before=${EPOCHREALTIME/./}
        "$HOTPLUGFS" mount "$dir" --machine "$machine" > /dev/null
        times+=($((${EPOCHREALTIME/./} - before)))
        lsmem --sysroot "$dir" -a > /dev/null
        resident+=("$(resident_kib)")
        "$HOTPLUGFS" unmount "$dir"
    done
    local t r
    mapfile -t t < <(printf '%s\n' "${times[@]}" | sort -n)
    mapfile -t r < <(printf '%s\n' "${resident[@]}" | sort -n)
    awk -v machine="$machine" -v t="${t[rounds / 2]}" -v low="${t[0]}" -v r="${r[rounds / 2]}" \
        'BEGIN { printf "%-16s mount answers after %5.1f ms (least %.1f), resident %.1f MiB\n", machine, t / 1000, low / 1000, r / 1024 }'
}

size=$(stat -L -c %s "$HOTPLUGFS")
awk -v size="$size" -v load="$(cut -d ' ' -f 1 /proc/loadavg)" -v rounds="$rounds" \
    'BEGIN { printf "program          %.1f MiB; medians of %d rounds, load %s\n", size / 1048576, rounds, load }'
measure default
measure large
