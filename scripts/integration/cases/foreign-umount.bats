#!/usr/bin/env bats
source "$BATS_TEST_DIRNAME/../lib/verbs.sh"

@test "the daemon exits with 0 when another program unmounts it" {
    start_machine
    umount "$DIR"
    machine_ended
    start_machine
    umount -l "$DIR"
    machine_ended
}
