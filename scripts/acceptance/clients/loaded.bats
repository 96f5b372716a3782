#!/usr/bin/env bats
# Figures of a machine whose memory is in use, as the programs that people read them with show them.
source "$BATS_TEST_DIRNAME/../lib/client.sh"
NEEDS="awk:mawk free:procps lsmem:util-linux numactl:numactl prometheus-node-exporter:prometheus-node-exporter"

is() {
    [ "$1" = "$2" ] || fail "${3:-it} is \"$1\", expected \"$2\""
}

# value NAME FILE: a line of meminfo, in kB.
value() {
    awk -v name="$1:" '$1 == name || $3 == name { print $(NF - 1) }' "$2"
}

# fill: 100 MiB of a program and 8 huge pages on node 1, 60 MiB of page cache and 40 MiB of shared memory on node 0.
fill() {
    put 8 "$NODE/node1/hugepages/hugepages-2048kB/nr_hugepages"
    put "id=app kind=anon size=100M node=1" "$CONTROL/load/start"
    put "id=cache kind=file size=60M node=0" "$CONTROL/load/start"
    put "id=shared kind=shmem size=40M node=0" "$CONTROL/load/start"
}

with_free() {
    fill
    # The function of that name frees mounts. Shared memory counts as used since procps 4.
    is "$(command free -m -l | awk '/^Mem:/ { print $2, $4, $5, $6 } /^Low:/ { print $2, $4 }' | tr '\n' ' ')" "1024 808 40 100 1024 808 "
    "$PROGRAM" load --id app --stop > /dev/null
    is "$(command free -m | awk '/^Mem:/ { print $4 }')" 908
}

with_numactl() {
    fill
    is "$(numactl -H | awk '/size:|free:/ { print $4 }' | tr '\n' ' ')" "512 412 512 396 "
}

with_lsmem() {
    fill
    is "$(lsmem --summary=only -b | awk '/online memory/ { print $NF }' | head -n 1)" 1073741824
    "$PROGRAM" load --id app --size 300M > /dev/null
    # What the loads take is still online.
    is "$(lsmem --summary=only -b | awk '/online memory/ { print $NF }' | head -n 1)" 1073741824
}

with_psutil() {
    fill
    /usr/bin/python3 -c '
import psutil
m = psutil.virtual_memory()
print(m.total >> 20, m.free >> 20, m.cached >> 20, m.shared >> 20, m.active >> 20, m.inactive >> 20, m.available < m.free + m.cached)' > psutil.txt
    is "$(cat psutil.txt)" "1024 808 100 40 140 60 True"
}

# metric NAME: a metric of the exporter as a whole number.
metric() {
    exec 4<> /dev/tcp/127.0.0.1/19101
    printf 'GET /metrics HTTP/1.0\r\n\r\n' >&4
    sed -nE "s/^$1 //p" <&4 | awk '{ printf "%d ", $1 }'
    exec 4>&-
}

exporter_answers() {
    (exec 4<> /dev/tcp/127.0.0.1/19101) 2> /dev/null
}

with_node_exporter() {
    local mib=1048576 free
    fill
    prometheus-node-exporter --web.listen-address=127.0.0.1:19101 --collector.disable-defaults --collector.meminfo --collector.meminfo_numa \
        --collector.vmstat --collector.vmstat.fields='^(nr_free_pages|pgalloc_.*)$' --collector.zoneinfo --collector.buddyinfo \
        --log.level=error > /dev/null 2>&1 &
    eventually exporter_answers
    is "$(metric node_memory_MemFree_bytes)" "$((808 * mib)) "
    is "$(metric node_memory_AnonPages_bytes)" "$((100 * mib)) "
    is "$(metric node_memory_Shmem_bytes)" "$((40 * mib)) "
    is "$(metric node_memory_HugePages_Total)" "8 "
    is "$(metric 'node_memory_numa_MemFree\{node="[01]"\}')" "$((412 * mib)) $((396 * mib)) "
    is "$(metric 'node_memory_numa_Active_anon\{node="1"\}')" "$((100 * mib)) "
    free=$(metric 'node_zoneinfo_nr_free_pages\{.*\}' | awk '{ for (i = 1; i <= NF; i++) sum += $i; print sum }')
    is "$free" "$((808 * 256))" "the free pages of all zones"
    is "$(metric 'node_vmstat_nr_free_pages')" "$free "
    kill $!
    wait $! || true
}

# Agents estimate what is available from the low marks where the kernel does not: before 3.14.
low_marks() {
    is "$(grep -c MemAvailable /proc/meminfo || true)" 0
    [ "$(awk '$1 == "low" { sum += $2 } END { print sum + 0 }' /proc/zoneinfo)" -gt 0 ] || fail "all low marks are 0"
    is $(($(value HighTotal /proc/meminfo) + $(value LowTotal /proc/meminfo))) "$(value MemTotal /proc/meminfo)"
    is "$(command free -k -l | awk '/^High:/ { print $2, $4 }')" "$(value HighTotal /proc/meminfo) $(value HighFree /proc/meminfo)"
    # Normal ends at page 228,350, and the first page is in no zone.
    is "$(value LowTotal /proc/meminfo)" $((228349 * 4))
}

