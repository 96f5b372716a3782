#!/usr/bin/env bats
# Text in single quotes is for another shell.
# shellcheck disable=SC2016
source "$BATS_TEST_DIRNAME/../lib/verbs.sh"
source "$BATS_TEST_DIRNAME/../lib/running.sh"

# in_namespace SCRIPT PATTERN: "hotplugfs run" fails with this one line in a mount namespace that the script prepares.
in_namespace() {
    fails_with_one_line 125 "$2" unshare --mount --propagation private bash -euo pipefail -c "$1"'
        exec "$PROGRAM" run -- true'
    nothing_left
}

is_clean() {
    (nothing_left) 2> /dev/null
}

@test "run gives one line and status 125 if something is missing or ends early" {
    in_namespace 'mkdir -p "$WORK/empty";
        for name in null zero urandom random; do touch "$WORK/empty/$name"; mount --bind /dev/$name "$WORK/empty/$name"; done
        mount --rbind "$WORK/empty" /dev' "hotplugfs: /dev/fuse: no such device; load the kernel's module (modprobe fuse)*"
    in_namespace 'touch "$WORK/meminfo"; mkdir -p "$WORK/bin"; PATH=$WORK/bin' \
        "hotplugfs: unshare: No such file or directory; install util-linux"

    # The daemon is killed.
    one_line 125 "hotplugfs: the daemon was killed by signal 9; the command was stopped" -- bash -c '
        for process in /proc/[0-9]*; do
            mapfile -d "" -t words < $process/cmdline
            if [ "${words[1]-}" = mount ]; then kill -KILL ${process#/proc/}; fi
        done
        read -r _ < <(sleep 1000)'

    # The process that the user started is killed: all other processes end with it, and its files are removed.
    mkfifo "$WORK/up"
    "$PROGRAM" run -- bash -c 'echo up > "$WORK/up"; exec -a "$TMPDIR/hotplugfs-run-command" sleep 1000' &
    run=$!
    read -r _ < "$WORK/up"
    kill -KILL "$run"
    wait "$run" 2> /dev/null || true
    eventually is_clean
    nothing_left
}
