#!/usr/bin/env bats
# Tests containers of the image. scripts/docker-test.sh runs these after images.bats.
# Text in single quotes is for a shell in the container.
# shellcheck disable=SC2016,SC2154
source "$BATS_TEST_DIRNAME/verbs.sh"
source "$BATS_TEST_DIRNAME/readme.sh"

setup_file() {
    # No case can succeed without an image.
    [ -n "$UNAVAILABLE" ] || docker image inspect hotplugfs > /dev/null
}

@test "demo" {
    local output
    output=$(docker run --rm "${given[@]}" hotplugfs demo)
    has '^0x0000000158000000-0x000000015fffffff +128M offline +43 +1 Normal/Movable$' "$output"
    has 'write error: Invalid argument$' "$output"
    has 'log: memory40: online_movable refused: not at the end of zone Normal of node 1 \(40 of 34-43\) \[not-at-boundary\]$' "$output"
    has 'log: memory0: offline refused: it holds pages of the kernel, which cannot be moved away \[unmovable-pages\]$' "$output"
    has '^0x0000000148000000-0x000000014fffffff +128M +online +41 +1 Normal/Movable$' "$output"
    has '^0x0000000150000000-0x0000000157ffffff +128M +online +42 +1 Movable/Normal$' "$output"
    has '^Total online memory: +1.1G$' "$output"
    has '^MemTotal: +1179648 kB$' "$output"
}

@test "rules at the real paths" {
    start rules hotplugfs
    in_container rules '
        echo online_movable > memory43/state
        [ "$(cat memory43/state memory43/valid_zones)" = $'\''online\nMovable Normal'\'' ]
        if echo online_movable > memory40/state; then exit 1; fi
        [ "$(cat memory40/state)" = offline ]
        [ "$(tail -n 1 /run/hotplugfs/hotplugfs/log)" = \
            "memory40: online_movable refused: not at the end of zone Normal of node 1 (40 of 34-42) [not-at-boundary]" ]'
    in_container rules 'chmem -d -b 43 && [ "$(cat memory43/state)" = offline ]'
    has '^Total online memory: +1G$' "$(in_container rules lsmem)"
    has '^Total offline memory: +1G$' "$(in_container rules lsmem)"
    in_container rules 'hotplugfs plug /run/hotplugfs --node 1 --size 256M && [ "$(cat memory48/state)" = offline ] &&
        [ -d /sys/devices/system/node/node1/memory49 ] && [ -d /sys/bus/memory/devices/memory49 ]'
    # Like sysfs: all users may read, only root may write.
    say offline "$(docker exec --user 1000 rules cat /sys/devices/system/memory/memory43/state)"
    if docker exec --user 1000 rules bash -c 'echo online > /sys/devices/system/memory/memory43/state'; then return 1; fi
}

