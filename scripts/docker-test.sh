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
# shellcheck source=scripts/docker/cases.sh
source "$root/scripts/docker/cases.sh"

sdk_image=mcr.microsoft.com/dotnet/sdk:10.0
base_image=ubuntu:24.04
cache=$root/artifacts/docker-test
passed=0 failed=0 skipped=0 outcome=0
work=''

summary() {
    if [ "$skipped" -ne 0 ]; then
        echo "$passed passed, $failed failed, $skipped skipped"
    else
        echo "$passed passed, $failed failed"
    fi
    [ "$failed" -eq 0 ]
}

# cannot REASON: what the whole depends on is not there.
cannot() {
    if [ "${CI:-}" = true ]; then
        echo "FAIL docker demo: $*"
        failed=$((failed + 1))
    else
        echo "SKIP docker demo: $*"
        skipped=$((skipped + 1))
    fi
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
    ) > "$work/attempt.log" 2>&1 < /dev/null &
    wait "$!" || status=$?
    case $status in
        0)
            echo "ok   $title, $(milliseconds_since "$started")"
            passed=$((passed + 1))
            ;;
        77)
            echo "SKIP $title: $(tail -n 1 "$work/attempt.log")"
            skipped=$((skipped + 1))
            ;;
        *)
            tail -n 60 "$work/attempt.log"
            echo "FAIL $title, status $status, $(milliseconds_since "$started")"
            failed=$((failed + 1))
            ;;
    esac
    # What a case has to tell besides.
    sed -n 's/^note: /     /p' "$work/attempt.log"
    outcome=$status
}

# The machine's own memory, which nothing here may touch.
host_blocks() {
    grep -H . /sys/devices/system/memory/memory*/state 2> /dev/null || true
}

# shellcheck disable=SC2317 # a trap calls it
clean_up() {
    local status=$?
    engine_stop
    rm -rf "$work"
    exit "$status"
}

# The sources as they are, without what is built from them: what a fresh checkout would be.
copy_sources() {
    mkdir -p "$work/source"
    tar -C "$root" --exclude=bin --exclude=obj --exclude=artifacts -cf - Directory.Build.props Directory.Packages.props global.json src docker |
        tar -C "$work/source" -xf -
}

images() {
    if [ -z "${HOTPLUGFS_OFFLINE:-}" ] && pull_images "$base_image" "$sdk_image"; then
        echo "note: the official images"
        return
    fi
    echo "note: no registry answers, so stand-ins of Debian's packages and this machine's SDK"
    local started=$EPOCHREALTIME
    make_base "$cache/base.tar"
    docker import "$cache/base.tar" "$base_image"
    echo "note: base $(milliseconds_since "$started")"
    started=$EPOCHREALTIME
    fill_packages "$work/source" "$cache/packages"
    echo "note: packages of NuGet $(milliseconds_since "$started")"
    started=$EPOCHREALTIME
    make_sdk "$sdk_image" "$base_image" "$cache/packages"
    echo "note: SDK $(milliseconds_since "$started")"
}

# build_with BUILDKIT TAG [OPTION ...]: BuildKit is a part of Docker's command up to 23, and a plugin of it from then on.
build_with() {
    local docker=docker
    if [ "$1" -eq 1 ] && ! docker buildx version > /dev/null 2>&1; then
        [[ $(/usr/bin/docker --version 2> /dev/null) =~ version\ (1[89]|20)\. ]] || return 77
        docker=/usr/bin/docker
    fi
    DOCKER_BUILDKIT=$1 timeout --kill-after 5 400 "$docker" build --network=host --tag "$2" "${@:3}" -f "$work/source/docker/Dockerfile" "$work/source"
}

# The builder that people have: BuildKit, else the older one.
build() {
    builder=BuildKit
    build_with 1 hotplugfs || {
        [ "$?" -eq 77 ] || return 1
        builder="the legacy builder"
        build_with 0 hotplugfs
    }
    echo "note: by $builder"
    sizes
}

