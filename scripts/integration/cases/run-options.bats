#!/usr/bin/env bats
# Who the command of run is, and which network it has.
# shellcheck disable=SC2016
source "$BATS_TEST_DIRNAME/../lib/verbs.sh"
source "$BATS_TEST_DIRNAME/../lib/running.sh"

@test "with --as-me the machine's files can be read and refuse writes with EACCES" {
    exits 0 "offline
bash: line 3: memory40/state: Permission denied
bash: line 4: /sys/devices/system/memory/probe: Permission denied
offline
CapEff:	0000000000000000" "$HOTPLUGFS" run --as-me -- bash -c 'cd /sys/devices/system/memory
        cat memory40/state
        echo online > memory40/state
        echo 0 > $PWD/probe
        cat memory40/state
        [ "$(id -u)" -ne 0 ] || echo "root"
        [ ! -w memory40/state ] || echo "writable"
        grep CapEff /proc/self/status'
    nothing_left
}

@test "with --as-me an ordinary user keeps the own number and files" {
    [ "$AS" = user ] || skip "root becomes another user"
    exits 0 "$(awk '{ print $2 }' /proc/self/uid_map)" "$HOTPLUGFS" run --as-me -- bash -c 'id -u; echo > "$0/mine" && [ -O "$0/mine" ]' "$WORK"
}

@test "with --as-me the command's status and its absence are reported" {
    exits 7 "" "$HOTPLUGFS" run --as-me -- sh -c 'exit 7'
    exits 127 "hotplugfs: no-such-command: command not found" "$HOTPLUGFS" run --as-me -- no-such-command
    fails_with 2 "choose one" "$HOTPLUGFS" run --as-me --privileged -- true
}

@test "with --network host the command has the network of the host, and no uevents are sent" {
    local own
    own=$(readlink /proc/self/ns/net)
    exits 0 "${own//[][]/?}" "$HOTPLUGFS" run --network host -- bash -c 'readlink /proc/self/ns/net
        echo online > /sys/devices/system/memory/memory40/state'
    [ "$("$HOTPLUGFS" run -- readlink /proc/self/ns/net)" != "$own" ] || fail "the network is not private"
    fails_with 2 'unknown network "none" (known: host' "$HOTPLUGFS" run --network none -- true
    fails_with 2 "needs the uevents of the machine" "$HOTPLUGFS" run --network host --udev "$WORK" -- true
    nothing_left
}
