#!/usr/bin/env bash
# The first process of the container: mounts a simulated machine, puts it in the real one's place, and runs a command or waits.
set -euo pipefail

directory=${HOTPLUGFS_DIR:-/run/hotplugfs}
nothing=/usr/local/share/hotplugfs/nothing
# What is the machine's and not the kernel's under which the container runs; below the mount and below / by the same names.
places=(
    sys/devices/system/memory sys/devices/system/node sys/bus/memory sys/bus/node
    sys/module/memory_hotplug sys/kernel/debug proc/meminfo proc/zoneinfo
)
sys_admin=21

usage() {
    cat << 'END'
Usage: docker run [-it] --device /dev/fuse --cap-add SYS_ADMIN --security-opt apparmor=unconfined hotplugfs
         [--machine NAME|FILE] [--kernel VERSION] [--movable-node] [--] [COMMAND ...]

Mounts a simulated machine over /sys/devices/system/memory of the container and runs the command in it. Without a command it is a
shell if there is a terminal (-it) or commands are piped in (-i); else it waits until it is stopped, for docker exec. The command "demo"
shows what there is to see.
END
}

fail() {
    echo "hotplugfs: $*" >&2
    exit 1
}

may_mount() {
    local name value
    while read -r name value; do
        [ "$name" != CapEff: ] || break
    done < /proc/self/status
    (((0x$value >> sys_admin) & 1))
}

