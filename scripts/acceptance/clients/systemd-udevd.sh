#!/usr/bin/env bash
# systemd-udevd with rules in the shape of those of distributions: what they make of new memory, by policy and kernel.
source "${BASH_SOURCE[0]%/*}/../lib/client.sh"
needs udevadm:udev
RULES=${BASH_SOURCE[0]%/*}/../rules
[ -x /usr/lib/systemd/systemd-udevd ] || [ -x /lib/systemd/systemd-udevd ] || missing "systemd-udevd is not there: apt-get install udev"

# plugged [POLICY]: two new blocks, 48 and 49, and what udev does with them.
plugged() {
    put "${1:-offline}" "$MEMORY/auto_online_blocks"
    "$PROGRAM" plug --node 1 --size 256M > /dev/null
    udevadm settle
}

# quiet: no rule wrote what was refused or came to nothing.
quiet() {
    [ -z "$(cat "$CONTROL/log")" ] || fail "$(cat "$CONTROL/log")"
}

# The rule of RHEL and Fedora goes by what udev takes this host for.
by_virtualization() {
    plugged
    local zone=Normal
    [ ! -e /run/udev/metal ] || zone=Movable
    blocks state 48:online 49:online 40:offline
    blocks valid_zones 48:$zone 49:$zone
    quiet
}

# The same rule, where it is made to take every host for bare metal.
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

# What the kernel has brought online the rule leaves as it is.
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

# It writes all the same, to no effect.
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

# Additions do not concern it; both ways of change do.
crash_kernel() {
    plugged
    [ ! -e /run/udev/loads ] || fail "at an addition: $(cat /run/udev/loads)"
    state 49 online
    udevadm settle
    state 37 offline
    udevadm settle
    say /run/udev/loads "load because of memory49
load because of memory37"
}

# A kernel that keeps the crash kernel up to date says so beside the blocks.
crash_kernel_kept() {
    say "$MEMORY/crash_hotplug" 0
    echo 1 > "$WORK/crash_hotplug"
    mount --bind "$WORK/crash_hotplug" "$MEMORY/crash_hotplug"
    plugged online
    state 37 offline
    udevadm settle
    [ ! -e /run/udev/loads ] || fail "$(cat /run/udev/loads)"
}

if [ -z "$INSIDE" ]; then
    mkdir -p "$WORK/by-virtualization" "$WORK/on-metal"
    cp "$RULES/40-by-virtualization.rules" "$WORK/by-virtualization"
    echo 'SUBSYSTEM=="memory", ACTION=="add", CONST{virt}=="none", RUN+="/bin/sh -c '"'echo > /run/udev/metal'"'"' > "$WORK/by-virtualization/99-tell.rules"
    sed 's/CONST{virt}=="none"/CONST{virt}=="?*"/' "$RULES/40-by-virtualization.rules" > "$WORK/on-metal/40-on-metal.rules"
fi
inside by_virtualization --kernel 6.12 --udev "$WORK/by-virtualization"
inside on_metal --kernel 6.12 --udev "$WORK/on-metal"
inside one_line --kernel 6.12 --udev "$RULES/80-one-line.rules"
inside one_line_and_kernel --kernel 6.12 --udev "$RULES/80-one-line.rules"
inside shell --kernel 6.12 --udev "$RULES/80-shell.rules"
inside shell_and_kernel --kernel 6.12 --udev "$RULES/80-shell.rules"
inside policy --kernel 6.12 --udev "$RULES/80-policy.rules"
inside crash_kernel --kernel 6.1 --udev "$RULES/98-crash-kernel.rules"
inside crash_kernel --kernel 6.12 --udev "$RULES/98-crash-kernel.rules"
inside crash_kernel_kept --kernel 6.12 --udev "$RULES/98-crash-kernel.rules"
