#!/usr/bin/env bash
# Runs every check: format, build with warnings as errors, the NUnit projects, the simulator and the fuzzers with the seed of the day, the
# shell ring on real mounts, real clients, the benchmarks in short, the container. Installs what is missing.
# Ends with the tests that failed and "N passed, N failed[, N skipped]", added up over everything, and a status that is 0 if nothing failed.
# The results are in artifacts/test-results, in JUnit's format.
# With CI=true a missing /dev/fuse, client or Docker engine is a failure; otherwise the tests that need it are skipped with a reason.
# Without errexit, because a step that fails does not keep the others from running.
set -uo pipefail
export LC_ALL=C

self=$(readlink -f "${BASH_SOURCE[0]}")
root=${self%/scripts/*}
# shellcheck source=scripts/lib/install.sh
source "$root/scripts/lib/install.sh"
# shellcheck source=scripts/lib/results.sh
source "$root/scripts/lib/results.sh"

results=$root/artifacts/test-results
passed=0 failed=0 skipped=0
failures=()

# count TITLE PASSED FAILED SKIPPED: ends a step; false if anything failed.
count() {
    passed=$((passed + $2)) failed=$((failed + $3)) skipped=$((skipped + $4))
    [ "$3" -eq 0 ] || failures+=("$1")
    echo "   $(closing_line "${@:2}") in $(((${EPOCHREALTIME/./} - ${started/./}) / 1000)) ms"
    [ "$3" -eq 0 ]
}

# step TITLE COMMAND ...: a command that is one test.
step() {
    started=$EPOCHREALTIME
    echo "== $1"
    if "${@:2}" < /dev/null; then
        count "$1" 1 0 0
    else
        count "$1" 0 1 0
    fi
}

# tests TITLE PATTERN COMMAND ...: a command that writes the results of its tests to files with names like that.
tests() {
    local status=0 p f s
    started=$EPOCHREALTIME
    echo "== $1"
    "${@:3}" < /dev/null || status=$?
    # Without complete results, or with a failure besides the tests.
    # shellcheck disable=SC2086
    read -r p f s < <(count_results "$results"/$2 || echo 0 1 0)
    [ "$status" -eq 0 ] || [ "$f" -gt 0 ] || f=1
    count "$1" "$p" "$f" "$s"
}

begin=$EPOCHREALTIME
install_missing bats:bats shellcheck:shellcheck gcc:gcc gcc:libc6-dev fusermount3:fuse3 lsmem:util-linux setpriv:util-linux \
    unshare:util-linux findmnt:util-linux mount:mount flock:util-linux perl:perl-base find:findutils udevadm:udev script:bsdutils \
    stdbuf:coreutils mandoc:mandoc col:bsdextrautils pgrep:procps fish:fish zsh:zsh bzip2:bzip2 xz:xz-utils || exit
# fusermount3 reads it; a root directory made by debootstrap lacks it.
[ -e /etc/mtab ] || [ "$(id -u)" -ne 0 ] || ln -s ../proc/self/mounts /etc/mtab
need_sdk "$root" || exit
cd "$root" || exit
rm -rf "$results"
mkdir -p "$results"
# A build server would outlive the build, and with it the caller's wait for all processes.
export MSBUILDDISABLENODEREUSE=1
artifacts=-p:ArtifactsPath=$root/artifacts
mapfile -t scripts < <(grep -rlE '^#!.*(bash|bats)$|^# shellcheck shell=bash' scripts .ci)

step "shellcheck" shellcheck -x "${scripts[@]}"
step "restore" dotnet restore HotplugFs.sln -v quiet "$artifacts"
step "format" dotnet format HotplugFs.sln --verify-no-changes --no-restore
if step "build, warnings as errors" dotnet build HotplugFs.sln --no-restore --nologo -v quiet -c Release "$artifacts"; then
    for project in tests/*.Tests; do
        name=${project#tests/}
        tests "$name" "$name.xml" timeout --kill-after 10 1500 dotnet test "$project" --no-build --nologo -c Release "$artifacts" \
            --logger "junit;LogFilePath=$results/$name.xml"
    done
    # Both print their seed, which repeats a failure (CONTRIBUTING.md, "Simulate and fuzz").
    step "simulator" timeout --kill-after 10 300 "artifacts/bin/HotplugFs.Simulator/release/HotplugFs.Simulator" --minutes 0.5
    for target in protocol machine recording control; do
        step "fuzzer, $target" timeout --kill-after 10 300 "artifacts/bin/HotplugFs.Fuzzers/release/HotplugFs.Fuzzers" "$target" --seconds 20
    done
fi
if step "program" scripts/hotplugfs --version; then
    export HOTPLUGFS=$root/artifacts/program/hotplugfs
    tests "shell ring" 'integration-*.xml' scripts/integration/run.sh
    tests "real clients" 'acceptance-*.xml' scripts/acceptance/run.sh
    if [ "$(id -u)" -eq 0 ] && [ -e /dev/fuse ]; then
        step "bench, short: that it works, not the times" scripts/bench.sh --short
        step "bench-profile" scripts/bench-profile.sh pread
    else
        started=$EPOCHREALTIME
        echo "== bench, short: skipped, because it needs root and /dev/fuse"
        count "bench" 0 0 1
    fi
fi
if command -v npm > /dev/null; then
    step "kubernetes manifest" scripts/check-kubernetes.sh
else
    started=$EPOCHREALTIME
    echo "== kubernetes manifest: skipped, because it needs npm"
    count "kubernetes manifest" 0 0 1
fi
tests "docker demo" 'docker-*.xml' timeout --kill-after 20 900 scripts/docker-test.sh

echo "== in all $(((${EPOCHREALTIME/./} - ${begin/./}) / 1000000)) s"
if [ "$failed" -gt 0 ]; then
    printf 'failed: %s\n' "${failures[@]}"
    failed_tests "$results"/*.xml
fi
closing_line "$passed" "$failed" "$skipped"
