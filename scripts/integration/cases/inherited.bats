#!/usr/bin/env bats
# Text in single quotes is for another shell.
# shellcheck disable=SC2016
source "$BATS_TEST_DIRNAME/../lib/verbs.sh"
source "$BATS_TEST_DIRNAME/../lib/running.sh"

# All subcommands in all states take longer than the usual case.
: "${CASE_SECONDS:=180}"

# Every subcommand in turn, each with its status on descriptor 9.
STEPS='
    program=$0 dir=$1 recording=$2 log=$3
    step() {
        local status=0
        "${@:2}" 9>&- || status=$?
        echo "=> $1=$status" >&9
    }
    foreground() {
        "$program" mount --foreground "$dir" &
        local daemon=$!
        # A request is answered only after the greeting was written.
        until [ -e "$dir/hotplugfs" ] || ! kill -0 "$daemon"; do read -r -t 0.1 _ <> <(:); done 2> /dev/null
        "$program" unmount "$dir"
        wait "$daemon"
    }
    step version "$program" --version
    step help "$program" mount --help
    step wrong "$program" --nonsense
    step mount "$program" mount "$dir"
    step plug "$program" plug "$dir" --node 1 --size 128M --id new
    step unplug "$program" unplug "$dir" new
    step unmount "$program" unmount "$dir"
    step run "$program" run -- true
    step log "$program" run --log "$log" -- true
    step replay "$program" replay "$recording"
    step replay-mount "$program" replay --mount "$recording"
    step foreground foreground
'

# What a program can inherit: NAME | the steps that fail, with their statuses | how the steps are started. All others succeed.
NO_OUTPUT="version=1 help=1 mount=1 plug=1 unplug=1 unmount=1 replay=1 replay-mount=1 foreground=1"
STATES=(
    'nothing special||"$@"'
    'standard input closed||"$@" <&-'
    'standard output closed||"$@" >&-'
    'standard error closed||"$@" 2>&-'
    'all streams closed||"$@" <&- >&- 2>&-'
    "standard output full|$NO_OUTPUT|"'"$@" > /dev/full'
    'standard error full||"$@" 2> /dev/full'
    'nobody reads the output||exec 8> >(true); wait $!; "$@" >&8 8>&-'
    'TMPDIR that does not exist|run=125 log=125 replay-mount=1|export TMPDIR=$WORK/none; "$@"'
    'empty environment||env -i "$@"'
    'no PATH|run=125 log=125|export PATH=; "${BASH}" "${@:2}"'
    '20 descriptors||ulimit -n 20; "$@"'
    'no files may be written|plug=1 unplug=1 replay-mount=1|ulimit -f 0; "$@"'
    'small stack||ulimit -s 256; "$@"'
    'current directory removed||mkdir gone; cd gone; rmdir ../gone; "$@"'
    'signals blocked||env --block-signal "$@"'
    'signals ignored||env --ignore-signal "$@"'
    'umask 777||umask 777; "$@"'
    'other address layout||setarch --addr-no-randomize --read-implies-exec "$@"'
    'another personality||setarch linux32 "$@"'
    'read-only /tmp|log=125 replay-mount=1|unset TMPDIR
        unshare --mount bash -c "mount --rbind /tmp /tmp && mount -o remount,bind,ro /tmp && \"\$@\"" - "$@"'
    'no /proc|mount=1 plug=1 unplug=1 unmount=1 run=125 log=125 replay-mount=1 foreground=1|
        unshare --mount bash -c "mount -t tmpfs none /proc && \"\$@\"" - "$@"'
)

