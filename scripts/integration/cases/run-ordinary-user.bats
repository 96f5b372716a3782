#!/usr/bin/env bats
# Only as root: it becomes that user.
# Text in single quotes is for another shell.
# shellcheck disable=SC2016
# bats file_tags=only-root
source "$BATS_TEST_DIRNAME/../lib/verbs.sh"
source "$BATS_TEST_DIRNAME/../lib/running.sh"

# forbidden PATTERN COMMAND ...: fails with this one line.
forbidden() {
    fails_with_one_line 125 "$@"
    nothing_left
}

@test "run works for a user without rights, and reports where that is forbidden" {
    chmod 755 "$WORK"
    chmod 1777 "$TMPDIR"

    OUTPUT=$(as_nobody "$PROGRAM" run -- bash -euc "$GUARD"'
        id -u
        echo online_movable > memory43/state
        cat memory43/state
        "$PROGRAM" plug --node 1 --size 256M --id d
        if echo online_movable > memory40/state; then exit 1; fi' 2>&1) || fail "$OUTPUT"
    [[ $OUTPUT == $'0\nonline\nd: blocks 48-49 on node 1\n'*": write error: Invalid argument" ]] || fail "$OUTPUT"
    nothing_left

    # The user cannot reach the current directory by its name.
    mkdir -m 700 "$WORK/closed"
    mkdir -m 755 "$WORK/closed/open"
    echo here > "$WORK/closed/open/file"
    cd "$WORK/closed/open"
    OUTPUT=$(as_nobody "$PROGRAM" run -- cat file 2>&1) || fail "$OUTPUT"
    [ "$OUTPUT" = here ] || fail "$OUTPUT"
    cd /
    nothing_left

    # The command cannot reach the host's own files.
    OUTPUT=$(as_nobody "$PROGRAM" run -- umount /sys/devices/system/memory 2>&1) && fail "unmounted: $OUTPUT"
    [[ $OUTPUT == "umount: "* ]] || fail "$OUTPUT"
    nothing_left

    forbidden "hotplugfs: /dev/fuse: permission denied; run as root, or make it accessible to all users (chmod 666 /dev/fuse)" \
        unshare --mount --propagation private bash -euo pipefail -c '
            mknod -m 600 "$WORK/fuse" c 10 229
            mount --bind "$WORK/fuse" /dev/fuse
            exec setpriv --reuid 65534 --regid 65534 --clear-groups -- "$PROGRAM" run -- true'
    # A user namespace with a limit of 0; the host's limit is not changed.
    disabled="user namespaces are disabled (/proc/sys/user/max_user_namespaces is 0)"
    forbidden "hotplugfs: cannot create namespaces: $disabled; as root, run sysctl user.max_user_namespaces=" \
        as_nobody unshare --user --map-root-user bash -c 'echo 0 > /proc/sys/user/max_user_namespaces
            exec setpriv --bounding-set -all --inh-caps -all "$PROGRAM" run -- true'
}
