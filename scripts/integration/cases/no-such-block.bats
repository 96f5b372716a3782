#!/usr/bin/env bats
source "$BATS_TEST_DIRNAME/../lib/verbs.sh"

@test "a missing block is ENOENT to read and EACCES to create" {
    start_machine
    fails_with 1 "No such file or directory" cat "$MEMORY/memory99/state"
    refuse "No such file or directory" online "$MEMORY/memory99/state"
    for name in memory memory-1 memory040 memory+40 memory40x MEMORY40 memory99999999999999999999; do
        [ ! -e "$MEMORY/$name" ] || fail "$name exists"
    done
    end_machine
}
