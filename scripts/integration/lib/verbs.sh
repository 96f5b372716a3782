# shellcheck shell=bash
# The verbs that cases are written in. Sourced by every file of cases.
export LC_ALL=C
source "${BASH_SOURCE[0]%/*}/../../lib/case.sh"

set_up() {
    machine_at "$WORK/machine"
}

# machine_at DIR: sets the paths of a machine that is mounted on DIR.
machine_at() {
    DIR=$1
    MEMORY=$DIR/sys/devices/system/memory
    NODE=$DIR/sys/devices/system/node
    CONTROL=$DIR/hotplugfs
    DAEMON=
    ERROR=
}

# is_mounted DIR: looks at the table of mounts, never at the mount.
is_mounted() {
    # The table writes a blank as \040.
    grep -qF " ${1// /\\040} " /proc/self/mountinfo
}

# start_machine [OPTION ...]: mounts on $DIR with a daemon in the foreground, and returns when the mount answers.
start_machine() {
    mkdir -p "$DIR"
    rm -f "$WORK/ready"
    mkfifo "$WORK/ready"
    # Bash lets background commands ignore Ctrl-C, which is inherited.
    env --default-signal=INT "$HOTPLUGFS" mount --foreground "$DIR" "$@" > "$WORK/ready" 2> "$WORK/daemon.err" &
    DAEMON=$!
    read -r GREETING < "$WORK/ready" || fail "no mount: $(cat "$WORK/daemon.err")"
    is_mounted "$DIR" || fail "the daemon printed \"$GREETING\", but nothing is mounted"
}

# machine_ended: waits for the daemon, which must exit with 0, print no error and leave no mount.
machine_ended() {
    local status=0
    wait "$DAEMON" || status=$?
    DAEMON=
    [ "$status" -eq 0 ] || fail "the daemon exited with $status: $(cat "$WORK/daemon.err")"
    [ ! -s "$WORK/daemon.err" ] || fail "the daemon reported: $(cat "$WORK/daemon.err")"
    ! is_mounted "$DIR" || fail "the daemon exited, but $DIR is still mounted"
}

end_machine() {
    "$HOTPLUGFS" unmount "$DIR"
    machine_ended
}

# put TEXT FILE: echoes into a file, which must succeed.
put() {
    # Without its machine, a case must not write elsewhere.
    is_mounted "$DIR" || fail "not mounted: $DIR"
    ERROR=$({ echo "$1" > "$2"; } 2>&1) || fail "echo $1 > $2: $ERROR"
}

# refuse REASON TEXT FILE: echoes into a file, which must fail with this text of strerror(3).
refuse() {
    is_mounted "$DIR" || fail "not mounted: $DIR"
    if ERROR=$({ echo "$2" > "$3"; } 2>&1); then
        fail "echo $2 > $3 succeeded, expected: $1"
    fi
    case $ERROR in
        *": $1") ;;
        *) fail "echo $2 > $3: expected \"$1\", got \"$ERROR\"" ;;
    esac
}

# state NUMBER WORD / refuse_state NUMBER WORD [REASON]: requests to a block.
state() {
    put "$2" "$MEMORY/memory$1/state"
}

refuse_state() {
    refuse "${3:-Invalid argument}" "$2" "$MEMORY/memory$1/state"
}

# say FILE TEXT: cat prints the text and a newline.
say() {
    local text
    text=$(cat "$1") || fail "cat $1"
    [ "$text" = "$2" ] || fail "$1 is \"$text\", expected \"$2\""
}

