#!/usr/bin/env bats
source "$BATS_TEST_DIRNAME/../lib/verbs.sh"

@test "online is parsed as a boolean, and a request for the current state succeeds" {
    start_machine
    file=$MEMORY/memory40/online
    say "$file" 0
    for word in 1 y Y yes 10 on oN online 1x; do
        put "$word" "$file"
        say "$file" 1
        blocks state 40:online
        put "$word" "$file"
        put 0 "$file"
    done
    for word in 0 n N no 0x1 of oFf offline; do
        put 1 "$file"
        put "$word" "$file"
        say "$file" 0
        blocks state 40:offline
    done
    for word in true 2 " 1" "" x o oo; do
        refuse "Invalid argument" "$word" "$file"
    done
    blocks state 40:offline
    end_machine
}
