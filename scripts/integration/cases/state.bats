#!/usr/bin/env bats
# A machine that is kept in a file (docs/state.md).
source "$BATS_TEST_DIRNAME/../lib/verbs.sh"
source "$BATS_TEST_DIRNAME/../lib/kept.sh"

# killed: ends the daemon as a crash does, and what is left of its mount.
killed() {
    kill -KILL "$DAEMON"
    wait "$DAEMON" 2> /dev/null || true
    DAEMON=
    "$HOTPLUGFS" unmount --lazy "$DIR"
}

# keep [OPTION ...]: starts a machine that is kept in $WORK/state.
keep() {
    start_machine --state "$WORK/state" "$@"
}

@test "after kill -9 at random moments, all that was acknowledged is there, and no half of anything" {
    # STATE_MOMENTS=200 takes some minutes; then set CASE_SECONDS, too.
    local moments=${STATE_MOMENTS:-5} seed=${STATE_SEED:-$RANDOM} acknowledged=0 i block
    echo "STATE_SEED=$seed, $moments moments"
    RANDOM=$seed
    keep --kernel 6.12
    put "id=app size=1M node=0" "$CONTROL/load/start"
    printf 'memory37 offline EBUSY times=1000000\nmemory36 offline take=30ms\n' > "$CONTROL/faults"
    for ((i = 0; i < moments; i++)); do
        # What one round leaves is the beginning of the next.
        for block in 35 36; do
            [ "$(cat "$MEMORY/memory$block/state")" = online ] || put online "$MEMORY/memory$block/state"
        done
        put "id=app size=1M" "$CONTROL/load/resize"
        printf 'clear\nmemory37 offline EBUSY times=1000000\nmemory36 offline take=30ms\n' > "$CONTROL/faults"
        [ ! -e "$CONTROL/dimms/d" ] || put d "$CONTROL/dimms/unplug"
        MODE_BEFORE=$(stat -c %a "$MEMORY/memory34/state")
        starts_clients
        read -r -t "0.$(printf %03d $((RANDOM % 700)))" _ <> <(:) || true
        killed
        wait "${CLIENTS[@]}" || true
        keep
        all_is_kept
        acknowledged=$((acknowledged + $(cat "$WORK"/done.* | paste -s -d +)))
    done
    echo "$acknowledged writes were acknowledged"
    [ "$acknowledged" -gt "$moments" ] || fail "too few writes to test much"
    end_machine
}

@test "a machine in a file goes on after unmount, with its checkpoints, settings and journal" {
    keep --kernel 6.12 --clock manual
    put 2s "$CONTROL/migration_rate"
    put 3s "$CONTROL/clock"
    put clean "$CONTROL/checkpoint"
    refuse_state 34 junk
    "$HOTPLUGFS" plug "$DIR" --node 1 --size 256M
    cat "$CONTROL/journal" > "$WORK/journal"
    end_machine
    keep
    cmp "$CONTROL/journal" "$WORK/journal" || fail "the journal is another one"
    say "$CONTROL/clock" "manual 3.000"
    say "$CONTROL/kernel" 6.12
    say "$CONTROL/checkpoint" clean
    put clean "$CONTROL/restore"
    [ ! -e "$MEMORY/memory48" ] || fail "the DIMM is still there"
    end_machine
}

@test "run goes on with a machine in a file" {
    cd "$WORK"
    "$HOTPLUGFS" run --kernel 6.12 --state kept -- bash -c 'echo offline > /sys/devices/system/memory/memory34/state'
    exits 0 "offline" "$HOTPLUGFS" run --state kept -- cat /sys/devices/system/memory/memory34/state
    start_machine --state kept
    say "$MEMORY/memory34/state" offline
    end_machine
}

