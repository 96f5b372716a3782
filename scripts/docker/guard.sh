#!/usr/bin/env bash
# Tidies up after a test, whatever ended it: its standard input ends when the last process of the test has, be it by kill -9.
#   guard.sh CGROUP DIRECTORY ...
set -euo pipefail

group=$1
shift
cat > /dev/null
# A process closes its files a little before it leaves its cgroup.
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
