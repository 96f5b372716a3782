#!/usr/bin/env bash
# Everything that is checked: format, build with warnings as errors, the NUnit projects, the shell ring on real mounts, real clients,
# the scripts, the container demo.
# Installs what is missing. Ends with "N passed, N failed[, N skipped]", summed over everything; the status is 0 if nothing failed.
# With CI=true a missing /dev/fuse, client or Docker engine is a failure; elsewhere what needs it is skipped with a reason.
set -euo pipefail
export LC_ALL=C

self=$(readlink -f "${BASH_SOURCE[0]}")
root=${self%/scripts/*}
# shellcheck source=scripts/lib/install.sh
source "$root/scripts/lib/install.sh"
cd "$root"

logs=$root/artifacts/test-logs
passed=0 failed=0 skipped=0
failures=()

# begin TITLE
begin() {
    step=$1
    started=$EPOCHREALTIME
    echo "== $step"
}

# count PASSED FAILED SKIPPED: ends a step, and says how long it took.
count() {
    passed=$((passed + $1)) failed=$((failed + $2)) skipped=$((skipped + $3))
    [ "$2" -eq 0 ] || failures+=("$step")
    local skip=
    [ "$3" -eq 0 ] || skip=", $3 skipped"
    echo "   $1 passed, $2 failed$skip in $(((${EPOCHREALTIME/./} - ${started/./}) / 1000)) ms"
}

# check COMMAND ...: a step that is one test.
check() {
    if "$@" > "$logs/step.log" 2>&1; then
        count 1 0 0
    else
        # The end says what; a build tells everything twice.
        sort -u "$logs/step.log" | grep -E 'error|warning|FAIL|SC[0-9]+|^In ' | head -n 60 || tail -n 60 "$logs/step.log"
        count 0 1 0
        return 1
    fi
}

# test_project PROJECT: sums up what its log file says.
test_project() {
    local name status=0 outcome
    name=$(basename "$1")
    begin "$name"
    timeout --kill-after 10 900 dotnet test "$1" --no-build --nologo -c Release -p:ArtifactsPath="$root/artifacts" \
        > "$logs/$name.log" 2>&1 < /dev/null || status=$?
    outcome=$(sed -n 's/^\(Passed\|Failed\|Skipped\)! *- Failed: *\([0-9]*\), Passed: *\([0-9]*\), Skipped: *\([0-9]*\),.*/\3 \2 \4/p' "$logs/$name.log" | tail -n 1)
    if [ -z "$outcome" ]; then
        if grep -q 'No test is available\|No test matches' "$logs/$name.log"; then
            outcome="0 0 0"
        else
            tail -n 40 "$logs/$name.log"
            echo "   ended with status $status and without a result"
            outcome="0 1 0"
        fi
    elif [ "$status" -ne 0 ]; then
        grep -vE '^ *at ' "$logs/$name.log" | tail -n 80
        # A run that fails although no test did has failed, too.
        [[ $outcome != *" 0 "* ]] || outcome="${outcome%% *} 1 ${outcome##* }"
    fi
    # shellcheck disable=SC2086
    count $outcome
}

# suite TITLE LOG COMMAND ...: a step that counts its own tests, and says so in its last line as this script does.
suite() {
    begin "$1"
    local outcome status=0
    "${@:3}" 2>&1 | tee "$logs/$2.log" || status=$?
    outcome=$(sed -n 's/^\([0-9]*\) passed, \([0-9]*\) failed\(, \([0-9]*\) skipped\)\?$/\1 \2 \4/p' "$logs/$2.log" | tail -n 1)
    if [ -z "$outcome" ]; then
        outcome="0 1 0"
    fi
    read -r p f s <<< "$outcome"
    if [ "$status" -ne 0 ] && [ "$f" -eq 0 ]; then
        f=1
    fi
    count "$p" "$f" "${s:-0}"
}

# Whoever waits for all processes of a run would wait for idle build servers, too.
export MSBUILDDISABLENODEREUSE=1
start=$EPOCHREALTIME
install_missing shellcheck:shellcheck gcc:gcc gcc:libc6-dev fusermount3:fuse3 lsmem:util-linux setpriv:util-linux unshare:util-linux \
    findmnt:util-linux mount:mount flock:util-linux perl:perl-base find:findutils udevadm:udev script:bsdutils stdbuf:coreutils mandoc:mandoc
need_sdk "$root"
mkdir -p "$logs"

begin "shellcheck"
mapfile -t scripts < <(grep -rlE '^#!.*bash|^# shellcheck shell=bash' scripts .ci)
check shellcheck -x "${scripts[@]}" || true
begin "restore"
check dotnet restore HotplugFs.sln -p:ArtifactsPath="$root/artifacts" || true
begin "format"
check dotnet format HotplugFs.sln --verify-no-changes --no-restore || true
begin "build, warnings as errors"
if check dotnet build HotplugFs.sln --no-restore --nologo -c Release -p:ArtifactsPath="$root/artifacts"; then
    for project in tests/*.Tests; do
        test_project "$project"
    done
fi
begin "program"
if check scripts/hotplugfs --version; then
    suite "shell ring" ring env HOTPLUGFS="$root/artifacts/program/hotplugfs" scripts/integration/run.sh
    suite "real clients" acceptance env HOTPLUGFS="$root/artifacts/program/hotplugfs" scripts/acceptance/run.sh
    begin "bench, short: that it works, not the times"
    if [ "$(id -u)" -eq 0 ] && [ -e /dev/fuse ]; then
        check scripts/bench.sh --short || true
        check scripts/bench-profile.sh pread || true
    else
        count 0 0 1
    fi
fi
suite "docker demo" docker timeout --kill-after 20 900 scripts/docker-test.sh

echo "== in all $(((${EPOCHREALTIME/./} - ${start/./}) / 1000000)) s"
if [ "$failed" -ne 0 ]; then
    printf 'failed: %s\n' "${failures[@]}"
fi
if [ "$skipped" -ne 0 ]; then
    echo "$passed passed, $failed failed, $skipped skipped"
else
    echo "$passed passed, $failed failed"
fi
[ "$failed" -eq 0 ]
