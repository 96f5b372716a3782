#!/usr/bin/env bats
# An offline that takes time: what others see meanwhile, and what ends it.
source "$BATS_TEST_DIRNAME/../lib/verbs.sh"

# start_offline NUMBER [OPTION ...]: mounts a machine on which an offline of a block has begun that takes 2 s, by default of a manual clock.
start_offline() {
    start_machine --kernel 6.12 "${@:2}"
    put 2s "$CONTROL/migration_rate"
    writes_offline "$1"
    eventually is_going_offline "$1"
}

# writer_fails PATTERN: the writer ends, and its error contains the text.
writer_fails() {
    ! wait "$WRITER" || fail "the writer succeeded"
    grep -q "$1" "$WORK/error" || fail "the writer printed: $(cat "$WORK/error")"
}

step() {
    "$HOTPLUGFS" step "$DIR" "$1"
}

@test "a second client reads going-offline during an offline of 2 s" {
    start_offline 33
    blocks valid_zones "33:Normal_Movable" 34:Normal
    wait "$WRITER"
    blocks state 33:offline 34:online
    end_machine
}

@test "Ctrl-C on the echo gives Interrupted system call, and the block is online again" {
    start_offline 33
    kill -INT "$WRITER"
    writer_fails "Interrupted system call"
    blocks state 33:online
    logged "memory33: offline refused: a signal ended it"
    end_machine
}

@test "a manual clock stands still until it is stepped" {
    start_offline 33 --clock manual
    step 1999ms
    say "$MEMORY/memory33/state" going-offline
    step 1ms
    wait "$WRITER"
    say "$CONTROL/clock" "manual 2.000"
    blocks state 33:offline
    fails_with 1 "write a time of at most a day" step soon
    end_machine
}

@test "without a manual clock, step fails with the reason" {
    start_machine
    fails_with 1 "the clock is the system's; start the machine with --clock manual" step 1s
    fails_with 2 'unknown clock "sundial" (known: system, manual)' "$HOTPLUGFS" mount "$DIR" --clock sundial
    end_machine
}

@test "a read of online waits until the offline is over" {
    start_offline 33 --clock manual
    cat "$MEMORY/memory33/online" > "$WORK/online" &
    local reader=$!
    say "$MEMORY/memory34/online" 1
    step 1s
    [ ! -s "$WORK/online" ] || fail "the read returned $(cat "$WORK/online")"
    step 1s
    wait "$reader"
    say "$WORK/online" 0
    wait "$WRITER"
    end_machine
}

@test "writers and a plug wait for their turn, and a killed one has no effect" {
    start_offline 33 --clock manual
    local first=$WRITER
    writes_offline 34
    local killed=$WRITER
    writes_offline 35
    "$HOTPLUGFS" plug "$DIR" --node 1 --size 128M --id more &
    local plug=$!
    kill -KILL "$killed"
    wait "$killed" || true
    say "$MEMORY/memory33/state" going-offline
    step 10s
    wait "$first"
    eventually is_plugged more
    step 10s
    wait "$WRITER"
    wait "$plug"
    blocks state 33:offline 34:online 35:offline
    end_machine
}

is_plugged() {
    [ -d "$CONTROL/dimms/$1" ] || step 2s
}

@test "an unplug offlines block by block" {
    start_machine --kernel 6.12 --clock manual
    state 40 online
    state 41 online
    put 2s "$CONTROL/migration_rate"
    "$HOTPLUGFS" unplug "$DIR" dimm0 &
    local unplug=$!
    eventually is_going_offline 40
    step 3s
    blocks state 40:offline 41:going-offline
    step 1s
    wait "$unplug"
    [ ! -e "$MEMORY/memory40" ] || fail "the DIMM is still there"
    end_machine
}

@test "migration_rate 0 ends a slow offline, and used pages take the time that their size needs" {
    start_machine --kernel 6.12 --clock manual
    state 43 online_movable
    "$HOTPLUGFS" load "$DIR" --id app --size 64M --node 1
    put 16M "$CONTROL/migration_rate"
    writes_offline 43
    eventually is_going_offline 43
    step 1s
    local nodes
    nodes=$(cat "$CONTROL/load/app/nodes")
    [ "$nodes" = $'0 4096\n1 12288' ] || fail "after 1 s: $nodes"
    put 0 "$CONTROL/migration_rate"
    wait "$WRITER"
    say "$CONTROL/load/app/nodes" "0 16384"
    end_machine
}

@test "SIGTERM of the daemon during a slow offline ends all" {
    start_offline 33 --clock manual
    kill -TERM "$DAEMON"
    writer_fails "Software caused connection abort\|Transport endpoint is not connected"
    wait "$DAEMON" || fail "the daemon exited with $?: $(cat "$WORK/daemon.err")"
    ! is_mounted "$DIR" || fail "still mounted"
}

@test "a daemon killed during a slow offline leaves nothing after unmount" {
    start_offline 33 --clock manual
    kill -KILL "$DAEMON"
    wait "$DAEMON" || true
    writer_fails "Software caused connection abort\|Transport endpoint is not connected"
    "$HOTPLUGFS" unmount "$DIR"
    ! is_mounted "$DIR" || fail "still mounted"
}

@test "a command of run that is killed during a slow offline leaves nothing" {
    # shellcheck disable=SC2016
    exits 137 "" "$HOTPLUGFS" run --clock manual -- bash -c '
        cd /sys/devices/system/memory
        echo 2s > "$HOTPLUGFS/hotplugfs/migration_rate"
        (echo offline > memory33/state) 2> /dev/null &
        until [ "$(cat memory33/state)" = going-offline ]; do :; done
        kill -KILL $$'
}
