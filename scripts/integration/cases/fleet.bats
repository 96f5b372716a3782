#!/usr/bin/env bats
# Several machines: list, fleet, unmount --all.
source "$BATS_TEST_DIRNAME/../lib/verbs.sh"
source "$BATS_TEST_DIRNAME/../lib/running.sh"

# listed: the machines of this case; others may run beside it.
listed() {
    "$HOTPLUGFS" list "$@" | grep "$WORK/" || true
}

@test "a fleet comes up, is listed, holds separate machines, and goes down" {
    local fleet=$WORK/fleet
    exits 0 "machine default, kernel 6.12, is mounted on $fleet/0 to $fleet/4"$'\n'"  hotplugfs fleet down $fleet" \
        "$HOTPLUGFS" fleet up "$fleet" --count 5 --kernel 6.12
    echo online > "$fleet/3/sys/devices/system/memory/memory40/state"
    say "$fleet/3/sys/devices/system/memory/memory40/state" online
    say "$fleet/2/sys/devices/system/memory/memory40/state" offline
    "$HOTPLUGFS" list > "$WORK/list"
    [ "$(grep -cE "^$fleet/[0-4]  +default  +6.12  +16  +[0-9]+$" "$WORK/list")" = 5 ] || fail "$(cat "$WORK/list")"
    [ "$(listed --json | grep -c "\"directory\": \"$fleet/")" = 5 ] || fail "$(listed --json)"
    "$HOTPLUGFS" fleet down "$fleet"
    [ "$(ls -A "$fleet")" = "" ] || fail "left: $(ls -A "$fleet")"
    [ -z "$(listed)" ] || fail "$(listed)"
    fails_with 1 "$fleet: no machine is mounted below it" "$HOTPLUGFS" fleet down "$fleet"
}

@test "a fleet that cannot be whole leaves nothing" {
    mkdir -p "$WORK/fleet/2"
    fails_with 1 "$WORK/fleet/2: it exists" "$HOTPLUGFS" fleet up "$WORK/fleet" --count 4
    [ "$(ls "$WORK/fleet")" = 2 ] || fail "left: $(ls "$WORK/fleet")"
    fails_with 1 'no preset or file has this name' "$HOTPLUGFS" fleet up "$WORK/other" --count 4 --machine none
    [ ! -e "$WORK/other" ] || fail "left $WORK/other"
    fails_with 2 'from 1 to 10000' "$HOTPLUGFS" fleet up "$WORK/other" --count 0
    [ -z "$(listed)" ] || fail "$(listed)"
}

@test "a signal ends a fleet that comes up, and leaves nothing" {
    local process status=0
    env --default-signal "$HOTPLUGFS" fleet up "$WORK/fleet" --count 2000 > "$WORK/out" 2> "$WORK/errors" &
    process=$!
    until [ -e "$WORK/fleet/1" ]; do read -r -t 0.01 _ <> <(:) || true; done
    kill -TERM "$process"
    wait "$process" || status=$?
    [ "$status" = 143 ] || fail "status $status: $(cat "$WORK/errors")"
    [ ! -e "$WORK/fleet" ] || fail "left: $(ls -A "$WORK/fleet")"
}

@test "list shows why a machine does not answer" {
    local stopped
    mkdir "$WORK/a" "$WORK/b" "$WORK/c"
    "$HOTPLUGFS" mount "$WORK/a" -o subtree=sys/devices/system/memory > "$WORK/out"
    "$HOTPLUGFS" mount "$WORK/b" > "$WORK/out"
    "$HOTPLUGFS" mount "$WORK/c" > "$WORK/out"
    kill -KILL "$(cat "$WORK/b/hotplugfs/daemon")"
    stopped=$(cat "$WORK/c/hotplugfs/daemon")
    kill -STOP "$stopped"
    listed | tr -s ' ' > "$WORK/list"
    kill -CONT "$stopped"
    [ "$(cat "$WORK/list")" = "$WORK/a only a subtree is mounted
$WORK/b Transport endpoint is not connected
$WORK/c its daemon does not answer" ] || fail "$(cat "$WORK/list")"
    for directory in a b c; do "$HOTPLUGFS" unmount "$WORK/$directory"; done
    nothing_left
}

@test "unmount --all unmounts all machines of the user" {
    # In a copy of the mount namespace, because other machines may be in use.
    # shellcheck disable=SC2016
    unshare --mount --propagation private bash -euc 'mkdir "$WORK/a" "$WORK/b"
        "$HOTPLUGFS" mount "$WORK/a" > "$WORK/out"
        "$HOTPLUGFS" mount "$WORK/b" > "$WORK/out"
        cd "$WORK/b"
        ! "$HOTPLUGFS" unmount --all 2> "$WORK/errors" || exit 1
        cd /
        [ ! -e "$WORK/a/hotplugfs" ]
        grep -q "^hotplugfs: $WORK/b: in use" "$WORK/errors"
        "$HOTPLUGFS" unmount --all
        [ -z "$("$HOTPLUGFS" list)" ]' || fail "$(cat "$WORK/errors")"
    fails_with 2 'give either DIR, the directory of a machine, or --all' "$HOTPLUGFS" unmount
    fails_with 2 'give either DIR, the directory of a machine, or --all' "$HOTPLUGFS" unmount --all "$WORK/a"
}
