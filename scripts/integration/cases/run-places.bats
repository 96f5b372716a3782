#!/usr/bin/env bats
# hotplugfs run: at every path there is the simulated machine, and never the host.
# What is in single quotes is for a shell that is run.
# shellcheck disable=SC2016
source "$BATS_TEST_DIRNAME/../lib/verbs.sh"
source "$BATS_TEST_DIRNAME/../lib/running.sh"

@test "run shows the simulated machine at every path" {
    # same DEVICE-OF PATH ...
    same='for place; do [ "$(stat -c %d "$place")" = "$(stat -c %d "$HOTPLUGFS")" ] || { echo "$place"; exit 1; }; done'
    places=(/sys/devices/system/{memory,node} /sys/bus/{memory,node} /sys/kernel/debug/notifier-error-inject /proc/meminfo /proc/zoneinfo)
    ran 0 "" --kernel 6.12 -- bash -c "$same" bash "${places[@]}" /sys/module/memory_hotplug
    ran 0 "" --kernel 4.9 -- bash -c "$same" bash "${places[@]}"
    # A kernel without parameters of memory_hotplug has none, whatever the host has.
    ran 0 "" --kernel 4.9 -- ls -A /sys/module/memory_hotplug
    ran 0 "contig-zones" --kernel 6.12 -- cat /sys/module/memory_hotplug/parameters/online_policy

    # The rules of the machine, by the real paths.
    ran 0 $'Normal Movable\nonline\nMovable Normal\nMemTotal: *1179648 kB' -- bash -euc "$GUARD"'
        cat memory43/valid_zones
        echo online_movable > memory43/state
        cat memory43/state memory43/valid_zones
        head -n 1 /proc/meminfo'
    ran 1 "*write error: Invalid argument" --log "$WORK/log" -- bash -euc "$GUARD"'; echo online_movable > memory40/state'
    [ "$(cat "$WORK/log")" = "memory40: online_movable refused: not at the end of zone Normal of node 1 (40 of 34-43)" ] || fail "--log: $(cat "$WORK/log")"
    ran 0 $'extra: blocks 48-51 on node 1\noffline\ngone' -- bash -euc "$GUARD"'
        "$PROGRAM" plug --node 1 --size 512M --id extra
        cat memory48/state
        "$PROGRAM" unplug extra
        [ -e memory48 ] || echo gone'
    ran 0 "*Total online memory: *1G*" -- lsmem

    # The current directory is the machine's, too, if the command is started where the real one's files are.
    cd /sys/devices/system/memory
    ran 0 "Normal Movable" -- cat memory43/valid_zones
    # One that the machine does not have.
    for absent in /sys/devices/system/memory/memory[2-9]; do
        [ -d "$absent" ] || continue
        cd "$absent"
        one_line 125 "hotplugfs: the current directory, $absent, is not in the simulated machine: No such file or directory" -- touch "$WORK/started"
        break
    done
    [ ! -e "$WORK/started" ] || fail "the command was started"
    cd /

    # What is left of the host's /sys is read-only: nothing there can be changed by a command that has gone astray.
    ran 0 "*Read-only file system" -- bash -c '! echo add > /sys/devices/system/cpu/uevent'

    # Kernel modules would be the host's: whoever may load them outside may not here.
    ran 0 "0" -- bash -c 'caps=$(sed -n "s/^CapEff:\t//p" /proc/self/status); echo $((0x$caps >> 16 & 1))'

    # Within each other.
    ran 3 $'6.12\n4.4' --kernel 6.12 -- bash -c 'cat $HOTPLUGFS/hotplugfs/kernel; "$PROGRAM" run --kernel 4.4 -- bash -c "cat \$HOTPLUGFS/hotplugfs/kernel; exit 3"'

    # A path that the host does not have appears, and what else is there stays.
    mkdir -p "$WORK/bus/pretend"
    OUTPUT=$(unshare --mount --propagation private bash -euc 'mount --bind "$WORK/bus" /sys/bus
        "$PROGRAM" run --kernel 6.12 -- bash -euc "ls -x /sys/bus; ls /sys/bus/memory/devices | grep -c memory; echo 0 > /sys/bus/memory/drivers_autoprobe"') ||
        fail "without /sys/bus/memory: $OUTPUT"
    [ "$OUTPUT" = $'memory\tnode  pretend\n16' ] || [ "$(tr -s ' \t\n' ' ' <<< "$OUTPUT")" = "memory node pretend 16 " ] || fail "overlaid: $OUTPUT"
    nothing_left

    # What it cannot cover it says, and the command is not started.
    one_line 125 "hotplugfs: /sys/devices/system/memory is no longer the simulated machine's*" -- umount /sys/devices/system/memory
    one_line 125 "hotplugfs: /sys/devices/system/memory is no longer the simulated machine's*" -- \
        bash -c 'umount /sys/devices/system/memory; read -r _ < <(sleep 1000)'
}
