#!/usr/bin/env bats
# chmem of util-linux works on the real path, with the machine bound over it in namespaces of this case.
source "$BATS_TEST_DIRNAME/../lib/verbs.sh"

@test "chmem works on the real path when the machine is bound over it" {
    command -v chmem > /dev/null || skip "chmem (util-linux) is not there"
    start_machine
    # Namespaces first, then the check that it is our mount, and only then a write below /sys.
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
