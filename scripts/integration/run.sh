#!/usr/bin/env bash
# Runs the cases; see README.md. Ends with "N passed, N failed[, N skipped]", and a status that is 0 if none failed.
set -euo pipefail
export LC_ALL=C

cases=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/cases
root=${cases%/scripts/integration/cases}
# An ordinary user mounts as the root of a user namespace.
# shellcheck disable=SC2034
as_user=(unshare --user --map-root-user --mount --)
# shellcheck source=scripts/lib/ring.sh
source "$root/scripts/lib/ring.sh"

begin "$@"
choose_cases "$@"
prepare
run_cases
