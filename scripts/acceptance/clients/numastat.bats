#!/usr/bin/env bats
source "$BATS_TEST_DIRNAME/../lib/client.sh"
NEEDS="numastat:numactl"

# Without the warnings about fields that are newer than numastat.
system() {
    numastat -z -m | sed '/^Token .* not in hash table\.$/d'
}

two_nodes() {
    prints system << 'END'

Per-node system memory usage (in MBs):
                          Node 0          Node 1           Total
                 --------------- --------------- ---------------
MemTotal                  512.00          512.00         1024.00
MemFree                   512.00          512.00         1024.00
END
    state 40 online
    state 33 offline
    prints system << 'END'

Per-node system memory usage (in MBs):
                          Node 0          Node 1           Total
                 --------------- --------------- ---------------
MemTotal                  384.00          640.00         1024.00
MemFree                   384.00          640.00         1024.00
END
    prints numastat << 'END'
                           node0           node1
numa_hit                       0               0
numa_miss                      0               0
numa_foreign                   0               0
interleave_hit                 0               0
local_node                     0               0
other_node                     0               0
END
}

@test "numastat shows the sizes of each node and their sum" {
    inside two_nodes --kernel 6.12
}
