#!/usr/bin/env bats
# hotplugfs import and capture: the machine of a dump is the machine that was dumped.
source "$BATS_TEST_DIRNAME/../lib/verbs.sh"

# same_lines FILE1 FILE2: lines with the same names, whatever their figures are.
same_lines() {
    diff <(awk '{ print $1 == "Node" ? $3 : $1 }' "$1") <(awk '{ print $1 == "Node" ? $3 : $1 }' "$2") > "$WORK/diff" \
        || fail "$1 and $2 have other lines: $(cat "$WORK/diff")"
}

# cpu_differences REAL SIMULATED: the entries of the CPU trees that are not the same, one a line, with N for the number of a CPU.
cpu_differences() {
    # With -q it would compare sizes.
    { diff -r --no-dereference -x uevent -x autosuspend_delay_ms -x runtime_active_time -x runtime_suspended_time "$1" "$2" || true; } \
        | sed -nE -e "s,^Only in $1/?([^:]*): (.*),real only: \1/\2,p" -e "s,^Only in $2/?([^:]*): (.*),here only: \1/\2,p" \
            -e "s,^diff .* $1/([^ ]*) .*,differs: \1,p" -e "s,^Symbolic links $1/([^ ]*) .*,differs: \1,p" \
        | sed -E -e 's,: /,: ,' -e 's,cpu[0-9]+/,cpuN/,' | sort -u
}

@test "the captured machine has the directories, links, texts and lines of this one" {
    [ -d /sys/devices/system/memory/memory0 ] || skip "this machine shows no memory blocks"
    "$HOTPLUGFS" capture > "$WORK/this.toml" 2> "$WORK/losses" || fail "capture exited with $?: $(cat "$WORK/losses")"
    [ ! -s "$WORK/losses" ] || fail "something is lost: $(cat "$WORK/losses")"
    start_machine --machine "$WORK/this.toml"
    for directory in memory node; do
        same_tree "/sys/devices/system/$directory" "$DIR/sys/devices/system/$directory"
    done
    for file in meminfo vmstat numastat; do
        same_lines "/sys/devices/system/node/node0/$file" "$NODE/node0/$file"
    done
    end_machine
}

@test "a directory, a tar and a compressed tar of a machine are that machine" {
    start_machine --kernel 6.12
    state 37 offline
    mkdir -p "$WORK/dump/proc"
    cp -r --no-dereference "$DIR/sys" "$WORK/dump/" 2> "$WORK/unreadable" || true
    cat "$DIR/proc/zoneinfo" > "$WORK/dump/proc/zoneinfo"
    echo "Linux version 6.12.0 (x86_64)" > "$WORK/dump/proc/version"
    "$HOTPLUGFS" import "$WORK/dump" > "$WORK/dump.toml" 2> "$WORK/losses" || fail "import exited with $?: $(cat "$WORK/losses")"
    tar -C "$WORK" -cf "$WORK/dump.tar" dump
    gzip -k "$WORK/dump.tar"
    for archive in dump.tar dump.tar.gz; do
        "$HOTPLUGFS" import "$WORK/$archive" 2> "$WORK/losses" | tail -n +2 > "$WORK/archive.toml"
        diff <(tail -n +2 "$WORK/dump.toml") "$WORK/archive.toml" || fail "$archive is another machine"
    done
    cp -r --no-dereference "$MEMORY" "$WORK/was" 2> "$WORK/unreadable" || true
    end_machine
    start_machine --machine "$WORK/dump.toml"
    same_tree "$WORK/was" "$MEMORY"
    end_machine
}

@test "an archive that is cut short is read in part, and says so; nothing is written beside it" {
    start_machine
    mkdir -p "$WORK/dump/sys/devices/system" "$WORK/here"
    cp -r --no-dereference "$MEMORY" "$WORK/dump/sys/devices/system/" 2> "$WORK/unreadable" || true
    echo outside > "$WORK/outside"
    tar -C "$WORK/dump" -cf "$WORK/dump.tar" -P --transform 's,^\.\./outside,../../escaped,' sys ../outside
    head -c 40000 "$WORK/dump.tar" > "$WORK/here/cut.tar"
    "$HOTPLUGFS" import "$WORK/here/cut.tar" > "$WORK/cut.toml" 2> "$WORK/losses" || fail "import exited with $?: $(cat "$WORK/losses")"
    grep -q "it is cut short or damaged" "$WORK/losses" || fail "$(cat "$WORK/losses")"
    run "$HOTPLUGFS" import --strict "$WORK/here/cut.tar"
    [ "$status" -eq 1 ] || fail "--strict exited with $status"
    "$HOTPLUGFS" import "$WORK/dump.tar" > "$WORK/whole.toml" 2> "$WORK/losses" || fail "import exited with $?: $(cat "$WORK/losses")"
    grep -q "its name leads out of the archive" "$WORK/losses" || fail "$(cat "$WORK/losses")"
    [ "$(ls -A "$WORK/here")" = cut.tar ] || fail "$(ls -A "$WORK/here")"
    [ ! -e "$WORK/escaped" ] && [ ! -e "$WORK/../escaped" ] || fail "something was written outside"
    end_machine
}

