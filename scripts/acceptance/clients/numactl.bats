#!/usr/bin/env bats
source "$BATS_TEST_DIRNAME/../lib/client.sh"
NEEDS="numactl:numactl"

two_nodes() {
    state 40 online
    state 33 offline
    prints numactl -H << 'END'
available: 2 nodes (0-1)
node 0 cpus: 0
node 0 size: 384 MB
node 0 free: 384 MB
node 1 cpus: 1
node 1 size: 640 MB
node 1 free: 640 MB
node distances:
node   0   1 
  0:  10  20 
  1:  20  10 
END
}

# A node without a CPU, like that of a memory device. It is removed with its last block.
memoryless_node() {
    state 32 online_movable
    prints numactl -H << 'END'
available: 2 nodes (0-1)
node 0 cpus: 0
node 0 size: 512 MB
node 0 free: 512 MB
node 1 cpus:
node 1 size: 128 MB
node 1 free: 128 MB
node distances:
node   0   1 
  0:  10  20 
  1:  20  10 
END
    local dimm
    for dimm in dimm0 dimm1 dimm2 dimm3; do
        "$PROGRAM" unplug "$dimm"
    done
    prints numactl -H << 'END'
available: 1 nodes (0)
node 0 cpus: 0
node 0 size: 512 MB
node 0 free: 512 MB
node distances:
node   0 
  0:  10 
END
}

@test "numactl -H shows two nodes" {
    inside two_nodes
}

@test "numactl -H shows a node without CPUs until its last block is removed" {
    inside memoryless_node --machine memoryless-node --kernel 6.12
}
