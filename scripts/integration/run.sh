#!/usr/bin/env bash
# Runs the cases; see README.md. Ends with "N passed, N failed[, N skipped]" and a status that is 0 if none failed.
set -euo pipefail
export LC_ALL=C

suite=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=${suite%/scripts/integration}
# What scripts/lib/cases.sh asks for.
# shellcheck disable=SC2034
folder=cases limit=${CASE_SECONDS:-60}
# An ordinary user mounts as the root of a user namespace.
# shellcheck disable=SC2034
as_user=(unshare --user --map-root-user --mount --)
# shellcheck source=scripts/lib/cases.sh
source "$root/scripts/lib/cases.sh"

if [ "${1:-}" = --inside ]; then
    shift
    run_inside "$@"
else
    choose_cases "$@"
    prepare
    run_both_ways
    conclude
fi
