#!/usr/bin/env bats
# Rules in the shape of distributions', with new memory.
source "$BATS_TEST_DIRNAME/../lib/client.sh"
NEEDS="/lib/systemd/systemd-udevd:udev udevadm:udev"
RULES=$BATS_TEST_DIRNAME/../rules

# plugged [POLICY]: plugs the blocks 48 and 49, and waits until udev has handled them.
plugged() {
    put "${1:-offline}" "$MEMORY/auto_online_blocks"
    "$PROGRAM" plug --node 1 --size 256M > /dev/null
    udevadm settle
}

# quiet: no request of a rule was refused or without effect.
quiet() {
    [ -z "$(cat "$CONTROL/log")" ] || fail "$(cat "$CONTROL/log")"
}

# The rule of RHEL and Fedora depends on whether udev detects a virtual machine.
by_virtualization() {
    plugged
    local zone=Normal
    [ ! -e /run/udev/metal ] || zone=Movable
    blocks state 48:online 49:online 40:offline
    blocks valid_zones 48:$zone 49:$zone
    quiet
}

# The same rule, changed to take every host for bare metal.
on_metal() {
    plugged
    blocks valid_zones 48:Movable 49:Movable 40:Normal_Movable
    quiet
}

one_line() {
    plugged
    blocks state 48:online 49:online 40:offline
    blocks valid_zones 48:Normal 49:Normal
    quiet
}

# The rule ignores blocks that the kernel onlined.
one_line_and_kernel() {
    plugged online_movable
    blocks valid_zones 48:Movable 49:Movable
    quiet
}

shell() {
    plugged
    blocks state 48:online 49:online 40:offline
    quiet
}

# The rule writes without effect.
shell_and_kernel() {
    plugged online_movable
    blocks valid_zones 48:Movable 49:Movable
    prints sort "$CONTROL/log" << 'END'
memory48: online ignored: already online; the request is remembered for the next online [already-online]
memory49: online ignored: already online; the request is remembered for the next online [already-online]
END
}

policy() {
    plugged
    blocks state 48:offline 49:offline
    happened add:48 add:49
    put online "$MEMORY/auto_online_blocks"
    "$PROGRAM" plug --node 1 --size 128M > /dev/null
    udevadm settle
    blocks state 48:offline 49:offline 50:online
    quiet
}

# The rule ignores additions, and handles online and offline.
crash_kernel() {
    plugged
    [ ! -e /run/udev/loads ] || fail "loaded at an addition: $(cat /run/udev/loads)"
    state 49 online
    udevadm settle
    state 37 offline
    udevadm settle
    say /run/udev/loads "load because of memory49
load because of memory37"
}

# A kernel that updates the crash kernel itself has this file.
crash_kernel_kept() {
    say "$MEMORY/crash_hotplug" 0
    echo 1 > "$WORK/crash_hotplug"
    mount --bind "$WORK/crash_hotplug" "$MEMORY/crash_hotplug"
    plugged online
    state 37 offline
    udevadm settle
    [ ! -e /run/udev/loads ] || fail "$(cat /run/udev/loads)"
}

@test "systemd-udevd with the rule of RHEL and Fedora" {
    mkdir "$WORK/rules"
    cp "$RULES/40-by-virtualization.rules" "$WORK/rules"
    echo 'SUBSYSTEM=="memory", ACTION=="add", CONST{virt}=="none", RUN+="/bin/sh -c '"'echo > /run/udev/metal'"'"' \
        > "$WORK/rules/99-metal.rules"
    inside by_virtualization --kernel 6.12 --udev "$WORK/rules"
}

@test "systemd-udevd with the rule of RHEL and Fedora on bare metal" {
    sed 's/CONST{virt}=="none"/CONST{virt}=="?*"/' "$RULES/40-by-virtualization.rules" > "$WORK/40-on-metal.rules"
    inside on_metal --kernel 6.12 --udev "$WORK/40-on-metal.rules"
}

@test "systemd-udevd with a rule of one line" {
    inside one_line --kernel 6.12 --udev "$RULES/80-one-line.rules"
}

@test "systemd-udevd with a rule of one line leaves blocks alone that the kernel onlined" {
    inside one_line_and_kernel --kernel 6.12 --udev "$RULES/80-one-line.rules"
}

