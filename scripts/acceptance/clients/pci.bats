#!/usr/bin/env bats
source "$BATS_TEST_DIRNAME/../lib/client.sh"
NEEDS="lspci:pciutils lstopo-no-graphics:hwloc-nox"

a_card() {
    # shellcheck disable=SC2016
    "$PROGRAM" run -- bash -c 'cat "$HOTPLUGFS/hotplugfs/machine"' > "$WORK/pci.toml"
    cat >> "$WORK/pci.toml" << 'END'

[[pci]]
address = "0000:3b:00.0"
node = 1
class = "0x020000"
vendor = "0x8086"
device = "0x1572"
revision = "0x02"
END
}

card() {
    prints lspci -n <<< "3b:00.0 0200: 8086:1572 (rev 02)"
    say /sys/bus/pci/devices/0000:3b:00.0/numa_node 1
    say /sys/bus/pci/devices/0000:3b:00.0/local_cpulist 1
    # It would ask the host's CPUs for their caches.
    export HWLOC_COMPONENTS=-x86 HWLOC_FSROOT=$HOTPLUGFS
    lstopo-no-graphics --of console --no-caches --filter io:all | sed -n '/Package L#1/,$p' > lstopo
    grep -q '^    HostBridge$' lstopo || fail "not below package 1: $(cat lstopo)"
    grep -q '^      PCI 3b:00.0 (Ethernet)$' lstopo || fail "not below package 1: $(cat lstopo)"
    put 0 /sys/bus/pci/devices/0000:3b:00.0/numa_node
    say /sys/bus/pci/devices/0000:3b:00.0/local_cpulist 0
    refuse "Invalid argument" 9 /sys/bus/pci/devices/0000:3b:00.0/numa_node
}

@test "lspci and lstopo find a PCI device on its node" {
    a_card
    inside card --machine "$WORK/pci.toml"
}
