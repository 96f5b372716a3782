# shellcheck shell=bash
# What cases are written in. Sourced by every case; run.sh sets WORK (a private directory), HOTPLUGFS (the program) and AS (root, user).
export LC_ALL=C
source "${BASH_SOURCE[0]%/*}/../../lib/case.sh"

set_up() {
    machine_at "$WORK/machine"
}

# machine_at DIR: where the machine of a case is mounted.
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
    is_mounted "$DIR" || fail "the daemon said \"$GREETING\", but nothing is mounted"
}

# machine_ended: waits for the daemon, which must end well, without a word, and leave no mount.
machine_ended() {
    local status=0
    wait "$DAEMON" || status=$?
    DAEMON=
    [ "$status" -eq 0 ] || fail "the daemon ended with status $status: $(cat "$WORK/daemon.err")"
    [ ! -s "$WORK/daemon.err" ] || fail "the daemon complained: $(cat "$WORK/daemon.err")"
    ! is_mounted "$DIR" || fail "the daemon ended, but $DIR is still mounted"
}

end_machine() {
    "$HOTPLUGFS" unmount "$DIR"
    machine_ended
}

# put TEXT FILE: echoes into a file, which must work.
put() {
    # A machine that is not there must not make the case write elsewhere.
    is_mounted "$DIR" || fail "not mounted: $DIR"
    ERROR=$({ echo "$1" > "$2"; } 2>&1) || fail "echo $1 > $2: $ERROR"
}

# refuse REASON TEXT FILE: echoes into a file, which must fail with this text of strerror.
refuse() {
    is_mounted "$DIR" || fail "not mounted: $DIR"
    if ERROR=$({ echo "$2" > "$3"; } 2>&1); then
        fail "echo $2 > $3 worked, expected: $1"
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

# say FILE TEXT: what cat shows, without the last newline.
say() {
    local text
    text=$(cat "$1") || fail "cat $1"
    [ "$text" = "$2" ] || fail "$1 says \"$text\", expected \"$2\""
}

# blocks FILE NUMBER:TEXT ...: what a file of several blocks says; _ stands for a blank.
blocks() {
    local file=$1 pair
    shift
    for pair; do
        local text=${pair#*:}
        say "$MEMORY/memory${pair%%:*}/$file" "${text//_/ }"
    done
}

# logged PATTERN: the last line of the machine's log matches (a pattern of bash).
logged() {
    local line last=
    while read -r line; do
        last=$line
    done < "$CONTROL/log"
    # shellcheck disable=SC2053
    [[ $last == *$1* ]] || fail "the log's last line is \"$last\", expected *$1*"
}

# fails_with STATUS PATTERN COMMAND ...: a command that must fail, and what it must say in one line or more.
fails_with() {
    local expected=$1 pattern=$2 status=0 output
    shift 2
    output=$("$@" 2>&1 < /dev/null) || status=$?
    [ "$status" -eq "$expected" ] || fail "$* ended with $status, expected $expected: $output"
    # shellcheck disable=SC2053
    [[ $output == *$pattern* ]] || fail "$* said \"$output\", expected *$pattern*"
    # shellcheck disable=SC2034
    OUTPUT=$output
}

# write_once FILE < BYTES: one write(2) of everything, without truncating; ERROR has what dd says.
write_once() {
    is_mounted "$DIR" || fail "not mounted: $DIR"
    ERROR=$(dd of="$1" bs=65536 iflag=fullblock conv=notrunc,nocreat status=none 2>&1)
}

# snapshot: everything that a refusal must leave as it was.
snapshot() {
    grep -sH '' "$MEMORY"/memory*/{state,valid_zones,online} "$NODE"/{online,has_normal_memory} "$CONTROL"/dimms/*/blocks || true
}

# unchanged BEFORE: compares with a snapshot.
unchanged() {
    local after
    after=$(snapshot)
    [ "$after" = "$1" ] || fail "not as before: $(diff <(echo "$1") <(echo "$after") || true)"
}

# as_nobody COMMAND ...: as an unprivileged user, where this is root.
as_nobody() {
    setpriv --reuid 65534 --regid 65534 --clear-groups -- "$@"
}
