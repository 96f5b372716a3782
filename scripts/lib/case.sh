# shellcheck shell=bash
# The start and the end of every case of the shell rings: a private directory, a time limit, and a check that nothing is left behind.
# Sourced by verbs.sh. lib/ring.sh sets BASE (where the directories of cases are), HOTPLUGFS (the program), ROOT (the checkout) and AS (root
# or user).

setup() {
    set -uo pipefail
    : "${HOTPLUGFS:?run the cases with the run.sh of their ring}" "${BASE:?}" "${ROOT:?}" "${AS:?}"
    cut -d ' ' -f 1 /proc/self/mountinfo > "$BASE/mounts"
    # The processes of a case are those that have inherited this.
    export WORK=$BASE/$BATS_SUITE_TEST_NUMBER
    mkdir "$WORK"
    watch "${CASE_SECONDS:-60}" 3>&- 4>&- &
    WATCHDOG=$!
    [ -z "${UNAVAILABLE:-}" ] || missing "$UNAVAILABLE"
    set_up
}

teardown() {
    trap '' TERM
    kill "$WATCHDOG" 2> /dev/null
    cd / || return
    if [ -z "${BATS_TEST_COMPLETED:-}" ]; then
        [ ! -s "$WORK/daemon.err" ] || sed 's/^/daemon: /' "$WORK/daemon.err"
        free
        return
    fi
    # A daemon exits soon after its mount is removed.
    eventually nothing_is_left && return
    echo "left behind: $(left_behind)"
    free
    return 1
}

# watch SECONDS: ends the case at its time limit. A shell that waits for a mount takes no signal before the mount is freed.
watch() {
    # Waits without another process, which would have to be ended too.
    ! read -r -t "$1" _ <> <(:) || return
    echo "longer than $1 s"
    # To its end, whatever fails.
    free || true
    # A shell that only waited for something has failed by now, and ends this in teardown.
    read -r -t 1 _ <> <(:) || kill -TERM $$
}

fail() {
    echo "$*" >&2
    exit 1
}

# missing REASON: skips a case that cannot run here; in continuous integration that is a failure.
missing() {
    [ "${CI:-}" != true ] || fail "$1"
    skip "$1"
}

# eventually COMMAND ...: waits until the command succeeds; false after 20 s.
eventually() {
    local patience=200
    until "$@"; do
        patience=$((patience - 1))
        [ "$patience" -gt 0 ] || return
        sleep 0.1
    done
}

# processes: the processes that this case started. In a subshell without WORK, or the search would find itself.
processes() (
    marker=WORK=$WORK
    unset WORK
    grep -lsxzF "$marker" /proc/[0-9]*/environ | cut -d / -f 3
)

# mounts: the mount points that this case added, the newest first.
mounts() {
    # The table writes a blank as \040.
    awk 'FNR == NR { before[$1]; next } !($1 in before) { print $5 }' "$BASE/mounts" /proc/self/mountinfo | tac | sed 's/\\040/ /g'
}

# left_behind: the mounts and processes of this case.
left_behind() {
    local process
    mounts
    for process in $(processes); do
        echo "$process: $(tr '\0' ' ' 2> /dev/null < "/proc/$process/cmdline")"
    done
}

nothing_is_left() {
    [ -z "$(left_behind)" ]
}

# free: ends all processes and mounts of this case. Aborting a FUSE connection fails every request that waits for an answer, even if the
# server hangs. The mount can be in the mount namespace of one of the processes.
free() {
    local process point connection tables=(/proc/self/mountinfo)
    for process in $(processes); do
        tables+=("/proc/$process/mountinfo")
    done
    awk -v work="$WORK/" 'index($5, work) == 1 { split($3, device, ":"); print device[2] }' "${tables[@]}" 2> /dev/null | sort -u |
        while read -r connection; do
            [ ! -w "/sys/fs/fuse/connections/$connection/abort" ] || echo 1 > "/sys/fs/fuse/connections/$connection/abort"
        done
    for process in $(processes); do
        kill -KILL "$process" 2> /dev/null
    done
    mounts | while read -r point; do
        umount -l "$point"
    done
}