@test "the trees of real kernels with access classes and caches are the trees of their machines" {
    local archive directory
    [ -r "$ROOT/tests/trees/debian-6.12-hmat.tar.xz" ] || skip "no trees that this user can read"
    for archive in "$ROOT"/tests/trees/*.tar.xz; do
        rm -rf "$WORK/real"
        mkdir "$WORK/real"
        tar -C "$WORK/real" -xJf "$archive"
        "$HOTPLUGFS" import "$archive" > "$WORK/real.toml" 2> "$WORK/losses" || fail "import exited with $?: $(cat "$WORK/losses")"
        [ ! -s "$WORK/losses" ] || fail "something is lost of $archive: $(cat "$WORK/losses")"
        start_machine --machine "$WORK/real.toml"
        for directory in devices/system/node devices/system/memory devices/virtual/memory_tiering kernel/mm/hugepages kernel/mm/numa; do
            same_tree "$WORK/real/sys/$directory" "$DIR/sys/$directory"
        done
        for file in meminfo vmstat numastat; do
            same_lines "$WORK/real/sys/devices/system/node/node0/$file" "$NODE/node0/$file"
        done
        # What is left of the CPU tree, each with its reason.
        sed -E 's, +#.*,,' > "$WORK/expected" << 'END'
differs: cpuN/cache/index3/id   # by CPUID no CPU of the emulator shares the cache; the kernel takes its sharers from the package
differs: cpuN/crash_notes       # an address that the kernel chose at boot
here only: vulnerabilities      # the copies lack it; the kernels have it
real only: cpuN/driver          # ACPI devices of CPUs are not simulated
real only: cpuN/firmware_node   # as driver
real only: cpuN/power/pm_qos_resume_latency_us   # a limit for drivers of idle states, which are not simulated
real only: hotplug              # the names of the states follow from the options of the build
real only: modalias             # numbers of features, which CPUID has and no file
real only: nohz_full            # an option of the build
END
        cpu_differences "$WORK/real/sys/devices/system/cpu" "$DIR/sys/devices/system/cpu" > "$WORK/differences"
        diff "$WORK/expected" "$WORK/differences" > "$WORK/diff" || fail "other differences of $archive than expected: $(cat "$WORK/diff")"
        end_machine
    done
}

@test "the copied tree of a machine with PCI devices, dax devices or standby memory is that machine" {
    # Root can read all of it.
    [ "$EUID" -eq 0 ] || skip "the addresses of dax devices are for root only"
    local machine paths path
    cat > "$WORK/devices.toml" << 'END'
kernel = "6.12"
block_size = "128M"
[[node]]
number = 0
cpus = "0-1"
[[node]]
number = 1
[[memory]]
node = 0
blocks = "0-7"
zone = "DMA32"
[[dax]]
node = 1
size = "512M"
address = "0x100000000"
[[pci]]
address = "0000:3b:00.0"
node = 0
class = "0x020000"
vendor = "0x8086"
device = "0x1572"
END
    for machine in "$WORK/devices.toml 6.12 x86_64 bus/pci bus/dax devices/pci0000:3b devices/platform devices/system/memory devices/system/node" \
        "s390-zvm 7.2 s390x firmware devices/system/memory"; do
        read -r -a paths <<< "$machine"
        rm -rf "$WORK/copy" "$WORK/was"
        start_machine --machine "${paths[0]}" --kernel "${paths[1]}"
        if [ "${paths[2]}" = s390x ]; then
            put 1 "$DIR/sys/firmware/memory/memory17/config"
        else
            put online_movable "$MEMORY/memory33/state"
        fi
        mkdir -p "$WORK/copy/proc"
        cp -r --no-dereference "$DIR/sys" "$WORK/copy/" 2> "$WORK/unreadable" || true
        cat "$DIR/proc/zoneinfo" > "$WORK/copy/proc/zoneinfo"
        echo "Linux version ${paths[1]}.0 (${paths[2]})" > "$WORK/copy/proc/version"
        tar -C "$WORK" -cf "$WORK/copy.tar" copy
        cp -r "$WORK/copy/sys" "$WORK/was"
        end_machine
        "$HOTPLUGFS" import "$WORK/copy.tar" > "$WORK/copy.toml" 2> "$WORK/losses" || fail "import exited with $?: $(cat "$WORK/losses")"
        [ ! -s "$WORK/losses" ] || fail "something is lost: $(cat "$WORK/losses")"
        start_machine --machine "$WORK/copy.toml"
        for path in "${paths[@]:3}"; do
            same_tree "$WORK/was/$path" "$DIR/sys/$path"
        done
        end_machine
    done
}
