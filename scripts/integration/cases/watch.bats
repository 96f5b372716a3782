#!/usr/bin/env bats
# The map while it changes, in a terminal that script(1) makes. Keys are written to a pipe.
source "$BATS_TEST_DIRNAME/../lib/verbs.sh"

# watches [SIGNAL]: starts watch in a terminal of 24 lines and 80 columns; what it draws is in $WORK/screen, keys go to descriptor 9.
watches() {
    mkfifo "$WORK/keys"
    # The last command shows whether the terminal echoes again.
    TERM=xterm script -qfec "stty rows 24 cols 80; '$HOTPLUGFS' watch '$DIR'; echo status \$?; stty -a" "$WORK/screen" \
        < "$WORK/keys" > /dev/null 2>&1 3>&- &
    WATCHER=$!
    exec 9> "$WORK/keys"
    shows "kernel"
}

# watching: the process id of watch, which a shell of script(1) has started.
watching() {
    pgrep -P "$(pgrep -P "$WATCHER")"
}

# shows PATTERN: waits until the screen has it.
shows() {
    until grep -qa -e "$1" "$WORK/screen" 2> /dev/null; do
        kill -0 "$WATCHER" || fail "watch has ended without showing $1: $(cat -v "$WORK/screen")"
        sleep 0.05
    done
}

# ended STATUS: watch has ended with it, left its screen and restored the terminal.
ended() {
    exec 9>&-
    wait "$WATCHER" || true
    grep -qa "status $1" "$WORK/screen" || fail "another status: $(tail -c 600 "$WORK/screen" | cat -v)"
    grep -qa '\[?1049l' "$WORK/screen" || fail "the screen is not restored"
    grep -qa ' icanon.*' "$WORK/screen" || fail "the terminal does not read lines again"
    ! grep -qa -e '-echo ' "$WORK/screen" || fail "the terminal does not echo again: $(grep -a echo "$WORK/screen")"
}

@test "watch shows changes and the journal, pauses, zooms and ends with q" {
    start_machine
    watches
    state 43 online_movable
    shows "bash: online_movable > memory43/state: success"
    shows "uevent online memory43"
    printf ' ' >&9
    shows PAUSED
    printf ' 1' >&9
    printf '7' >&9
    shows "there is no node 7"
    printf s >&9
    shows "the clock is the system's"
    printf q >&9
    ended 0
    end_machine
}

@test "watch steps a manual clock, and the map follows a slow offline" {
    start_machine --clock manual
    put 2s "$CONTROL/migration_rate"
    writes_offline 33
    watches
    shows "going offline"
    printf s >&9
    shows "the clock was advanced by 1s"
    printf s >&9
    wait "$WRITER" || fail "$(cat "$WORK/error")"
    shows "bash: offline > memory33/state: success"
    printf '\003' >&9
    ended 0
    end_machine
}

@test "a signal ends watch and restores the terminal, and so does the end of the daemon" {
    start_machine
    watches
    kill -TERM "$(watching)"
    ended 143
    rm "$WORK/keys" "$WORK/screen"
    watches
    kill -KILL "$DAEMON"
    wait "$DAEMON" || true
    shows "the machine is gone"
    ended 1
    umount "$DIR"
    fails_with 1 "no machine is mounted there" "$HOTPLUGFS" watch "$DIR"
    fails_with 2 "unknown option" "$HOTPLUGFS" watch --fast
}

@test "watch needs a terminal, and sleeps while nothing happens" {
    start_machine
    fails_with 1 "watch needs a terminal" "$HOTPLUGFS" watch "$DIR"
    watches
    local process ticks later
    process=$(watching)
    ticks=$(cut -d ' ' -f 14,15 "/proc/$process/stat")
    sleep 2
    later=$(cut -d ' ' -f 14,15 "/proc/$process/stat")
    [ "$ticks" = "$later" ] || fail "processor time while nothing happens: $ticks, then $later"
    printf q >&9
    ended 0
    end_machine
}
