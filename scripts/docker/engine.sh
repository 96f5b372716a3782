# shellcheck shell=bash
# A Docker engine of our own: private socket, private data, and a world of its own to run in. Sourced.
#
# It runs in a mount namespace and a process namespace, so nothing that it mounts or starts is ever seen outside, and all of it is gone
# when the namespace's first process is. What an engine leaves elsewhere is its cgroups; they get a name of their own.

# engine_start WORK DATA: WORK is for the socket (short, for a socket's name has 108 bytes), DATA for images. Sets DOCKER_HOST.
engine_start() {
    engine_work=$1 engine_data=$2 engine_group=hotplugfs-test-$$
    engine_made=()
    local directory
    # Some programs of Docker make these wherever they are told to work.
    for directory in /run/docker /run/containerd /run/runc; do
        if [ ! -e "$directory" ]; then
            mkdir "$directory"
            engine_made+=("$directory")
        fi
    done
    mkdir -p "$engine_work" "$engine_data"
    # The engine of the machine, if there is one, is not to be told about ours; and if this shell is killed, ours goes with it.
    env -u DOCKER_HOST -u DOCKER_CONTEXT setsid setpriv --pdeathsig KILL unshare --mount --propagation private --pid --fork --kill-child --mount-proc \
        bash "$(dirname "${BASH_SOURCE[0]}")/engine-world.sh" "$engine_work" "$engine_data" "$engine_group" \
        > "$engine_work/engine.log" 2>&1 < /dev/null &
    engine_pid=$!
    export DOCKER_HOST=unix://$engine_work/docker.sock
    unset DOCKER_CONTEXT
    local patience=300
    until timeout 5 docker version > /dev/null 2>&1; do
        patience=$((patience - 1))
        if ! kill -0 "$engine_pid" 2> /dev/null || [ "$patience" -eq 0 ]; then
            echo "the engine did not start; the end of its log:" >&2
            tail -n 20 "$engine_work/engine.log" >&2
            return 1
        fi
        sleep 0.1
    done
}

# engine_stop: everything is gone after this, except what is in WORK.
engine_stop() {
    [ -n "${engine_pid:-}" ] || return 0
    local containers
    if mapfile -t containers < <(timeout 10 docker ps -aq 2> /dev/null) && [ ${#containers[@]} -gt 0 ]; then
        timeout 30 docker rm -f "${containers[@]}" > /dev/null 2>&1 || true
    fi
    # Its child, the first process of the namespace, is killed with it, and everything else with that.
    kill -KILL "$engine_pid" 2> /dev/null || true
    wait "$engine_pid" 2> /dev/null || true
    local group patience=50
    while [ "$patience" -gt 0 ]; do
        patience=$((patience - 1))
        find /sys/fs/cgroup -depth -type d -path "*/$engine_group*" -exec rmdir {} + 2> /dev/null || true
        group=$(find /sys/fs/cgroup -type d -name "$engine_group" -print -quit 2> /dev/null)
        [ -n "$group" ] || break
        sleep 0.1
    done
    rm -rf --one-file-system "$engine_data"
    [ ${#engine_made[@]} -eq 0 ] || rmdir "${engine_made[@]}" 2> /dev/null || true
    engine_pid=
    [ -z "$group" ] || echo "left behind: $group" >&2
}

# engine_sweep NAME: what engines have left whose test was killed before it could clean up. Directories are named NAME.*.NUMBER of the test.
engine_sweep() {
    local left number
    for left in "$1".*; do
        number=${left##*.}
        if [ -d "$left" ] && ! kill -0 "$number" 2> /dev/null; then
            rm -rf --one-file-system "$left"
            find /sys/fs/cgroup -depth -type d -path "*/hotplugfs-test-$number*" -exec rmdir {} + 2> /dev/null || true
        fi
    done
}

# engine_enter COMMAND ...: runs a command where the engine sees the world: what containers share with their host is there.
engine_enter() {
    local first
    read -r first < "/proc/$engine_pid/task/$engine_pid/children"
    nsenter --target "${first%% *}" --mount --pid -- "$@"
}
