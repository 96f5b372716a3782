#!/usr/bin/env bash
# Cleans up after a test, even after kill -9: its standard input ends with the last process of the test.
#   guard.sh CGROUP DIRECTORY ...
set -euo pipefail

group=$1
shift
cat > /dev/null
# A process closes its files shortly before it leaves its cgroup.
patience=100
while [ "$patience" -gt 0 ]; do
    patience=$((patience - 1))
    find /sys/fs/cgroup -depth -type d -path "*/$group*" -exec rmdir {} + 2> /dev/null || true
    left=$(find /sys/fs/cgroup -type d -name "$group*" -print -quit 2> /dev/null || true)
    [ -n "$left" ] || break
    sleep 0.1
done
rm -rf --one-file-system -- "$@"
[ -z "$left" ] || echo "left behind: $left" >&2
