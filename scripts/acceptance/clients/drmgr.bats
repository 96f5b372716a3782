#!/usr/bin/env bats
# drmgr of powerpc-utils: its set_lmb_state, unmodified, on logical memory blocks of one and of several memory blocks.
source "$BATS_TEST_DIRNAME/../lib/client.sh"
NEEDS="gcc:gcc ld:libc6-dev"

set_up() {
    prepare_client
    # The source may be missing in a mirror that has all programs.
    [ -x "$FETCHED/drmgr" ] || skip "drmgr is missing: the source of powerpc-utils cannot be downloaded"
}

# drmgr STATUS online|offline FIRST SIZE_MB: sets the state of the logical block that begins with this memory block, in $lmb MiB.
drmgr() {
    local status=0 address
    address=$(printf '0x%x' $(($3 * 0x$(cat "$MEMORY/block_size_bytes"))))
    "$FETCHED/drmgr" "$2" "$address" $(($4 << 20)) > "$WORK/output" 2>&1 || status=$?
    [ "$status" -eq "$1" ] || fail "drmgr $2 $address $4 exited with $status, expected $1: $(cat "$WORK/output")"
}

printed() {
    grep -qF -- "$1" "$WORK/output" || fail "drmgr did not print \"$1\", but: $(cat "$WORK/output")"
}

# One logical block is one memory block, as on PowerVM and QEMU. Between drmgr's two ways the hypervisor takes and gives the block, here by
# /sys/kernel/dlpar.
partition() {
    "$PROGRAM" plug --node 0 --size 256M > /dev/null
    drmgr 0 offline 64 256
    printed "LMB 0x400000000: removable"
    printed "LMB 0x400000000 is offline."
    blocks state 64:offline
    happened add:64 online:64 offline:64
    # This kernel refuses a repeated request, upon which drmgr brings the block online again.
    drmgr 1 offline 64 256
    printed "Invalid argument"
    blocks state 64:online
    drmgr 0 offline 64 256
    # An address that has memory.
    drmgr 1 online 64 256
    printed "Probe failed:"
    printed "File exists"
    blocks state 64:offline
    put "memory remove index 0x80000040" /sys/kernel/dlpar
    missing_block 64
    drmgr 0 online 64 256
    printed "LMB 0x400000000 is online."
    blocks state 64:online
    # Pages of the kernel.
    drmgr 1 offline 0 256
    printed "Device or resource busy"
    blocks state 0:online
}

missing_block() {
    [ ! -e "$MEMORY/memory$1" ] || fail "memory$1 exists"
}

# A logical block of four memory blocks, from its last to its first, as drmgr's list has them.
several() {
    drmgr 0 online 64 256
    blocks state 64:online 65:online 66:online 67:online
    happened add:67 add:66 add:65 add:64 online:67 online:66 online:65 online:64
    drmgr 0 offline 64 256
    blocks state 64:offline 65:offline 66:offline 67:offline
    # One block is busy: drmgr brings those before it online again.
    for block in 64 65 66 67; do
        state "$block" online
    done
    put "65 EBUSY" "$CONTROL/offline_result"
    drmgr 1 offline 64 256
    printed "Could not write to $MEMORY/memory65/state to offline memory"
    blocks state 64:online 65:online 66:online 67:online
    ! grep -q "memory64 offline" "$WORK/output" || fail "drmgr went on: $(cat "$WORK/output")"
    # An address that exists: drmgr stops at the first, and changes nothing.
    drmgr 1 online 64 256
    printed "File exists"
    blocks state 64:online 65:online 66:online 67:online
}

# The kernels from 3.12 to 4.8 take one byte of a repeated request, by which drmgr sees the state that it wants.
repeated() {
    several
    put default "$CONTROL/offline_result"
    drmgr 0 offline 64 256
    drmgr 0 offline 64 256
    blocks state 64:offline 65:offline 66:offline 67:offline
}

# machine_of ARCHITECTURE KERNEL ZONE: a machine with memory blocks of 64 MiB; prints its file.
machine_of() {
    cat > "$WORK/$1-$2.toml" << END
architecture = "$1"
block_size = "64M"
kernel = "$2"

[[node]]
number = 0
cpus = "0"

[[memory]]
node = 0
blocks = "0"
zone = "$3"
kernel_pages = true

[[memory]]
node = 0
blocks = "1-15"
zone = "$3"
END
    echo "$WORK/$1-$2.toml"
}

@test "drmgr takes a logical block offline, and onlines it after it was removed" {
    inside partition --machine ppc64-lpar
    inside partition --machine ppc64-lpar --kernel 6.12
}

@test "drmgr with logical blocks of four memory blocks brings the others back after a busy one" {
    inside several --machine "$(machine_of x86_64 4.9 DMA32)"
    inside repeated --machine "$(machine_of x86_64 4.4 DMA32)"
    inside several --machine "$(machine_of x86_64 3.8 DMA32)"
    inside several --machine "$(machine_of ppc64le 6.1 Normal)"
    inside several --machine "$(machine_of ppc64le 4.14 Normal)"
}
