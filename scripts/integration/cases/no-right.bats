#!/usr/bin/env bats
# A directory that this user has no right to: one line, status 1, nothing mounted.
# Only as root: it becomes another user.
# bats file_tags=only-root
source "$BATS_TEST_DIRNAME/../lib/verbs.sh"

@test "a directory that the user may not use gives one line and status 1" {
    mkdir -m 700 "$WORK/private"
    mkdir "$WORK/private/machine"
    mkdir -m 755 "$WORK/public"
    fails_with 1 "$WORK/private/machine: Permission denied" as_nobody "$HOTPLUGFS" mount "$WORK/private/machine"
    [ "$(wc -l <<< "$OUTPUT")" -eq 1 ] || fail "$OUTPUT"
    # A directory that is not the user's own: fusermount3 refuses it, and without fusermount3 nothing is possible.
    fails_with 1 "" as_nobody "$HOTPLUGFS" mount "$WORK/public"
    [ "$(wc -l <<< "$OUTPUT")" -eq 1 ] || fail "$OUTPUT"
    ! is_mounted "$WORK/public" || fail "mounted"
}
