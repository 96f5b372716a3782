#!/usr/bin/env bats
source "$BATS_TEST_DIRNAME/../lib/verbs.sh"

@test "rule 6: the zone of added blocks, shrinking spans, and nodes that appear and disappear" {
    cat > "$WORK/two.toml" <<'TOML'
block_size = "128M"
kernel = "4.9"
[[node]]
number = 0
cpus = "0"
[[node]]
number = 1
[[memory]]
node = 0
blocks = "0-3"
zone = "DMA32"
TOML
    start_machine --machine "$WORK/two.toml"
    say "$NODE/possible" 0-1
    say "$NODE/online" 0
    [ ! -e "$NODE/node1" ] || fail "node1 exists without memory and CPU"
    # The kernel must not have cached that node1 does not exist.
    "$HOTPLUGFS" plug "$DIR" --node 1 --size 256M --id one --at 4G
    say "$NODE/online" 0-1
    [ "$(readlink "$NODE/node1/memory32")" = ../../memory/memory32 ] || fail "node1/memory32"
    [ "$(readlink "$MEMORY/memory32/node1")" = ../../node/node1 ] || fail "memory32/node1"
    blocks state 32:offline 33:offline
    blocks valid_zones 32:Normal 33:Normal_Movable
    state 32 online
    state 33 online_movable
    # Movable starts at 33, so blocks above are Movable.
    "$HOTPLUGFS" plug "$DIR" --node 1 --size 128M --id two
    blocks valid_zones 34:Movable
    "$HOTPLUGFS" unplug "$DIR" two
    [ ! -e "$MEMORY/memory34" ] || fail "memory34 still exists"
    # Online blocks are offlined first.
    "$HOTPLUGFS" unplug "$DIR" one
    [ ! -e "$MEMORY/memory32" ] || fail "memory32 still exists"
    [ ! -e "$NODE/node1" ] || fail "node1 still exists"
    say "$NODE/online" 0
    "$HOTPLUGFS" plug "$DIR" --node 1 --size 128M --id again --at 4G
    say "$NODE/online" 0-1
    blocks state 32:offline
    end_machine
}
