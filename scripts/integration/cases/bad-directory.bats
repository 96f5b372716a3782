#!/usr/bin/env bats
source "$BATS_TEST_DIRNAME/../lib/verbs.sh"

@test "a directory that is missing, not a directory or unreachable gives one line and status 1" {
    mounts=$(grep -c . /proc/self/mountinfo)
    fails_with_one_line 1 "$WORK/missing: no such directory" "$HOTPLUGFS" mount "$WORK/missing"
    [ ! -e "$WORK/missing" ] || fail "the directory was created"
    touch "$WORK/file"
    fails_with 1 "$WORK/file: not a directory" "$HOTPLUGFS" mount "$WORK/file"
    fails_with 1 "not a directory" "$HOTPLUGFS" mount "$WORK/file/below"
    ln -s loop "$WORK/loop"
    fails_with 1 "$WORK/loop: " "$HOTPLUGFS" mount "$WORK/loop"
    fails_with 1 "" "$HOTPLUGFS" mount ""
    fails_with 1 "no such directory" "$HOTPLUGFS" mount --foreground "$WORK/missing"
    fails_with 2 "" "$HOTPLUGFS" mount
    fails_with 2 'unknown mount option "nonsense" (known: allow_other, fast, direct, subtree=PATH' "$HOTPLUGFS" mount "$WORK" -o nonsense
    fails_with 2 'unknown kernel "1.0"; before 3.8' "$HOTPLUGFS" mount "$WORK" --kernel 1.0
    [ "$(grep -c . /proc/self/mountinfo)" -eq "$mounts" ] || fail "something is mounted"
}
