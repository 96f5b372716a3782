#!/usr/bin/env bats
source "$BATS_TEST_DIRNAME/../lib/verbs.sh"
source "$BATS_TEST_DIRNAME/../lib/sbin.sh"

# mounted FIELD TEXT: a field of the machine's entry in the mount table.
mounted() {
    [ "$(findmnt -n -o "$1" --mountpoint "$DIR")" = "$2" ] || fail "$1 is \"$(findmnt -n -o "$1" --mountpoint "$DIR")\", expected \"$2\""
}

# away: unmounts like any file system.
away() {
    umount "$DIR"
    ! is_mounted "$DIR" || fail "still mounted"
}

@test "mount -t fuse.hotplugfs, fstab and umount handle a machine like any file system" {
    hide_sbin
    type=fuse.hotplugfs
    ln -s "$HOTPLUGFS" /sbin/mount.$type
    mkdir "$DIR"

    # mount(8) is silent on success.
    [ -z "$(mount -t $type default "$DIR" -o kernel=6.12 2>&1)" ] || fail "mount printed something"
    mounted SOURCE default
    mounted FSTYPE $type
    say "$CONTROL/kernel" 6.12
    put online_movable "$MEMORY/memory43/state"
    say "$MEMORY/memory43/valid_zones" Movable
    fails_with 32 "already a hotplugfs mount" mount -t $type default "$DIR"
    away

    # Every option of hotplugfs, and options of mount(8) that are ignored.
    mount -v -t $type none "$DIR" -o \
        machine=memoryless-node,movable_node,subtree=sys/devices,noatime,nofail,_netdev,x-systemd.automount,users > "$WORK/printed"
    grep -q "machine memoryless-node, kernel 4.9 with movable_node, is mounted on $DIR" "$WORK/printed" || fail "$(cat "$WORK/printed")"
    mounted SOURCE none
    [ -d "$DIR/system/memory" ] || fail "not the directory of the option subtree"
    away
    [ "$AS" != root ] || {
        mount -t $type default "$DIR"
        # Other users may read, but not write.
        [ "$(as_nobody cat "$MEMORY/memory40/state")" = offline ] || fail "another user cannot read the state"
        # shellcheck disable=SC2016
        fails_with 1 "Permission denied" as_nobody bash -c 'echo online > "$1"' bash "$MEMORY/memory40/state"
        away
    }

    # A machine file with a comma in its name, by a relative path.
    "$HOTPLUGFS" mount "$DIR" --kernel 6.1 > "$WORK/printed"
    cat "$CONTROL/machine" > "$WORK/my,own.toml"
    away
    (cd "$WORK" && mount -t $type my,own.toml machine)
    mounted SOURCE "$WORK/my,own.toml"
    say "$CONTROL/kernel" 6.1
    away
    mount -t $type none "$DIR" -o "machine=\"$WORK/my,own.toml\",rw"
    say "$CONTROL/kernel" 6.1
    away

    # Read-only and back, without a change of the machine.
    mount -r -t $type default "$DIR"
    refuse "Read-only file system" online "$MEMORY/memory40/state"
    mount -o remount,rw "$DIR"
    put online "$MEMORY/memory40/state"
    mount -o remount,ro "$DIR"
    refuse "Read-only file system" offline "$MEMORY/memory40/state"
    say "$MEMORY/memory40/state" online
    away

    # An error gives one line, and nothing is mounted.
    fails_with 1 'unknown kernel "1.0"; before 3.8, no zone could be chosen (known: ' mount -t $type default "$DIR" -o kernel=1.0
    fails_with 1 \
        'unknown mount option "kernal=6.1" (known: kernel=VERSION, machine=NAME|FILE, movable_node, subtree=PATH, allow_other, ro' \
        mount -t $type default "$DIR" -o kernal=6.1
    fails_with 32 "did you mean default?" mount -t $type defualt "$DIR"
    fails_with 32 "the machine has no such directory" mount -t $type default "$DIR" -o subtree=sys/nothing
    fails_with 32 "$WORK/nowhere: no such directory" mount -t $type default "$WORK/nowhere"
    fails_with 32 "no hotplugfs is mounted there" mount -t $type default "$DIR" -o remount,ro
    fails_with 1 "empty SPEC" mount -t $type "" "$DIR"
    fails_with 1 "Required argument 'DIR'" /sbin/mount.$type default
    fails_with 1 "-t ext4: wrong type" /sbin/mount.$type default "$DIR" -t ext4
    fails_with 1 "-N $WORK/nothing: no such file" /sbin/mount.$type default "$DIR" -N "$WORK/nothing"
    # Sloppy (-s) and fake (-f).
    mount -s -n -t $type default "$DIR" -o kernal=6.1
    away
    mount -f -t $type default "$DIR" -o kernel=6.12
    fails_with 32 "did you mean default?" /sbin/mount.$type -f defualt "$DIR"
    ! is_mounted "$DIR" || fail "mounted"

    # A line of fstab, if possible docs/mount.md's, is mounted only once.
    line="default /srv/machine $type kernel=6.12,nofail,x-systemd.device-timeout=5 0 0"
    if [ -r "$ROOT/HotplugFs.sln" ]; then
        line=$(grep -E "^    [^ ]+ +/srv/machine +$type " "$ROOT/docs/mount.md") || fail "README.md has no line for fstab"
    fi
    echo "${line//\/srv\/machine/$DIR}" > "$WORK/fstab"
    mount -T "$WORK/fstab" "$DIR"
    mount -a -T "$WORK/fstab"
    [ "$(grep -c " $DIR " /proc/self/mountinfo)" -eq 1 ] || fail "mounted twice"
    say "$CONTROL/kernel" 6.12
    away
    mount -a -T "$WORK/fstab"
    mounted SOURCE default
    away

    # Only in the mount namespace of another process.
    mkfifo "$WORK/up" "$WORK/down"
    # shellcheck disable=SC2016
    unshare --mount --propagation private bash -c 'echo up > "$1/up"; read -r _ < "$1/down"' bash "$WORK" &
    other=$!
    read -r _ < "$WORK/up"
    mount -N "/proc/$other/ns/mnt" -t $type default "$DIR"
    ! is_mounted "$DIR" || fail "mounted here"
    grep -q " $DIR .* $type default " "/proc/$other/mountinfo" || fail "not mounted there"
    umount -N "/proc/$other/ns/mnt" "$DIR"
    echo down > "$WORK/down"
    wait "$other"
    show_sbin
}
