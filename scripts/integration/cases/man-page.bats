#!/usr/bin/env bats
# The manual page that the program writes: readers of it have nothing to complain of.
source "$BATS_TEST_DIRNAME/../lib/verbs.sh"

@test "mandoc accepts the manual page" {
    "$HOTPLUGFS" --man > "$WORK/hotplugfs.8"
    grep -q '^.SH "\?EXIT STATUS' "$WORK/hotplugfs.8" || fail "no page"
    command -v mandoc > /dev/null || skip "mandoc (package mandoc) is not there"
    complaints=$(mandoc -T lint -W style "$WORK/hotplugfs.8") || fail "$complaints"
    [ -z "$complaints" ] || fail "$complaints"
    mandoc -T ascii "$WORK/hotplugfs.8" | col -bx > "$WORK/text"
    for verb in run mount unmount plug unplug replay; do
        grep -q "^ *hotplugfs $verb " "$WORK/text" || fail "no synopsis of $verb"
    done
    grep -q '^ *mount -t fuse.hotplugfs default /srv/machine -o kernel=6.12$' "$WORK/text" || fail "no example of mount"
}
