# shellcheck shell=bash
# Runs a suite of cases: executable files, each given a work directory, a time limit and a clean end, as root and as an ordinary user.
# Sourced by the run.sh of a suite, which sets
#   root      the checkout
#   suite     the suite's directory below scripts/
#   folder    where in it the cases are
#   as_user   what an ordinary user's shell is started with (an array; empty for nothing)
#   limit     seconds that a case may take
# and then calls choose_cases, prepare, run_both_ways and conclude.
# shellcheck disable=SC2154

# Nobody, who owns nothing.
uid=65534
total_passed=0 total_failed=0 total_skipped=0

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

# abort DEVICE: a connection that is aborted answers everybody who waits; only then can a mount that hangs go.
abort() {
    if [ -w "/sys/fs/fuse/connections/${1#*:}/abort" ]; then
        echo 1 > "/sys/fs/fuse/connections/${1#*:}/abort"
    fi
}

# free DIR
free() {
    local device point process
    while read -r device point; do
        abort "$device"
        umount -l "$point" || echo "cannot unmount $point"
    done < <(mounts_below "$1")
    [ -n "$HOTPLUGFS" ] || return 0
    # Daemons have sessions of their own, and their mounts may be in namespaces of their own; one that was stopped would not notice that
    # its mount has gone.
    for process in /proc/[0-9]*; do
        if [ "$(readlink "$process/exe" 2> /dev/null)" = "$HOTPLUGFS" ] && tr '\0' ' ' 2> /dev/null < "$process/cmdline" | grep -qF "$1/"; then
            while read -r _ _ device _ point _; do
                [[ $point != "$1"/* ]] || abort "$device"
            done 2> /dev/null < "$process/mountinfo"
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

# tell STATUS WHAT OUTPUT: counts a test and prints one line for it, and its output if it failed.
tell() {
    case $1 in
        0)
            passed=$((passed + 1))
            echo "  passed   $2"
            ;;
        77)
            skipped=$((skipped + 1))
            echo "  skipped  $2: $(tail -n 1 "$3")"
            ;;
        *)
            failed=$((failed + 1))
            echo "  FAILED   $2: status $1$([ "$1" -ne 124 ] || echo ", longer than $limit s")"
            sed 's/^/    | /' "$3"
            ;;
    esac
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
    if [ -n "$left" ] && { [ "$status" -eq 0 ] || [ "$status" -eq 77 ]; }; then
        echo "left mounted: $left" >> "$base/$name.out"
        status=1
    fi
    if [ "$status" -ne 0 ] && [ "$status" -ne 77 ]; then
        free "$work" >> "$base/$name.out" 2>&1
    fi
    left=$(alive "$group")
    if [ -n "$left" ]; then
        kill -KILL -- "-$group" || true
        if [ "$status" -eq 0 ] || [ "$status" -eq 77 ]; then
            echo "left running: $left" >> "$base/$name.out"
            status=1
        fi
    fi
    if [ "$status" -ne 0 ] && [ -s "$work/daemon.err" ]; then
        sed 's/^/daemon: /' "$work/daemon.err" >> "$base/$name.out"
    fi
    tell "$status" "$AS $name ($(((ended - started) / 1000)) ms)" "$base/$name.out"
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

# without_rights: once more as somebody without rights. The device is made usable for all in a private mount namespace only, never for the host.
without_rights() {
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
        exec setpriv --reuid "$uid" --regid "$uid" --clear-groups -- env HOME="$base" "$@"
    ' bash "$base" "$uid" "$@"
}

# prepare: a directory for this run, with copies of what an ordinary user may not be able to reach in the checkout.
prepare() {
    local program
    top=$(mktemp -d "${TMPDIR:-/tmp}/hotplugfs-${suite##*/}.XXXXXX")
    chmod 755 "$top"
    HOTPLUGFS=${HOTPLUGFS:-}
    trap 'free "$top"; rm -rf "$top"' EXIT
    if [ -n "$HOTPLUGFS" ]; then
        program=$(dirname "$(readlink -f "$HOTPLUGFS")")
    else
        "$root/scripts/hotplugfs" --version > /dev/null
        program=$root/artifacts/program
    fi
    mkdir "$top/program"
    cp "$program"/hotplugfs* "$top/program/"
    cp "$program"/*.dll "$top/program/" 2> /dev/null || true
    HOTPLUGFS=$top/program/hotplugfs
    if [ -f "$top/program/hotplugfs.dll" ]; then
        DOTNET_ROOT=$(dirname "$(readlink -f "$(command -v dotnet)")")
        export DOTNET_ROOT
    fi
    export HOTPLUGFS
}

add_up() {
    local p f s
    if ! read -r p f s 2> /dev/null < "$base/counts"; then
        echo "  FAILED   $1: it did not come to an end"
        p=0 f=1 s=0
    fi
    total_passed=$((total_passed + p)) total_failed=$((total_failed + f)) total_skipped=$((total_skipped + s))
    rm -f "$base/counts"
}

# cannot WHAT REASON: what many cases depend on is not there.
cannot() {
    if [ "${CI:-}" = true ]; then
        echo "  FAILED   $1: $2"
        total_failed=$((total_failed + 1))
    else
        echo "  skipped  $1: $2"
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
        HOME=$base "${as_user[@]}" "$suite/run.sh" --inside "$base" "${cases[@]}" || true
    else
        cp -r "$root/scripts" "$top/"
        chown -R "$uid:$uid" "$base"
        local copied=$top/scripts/${suite##*/}
        without_rights "${as_user[@]}" "$copied/run.sh" --inside "$base" "${cases[@]/#$suite/$copied}" || true
    fi
    add_up user
}

# choose_cases [--as root|user|both] [CASE ...]: sets ways and cases.
choose_cases() {
    local names=()
    ways=both
    while [ $# -gt 0 ]; do
        case $1 in
            --as)
                ways=${2:-}
                shift 2 || shift
                [[ $ways == root || $ways == user || $ways == both ]] || usage
                ;;
            -*) usage ;;
            *)
                names+=("$1")
                shift
                ;;
        esac
    done
    cases=("$suite/$folder"/*.sh)
    if [ ${#names[@]} -gt 0 ]; then
        cases=("${names[@]/#/$suite/$folder/}")
        cases=("${cases[@]/%/.sh}")
    fi
    local case
    for case in "${cases[@]}"; do
        if [ ! -f "$case" ]; then
            echo "run.sh: there is no case $(basename "$case" .sh); there are: $(basename -s .sh "$suite/$folder"/*.sh | tr '\n' ' ')" >&2
            exit 2
        fi
    done
}

usage() {
    echo "usage: run.sh [--as root|user|both] [CASE ...]" >&2
    exit 2
}

# run_both_ways: the chosen cases, in the chosen ways.
run_both_ways() {
    if [ ! -c /dev/fuse ]; then
        cannot all "/dev/fuse is missing: modprobe fuse, or --device /dev/fuse"
        return
    fi
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
            cannot user "this kernel lets nobody make user namespaces"
        fi
    fi
}

# conclude: the closing line, and a status that is 0 if none failed.
conclude() {
    if [ "$total_skipped" -gt 0 ]; then
        echo "$total_passed passed, $total_failed failed, $total_skipped skipped"
    else
        echo "$total_passed passed, $total_failed failed"
    fi
    [ "$total_failed" -eq 0 ]
}

# run_inside BASE CASE ...: what run_as_user starts.
run_inside() {
    base=$1
    shift
    cases=("$@")
    run_cases
}
