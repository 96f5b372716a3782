#!/usr/bin/env bash
# Measures reads and writes of the mount, and compares them with the host's real sysfs (which is only read), a copy on tmpfs, a libfuse3
# server in C with the same tree, lxcfs, umockdev-run and a boot in QEMU. Rounds are interleaved (A B C A B C ..); the result is the median
# of the rounds' ratios. Prints a table with the goals and writes bench/results. Exits with 0 if everything worked, whatever the figures
# are.
#   scripts/bench.sh [--short] [--rounds N] [--sizes "N N .."] [--results DIR]
# --short only checks in about a minute that everything works, and writes to artifacts/bench/results. Needs root or unprivileged user
# namespaces. BENCH_KERNEL=IMAGE names the kernel for QEMU if /boot has none.
set -euo pipefail
export LC_ALL=C

self=$(readlink -f "${BASH_SOURCE[0]}")
root=${self%/scripts/*}
# shellcheck source=scripts/lib/install.sh
source "$root/scripts/lib/install.sh"
# shellcheck source=scripts/lib/bench.sh
source "$root/scripts/lib/bench.sh"

rounds=41 ms=2 results=$root/bench/results rounds_elsewhere=9 fleet=200 starts=21 tasks=7
engine=() sizes="$(real_blocks) 4096 32768 131072 524288"
arguments=("$@")
while [ $# -gt 0 ]; do
    case $1 in
        --short)
            rounds=2 ms=1 fleet=10 starts=2 tasks=1 engine=(--short) sizes="$(real_blocks) 1024"
            results=$root/artifacts/bench/results
            ;;
        --rounds) rounds=$2 && shift ;;
        --sizes) sizes=$2 && shift ;;
        --results) results=$(realpath -m "$2") && shift ;;
        *) echo "bench.sh: unknown option \"$1\"; see the head of $self" >&2 && exit 2 ;;
    esac
    shift
done

if [ -z "${BENCH_INSIDE:-}" ]; then
    prepare
    build_reports
    # All mounts are in a new namespace, and are removed with it.
    map=()
    [ "$(id -u)" -eq 0 ] || map=(--user --map-root-user)
    BENCH_INSIDE=1 exec unshare "${map[@]}" --mount --propagation private "$self" "${arguments[@]}"
fi

begin_mounts
mkdir -p "$results"
raw=$work/measurements.jsonl
: > "$raw"
describe_run "$results/machine.json"

for size in $sizes; do
    say "$size blocks"
    start_all "$size"
    # Short slices, so that most are undisturbed; many of them for the size that has goals.
    [ "$size" -eq "${sizes%% *}" ] || rounds=$((rounds_elsewhere < rounds ? rounds_elsewhere : rounds))
    run_client pinned "$size" --cpu "$cpu"
    if [ "$size" -eq "${sizes%% *}" ]; then
        release_cpu
        run_client unpinned "$size"
    fi
    stop_all
done
say "whole tasks"
whole_tasks "$tasks"
say "report"
"$root/artifacts/bin/HotplugFs.Bench/release/HotplugFs.Bench" "$results" "$raw"
gzip -9n < "$raw" > "$results/measurements.jsonl.gz"
say "start, resident memory, $fleet mounts at once"
HOTPLUGFS=$program "$root/scripts/bench-start.sh" "$starts" "$fleet" | tee "$results/start.txt"
say "the engine alone"
TMPDIR=$mounts "${priority[@]}" "$root/artifacts/bin/HotplugFs.Engine.Benchmarks/release/HotplugFs.Engine.Benchmarks" \
    "$results" "${engine[@]}" | cut -c 1-200
echo "results are in ${results#"$PWD"/}"
