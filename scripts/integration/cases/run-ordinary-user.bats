#!/usr/bin/env bats
# Only as root: it becomes that user.
# Text in single quotes is for another shell.
# shellcheck disable=SC2016
# bats file_tags=only-root
source "$BATS_TEST_DIRNAME/../lib/verbs.sh"
source "$BATS_TEST_DIRNAME/../lib/running.sh"

# ordinary SETUP COMMAND ...: as the user nobody, in a mount namespace that root prepares, with a device that every user may open.
ordinary() {
        unshare --mount --propagation private bash -euo pipefail -c '
        mkdir -p "$WORK/dev"
        mount -t tmpfs none "$WORK/dev"
        mknod -m 666 "$WORK/dev/fuse" c 10 229
        chmod 666 "$WORK/dev/fuse"
        mount --bind "$WORK/dev/fuse" /dev/fuse
        eval "$1"
        shift
        exec setpriv --reuid 65534 --regid 65534 --clear-groups -- "$@"' bash "$@"
}

# forbidden SETUP PATTERN: fails with this one line.
forbidden() {
    local status=0
    OUTPUT=$(ordinary "$1" "$PROGRAM" run -- true 2>&1) || status=$?
    [ "$status" -eq 125 ] || fail "status $status: $OUTPUT"
    # shellcheck disable=SC2053
    [[ $OUTPUT == $2 ]] || fail "it printed \"$OUTPUT\", expected $2"
    [ "$(wc -l <<< "$OUTPUT")" -eq 1 ] || fail "more than one line: $OUTPUT"
    nothing_left
}

@test "run works for a user without rights, and reports where that is forbidden" {
    chmod 755 "$WORK"
    chmod 1777 "$TMPDIR"

    OUTPUT=$(ordinary : "$PROGRAM" run -- bash -euc "$GUARD"'
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
    OUTPUT=$(ordinary : "$PROGRAM" run -- cat file 2>&1) || fail "$OUTPUT"
    [ "$OUTPUT" = here ] || fail "$OUTPUT"
    cd /
    nothing_left

    # The command cannot reach the host's own files.
    OUTPUT=$(ordinary : "$PROGRAM" run -- umount /sys/devices/system/memory 2>&1) && fail "unmounted: $OUTPUT"
    [[ $OUTPUT == "hotplugfs: /sys/devices/system/memory: the command unmounted it;"* ]] || fail "$OUTPUT"
    nothing_left

    forbidden 'chmod 600 /dev/fuse' \
        "hotplugfs: /dev/fuse: permission denied; run as root, or make it accessible to all users (chmod 666 /dev/fuse)"
    # A user namespace with a limit of 0; the host's limit is not changed.
    status=0
    OUTPUT=$(ordinary : unshare --user --map-root-user bash -c 'echo 0 > /proc/sys/user/max_user_namespaces
        exec setpriv --bounding-set -all --inh-caps -all "$PROGRAM" run -- true' 2>&1) || status=$?
    [ "$status" -eq 125 ] || fail "status $status: $OUTPUT"
    disabled="user namespaces are disabled (/proc/sys/user/max_user_namespaces is 0)"
    [[ $OUTPUT == "hotplugfs: cannot create namespaces: $disabled; as root, run sysctl user.max_user_namespaces="* ]] || fail "$OUTPUT"
    nothing_left
}