# Empty zones have protection on some kernels; those with memory have it and nr_free_pages on all.
zones_of_zoneinfo() {
    awk '/^Node/ { zone = $2 $4 } $1 == "present" && $2 > 0 { present[zone] } /protection:/ { protection[zone] } $1 == "nr_free_pages" { free[zone] = $2 }
        END { for (zone in present) { count++; if (!(zone in protection) || !(zone in free)) { print zone " lacks a line"; exit 1 } } exit count < 2 }' /proc/zoneinfo
}

fields_of_meminfo() {
    local field
    for field in CommitLimit Committed_AS VmallocTotal VmallocUsed VmallocChunk; do
        [[ $(value "$field" /proc/meminfo) =~ ^[0-9]+$ ]] || fail "meminfo has no $field"
    done
}

huge_pages_of_the_machine() {
    local pool=hugepages/hugepages-2048kB/nr_hugepages
    put 16 "$NODE/node1/$pool"
    is "$(cat "/sys/kernel/mm/$pool") $(cat /proc/sys/vm/nr_hugepages)" "16 16"
    put 6 "/sys/kernel/mm/$pool"
    is "$(($(cat "$NODE/node0/$pool") + $(cat "$NODE/node1/$pool")))" 6
}

count_blocks() {
    find "$MEMORY" -maxdepth 1 -name 'memory[0-9]*' | wc -l
}

# The descriptors of 256 GiB are larger than the machine; those of 1 GiB are 16 MiB.
descriptors() {
    local before blocks
    before=$(value MemFree /proc/meminfo)
    blocks=$(count_blocks)
    refuse "Cannot allocate memory" "node=1 size=256G id=big" "$CONTROL/dimms/plug"
    is "$(value MemFree /proc/meminfo) $(count_blocks)" "$before $blocks"
    put "node=1 size=1G id=small" "$CONTROL/dimms/plug"
    is "$((before - $(value MemFree /proc/meminfo)))" 16384
}

sub_blocks() {
    local before
    put online "$MEMORY/auto_online_blocks"
    put "id=v node=1 max=4G" "$CONTROL/virtio_mem"
    before=$(value MemTotal /proc/meminfo)
    put "id=v size=8M" "$CONTROL/virtio_mem"
    is "$(($(value MemTotal /proc/meminfo) - before))" 8192
}

# is_going_offline: by cat, because GNU grep waits for the write (README.md).
is_going_offline() {
    [ "$(cat "$MEMORY/memory33/state")" = going-offline ]
}

slow_offline() {
    local writer status=0
    put "33 2s" "$CONTROL/offline_result"
    (exec > "$MEMORY/memory33/state" && echo offline) 2> writer.txt &
    writer=$!
    eventually is_going_offline
    put 2s "$CONTROL/clock"
    wait "$writer" || status=$?
    is "$status $(cat "$MEMORY/memory33/state")" "0 offline"
}

own_descriptors() {
    local before
    is "$(cat /sys/module/memory_hotplug/parameters/memmap_on_memory)" Y
    put online_movable "$MEMORY/auto_online_blocks"
    before=$(value MemTotal /proc/meminfo)
    put "node=0 size=128M id=one" "$CONTROL/dimms/plug"
    is "$(($(value MemTotal /proc/meminfo) - before))" $((126 * 1024))
}

@test "free shows what loads use" {
    inside with_free --kernel 6.12
}

@test "numactl shows each node's free memory" {
    inside with_numactl --kernel 6.12
}

@test "lsmem counts memory in use as online" {
    inside with_lsmem --kernel 6.12
}

@test "psutil shows what loads use" {
    /usr/bin/python3 -c 'import psutil' 2> /dev/null || missing "psutil is not installed: apt-get install python3-psutil"
    inside with_psutil --kernel 6.12
}

@test "node_exporter's collectors agree about a loaded machine" {
    inside with_node_exporter --kernel 6.12
}

@test "3.8 with HighMem has low marks, HighTotal and no MemAvailable" {
    inside low_marks --machine i386 --kernel 3.8
}

@test "zones with memory have protection and nr_free_pages on every kernel" {
    for kernel in 3.8 4.4 4.9 4.14 4.19 5.10 5.15 6.1 6.12 7.2; do
        inside zones_of_zoneinfo --kernel "$kernel"
    done
}

@test "meminfo has the fields that all kernels have" {
    for kernel in 3.8 4.9 6.12; do
        inside fields_of_meminfo --kernel "$kernel"
    done
}

@test "huge pages of the nodes are those of the machine" {
    inside huge_pages_of_the_machine --kernel 6.12
}

@test "a DIMM whose page descriptors do not fit is refused" {
    inside descriptors --kernel 6.12
}

@test "virtio-mem with 8 MiB adds 8 MiB" {
    inside sub_blocks --kernel 6.12
}

@test "a slow offline reads going-offline until it ends" {
    inside slow_offline --kernel 6.12 --clock manual
}

@test "a block that holds its own page descriptors adds 126 MiB on 6.1" {
    # shellcheck disable=SC2016
    "$HOTPLUGFS" run --kernel 6.1 -- sh -c 'cat "$HOTPLUGFS/hotplugfs/machine"' |
        sed 's/^kernel = .*/&\nmemmap_on_memory = true/' > "$WORK/machine.toml"
    inside own_descriptors --machine "$WORK/machine.toml"
}
