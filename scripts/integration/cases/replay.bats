#!/usr/bin/env bats
source "$BATS_TEST_DIRNAME/../lib/verbs.sh"

# nothing_left: a replay leaves no mount and no file.
nothing_left() {
    [ -z "$(mounts)" ] || fail "left mounted: $(mounts)"
    [ -z "$(ls -A "$TMPDIR")" ] || fail "left behind: $(ls -A "$TMPDIR")"
}

# replayed STATUS PATTERN OPTION ...: "hotplugfs replay OPTION ..." exits with the status and prints what matches.
replayed() {
    exits "$1" "$2" "$HOTPLUGFS" replay "${@:3}"
    nothing_left
}

@test "replay reports agreement, differences and invalid recordings by its exit status" {
    recordings=$ROOT/tests/recordings
    [ -r "$recordings/4.9-mny-c-two-dimms.jsonl.gz" ] || skip "no recordings that this user can read"
    export TMPDIR=$WORK/private
    mkdir "$TMPDIR"
    # Recordings can act as other users, who must reach the mounts.
    chmod 711 "$TMPDIR"

    replayed 0 "*operations, 0 divergences, *skipped" "$recordings"/4.9-mny-{b-stale-type,c-two-dimms,g-uevents}.jsonl.gz
    replayed 0 "*operations, 0 divergences, *skipped" --mount "$recordings"/4.9-mny-{b-stale-type,c-two-dimms,g-uevents}.jsonl.gz

    # Replay reports a difference, also through a mount. One word of the recording is changed.
    recording=$WORK/doctored.jsonl
    gunzip -c "$recordings/4.9-mny-c-two-dimms.jsonl.gz" | sed '0,/"err": *"EINVAL"/s//"err":"EPERM"/' > "$recording"
    line=$(grep -n '"err":"EPERM"' "$recording" | cut -d : -f 1)
    replayed 1 "*$recording:$line: write *: got EINVAL at write, expected EPERM at write*1 divergences*" --mount "$recording"
    replayed 1 "*$recording:$line: *" "$recording"
    replayed 1 "*divergences*" --kernel 6.12 "$recordings/4.9-mny-c-two-dimms.jsonl.gz"

    # Invalid input is reported by file and line, even after the mount was made.
    echo '{"op":"sys","steps":[["explode"]],"res":[{"r":0}]}' >> "$recording"
    line=$(wc -l < "$recording")
    replayed 2 "*hotplugfs: $recording:$line: *explode*" --mount "$recording"
    echo '{"op":' >> "$recording"
    replayed 2 "hotplugfs: $recording:$((line + 1)): not JSON*" --mount "$recording"
    replayed 2 "hotplugfs: $WORK/missing.jsonl: it cannot be read*" "$WORK/missing.jsonl"
    replayed 2 '*unknown kernel "2.2"*' --kernel 2.2 "$recording"

    # A signal in the middle.
    for signal in INT TERM HUP; do
        env --default-signal=INT,TERM,HUP "$HOTPLUGFS" replay --mount "$recordings"/6.1-d-random-*.jsonl.gz > "$WORK/out" 2>&1 &
        process=$!
        until grep -qF " $TMPDIR/" /proc/self/mountinfo; do
            kill -0 "$process" 2> /dev/null || fail "replay exited before the signal: $(cat "$WORK/out")"
        done
        kill -s "$signal" "$process"
        status=0
        wait "$process" || status=$?
        [ "$status" -eq $((128 + $(kill -l "$signal"))) ] || fail "after SIG$signal it exited with $status: $(cat "$WORK/out")"
        nothing_left
    done
}
