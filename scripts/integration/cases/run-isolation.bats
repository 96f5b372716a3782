#!/usr/bin/env bats
# Text in single quotes is for another shell.
# shellcheck disable=SC2016
source "$BATS_TEST_DIRNAME/../lib/verbs.sh"
source "$BATS_TEST_DIRNAME/../lib/running.sh"

# The ways by which a command could reach the host's memory files. Each is a shell text that may set FOUND to a directory in which it found a
# /sys; a way that is refused leaves it empty and prints nothing. None of them opens a file.
ways() {
    cat << 'END'
root of the daemon: FOUND=/proc/$DAEMON/root/sys
root of the first process: FOUND=/proc/1/root/sys
current directory of the daemon: FOUND=/proc/$DAEMON/cwd/sys
mount namespace of the daemon: nsenter -t $DAEMON -m echo entered
mount namespace of the first process: nsenter -t 1 -m echo entered
another sysfs: mount -t sysfs none $T && FOUND=$T
another sysfs in a network namespace: unshare -n mount -t sysfs none $T && FOUND=$T
bind: mount --bind /sys $T && FOUND=$T
bind with mounts: mount --rbind /sys $T && umount $T/devices/system/memory && FOUND=$T
bind of a part: mkdir $T/devices && mount --bind /sys/devices $T/devices && FOUND=$T
bind of the root: mount --bind / $T && FOUND=$T/sys
overlay: mkdir $T/devices && mount -t overlay none -o lowerdir=/sys/devices:/sys/bus $T/devices && FOUND=$T
move: mount --move /sys/devices/system/memory $T && FOUND=/sys
unmount: umount /sys/devices/system/memory && FOUND=/sys
lazy unmount: umount -l /sys/devices/system/memory && FOUND=/sys
unmount of everything: umount -R /sys && mount -t sysfs none /sys && FOUND=/sys
unmount of the other files: umount /sys/devices/system/node; umount /sys/module/memory_hotplug; FOUND=/sys
unmount again: for i in 1 2 3; do umount /sys/devices/system/memory /sys/devices/system/node; done; FOUND=/sys
unmount by FUSE: fusermount3 -uz /sys/devices/system/memory && FOUND=/sys
remount: mount -o remount,rw,bind /sys && FOUND=/sys
another root: mount --rbind / $T && mkdir $T/$T/old && pivot_root $T $T/$T/old && umount -l $T/old; umount /sys/devices/system/memory; FOUND=/sys
inherited directory: FOUND=/proc/self/fd/7/sys
parent of an inherited directory: FOUND=/proc/self/fd/8/../sys
current directory: cd /proc/self/cwd/../../../../../../../.. && FOUND=$PWD/sys
END
}

