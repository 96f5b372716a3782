# shellcheck shell=bash
# The parts of scripts/bench.sh: builds, starts and ends what is compared, and measures whole tasks. Sourced by scripts/bench*.sh, which set
# root and the variables that are empty here.

root=${root:?}
work=$root/artifacts/bench
program=$root/artifacts/program/hotplugfs
cpu=$(($(nproc) - 1))
mounts='' raw='' rounds='' ms='' accelerator=''
pids=()
targets=()
# Other work on the machine would be measured as well. Only root may raise the priority.
priority=()
[ "$(nice -n -15 nice 2> /dev/null)" -ge 0 ] || priority=(nice -n -15)

say() {
    echo "== $* (load $(cut -d ' ' -f 1 /proc/loadavg))" >&2
}

# real_blocks: the number of blocks of the host, to compare its sysfs with a machine of the same size; 192 if the host has fewer than 64.
real_blocks() {
    local count
    count=$(find /sys/devices/system/memory -maxdepth 1 -name 'memory[0-9]*' 2> /dev/null | wc -l)
    [ "$count" -ge 64 ] || count=192
    echo "$count"
}

# prepare TOOL:PACKAGE ..: installs what is missing, these tools as well, and builds what every comparison needs.
prepare() {
    install_missing gcc:gcc gcc:libc6-dev pkg-config:pkg-config lsmem:util-linux taskset:util-linux \
        unshare:util-linux findmnt:util-linux "$@"
    # A library has no command.
    pkg-config --exists fuse3 || install_missing "libfuse3, to compile with:libfuse3-dev"
    need_sdk "$root"
    mkdir -p "$work"
    say "build"
    compile client -pthread
    # shellcheck disable=SC2046
    compile server $(pkg-config --cflags --libs fuse3)
    "$root/scripts/hotplugfs" --version > /dev/null
}

