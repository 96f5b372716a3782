#!/usr/bin/env bats
# Unplugging what cannot go: the error, the reason, and everything as before, also the blocks that had been taken offline for it.
source "$BATS_TEST_DIRNAME/../lib/verbs.sh"

@test "a refused unplug reports the error and the reason, and changes nothing" {
    start_machine
    before=$(snapshot)
    fails_with 1 "*No such file or directory*no dimm is named \"nothing\" (plugged: dimm0, dimm1)" "$HOTPLUGFS" unplug "$DIR" nothing
    refuse "No such file or directory" nothing "$CONTROL/dimms/unplug"
    fails_with 1 "" "$HOTPLUGFS" unplug "$DIR" ""
    unchanged "$before"

    # The injected error lets no block go.
    state 40 online
    state 42 online
    before=$(snapshot)
    inject=$DIR/sys/kernel/debug/notifier-error-inject/memory/actions/MEM_GOING_OFFLINE/error
    put -16 "$inject"
    fails_with 1 "*Device or resource busy*unplug refused: memory4* cannot go offline" "$HOTPLUGFS" unplug "$DIR" dimm0
    unchanged "$before"
    put 0 "$inject"
    "$HOTPLUGFS" unplug "$DIR" dimm0
    end_machine

    # Without movable_node the last normal memory of a node that has movable memory cannot go: 40 is taken offline, 41 not, 40 comes back.
    cat > "$WORK/machine.toml" <<'TOML'
block_size = "128M"
kernel = "4.9"
[[node]]
number = 0
cpus = "0"
[[node]]
number = 1
[[memory]]
node = 0
blocks = "0-3"
zone = "DMA32"
[[dimm]]
id = "low"
node = 1
size = "256M"
address = "0x140000000"
[[dimm]]
id = "high"
node = 1
size = "128M"
TOML
    start_machine --machine "$WORK/machine.toml"
    state 40 online
    state 41 online
    state 42 online_movable
    before=$(snapshot)
    fails_with 1 "*Device or resource busy*memory41 cannot go offline" "$HOTPLUGFS" unplug "$DIR" low
    unchanged "$before"
    "$HOTPLUGFS" unplug "$DIR" high
    "$HOTPLUGFS" unplug "$DIR" low
    say "$NODE/online" 0
    end_machine
}
