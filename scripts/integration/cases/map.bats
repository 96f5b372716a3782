#!/usr/bin/env bats
# The map of a machine: on a mount, within run, of a large machine, and as a picture.
source "$BATS_TEST_DIRNAME/../lib/verbs.sh"

map() {
    COLUMNS=80 LINES=24 "$HOTPLUGFS" map "$@"
}

@test "the map shows zones, states, the boundary and what offline blocks may become" {
    start_machine
    state 43 online_movable
    exits 0 "*n.. n.. nm.|M*offline    256 MiB may become Normal or Movable*" map "$DIR"
    # The same within run, where DIR is known.
    exits 0 "*kernel 6.12*offline      1 GiB may become Normal or Movable*" "$HOTPLUGFS" run --kernel 6.12 -- "$HOTPLUGFS" map
    fails_with 1 "there is no node 7 (known: 0, 1)" map "$DIR" --node 7
    fails_with 2 "unknown kernel" map "$DIR" --kernel 1.0
    exits 0 "*kernel 4.9*|*kernel 6.12*" map "$DIR" --kernel 4.9 --kernel 6.12
    end_machine
    fails_with 1 "no machine is mounted there" map "$WORK"
}

@test "a map has no escape sequences in a pipe, and letters only with NO_COLOR" {
    local colored plain
    colored=$(TERM=xterm LC_ALL=C.UTF-8 script -qec "'$HOTPLUGFS' map --machine default" /dev/null)
    [[ $colored == *$'\e['* ]] || fail "no color in a terminal: $colored"
    plain=$(NO_COLOR=1 TERM=xterm script -qec "'$HOTPLUGFS' map --machine default" /dev/null)
    [[ $plain != *$'\e['* ]] || fail "colors with NO_COLOR: $plain"
    [[ $(map --machine default) != *$'\e['* ]] || fail "colors in a pipe"
}

@test "a map fits its terminal" {
    local columns lines
    for size in "80 24" "200 50"; do
        read -r columns lines <<< "$size"
        COLUMNS=$columns LINES=$lines "$HOTPLUGFS" map --machine large > "$WORK/map"
        awk -v columns="$columns" -v lines="$lines" 'length > columns { exit 1 } END { exit NR >= lines }' "$WORK/map" ||
            fail "$size: $(cat "$WORK/map")"
    done
}

@test "a picture is the same each time, and a mount that serves a part has a map" {
    "$HOTPLUGFS" map --machine default --svg "$WORK/one.svg"
    "$HOTPLUGFS" map --machine default --svg - > "$WORK/two.svg"
    cmp "$WORK/one.svg" "$WORK/two.svg" || fail "two pictures"
    start_machine -o subtree=sys/devices/system/memory
    exits 0 "*N   N*nm.*" map "$DIR"
    end_machine
}
