#!/usr/bin/env bats
# Text in single quotes is for another shell.
# shellcheck disable=SC2016
source "$BATS_TEST_DIRNAME/../lib/verbs.sh"
source "$BATS_TEST_DIRNAME/../lib/running.sh"

@test "run --udev runs systemd-udevd with the given rules only" {
    { [ -x /lib/systemd/systemd-udevd ] || [ -x /usr/lib/systemd/systemd-udevd ]; } ||
        missing "systemd-udevd is missing: apt-get install udev"

    mkdir "$WORK/rules" "$WORK/none"
    cat > "$WORK/rules/50-online.rules" << 'END'
SUBSYSTEM=="memory", ACTION=="add", TEST=="state", ATTR{state}=="offline", ATTR{state}="online_movable"
END
    cat > "$WORK/rules/60-seen.rules" << END
SUBSYSTEM=="memory", ACTION=="online", RUN+="/bin/sh -c 'echo \$name >> $WORK/seen'"
END

    ran 0 $'d: blocks 40-41 on node 1\nonline\nonline\nMovable' --kernel 6.12 --udev "$WORK/rules" -- bash -euc "$GUARD"'
        "$PROGRAM" unplug dimm0
        "$PROGRAM" plug --node 1 --size 256M --id d --at 0x140000000
        udevadm settle
        cat memory40/state memory41/state memory41/valid_zones'
    [ "$(sort "$WORK/seen" | tr '\n' ' ')" = "memory40 memory41 " ] || fail "seen: $(cat "$WORK/seen")"

    # Events that are pending when the command exits are handled.
    rm "$WORK/seen"
    ran 0 "" --kernel 6.12 --udev "$WORK/rules" -- bash -euc "$GUARD"'; echo online > memory44/state'
    [ "$(cat "$WORK/seen")" = memory44 ] || fail "seen: $(cat "$WORK/seen")"

    # A single file with any name.
    cp "$WORK/rules/50-online.rules" "$WORK/one"
    ran 0 "online" --kernel 6.12 --udev "$WORK/one" -- bash -euc "$GUARD"'
        "$PROGRAM" plug --node 1 --size 128M --id d > /dev/null
        udevadm settle
        cat memory48/state'

    # What systemd-udevd complains about while the command runs appears on standard error.
    echo 'SUBSYSTEM=="memory", ACTION=="online", RUN+="/bin/false"' > "$WORK/failing"
    "$PROGRAM" run --udev "$WORK/failing" -- bash -euc "$GUARD"'; echo online > /sys/devices/system/memory/memory40/state' 2> "$WORK/errors"
    grep -q "^systemd-udevd: memory40: Process '/bin/false' failed with exit code 1" "$WORK/errors" || fail "$(cat "$WORK/errors")"

    # If the rules cannot be read or are invalid, the command is not started.
    one_line 125 "hotplugfs: --udev $WORK/missing: *" --udev "$WORK/missing" -- touch "$WORK/started"
    one_line 125 "hotplugfs: --udev $WORK/none: no \*.rules in this directory" --udev "$WORK/none" -- touch "$WORK/started"
    echo 'SUBSYSTEM=="memory", NOSUCH=="x", ATTR{state}="online"' > "$WORK/none/70-wrong.rules"
    one_line 125 "hotplugfs: --udev $WORK/none: systemd-udevd rejects the rules: 70-wrong.rules:1 *" \
        --udev "$WORK/none" -- touch "$WORK/started"
    [ ! -e "$WORK/started" ] || fail "the command was started"
}
