#!/usr/bin/env bats
source "$BATS_TEST_DIRNAME/../lib/verbs.sh"

@test "opening a file for access its mode does not grant is EACCES, even for root" {
    start_machine
    refuse "Permission denied" x "$MEMORY/block_size_bytes"
    refuse "Permission denied" x "$MEMORY/memory40/valid_zones"
    refuse "Permission denied" x "$MEMORY/memory40/phys_index"
    fails_with 1 "Permission denied" cat "$MEMORY/probe"
    fails_with 1 "Permission denied" cat "$CONTROL/dimms/plug"
    refuse "Permission denied" x "$MEMORY/new"
    refuse "Permission denied" x "$MEMORY/memory40/new"
    fails_with 1 "Operation not permitted" mkdir "$MEMORY/memory99"
    fails_with 1 "Operation not permitted" rmdir "$MEMORY/memory40"
    fails_with 1 "Operation not permitted" rm -f "$MEMORY/memory40/state"
    fails_with 1 "Operation not permitted" ln -s x "$MEMORY/link"
    fails_with 1 "Operation not permitted" mv "$MEMORY/memory40/state" "$MEMORY/memory40/other"
    refuse "Is a directory" x "$MEMORY/memory40"
    # Truncating, O_CREAT on an existing file, and reading and writing on one descriptor are allowed.
    : > "$MEMORY/memory40/state"
    blocks state 40:offline
    truncate -s 0 "$MEMORY/memory40/state"
    exec 5<> "$MEMORY/memory40/state"
    read -r word <&5
    [ "$word" = offline ] || fail "read $word"
    echo online >&5
    exec 5>&-
    blocks state 40:online
    [ "$(stat -c '%s %a' "$MEMORY/memory40/state")" = "4096 644" ] || fail "$(stat "$MEMORY/memory40/state")"
    [ "$(stat -c '%s %a' "$MEMORY/memory40/valid_zones")" = "4096 444" ] || fail "$(stat "$MEMORY/memory40/valid_zones")"
    end_machine
}
