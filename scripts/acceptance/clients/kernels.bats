#!/usr/bin/env bats
# The kernels that people run: the recorded ones, and those of distributions.
source "$BATS_TEST_DIRNAME/../lib/client.sh"
NEEDS="lsmem:util-linux chmem:util-linux awk:mawk"

# lsmem lists the machine, and chmem takes a block online and offline. What depends on the era is not compared.
lists_and_changes() {
    prints lsmem -n -r -S STATE -o BLOCK,STATE --summary=never << 'END'
0-1 online
32-37 online
40-47 offline
END
    chmem -e -b 43
    [ "$(cat "$MEMORY/memory43/state")" = online ] || fail "chmem does not enable"
    chmem -d -b 43
    [ "$(cat "$MEMORY/memory43/state")" = offline ] || fail "chmem does not disable"
}

@test "lsmem and chmem on each recorded kernel" {
    for kernel in $("$PROGRAM" kernels | awk '$2 == "recorded" { print $1 }'); do
        inside lists_and_changes --kernel "$kernel"
    done
}

movable_from_below() {
    say "$CONTROL/kernel" "$KERNEL"
    fails_with 1 "Zone mismatch" chmem -e -z Movable -b 40
}

movable_anywhere() {
    say "$CONTROL/kernel" "$KERNEL"
    chmem -e -z Movable -b 40
    [ "$(lsmem -n -r -o BLOCK,ZONES --summary=never | grep '^40 ')" = "40 Movable" ] || fail "block 40 is not in Movable"
}

@test "the kernels of distributions have the zone rules of their version" {
    for KERNEL in 4.18 5.4 5.10 5.14 5.15 6.8; do
        export KERNEL
        inside movable_anywhere --kernel "$KERNEL"
    done
    # Before the zone was chosen at online, chmem could not move a block from below the boundary.
    for KERNEL in 4.4 4.12; do
        export KERNEL
        inside movable_from_below --kernel "$KERNEL"
    done
    for name in rhel8 rhel9 ubuntu20.04 ubuntu22.04 ubuntu24.04 debian11 debian12 debian13 amzn2; do
        KERNEL=$("$PROGRAM" kernels --json | awk -F '"' -v name="$name" '$2 == "name" { found = $4 == name } found && $2 == "version" { print $4 }')
        inside movable_anywhere --kernel "$name"
    done
}
