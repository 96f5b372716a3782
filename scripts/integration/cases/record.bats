#!/usr/bin/env bats
source "$BATS_TEST_DIRNAME/../lib/verbs.sh"

# look_like_a_machine RELEASE BOOT-OPTION: the files in /proc that are read, from the zones of the machine.
look_like_a_machine() {
    local node zone start spanned present managed
    mkdir -p "$WORK/root/proc/sys/kernel"
    ln -sfn "$DIR/sys" "$WORK/root/sys"
    echo "$1" > "$WORK/root/proc/sys/kernel/osrelease"
    echo "root=/dev/somewhere quiet $2" > "$WORK/root/proc/cmdline"
    while read -r node zone start spanned present managed _; do
        [ "$zone" != zone=node ] || continue
        printf 'Node %s, zone %8s\n' "${node#*=}" "${zone#*=}"
        printf '  %s %s\n' spanned "${spanned#*=}" present "${present#*=}" managed "${managed#*=}" start_pfn: "${start#*=}"
    done < "$CONTROL/zones" > "$WORK/root/proc/zoneinfo"
}

# record FILE OPTION ...: records the mount.
record() {
    is_mounted "$DIR" || fail "not mounted: $DIR"
    "$HOTPLUGFS" record --sysroot "$WORK/root" --wait 0 -o "$@"
}

# recorded FILE OPTION ...: recording the mount succeeds.
recorded() {
    record "$@" 2> "$WORK/record.err" || fail "record exited with $?: $(cat "$WORK/record.err")"
}

# repeated FILE: the recording is a machine, and replays without a difference.
repeated() {
    local result
    start_machine --machine "$1"
    end_machine
    result=$("$HOTPLUGFS" replay "$1") || fail "replay: $result"
    [[ $result == *" 0 divergences, 0 skipped" ]] || fail "replay: $result"
}

@test "record records a mount like a kernel and restores the blocks" {
    # Current rules, two blocks of one DIMM.
    start_machine --kernel 6.12
    look_like_a_machine 6.12.1 memmap=no
    before=$(snapshot)
    recorded "$WORK/new.jsonl" --kernel 6.12 --write 43,41
    unchanged "$before"
    grep -q 'memory41: offline, zones Normal Movable' "$WORK/record.err" || fail "it did not announce the blocks"
    grep -q '"data":"ONLINE","at":"write","err":"EINVAL"' "$WORK/new.jsonl" || fail "a refused word is not recorded"
    ! grep -q 'memory4[0245]/' <(grep '"op":"write"' "$WORK/new.jsonl") || fail "it wrote to a block that was not named"
    grep -q '"append":"memmap=no"' "$WORK/new.jsonl" || fail "it recorded other boot options than those about memory"

    # Blocks that must not be written to.
    for refused in 99 0 40,1; do
        fails_with 2 "memory" record "$WORK/none.jsonl" --write "$refused"
        [ ! -e "$WORK/none.jsonl" ] || fail "--write $refused left a file"
    done
    fails_with 2 '--write "40-41"' record "$WORK/none.jsonl" --write 40-41
    unchanged "$before"
    end_machine
    repeated "$WORK/new.jsonl"

    # Short writes, blocks that cross the boundary, and a recording that is stopped halfway.
    start_machine --kernel 4.4 --movable-node true
    look_like_a_machine 4.4.0 ''
    before=$(snapshot)
    recorded "$WORK/old.jsonl" --kernel 4.4-mny --write 43
    unchanged "$before"
    grep -q '"data":"online_movable","n":1,"err":null' "$WORK/old.jsonl" || fail "a short write is not recorded"
    # Slow reads, so that it has not ended before it is stopped.
    echo "memory43 read valid_zones take=300ms" > "$CONTROL/faults"
    "$HOTPLUGFS" record --sysroot "$WORK/root" --wait 0 -o "$WORK/stopped.jsonl" --write 43 2> "$WORK/record.err" &
    stopped=$!
    until grep -q 'online_movable.*"snap"' "$WORK/stopped.jsonl" 2> /dev/null; do
        kill -0 "$stopped" || fail "it exited before it was stopped: $(cat "$WORK/record.err")"
    done
    kill -TERM "$stopped"
    status=0
    wait "$stopped" || status=$?
    [ "$status" -eq 143 ] || fail "it exited with $status after SIGTERM: $(cat "$WORK/record.err")"
    echo clear > "$CONTROL/faults"
    unchanged "$before"
    end_machine
    repeated "$WORK/old.jsonl"
    repeated "$WORK/stopped.jsonl"

    # Without --write nothing is written. The release decides which kernel it is.
    start_machine --kernel 4.8
    look_like_a_machine 4.8.17-generic ''
    before=$(snapshot)
    recorded "$WORK/read.jsonl"
    unchanged "$before"
    grep -q '^{"format":1,"kernel":"4.8-mnn",' "$WORK/read.jsonl" || fail "$(head -c 100 "$WORK/read.jsonl")"
    ! grep -q '"op":"write"' "$WORK/read.jsonl" || fail "it wrote"
    end_machine
    repeated "$WORK/read.jsonl"
}

