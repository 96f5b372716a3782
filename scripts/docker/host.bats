#!/usr/bin/env bats
# The test of the container leaves nothing on the host. scripts/docker-test.sh runs these last; it sets root, work, data, group and before.
# shellcheck disable=SC2154
source "$BATS_TEST_DIRNAME/verbs.sh"
source "$BATS_TEST_DIRNAME/engine.sh"

# No engine runs here.
teardown() {
    :
}

@test "the host's memory blocks are unchanged" {
    [ "$before" = "$(host_blocks)" ] || fail "$(diff <(echo "$before") <(host_blocks))"
    note "$(wc -l <<< "$before") blocks"
}

@test "nothing is left of the engine" {
    local found
    found=$(
        find "$work" "$data" -maxdepth 0 2> /dev/null
        find /sys/fs/cgroup -name "$group*"
        grep -F -e "$work" -e "$data" /proc/self/mountinfo
        pgrep -a -f -- "$work|$data"
    ) || true
    [ -z "$found" ] || fail "$found"
}

@test "an engine that is killed leaves nothing" {
    local name=hotplugfs-test-killed-$$ place=$BATS_TEST_TMPDIR hierarchy victim
    mkdir "$place/files" "$place/data"
    for hierarchy in /sys/fs/cgroup /sys/fs/cgroup/*; do
        [ ! -e "$hierarchy/cgroup.procs" ] || break
    done
    (
        # Text in single quotes is for another shell.
        # shellcheck disable=SC2016
        guarded "$name" "$place/files" "$place/data" bash -euo pipefail -c '
            mkdir -p "$0/inner"
            echo "$BASHPID" > "$0/inner/cgroup.procs"
            mount -t tmpfs tmpfs "$1"
            (exec -a "$2" sleep 60) &
            echo "$2" > "$3/ready"
            wait' "$hierarchy/$name" "$place/data" "$name" "$place/files"
        wait
    ) 3>&- 4>&- &
    victim=$!
    eventually test -s "$place/files/ready"
    pgrep -f "^$name"
    [ -d "$hierarchy/$name/inner" ]
    kill -KILL "$victim"
    eventually test ! -e "$place/files"
    if pgrep -f "^$name" || [ -d "$hierarchy/$name" ] || [ -e "$place/data" ]; then return 1; fi
}
