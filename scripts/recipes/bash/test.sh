#!/bin/bash
# A test without a framework: a scenario makes things happen, and the journal has what the program did.
set -e
# Text in single quotes is for another shell.
cd "$(dirname "$0")"
# shellcheck disable=SC2016
hotplugfs run --scenario busy.toml -- bash -c '
    [ "$(./onliner.sh 43)" = 3 ]
    hotplugfs expect memory43/state online_movable --errno EBUSY --times 2
    hotplugfs expect memory43/state online_movable --zone Movable --times 1
    ! ./onliner.sh 40
    hotplugfs expect memory40/state online_movable --errno EINVAL --times 5'
echo passed
