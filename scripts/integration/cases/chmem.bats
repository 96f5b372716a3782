#!/usr/bin/env bats
source "$BATS_TEST_DIRNAME/../lib/verbs.sh"

@test "chmem works on the real path when the machine is bound over it" {
    command -v chmem > /dev/null || missing "chmem is missing: apt-get install util-linux"
    start_machine
    # Nothing is written below /sys before the mount there is known to be the machine.
    # shellcheck disable=SC2016
    unshare --mount --propagation private bash -euo pipefail -c '
        mount --bind "$1" /sys/devices/system/memory
        [ "$(findmnt -n -o FSTYPE --target /sys/devices/system/memory)" = fuse.hotplugfs ]
        chmem -e -b 40
        chmem -e -b 41
        chmem -d -b 41' bash "$MEMORY"
    blocks state 40:online 41:offline 42:offline
    end_machine
}
