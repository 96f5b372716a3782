#!/usr/bin/env bats
# lshw shows the sum of the online blocks or the host's own memory, whichever is larger, so the machine has a TiB.
source "$BATS_TEST_DIRNAME/../lib/client.sh"
NEEDS="lshw:lshw"

# Without the host's DIMMs and caches, and without the warning for ordinary users.
size() {
    lshw -quiet -C memory -disable dmi -disable spd -disable device-tree -disable pci -disable cpuid 2> /dev/null |
        sed -n '/^  \*-memory$/,/size:/{/size:/p}'
}

all_online() {
    prints size <<< "       size: 1TiB"
    state 2 offline
    state 100 offline
    prints size <<< "       size: 1020GiB"
    state 513 online
    state 544 online
    state 2 online
    prints size <<< "       size: 1026GiB"
}


@test "lshw shows the size of all online blocks" {
    [ "$(getconf _PHYS_PAGES)" -lt $((1 << 28)) ] || skip "this host has more memory than the machine"
    cat > "$WORK/machine.toml" << 'END'
block_size = "2G"
kernel = "6.12"

[[node]]
number = 0
cpus = "0"

[[memory]]
node = 0
blocks = "0"
zone = "DMA32"
kernel_pages = true

[[memory]]
node = 0
blocks = "2-512"
zone = "Normal"

[[dimm]]
id = "dimm0"
node = 0
size = "64G"
END
    inside all_online --machine "$WORK/machine.toml"
}
