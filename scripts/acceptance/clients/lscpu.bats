#!/usr/bin/env bats
source "$BATS_TEST_DIRNAME/../lib/client.sh"
NEEDS="lscpu:util-linux numactl:numactl lstopo-no-graphics:hwloc-nox"

export CPU=/sys/devices/system/cpu

# Two packages of two cores with two threads each; firmware numbers the first threads of all cores first.
machine_file() {
    cat > "$WORK/machine.toml" << 'END'
kernel = "6.12"
block_size = "128M"
[[node]]
number = 0
cpus = "0-1,4-5"
[[node]]
number = 1
cpus = "2-3,6-7"
[[cpu]]
threads = 2
caches = ["L1d 48K ways=12", "L1i 32K ways=8", "L2 2M ways=16", "L3 32M ways=16 shared=package"]
model_name = "Two Sockets"
[[memory]]
node = 0
blocks = "0-7"
zone = "DMA32"
[[memory]]
node = 1
blocks = "32-39"
zone = "Normal"
END
}

one_machine() {
    lscpu -e=CPU,NODE,SOCKET,CORE,CACHE,ONLINE | tr -s ' ' > cpus.txt
    diff - cpus.txt << 'END'
CPU NODE SOCKET CORE L1d:L1i:L2:L3 ONLINE
 0 0 0 0 0:0:0:0 yes
 1 0 0 1 1:1:1:0 yes
 2 1 1 2 2:2:2:1 yes
 3 1 1 3 3:3:3:1 yes
 4 0 0 0 0:0:0:0 yes
 5 0 0 1 1:1:1:0 yes
 6 1 1 2 2:2:2:1 yes
 7 1 1 3 3:3:3:1 yes
END
    [[ $(lscpu) == *"Model name: "*"Two Sockets"*"Thread(s) per core: "*2* ]] || fail "lscpu: $(lscpu)"
    numactl -H | sed 's/ *$//' > nodes.txt
    diff - <(grep cpus nodes.txt) << 'END'
node 0 cpus: 0 1 4 5
node 1 cpus: 2 3 6 7
END
    HWLOC_COMPONENTS=-x86 HWLOC_FSROOT=$HOTPLUGFS lstopo-no-graphics --of console --no-io --no-caches > topology.txt
    diff - topology.txt << 'END'
Machine (2048MB total)
  Package L#0
    NUMANode L#0 (P#0 1024MB)
    Core L#0
      PU L#0 (P#0)
      PU L#1 (P#4)
    Core L#1
      PU L#2 (P#1)
      PU L#3 (P#5)
  Package L#1
    NUMANode L#1 (P#1 1024MB)
    Core L#2
      PU L#4 (P#2)
      PU L#5 (P#6)
    Core L#3
      PU L#6 (P#3)
      PU L#7 (P#7)
END
    # The command runs on CPUs that the machine has.
    [ "$(nproc)" -le 8 ] || fail "nproc: $(nproc)"

    put 0 "$CPU/cpu6/online"
    say "$CPU/online" 0-5,7
    say "$NODE/node1/cpulist" 2-3,7
    [ "$(lscpu -e=CPU,ONLINE | grep -c no)" = 1 ] || fail "lscpu: $(lscpu -e)"
    [ "$(numactl -H | sed -n 's/ *$//; /node 1 cpus/p')" = "node 1 cpus: 2 3 7" ] || fail "numactl: $(numactl -H)"
    [ "$(grep -c ^processor /proc/cpuinfo)" = 7 ] || fail "cpuinfo lists the CPU that is offline"
}

# The host has no CPU with such a number.
without_common_cpus() {
    cat > "$WORK/machine.toml" << 'END'
block_size = "128M"
[[node]]
number = 0
cpus = "8000-8001"
[[memory]]
node = 0
blocks = "0-1"
zone = "DMA32"
END
}

@test "lscpu, numactl and lstopo see one machine, which may have more CPUs than the host" {
    machine_file
    inside one_machine --machine "$WORK/machine.toml"
}

@test "run shows the host's CPUs if it has none of the machine's, or if it is asked to" {
    without_common_cpus
    ran 0 "hotplugfs: the host has none of the machine's CPUs, *$(cat "$CPU/online")" --machine "$WORK/machine.toml" -- cat "$CPU/online"
    ran 0 "8000-8001" --machine "$WORK/machine.toml" --cpu machine -- cat "$CPU/online"
    ran 0 "$(cat "$CPU/online")"$'\n'"$(nproc)" --cpu host -- bash -c "cat $CPU/online; nproc"
    [ "$(taskset -c 0 "$PROGRAM" run --cpu host -- nproc)" = 1 ] || fail "the command runs on more CPUs than its caller"
}
