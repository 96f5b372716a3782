#!/usr/bin/env bash
# Runs the cases; see README.md. Ends with "N passed, N failed[, N skipped]" and a status that is 0 if none failed.
set -euo pipefail
export LC_ALL=C

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=${here%/scripts/integration}
limit=${CASE_SECONDS:-60}
# Nobody, who owns nothing.
uid=65534

# mounts_below DIR: the mount points at and below a directory with their device numbers, deepest first.
mounts_below() {
    local device point
    while read -r _ _ device _ point _; do
        # A blank is written as \040.
        printf -v point %b "$point"
        case $point in
            "$1" | "$1"/*) echo "$device $point" ;;
        esac
    done < /proc/self/mountinfo | sort -r -k 2
}

# free DIR: a connection that is aborted answers everybody who waits; only then can a mount that hangs go.
free() {
    local device point
    while read -r device point; do
        if [ -w "/sys/fs/fuse/connections/${device#*:}/abort" ]; then
            echo 1 > "/sys/fs/fuse/connections/${device#*:}/abort"
        fi
        umount -l "$point" || echo "cannot unmount $point"
    done < <(mounts_below "$1")
    # Daemons have sessions of their own; one that was stopped would not notice that its mount has gone.
    local process
    for process in /proc/[0-9]*; do
        if [ "$(readlink "$process/exe" 2> /dev/null)" = "$HOTPLUGFS" ] && tr '\0' ' ' < "$process/cmdline" 2> /dev/null | grep -qF " $1/"; then
            kill -KILL "${process#/proc/}" 2> /dev/null || true
        fi
    done
}

# alive GROUP: the processes of a group, without those that only wait to be forgotten.
alive() {
    local stat text state group
    kill -0 -- "-$1" 2> /dev/null || return 0
    for stat in /proc/[0-9]*/stat; do
        # A process may end between the two.
        { read -r text < "$stat"; } 2> /dev/null || continue
        read -r state _ group _ <<< "${text##*) }"
        if [ "$group" = "$1" ] && [ "$state" != Z ]; then
            echo "$text" | cut -d ' ' -f 1-3
        fi
    done
}

# run_case FILE: prints one line for it, and its output if it failed.
run_case() {
    local name work status=0
    name=$(basename "$1" .sh)
    work=$base/$name
    mkdir -p "$work"
    local started ended left group
    started=${EPOCHREALTIME/./}
    # A group of its own, so that nothing it started outlives it.
    setsid env WORK="$work" HOTPLUGFS="$HOTPLUGFS" AS="$AS" ROOT="$root" \
        timeout --kill-after 5 "$limit" bash -euo pipefail "$1" > "$base/$name.out" 2>&1 < /dev/null &
    group=$!
    wait "$group" || status=$?
    ended=${EPOCHREALTIME/./}
    left=$(mounts_below "$work")
    if [ -n "$left" ]; then
        free "$work" >> "$base/$name.out" 2>&1
        if [ "$status" -eq 0 ] || [ "$status" -eq 77 ]; then
            echo "left mounted: $left" >> "$base/$name.out"
            status=1
        fi
    fi
    left=$(alive "$group")
    if [ -n "$left" ]; then
        kill -KILL -- "-$group" || true
        if [ "$status" -eq 0 ] || [ "$status" -eq 77 ]; then
            echo "left running: $left" >> "$base/$name.out"
            status=1
        fi
    fi
    local what="$AS $name ($(((ended - started) / 1000)) ms)"
    case $status in
        0)
            passed=$((passed + 1))
            echo "  passed   $what"
            ;;
        77)
            skipped=$((skipped + 1))
            echo "  skipped  $what: $(tail -n 1 "$base/$name.out")"
            ;;
        *)
            failed=$((failed + 1))
            echo "  FAILED   $what: status $status$([ "$status" -ne 124 ] || echo ", longer than $limit s")"
            sed 's/^/    | /' "$base/$name.out"
            if [ -s "$work/daemon.err" ]; then
                sed 's/^/    | daemon: /' "$work/daemon.err"
            fi
            ;;
    esac
}

# run_cases: all that were asked for, in this process's namespaces.
run_cases() {
    local case
    passed=0 failed=0 skipped=0
    for case in "${cases[@]}"; do
        if [ "$AS" = root ] || ! grep -q '^# Only as root' "$case"; then
            run_case "$case"
        fi
    done
    echo "$passed $failed $skipped" > "$base/counts"
}

