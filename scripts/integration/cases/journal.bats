#!/usr/bin/env bats
# The journal, and the verbs that read it.
source "$BATS_TEST_DIRNAME/../lib/verbs.sh"

expects() {
    "$HOTPLUGFS" expect "$DIR" "$@"
}

waits() {
    "$HOTPLUGFS" wait "$DIR" "$@"
}

@test "the journal has each write with its caller and its rule" {
    start_machine
    state 43 online_movable
    refuse_state 40 online_movable
    grep -q "\"pid\":[1-9][0-9]*,\"uid\":$(id -u),\"comm\":\"bash\",\"file\":\"/sys/devices/system/memory/memory40/state\",\"text\":\"online_movable\",\"errno\":\"EINVAL\",\"rule\":\"not-at-boundary\"" \
        "$CONTROL/journal" || fail "$(cat "$CONTROL/journal")"
    exits 0 "" expects memory43/state online_movable --times 1 --by bash --zone Movable
    exits 0 "" expects memory40/state online_movable --errno EINVAL
    exits 0 "" expects memory40/state offline --times 0
    fails_with 1 "online_movable was written to memory40/state 0 times with success, wanted 2. Nearest:*not-at-boundary" \
        expects memory40/state online_movable --times 2
    fails_with 2 "--errno EBSUY: this is no errno" expects memory40/state online --errno EBSUY
    end_machine
}

@test "expect on an empty journal says so" {
    start_machine
    fails_with 1 "The journal has 0 other writes" expects memory40/state online
    fails_with 1 "no machine is mounted there" "$HOTPLUGFS" expect "$WORK" memory40/state online
    end_machine
}

@test "wait returns as soon as its conditions are met, and else names what it saw last" {
    start_machine
    exits 0 "" waits node1/online
    (sleep 0.2; echo online > "$MEMORY/memory40/state") 3>&- &
    local writer=$!
    exits 0 "" waits memory40/state=online uevent:online@memory40 --timeout 20s
    wait "$writer"
    (sleep 0.2; "$HOTPLUGFS" plug "$DIR" --node 1 --size 128M --id late) > "$WORK/plug" 3>&- &
    writer=$!
    exits 0 "" waits memory48 uevent:add@memory48 'journal:"plug":"late"' --timeout 20s
    wait "$writer"
    fails_with 1 "timed out after 100ms: memory41/state=online: it is offline; memory99: it does not exist" \
        waits memory40/state=online memory41/state=online memory99 --timeout 100ms
    fails_with 2 "--timeout 5: this is no time" waits memory40 --timeout 5
    end_machine
}

@test "wait sleeps: it uses no processor time" {
    start_machine
    local before after
    before=$(times | awk 'NR == 2')
    fails_with 1 "timed out after 2s" waits memory99 --timeout 2s
    after=$(times | awk 'NR == 2')
    # A loop would use most of the two seconds.
    awk -v before="$before" -v after="$after" 'function seconds(text,   part) { split(text, part, /[ms]/); return part[1] * 60 + part[2] }
        { } END { exit seconds(after) - seconds(before) > 1 }' /dev/null || fail "children used $before before and $after after"
    end_machine
}
