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
memory48: online ignored: already online; the request is remembered for the next online
memory49: online ignored: already online; the request is remembered for the next online
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
