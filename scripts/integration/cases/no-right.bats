#!/usr/bin/env bats
# Only as root: it becomes another user.
# bats file_tags=only-root
source "$BATS_TEST_DIRNAME/../lib/verbs.sh"

@test "a directory that the user may not use gives one line and status 1" {
    mkdir -m 700 "$WORK/private"
    mkdir "$WORK/private/machine"
    mkdir -m 755 "$WORK/public"
    fails_with_one_line 1 "$WORK/private/machine: Permission denied" as_nobody "$HOTPLUGFS" mount "$WORK/private/machine"
    # fusermount3 refuses a directory of another user; without fusermount3 a user cannot mount at all.
    fails_with_one_line 1 "" as_nobody "$HOTPLUGFS" mount "$WORK/public"
    ! is_mounted "$WORK/public" || fail "mounted"
}
