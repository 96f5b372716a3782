#!/usr/bin/env bats
# Scenarios: what happens to a machine by itself.
source "$BATS_TEST_DIRNAME/../lib/verbs.sh"
source "$BATS_TEST_DIRNAME/../lib/running.sh"

# scenario: writes standard input to a file, SCENARIO.
scenario() {
    SCENARIO=$WORK/scenario.toml
    cat > "$SCENARIO"
}

@test "a DIMM that is plugged after a time reaches an agent that waits" {
    scenario << 'END'
[[at]]
time = "100ms"
plug = { id = "late", node = 1, size = "128M" }
END
    start_machine --scenario "$SCENARIO"
    "$HOTPLUGFS" wait "$DIR" uevent:add@memory48 --timeout 10s
    say "$CONTROL/scenario" "done 1 at 100ms: plug id=late node=1 size=128M"
    end_machine
}

@test "run reports the steps that did not happen, and keeps the command's status" {
    local status=0
    scenario << 'END'
[[on]]
event = "online memory40"
fault = "memory41 online EBUSY times=1"
[[on]]
event = "online memory60"
unplug = "dimm1"
[[at]]
time = "1s"
unplug = "none"
END
    # shellcheck disable=SC2016
    "$HOTPLUGFS" run --clock manual --scenario "$SCENARIO" -- bash -c 'cd /sys/devices/system/memory
        echo online > memory40/state
        ! echo online > memory41/state || exit 1
        echo online > memory41/state || exit 2
        echo 1s > "$HOTPLUGFS/hotplugfs/clock"
        exit 7' 2> "$WORK/errors" || status=$?
    [ "$status" -eq 7 ] || fail "exit status $status: $(cat "$WORK/errors")"
    [ "$(grep '^hotplugfs:' "$WORK/errors")" = "hotplugfs: $SCENARIO:4: never happened: on online memory60: unplug dimm1
hotplugfs: $SCENARIO:7: failed: at 1s: unplug none: unplug: ENOENT" ] || fail "$(cat "$WORK/errors")"
}

@test "a scenario that cannot happen is refused before the command starts" {
    scenario << 'END'
[[at]]
time = "1s"
plug = { id = "late", node = 9, size = "128M" }
END
    exits 125 "hotplugfs: $SCENARIO:3: plug: the machine has no node 9" "$HOTPLUGFS" run --scenario "$SCENARIO" -- touch "$WORK/started"
    [ ! -e "$WORK/started" ] || fail "the command was started"
    fails_with 1 "hotplugfs: $WORK/none: it cannot be read" "$HOTPLUGFS" mount "$WORK" --scenario "$WORK/none"
    mkfifo "$WORK/fifo"
    fails_with 125 "$WORK/fifo: this is a FIFO; write the scenario to a regular file" "$HOTPLUGFS" run --scenario "$WORK/fifo" -- true
    fails_with 125 "$WORK: this is a directory; name a scenario" "$HOTPLUGFS" run --scenario "$WORK" -- true
    fails_with 2 "keeps no scenario" "$HOTPLUGFS" mount "$WORK" --state "$WORK/state" --scenario "$SCENARIO"
    nothing_left
}
