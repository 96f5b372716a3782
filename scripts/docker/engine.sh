# shellcheck shell=bash
# A private Docker engine with its own socket and data, in a "world": a mount namespace and a PID namespace. Nothing that is mounted or
# started in the world is visible outside, and the kernel ends all of it with the world's first process. The engine's cgroups remain;
# guard.sh removes them by name. Sourced. docker-test.sh sets root and work. Text in single quotes is for another shell.
# shellcheck disable=SC2154,SC2034,SC2016

# in_world COMMAND ...: becomes a world with the command as its first process. It is killed when the calling shell exits.
in_world() {
    exec setpriv --pdeathsig KILL unshare --mount --propagation private --pid --fork --kill-child --mount-proc -- "$@"
}

# guarded CGROUP WORK DATA COMMAND ...: runs a command in a world. Sets $world, its process; $guard, the process that removes the cgroup and
# the directories once no process of the world is left; $alive, a descriptor that keeps the guard waiting until this shell closes it.
guarded() {
    # Every process of the world inherits the pipe, so the guard reads its end when the last one has exited, however it was ended.
    exec {alive}> >(exec setsid bash "$root/scripts/docker/guard.sh" "${@:1:3}")
    guard=$!
    in_world "${@:4}" < /dev/null &
    world=$!
}

# prepare_world: hides the host's machines and engine from the world.
prepare_world() {
    # The world's copies of the host's mounts would keep their machines alive.
    { findmnt --noheadings --list --output TARGET --types fuse.hotplugfs || true; } | while read -r machine; do
        umount --lazy "$machine"
    done
    # The private engine must not find the sockets of the host's engine, nor leave anything in /run. Only name resolution needs files there.
    local name
    mkdir "$work/run"
    mount -t tmpfs -o mode=755 tmpfs "$work/run"
    for name in systemd resolvconf NetworkManager; do
        if [ -d "/run/$name" ]; then
            mkdir "$work/run/$name"
            mount --bind "/run/$name" "$work/run/$name"
        fi
    done
    # /run/mount is not there to be updated.
    mount --no-mtab --move "$work/run" /run
    # Containers can share mounts with their host, as under systemd.
    mount --make-shared /run
}

# engine_start DATA CGROUP: starts an engine that keeps its images in DATA, and returns when it answers. Sets DOCKER_HOST.
engine_start() {
    local patience=300 engine
    export DOCKER_HOST=unix:///run/hotplugfs-test.sock
    unset DOCKER_CONTEXT
    mkdir -p "$1"
    # Without a network, which would change the host's interfaces and firewall.
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

# engine_sweep NAME: removes the files of tests whose guard was killed too. The directories are named NAME.*.PID.
engine_sweep() {
    local left number
    for left in "$1".*; do
        number=${left##*.}
        if [ -d "$left" ] && ! kill -0 "$number" 2> /dev/null; then
            bash "$root/scripts/docker/guard.sh" "hotplugfs-test-$number" "$left" < /dev/null
        fi
    done
}

# make_command: puts a docker command into PATH that has BuildKit and compose, as users' have, and time limits. The engine has no network,
# so builds get the host's and containers none.
make_command() {
    local docker
    docker=$(command -v docker)
    builder=BuildKit
    if ! docker buildx version > /dev/null 2>&1; then
        # BuildKit is part of the docker command up to version 23, later a plugin.
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
