# shellcheck shell=bash
# The verbs that the cases of the container are written in. Sourced by the files *.bats. scripts/docker-test.sh sets root, work and
# UNAVAILABLE. Text in single quotes is for a shell in the container.
# shellcheck disable=SC2154,SC2016
source "$root/scripts/lib/case.sh"

setup() {
    set -uo pipefail
    [ -z "$UNAVAILABLE" ] || missing "$UNAVAILABLE"
}

teardown() {
    docker ps -aq | xargs --no-run-if-empty docker rm -f > /dev/null
}

# note TEXT ...: adds a comment to the results; notes does the same with lines of standard input.
note() {
    echo "$*" | notes
}

notes() {
    sed 's/^/# /' >&3
}

# host_blocks: the host's own memory, which nothing may change.
host_blocks() {
    grep -sH . /sys/devices/system/memory/memory*/state || true
}

milliseconds_since() {
    echo "$(((${EPOCHREALTIME/./} - ${1/./}) / 1000)) ms"
}

# The options that the README gives a container.
given=(--device /dev/fuse --cap-add SYS_ADMIN --security-opt apparmor=unconfined)

compose() {
    docker compose --file "$root/docker/compose.yaml" "$@"
}

# say TEXT ACTUAL: both are the same.
say() {
    [ "$1" = "$2" ] || {
        printf 'expected: %s\nactual: %s\n' "$1" "$2"
        return 1
    }
}

# has PATTERN TEXT: a line of the text matches.
has() {
    grep -qE -- "$1" <<< "$2" || {
        printf 'no line like: %s\nin: %s\n' "$1" "$2"
        return 1
    }
}

# start NAME ARGUMENT ...: starts a container in the background, and returns when its machine is mounted.
start() {
    docker run --detach --name "$1" "${given[@]}" "${@:2}" > /dev/null
    up "$1"
}

# up NAME [OPTION ...]: waits until the container logs that its machine is mounted. Options are those of docker logs.
up() {
    grep -q -E ', is up;|the memory of this container is' < <(docker logs --follow "${@:2}" "$1" 2>&1) || {
        docker logs "$1"
        return 1
    }
}

# in_container NAME SCRIPT: runs a script in the container's memory directory, if that is the simulated machine's.
in_container() {
    docker exec "$1" bash -euo pipefail -c '
        cd /sys/devices/system/memory
        [ "$(findmnt --noheadings --output FSTYPE --mountpoint "$PWD")" = fuse.hotplugfs ] && mountpoint -q "$PWD" || exit 99
        eval "$0"' "$2"
}

# refuses PATTERN ARGUMENT ...: docker run exits with 1 and prints one line that matches.
refuses() {
    local output status=0
    output=$(docker run --rm "${@:2}" 2>&1 < /dev/null) || status=$?
    say "status 1" "status $status$([ "$status" -eq 1 ] || echo ": $output")"
    has "$1" "$output"
    say 1 "$(wc -l <<< "$output")"
    note "$output"
}

# stops NAME: docker stop ends the container within a second, with status 0.
stops() {
    local started=$EPOCHREALTIME took other
    docker stop --time 5 "$1" > /dev/null
    took=$(milliseconds_since "$started")
    say 0 "$(docker inspect --format '{{.State.ExitCode}}' "$1")"
    note "docker stop took $took"
    [ "${took% ms}" -ge 1000 ] || return 0
    # On a busy host Docker itself can be slow.
    docker run --detach --name other --entrypoint bash hotplugfs -c 'trap exit TERM; sleep 60 & echo ready; wait' > /dev/null
    grep -q ready < <(docker logs --follow other)
    started=$EPOCHREALTIME
    docker stop --time 5 other > /dev/null
    other=$(milliseconds_since "$started")
    docker rm other > /dev/null
    note "the same without a machine took $other; load $(cut -d ' ' -f 1 /proc/loadavg)"
    [ "${took% ms}" -lt $((3 * ${other% ms})) ]
}

