# shellcheck shell=bash
# Runs commands in another root directory. Sourced.

# enter ROOT COMMAND ..: makes ROOT this mount namespace's root, without the old one, and runs the command there.
enter() {
    local fresh=$1
    mount --make-rprivate /
    # pivot_root(2) wants a mount point.
    mount --bind "$fresh" "$fresh"
    cd "$fresh" || return
    mount -t proc proc proc
    mount --rbind /sys sys
    mount -t tmpfs -o mode=755 none dev
    local device
    for device in null zero full random urandom tty fuse; do
        [ ! -e "/dev/$device" ] || cp --archive "/dev/$device" dev/
    done
    mkdir dev/pts dev/shm
    mount -t devpts -o newinstance,ptmxmode=666 none dev/pts
    ln -s pts/ptmx dev/ptmx
    ln -s /proc/self/fd dev/fd
    ln -s fd/0 dev/stdin
    ln -s fd/1 dev/stdout
    ln -s fd/2 dev/stderr
    mount -t tmpfs -o mode=1777 none dev/shm
    mkdir -p .old
    pivot_root . .old
    umount --lazy /.old
    rmdir /.old
    cd /work || return
    exec env --ignore-environment PATH="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" HOME=/root TERM="${TERM:-dumb}" \
        CI=true DOTNET_CLI_TELEMETRY_OPTOUT=1 "${@:2}"
}