@test "the machine of a recording has its PCI devices, and dax devices with their blocks" {
    # Node 2 has no memory yet, so that it is offline.
    cat > "$WORK/devices.toml" << 'END'
kernel = "7.3"
block_size = "128M"
[[node]]
number = 0
cpus = "0-1"
distances = [10, 17, 28]
[[node]]
number = 1
distances = [17, 10, 20]
[[node]]
number = 2
[[memory]]
node = 0
blocks = "0-7"
zone = "DMA32"
[[dax]]
node = 1
size = "512M"
address = "0x100000000"
[[dax]]
node = 2
size = "256M"
address = "0x140000000"
driver = "device_dax"
[[pci]]
address = "0000:3b:00.0"
node = 1
class = "0x020000"
vendor = "0x8086"
device = "0x1572"
subsystem_vendor = "0x8086"
revision = "0x2"
[[pci]]
address = "0001:00:1f.7"
class = "0x010000"
vendor = "0x1af4"
device = "0x1000"
END
    local path paths=(bus/pci bus/dax devices/pci0000:3b devices/pci0001:00 devices/platform devices/system/memory devices/system/node)
    start_machine --machine "$WORK/devices.toml"
    put online_movable "$MEMORY/memory33/state"
    look_like_a_machine 7.3.0 ''
    mkdir -p "$WORK/was"
    cp -r --no-dereference "$DIR/sys" "$WORK/was/" 2> "$WORK/unreadable" || true
    recorded "$WORK/devices.jsonl" --kernel 7.3
    end_machine
    grep -q '"pci":\[{"address":"0000:3b:00.0","class":131072,' "$WORK/devices.jsonl" || fail "no PCI device: $(head -c 4000 "$WORK/devices.jsonl")"
    # A user cannot read the addresses, without which memory in use has no region.
    if [ "$EUID" -eq 0 ]; then
        [ ! -s "$WORK/record.err" ] || fail "something is lost: $(cat "$WORK/record.err")"
    else
        grep -q 'its addresses are missing, which only root can read; it is left out' "$WORK/record.err" || fail "no loss: $(cat "$WORK/record.err")"
        paths=(bus/pci devices/pci0000:3b devices/pci0001:00)
    fi
    start_machine --machine "$WORK/devices.jsonl"
    for path in "${paths[@]}"; do
        same_tree "$WORK/was/sys/$path" "$DIR/sys/$path"
    done
    end_machine
    repeated "$WORK/devices.jsonl"
    # A kernel without the bus has no regions.
    "$HOTPLUGFS" import --kernel 4.9 "$WORK/devices.jsonl" > "$WORK/old.toml"
    ! grep -q '^\[\[dax' "$WORK/old.toml" || fail "kernel 4.9 has a dax bus"
    grep -c '^\[\[pci' "$WORK/old.toml" | grep -qx 2 || fail "PCI devices are lost"
}
