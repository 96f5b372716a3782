#!/usr/bin/env bash
# Measures the size of the program, the time of "run -- true", the time until a mount answers, the memory of its daemon, and the same for
# many mounts at once. Prints the goals, but does not check them.
#   scripts/bench-start.sh [ROUNDS [MOUNTS]]
set -euo pipefail
export LC_ALL=C

self=$(readlink -f "${BASH_SOURCE[0]}")
root=${self%/scripts/*}
# shellcheck source=scripts/lib/install.sh
source "$root/scripts/lib/install.sh"
# shellcheck source=scripts/lib/bench.sh
source "$root/scripts/lib/bench.sh"
rounds=${1:-21}
fleet=${2:-200}
install_missing gcc:gcc gcc:libc6-dev
mkdir -p "$work"
compile start
if [ -z "${HOTPLUGFS:-}" ]; then
    "$root/scripts/hotplugfs" --version > /dev/null
    HOTPLUGFS=$root/artifacts/program/hotplugfs
fi
dir=$(mktemp -d)

# Unmounts everything at the end.
cleanup() {
    local mounted
    for mounted in "$dir"/*/; do
        "$HOTPLUGFS" unmount --lazy "$mounted" 2> /dev/null || true
    done
    rm -rf --one-file-system "$dir"
}
trap cleanup EXIT

# resident_kib DIR: the sum of the resident and of the proportional set sizes of the daemons whose directories start with DIR. The latter
# counts shared pages once.
resident_kib() {
    local process resident=0 proportional=0 text
    for process in /proc/[0-9]*; do
        text=$({ tr '\0' ' ' < "$process/cmdline"; } 2> /dev/null) || continue
        [[ $text == *"--daemon $1"* ]] || continue
        # A process that has just exited has no memory.
        text=$(awk '/^Rss:/ { r = $2 } /^Pss:/ { p = $2 } END { print r + 0, p + 0 }' "$process/smaps_rollup" 2> /dev/null) || continue
        resident=$((resident + ${text% *})) proportional=$((proportional + ${text#* }))
    done
    echo "$resident $proportional"
}

# median NUMBER ..: the middle one.
median() {
    printf '%s\n' "$@" | sort -n | sed -n "$((($# + 1) / 2))p"
}

# once COMMAND ...: sets ELAPSED to the microseconds from start to exit.
once() {
    local taken
    taken=$("$work/start" "$@")
    ELAPSED=$((taken / 1000))
}

# measure NAME MACHINE GOAL: mounts of a machine, with the goal for people.
measure() {
    local times=() resident=() i least
    mkdir -p "$dir/one"
    for ((i = 0; i < rounds; i++)); do
        once "$HOTPLUGFS" mount "$dir/one" --machine "$2"
        times+=("$ELAPSED")
        cat "$dir/one/sys/devices/system/memory/memory0/state" > /dev/null
        read -r least _ <<< "$(resident_kib "$dir/one")"
        resident+=("$least")
        "$HOTPLUGFS" unmount "$dir/one"
    done
    least=$(printf '%s\n' "${times[@]}" | sort -n | head -n 1)
    awk -v name="$1" -v t="$(median "${times[@]}")" -v least="$least" -v r="$(median "${resident[@]}")" -v goal="$3" \
        'BEGIN { printf "%-16s mount answers after %5.1f ms (least %.1f), resident %.1f MiB; goal %s\n",
                name, t / 1000, least / 1000, r / 1024, goal }'
}

# start_of_true: the time of any program's start here.
start_of_true() {
    local times=() i
    for ((i = 0; i < rounds; i++)); do
        once /bin/true
        times+=("$ELAPSED")
    done
    awk -v t="$(median "${times[@]}")" \
        'BEGIN { printf "/bin/true        takes %.1f ms; a mount starts two programs, the subcommand and the daemon\n", t / 1000 }'
}

# a_command: "hotplugfs run -- true" from start to exit, in turn with umockdev-run, which creates no namespaces and no file system.
a_command() {
    local ours=() theirs=() ratios=() i
    for ((i = 0; i < rounds; i++)); do
        once "$HOTPLUGFS" run -- true
        ours+=("$ELAPSED")
        if command -v umockdev-run > /dev/null; then
            once umockdev-run -- true
            theirs+=("$ELAPSED")
            ratios+=($((1000 * ours[i] / theirs[i])))
        fi
    done
    if [ ${#theirs[@]} -eq 0 ]; then
        theirs=(0) ratios=(0)
        echo "umockdev-run is left out, because it is not installed: apt-get install umockdev"
    fi
    awk -v t="$(median "${ours[@]}")" -v least="$(printf '%s\n' "${ours[@]}" | sort -n | head -n 1)" -v u="$(median "${theirs[@]}")" \
        -v ratio="$(median "${ratios[@]}")" 'BEGIN {
        printf "run -- true      takes %.1f ms (least %.1f); goal < 100 ms idle; umockdev-run -- true %.1f ms, median ratio %.2f\n",
            t / 1000, least / 1000, u / 1000, ratio / 1000 }'
}

# many COUNT: that many machines at once.
many() {
    local i before answered kib pids=()
    before=${EPOCHREALTIME/./}
    for ((i = 0; i < $1; i++)); do
        mkdir "$dir/many$i"
        "$HOTPLUGFS" mount "$dir/many$i" > /dev/null &
        pids+=($!)
    done
    for i in "${pids[@]}"; do
        wait "$i"
    done
    for ((i = 0; i < $1; i++)); do
        cat "$dir/many$i/sys/devices/system/memory/memory0/state" > /dev/null
    done
    answered=$((${EPOCHREALTIME/./} - before))
    kib=$(resident_kib "$dir/many")
    for ((i = 0; i < $1; i++)); do
        "$HOTPLUGFS" unmount "$dir/many$i"
    done
    awk -v n="$1" -v t="$answered" -v r="${kib% *}" -v p="${kib#* }" 'BEGIN {
        printf "%-16s all answer after %.1f s, resident %.0f MiB in total, %.0f MiB with shared pages counted once; ",
            n " at once", t / 1e6, r / 1024, p / 1024
        print "goal <= 10 s and < 1536 MiB for 200" }'
}

machine_file 524288 > "$dir/64TiB.toml"
size=$(stat -L -c %s "$HOTPLUGFS")
awk -v size="$size" -v load="$(cut -d ' ' -f 1 /proc/loadavg)" -v rounds="$rounds" \
    'BEGIN { printf "program          %.1f MiB; medians of %d rounds, load %s\n", size / 1048576, rounds, load }'
start_of_true
a_command
measure default default "<= 5 ms idle, <= 6 MiB"
measure "524288 blocks" "$dir/64TiB.toml" "<= 50 ms idle, <= 20 MiB"
many "$fleet"