# tries: in a run, every way, in a mount namespace of its own and as the root of another user namespace. No mount outlives its try, and nothing
# is removed, because a directory may be another name of the root directory.
tries() {
    local line found inner number=0
    for DAEMON in /proc/[0-9]*; do
        ! tr '\0' ' ' < "$DAEMON/cmdline" | grep -q -- "mount --daemon.*$HOTPLUGFS" || break
    done
    export DAEMON=${DAEMON#/proc/} T
    grep -q daemon "/proc/$DAEMON/cmdline" || echo "no daemon"
    while IFS= read -r line; do
        for inner in "--mount" "--user --map-root-user --mount" "--user --map-root-user --mount --net"; do
            number=$((number + 1))
            T=$WORK/t$number
            mkdir "$T"
            # shellcheck disable=SC2086
            found=$(unshare $inner bash -c "FOUND=; ${line#*: }"'
                [ -n "$FOUND" ] || exit 0
                for file in "$FOUND/devices/system"/{memory,node}{,/uevent} "$FOUND/module/memory_hotplug"{,/parameters}; do
                    # The number of sysfs.
                    [ "$(stat -L -f -c %t "$file")" != 62656572 ] || echo "$file"
                done' 2> /dev/null)
            [ -z "$found" ] || echo "reached by ${line%%:*}, with unshare $inner: $found"
        done
    done < <(ways)
    ! umount /sys/devices/system/memory 2> /dev/null || echo "unmounted"
    [ "$(stat -f -c %t /sys/devices/system/memory /sys/devices/system/node | sort -u)" = 65735546 ] || echo "uncovered"
    ! grep -E ' - (sysfs|devtmpfs) ' /proc/self/mountinfo | grep -vE '^[^/]*/[^ ]* /(sys|dev(/[a-z]*)?) ' || echo "another view of the host"
}

@test "run: a command cannot reach the host's memory files" {
    cd /sys/devices/system
    OUTPUT=$("$PROGRAM" run --kernel 6.12 -- bash -c "$(declare -f ways tries); tries" 2>&1 7< / 8< /etc) || fail "$OUTPUT"
    [ -z "$OUTPUT" ] || fail "$OUTPUT"
    nothing_left
}

@test "run: an inherited descriptor of a directory leads to the machine, others are passed on" {
    ran_with() {
        OUTPUT=$("$PROGRAM" run -- bash -c "$1" 2>&1 7< /sys/devices/system 8< <(echo text) 9< "$WORK/closed")
    }
    mkdir "$WORK/closed"
    ran_with 'stat -f -c %t /proc/self/fd/7/memory; cat <&8; stat -L -c %F /proc/self/fd/9' || fail "$OUTPUT"
    [ "$OUTPUT" = $'65735546\ntext\ndirectory' ] || fail "$OUTPUT"
    # Its path no longer leads to it.
    OUTPUT=$(exec 7< "$WORK/closed"; rmdir "$WORK/closed"; "$PROGRAM" run -- test -e /proc/self/fd/7 2>&1) && fail "passed on: $OUTPUT"
    nothing_left
}

@test "run: a command has private devices" {
    nodes=$(stat -c '%n %a %u %g' /dev/* | sort)
    ran 0 "*Read-only file system" -- bash -c 'echo text > /dev/null && head -c 1 /dev/zero > /dev/full
        [ -c /dev/null ] && [ -c /dev/fuse ] && [ -c /dev/ptmx ] && [ -d /dev/pts ] && ! [ -e /dev/mem ] && ! [ -e /dev/kmsg ] || exit 3
        echo private > /dev/new; [ "$(head -c 8 /dev/urandom | wc -c)" = 8 ] || exit 4
        ! mknod /dev/block b 8 0 2> /dev/null || exit 5
        ! chmod 000 /dev/null'
    [ "$(stat -c '%n %a %u %g' /dev/* | sort)" = "$nodes" ] || fail "the host's /dev changed"
    # A terminal has a name.
    OUTPUT=$(env SHELL=/bin/sh script --quiet --return --command "$PROGRAM run -- tty" /dev/null < /dev/null) || fail "$OUTPUT"
    [[ $OUTPUT == /dev/console* ]] || fail "$OUTPUT"
}

@test "run: a command keeps what a user may do" {
    ran 0 $'0\ntmpfs\n1' -- bash -euc 'id -u
        mkdir "$WORK/t" && mount -t tmpfs none "$WORK/t" && stat -f -c %T "$WORK/t" && umount "$WORK/t"
        grep -c "lo:" /proc/net/dev'
    # A mount of another machine, and a run in a run.
    mkdir -p "$WORK/m"
    ran 0 $'*\n6.12' -- bash -euc '"$PROGRAM" mount "$WORK/m" > /dev/null; cat "$WORK/m/hotplugfs/kernel"; "$PROGRAM" unmount "$WORK/m"
        "$PROGRAM" run --kernel 6.12 -- bash -c "cat \$HOTPLUGFS/hotplugfs/kernel; ! umount /sys/devices/system/memory 2> /dev/null"'
    [ "$AS" != root ] || ran 0 65534 -- setpriv --reuid 65534 --regid 65534 --clear-groups id -u
}

@test "run: without user namespaces the command is not started, unless with --privileged" {
    fails_with_one_line 125 "hotplugfs: cannot create *; as root, run sysctl user.max_user_namespaces=*" \
        unshare --user --map-root-user --mount bash -c '
        echo 0 > /proc/sys/user/max_user_namespaces; exec "$PROGRAM" run -- true'
    exits 0 "0" unshare --user --map-root-user --mount bash -c '
        echo 0 > /proc/sys/user/max_user_namespaces; exec "$PROGRAM" run --privileged -- id -u'
    # With the rights of the user, the command could uncover the host's files, but then it is ended.
    one_line 125 "hotplugfs: /sys/devices/system/memory: the command unmounted it; stopped" --privileged -- umount /sys/devices/system/memory
    one_line 125 "hotplugfs: /sys/devices/system/memory: the command unmounted it; stopped" --privileged -- \
        bash -c 'umount /sys/devices/system/memory; read -r _ < <(sleep 1000)'
    ran 0 "$(ls /dev)" --privileged -- ls /dev
}

@test "run: a first process that is killed gives 125" {
    # The first process of the command's namespaces; the command may kill it.
    one_line 125 "hotplugfs: the first process of the command's namespaces was killed by signal 9, and the command with it" -- bash -c '
        kill -KILL "$PPID"; read -r _ < <(sleep 1000)'
    # The first process of all, from outside. From inside it cannot be killed.
    mkfifo "$WORK/up"
    "$PROGRAM" run -- bash -c 'kill -KILL 1; echo up > "$WORK/up"; sleep 1000' 2> "$WORK/err" &
    run=$!
    read -r _ < "$WORK/up"
    for process in $(processes); do
        # Some have exited.
        [[ $({ tr '\0' ' ' < "/proc/$process/cmdline"; } 2> /dev/null) != "$PROGRAM run --init "* ]] || kill -KILL "$process"
    done
    status=0
    wait "$run" || status=$?
    [ "$status" -eq 125 ] || fail "status $status"
    [ "$(cat "$WORK/err")" = "hotplugfs: the init process of the namespaces was killed, and the command with it" ] ||
        fail "$(cat "$WORK/err")"
    nothing_left
}
