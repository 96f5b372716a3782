#!/usr/bin/env bats
source "$BATS_TEST_DIRNAME/../lib/verbs.sh"

@test "mandoc accepts the manual page" {
    "$HOTPLUGFS" --man > "$WORK/hotplugfs.8"
    grep -q '^.SH "\?EXIT STATUS' "$WORK/hotplugfs.8" || fail "no page"
    command -v mandoc > /dev/null || missing "mandoc is missing: apt-get install mandoc"
    complaints=$(mandoc -T lint -W style "$WORK/hotplugfs.8") || fail "$complaints"
    [ -z "$complaints" ] || fail "$complaints"
    mandoc -T ascii "$WORK/hotplugfs.8" | col -bx > "$WORK/text"
    for subcommand in run mount unmount plug unplug replay; do
        grep -q "^ *hotplugfs $subcommand " "$WORK/text" || fail "no synopsis of $subcommand"
    done
    grep -q '^ *mount -t fuse.hotplugfs default /srv/machine -o kernel=6.12$' "$WORK/text" || fail "no example of mount"
}
