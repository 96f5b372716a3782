#!/usr/bin/env bash
# The container demo, for real: starts a Docker engine of its own, builds docker/Dockerfile unmodified, and tries what docker/README.md
# says and what can go wrong. Ends with "N passed, N failed[, N skipped]"; the status is 0 if nothing failed.
#   scripts/docker-test.sh [CASE ...]     only the named cases, after the builds
# With CI=true a machine on which this cannot run is a failure; elsewhere it is a skip with a reason.
# What takes long to get is kept in artifacts/docker-test; remove that to begin anew.
set -euo pipefail
export LC_ALL=C

self=$(readlink -f "${BASH_SOURCE[0]}")
root=${self%/scripts/*}
# shellcheck source=scripts/lib/install.sh
source "$root/scripts/lib/install.sh"
# shellcheck source=scripts/docker/engine.sh
source "$root/scripts/docker/engine.sh"
# shellcheck source=scripts/docker/images.sh
source "$root/scripts/docker/images.sh"
# shellcheck source=scripts/docker/builds.sh
source "$root/scripts/docker/builds.sh"
# shellcheck source=scripts/docker/readme.sh
source "$root/scripts/docker/readme.sh"
# shellcheck source=scripts/docker/cases.sh
source "$root/scripts/docker/cases.sh"

sdk_image=mcr.microsoft.com/dotnet/sdk:10.0
base_image=ubuntu:24.04
cache=$root/artifacts/docker-test
# The engine's data take 1.3 GB, what is made for it and what is kept another.
needed_mb=3000
passed=0 failed=0 skipped=0 outcome=0
work='' data='' group='' log=''

summary() {
    if [ "$skipped" -ne 0 ]; then
        echo "$passed passed, $failed failed, $skipped skipped"
    else
        echo "$passed passed, $failed failed"
    fi
    [ "$failed" -eq 0 ]
}

# impossible REASON: what the whole depends on is not there.
impossible() {
    if [ "${CI:-}" = true ]; then
        echo "FAIL docker demo: $*"
        failed=$((failed + 1))
    else
        echo "SKIP docker demo: $*"
        skipped=$((skipped + 1))
    fi
}

# cannot REASON
cannot() {
    impossible "$@"
    local status=0
    summary || status=$?
    exit "$status"
}

milliseconds_since() {
    echo "$(((${EPOCHREALTIME/./} - ${1/./}) / 1000)) ms"
}

# attempt TITLE COMMAND ...: one test; 77 is a skip, whose last line says why. Its output is shown if it failed. It never fails itself:
# in a condition bash would go on after a command of the test that fails. $outcome is the test's status.
attempt() {
    local title=$1 started=$EPOCHREALTIME status=0
    shift
    (
        trap - EXIT INT TERM HUP
        "$@"
    ) > "$log" 2>&1 < /dev/null &
    wait "$!" || status=$?
    case $status in
        0)
            echo "ok   $title, $(milliseconds_since "$started")"
            passed=$((passed + 1))
            ;;
        77)
            echo "SKIP $title: $(tail -n 1 "$log")"
            skipped=$((skipped + 1))
            ;;
        *)
            tail -n 60 "$log"
            echo "FAIL $title, status $status, $(milliseconds_since "$started")"
            failed=$((failed + 1))
            ;;
    esac
    # What a case has to tell besides.
    sed -n 's/^note: /     /p' "$log"
    outcome=$status
}

# The machine's own memory, which nothing here may touch.
host_blocks() {
    grep -H . /sys/devices/system/memory/memory*/state 2> /dev/null || true
}