# expected FAILING: the statuses of all steps.
expected() {
    local step status
    for step in version help wrong mount plug unplug unmount run log replay replay-mount foreground; do
        status=0
        [ "$step" != wrong ] || status=2
        [[ " $1 " != *" $step="* ]] || { status=${1##*"$step="} && status=${status%% *}; }
        echo "=> $step=$status"
    done
}

# in_state NAME FAILING CODE: checks the statuses, that each failure has a message, and that nothing is left.
in_state() {
    local output failures
    mkdir -p "$WORK/m"
    output=$(cd "$WORK" && bash -c "$3" - bash -c "$STEPS" "$PROGRAM" "$WORK/m" "$RECORDING" "$WORK/log" \
        9>&1 2>&1 < /dev/null) || true
    diff <(expected "$2") <(grep '^=> ' <<< "$output") || fail "$1: $output"
    ! grep -E '^ +at |Unhandled|Aborted|internal error' <<< "$output" || fail "$1: $output"
    failures=$(wc -w <<< "$2")
    [ "$(grep -c '^hotplugfs: ' <<< "$output")" -ge "$failures" ] || [[ $1 == *"standard error"* ]] ||
        fail "$1, not all failures have a message: $output"
    [ ! -e "$WORK/none" ] || fail "$1: made $TMPDIR"
    nothing_left
    ! is_mounted "$WORK/m" || fail "$1: left a mount"
    rm -f "$WORK/log"
}

@test "every subcommand works or fails with a message whatever it inherits" {
    local row name failing code
    RECORDING=$WORK/recording.jsonl.gz
    cp "$ROOT/tests/recordings/4.9-mny-c-boundary-std.jsonl.gz" "$RECORDING"
    for row in "${STATES[@]}"; do
        name=${row%%|*} failing=${row#*|} code=${row#*|*|}
        in_state "$name" "${failing%%|*}" "$code"
    done
}

@test "a machine needs no further thread after it is mounted" {
    [ "$AS" = user ] || skip "root has no limit of processes"
    start_machine
    prlimit --pid "$DAEMON" --nproc=1
    put online_movable "$MEMORY/memory43/state"
    "$PROGRAM" plug "$DIR" --node 1 --size 128M
    kill -TERM "$DAEMON"
    machine_ended
}

@test "run, replay and a mount in the foreground need no further thread for a signal" {
    local process
    [ "$AS" = user ] || skip "root has no limit of processes"
    mkfifo "$WORK/fifo"
    env --default-signal "$PROGRAM" run -- sh -c 'echo > "$0"; exec sleep 60' "$WORK/fifo" &
    process=$!
    read -r _ < "$WORK/fifo"
    ends_without_a_thread "$process" 143
    env --default-signal "$PROGRAM" replay "$WORK/fifo" &
    process=$!
    exec 8> "$WORK/fifo"
    ends_without_a_thread "$process" 143
    exec 8>&-
    mkdir "$WORK/m"
    env --default-signal "$PROGRAM" mount --foreground "$WORK/m" > "$WORK/fifo" &
    process=$!
    read -r _ < "$WORK/fifo"
    ends_without_a_thread "$process" 0
    ! is_mounted "$WORK/m" || fail "left a mount"
}

# ends_without_a_thread PROCESS STATUS: a signal ends the process, which may start nothing any more.
ends_without_a_thread() {
    local status=0
    prlimit --pid "$1" --nproc=1
    kill -TERM "$1"
    wait "$1" || status=$?
    [ "$status" -eq "$2" ] || fail "status $status instead of $2"
    nothing_left
}

@test "run waits for the reader of its log only until a signal" {
    local run
    mkfifo "$WORK/log"
    env --default-signal "$PROGRAM" run --log "$WORK/log" -- true 2> "$WORK/errors" &
    run=$!
    waits_for_a_reader() { grep -qs "$WORK/log" "/proc/$run/task/$run/children" || pgrep -f "init .*--log $WORK/log" > /dev/null; }
    eventually waits_for_a_reader
    kill -TERM "$run"
    wait "$run" && fail "exited with 0" || [ $? -eq 143 ] || fail "status: $(cat "$WORK/errors")"
    [ "$(cat "$WORK/errors")" = "hotplugfs: interrupted" ] || fail "$(cat "$WORK/errors")"
    nothing_left

    exits 125 "hotplugfs: --log /dev/full: No space left on device" "$PROGRAM" run --log /dev/full -- \
        sh -c "$GUARD"'; echo x > memory1/state 2> /dev/null; true'
    exits 0 '*memory1: state: "x* refused*' "$PROGRAM" run --log - -- bash -c "$GUARD"'; { echo x > memory1/state; } 2> /dev/null; true'
}

# bats test_tags=only-root
@test "a plug that the memory limit does not allow is refused" {
    local groups=/sys/fs/cgroup/memory limit=memory.limit_in_bytes group
    [ -d "$groups" ] || { groups=/sys/fs/cgroup limit=memory.max; }
    group=$groups/hotplugfs-$$
    mkdir "$group" 2> /dev/null && [ -e "$group/$limit" ] || { rmdir "$group" 2> /dev/null || true; skip "no memory cgroup can be made here"; }
    echo 6M > "$group/$limit"
    mkdir "$WORK/m"
    sh -c 'echo $$ > "$0/cgroup.procs"; exec "$@"' "$group" "$PROGRAM" mount "$WORK/m" --machine large
    exits 1 "*Cannot allocate memory*65536 blocks need 8192 KiB; the memory limit of hotplugfs leaves *" "$PROGRAM" plug "$WORK/m" --node 1 --size 8T
    "$PROGRAM" plug "$WORK/m" --node 1 --size 512G
    "$PROGRAM" unmount "$WORK/m"
    # The group's list is empty before the kernel lets the group be removed: a process that ends leaves the list first.
    group_is_gone() { rmdir "$group" 2> /dev/null; }
    eventually group_is_gone
    nothing_left
}

@test "a file that has no end is refused, or its reader can be ended" {
    local replay
    mkfifo "$WORK/fifo"
    mkdir "$WORK/m"
    fails_with_one_line 1 "this is a FIFO; write the machine to a regular file" "$PROGRAM" mount "$WORK/m" --machine "$WORK/fifo"
    fails_with_one_line 1 "longer than 32 MiB" "$PROGRAM" mount "$WORK/m" --machine /dev/zero
    fails_with_one_line 2 "longer than 32 MiB" "$PROGRAM" replay /dev/full
    env --default-signal "$PROGRAM" replay "$WORK/fifo" &
    replay=$!
    # The pipe opens when the program has opened it, too; it then waits for a line.
    exec 8> "$WORK/fifo"
    kill -TERM "$replay"
    wait "$replay" && fail "exited with 0" || [ $? -eq 143 ] || fail "another status"
    exec 8>&-
    nothing_left
}
