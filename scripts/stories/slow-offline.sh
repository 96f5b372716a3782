#!/usr/bin/env bash
# An offline that takes 2 s of a clock that the test advances, and one that a signal ends.
#   scripts/stories/slow-offline.sh [KERNEL]
# shellcheck source=scripts/lib/story.sh
source "$(dirname "${BASH_SOURCE[0]}")/../lib/story.sh"

in_machine "$@" -- --clock manual
cd /sys/devices/system/memory

# offline: writes to the block's state in the background, with a handler for SIGUSR1, and returns when the kernel has begun.
offline() {
    bash -c 'trap : USR1; echo offline > memory33/state' 2> "$errors" &
    until [ "$(cat memory33/state)" = going-offline ]; do
        true
    done
}

errors=$(mktemp)
echo 2s > "$HOTPLUGFS/hotplugfs/migration_rate"
offline
"$program" step 1s
echo "  after 1 s: $(cat memory33/state)"
"$program" step 1s
wait
echo "  after 2 s: $(cat memory33/state)"
echo online > memory33/state
offline
kill -USR1 $!
wait $! || echo "  $(sed 's/.*write error/write error/' "$errors")"
echo "  after a signal: $(cat memory33/state)"
rm "$errors"
