#!/usr/bin/env bats
source "$BATS_TEST_DIRNAME/../lib/client.sh"
NEEDS="lstopo-no-graphics:hwloc-nox mount:mount"

# a_root CPUS: a root directory (HWLOC_FSROOT) with the machine's nodes and that many packages of one CPU.
a_root() {
    local cpu topology
    export HWLOC_FSROOT=$WORK/root
    # It would ask the host's CPUs for their caches.
    export HWLOC_COMPONENTS=-x86
    mkdir -p "$HWLOC_FSROOT"/{proc,sys/devices/system/{node,memory},sys/bus}
    for ((cpu = 0; cpu < $1; cpu++)); do
        topology=$HWLOC_FSROOT/sys/devices/system/cpu/cpu$cpu/topology
        mkdir -p "$topology"
        echo "$cpu" > "$topology/physical_package_id"
        echo 0 > "$topology/core_id"
        printf '%x\n' $((1 << cpu)) | tee "$topology"/{thread_siblings,core_siblings,core_cpus,package_cpus} > /dev/null
    done
    echo "0-$(($1 - 1))" | tee "$HWLOC_FSROOT"/sys/devices/system/cpu/{online,possible,present} > /dev/null
    touch "$HWLOC_FSROOT/proc/meminfo"
    mount --bind "$HOTPLUGFS/proc/meminfo" "$HWLOC_FSROOT/proc/meminfo"
    mount --bind "$HOTPLUGFS/sys/devices/system/node" "$HWLOC_FSROOT/sys/devices/system/node"
    mount --bind "$HOTPLUGFS/sys/bus" "$HWLOC_FSROOT/sys/bus"
}

two_nodes() {
    a_root 2
    state 43 online
    prints lstopo-no-graphics --of console --no-io << 'END'
Machine (1152MB total)
  Package L#0
    NUMANode L#0 (P#0 512MB)
    Core L#0 + PU L#0 (P#0)
  Package L#1
    NUMANode L#1 (P#1 640MB)
    Core L#1 + PU L#1 (P#1)
END
    prints lstopo-no-graphics --only NUMANode --distances -p << 'END'
Relative latency matrix (name NUMALatency kind 5) between 2 NUMANodes (depth -3) by physical indexes:
 index     0     1
     0    10    20
     1    20    10
END
}

memoryless_node() {
    a_root 1
    prints lstopo-no-graphics --only NUMANode -p << 'END'
NUMANode P#0 (512MB)
NUMANode P#1
END
    state 33 online
    prints lstopo-no-graphics --only NUMANode -p << 'END'
NUMANode P#0 (512MB)
NUMANode P#1 (128MB)
END
}

@test "lstopo shows two nodes and their distances" {
    inside two_nodes --kernel 6.12
}

@test "lstopo shows a node without memory and its first block" {
    inside memoryless_node --kernel 6.12 --machine memoryless-node
}