# inside CASE ...: all that needs the engine, in a world of its own.
inside() {
    log=$work/attempt.log
    prepare_world
    local started=$EPOCHREALTIME name left
    if ! engine_start "$data" "$group"; then
        impossible "the engine does not start"
        return
    fi
    echo "== engine $(docker version --format '{{.Server.Version}}') in $(milliseconds_since "$started")"
    builds
    [ "$outcome" -eq 0 ] || return 0
    echo "== cases"
    if [ $# -eq 0 ]; then
        mapfile -t cases < <(compgen -A function case_)
        set -- "${cases[@]#case_}"
    fi
    for name; do
        attempt "${name//_/ }" "case_$name"
        mapfile -t left < <(docker ps -aq)
        [ ${#left[@]} -eq 0 ] || docker rm -f "${left[@]}" > /dev/null 2>&1
    done
    echo "== the engine had $(du -sm "$data" | cut -f 1) MB of data"
}

# gates: what there must be; installs what can be.
gates() {
    [ "$(id -u)" -eq 0 ] || cannot "starting an engine needs root"
    [ -c /dev/fuse ] || modprobe fuse 2> /dev/null || cannot "there is no /dev/fuse"
    grep -qw overlay /proc/filesystems || modprobe overlay 2> /dev/null || cannot "this kernel has no overlay"
    local header=zlib.h
    [ ! -e "/usr/include/$header" ] || header=true
    install_missing dockerd:docker.io docker:docker.io docker-compose:docker-compose script:bsdutils unshare:util-linux findmnt:util-linux \
        setpriv:util-linux pgrep:procps tmux:tmux gcc:gcc gcc:libc6-dev "$header:zlib1g-dev" || cannot "an engine cannot be installed"
    need_sdk "$root" || cannot "the stand-in for the SDK's image needs an SDK"
    mkdir -p "$cache"
    engine_sweep "$cache/engine"
    engine_sweep "${TMPDIR:-/tmp}/hotplugfs-docker"
    local free
    free=$(df --output=avail --block-size=1M "$cache" | tail -n 1)
    [ "$free" -ge "$needed_mb" ] || cannot "$cache needs $needed_mb MB, and there are $((free))"
}

# tidy_up: ends everything; returns when nothing is left.
tidy_up() {
    [ -z "$world" ] || kill -KILL "$world" 2> /dev/null || true
    [ -z "$alive" ] || exec {alive}>&-
    [ -z "$guard" ] || wait "$guard" || true
    world='' alive='' guard=''
}

unchanged() {
    [ "$before" = "$(host_blocks)" ]
    echo "note: $(wc -l <<< "$before") blocks"
}

left_nothing() {
    local found
    found=$(
        find "$work" "$data" -maxdepth 0 2> /dev/null
        find /sys/fs/cgroup -name "$group*"
        grep -F -e "$work" -e "$data" /proc/self/mountinfo
        pgrep -a -f -- "$work|$data"
    ) || true
    echo "$found"
    [ -z "$found" ]
}

# outside CASE ...: what has to be there before, and has to be as before afterwards.
outside() {
    local start=$EPOCHREALTIME
    gates
    echo "== tools in $(milliseconds_since "$start")"
    before=$(host_blocks)
    world='' alive='' guard=''
    trap 'tidy_up; rm -f "$log"' EXIT
    trap 'exit 1' INT TERM HUP
    data=$cache/engine.$$ group=hotplugfs-test-$$
    work=$(mktemp -d --suffix=".$$" "${TMPDIR:-/tmp}/hotplugfs-docker.XXXXXX")
    log=$work/attempt.log
    attempt "a test that is killed leaves nothing" killed_leaves_nothing
    guarded "$group" "$work" "$data" bash "$self" --inside "$work" "$data" "$group" "$@"
    wait "$world" || true
    local inside=(0 1 0)
    read -r -a inside 2> /dev/null < "$work/counts" || echo "FAIL it did not come to an end"
    passed=$((passed + inside[0])) failed=$((failed + inside[1])) skipped=$((skipped + inside[2]))
    tidy_up

    log=$(mktemp)
    echo "== this machine"
    attempt "its memory blocks are as they were" unchanged
    attempt "nothing is left of the engine" left_nothing
    echo "== in all $(milliseconds_since "$start"), at a load of $(cut -d ' ' -f 1-2 /proc/loadavg)"
    summary
}

if [ "${1:-}" = --inside ]; then
    work=$2 data=$3 group=$4
    shift 4
    inside "$@"
    # Only who comes to the end has counted everything.
    echo "$passed $failed $skipped" > "$work/counts"
else
    outside "$@"
fi
