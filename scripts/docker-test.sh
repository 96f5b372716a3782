#!/usr/bin/env bash
# Tests the container for real: starts a private Docker engine, builds docker/Dockerfile unmodified, and tries what docker/README.md shows
# and what can go wrong. Ends with "N passed, N failed[, N skipped]", and a status that is 0 if none failed.
#   scripts/docker-test.sh [CASE ...]     after the builds, only the cases with these titles (@test in scripts/docker/cases.bats)
# With CI=true, a machine that cannot run this is a failure; elsewhere the cases are skipped with a reason.
# What takes long to download is kept in artifacts/docker-test; remove that to start from scratch.
set -euo pipefail
export LC_ALL=C

self=$(readlink -f "${BASH_SOURCE[0]}")
root=${self%/scripts/*}
# shellcheck source=scripts/lib/install.sh
source "$root/scripts/lib/install.sh"
# shellcheck source=scripts/lib/results.sh
source "$root/scripts/lib/results.sh"
# shellcheck source=scripts/docker/engine.sh
source "$root/scripts/docker/engine.sh"

cache=$root/artifacts/docker-test
results=$root/artifacts/test-results
# The engine's data take 1.3 GB, what is made for it and what is kept another.
needed_mb=3000

# gates: installs what can be installed; false if something is missing, which UNAVAILABLE names then.
gates() {
    local header=zlib.h free
    UNAVAILABLE="only root can start an engine"
    [ "$(id -u)" -eq 0 ] || return
    UNAVAILABLE="/dev/fuse is missing"
    [ -c /dev/fuse ] || modprobe fuse 2> /dev/null || return
    UNAVAILABLE="this kernel has no overlay"
    grep -qw overlay /proc/filesystems || modprobe overlay 2> /dev/null || return
    UNAVAILABLE="an engine cannot be installed"
    [ ! -e "/usr/include/$header" ] || header=true
    install_missing dockerd:docker.io docker:docker.io docker-compose:docker-compose script:bsdutils unshare:util-linux findmnt:util-linux \
        setpriv:util-linux pgrep:procps tmux:tmux gcc:gcc gcc:libc6-dev "$header:zlib1g-dev" || return
    UNAVAILABLE="the stand-in for the SDK's image needs an SDK"
    need_sdk "$root" || return
    engine_sweep "$cache/engine"
    engine_sweep "${TMPDIR:-/tmp}/hotplugfs-docker"
    free=$(df --output=avail --block-size=1M "$cache" | tail -n 1)
    UNAVAILABLE="$cache needs $needed_mb MB, and $((free)) are free"
    [ "$free" -ge "$needed_mb" ] || return
    UNAVAILABLE=
}

# run_bats NAME ARGUMENT ...: runs a file of scripts/docker.
run_bats() {
    BATS_REPORT_FILENAME=docker-$1.xml "${bats[@]}" "$results" "${@:2}" "$root/scripts/docker/$1.bats" 2>&1 < /dev/null | cat
}

# inside CASE ...: all that needs the engine, in its own namespaces.
inside() {
    local status=0 titles=
    prepare_world
    engine_start "$data" "$group" || export UNAVAILABLE="the engine does not start"
    make_command
    titles=$(IFS='|' && echo "$*")
    run_bats images || status=1
    run_bats cases ${titles:+--filter "^($titles)\$"} || status=1
    return "$status"
}

# tidy_up: ends everything; returns when nothing is left.
tidy_up() {
    [ -z "$world" ] || kill -KILL "$world" 2> /dev/null || true
    [ -z "$alive" ] || exec {alive}>&-
    [ -z "$guard" ] || wait "$guard" || true
    world='' alive='' guard=''
}

if [ "${1:-}" = --inside ]; then
    inside "${@:2}"
    exit
fi
for title; do
    if ! grep -qxF "@test \"$title\" {" "$root/scripts/docker/cases.bats"; then
        echo "docker-test.sh: unknown case \"$title\" (known: $(
            sed -n 's/^@test "\(.*\)" {/\1/p' "$root/scripts/docker/cases.bats" | paste -s -d ,))" >&2
        exit 2
    fi
done
install_missing bats:bats
mkdir -p "$cache" "$results"
rm -f "$results"/docker-*.xml
status=0 world='' alive='' guard=''
trap tidy_up EXIT
trap 'exit 1' INT TERM HUP
gates || true
data=$cache/engine.$$ group=hotplugfs-test-$$
before=$(grep -sH . /sys/devices/system/memory/memory*/state || true)
work=
[ -n "$UNAVAILABLE" ] || work=$(mktemp -d --suffix=".$$" "${TMPDIR:-/tmp}/hotplugfs-docker.XXXXXX")
export root work data group cache before UNAVAILABLE sdk_image=mcr.microsoft.com/dotnet/sdk:10.0 base_image=ubuntu:24.04
if [ -z "$UNAVAILABLE" ]; then
    guarded "$group" "$work" "$data" bash "$self" --inside "$@"
    wait "$world" || status=1
    tidy_up
fi
run_bats host || status=1
read -r passed failed skipped < <(count_results "$results"/docker-*.xml || echo 0 1 0)
[ "$status" -eq 0 ] || [ "$failed" -gt 0 ] || failed=1
closing_line "$passed" "$failed" "$skipped"
