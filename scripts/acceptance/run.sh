#!/usr/bin/env bash
# Runs real clients on simulated machines; see README.md. Ends with "N passed, N failed[, N skipped]" and a status that is 0 if none failed.
# With CI=true a client that cannot be installed is a failure; elsewhere it is skipped with a reason.
set -euo pipefail
export LC_ALL=C

suite=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=${suite%/scripts/acceptance}
# What scripts/lib/cases.sh asks for. "hotplugfs run" needs no rights, so an ordinary user's shell has none.
# shellcheck disable=SC2034
folder=clients limit=${CASE_SECONDS:-120} as_user=()
# shellcheck source=scripts/lib/cases.sh
source "$root/scripts/lib/cases.sh"
# shellcheck source=scripts/lib/install.sh
source "$root/scripts/lib/install.sh"

# Where clients are kept that no package puts into its place.
FETCHED=$root/artifacts/acceptance
export FETCHED

# install_clients: what the chosen files need, in one go; if that fails, one after the other. What is not there then the files say.
install_clients() {
    local pair wanted=()
    mapfile -t wanted < <(sed -n 's/^needs //p' "${cases[@]}" | tr ' ' '\n' | sort -u)
    if ! install_missing "${wanted[@]}"; then
        for pair in "${wanted[@]}"; do
            install_missing "$pair" || true
        done
    fi
    if grep -q mem-on-off-test.sh "${cases[@]}"; then
        "$suite/lib/fetch-selftest.sh" "$FETCHED/mem-on-off-test.sh" || true
    fi
}

# host: what no client may have changed.
host() {
    local file
    for file in /sys/devices/system/memory/{memory*/state,auto_online_blocks} /sys/devices/system/node/{online,has_memory} \
        /sys/module/memory_hotplug/parameters/*; do
        if [ -r "$file" ]; then
            echo "$file: $(cat "$file")"
        fi
    done
}

# host_is_as_before BEFORE: counts as a test.
host_is_as_before() {
    local status=0
    passed=0 failed=0 skipped=0
    diff <(echo "$1") <(host) > "$top/host" || status=$?
    tell "$status" "the host's own memory is as it was ($(grep -c /state: <<< "$1") blocks)" "$top/host"
    total_passed=$((total_passed + passed)) total_failed=$((total_failed + failed))
}

if [ "${1:-}" = --inside ]; then
    shift
    run_inside "$@"
else
    choose_cases "$@"
    before=$(host)
    install_clients
    prepare
    run_both_ways
    host_is_as_before "$before"
    conclude
fi
