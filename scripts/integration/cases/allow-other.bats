#!/usr/bin/env bats
# Only as root: a user namespace has one user.
# bats file_tags=only-root
source "$BATS_TEST_DIRNAME/../lib/verbs.sh"

@test "other users are kept out unless allow_other is given, and then permission bits apply" {
    start_machine
    fails_with 1 "Permission denied" as_nobody cat "$MEMORY/memory40/state"
    end_machine
    start_machine -o allow_other
    [ "$(as_nobody cat "$MEMORY/memory40/state")" = offline ] || fail "another user cannot read the state"
    # shellcheck disable=SC2016
    fails_with 1 "Permission denied" as_nobody bash -c 'echo online > "$1"' bash "$MEMORY/memory40/state"
    say "$MEMORY/memory40/state" offline
    end_machine
}
