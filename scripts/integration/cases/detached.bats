#!/usr/bin/env bats
source "$BATS_TEST_DIRNAME/../lib/verbs.sh"

@test "mount returns when the mount answers, and its daemon keeps nothing of the caller" {
    mkdir "$DIR" "$WORK/here"
    exec 8> "$WORK/lock"
    flock 8
    # This substitution would wait for a pipe that stays open.
    OUTPUT=$(cd "$WORK/here" && "$HOTPLUGFS" mount ../machine 2>&1)
    [[ $OUTPUT == "machine default, kernel 4.9, is mounted on $DIR"* ]] || fail "$OUTPUT"
    say "$MEMORY/memory40/state" offline
    exec 8>&-
    flock --nonblock "$WORK/lock" true || fail "the daemon holds the lock"
    rmdir "$WORK/here"
    daemon=
    for process in /proc/[0-9]*; do
        if [ "$(readlink "$process/exe" 2> /dev/null)" = "$HOTPLUGFS" ] && tr '\0' ' ' < "$process/cmdline" | grep -q -- --daemon &&
            [ "$(readlink "$process/cwd")" = / ] && [ -n "$(find "$process/fd" -lname /dev/fuse)" ] &&
            [ "$(cut -d ' ' -f 6 "$process/stat")" = "${process#/proc/}" ]; then
            daemon=$process
        fi
    done
    if [ ! -f "${HOTPLUGFS%/*}/hotplugfs.dll" ]; then
        [ -n "$daemon" ] || fail "no daemon in a new session and in /"
    fi
    if [ -n "$daemon" ]; then
        for descriptor in 0 1 2; do
            [ "$(readlink "$daemon/fd/$descriptor")" = /dev/null ] || fail "descriptor $descriptor: $(readlink "$daemon/fd/$descriptor")"
        done
        if find "$daemon/fd" -lname "$WORK/*" | grep .; then
            fail "the daemon holds files"
        fi
    fi
    "$HOTPLUGFS" unmount "$DIR"
    ! is_mounted "$DIR" || fail "still mounted"
}
