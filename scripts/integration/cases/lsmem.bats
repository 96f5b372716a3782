#!/usr/bin/env bats
source "$BATS_TEST_DIRNAME/../lib/verbs.sh"

@test "lsmem prints the machine" {
    command -v lsmem > /dev/null || missing "lsmem is missing: apt-get install util-linux"
    start_machine
    state 43 online_movable
    lsmem --sysroot "$DIR" -b -n -r -a -o RANGE,SIZE,STATE,BLOCK,NODE,ZONES > "$WORK/lsmem"
    [ "$(wc -l < "$WORK/lsmem")" -eq 16 ] || fail "$(cat "$WORK/lsmem")"
    grep -qx '0x0000000158000000-0x000000015fffffff 134217728 online 43 1 Movable/Normal' "$WORK/lsmem" ||
        grep -q '^0x0000000158000000-0x000000015fffffff 134217728 online 43 1 Movable' "$WORK/lsmem" || fail "$(cat "$WORK/lsmem")"
    grep -q '^0x0000000150000000-0x0000000157ffffff 134217728 offline 42 1 Normal/Movable' "$WORK/lsmem" || fail "$(cat "$WORK/lsmem")"
    lsmem --sysroot "$DIR" --summary=only > "$WORK/summary"
    grep -q 'Memory block size: *128M' "$WORK/summary" || fail "$(cat "$WORK/summary")"
    grep -q 'Total online memory: *1.1G' "$WORK/summary" || fail "$(cat "$WORK/summary")"
    end_machine
}
