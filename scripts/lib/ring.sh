# shellcheck shell=bash
# Runs the cases of a shell ring with bats, as root and as an ordinary user. Sourced by the ring's run.sh, which sets
#   root     the checkout
#   cases    the directory of the ring's files *.bats
#   as_user  the command that starts an ordinary user's bats (an array; empty for none)
# and calls begin, choose_cases, prepare and run_cases. The results are written to artifacts/test-results in JUnit's format.
# shellcheck disable=SC2154

# shellcheck source=scripts/lib/install.sh
source "$root/scripts/lib/install.sh"
# shellcheck source=scripts/lib/results.sh
source "$root/scripts/lib/results.sh"

ring=${cases%/*}
ring=${ring##*/}
# The user nobody.
uid=65534

# begin ARGUMENT ...: starts run.sh again in a mount namespace, in which cases may mount over the machine's own directories.
begin() {
    if [ "$(id -u)" -eq 0 ] && [ -z "${RING_INSIDE:-}" ]; then
        RING_INSIDE=1 exec unshare --mount --propagation private "$0" "$@"
    fi
}

usage() {
    echo "usage: run.sh [--as root|user|both] [CASE ...]" >&2
    exit 2
}

# choose_cases [--as root|user|both] [CASE ...]: sets ways and files.
choose_cases() {
    local name
    ways=(root user) files=("$cases")
    if [ "${1:-}" = --as ]; then
        case ${2:-} in
            root | user) ways=("$2") ;;
            both) ;;
            *) usage ;;
        esac
        shift 2
    fi
    if [ "$(id -u)" -ne 0 ] && [ "${ways[0]}" = root ]; then
        echo "run.sh: only root can run the cases as root" >&2
        unset 'ways[0]'
    fi
    [ $# -eq 0 ] || files=()
    for name; do
        files+=("$cases/$name.bats")
        [[ $name != -* ]] || usage
        if [ ! -f "$cases/$name.bats" ]; then
            echo "run.sh: unknown case \"$name\" (known: $(basename -s .bats "$cases"/*.bats | paste -s -d ' '))" >&2
            exit 2
        fi
    done
}

# prepare: a directory for this run, with copies of what an ordinary user may not be able to read in the checkout.
prepare() {
    local program
    install_missing bats:bats busybox:busybox unshare:util-linux setpriv:util-linux findmnt:util-linux
    top=$(mktemp -d "${TMPDIR:-/tmp}/hotplugfs-$ring.XXXXXX")
    trap 'rm -rf --one-file-system "$top"' EXIT
    chmod 755 "$top"
    if [ -z "${HOTPLUGFS:-}" ]; then
        "$root/scripts/hotplugfs" --version > /dev/null
        HOTPLUGFS=$root/artifacts/program/hotplugfs
    fi
    program=$(dirname "$(readlink -f "$HOTPLUGFS")")
    mkdir "$top/program"
    cp "$program"/hotplugfs* "$top/program/"
    cp "$program"/*.dll "$top/program/" 2> /dev/null || true
    export HOTPLUGFS=$top/program/hotplugfs ROOT=$root
    if [ -f "$top/program/hotplugfs.dll" ]; then
        DOTNET_ROOT=$(dirname "$(readlink -f "$(command -v dotnet)")")
        export DOTNET_ROOT
    fi
    cp -r "$root/scripts" "$top/"
    results=$root/artifacts/test-results
    { mkdir -p "$results" && [ -w "$results" ]; } 2> /dev/null || results=$top
    rm -f "$results/$ring"-*.xml
    export UNAVAILABLE=
    if [ ! -c /dev/fuse ]; then
        UNAVAILABLE="/dev/fuse is missing: modprobe fuse, or --device /dev/fuse"
    elif [ "$(id -u)" -eq 0 ]; then
        open_device
    fi
}

# open_device: in this mount namespace, every user may open the device, and root can abort a connection.
open_device() {
    mkdir "$top/dev"
    mount -t tmpfs -o mode=755 none "$top/dev"
    mknod -m 666 "$top/dev/fuse" c 10 229
    mount --bind "$top/dev/fuse" /dev/fuse
    umount "$top/dev"
    mountpoint -q /sys/fs/fuse/connections || mount -t fusectl none /sys/fs/fuse/connections 2> /dev/null || true
}

# run_way root|user: the chosen cases.
run_way() {
    local start=() options=() status=0
    export AS=$1 BASE=$top/$1 BATS_TEST_NAME_PREFIX="$1: "
    mkdir "$BASE"
    if [ "$1" = user ]; then
        options=(--filter-tags '!only-root')
        start=("${as_user[@]}")
        unshare --user --map-root-user true 2> /dev/null || UNAVAILABLE="this kernel does not let users create user namespaces" start=()
        if [ "$(id -u)" -eq 0 ]; then
            chown "$uid:$uid" "$BASE"
            start=(setpriv --reuid "$uid" --regid "$uid" --clear-groups -- "${start[@]}")
        fi
    fi
    cd "$top" || return
    "${start[@]}" env HOME="$BASE" "${bats[@]}" "$BASE" "${options[@]}" "${files[@]/#$root/$top}" 2>&1 < /dev/null | cat || status=$?
    cp "$BASE/report.xml" "$results/$ring-$1.xml"
    return "$status"
}

# run_cases: in the chosen ways, and the closing line.
run_cases() {
    local way status=0 passed failed skipped
    for way in "${ways[@]}"; do
        run_way "$way" || status=1
    done
    read -r passed failed skipped < <(count_results "$results/$ring"-*.xml || echo 0 1 0)
    # Something besides a case.
    [ "$status" -eq 0 ] || [ "$failed" -gt 0 ] || failed=1
    closing_line "$passed" "$failed" "$skipped"
}
