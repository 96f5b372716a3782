# shellcheck shell=bash
# For cases of mount -t fuse.hotplugfs. Sourced after verbs.sh, with the case's arguments. What mount(8) looks for in /sbin stands there in a
# mount namespace of the case's own only, which it begins once more in.

[ ! /sbin -ef /bin ] || skip "/sbin is /bin here, which cannot be hidden"
if [ "${1:-}" != inside ]; then
    exec unshare --mount --propagation private bash -euo pipefail "$0" inside
fi
mount -t tmpfs -o mode=755 none /sbin
# Its tables of mounts by users are the host's.
[ ! -d /run/mount ] || mount -t tmpfs -o mode=755 none /run/mount