@test "one file keeps one machine" {
    keep
    mkdir "$WORK/other"
    fails_with_one_line 1 "another machine uses this file" "$HOTPLUGFS" mount "$WORK/other" --state "$WORK/state"
    end_machine
    fails_with_one_line 1 "keeps a machine with kernel 4.9; leave --kernel out" "$HOTPLUGFS" mount "$DIR" --state "$WORK/state" --kernel 6.12
    fails_with_one_line 1 "keeps another machine, which was made from default" "$HOTPLUGFS" mount "$DIR" --state "$WORK/state" --machine large
    fails_with_one_line 1 "with a system clock" "$HOTPLUGFS" mount "$DIR" --state "$WORK/state" --clock manual
    keep --machine default
    end_machine
}

@test "a damaged file is refused with the number of the record, or cut there" {
    keep
    put "id=a size=1M" "$CONTROL/load/start"
    local before
    before=$(stat -c %s "$WORK/state")
    put "id=b size=1M" "$CONTROL/load/start"
    put "id=c size=1M" "$CONTROL/load/start"
    end_machine
    cp "$WORK/state" "$WORK/whole"
    printf X | dd of="$WORK/state" bs=1 seek=$((before + 20)) conv=notrunc status=none
    fails_with_one_line 1 "record 4, at byte $before, is damaged: its checksum is wrong; --recover" "$HOTPLUGFS" mount "$DIR" --state "$WORK/state"
    keep --recover
    [ -e "$CONTROL/load/a" ] || fail "what is before the damage is lost"
    [ ! -e "$CONTROL/load/b" ] || fail "what is damaged is there"
    end_machine
    # The end of the last record is missing, as after a crash.
    head -c -3 "$WORK/whole" > "$WORK/state"
    keep
    [ -e "$CONTROL/load/b" ] || fail "a whole record is lost"
    [ ! -e "$CONTROL/load/c" ] || fail "a half of a record is there"
    end_machine
    echo "hotplugfs state 99" > "$WORK/state"
    fails_with_one_line 1 "it has version 99" "$HOTPLUGFS" mount "$DIR" --state "$WORK/state"
    echo "something else" > "$WORK/state"
    fails_with_one_line 1 "line 1 is not \"hotplugfs state 4\"" "$HOTPLUGFS" mount "$DIR" --state "$WORK/state"
}

@test "what cannot be a state file is refused" {
    mkdir -p "$DIR" "$WORK/directory"
    fails_with_one_line 1 "no regular file" "$HOTPLUGFS" mount "$DIR" --state "$WORK/directory"
    fails_with_one_line 1 "no such directory" "$HOTPLUGFS" mount "$DIR" --state "$WORK/nowhere/state"
    fails_with_one_line 1 "below the mount point" "$HOTPLUGFS" mount "$DIR" --state "$DIR/state"
    fails_with 2 "--recover need --state FILE" "$HOTPLUGFS" mount "$DIR" --recover
    ! is_mounted "$DIR" || fail "mounted all the same"
}

# bats test_tags=only-root
@test "on a full disk a write fails with ENOSPC and changes nothing" {
    mkdir "$WORK/disk"
    mount -t tmpfs -o size=64k tmpfs "$WORK/disk"
    start_machine --state "$WORK/disk/state" --kernel 6.12
    dd if=/dev/zero of="$WORK/disk/filler" bs=4096 status=none 2> /dev/null || true
    local i
    for ((i = 0; i < 200; i++)); do
        ERROR=$({ echo "id=l$i size=1M" > "$CONTROL/load/start"; } 2>&1) || break
        last=$i
    done
    [[ $ERROR == *"No space left on device" ]] || fail "the disk became full, but: $ERROR"
    [ ! -e "$CONTROL/load/l$i" ] || fail "the write failed, but there is load l$i"
    refuse "No space left on device" offline "$MEMORY/memory34/state"
    say "$MEMORY/memory34/state" online
    rm "$WORK/disk/filler"
    state 34 offline
    killed
    start_machine --state "$WORK/disk/state"
    say "$MEMORY/memory34/state" offline
    [ -e "$CONTROL/load/l$last" ] || fail "load l$last was acknowledged, but is lost"
    end_machine
    umount "$WORK/disk"
}
