#!/usr/bin/env bats
# Only as root: it becomes another user.
# bats file_tags=only-root
source "$BATS_TEST_DIRNAME/../lib/verbs.sh"

@test "an ordinary user mounts through fusermount3" {
    command -v fusermount3 > /dev/null || missing "fusermount3 is missing: apt-get install fuse3"
    [ -u "$(command -v fusermount3)" ] || skip "fusermount3 is not set-uid here"
    mkdir "$DIR"
    chown 65534:65534 "$DIR"
    # shellcheck disable=SC2016
    as_nobody bash -euo pipefail -c '
        "$1" mount "$2" > /dev/null
        memory=$2/sys/devices/system/memory
        echo online_movable > "$memory/memory43/state"
        [ "$(cat "$memory/memory43/state")" = online ]
        [ "$(stat -c %u "$memory/memory43/state")" = 65534 ]
        "$1" unmount "$2"
        ! grep " $2 " /proc/self/mountinfo
        # A daemon that unmounts itself uses fusermount3 as well.
        exec 3< <(exec "$1" mount --foreground "$2")
        daemon=$!
        read -r _ <&3
        kill -TERM "$daemon"
        wait "$daemon"
        ! grep " $2 " /proc/self/mountinfo' bash "$HOTPLUGFS" "$DIR"
}
