#!/usr/bin/env bats
source "$BATS_TEST_DIRNAME/../lib/verbs.sh"

@test "without /dev/fuse there is one line with the fix, and status 1" {
    mkdir "$DIR"
    fails_with_one_line 1 "/dev/fuse: no such device; load the kernel's module (modprobe fuse)" without_device "$HOTPLUGFS" mount "$DIR"
    ! is_mounted "$DIR" || fail "mounted"
}
