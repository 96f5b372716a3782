#!/usr/bin/env bats
source "$BATS_TEST_DIRNAME/../lib/verbs.sh"

@test "probe has mode 0200 and takes an aligned address that is free" {
    start_machine
    refuse "Invalid argument" 0x100000001 "$MEMORY/probe"
    refuse "File exists" 0x100000000 "$MEMORY/probe"
    refuse "Invalid argument" word "$MEMORY/probe"
    refuse "Invalid argument" " 0x180000000" "$MEMORY/probe"
    refuse "Numerical result out of range" 99999999999999999999 "$MEMORY/probe"
    put 0x180000000 "$MEMORY/probe"
    blocks state 48:offline
    end_machine
}
