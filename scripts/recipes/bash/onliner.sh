#!/bin/bash
# Puts memory blocks online, as an agent of a guest does: tries again at most five times. Prints the number of tries.
#   onliner.sh BLOCK
for tries in 1 2 3 4 5; do
    if echo online_movable 2> /dev/null > "/sys/devices/system/memory/memory$1/state"; then
        echo "$tries"
        exit
    fi
done
exit 1
