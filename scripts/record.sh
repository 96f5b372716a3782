#!/usr/bin/env bash
# Records how a Linux kernel behaves on memory hotplug, to compare HotplugFs with it. Needs bash and coreutils, and root to write.
# On another machine, this file and lib/recording.sh beside it are enough.
#
# usage: scripts/record.sh [-o FILE] [OPTION ...]
#
#   -o FILE            write the recording to FILE [default: standard output]
#   --write N[,N...]   write to these memory blocks, and to no others: a fixed list of requests to state and online of each. All
#                      requests are recorded with what they changed; then every block is restored to its first state.
#                      Without this option nothing is written: the recording is an inventory of the machine.
#   --force            also write to blocks that the system may need: block 0, blocks that are not removable or span several
#                      zones, online blocks of zone DMA or DMA32
#   --wait SECONDS     wait before the first write [default: 5]
#   --limit SECONDS    give up a request after this time [default: 60]
#   --kernel NAME      the simulated kernel to compare with: 3.8, 4.4-mnn, 4.4-mny, 4.9-mnn, 4.9-mny (without and with
#                      CONFIG_MOVABLE_NODE), 6.1 or 6.12. The default depends on uname -r: up to 3.11 it is 3.8, up to 4.6 4.4,
#                      up to 4.12 4.9, up to 6.5 6.1, else 6.12; mny is chosen if there is a file has_memory.
#   --sysroot DIR      read DIR/sys and DIR/proc instead of /sys and /proc
#
# Stop it with Ctrl-C; the blocks are restored nevertheless. A recording does not identify the machine or its user: it has the
# kernel's version, the boot options about memory, and files below memory/, node/ and module/memory_hotplug/parameters/.
# To mount it, use "hotplugfs mount --machine FILE DIR"; to compare it, "hotplugfs replay FILE". The format is JSON Lines, with
# the machine in the first line and an operation in each of the others.
# Exit status: 0 on success, 1 if a block could not be restored, 2 on a usage error (nothing was written).
set -euo pipefail
export LC_ALL=C

# shellcheck source=scripts/lib/recording.sh
source "${BASH_SOURCE[0]%/*}/lib/recording.sh"

ROOT='' OUT='' KERNEL='' FORCE='' WAIT=5 LIMIT=60
WRITE=()
declare -A BLOCK_FIRST=()

# operation PATH DATA ERROR AT COUNT: records a write.
operation() {
    local error=null
    json "$2"
    [ -z "$3" ] || error="\"$3\", \"at\": \"$4\""
    printf '{"op": "write", "path": "%s", "data": %s, "err": %s%s%s}\n' "$1" "$JSON_TEXT" "$error" "${5:+, \"n\": $5}" "$SNAP" >&3
}

