#!/usr/bin/env bats
source "$BATS_TEST_DIRNAME/../lib/client.sh"
NEEDS="udevadm:udev stdbuf:coreutils"

# has LINE ...: OUTPUT has these lines.
has() {
    local line
    for line; do
        grep -qxF -- "$line" <<< "$OUTPUT" || fail "no line \"$line\" in: $OUTPUT"
    done
}

info() {
    OUTPUT=$(udevadm info --query=all /sys/devices/system/memory/memory40)
    has 'P: /devices/system/memory/memory40' 'E: DEVPATH=/devices/system/memory/memory40' 'E: SUBSYSTEM=memory'
    OUTPUT=$(udevadm info --attribute-walk --path=/devices/system/memory/memory40)
    has "  looking at device '/devices/system/memory/memory40':" '    KERNEL=="memory40"' '    SUBSYSTEM=="memory"' \
        '    ATTR{state}=="offline"' \
        '    ATTR{valid_zones}=="Normal"' '    ATTR{phys_index}=="00000028"' \
        "  looking at parent device '/devices/system/memory':" '    ATTRS{block_size_bytes}=="8000000"' \
        '    ATTRS{auto_online_blocks}=="offline"'
}

# next: sets EVENT to the next event of the monitor, as SOURCE and the values of some keys.
next() {
    local line
    EVENT=
    while read -r -t 20 line <&"$monitor"; do
        case $line in
            KERNEL\[* | UDEV\ *) EVENT="${line%%[\[ ]*} " ;;
            ACTION=* | DEVPATH=* | SUBSYSTEM=* | SYNTH_*) EVENT+=" $line" ;;
            '') [ -z "$EVENT" ] || return 0 ;;
        esac
    done
    fail "no more event after: $EVENT"
}

receives() {
    next
    # shellcheck disable=SC2053
    [[ $EVENT == $1 ]] || fail "received $EVENT, expected $1"
}

monitor() {
    local uuid='????????-????-????-????-????????????'
    coproc { exec stdbuf -oL udevadm monitor --kernel --udev --property --subsystem-match=memory; }
    monitor=${COPROC[0]}
    # The monitor listens as soon as it receives this.
    until read -r -t 0.1 line <&"$monitor" && [[ $line == KERNEL\[* ]]; do
        put move "$MEMORY/memory42/uevent"
    done
    put bind "$MEMORY/memory42/uevent"
    until next && [[ $EVENT == UDEV*ACTION=bind* ]]; do
        :
    done

    timeout 30 udevadm trigger --settle --action=change --subsystem-match=memory --sysname-match=memory43 || fail "trigger exited with $?"
    receives "KERNEL  ACTION=change DEVPATH=/devices/system/memory/memory43 SUBSYSTEM=memory SYNTH_UUID=$uuid"
    receives "UDEV  ACTION=change DEVPATH=/devices/system/memory/memory43 SUBSYSTEM=memory SYNTH_UUID=$uuid"
    state 43 online
    receives "KERNEL  ACTION=online DEVPATH=/devices/system/memory/memory43 SUBSYSTEM=memory"
    receives "UDEV  ACTION=online DEVPATH=/devices/system/memory/memory43 SUBSYSTEM=memory"
}

# Cold plug: every block gets another event, and --settle waits until udev has run the rules.
trigger() {
    timeout 30 udevadm trigger --settle --action=add --subsystem-match=memory || fail "trigger exited with $?"
    local block
    for block in $(states); do
        [ "${block#*:}" = online ] || fail "not online when trigger has settled: $block"
    done
    # udev has several workers, so the order varies.
    [ "$(happenings | sort -V | tr '\n' ' ')" = "$(echo add:{0,1,{32..37},{40..47}} online:{40..47}) " ] || fail "$(happenings)"
}

@test "udevadm info reads a block and its parents" {
    inside info --kernel 4.9
}

@test "udevadm monitor receives the events of the kernel and of udev" {
    inside monitor --kernel 6.12 --udev "$BATS_TEST_DIRNAME/../rules/98-crash-kernel.rules"
}

@test "udevadm trigger --settle waits until the rules have run" {
    inside trigger --kernel 6.12 --udev "$BATS_TEST_DIRNAME/../rules/80-one-line.rules"
}
