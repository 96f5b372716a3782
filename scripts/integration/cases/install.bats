#!/usr/bin/env bats
# Only as root: an ordinary user may not be able to read the checkout.
# bats file_tags=only-root
source "$BATS_TEST_DIRNAME/../lib/verbs.sh"
source "$BATS_TEST_DIRNAME/../lib/sbin.sh"

# put_in ARGUMENT ..: installs the program under test.
put_in() {
    "$installer" --program "$HOTPLUGFS" "$@" > "$WORK/printed"
}

# is_empty DIR
is_empty() {
    [ -z "$(ls -A "$1")" ] || fail "left in $1: $(find "$1")"
}

@test "install.sh installs below a prefix and uninstalls exactly that" {
    [ ! -f "${HOTPLUGFS%/*}/hotplugfs.dll" ] || skip "this is not a native program"
    hide_sbin

    installer=$ROOT/scripts/install.sh
    prefix=$WORK/opt/hotplugfs
    link=/sbin/mount.fuse.hotplugfs

    umask 077
    mkdir "$WORK/opt"
    put_in --prefix "$prefix"
    umask 022
    [ "$(readlink $link)" = "$prefix/sbin/mount.fuse.hotplugfs" ] || fail "no link in /sbin"
    [ "$(stat -c %a "$prefix" "$prefix/bin/hotplugfs" "$prefix/share/man/man8/hotplugfs.8" | tr '\n' ' ')" = "755 755 644 " ] ||
        fail "modes"
    [ "$("$prefix/bin/hotplugfs" --version)" = "$("$HOTPLUGFS" --version)" ] || fail "another program"
    cmp "$prefix/share/bash-completion/completions/hotplugfs" <("$HOTPLUGFS" --bash-completion)
    grep -q '^.TH HOTPLUGFS 8' "$prefix/share/man/man8/hotplugfs.8" || fail "no manual page"

    # It works from there, and a mount survives another installation.
    mkdir "$DIR"
    mount -t fuse.hotplugfs default "$DIR" -o kernel=6.12
    put_in --prefix "$prefix"
    state 43 online_movable
    umount "$DIR"
    # Uninstalling leaves other files and a link to another installation alone.
    touch "$prefix/bin/other"
    "$installer" --prefix "$prefix/" --uninstall > "$WORK/printed"
    [ "$(find "$WORK/opt" -type f)" = "$prefix/bin/other" ] || fail "$(find "$WORK/opt")"
    is_empty /sbin
    rm -r "$prefix"
    put_in --prefix "$prefix"
    ln -sfn /somewhere/else $link
    "$installer" --prefix "$prefix" --uninstall > "$WORK/printed"
    is_empty "$WORK/opt"
    [ "$(readlink $link)" = /somewhere/else ] || fail "the link to another installation was changed"
    fails_with 1 "$link belongs to another installation" "$installer" --program "$HOTPLUGFS" --prefix "$prefix"
    is_empty "$WORK/opt"
    rm $link

    # A package: nothing is installed outside its directory.
    put_in --prefix /usr --destdir "$WORK/package"
    [ "$(readlink "$WORK/package/usr/sbin/mount.fuse.hotplugfs")" = ../bin/hotplugfs ] || fail "no helper"
    is_empty /sbin
    "$installer" --prefix /usr --destdir "$WORK/package" --uninstall > "$WORK/printed"
    is_empty "$WORK/package"

    # A user installs into the home directory, and is told what only root can do.
    mkdir "$WORK/home"
    chown 65534:65534 "$WORK/home"
    cp "$installer" "$WORK/install.sh"
    mine=$WORK/home/.local
    as_nobody "$WORK/install.sh" --program "$HOTPLUGFS" --prefix "$mine" > "$WORK/printed"
    grep -q "root must create a link where mount(8) searches: ln -s $mine/sbin/mount.fuse.hotplugfs /sbin/" "$WORK/printed" ||
        fail "$(cat "$WORK/printed")"
    as_nobody "$mine/bin/hotplugfs" --version > "$WORK/printed"
    as_nobody "$WORK/install.sh" --prefix "$mine" --uninstall > "$WORK/printed"
    is_empty "$WORK/home"
    fails_with 1 "Permission denied: run as root, or choose another --prefix" \
        as_nobody "$WORK/install.sh" --program "$HOTPLUGFS" --prefix "$WORK/opt/x"

    # An installation that fails leaves nothing behind.
    mkdir -p "$prefix/share/man/man8/hotplugfs.8"
    fails_with 1 "$prefix/share/man/man8/hotplugfs.8 is a directory" "$installer" --program "$HOTPLUGFS" --prefix "$prefix"
    rmdir "$prefix/share/man/man8/hotplugfs.8" "$prefix/share/man/man8" "$prefix/share/man" "$prefix/share"
    is_empty "$prefix"
    is_empty /sbin
    rmdir "$prefix"

    # If the list names a file outside the prefix, nothing is removed.
    put_in --prefix "$prefix"
    echo /etc/hostname >> "$prefix/share/hotplugfs/installed"
    fails_with 1 "names /etc/hostname, which is outside the prefix; nothing was removed" "$installer" --prefix "$prefix" --uninstall
    [ -x "$prefix/bin/hotplugfs" ] || fail "removed"
    sed -i '$d' "$prefix/share/hotplugfs/installed"
    "$installer" --prefix "$prefix" --uninstall > "$WORK/printed"
    is_empty "$WORK/opt"

    fails_with 2 "--prefix \"opt\" is not an absolute path such as /usr/local" "$installer" --prefix opt
    fails_with 2 "--prefix must not contain .. " "$installer" --prefix /opt/../etc
    fails_with 2 "--destdir needs a value" "$installer" --destdir
    fails_with 2 "--destdir / has no effect" "$installer" --destdir /
    fails_with 2 "unknown option \"--nonsense\" (known: --prefix DIR" "$installer" --nonsense
    fails_with 2 "--uninstall takes no --program" "$installer" --uninstall --program "$HOTPLUGFS"
    fails_with 1 "$WORK/printed is not an executable file" "$installer" --program "$WORK/printed"
    fails_with 1 "nothing is installed with this prefix: $prefix/share/hotplugfs/installed is missing" \
        "$installer" --prefix "$prefix" --uninstall
    [[ $("$installer" --help) == *"usage: scripts/install.sh"* ]] || fail "--help"
    show_sbin
}