# compile NAME [OPTION ..]: builds a program in C.
compile() {
    gcc -O2 -std=gnu11 -Wall -Wextra -Werror -I "$root/bench/common" "$root"/bench/common/*.c "$root/bench/$1"/*.c "${@:2}" -o "$work/$1"
}

# build_reports: builds the program that writes the tables, and the benchmarks of the engine.
build_reports() {
    local project
    for project in HotplugFs.Bench HotplugFs.Engine.Benchmarks; do
        MSBUILDDISABLENODEREUSE=1 dotnet build "$root/bench/$project" -c Release -p:UseSharedCompilation=false --nologo -v quiet \
            -p:ArtifactsPath="$root/artifacts" > "$work/build.log" || {
            cat "$work/build.log" >&2
            return 1
        }
    done
}

# begin_mounts: creates the directory for the mounts of this run. At its end it is removed, and all servers are ended.
begin_mounts() {
    mkdir -p "$work/mounts"
    mounts=$(mktemp -d "$work/mounts/XXXXXX")
    trap cleanup EXIT
}

# describe_run FILE: the machine and the date.
describe_run() {
    local model
    model=$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)
    printf '{"date": "%s", "kernel": "%s", "cpus": %s, "cpu": "%s", "load": "%s", "version": "%s", "rounds": %s}\n' \
        "$(date -u +%Y-%m-%d)" "$(uname -sr)" "$(nproc)" "${model:-unknown}" "$(cut -d ' ' -f 1-3 /proc/loadavg)" \
        "$("$root/scripts/hotplugfs" --version)" "$rounds" > "$1"
}

# machine_file SIZE: a machine with that many blocks, the last 8 of them an offline DIMM.
machine_file() {
    local normal=$(($1 - 32 - 8))
    cat << END
block_size = "128M"
kernel = "6.12"

[[node]]
number = 0
cpus = "0-1"

[[memory]]
node = 0
blocks = "0-31"
zone = "DMA32"

[[memory]]
node = 0
blocks = "32-$((32 + normal - 1))"
zone = "Normal"

[[dimm]]
id = "dimm0"
node = 0
size = "1G"
END
}

# start NAME COMMAND ..: starts a server on one CPU, and waits until it prints a line, which means that its mount answers.
start() {
    local name=$1
    shift
    rm -f "$mounts/$name.ready"
    mkfifo "$mounts/$name.ready"
    "${priority[@]}" taskset -c "$cpu" "$@" > "$mounts/$name.ready" 2> "$mounts/$name.log" &
    pids+=($!)
    if ! IFS= read -r -t 60 _ < "$mounts/$name.ready"; then
        echo "bench.sh: $name does not start: $(cat "$mounts/$name.log")" >&2
        return 1
    fi
}

start_lxcfs() {
    command -v lxcfs > /dev/null || { echo "lxcfs is left out, because it is not installed" >&2 && return; }
    mkdir -p "$mounts/lxcfs"
    local poll
    # It does not print anything when it is ready; the mount table changes.
    findmnt --poll=mount --first-only --timeout 10000 --mountpoint "$mounts/lxcfs" > /dev/null &
    poll=$!
    "${priority[@]}" taskset -c "$cpu" lxcfs -f "$mounts/lxcfs" > "$mounts/lxcfs.log" 2>&1 &
    pids+=($!)
    if wait "$poll"; then
        targets+=("lxcfs=$mounts/lxcfs")
    else
        echo "lxcfs is left out, because it does not mount here: $(tail -n 1 "$mounts/lxcfs.log")" >&2
    fi
}

copy_to_tmpfs() {
    local from=$mounts/hotplugfs/sys/devices/system/memory to=$mounts/tmpfs/sys/devices/system/memory
    mkdir -p "$mounts/tmpfs"
    mount -t tmpfs -o nr_inodes=0 tmpfs "$mounts/tmpfs"
    mkdir -p "$to"
    # autosuspend_delay_ms of a block cannot be read, nor on a real machine. A block has no write-only files.
    (cd "$from" && find block_size_bytes memory[0-9]* \( -type f -o -type l \) ! -name autosuspend_delay_ms -print0 |
        xargs -0 cp --parents --no-dereference -t "$to")
}

# start_all SIZE: starts everything that is compared on a machine of that size.
start_all() {
    local file=$mounts/machine-$1.toml
    targets=() pids=()
    machine_file "$1" > "$file"
    mkdir -p "$mounts/hotplugfs" "$mounts/hotplugfs-fast" "$mounts/c"
    start hotplugfs "$program" mount "$mounts/hotplugfs" --foreground --machine "$file"
    start c "$work/server" -o fsname=hotplugfs-bench "$1" "$mounts/c"
    targets+=("hotplugfs=$mounts/hotplugfs,rw,rules" "c=$mounts/c,rw,rules")
    [ "$1" -gt 4096 ] && return
    start hotplugfs-fast "$program" mount "$mounts/hotplugfs-fast" --foreground --machine "$file" -o fast
    copy_to_tmpfs
    targets+=("hotplugfs-fast=$mounts/hotplugfs-fast,rw,rules" "tmpfs=$mounts/tmpfs,rw")
    if [ "$1" -eq "$(real_blocks)" ]; then
        [ ! -e /sys/devices/system/memory/block_size_bytes ] || targets=("sysfs=/" "${targets[@]}")
        start_lxcfs
    fi
}

# release_cpu: lets all servers run on any CPU.
release_cpu() {
    local pid
    for pid in "${pids[@]}"; do
        taskset -acp "0-$cpu" "$pid" > /dev/null
    done
}

run_client() {
    local mode=$1 size=$2
    shift 2
    "${priority[@]}" timeout --kill-after 10 3000 "$work/client" --rounds "$rounds" --ms "$ms" \
        --label mode="$mode" --label machine="$size" "$@" \
        "${targets[@]}" >> "$raw"
}

stop_all() {
    local pid directory
    for pid in "${pids[@]}"; do
        kill -TERM "$pid" 2> /dev/null || true
    done
    for directory in tmpfs lxcfs; do
        ! mountpoint -q "$mounts/$directory" || umount -l "$mounts/$directory"
    done
    for pid in "${pids[@]}"; do
        wait "$pid" || true
    done
    pids=()
}

cleanup() {
    stop_all
    rm -rf --one-file-system "$mounts"
}

# timed OPERATION TARGET ROUND COMMAND ..: measures a whole task.
timed() {
    local operation=$1 target=$2 round=$3 before=${EPOCHREALTIME/./}
    shift 3
    "$@" > /dev/null 2> "$mounts/task.log" || { echo "bench.sh: $target: $(tail -n 3 "$mounts/task.log")" >&2 && return 1; }
    printf '{"operation": "%s", "target": "%s", "round": %s, "ns": %s000, "mode": "whole", "machine": "0"}\n' \
        "$operation" "$target" "$round" "$((${EPOCHREALTIME/./} - before))" >> "$raw"
}

lsmem_on_hotplugfs() {
    "$program" mount "$mounts/hotplugfs" --machine "$mounts/whole.toml"
    lsmem -a --sysroot "$mounts/hotplugfs"
    "$program" unmount "$mounts/hotplugfs"
}

# umockdev_description SIZE: memory devices in the format of umockdev-run.
umockdev_description() {
    local i
    for ((i = 0; i < $1; i++)); do
        printf 'P: /devices/system/memory/memory%d\nE: SUBSYSTEM=memory\nA: state=online\\n\nA: valid_zones=Normal\\n\n' "$i"
        printf 'A: removable=1\\n\nA: phys_index=%08x\\n\n\n' "$i"
    done
}

lsmem_on_umockdev() {
    # It cannot create the file in the directory of the devices.
    # shellcheck disable=SC2016
    umockdev-run --device "$mounts/whole.umockdev" -- \
        sh -c 'echo 8000000 > "$UMOCKDEV_DIR/sys/devices/system/memory/block_size_bytes" && lsmem -a'
}

qemu_image() {
    local found
    if [ -n "${BENCH_KERNEL:-}" ]; then
        echo "$BENCH_KERNEL"
        return
    fi
    for found in /boot/vmlinuz-*; do
        [ ! -r "$found" ] || { echo "$found" && return; }
    done
}

# make_initrd FILE: an initrd that lists the blocks and powers off.
make_initrd() {
    local tree=$mounts/initrd
    mkdir -p "$tree/bin" "$tree/sys"
    cp "$(command -v busybox)" "$tree/bin/busybox"
    printf '#!/bin/busybox sh\n/bin/busybox mount -t sysfs none /sys\n/bin/busybox grep -H . /sys/devices/system/memory/*/state\n%s\n' \
        '/bin/busybox poweroff -f' > "$tree/init"
    chmod +x "$tree/init"
    (cd "$tree" && find . | cpio --quiet -o -H newc | gzip) > "$1"
}

