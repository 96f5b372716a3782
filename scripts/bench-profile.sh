#!/usr/bin/env bash
# Shows where the time of an operation is spent, pinned to one CPU as in scripts/bench.sh: in which code and system calls, and how often the
# server sleeps or is preempted by its caller. It explains the figures of docs/performance.md.
#   scripts/bench-profile.sh [OPERATION ..]    operations by their names in scripts/bench.sh
# Needs root. Installs perf and jq if they are missing.
set -euo pipefail
export LC_ALL=C

self=$(readlink -f "${BASH_SOURCE[0]}")
root=${self%/scripts/*}
# shellcheck source=scripts/lib/install.sh
source "$root/scripts/lib/install.sh"
# shellcheck source=scripts/lib/bench.sh
source "$root/scripts/lib/bench.sh"

operations=("open+read+close" "open+read+close, constant" "open+fstat+read to EOF+close, constant"
    "write to state, refused" "write to state, accepted"
    "pread" "readdir, per entry" "lsmem -a")
[ $# -eq 0 ] || operations=("$@")

if [ -z "${BENCH_INSIDE:-}" ]; then
    [ "$(id -u)" -eq 0 ] || { echo "bench-profile.sh: run it as root, because it inspects other processes and the kernel" >&2 && exit 2; }
    prepare jq:jq perf:linux-perf
    BENCH_INSIDE=1 exec unshare --mount --propagation private "$self" "$@"
fi

begin_mounts

# client NAME ..: measures an operation on targets in turn.
client() {
    "${priority[@]}" "$work/client" --rounds "$rounds" --ms "$ms" --cpu "$cpu" --only "$operation" "$@"
}

# counts PID: how often a server read (once per request), slept, and was preempted.
counts() {
    cat "/proc/$1/io" "/proc/$1"/task/*/status | awk '
            /^syscr/ { r += $2 } /^voluntary_ctxt/ { v += $2 } /^nonvoluntary_ctxt/ { n += $2 } END { print r, v, n }'
}

# shares PID TARGET: percent of the CPU time in the server's own code, in the kernel for the server, in the client's own code, in the kernel
# for the client.
shares() {
    perf record -q -C "$cpu" -o "$mounts/perf.data" -- \
        "${priority[@]}" "$work/client" --rounds 100 --ms 5 --cpu "$cpu" --only "$operation" "$2" > /dev/null || return
    perf report -i "$mounts/perf.data" --sort pid,dso -g none -F overhead,pid,dso --field-separator ';' | awk -F ';' -v pid="$1" '
        /^#/ || NF < 3 { next }
        { split($2, who, ":"); side = who[1] + 0 == pid ? "server" : who[1] + 0 == 0 ? "idle" : "client"
          share[side, $3 ~ /kernel/ ? "kernel" : "own"] += $1 }
        END { printf "%.0f %.0f %.0f %.0f\n",
                share["server", "own"], share["server", "kernel"], share["client", "own"], share["client", "kernel"] }'
}

row() { printf '%-38s %-14s %9s %8s %8s %8s %8s %8s %8s %8s\n' "$@"; }

# each UNITS BEFORE AFTER: the three counts per unit.
each() {
    awk -v units="$1" -v before="$2" -v after="$3" 'BEGIN {
        split(before, b); split(after, a)
        printf "%.2f %.2f %.2f\n", (a[1] - b[1]) / units, (a[2] - b[2]) / units, (a[3] - b[3]) / units }'
}

start_all 192
names=(hotplugfs c hotplugfs-fast)
rounds=41 ms=2
row operation mount time server server client client requests sleeps waits
row "" "" "" "own" kernel "own" kernel "an op" "an op" "an op"
for operation in "${operations[@]}"; do
    before=() after=()
    for i in "${!names[@]}"; do before[i]=$(counts "${pids[i]}"); done
    # All in turn, as in the benchmark, because the scheduling depends on it.
    client "${targets[@]}" > "$mounts/measured"
    for i in "${!names[@]}"; do after[i]=$(counts "${pids[i]}"); done
    for i in "${!names[@]}"; do
        # The units are without round 0, the warm-up: an error of one pass in fifty.
        # Separate commands, so that a failure of any ends this.
        measured=$(jq -rs --arg name "${names[i]}" \
            '[.[] | select(.target == $name)] | "\(map(.ns) | sort | .[length / 2 | floor] / 10 | round / 100) \(map(.units) | add)"' \
                "$mounts/measured")
        read -r time units <<< "$measured"
        target=$(printf '%s\n' "${targets[@]}" | grep "^${names[i]}=")
        percent=$(shares "${pids[i]}" "$target")
        read -r server_own server_kernel client_own client_kernel <<< "$percent"
        counted=$(each "$units" "${before[i]}" "${after[i]}")
        read -r requests sleeps waits <<< "$counted"
        row "$operation" "${names[i]}" "$time us" "$server_own %" "$server_kernel %" \
            "$client_own %" "$client_kernel %" "$requests" "$sleeps" "$waits"
    done
done
