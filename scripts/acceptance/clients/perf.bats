#!/usr/bin/env bats
source "$BATS_TEST_DIRNAME/../lib/client.sh"
NEEDS="perf:linux-perf"

# nodes: the lines about memory in the header of a new recording.
nodes() {
    perf record -q -o "$WORK/data" -e cpu-clock:u -- true
    perf report -i "$WORK/data" --header-only -I 2> "$WORK/report.err" | grep -A2 'memory nodes'
}

two_nodes() {
    prints nodes << 'END'
# memory nodes (nr 2, block size 0x8000000):
#    0 [1024M]: 0-1,32-33,44-47
#    1 [1024M]: 34-37,40-43
END
    "$PROGRAM" unplug dimm0
    "$PROGRAM" plug --node 0 --size 128M --at 0x150000000 > /dev/null
    prints nodes << 'END'
# memory nodes (nr 2, block size 0x8000000):
#    0 [1152M]: 0-1,32-33,42,44-47
#    1 [512M]: 34-37
END
}

@test "perf records which blocks are on which node" {
    if [ "$AS" != root ] && [ "$(cat /proc/sys/kernel/perf_event_paranoid)" -gt 2 ]; then
        skip "users cannot record here: kernel.perf_event_paranoid is more than 2"
    fi
    inside two_nodes --kernel 6.12
}
