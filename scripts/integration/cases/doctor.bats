#!/usr/bin/env bats
# hotplugfs doctor, in namespaces that lack what it looks for.
source "$BATS_TEST_DIRNAME/../lib/verbs.sh"

# with_text TEXT FILE COMMAND ...: the command sees this text in a file of /proc.
with_text() {
    echo "$1" > "$WORK/text"
    # shellcheck disable=SC2016
    unshare --mount --propagation private bash -euo pipefail -c 'mount --bind "$0" "$1"; shift; exec "$@"' "$WORK/text" "$2" "${@:3}"
}

@test "where run works, doctor exits with 0" {
    exits 0 "*ok *FUSE device*/dev/fuse*ok *hotplugfs run*works" "$HOTPLUGFS" doctor
}

@test "without /dev/fuse doctor names the module" {
    exits 1 "*lacking  FUSE device *is missing; as root, run modprobe fuse*lacking  hotplugfs run *" without_device "$HOTPLUGFS" doctor
}

@test "an old kernel has no passthrough" {
    exits 0 "*lacking  FUSE passthrough  kernel 5.10.0-1 does not have it*" with_text 5.10.0-1 /proc/sys/kernel/osrelease "$HOTPLUGFS" doctor
}

@test "without programs doctor names the packages" {
    mkdir "$WORK/bin"
    local name
    for name in bash sh true; do
        ln -s "$(command -v "$name")" "$WORK/bin/$name"
    done
    exits 1 "*lacking  user namespaces *unshare is not installed; as root, run apt install util-linux*" \
        env PATH="$WORK/bin" "$HOTPLUGFS" doctor
}

@test "doctor names the setting that forbids user namespaces" {
    [ "$(id -u)" -eq 0 ] && [ "$(wc -l < /proc/self/uid_map)" -eq 1 ] || skip "a namespace of its own is needed"
    # In a user namespace the limit is the namespace's own.
    # shellcheck disable=SC2016
    exits 1 "*lacking  user namespaces *max_user_namespaces is 0); as root, run sysctl user.max_user_namespaces=10000*" \
        unshare --user --map-root-user --mount bash -euo pipefail -c 'echo 0 > /proc/sys/user/max_user_namespaces; exec "$0" doctor' "$HOTPLUGFS"
}
