#!/usr/bin/env bash
# Runs real clients on simulated machines; see README.md. Ends with "N passed, N failed[, N skipped]", and a status that is 0 if none
# failed. With CI=true a client that cannot be installed is a failure; elsewhere it is skipped with a reason.
set -euo pipefail
export LC_ALL=C

cases=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/clients
root=${cases%/scripts/acceptance/clients}
# "hotplugfs run" needs no rights, so an ordinary user's shell has none.
# shellcheck disable=SC2034
as_user=()
# shellcheck source=scripts/lib/ring.sh
source "$root/scripts/lib/ring.sh"

# install_clients: what the chosen files need, at once; if that fails, one by one. The cases report what is missing then.
install_clients() {
    local pair wanted=()
    mapfile -t wanted < <(grep -rhoP '^NEEDS="\K[^"]+' "${files[@]}" | tr ' ' '\n' | sort -u)
    if ! install_missing "${wanted[@]}"; then
        for pair in "${wanted[@]}"; do
            install_missing "$pair" || true
        done
    fi
    # A Python package has no command.
    if grep -rq psutil "${files[@]}" && ! /usr/bin/python3 -c 'import psutil' 2> /dev/null; then
        install_missing "psutil, for Python:python3-psutil" || true
    fi
    # Where clients are kept that no package installs.
    export FETCHED=$root/artifacts/acceptance
    if grep -rq mem-on-off-test.sh "${files[@]}"; then
        "${cases%/*}/lib/fetch-selftest.sh" "$FETCHED/mem-on-off-test.sh" || true
    fi
    if [[ " ${files[*]} " == *"/drmgr.bats "* || " ${files[*]} " == *"/clients "* ]]; then
        "${cases%/*}/lib/fetch-drmgr.sh" "$FETCHED/drmgr" || true
    fi
    if grep -rq "FETCHED/util-linux" "${files[@]}"; then
        "${cases%/*}/lib/fetch-util-linux.sh" "$FETCHED/util-linux" || true
    fi
}

begin "$@"
choose_cases "$@"
install_clients
prepare
export CASE_SECONDS=${CASE_SECONDS:-120}
run_cases