# hotplugfs run in a container, whose own memory does not change.
@test "run in a container" {
    local output
    output=$(docker run --rm "${given[@]}" --entrypoint hotplugfs hotplugfs run --kernel 6.12 -- bash -euo pipefail -c '
        cd /sys/devices/system/memory
        [ "$(findmnt --noheadings --output FSTYPE --mountpoint "$PWD")" = fuse.hotplugfs ] || exit 99
        echo online_movable > memory43/state
        cat memory43/state memory43/valid_zones
        hotplugfs plug --node 1 --size 256M')
    say $'online\nMovable\ndimm2: blocks 48-49 on node 1' "$output"
}

@test "run in a container without SYS_ADMIN" {
    local output status=0
    output=$(docker run --rm --device /dev/fuse --entrypoint hotplugfs hotplugfs run -- echo ran 2>&1) || status=$?
    say 125 "$status"
    say 1 "$(wc -l <<< "$output")"
    has '^hotplugfs: .*--cap-add SYS_ADMIN' "$output"
}

@test "one machine at all real paths" {
    start paths hotplugfs
    in_container paths '
        # Docker hides what is in /sys/firmware.
        for place in $(hotplugfs --places | grep -v -e memory_hotplug -e /sys/firmware/); do
            [ "$(findmnt --noheadings --output FSTYPE --mountpoint $place)" = fuse.hotplugfs ] || { echo $place; exit 1; }
        done
        [ "$(cat /sys/devices/system/node/possible)" = 0-1 ]
        [ -z "$(ls -A /sys/module/memory_hotplug)" ] || exit 1
        grep -qx "MemTotal: *1048576 kB" /proc/meminfo'
    start today hotplugfs --kernel 6.12
    say contig-zones "$(docker exec today cat /sys/module/memory_hotplug/parameters/online_policy)"
}

# A server that reads its own /proc/meminfo waits for itself. The runtime does so in a garbage collection.
@test "meminfo is served for long" {
    start long hotplugfs
    docker exec long timeout 45 bash -euo pipefail -c 'for ((i = 0; i < 20000; i++)); do read -r line < /proc/meminfo; done; echo "$line"'
}

# If sysfs lacks a module's directory, it cannot be created there.
@test "no place in sysfs" {
    start nowhere --tmpfs /sys/module:ro hotplugfs --kernel 6.12
    say contig-zones "$(docker exec nowhere cat /sys/module/memory_hotplug/parameters/online_policy)"
    # A colon separates directories in the options of an overlay.
    start colon --tmpfs /sys/module:ro --env HOTPLUGFS_DIR=/with:colon hotplugfs --kernel 6.12
    say contig-zones "$(docker exec colon cat /sys/module/memory_hotplug/parameters/online_policy)"
    # The kernel refuses a third overlay on top of two.
    local layer directory=$work/overlays
    mkdir "$directory"
    mount -t tmpfs tmpfs "$directory"
    mkdir "$directory"/{empty,0,1,2}
    for layer in 0 1; do
        mount -t overlay -o "lowerdir=$directory/empty:$directory/$layer" overlay "$directory/$((layer + 1))"
    done
    start refused --volume "$directory/2:/sys/module:ro" hotplugfs --kernel 6.12
    has 'not in this kernel.s /sys, so only below /run/hotplugfs: /sys/module/memory_hotplug$' "$(docker logs refused 2>&1)"
    say contig-zones "$(docker exec refused cat /run/hotplugfs/sys/module/memory_hotplug/parameters/online_policy)"
}

@test "directory" {
    refuses '^hotplugfs: HOTPLUGFS_DIR=machine: must be the absolute path of an empty directory$' \
        "${given[@]}" --env HOTPLUGFS_DIR=machine hotplugfs
    refuses '^hotplugfs: /usr: not empty; HOTPLUGFS_DIR must name an empty directory$' "${given[@]}" --env HOTPLUGFS_DIR=/usr hotplugfs
    refuses '^hotplugfs: /none: cannot be created; with --read-only, ' "${given[@]}" --read-only --env HOTPLUGFS_DIR=/none hotplugfs
    say "hotplugfs proc sys" \
        "$(docker run --rm "${given[@]}" --env HOTPLUGFS_DIR='/with blank//' hotplugfs bash -c 'echo $(ls "$HOTPLUGFS_DIR")')"
}

is_healthy() {
    [ "$(docker inspect --format '{{.State.Health.Status}}' "$1")" = healthy ]
}

@test "health" {
    start health --health-interval 1s hotplugfs
    eventually is_healthy health
    say SIGTERM "$(docker image inspect --format '{{.Config.StopSignal}}' hotplugfs)"
    say MIT "$(docker image inspect --format '{{index .Config.Labels "org.opencontainers.image.licenses"}}' hotplugfs)"
}

@test "no fuse library is in the image" {
    local files
    files=$(docker run --rm --entrypoint find hotplugfs / -xdev '(' -name 'libfuse*' -o -name 'fusermount*' -o -name '*.dll' ')')
    say '' "$files"
}

@test "readme" {
    readme "$root/docker/README.md"
}

@test "readme of the checkout" {
    readme "$root/README.md"
}

# read_until PATTERN: reads $screen until the end of $seen matches; appends to $seen.
read_until() {
    local character
    until [[ $seen =~ $1$ ]]; do
        IFS= read -r -t 30 -N 1 -u "$screen" character || {
            echo "seen: $seen"
            return 1
        }
        seen+=$character
    done
}

# open_terminal ARGUMENT ...: docker run -it on a terminal; $screen is its output and $keys its input.
open_terminal() {
    seen=''
    rm -f "$work/terminal".*
    mkfifo "$work/terminal.keys" "$work/terminal.screen"
    script --quiet --flush --return --command "docker run --rm -it -e PS1='ready> ' $*" /dev/null \
        < "$work/terminal.keys" > "$work/terminal.screen" 2>&1 &
    terminal=$!
    exec {keys}> "$work/terminal.keys" {screen}< "$work/terminal.screen"
}

# The prompt of any image.
prompt='(ready>|[#$]) (.\[[0-9;?]*[a-z])*'

# docker run -it, as a user types it.
@test "terminal" {
    local status=0
    open_terminal --name terminal "${given[@]}" hotplugfs
    read_until "$prompt"
    has 'machine default, kernel 4.9: the memory of this container is simulated' "$seen"
    printf 'echo online_movable > memory43/state\rcat memory43/state\rsleep 100\r' >&"$keys"
    eventually docker exec terminal bash -c 'grep -qsx sleep /proc/[0-9]*/comm'
    # Ctrl-C ends the command, not the shell.
    printf '\003' >&"$keys"
    printf 'echo after $? interrupt\rexit 5\r' >&"$keys"
    seen+=$(cat <&"$screen")
    exec {keys}>&- {screen}<&-
    wait "$terminal" || status=$?
    say 5 "$status"
    has 'after 130 interrupt' "$seen"
    has '(^|l)online$' "$(tr -d '\r' <<< "$seen")"
}

# How much longer the start of a shell takes with a machine. A note for people, not a check: a busy host takes longer.
@test "time to the first prompt" {
    local round started image shell=() machine=()
    for round in 1 2 3 4 5; do
        for image in shell machine; do
            started=$EPOCHREALTIME
            if [ "$image" = shell ]; then
                open_terminal --entrypoint bash hotplugfs --norc
            else
                open_terminal "${given[@]}" hotplugfs
            fi
            read_until "$prompt"
            declare -n times=$image
            times+=("$(milliseconds_since "$started")")
            printf 'exit\r' >&"$keys"
            cat <&"$screen" > /dev/null
            exec {keys}>&- {screen}<&-
            wait "$terminal"
        done
    done
    note "docker run to the first prompt, median of $round: $(median "${machine[@]}");" \
        "of a shell without a machine: $(median "${shell[@]}");" \
        "load $(cut -d ' ' -f 1 /proc/loadavg)"
}

median() {
    printf '%s\n' "$@" | sort -n | sed -n "$((($# + 1) / 2))p"
}

@test "stop with a shell on a terminal" {
    docker run --detach -it --name shell "${given[@]}" hotplugfs > /dev/null
    up shell
    stops shell
}

@test "command" {
    local status=0
    say 'offline' "$(echo 'cat memory43/state' | docker run --rm -i "${given[@]}" hotplugfs)"
    say "typed" "$(echo typed | docker run --rm -i "${given[@]}" hotplugfs cat)"
    docker run --rm "${given[@]}" hotplugfs bash -c 'exit 7' || status=$?
    say 7 "$status"
    status=0
    docker run --rm "${given[@]}" hotplugfs no-such-command || status=$?
    say 127 "$status"
    say "a b|c" "$(docker run --rm "${given[@]}" hotplugfs --movable-node -- bash -c 'echo "$0|$1"' 'a b' c)"
}

@test "signals reach the command" {
    docker run --detach --name signals "${given[@]}" hotplugfs bash -c '
        trap "echo got USR1" USR1
        trap "echo got TERM; exit 3" TERM
        echo ready
        while :; do sleep 0.05; done' > /dev/null
    grep -q ready < <(docker logs --follow signals 2>&1)
    docker kill --signal USR1 signals
    docker stop --time 5 signals
    say $'ready\ngot USR1\ngot TERM' "$(docker logs signals 2>&1)"
    say 3 "$(docker inspect --format '{{.State.ExitCode}}' signals)"
}

@test "orphans are reaped" {
    start orphans hotplugfs
    docker exec orphans bash -c 'for i in 1 2 3 4 5; do (sleep 0.2 &); done'
    # A zombie keeps its name.
    eventually docker exec orphans bash -c '! grep -qsx sleep /proc/[0-9]*/comm'
    say '' "$(docker exec orphans bash -c 'grep -lE "^State:.Z" /proc/[0-9]*/status; true')"
}

@test "stop" {
    start stop hotplugfs
    stops stop
    has 'machine default, kernel 4.9, is up' "$(docker logs stop)"
}

# While the machine is being mounted: a signal is handled at any time.
@test "stop at once" {
    local number
    for number in 1 2 3; do
        docker run --detach --name "early$number" "${given[@]}" hotplugfs > /dev/null
        until docker top "early$number" | grep -q 'hotplugfs container'; do :; done
        docker stop --time 5 "early$number" > /dev/null
        say 0 "$(docker inspect --format '{{.State.ExitCode}}' "early$number")"
    done
}

@test "stop while the machine is in use" {
    start busy hotplugfs
    docker exec --detach --workdir /sys/devices/system/memory busy sleep 100
    stops busy
}

@test "kill and start" {
    start killed hotplugfs
    in_container killed 'echo online > memory43/state'
    docker kill killed > /dev/null
    docker start killed > /dev/null
    up killed --since "$(docker inspect --format '{{.State.StartedAt}}' killed)"
    in_container killed '[ "$(cat memory43/state)" = offline ]'
    stops killed
}

@test "program killed" {
    start gone hotplugfs
    # Detached, because the container can end before this shell.
    docker exec --detach gone bash -c 'for p in /proc/[0-9]*; do
        [ "$(cat "$p/comm" 2> /dev/null)" != hotplugfs ] || kill -KILL "${p#/proc/}"; done'
    say 1 "$(docker wait gone)"
    has '^hotplugfs: the daemon was killed by signal 9; the machine is no longer available$' "$(docker logs gone 2>&1)"
    # A command gets a message, and continues.
    local output status=0
    output=$(docker run --rm "${given[@]}" hotplugfs bash -c '
        for p in /proc/[0-9]*; do [ "$(cat "$p/comm" 2> /dev/null)" != hotplugfs ] || kill -KILL "${p#/proc/}"; done
        until ! cat /run/hotplugfs/hotplugfs/kernel 2> /dev/null; do :; done
        exit 4' 2>&1) || status=$?
    say "4, hotplugfs: the daemon was killed by signal 9; the machine is no longer available" "$status, $output"
}

@test "read only root and one capability" {
    start bare --read-only --cap-drop ALL --security-opt no-new-privileges hotplugfs
    in_container bare 'echo online_movable > memory43/state && [ "$(cat memory43/state)" = online ]'
    stops bare
}

@test "without the device" {
    refuses 'start it with --device /dev/fuse$' --cap-add SYS_ADMIN --security-opt apparmor=unconfined hotplugfs
}

@test "without SYS_ADMIN" {
    refuses 'start it with --cap-add SYS_ADMIN$' --device /dev/fuse hotplugfs
}

@test "without anything" {
    refuses 'start it with --device /dev/fuse --cap-add SYS_ADMIN$' hotplugfs demo
}

@test "device that cannot be opened" {
    refuses 'start it with --device /dev/fuse$' --volume /dev/null:/dev/fuse/none --cap-add SYS_ADMIN hotplugfs
    refuses '/dev/fuse: operation not permitted; start the container with --device /dev/fuse$' \
        --volume /dev/fuse:/dev/fuse --cap-add SYS_ADMIN --security-opt apparmor=unconfined hotplugfs
}

@test "user" {
    refuses 'user 1000 may not mount: start the container without --user .* --security-opt seccomp=unconfined' \
        --user 1000 --device /dev/fuse hotplugfs
    # A node that only root may open.
    mknod -m 600 "$work/fuse-of-root" c 10 229
    refuses '/dev/fuse: permission denied; .* start the container without --user$' \
        --user 1000 --device "$work/fuse-of-root:/dev/fuse" --security-opt seccomp=unconfined hotplugfs
}

# Docker's seccomp filter forbids unshare without SYS_ADMIN. Without the filter no capability is needed.
@test "namespaces instead of SYS_ADMIN" {
    local script='cd /sys/devices/system/memory && mountpoint -q . && echo online_movable > memory43/state && cat memory43/state'
    # A user needs a node that every user may open.
    mknod -m 666 "$work/fuse" c 10 229
    say online "$(docker run --rm --device "$work/fuse:/dev/fuse" --security-opt seccomp=unconfined hotplugfs bash -c "$script")"
    say online "$(docker run --rm --device "$work/fuse:/dev/fuse" --security-opt seccomp=unconfined --user 1000 \
        hotplugfs bash -c "$script")"
}

@test "machine file" {
    mkdir -p "$work/machines"
    docker run --rm "${given[@]}" hotplugfs cat /run/hotplugfs/hotplugfs/machine > "$work/machines/copy.toml"
    echo 'kernel = ' > "$work/machines/wrong.toml"
    say 'machine default, kernel 4.9' "$(docker run --rm "${given[@]}" --volume "$work/machines:/m:ro" hotplugfs --machine /m/copy.toml \
        bash -c 'echo "machine default, kernel $(cat /run/hotplugfs/hotplugfs/kernel)"')"
    refuses '/m/none.toml: .*; give the container the file with --volume FILE:FILE:ro$' "${given[@]}" hotplugfs --machine /m/none.toml
    refuses '/m/wrong.toml:1: this is not TOML' "${given[@]}" --volume "$work/machines:/m:ro" hotplugfs --machine /m/wrong.toml
    # Docker creates a directory for a missing file.
    refuses '/m: this directory has no sys/devices/system/memory' "${given[@]}" --volume "$work/machines:/m:ro" hotplugfs --machine /m
}

@test "usage errors" {
    refuses '^hotplugfs: unknown kernel "9" \(known: every version from 3.8 on,' "${given[@]}" hotplugfs --kernel 9
    refuses '^hotplugfs: .*--kernel.*; see --help$' "${given[@]}" hotplugfs --kernel
    refuses '^hotplugfs: unknown option "--nodes"; see --help$' "${given[@]}" hotplugfs --nodes 3
    has '^Usage: docker run' "$(docker run --rm hotplugfs --help)"
}

# shared_machine: the types of the mounts on the directory that containers share with their host, one a line.
shared_machine() {
    findmnt --noheadings --list --output FSTYPE --mountpoint /run/hotplugfs-shared/machine || true
}

# A container without a device, a capability or an option sees the machine instead of the host's memory.
@test "compose visitor" {
    export HOTPLUGFS_VISITOR=$base_image
    compose up -d visitor
    compose exec -T visitor bash -euo pipefail -c '
        [ "$(findmnt --noheadings --output FSTYPE --mountpoint /sys/devices/system/memory)" = fuse.hotplugfs ]
        grep -qE "^CapBnd:.0*$" /proc/self/status
        cd /sys/devices/system/memory
        echo online_movable > memory43/state
        [ "$(cat memory43/state)" = online ]
        if echo online_movable > memory40/state; then exit 1; fi
        tail -n 1 /machine/hotplugfs/log | grep -q "memory40: online_movable refused: not at the end of zone Normal of node 1"
        lsmem | grep -qE "^Total online memory: +1.1G$"
        [ -d /sys/devices/system/node/node1/memory43 ]'
    # A killed container leaves a dead mount on its host; the next one removes it.
    compose kill machine
    has fuse.hotplugfs "$(shared_machine)"
    compose up -d machine
    eventually cat /run/hotplugfs-shared/machine/hotplugfs/kernel
    say fuse.hotplugfs "$(shared_machine)"
    compose down
    # A stopped container leaves nothing.
    say '' "$(shared_machine)"
}