# check_container ARGUMENT ...: says which option is missing. Where anybody may make namespaces, the machine is mounted in one.
check_container() {
    local missing=()
    [ -c /dev/fuse ] || missing+=("--device /dev/fuse")
    if ! may_mount; then
        if unshare --user --map-root-user --mount true 2> /dev/null; then
            [ ${#missing[@]} -gt 0 ] || exec unshare --user --map-root-user --mount -- "${BASH_SOURCE[0]}" "$@"
        elif [ "$EUID" -ne 0 ]; then
            fail "user $EUID may not mount: start the container without --user (docker exec --user may follow), or with" \
                "--security-opt seccomp=unconfined for a machine that docker exec does not see"
        else
            missing+=("--cap-add SYS_ADMIN")
        fi
    fi
    [ ${#missing[@]} -eq 0 ] || fail "a machine cannot be mounted in this container: start it with ${missing[*]}"
}

refused() {
    fail "the kernel refuses to mount although SYS_ADMIN is there: start the container with --security-opt apparmor=unconfined," \
        "or where SELinux guards it with --security-opt label=disable"
}

prepare_directory() {
    # A container that was killed leaves a mount that nobody serves where it shared it with its host. The kernel may still remember
    # what it looked like, but nobody opens its files.
    if [ "$(findmnt --noheadings --output FSTYPE --mountpoint "$directory")" = fuse.hotplugfs ] &&
        ! { read -r _ < "$directory/hotplugfs/kernel"; } 2> /dev/null; then
        umount --lazy "$directory"
    fi
    [[ $directory == /* ]] || fail "HOTPLUGFS_DIR=$directory: must be the whole path of an empty directory"
    mkdir -p "$directory" 2> /dev/null ||
        fail "$directory: cannot be made; with --read-only HOTPLUGFS_DIR must be a directory that is there"
    [ -z "$(ls -A "$directory")" ] || fail "$directory: is not empty, which HOTPLUGFS_DIR must be"
    # The program runs in a mount namespace of its own, which gets this mount and shares its own mount with the container.
    mount --make-shared "$(findmnt --noheadings --output TARGET --target "$directory")" 2> /dev/null || refused
}

# mount_machine OPTION ...: sets $daemon, and $machine to the words that describe it.
mount_machine() {
    # A runtime looks into /proc/meminfo when it collects garbage. That must not be the file that it serves itself: it would wait for
    # its own answer. In its namespace the kernel's files stay where they are.
    # It has a session of its own so that Ctrl-C is the command's alone.
    local said
    exec {said}< <(exec setsid unshare --mount --propagation unchanged -- hotplugfs mount "$directory" --foreground -o allow_other "$@" 2>&1)
    daemon=$!
    if ! IFS= read -r machine <&"$said" || [[ $machine != *" is mounted on "* ]]; then
        if [[ $machine == *"may not mount"* ]]; then
            refused
        fi
        case $machine in
            *": there is no such file") machine+="; give the container yours with --volume FILE:FILE:ro" ;;
            *"/dev/fuse: permission denied"*) machine+="; or start the container without --user" ;;
        esac
        echo "$machine" >&2
        # It names its own help, which is not the container's.
        grep -v '^Try: ' <&"$said" >&2 || true
        exit 1
    fi
    machine=${machine%, is mounted on *}
    tell <&"$said" &
    teller=$!
    exec {said}<&-
}

# tell: what the program complains of is the container's log, and so is its end. It begins by saying what to do next, which we say ourselves.
tell() {
    local line
    while IFS= read -r line; do
        [[ $line == "  "* ]] || echo "$line" >&2
    done
    echo "hotplugfs: the machine has gone" >&2
}

# make_visible DIRECTORY: nobody makes a directory in a sysfs; an overlay has the machine's beside the kernel's.
make_visible() {
    mount -t overlay -o "lowerdir=$directory/$1:/$1" overlay "/$1" 2> /dev/null && bound+=("/$1")
}

bind_machine() {
    local place from absent=()
    for place in "${places[@]}"; do
        from=$directory/$place
        if [ ! -e "$from" ]; then
            # What the machine does not have must not be the real kernel's.
            [ -e "/$place" ] || continue
            from=$nothing
        elif [ ! -e "/$place" ] && ! make_visible "${place%/*}"; then
            absent+=("/$place")
            continue
        fi
        mount --bind "$from" "/$place" || fail "/$place: the machine cannot be put there"
        bound+=("/$place")
    done
    [ ${#absent[@]} -eq 0 ] ||
        echo "hotplugfs: not in this kernel's /sys, so only below $directory: ${absent[*]}" >&2
}

# What the container's host sees of a mount must go, too. Whoever still stands in it keeps it alive; nobody waits for them.
release() {
    kill "$teller" 2> /dev/null || true
    [ ${#bound[@]} -eq 0 ] || umount --lazy "${bound[@]}" 2> /dev/null || true
    umount --lazy "$directory" 2> /dev/null || true
    [ -z "$daemon" ] || kill -TERM "$daemon" 2> /dev/null || true
}

# signalled NAME: a signal for the container is one for the command. Ctrl-C reaches it from the terminal already.
# shellcheck disable=SC2317 # traps call it
signalled() {
    interrupted=1
    if [ -z "$child" ]; then
        if [[ $1 != USR? ]]; then
            stopping=1
            # What is being put in its place is first put there.
            [ -z "$ready" ] || release
        fi
        # Without a number it would be the status of what was interrupted.
        return 0
    fi
    case $1 in
        INT) [ -t 0 ] || kill -INT "$child" 2> /dev/null || true ;;
        TERM)
            stopping=1
            kill -TERM "$child" 2> /dev/null || true
            # A shell at its prompt ends only when its terminal goes.
            [ ! -t 0 ] || kill -HUP "$child" 2> /dev/null || true
            ;;
        *) kill -s "$1" "$child" 2> /dev/null || true ;;
    esac
}

# await PROCESS: sets $status when it has ended. Signals come in between; so do orphans, which bash buries.
await() {
    while true; do
        interrupted=''
        # A trap makes bash forget that the status of a wait is looked at.
        set +e
        wait "$1"
        status=$?
        set -e
        [ -n "$interrupted" ] || break
        [ -n "$child" ] || [ -z "$stopping" ] || break
    done
}

# run COMMAND ...
run() {
    # What a shell starts behind itself does not hear Ctrl-C, and reads nothing; this command does both.
    env --default-signal=INT,QUIT -- "$@" <&0 &
    child=$!
    await "$child"
    # Stopping is not a failure, except of a command that makes it one.
    if [ -n "$stopping" ] && { [ "$status" -eq 143 ] || [ "$status" -eq 129 ]; }; then
        status=0
    fi
}

# shell: on the terminal, or of what is piped in.
shell() {
    cd /sys/devices/system/memory 2> /dev/null || cd "$directory/sys/devices/system/memory"
    run bash
}

# The first process of a container does not hear what it has no trap for.
daemon='' teller='' child='' ready='' stopping='' interrupted='' status=0 bound=()
trap 'signalled TERM' TERM
trap 'signalled INT' INT
trap 'signalled HUP' HUP
trap 'signalled USR1' USR1
trap 'signalled USR2' USR2
arguments=("$@")
options=()
while [ $# -gt 0 ]; do
    case $1 in
        --machine | --kernel)
            [ $# -ge 2 ] || fail "$1 needs a value"
            options+=("$1" "$2")
            shift
            ;;
        --machine=*) options+=(--machine "${1#*=}") ;;
        --kernel=*) options+=(--kernel "${1#*=}") ;;
        --movable-node | --movable-node=*) options+=("$1") ;;
        --help | -h)
            usage
            exit
            ;;
        --)
            shift
            break
            ;;
        -*) fail "$1 is not an option that is known here; see --help" ;;
        *) break ;;
    esac
    shift
done

check_container "${arguments[@]}"
prepare_directory
mount_machine "${options[@]}"
bind_machine
ready=1

if [ -n "$stopping" ]; then
    : # before there was anything to do
elif [ $# -gt 0 ]; then
    run "$@"
elif [ -t 0 ]; then
    cat << END
$machine: the memory of this container is a simulated machine's, and nothing here touches the host's.
  lsmem -a -o +ZONES                      what there is
  echo online_movable > memory43/state    works
  echo online_movable > memory40/state    is refused; why: tail -n 1 $directory/hotplugfs/log
  demo                                    shows more
END
    shell
elif [ -p /dev/stdin ]; then
    shell
else
    echo "$machine, is up; look at it with: docker exec -it ${HOSTNAME:-CONTAINER} bash"
    await "$daemon"
    status=0
    if [ -z "$stopping" ]; then
        # It has gone by itself, which is yet to be said.
        wait "$teller" || true
        status=1
    fi
fi
release
exit "$status"