# as_user: once more in a user namespace. The device is made usable for all in a private mount namespace only, never for the host.
as_user() {
    # The quoted text is for the shell inside.
    # shellcheck disable=SC2016
    unshare --mount --propagation private bash -euo pipefail -c '
        base=$1 uid=$2
        shift 2
        mkdir -p "$base/dev"
        mount -t tmpfs -o mode=755 none "$base/dev"
        mknod -m 666 "$base/dev/fuse" c 10 229
        chmod 666 "$base/dev/fuse"
        mount --bind "$base/dev/fuse" /dev/fuse
        exec setpriv --reuid "$uid" --regid "$uid" --clear-groups -- \
            env HOME="$base" unshare --user --map-root-user --mount -- "$@"
    ' bash "$base" "$uid" "$here/run.sh" --inside "$base" "${cases[@]}"
}

# prepare DIR: a directory for this run, with copies of what an ordinary user may not be able to reach in the checkout.
prepare() {
    mkdir -p "$1/copy"
    if [ -n "${HOTPLUGFS:-}" ]; then
        program=$(dirname "$(readlink -f "$HOTPLUGFS")")
    else
        "$root/scripts/hotplugfs" --version > /dev/null
        program=$root/artifacts/program
    fi
    mkdir -p "$1/program"
    cp "$program"/hotplugfs* "$1/program/"
    cp "$program"/*.dll "$1/program/" 2> /dev/null || true
    HOTPLUGFS=$1/program/hotplugfs
    if [ -f "$1/program/hotplugfs.dll" ]; then
        DOTNET_ROOT=$(dirname "$(readlink -f "$(command -v dotnet)")")
        export DOTNET_ROOT
    fi
    export HOTPLUGFS
}

total_passed=0 total_failed=0 total_skipped=0
add_up() {
    local p f s
    if ! read -r p f s 2> /dev/null < "$base/counts"; then
        echo "  FAILED   $1: it did not come to an end"
        p=0 f=1 s=0
    fi
    total_passed=$((total_passed + p)) total_failed=$((total_failed + f)) total_skipped=$((total_skipped + s))
    rm -f "$base/counts"
}

no_device() {
    if [ "${CI:-}" = true ]; then
        echo "  FAILED   $1"
        total_failed=$((total_failed + 1))
    else
        echo "  skipped  all: $1"
        total_skipped=$((total_skipped + 1))
    fi
}

run_as_root() {
    AS=root
    export AS
    base=$top/root
    mkdir -p "$base"
    run_cases
    add_up root
}

run_as_user() {
    AS=user
    export AS
    base=$top/user
    mkdir -p "$base"
    if [ "$(id -u)" -ne 0 ]; then
        HOME=$base unshare --user --map-root-user --mount -- "$here/run.sh" --inside "$base" "${cases[@]}" || true
    else
        cp -r "$here" "$top/copied"
        chown -R "$uid:$uid" "$base"
        local here=$top/copied
        cases=("${cases[@]/#*\/cases\//$here/cases/}")
        as_user || true
    fi
    add_up user
}

main() {
    local ways=both names=()
    while [ $# -gt 0 ]; do
        case $1 in
            --as)
                ways=$2
                shift 2
                ;;
            -*)
                echo "usage: run.sh [--as root|user|both] [CASE ...]" >&2
                exit 2
                ;;
            *)
                names+=("$1")
                shift
                ;;
        esac
    done
    cases=("$here"/cases/*.sh)
    if [ ${#names[@]} -gt 0 ]; then
        cases=("${names[@]/#/$here/cases/}")
        cases=("${cases[@]/%/.sh}")
    fi
    top=$(mktemp -d "${TMPDIR:-/tmp}/hotplugfs-ring.XXXXXX")
    chmod 755 "$top"
    HOTPLUGFS=${HOTPLUGFS:-}
    trap 'free "$top"; rm -rf "$top"' EXIT
    prepare "$top"
    if [ ! -c /dev/fuse ]; then
        no_device "/dev/fuse is missing: modprobe fuse, or --device /dev/fuse"
    else
        if [ "$ways" != user ]; then
            if [ "$(id -u)" -eq 0 ]; then
                run_as_root
            else
                echo "  skipped  root: run as root for these"
                total_skipped=$((total_skipped + 1))
            fi
        fi
        if [ "$ways" != root ]; then
            if unshare --user --map-root-user true 2> /dev/null; then
                run_as_user
            else
                no_device "this kernel lets nobody make user namespaces"
            fi
        fi
    fi
    if [ "$total_skipped" -gt 0 ]; then
        echo "$total_passed passed, $total_failed failed, $total_skipped skipped"
    else
        echo "$total_passed passed, $total_failed failed"
    fi
    [ "$total_failed" -eq 0 ]
}

if [ "${1:-}" = --inside ]; then
    base=$2
    shift 2
    cases=("$@")
    run_cases
else
    main "$@"
fi
