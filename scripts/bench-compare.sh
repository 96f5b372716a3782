#!/usr/bin/env bash
# Compares the program with an older one on the same machine, in turn (old new old new ..): requests, lsmem, start, resident memory. Prints
# for each the medians in nanoseconds (KiB for memory) and the median of the rounds' ratios with the quarters around it; a change of up to
# 3 % counts as none. Exits with 0 if everything worked, whatever the figures are.
#   scripts/bench-compare.sh [--rounds N] OLD      OLD is a program, or a revision of the repository, which is built
# Needs root or unprivileged user namespaces.
set -euo pipefail
export LC_ALL=C

self=$(readlink -f "${BASH_SOURCE[0]}")
root=${self%/scripts/*}
# shellcheck source=scripts/lib/install.sh
source "$root/scripts/lib/install.sh"
# shellcheck source=scripts/lib/bench.sh
source "$root/scripts/lib/bench.sh"

rounds=41 ms=2 old=''
arguments=("$@")
while [ $# -gt 0 ]; do
    case $1 in
        --rounds) rounds=$2 && shift ;;
        -*) echo "bench-compare.sh: unknown option \"$1\"; see the head of $self" >&2 && exit 2 ;;
        *) old=$1 ;;
    esac
    shift
done
[ -n "$old" ] || { echo "bench-compare.sh: name an older program or revision; see the head of $self" >&2 && exit 2; }
tree=$work/old

# build_old REVISION: builds the program of a revision in a tree of its own.
build_old() {
    git -C "$root" worktree remove --force "$tree" 2> /dev/null || true
    git -C "$root" worktree add --quiet --detach "$tree" "$1"
    "$tree/scripts/hotplugfs" --version > /dev/null
}

if [ -z "${BENCH_INSIDE:-}" ]; then
    prepare
    compile start
    build_reports
    [ -f "$old" ] || build_old "$old"
    map=()
    [ "$(id -u)" -eq 0 ] || map=(--user --map-root-user)
    BENCH_INSIDE=1 exec unshare "${map[@]}" --mount --propagation private "$self" "${arguments[@]}"
fi

# program_of TARGET
program_of() {
    local found=$program
    [ "$1" = new ] || { [ -f "$old" ] && found=$(realpath "$old") || found=$tree/artifacts/program/hotplugfs; }
    echo "$found"
}

# note OPERATION TARGET ROUND NUMBER: a measurement in the client's format.
note() {
    printf '{"operation": "%s", "target": "%s", "round": %s, "ns": %s, "mode": "whole", "machine": "0"}\n' "$@" >> "$raw"
}

# start_and_memory TARGET ROUND: the time until a mount answers, the daemon's memory after it answered, and "run -- true".
start_and_memory() {
    local nth=$2 program_here pid
    program_here=$(program_of "$1")
    note "mount answers" "$1" "$nth" "$("$work/start" "$program_here" mount "$mounts/whole")"
    lsmem -a --sysroot "$mounts/whole" > /dev/null
    pid=$(pgrep -f -- "--daemon $mounts/whole")
    note "resident memory, KiB" "$1" "$nth" "$(awk '/^Rss:/ { print $2 }' "/proc/$pid/smaps_rollup")"
    "$program_here" unmount "$mounts/whole"
    note "run -- true" "$1" "$nth" "$("$work/start" "$program_here" run -- true)"
}

begin_mounts
raw=$mounts/measurements.jsonl
mkdir -p "$mounts/old" "$mounts/new" "$mounts/whole"
machine_file 192 > "$mounts/machine.toml"
for target in old new; do
    start "$target" "$(program_of $target)" mount "$mounts/$target" --foreground --machine "$mounts/machine.toml"
    targets+=("$target=$mounts/$target,rw,rules")
done
say "requests"
run_client pinned 192 --cpu "$cpu"
stop_all
say "start and memory"
for ((round = 1; round <= rounds; round++)); do
    start_and_memory old "$round"
    start_and_memory new "$round"
done
say "old, new, new/old"
"$root/artifacts/bin/HotplugFs.Bench/release/HotplugFs.Bench" --compare "$raw"