# put PATH DATA: writes and records it. dd, unlike bash, reports how many bytes were taken before an error.
put() {
    local output status=0 taken=0 error='' at=write length=${#2} snap
    output=$(printf '%s' "$2" | timeout --foreground "$LIMIT" dd of="$SYSTEM/$1" bs=4096 iflag=fullblock conv=notrunc,nocreat 2>&1) || status=$?
    [[ $output =~ ([0-9]+)\ bytes? ]] && taken=${BASH_REMATCH[1]}
    if [ $status -eq 124 ]; then
        error=EINTR
        say "  $1: given up after $LIMIT s"
    elif [ $status -ne 0 ]; then
        error=$(errno_name "$output")
        [[ $output != *open* ]] || at=open
    fi
    look
    if [ "$taken" -eq 0 ] || [ "$taken" -eq "$length" ]; then
        operation "$1" "$2" "$error" $at ''
        return
    fi
    # A short write, after which dd wrote the rest.
    snap=$SNAP
    SNAP=''
    operation "$1" "$2" '' '' "$taken"
    SNAP=$snap
    operation "$1" "${2:taken}" "$error" $at ''
}

# request NUMBER FILE WORD ...: writes each word to a file of a block, and records the contents of online.
request() {
    local number=$1 file=$2 word
    shift 2
    [ -e "$MEMORY/memory$number/$file" ] || return 0
    for word; do
        put "memory/memory$number/$file" "$word"
    done
    if [ -e "$MEMORY/memory$number/online" ]; then
        slurp "$MEMORY/memory$number/online"
        json "$TEXT"
        printf '{"op": "read", "path": "memory/memory%s/online", "data": %s}\n' "$number" "$JSON_TEXT" >&3
    fi
}

# scenario NUMBER: all requests to a single block.
scenario() {
    local word
    say "memory$1 ..."
    request "$1" state $'offline\n' $'offline\n'
    for word in online online_kernel online_movable; do
        request "$1" state "$word"
        request "$1" state "$word" online online_movable online_kernel
        request "$1" state offline
        # The effect of a request to a block that was already online.
        request "$1" online 1 1
        request "$1" online 0 0
    done
    request "$1" state ONLINE 'online ' ' online' $'online\n\n' onlin online_ online_keep onlinefoo 1 $'\n' offline_ $'Offline\n'
    request "$1" state $'offline\n'
    request "$1" online 2 on of x ' 1' offline
    request "$1" state $'offline\n'
}

# together WORD: onlines the blocks in both orders with this word, and offlines them again.
together() {
    local number i
    for number in "${WRITE[@]}"; do
        request "$number" state "$1"
    done
    for number in "${WRITE[@]}"; do
        request "$number" state offline
    done
    for ((i = ${#WRITE[@]} - 1; i >= 0; i--)); do
        request "${WRITE[i]}" state "$1"
    done
    for number in "${WRITE[@]}"; do
        request "$number" state offline
    done
}

# bring_back NUMBER: restores a block's first state, and its zone as far as the kernel allows.
bring_back() {
    local first=${BLOCK_FIRST[$1]} now word=online
    now=${BLOCK_NOW[$1]:-}
    [ "$now" != "$first" ] || return 0
    case $first in
        *'|Movable'*) word=online_movable ;;
        *'|Normal'* | *'|HighMem'*) word=online_kernel ;;
    esac
    request "$1" state offline "$word"
    [[ ${BLOCK_NOW[$1]} == 'online|'* ]] || request "$1" state online
    [[ $first == 'online|'* ]] || request "$1" state offline
    [ "${BLOCK_NOW[$1]}" = "$first" ]
}

restore() {
    local number status=0
    # Twice, because a block's zone depends on its neighbors.
    for _ in 1 2; do
        status=0
        for number in "${WRITE[@]}"; do
            bring_back "$number" || status=1
        done
        [ $status -ne 0 ] || break
    done
    for number in "${WRITE[@]}"; do
        [ "${BLOCK_NOW[$number]}" = "${BLOCK_FIRST[$number]}" ] || say "memory$number was ${BLOCK_FIRST[$number]} and is now ${BLOCK_NOW[$number]}"
    done
    return $status
}

# interrupted: restores the blocks and exits.
interrupted() {
    trap '' INT TERM HUP
    say "stopped; restoring the blocks"
    restore || true
    exit 130
}

# check NUMBER: refuses a block that is missing or that the system may need.
check() {
    local why='' state zones removable
    [ -d "$MEMORY/memory$1" ] || die "no memory$1; existing blocks: $(printf '%s ' "${!BLOCK_NOW[@]}" | tr ' ' '\n' | sort -n | tr '\n' ' ')"
    value "$MEMORY/memory$1/state"
    state=$TEXT
    value "$MEMORY/memory$1/valid_zones"
    zones=$TEXT
    value "$MEMORY/memory$1/removable"
    removable=$TEXT
    [ "$1" -ne 0 ] || why="the first block"
    [ "$removable" != 0 ] || why="not removable"
    [[ $state != online || $zones != DMA* ]] || why="online in zone ${zones%% *}"
    [[ $zones != none ]] || why="it spans several zones"
    if [ -n "$why" ] && [ -z "$FORCE" ]; then
        die "memory$1: $why; use --force to write to it nevertheless"
    fi
    say "  memory$1: $state, zones $zones"
}

# announce: prints which blocks will be written to, and refuses those that should not be.
announce() {
    local number
    say "Only state and online of these blocks of $MEMORY will be written:"
    for number in "${WRITE[@]}"; do
        check "$number"
        BLOCK_FIRST[$number]=${BLOCK_NOW[$number]}
        [ -w "$MEMORY/memory$number/state" ] || die "only root may write to blocks"
    done
    say "It starts in $WAIT s. Ctrl-C stops it and restores the blocks."
    sleep "$WAIT"
}

write_blocks() {
    local number
    trap interrupted INT TERM HUP
    for number in "${WRITE[@]}"; do
        scenario "$number"
    done
    if [ ${#WRITE[@]} -gt 1 ]; then
        say "all together ..."
        together online_movable
        together online_kernel
        together online
    fi
    say "restoring the blocks ..."
    restore
}

# usage: prints the head of this file.
usage() {
    local line
    {
        read -r line
        while read -r line && [[ $line == '#'* ]]; do
            line=${line#'#'}
            echo "${line# }"
        done
    } < "${BASH_SOURCE[0]}"
}

arguments() {
    while [ $# -gt 0 ]; do
        case $1 in
            -h | --help)
                usage
                exit 0
                ;;
            --force)
                FORCE=yes
                shift
                continue
                ;;
            -o | --write | --wait | --limit | --kernel | --sysroot) [ $# -ge 2 ] || die "$1 needs a value" ;;
            *) die "unknown argument \"$1\"; see --help" ;;
        esac
        case $1 in
            -o) OUT=$2 ;;
            --write)
                [[ $2 =~ ^[0-9]+(,[0-9]+)*$ ]] || die "--write $2: use block numbers such as 40,41"
                mapfile -t WRITE < <(tr ',' '\n' <<< "$2" | sort -nu)
                ;;
            --wait) WAIT=$2 ;;
            --limit) LIMIT=$2 ;;
            --kernel) KERNEL=$2 ;;
            --sysroot) ROOT=${2%/} ;;
        esac
        shift 2
    done
}

main() {
    arguments "$@"
    SYSTEM=$ROOT/sys/devices/system
    MEMORY=$SYSTEM/memory NODE=$SYSTEM/node PARAMETERS=$ROOT/sys/module/memory_hotplug/parameters
    [ -d "$MEMORY" ] || die "$MEMORY is missing: this kernel has no memory hotplug"
    [ -r "$ROOT/proc/zoneinfo" ] || die "$ROOT/proc/zoneinfo cannot be read"
    [ -n "$KERNEL" ] || KERNEL=$(kernel_name "$(uname -r)")
    look
    [ ${#WRITE[@]} -eq 0 ] || announce
    exec 3>&1
    [ -z "$OUT" ] || exec 3> "$OUT"
    header >&3
    inventory >&3
    [ ${#WRITE[@]} -eq 0 ] || write_blocks
    [ -z "$OUT" ] || say "written: $OUT"
}

main "$@"
