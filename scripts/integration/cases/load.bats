#!/usr/bin/env bats
# Memory in use: loads, and what they do to an offline.
source "$BATS_TEST_DIRNAME/../lib/verbs.sh"

# load ARGUMENT ...: the subcommand on this machine.
load() {
    "$HOTPLUGFS" load "$DIR" "$@"
}

# free_kib NODE: MemFree of a node.
free_kib() {
    awk '/MemFree/ { print $4 }' "$NODE/node$1/meminfo"
}

@test "a load starts, grows, shrinks, is listed and stops" {
    start_machine --kernel 6.12
    local before
    before=$(free_kib 1)
    exits 0 "app: anon, 314572800 bytes in memory34 (32768 pages), memory35 (32768 pages), memory36 (11264 pages)" \
        load --id app --size 300M --node 1
    [ "$(free_kib 1)" = $((before - 307200)) ] || fail "MemFree is $(free_kib 1), before it was $before"
    exits 0 "app: anon, 104857600 bytes in memory34 (25600 pages)" load --id app --size 100M
    exits 0 "*app: anon*" load
    say "$CONTROL/load/app/kind" anon
    say "$CONTROL/load/app/nodes" "1 25600"
    load --id app --stop
    [ "$(free_kib 1)" = "$before" ] || fail "MemFree is $(free_kib 1), before it was $before"
    exits 0 "" load
    end_machine
}

@test "a load that is wrong or does not fit is refused with a reason" {
    start_machine --kernel 6.12
    fails_with 1 "there is none" load --id app --stop
    fails_with 1 "more do not fit; free are" load --id app --size 100G
    [ ! -e "$CONTROL/load/app" ] || fail "a part of it was started"
    fails_with 1 "is no node of the machine" load --id app --size 1M --node 7
    fails_with 1 "kind=slab is unknown" load --id app --size 1M --kind slab
    fails_with 1 "is not a valid name" load --id a/b --size 1M
    fails_with 2 "--id is missing" load --size 1M
    fails_with 2 "either --size" load --id app
    end_machine
}

@test "memory in transparent huge pages moves with them, and is divided on 4.9" {
    local kernel left
    for kernel in 6.12 4.9; do
        start_machine --kernel "$kernel"
        state 43 online_movable
        load --id app --size 8M --kind thp --node 1
        say "$CONTROL/load/app/blocks" "43 2048"
        grep -q '^AnonHugePages: *8192 kB$' "$DIR/proc/meminfo" || fail "$(grep AnonHugePages "$DIR/proc/meminfo")"
        state 43 offline
        [ "$kernel" = 4.9 ] && left=0 || left=8192
        grep -q "^AnonHugePages: *$left kB\$" "$DIR/proc/meminfo" || fail "$kernel: $(grep AnonHugePages "$DIR/proc/meminfo")"
        end_machine
    done
}

@test "user memory moves to another node, and kernel memory keeps its block online" {
    start_machine --kernel 6.12
    state 43 online_movable
    load --id app --size 64M --node 1
    say "$CONTROL/load/app/blocks" "43 16384"
    state 43 offline
    say "$CONTROL/load/app/nodes" "0 16384"
    state 40 online_kernel
    load --id slab --kind kernel --size 600M --node 1
    refuse_state 40 offline "Device or resource busy"
    logged "memory40: offline refused: it holds * pages of load slab, which cannot be moved away"
    load --id slab --stop
    state 40 offline
    end_machine
}

@test "an offline of pinned pages waits, others read going-offline, and a signal ends it" {
    start_machine --kernel 6.12
    state 43 online_movable
    load --id pins --kind pinned --size 1M --node 1
    writes_offline 43
    eventually is_going_offline 43
    say "$MEMORY/memory43/valid_zones" "Movable Normal"
    say "$MEMORY/memory42/state" offline
    kill -USR1 "$WRITER"
    wait "$WRITER" || true
    grep -q "Interrupted system call" "$WORK/error" || fail "the writer says: $(cat "$WORK/error")"
    blocks state 43:online
    logged "memory43: offline refused: a signal ended it"
    end_machine
}

@test "an offline that waits goes on when its pages can move, and then the next writer's turn comes" {
    start_machine --kernel 6.12
    state 43 online_movable
    state 42 online_movable
    load --id pins --kind pinned --size 1M --node 1
    writes_offline 43
    eventually is_going_offline 43
    local first=$WRITER
    writes_offline 42
    blocks state 42:online
    load --id pins --stop
    wait "$first"
    wait "$WRITER"
    blocks state 42:offline 43:offline
    end_machine
}

@test "a writer that is killed while its offline waits leaves the block online" {
    start_machine --kernel 6.12
    state 43 online_movable
    load --id pins --kind pinned --size 1M --node 1
    writes_offline 43
    eventually is_going_offline 43
    kill -KILL "$WRITER"
    wait "$WRITER" || true
    blocks state 43:online
    end_machine
}

@test "the machine is unmounted while an offline waits" {
    start_machine --kernel 6.12
    state 43 online_movable
    load --id pins --kind pinned --size 1M --node 1
    writes_offline 43
    eventually is_going_offline 43
    "$HOTPLUGFS" unmount --lazy "$DIR"
    kill -KILL "$WRITER"
    wait "$WRITER" || true
    machine_ended
}

@test "without room a kernel of 4.9 kills a load" {
    start_machine --kernel 4.9 --movable-node
    state 43 online_movable
    load --id app --size 120M --node 1 --policy bind
    local left
    left=$(($(free_kib 0) - 32768))
    load --id holder --size "${left}K" --node 0 --policy bind
    state 43 offline
    [ ! -e "$CONTROL/load/holder" ] || fail "the load still runs"
    grep -q "Out of memory: load holder" "$CONTROL/log" || fail "$(cat "$CONTROL/log")"
    end_machine
}

@test "loads are listed as JSON" {
    start_machine
    load --id app --size 4M --node 1
    exits 0 '*"id": "app"*"kind": "anon"*"size": 4194304*"nodes": {*"1": 1024*"blocks": {*' "$HOTPLUGFS" load "$DIR" --json
    fails_with 2 "--json lists the loads; leave out --id" "$HOTPLUGFS" load "$DIR" --json --id app
    end_machine
}

@test "a load has huge pages of the size that it asks for" {
    start_machine --machine hbm
    local gigantic=$DIR/sys/kernel/mm/hugepages/hugepages-1048576kB
    put 3 "$gigantic/nr_hugepages"
    exits 0 "vm: hugetlb, 2147483648 bytes in memory*" load --id vm --size 2G --kind hugetlb --hugepage-size 1G
    say "$gigantic/free_hugepages" 1
    fails_with 1 "no huge pages of 65536 KiB (2048, 1048576)" load --id other --size 64M --kind hugetlb --hugepage-size 64M
    fails_with 2 "only a load of --kind hugetlb has a --hugepage-size" load --id other --size 1G --hugepage-size 1G
    fails_with 2 '--hugepage-size "big" is not a size: write 2M, 1G' load --id other --size 1G --kind hugetlb --hugepage-size big
    fails_with 2 "leave out --hugepage-size" load --id vm --stop --kind hugetlb --hugepage-size 1G
    end_machine
}
