#!/usr/bin/env bats
# Text in single quotes is for another shell.
# shellcheck disable=SC2016
source "$BATS_TEST_DIRNAME/../lib/verbs.sh"
source "$BATS_TEST_DIRNAME/../lib/running.sh"

@test "run passes arguments, streams, descriptors, environment, directory and exit status through" {
    ran 0 "" -- true
    ran 1 "" -- false
    ran 7 "one two three" -- bash -c 'echo "$@"; exit 7' bash "one two" three
    ran 0 "a/--/--kernel/b/" -- printf '%s/' a -- --kernel b
    OUTPUT=$(echo typed | "$PROGRAM" run -- cat)
    [ "$OUTPUT" = typed ] || fail "standard input is not the command's: $OUTPUT"
    OUTPUT=$("$PROGRAM" run -- bash -c 'echo out; echo err >&2; read -r word <&7; echo "$word"' 7<<< handed \
        2> "$WORK/err" | sort | tr '\n' ' ')
    [ "$OUTPUT$(cat "$WORK/err")" = "handed out err" ] || fail "streams: $OUTPUT$(cat "$WORK/err")"
    # The command inherits no descriptor of the program.
    without=$(bash -c 'ls /proc/self/fd | sort -n')
    ran 0 "$without" -- bash -c 'ls /proc/self/fd | sort -n'
    cd "$WORK"
    ran 0 "$WORK" -- pwd
    # The current directory was removed.
    mkdir "$WORK/gone"
    cd "$WORK/gone"
    rmdir "$WORK/gone"
    ran 0 "$WORK/gone (deleted)" -- readlink /proc/self/cwd
    cd "$WORK"
    mkdir "$WORK/bin"
    printf 'echo script "$1" of "${0##*/}"\n' > "$WORK/bin/no-interpreter"
    chmod +x "$WORK/bin/no-interpreter"
    PATH=$WORK/bin:$PATH ran 0 "script x of no-interpreter" -- no-interpreter x
    # SIGPIPE works as usual.
    ran 0 "*141*" -- bash -c 'yes | head -n 1 > /dev/null; echo "${PIPESTATUS[0]}"'
    ran 0 "0 *tmp/hotplugfs-run-*" -- bash -c 'echo "$SYSTEMD_DEVICE_VERIFY_SYSFS $HOTPLUGFS"; [ -f "$HOTPLUGFS/hotplugfs/log" ]'

    # Exit statuses.
    ran 137 "" -- bash -c 'kill -KILL $$'
    ran 143 "" -- bash -c 'kill -TERM $$'
    one_line 127 "hotplugfs: no-such-command: command not found" -- no-such-command
    one_line 126 "hotplugfs: $WORK/err: cannot execute: Permission denied" -- "$WORK/err"
    one_line 126 "hotplugfs: $WORK: cannot execute: Permission denied" -- "$WORK"
    fails_with 2 'unknown kernel "2.2"' "$PROGRAM" run --kernel 2.2 -- true
    one_line 125 "hotplugfs: nowhere: no preset or file has this name*" --machine nowhere -- true
    one_line 125 "hotplugfs: --log $WORK: *" --log "$WORK" -- true

    # Without a command, a shell.
    OUTPUT=$(SHELL=/bin/bash "$PROGRAM" run --kernel 6.12 <<< 'echo "$BASH $debian_chroot"; cat $HOTPLUGFS/hotplugfs/kernel; exit 3') && fail "$OUTPUT" ||
        [ $? -eq 3 ] || fail "$OUTPUT"
    [ "$OUTPUT" = "/bin/bash hotplugfs 6.12"$'\n'6.12 ] || fail "$OUTPUT"
    OUTPUT=$(env SHELL=/bin/bash script --quiet --return --command "$PROGRAM run" /dev/null <<< exit) || fail "$OUTPUT"
    [[ $OUTPUT == *"machine default, kernel 4.9: the memory in this shell's /sys is simulated; exit ends it"*"lsmem -a -o +ZONES shows it"* ]] ||
        fail "$OUTPUT"

    # Background processes end with the command.
    ran 0 "" -- bash -c 'setsid bash -c "exec -a \"$TMPDIR/hotplugfs-run-left\" sleep 1000" > /dev/null 2>&1 & disown'
}
