#!/usr/bin/env bats
source "$BATS_TEST_DIRNAME/../lib/client.sh"
NEEDS="lstopo-no-graphics:hwloc-nox"

# It would ask the host's CPUs for their caches.
export HWLOC_COMPONENTS=-x86

# all_nodes: lstopo leaves out nodes that the host does not have, because programs may not use their memory; in another root it cannot know.
all_nodes() {
    export HWLOC_FSROOT=$HOTPLUGFS
}

two_nodes() {
    state 43 online
    prints lstopo-no-graphics --of console --no-io --no-caches --only Package << 'END'
Package L#0
Package L#1
END
    all_nodes
    prints lstopo-no-graphics --of console --no-io << 'END'
Machine (1152MB total)
  Package L#0
    NUMANode L#0 (P#0 512MB)
    L3 L#0 (16MB) + L2 L#0 (1024KB) + L1d L#0 (32KB) + L1i L#0 (32KB) + Core L#0 + PU L#0 (P#0)
  Package L#1
    NUMANode L#1 (P#1 640MB)
    L3 L#1 (16MB) + L2 L#1 (1024KB) + L1d L#1 (32KB) + L1i L#1 (32KB) + Core L#1 + PU L#1 (P#1)
END
    prints lstopo-no-graphics --only NUMANode --distances -p << 'END'
Relative latency matrix (name NUMALatency kind 5) between 2 NUMANodes (depth -3) by physical indexes:
 index     0     1
     0    10    20
     1    20    10
END
}

memoryless_node() {
    all_nodes
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