# Every line of the Dockerfile once more, under the older builder. It gets an SDK that hands out the program that there is already:
# what may differ is how the file is read, not what the compiler makes of the sources.
build_legacy() {
    mkdir -p "$work/stub"
    docker create --name extract hotplugfs
    docker cp extract:/usr/local/bin/hotplugfs "$work/stub/"
    docker rm extract
    # shellcheck disable=SC2016
    printf '#!/bin/sh\nmkdir -p /publish && cp /hotplugfs /publish/\n' > "$work/stub/dotnet"
    printf '#!/bin/sh\n' > "$work/stub/apt-get"
    chmod +x "$work/stub"/*
    printf 'FROM %s\nCOPY hotplugfs /\nCOPY dotnet apt-get /usr/local/sbin/\n' "$base_image" > "$work/stub/Dockerfile"
    DOCKER_BUILDKIT=0 docker build --tag stub-sdk "$work/stub" || {
        echo "this Docker has no legacy builder any more"
        exit 77
    }
    build_with 0 hotplugfs:legacy --build-arg SDK_IMAGE=stub-sdk
    [ "$(docker image inspect --format '{{json .Config.Healthcheck}}' hotplugfs)" = \
        "$(docker image inspect --format '{{json .Config.Healthcheck}}' hotplugfs:legacy)" ]
    docker rmi hotplugfs:legacy stub-sdk
}

# What the image adds to its base.
sizes() {
    local base image added
    base=$(docker image inspect --format '{{.Size}}' "$base_image")
    image=$(docker image inspect --format '{{.Size}}' hotplugfs)
    added=$((image - base))
    awk -v base="$base" -v image="$image" 'BEGIN { printf "note: base %.1f MB, image %.1f MB, added %.1f MB\n", base / 1e6, image / 1e6, (image - base) / 1e6 }'
    [ "$added" -lt 20000000 ]
}

start=$EPOCHREALTIME
[ "$(id -u)" -eq 0 ] || cannot "starting an engine needs root"
[ -c /dev/fuse ] || cannot "there is no /dev/fuse"
grep -qw overlay /proc/filesystems || modprobe overlay 2> /dev/null || cannot "this kernel has no overlay"
install_missing dockerd:docker.io docker:docker.io mmdebstrap:mmdebstrap docker-compose:docker-compose script:bsdutils unshare:util-linux \
    findmnt:util-linux nsenter:util-linux || cannot "an engine cannot be installed"
need_sdk "$root" || cannot "the stand-in for the SDK's image needs an SDK"
echo "== tools in $(milliseconds_since "$start")"

before=$(host_blocks)
mkdir -p "$cache"
engine_sweep "$cache/engine"
engine_sweep /tmp/hotplugfs-docker
work=$(mktemp -d --suffix=".$$" /tmp/hotplugfs-docker.XXXXXX)
trap clean_up EXIT
trap 'exit 1' INT TERM HUP
copy_sources

started=$EPOCHREALTIME
engine_start "$work" "$cache/engine.$$" || cannot "the engine does not start"
echo "== engine $(docker version --format '{{.Server.Version}}') in $(milliseconds_since "$started")"

echo "== images"
attempt "images" images
[ "$outcome" -ne 0 ] || attempt "docker build" build
if [ "$outcome" -eq 0 ]; then
    attempt "docker build, legacy builder" build_legacy
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
fi

echo "== this machine's own memory"
unchanged() {
    [ "$before" = "$(host_blocks)" ]
    echo "note: $(wc -l <<< "$before") blocks"
}
attempt "its blocks are as they were" unchanged

started=$EPOCHREALTIME
engine_stop
left_nothing() {
    local found
    found=$(grep -F -e "$work" -e "$cache" /proc/self/mountinfo || true)$(find /sys/fs/cgroup -name "hotplugfs-test-$$*")
    [ -z "$found$(find "$cache" -name "engine.$$")" ] || {
        echo "$found"
        return 1
    }
}
attempt "nothing is left of the engine" left_nothing
echo "== in all $(milliseconds_since "$start"), at a load of $(cut -d ' ' -f 1-2 /proc/loadavg)"
summary
