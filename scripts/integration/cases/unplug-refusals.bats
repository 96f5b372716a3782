#!/usr/bin/env bats
source "$BATS_TEST_DIRNAME/../lib/verbs.sh"

@test "a refused unplug reports the error and the reason, and changes nothing" {
    start_machine
    before=$(snapshot)
    fails_with 1 "*No such file or directory*no dimm is named \"nothing\" (plugged: dimm0, dimm1)" "$HOTPLUGFS" unplug "$DIR" nothing
    refuse "No such file or directory" nothing "$CONTROL/dimms/unplug"
    fails_with 1 "" "$HOTPLUGFS" unplug "$DIR" ""
    unchanged "$before"

    # With the injected error no block can be offlined.
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

    # Without movable_node, a node with movable memory keeps its last normal block: 40 is offlined, 41 cannot be, 40 is onlined again.
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