@test "systemd-udevd with a rule that starts a shell" {
    inside shell --kernel 6.12 --udev "$RULES/80-shell.rules"
}

@test "systemd-udevd with a rule that starts a shell writes to blocks that the kernel onlined" {
    inside shell_and_kernel --kernel 6.12 --udev "$RULES/80-shell.rules"
}

@test "systemd-udevd with a rule that respects auto_online_blocks" {
    inside policy --kernel 6.12 --udev "$RULES/80-policy.rules"
}

@test "systemd-udevd with the rule of the crash kernel on 6.1" {
    inside crash_kernel --kernel 6.1 --udev "$RULES/98-crash-kernel.rules"
}

@test "systemd-udevd with the rule of the crash kernel on 6.12" {
    inside crash_kernel --kernel 6.12 --udev "$RULES/98-crash-kernel.rules"
}

@test "systemd-udevd with the rule of the crash kernel on a kernel that updates it itself" {
    inside crash_kernel_kept --kernel 6.12 --udev "$RULES/98-crash-kernel.rules"
}

# The guide of a hypervisor has a rule for CPUs and one for memory; it plugs DIMMs one by one on alternating nodes.
alternating_dimms() {
    local i number
    for i in 0 1 2 3; do
        "$PROGRAM" plug --node $((i % 2)) --size 512M > /dev/null
    done
    udevadm settle
    for number in {48..63}; do
        blocks state "$number:online"
    done
    [ "$(awk '/MemTotal/ { print $2 }' /proc/meminfo)" = 3145728 ] || fail "$(head -n 1 /proc/meminfo)"
}

@test "systemd-udevd with a guide's rules for CPUs and memory" {
    cat > "$WORK/80.rules" << 'END'
SUBSYSTEM=="cpu", ACTION=="add", TEST=="online", ATTR{online}=="0", ATTR{online}="1"
SUBSYSTEM=="memory", ACTION=="add", TEST=="state", ATTR{state}=="offline", ATTR{state}="online"
END
    inside alternating_dimms --kernel 6.12 --udev "$WORK/80.rules"
}

# online_and_refused: each of the four new blocks is online, or its refusal is in the log.
online_and_refused() {
    "$PROGRAM" plug --node 1 --size 512M > /dev/null
    udevadm settle
    local online refused
    online=$(cat "$MEMORY"/memory{48..51}/state | grep -cx online || true)
    refused=$(grep -c 'online_movable refused' "$CONTROL/log" || true)
    [ $((online + refused)) = 4 ] || fail "$online online, $refused refused"
    echo "$online" > "$WORK/online"
}

@test "systemd-udevd with a rule that writes online_movable: all blocks on 6.12, on 4.9 as the boundary allows" {
    echo 'SUBSYSTEM=="memory", ACTION=="add", ATTR{state}=="offline", ATTR{state}="online_movable"' > "$WORK/movable.rules"
    inside online_and_refused --kernel 6.12 --udev "$WORK/movable.rules"
    say "$WORK/online" 4
    inside online_and_refused --kernel 4.9 --udev "$WORK/movable.rules"
}

coldplug() {
    [ "$(udevadm trigger --type=devices --subsystem-nomatch=memory --action=add -n -v | grep -c /memory/memory)" = 0 ] ||
        fail "blocks are triggered"
    udevadm trigger --type=devices --subsystem-match=memory --action=add
    udevadm settle --timeout=100
    [ "$(sort "$WORK/seen" | uniq -c | awk '$1 == 1' | wc -l)" = 1024 ] || fail "$(wc -l < "$WORK/seen") blocks were handled"
}

@test "systemd-udevd handles each of 1,024 blocks once at coldplug" {
    cat > "$WORK/machine.toml" << 'END'
block_size = "128M"
kernel = "6.12"
[[node]]
number = 0
cpus = "0"
[[memory]]
node = 0
blocks = "0-7"
zone = "DMA32"
[[memory]]
node = 0
blocks = "32-1047"
zone = "Normal"
END
    echo 'SUBSYSTEM=="memory", ACTION=="add", KERNEL=="memory[0-9]*", RUN+="/bin/sh -c '"'echo \$kernel >> $WORK/seen'"'"' \
        > "$WORK/seen.rules"
    inside coldplug --machine "$WORK/machine.toml" --udev "$WORK/seen.rules"
}
