#!/usr/bin/env bats
source "$BATS_TEST_DIRNAME/../lib/verbs.sh"

@test "every version from 3.8 on can be simulated, and one that was not recorded states what it is taken for" {
    note="5.4: as 4.19, with removable always 1, core_cpus of CPUs, dies of CPUs, access classes of nodes and huge pages of 1 GiB that move, without unsigned injected errors; read in its source, not recorded"
    start_machine --kernel 5.4
    [ "$(cat "$CONTROL/kernel")" = 5.4 ]
    [ "$(cat "$MEMORY/memory0/removable")" = 1 ]
    grep -qx "kernel = \"5.4\"" "$CONTROL/machine"
    end_machine
    exits 0 "machine default, kernel 5.4, is mounted on $DIR
  $note
*" "$HOTPLUGFS" mount "$DIR" --kernel 5.4
    "$HOTPLUGFS" unmount "$DIR"
    "$HOTPLUGFS" run --kernel ubuntu20.04 -- true 2> "$WORK/err"
    [ "$(cat "$WORK/err")" = "hotplugfs: ubuntu20.04: $note" ]
    "$HOTPLUGFS" run --kernel 4.9 -- true 2> "$WORK/err"
    [ ! -s "$WORK/err" ]
    for kernel in 3.9 3.13 4.12 4.18 5.10.0-28-amd64 5.14 6.8 6.17 99.0 rhel8 rhel9 debian11 debian12 debian13 sles15 amzn2 ubuntu24.04; do
        "$HOTPLUGFS" run --kernel "$kernel" -- true 2> /dev/null || fail "$kernel cannot be simulated"
    done
}

@test "kernels lists the kernels with one line each, also as JSON" {
    "$HOTPLUGFS" kernels > "$WORK/list"
    grep -qx "4.9          recorded (4.9.337): .*" "$WORK/list"
    grep -qx "5.4          as 4.19, with removable always 1, .*; read in its source, not recorded" "$WORK/list"
    grep -qx "debian12     6.1" "$WORK/list"
    [ "$("$HOTPLUGFS" kernels --json | grep -c '^    "name": ')" -eq "$(wc -l < "$WORK/list")" ]
}

@test "replay --against shows side by side what two kernels do with the operations of a recording" {
    recording=$ROOT/tests/recordings/4.9-mny-c-needs-normal.jsonl.gz
    [ -r "$recording" ] || skip "no recordings that this user can read"
    exits 1 "*4.9-mny-c-needs-normal.jsonl.gz:4: write memory/memory32/state \"online_movable\"
    4.9   EINVAL; memory32: online_movable refused: not at the end of zone Normal of node 1 (32 of 32-36)
    6.12  success; memory32 online, valid_zones Movable; *
*4.9-mny-c-needs-normal.jsonl.gz: 4.9 and 6.12 do the same in * of * operations" "$HOTPLUGFS" replay --against 4.9,6.12 "$recording"
    exits 0 "4.9-mny-c-needs-normal.jsonl.gz: 4.9 and 4.9 do the same in * operations" "$HOTPLUGFS" replay --against 4.9,4.9 "$recording"
    fails_with 2 '"4.9" is not two kernels (example: 4.9,6.12)' "$HOTPLUGFS" replay --against 4.9 "$recording"
    fails_with 2 "leave --mount and --kernel out" "$HOTPLUGFS" replay --against 4.9,6.12 --mount "$recording"
    # A recording of a kernel that cannot be simulated.
    gunzip -c "$recording" | sed '1s/"kernel": *"4.9-mny"/"kernel":"2.2-mny"/' > "$WORK/old.jsonl"
    fails_with 2 '--kernel selects another' "$HOTPLUGFS" replay "$WORK/old.jsonl"
    exits 1 "*divergences*" "$HOTPLUGFS" replay --kernel 4.4 "$WORK/old.jsonl"
}