# blocks FILE NUMBER:TEXT ...: the contents of a file of several blocks; _ stands for a blank.
blocks() {
    local file=$1 pair
    shift
    for pair; do
        local text=${pair#*:}
        say "$MEMORY/memory${pair%%:*}/$file" "${text//_/ }"
    done
}

# logged PATTERN: the last line of the machine's log matches *PATTERN*.
logged() {
    local last
    last=$(tail -n 1 "$CONTROL/log")
    # shellcheck disable=SC2053
    [[ $last == *$1* ]] || fail "the log's last line is \"$last\", expected *$1*"
}

# exits STATUS PATTERN COMMAND ...: a command exits with the status and prints what matches; sets OUTPUT. fails_with: what matches *PATTERN*.
exits() {
    local status=0
    OUTPUT=$("${@:3}" 2>&1 < /dev/null) || status=$?
    [ "$status" -eq "$1" ] || fail "${*:3} exited with $status, expected $1: $OUTPUT"
    # shellcheck disable=SC2053
    [[ $OUTPUT == $2 ]] || fail "${*:3} printed \"$OUTPUT\", expected $2"
}

fails_with() {
    exits "$1" "*$2*" "${@:3}"
}

# fails_with_one_line STATUS PATTERN COMMAND ...: like fails_with, with a single line of output.
fails_with_one_line() {
    fails_with "$@"
    [ "$(wc -l <<< "$OUTPUT")" -eq 1 ] || fail "more than one line: $OUTPUT"
}

# write_once FILE < BYTES: a single write(2), without truncation; sets ERROR to the message of dd.
write_once() {
    is_mounted "$DIR" || fail "not mounted: $DIR"
    ERROR=$(dd of="$1" bs=65536 iflag=fullblock conv=notrunc,nocreat status=none 2>&1)
}

# writes_offline NUMBER: writes offline to a block's state in the background, with handlers for INT and USR1; sets WRITER. The error is in
# $WORK/error.
writes_offline() {
    # Bash lets background commands ignore SIGINT, and then no handler can be set.
    # shellcheck disable=SC2016
    env --default-signal=INT bash -c 'trap : INT USR1; echo offline > "$0"' "$MEMORY/memory$1/state" 2> "$WORK/error" &
    # shellcheck disable=SC2034
    WRITER=$!
}

is_going_offline() {
    [ "$(cat "$MEMORY/memory$1/state")" = going-offline ]
}

# snapshot: everything that a refusal must not change.
snapshot() {
    grep -sH '' "$MEMORY"/memory*/{state,valid_zones,online} "$NODE"/{online,has_normal_memory} "$CONTROL"/dimms/*/blocks || true
}

# unchanged BEFORE: compares with a snapshot.
unchanged() {
    local after
    after=$(snapshot)
    [ "$after" = "$1" ] || fail "changed: $(diff <(echo "$1") <(echo "$after") || true)"
}

# without_device COMMAND ...: /dev has only what every program needs.
without_device() {
    mkdir -p "$WORK/dev"
    # shellcheck disable=SC2016
    unshare --mount --propagation private bash -euo pipefail -c '
        mount -t tmpfs none "$0"
        for name in null zero urandom random; do
            touch "$0/$name"
            mount --bind "/dev/$name" "$0/$name"
        done
        mount --rbind "$0" /dev
        exec "$@"' "$WORK/dev" "$@"
}

# as_nobody COMMAND ...: as the user nobody; only for root.
as_nobody() {
    setpriv --reuid 65534 --regid 65534 --clear-groups -- "$@"
}

# same_tree DIR1 DIR2: the same directories, links and texts. Left out are files that cannot be read, and those whose figures change while
# programs run.
same_tree() {
    local unreadable=(autosuspend_delay_ms compact demote hard_offline_page probe reclaim soft_offline_page uevent
        bind delete drivers_probe mapping new_id remove_id unbind)
    local changing=(meminfo numastat vmstat free_hugepages runtime_active_time runtime_suspended_time)
    # shellcheck disable=SC2046 # Each word is one option.
    diff -r --no-dereference $(printf -- '-x %s ' "${unreadable[@]}" "${changing[@]}") "$1" "$2" > "$WORK/diff" 2>&1 \
        || fail "$1 and $2 differ: $(head -n 20 "$WORK/diff")"
}
