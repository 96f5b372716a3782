# shellcheck shell=bash
# The beginning of a story: it starts itself again in a simulated machine. Sourced by the stories, which use
#   program  the command hotplugfs
set -euo pipefail
program=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)/hotplugfs

# in_machine [KERNEL] [-- OPTION ...]: returns inside the machine, where nothing is written to a real machine's memory.
in_machine() {
    if [ "${1:-}" != --inside ]; then
        local kernel=6.12
        [ "${1:---}" = -- ] || { kernel=$1 && shift; }
        exec "$program" run --kernel "$kernel" "${@:2}" -- bash "$0" --inside
    fi
    [ "$(findmnt -n -o FSTYPE --target /sys/devices/system/memory)" = fuse.hotplugfs ] || exit 99
}
