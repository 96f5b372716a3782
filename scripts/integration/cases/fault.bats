#!/usr/bin/env bats
# Faults: operations that fail or take time on demand, a counted number of times.
source "$BATS_TEST_DIRNAME/../lib/verbs.sh"

# fault ARGUMENT ...: the subcommand on this machine.
fault() {
    "$HOTPLUGFS" fault "$DIR" "$@"
}

# agent BLOCK: onlines a block as an agent does that tries again after EBUSY; prints how often it was refused.
agent() {
    local refusals=0
    until echo online > "$MEMORY/memory$1/state"; do
        refusals=$((refusals + 1))
        [ "$refusals" -lt 10 ] || break
    done 2> "$WORK/agent"
    echo "$refusals"
}

# is_used: the fault that delays memory43 acts.
is_used() {
    [ "$(fault)" = "1 memory43 online take=2s times=1" ]
}

# keep_busy: two processes that use the processors until the test ends them.
keep_busy() {
    for _ in 1 2; do
        while :; do :; done 3>&- &
        BUSY+=($!)
    done
}

@test "an agent meets EBUSY exactly twice, and then success: 100 of 100 runs, under load" {
    start_machine --kernel 6.12
    BUSY=()
    keep_busy
    local refusals wrong=0
    for _ in $(seq 100); do
        echo "memory43 online EBUSY times=2" > "$CONTROL/faults"
        refusals=$(agent 43)
        if [ "$refusals" != 2 ]; then
            wrong=$((wrong + 1))
        fi
        state 43 offline
        echo clear > "$CONTROL/faults"
    done
    kill "${BUSY[@]}"
    [ "$wrong" = 0 ] || fail "$wrong of 100 runs did not meet EBUSY twice"
    end_machine
}

@test "faults are added, listed with what is left, and ended" {
    start_machine --kernel 6.12
    exits 0 "1 memory34 offline EBUSY times=2" fault memory34 offline EBUSY --times 2
    refuse_state 34 offline "Device or resource busy"
    logged "memory34: offline refused: fault 1 (EBUSY), 1 of 2 left"
    exits 0 "1 memory34 offline EBUSY times=1" fault
    fault any read state --text "x y" --times 1
    say "$MEMORY/memory34/state" "x y"
    say "$MEMORY/memory34/state" online
    exits 0 "1 memory34 offline EBUSY times=1
2 any read state times=0 text=x\\\\040y" fault
    exits 0 "2 any read state times=0 text=x\\\\040y" fault --clear 1
    state 34 offline
    exits 0 "" fault --clear all
    end_machine
}

@test "a fault that takes time lets others go on, and a signal ends the wait" {
    start_machine --kernel 6.12 --clock manual
    fault memory43 online --take 2s --times 2
    (exec bash -c "echo online > $MEMORY/memory43/state" 2> "$WORK/error") 3>&- &
    local writer=$!
    eventually is_used
    say "$MEMORY/memory43/state" offline
    blocks valid_zones 34:Normal
    "$HOTPLUGFS" step "$DIR" 2s
    wait "$writer"
    say "$MEMORY/memory43/state" online
    end_machine
}

@test "a read that takes time is answered by the clock" {
    start_machine --kernel 6.12
    fault memory34 read state EIO --take 300ms --times 1
    fails_with 1 "Input/output error" cat "$MEMORY/memory34/state"
    say "$MEMORY/memory34/state" online
    end_machine
}

@test "faults are part of the saved machine" {
    start_machine --kernel 6.12
    fault memory34 offline EBUSY --times 2
    fault dimm:dimm0 unplug EIO --after 1
    refuse_state 34 offline "Device or resource busy"
    cp "$CONTROL/machine" "$WORK/saved.toml"
    end_machine
    start_machine --machine "$WORK/saved.toml"
    exits 0 "1 memory34 offline EBUSY times=1
2 dimm:dimm0 unplug EIO after=1" fault
    end_machine
}

@test "a fault that is wrong is refused with what would be right" {
    start_machine
    fails_with 2 '"EBSUY" is no outcome; write an errno such as EBUSY' fault memory34 offline EBSUY
    fails_with 2 '"memory-1" is not memory43' fault memory-1 offline EBUSY
    fails_with 2 "the outcome is missing" fault memory34 offline
    fails_with 2 '"times=0" is no number from 1 on' fault memory34 offline EBUSY --times 0
    fails_with 2 "--clear takes no other words" fault memory34 offline EBUSY --clear 1
    fails_with 1 "no fault has the number 7" fault --clear 7
    exits 0 "" fault
    end_machine
}

@test "faults are listed as JSON" {
    start_machine
    exits 0 '[[]]' fault --json
    exits 0 '*"id": 1*"what": "memory34"*"when": "offline"*"outcome": "EBUSY"*"times": "2"*' fault memory34 offline EBUSY --times 2 --json
    end_machine
}
