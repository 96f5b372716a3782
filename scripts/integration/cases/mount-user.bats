#!/usr/bin/env bats
# Only as root: it becomes another user.
# bats file_tags=only-root
source "$BATS_TEST_DIRNAME/../lib/verbs.sh"
source "$BATS_TEST_DIRNAME/../lib/sbin.sh"

@test "an ordinary user mounts and unmounts an fstab entry with the option user" {
    command -v fusermount3 > /dev/null || missing "fusermount3 is missing: apt-get install fuse3"
    for program in fusermount3 mount umount; do
        [ -u "$(command -v $program)" ] || skip "$program is not set-uid here"
    done
    hide_sbin

    ln -s "$HOTPLUGFS" /sbin/mount.fuse.hotplugfs
    mkdir "$DIR" "$WORK/own" "$WORK/closed"
    chown 65534:65534 "$DIR" "$WORK/own"
    start_machine
    cat "$CONTROL/machine" > "$WORK/my,own.toml"
    end_machine
    cat > "$WORK/fstab" <<FSTAB
default $DIR fuse.hotplugfs user,noauto,kernel=6.12 0 0
$WORK/my,own.toml $WORK/own fuse.hotplugfs user,noauto 0 0
default $WORK/closed fuse.hotplugfs user,noauto 0 0
FSTAB
    mount --bind "$WORK/fstab" /etc/fstab

    as_nobody mount "$DIR"
    [ "$(findmnt -n -o SOURCE,FSTYPE --mountpoint "$DIR" | tr -s ' ')" = "default fuse.hotplugfs" ] || fail "$(findmnt --mountpoint "$DIR")"
    [ "$(as_nobody cat "$CONTROL/kernel")" = 6.12 ] || fail "not the kernel of the fstab line"
    # shellcheck disable=SC2016
    as_nobody bash -c 'echo online > "$1"' bash "$MEMORY/memory40/state"
    [ "$(as_nobody cat "$MEMORY/memory40/state")" = online ] || fail "the user cannot online a block"
    # A user's mount admits no other user, not even root.
    fails_with 1 "Permission denied" cat "$CONTROL/kernel"
    as_nobody umount "$DIR"
    ! is_mounted "$DIR" || fail "still mounted"
    # fusermount3 accepts a comma in the name as well.
    as_nobody mount "$WORK/own"
    [ "$(findmnt -n -o SOURCE --mountpoint "$WORK/own")" = "$WORK/my,own.toml" ] || fail "$(findmnt --mountpoint "$WORK/own")"
    as_nobody umount "$WORK/own"
    # A directory of another user is refused.
    fails_with 32 "user has no write access to mountpoint $WORK/closed" as_nobody mount "$WORK/closed"
    ! is_mounted "$WORK/closed" || fail "mounted"
    umount /etc/fstab
    show_sbin
}
