#!/usr/bin/env bash
# The first process of the engine's namespaces; engine.sh starts it.
#   engine-world.sh WORK DATA CGROUP
set -euo pipefail

work=$1 data=$2 group=$3

# Machines that are mounted meanwhile would stay alive here for as long as the engine.
{ findmnt --noheadings --list --output TARGET --types fuse.hotplugfs || true; } | while read -r machine; do
    umount --lazy "$machine"
done

# An engine that runs on this machine keeps its sockets there; ours must not find them.
mount -t tmpfs tmpfs /run/docker
mount -t tmpfs tmpfs /run/containerd
# Where containers may share mounts with their host, which on a machine with systemd is everywhere.
mkdir -p "$work/shared"
mount --bind "$work/shared" "$work/shared"
mount --make-shared "$work/shared"

# No network of its own: that would change interfaces and firewall of the machine.
dockerd --data-root="$data" --exec-root="$work/exec" --pidfile="$work/dockerd.pid" --host="unix://$work/docker.sock" \
    --bridge=none --iptables=false --ip6tables=false --ip-forward=false --ip-masq=false \
    --exec-opt native.cgroupdriver=cgroupfs --cgroup-parent="/$group" &
trap 'kill "$!"' TERM INT
# This shell also buries what the engine's containers leave behind.
wait "$!"
