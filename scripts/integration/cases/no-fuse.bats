#!/usr/bin/env bats
source "$BATS_TEST_DIRNAME/../lib/verbs.sh"

@test "without /dev/fuse there is one line with the fix, and status 1" {
    mkdir "$WORK/dev" "$DIR"
    # In a namespace whose /dev lacks the device.
    # shellcheck disable=SC2016
    fails_with_one_line 1 "/dev/fuse: no such device; load the kernel's module (modprobe fuse)" \
        unshare --mount --propagation private bash -euo pipefail -c '
        mount -t tmpfs none "$1/dev"
        for name in null zero urandom random; do
            touch "$1/dev/$name"
            mount --bind "/dev/$name" "$1/dev/$name"
        done
        mount --rbind "$1/dev" /dev
        exec "$2" mount "$3"' bash "$WORK" "$HOTPLUGFS" "$DIR"
    ! is_mounted "$DIR" || fail "mounted"
}
