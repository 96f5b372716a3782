# shellcheck shell=bash
# For cases of mount -t fuse.hotplugfs. Sourced after verbs.sh.

# hide_sbin: an empty /sbin, in which mount(8) looks for its helpers; show_sbin: the machine's own.
hide_sbin() {
    [ ! /sbin -ef /bin ] || skip "/sbin is /bin here, which cannot be hidden"
    mount -t tmpfs -o mode=755 none /sbin
    # Mounts by users are recorded in the host's.
    [ ! -d /run/mount ] || mount -t tmpfs -o mode=755 none /run/mount
}

show_sbin() {
    umount /sbin
    [ ! -d /run/mount ] || umount /run/mount
}
