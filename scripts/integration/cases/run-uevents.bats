#!/usr/bin/env bats
# Text in single quotes is for another shell.
# shellcheck disable=SC2016
source "$BATS_TEST_DIRNAME/../lib/verbs.sh"
source "$BATS_TEST_DIRNAME/../lib/running.sh"

@test "run sends uevents to its listeners in the recorded order, after the tree has changed" {
    command -v udevadm > /dev/null || missing "udevadm is missing: apt-get install udev"

    # The order of the recordings 4.9-*-g-uevents*.
    cat > "$WORK/expected" << 'END'
add /devices/system/memory/memory48 memory
add /devices/system/memory/memory49 memory
online /devices/system/memory/memory43 memory
change /devices/system/memory/memory43 memory
offline /devices/system/memory/memory43 memory
remove /devices/system/memory/memory48 memory
remove /devices/system/memory/memory49 memory
END

    cat > "$WORK/command" << 'END'
#!/usr/bin/env bash
set -euo pipefail
eval "$GUARD"
coproc monitor { exec stdbuf -oL udevadm monitor --kernel --subsystem-match=memory; }
heard=${monitor[0]}
next() {
    local event action path subsystem
    while read -r -t 20 event action path subsystem <&"$heard"; do
        [[ $event != KERNEL* ]] || break
    done
    subsystem=${subsystem//[()]/}
    echo "$action $path $subsystem"
    # The tree shows the change by now.
    case $action in
        add) [ "$(cat "/sys$path/state")" = offline ] ;;
        remove) [ ! -e "/sys$path" ] ;;
        online | offline) [ "$(cat "/sys$path/state")" = "$action" ] ;;
    esac || echo "but the tree shows another state"
}
# The monitor listens as soon as it receives this.
until read -r -t 0.1 event _ <&"$heard" && [[ $event == KERNEL* ]]; do
    echo change > memory42/uevent
done
echo move > memory41/uevent
until [ "$(next)" = "move /devices/system/memory/memory41 memory" ]; do
    :
done
"$PROGRAM" plug --node 1 --size 256M --id d > /dev/null
next
next
echo online > memory43/state
next
echo change > memory43/uevent
next
echo offline > memory43/state
next
# A refused request sends no event.
if echo offline > memory0/state 2> /dev/null; then exit 1; fi
"$PROGRAM" unplug d
next
next
if grep 'cannot send' "$HOTPLUGFS/hotplugfs/log"; then exit 1; fi
END
    chmod +x "$WORK/command"
    OUTPUT=$("$PROGRAM" run -- "$WORK/command" 2>&1) || fail "$OUTPUT"
    expected=$(cat "$WORK/expected")
    [ "$OUTPUT" = "$expected" ] || fail "$(diff <(echo "$expected") <(echo "$OUTPUT"))"
    nothing_left
}