lsmem_in_qemu() {
    timeout 60 qemu-system-x86_64 -accel "$accelerator" -smp 2 -m 24G -machine memory-backend=ram \
        -object memory-backend-ram,id=ram,size=24G,reserve=off -nographic -no-reboot -kernel "$image" -initrd "$mounts/initrd.gz" \
        -append "console=ttyS0 quiet panic=-1" < /dev/null
}

# choose_accelerator: kvm if a guest boots with it, which it may not on a machine that is a guest itself; else tcg. Fails if neither works.
choose_accelerator() {
    for accelerator in kvm tcg; do
        # -c, because -q would exit before the guest has.
        ! lsmem_in_qemu 2> "$mounts/task.log" | grep -c /state: > /dev/null || return 0
        echo "QEMU with $accelerator boots no guest here: $(tail -n 1 "$mounts/task.log")" >&2
    done
    return 1
}

# whole_tasks ROUNDS: sets up 192 blocks, lists them, and removes them.
whole_tasks() {
    local round image='' umockdev=false
    machine_file 192 > "$mounts/whole.toml"
    mkdir -p "$mounts/hotplugfs"
    if command -v umockdev-run > /dev/null; then
        umockdev=true
        umockdev_description 192 > "$mounts/whole.umockdev"
    else
        echo "umockdev-run is left out, because it is not installed" >&2
    fi
    if command -v qemu-system-x86_64 > /dev/null && command -v busybox > /dev/null && command -v cpio > /dev/null; then
        image=$(qemu_image)
    fi
    if [ -n "$image" ]; then
        make_initrd "$mounts/initrd.gz"
        choose_accelerator || image=
    else
        echo "QEMU is left out, because it, busybox, cpio or a kernel image is not installed" >&2
    fi
    for ((round = 1; round <= $1; round++)); do
        timed "all blocks listed" hotplugfs "$round" lsmem_on_hotplugfs
        # A task that fails here is reported and left out.
        ! $umockdev || timed "all blocks listed" umockdev-run "$round" lsmem_on_umockdev || umockdev=false
        [ -z "$image" ] || timed "all blocks listed" "boot in QEMU, $accelerator" "$round" lsmem_in_qemu || image=
    done
}
