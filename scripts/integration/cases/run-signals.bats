#!/usr/bin/env bats
# Text in single quotes is for another shell.
# shellcheck disable=SC2016
source "$BATS_TEST_DIRNAME/../lib/verbs.sh"
source "$BATS_TEST_DIRNAME/../lib/running.sh"

# events NAME ...: the command reports exactly these, in this order.
events() {
    local expected text
    for expected; do
        read -r -t 30 text <&"$events" || fail "no event, expected $expected"
        [ "$text" = "$expected" ] || fail "event $text, expected $expected"
    done
}

@test "run forwards signals, and a signal to the process group arrives once" {
    mkfifo "$WORK/events" "$WORK/never" "$WORK/keys"
    exec {events}<> "$WORK/events" {keys}<> "$WORK/keys"

    # A command that reports each signal, and exits with 9 at SIGTERM.
    cat > "$WORK/command" << 'END'
#!/usr/bin/env bash
exec 3<> "$WORK/events" 4<> "$WORK/never"
for name in HUP INT QUIT USR1 USR2; do
    trap "echo $name >&3" "$name"
done
trap 'exit 9' TERM
echo ready >&3
while :; do
    # With a timeout, because bash runs no trap for a signal that arrives just before the read.
    read -r -t 1 _ <&4
done
END
    chmod +x "$WORK/command"

    # In a new process group, with no signal ignored.
    setsid env --default-signal=INT,QUIT "$PROGRAM" run -- "$WORK/command" < /dev/null &
    run=$!
    events ready
    for signal in HUP USR1 INT USR2 QUIT; do
        kill -s "$signal" "$run"
        events "$signal"
    done
    kill -s USR2 -- "-$run"
    events USR2
    # A duplicate would arrive before or with the next one.
    kill -s USR1 "$run"
    events USR1
    kill -s HUP "$run"
    events HUP
    kill -s TERM "$run"
    status=0
    wait "$run" || status=$?
    [ "$status" -eq 9 ] || fail "status $status"
    nothing_left

    # On a terminal. Without exec, some shells lead the session, are killed by Ctrl-C and hang up.
    env --default-signal=INT,QUIT SHELL=/bin/sh \
        script --quiet --flush --return --command "exec $PROGRAM run -- $WORK/command" "$WORK/typescript" < "$WORK/keys" > /dev/null 2>&1 &
    terminal=$!
    events ready
    printf '\003' >&"$keys"
    events INT
    printf '\034' >&"$keys"
    events QUIT
    # A duplicate would arrive before the next one.
    printf '\003' >&"$keys"
    events INT
    for process in /proc/[0-9]*; do
        mapfile -d '' -t words < "$process/cmdline" 2> /dev/null || continue
        if [ "${words[0]-}" = "$PROGRAM" ] && [ "${words[2]-}" = -- ]; then
            kill -TERM "${process#/proc/}"
        fi
    done
    status=0
    wait "$terminal" || status=$?
    [ "$status" -eq 9 ] || fail "on a terminal: status $status: $(cat "$WORK/typescript")"
    nothing_left
}
