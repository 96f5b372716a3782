# shellcheck shell=bash
# A Docker engine of our own: private socket, private data, and a world of its own to run in. Sourced.
#
# The world is a mount namespace and a process namespace, so nothing that is mounted or started in it is ever seen outside, and all of it
# is gone when the world's first process is. What an engine leaves elsewhere is its cgroups; they get a name of their own (guard.sh).
# docker-test.sh sets root and work, and looks at what guarded sets. What is in single quotes is for a shell that is run.
# shellcheck disable=SC2154,SC2034,SC2016

# in_world COMMAND ...: becomes such a world with a command as its first process. It ends with the shell that has this in its background.
in_world() {
    exec setpriv --pdeathsig KILL unshare --mount --propagation private --pid --fork --kill-child --mount-proc -- "$@"
}

# guarded CGROUP WORK DATA COMMAND ...: runs a command in such a world, and sets $world, its process; $guard, a process that removes the cgroup
# and the directories when all has ended; $alive, what this shell is to close for that to happen before it ends.
guarded() {
    # Everything in the world has the pipe, too; so the guard sees its end when the last of it has gone, whatever ended it.
    exec {alive}> >(exec setsid bash "$root/scripts/docker/guard.sh" "${@:1:3}")
    guard=$!
    in_world "${@:4}" < /dev/null &
    world=$!
}

# prepare_world: what the first process does first.
prepare_world() {
    # Machines that are mounted meanwhile would stay alive here for as long as the world.
    { findmnt --noheadings --list --output TARGET --types fuse.hotplugfs || true; } | while read -r machine; do
        umount --lazy "$machine"
    done
    # An engine of the machine has its sockets in /run; ours must not find them, nor leave anything there. Only names are still resolved.
    local name
    mkdir "$work/run"
    mount -t tmpfs -o mode=755 tmpfs "$work/run"
    for name in systemd resolvconf NetworkManager; do
        if [ -d "/run/$name" ]; then
            mkdir "$work/run/$name"
            mount --bind "/run/$name" "$work/run/$name"
        fi
    done
    # There is no table of mounts there that could be told.
    mount --no-mtab --move "$work/run" /run
    # Containers may share mounts with their host, as they may wherever systemd runs.
    mount --make-shared /run
}

# engine_start DATA CGROUP: DATA is for images. Sets DOCKER_HOST; returns when the engine answers.
engine_start() {
    local patience=300 engine
    export DOCKER_HOST=unix:///run/hotplugfs-test.sock
    unset DOCKER_CONTEXT
    mkdir -p "$1"
    # No network of its own: that would change interfaces and firewall of the machine.
    env -u DOCKER_HOST dockerd --data-root="$1" --host="$DOCKER_HOST" \
        --bridge=none --iptables=false --ip6tables=false --ip-forward=false --ip-masq=false \
        --exec-opt native.cgroupdriver=cgroupfs --cgroup-parent="/$2" > "$work/engine.log" 2>&1 < /dev/null &
    engine=$!
    until timeout 5 docker version > /dev/null 2>&1; do
        patience=$((patience - 1))
        if ! kill -0 "$engine" 2> /dev/null || [ "$patience" -eq 0 ]; then
            echo "the engine did not start; the end of its log:" >&2
            tail -n 20 "$work/engine.log" >&2
            return 1
        fi
        sleep 0.1
    done
}

# engine_sweep NAME: what a test left whose guard was killed, too. Directories are named NAME.*.NUMBER of the test.
engine_sweep() {
    local left number
    for left in "$1".*; do
        number=${left##*.}
        if [ -d "$left" ] && ! kill -0 "$number" 2> /dev/null; then
            bash "$root/scripts/docker/guard.sh" "hotplugfs-test-$number" "$left" < /dev/null
        fi
    done
}

# make_command: puts a docker before all others that does what people's does: it has BuildKit and compose. And the engine of the tests has
# no network, so builds and containers get the machine's and none.
make_command() {
    local docker
    docker=$(command -v docker)
    builder=BuildKit
    if ! docker buildx version > /dev/null 2>&1; then
        # It is a part of Docker's command up to 23, and a plugin of it from then on.
        if [[ $(/usr/bin/docker --version 2> /dev/null) =~ version\ (1[89]|20)\. ]]; then
            docker=/usr/bin/docker
        else
            builder="the legacy builder"
        fi
    fi
    mkdir -p "$work/bin"
    cat > "$work/bin/docker" << END
#!/usr/bin/env bash
set -euo pipefail
export DOCKER_BUILDKIT=\${DOCKER_BUILDKIT-$([ "$builder" = BuildKit ] && echo 1 || echo 0)}
case \${1:-} in
    import | pull) exec "$docker" "\$@" ;;
    build) exec timeout --kill-after 5 400 "$docker" build --network host "\${@:2}" ;;
    run) exec timeout --kill-after 5 --foreground 60 "$docker" run --network none "\${@:2}" ;;
    compose) "$docker" compose version > /dev/null 2>&1 || exec timeout --kill-after 5 --foreground 60 docker-compose "\${@:2}" ;;
esac
exec timeout --kill-after 5 --foreground 60 "$docker" "\$@"
END
    chmod +x "$work/bin/docker"
    export builder PATH=$work/bin:$PATH
}
