#!/usr/bin/env bats
# Text in single quotes is for another shell.
# shellcheck disable=SC2016
source "$BATS_TEST_DIRNAME/../lib/verbs.sh"
source "$BATS_TEST_DIRNAME/../lib/running.sh"

@test "run shows the simulated machine at every path" {
    # The device number of each path must be the machine's.
    same='for place; do [ "$(stat -c %d "$place")" = "$(stat -c %d "$HOTPLUGFS")" ] || { echo "$place"; exit 1; }; done'
    mapfile -t places < <("$PROGRAM" --places)
    [[ ${#places[@]} -ge 8 && " ${places[*]} " == *" /sys/devices/system/memory "* ]] || fail "--places: ${places[*]}"
    ran 0 "" --kernel 6.12 -- bash -c "$same" bash "${places[@]}" /sys/kernel/debug/notifier-error-inject
    mapfile -t places < <("$PROGRAM" --places | grep -v memory_hotplug)
    ran 0 "" --kernel 4.9 -- bash -c "$same" bash "${places[@]}"
    # A kernel without parameters of memory_hotplug shows none, even if the host has some.
    ran 0 "" --kernel 4.9 -- ls -A /sys/module/memory_hotplug
    ran 0 "contig-zones" --kernel 6.12 -- cat /sys/module/memory_hotplug/parameters/online_policy

    # The machine's rules at the real paths.
    ran 0 $'Normal Movable\nonline\nMovable Normal\nMemTotal: *1179648 kB' -- bash -euc "$GUARD"'
        cat memory43/valid_zones
        echo online_movable > memory43/state
        cat memory43/state memory43/valid_zones
        head -n 1 /proc/meminfo'
    ran 1 "*write error: Invalid argument" --log "$WORK/log" -- bash -euc "$GUARD"'; echo online_movable > memory40/state'
    [ "$(cat "$WORK/log")" = "memory40: online_movable refused: not at the end of zone Normal of node 1 (40 of 34-43) [not-at-boundary]" ] ||
        fail "--log: $(cat "$WORK/log")"
    ran 0 $'extra: blocks 48-51 on node 1\noffline\ngone' -- bash -euc "$GUARD"'
        "$PROGRAM" plug --node 1 --size 512M --id extra
        cat memory48/state
        "$PROGRAM" unplug extra
        [ -e memory48 ] || echo gone'
    ran 0 "*Total online memory: *1G*" -- lsmem

    # A current directory below a covered path is the machine's directory.
    cd /sys/devices/system/memory
    ran 0 "Normal Movable" -- cat memory43/valid_zones
    # The machine does not have this directory.
    for absent in /sys/devices/system/memory/memory[2-9]; do
        [ -d "$absent" ] || continue
        cd "$absent"
        one_line 125 "hotplugfs: the current directory, $absent, is not in the simulated machine: No such file or directory" \
            -- touch "$WORK/started"
        break
    done
    [ ! -e "$WORK/started" ] || fail "the command was started"
    cd /

    # The rest of the host's /sys is read-only.
    ran 0 "*Read-only file system" -- bash -c '! echo add > /sys/devices/system/clocksource/uevent'

    # Kernel modules would be the host's, so the command cannot load any.
    ran 0 "0" -- bash -c 'caps=$(sed -n "s/^CapEff:\t//p" /proc/self/status); echo $((0x$caps >> 16 & 1))'

    # Nested.
    ran 3 $'6.12\n4.4' --kernel 6.12 -- bash -c 'cat $HOTPLUGFS/hotplugfs/kernel;
        "$PROGRAM" run --kernel 4.4 -- bash -c "cat \$HOTPLUGFS/hotplugfs/kernel; exit 3"'

    # A path that the host does not have is added, and everything else in that directory stays.
    mkdir -p "$WORK/bus/pretend"
    OUTPUT=$(unshare --mount --propagation private bash -euc 'mount --bind "$WORK/bus" /sys/bus
        "$PROGRAM" run --kernel 6.12 -- bash -euc "ls -x /sys/bus;
            ls /sys/bus/memory/devices | grep -c memory; echo 0 > /sys/bus/memory/drivers_autoprobe"') ||
        fail "without /sys/bus/memory: $OUTPUT"
    [ "$(tr -s ' \t\n' ' ' <<< "$OUTPUT")" = "acpi cpu memory memory_tiering node pretend 16 " ] || fail "overlaid: $OUTPUT"
    nothing_left
}
