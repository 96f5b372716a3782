# shellcheck shell=bash
# How scripts/record.sh reads a machine and writes JSON: errno names, snapshots, the first line, the inventory. Sourced by it. It
# sets ROOT (the directory of /sys and /proc), SYSTEM, MEMORY, NODE and PARAMETERS (directories below it), KERNEL and WRITE (block
# numbers).

declare -A ERRNO=(
    ["Operation not permitted"]=EPERM ["No such file or directory"]=ENOENT ["Interrupted system call"]=EINTR
    ["Input/output error"]=EIO ["No such device or address"]=ENXIO ["Argument list too long"]=E2BIG
    ["Bad file descriptor"]=EBADF ["Resource temporarily unavailable"]=EAGAIN ["Cannot allocate memory"]=ENOMEM
    ["Permission denied"]=EACCES ["Bad address"]=EFAULT ["Device or resource busy"]=EBUSY ["File exists"]=EEXIST
    ["No such device"]=ENODEV ["Not a directory"]=ENOTDIR ["Is a directory"]=EISDIR ["Invalid argument"]=EINVAL
    ["File too large"]=EFBIG ["No space left on device"]=ENOSPC ["Illegal seek"]=ESPIPE ["Read-only file system"]=EROFS
    ["Numerical result out of range"]=ERANGE ["Resource deadlock avoided"]=EDEADLK ["Function not implemented"]=ENOSYS
    ["No data available"]=ENODATA ["Value too large for defined data type"]=EOVERFLOW ["Operation not supported"]=EOPNOTSUPP
    ["Connection timed out"]=ETIMEDOUT ["Stale file handle"]=ESTALE ["Memory page has hardware error"]=EHWPOISON
    ["Too many levels of symbolic links"]=ELOOP ["File name too long"]=ENAMETOOLONG ["Transport endpoint is not connected"]=ENOTCONN
)
# If there are more blocks, only the first, the last and those written to are recorded whole, the others by name.
readonly WHOLE_TREE_MAX=64
readonly NODE_FILES=(possible online has_memory has_normal_memory has_cpu)

SYSTEM='' MEMORY='' NODE='' PARAMETERS=''
declare -A BLOCK_NOW=() NODE_NOW=() NODE_FIRST=()
TEXT='' ERROR=''

die() {
    echo "record.sh: $*" >&2
    exit 2
}

say() {
    echo "$*" >&2
}

# errno_name MESSAGE: the errno name for the text of strerror at the end of a message; "?" if it is unknown.
errno_name() {
    local message=${1%%$'\n'*}
    message=${message##*: }
    message=${message% (os error *}
    echo "${ERRNO[$message]:-?}"
}

# json TEXT: sets JSON_TEXT to the text as a JSON string, with bytes as code points.
json() {
    local text=$1 out='' char code i
    text=${text//\\/\\\\}
    text=${text//\"/\\\"}
    text=${text//$'\n'/\\n}
    text=${text//$'\t'/\\t}
    if [[ $text == *[![:print:]]* ]]; then
        for ((i = 0; i < ${#text}; i++)); do
            char=${text:i:1}
            if [[ $char != [[:print:]] ]]; then
                printf -v code '%d' "'$char"
                printf -v char '\\u%04x' $((code & 255))
            fi
            out+=$char
        done
        text=$out
    fi
    JSON_TEXT="\"$text\""
}

# slurp FILE: sets TEXT to the contents, with the last newline, or ERROR to the errno name.
slurp() {
    local message
    TEXT='' ERROR=''
    { IFS= read -r -d '' TEXT < "$1"; } 2> /dev/null || true
    if [ -z "$TEXT" ]; then
        # The builtin read does not distinguish an empty file from an unreadable one.
        message=$(cat "$1" 2>&1 > /dev/null) || ERROR=$(errno_name "$message")
    fi
}

# value FILE: like slurp, without the last newline; sets TEXT to "!ENOENT" and the like if the file cannot be read.
value() {
    slurp "$1"
    TEXT=${TEXT%$'\n'}
    [ -z "$ERROR" ] || TEXT="!$ERROR"
}

# members PREFIX: sets NUMBERS to the numbers that follow a prefix of paths, ascending.
members() {
    local path found=()
    for path in "$1"*; do
        [[ ${path#"$1"} =~ ^[0-9]+$ ]] && found+=("${path#"$1"}")
    done
    NUMBERS=()
    [ ${#found[@]} -eq 0 ] || mapfile -t NUMBERS < <(printf '%s\n' "${found[@]}" | sort -n)
}

node_of() {
    members "$MEMORY/memory$1/node"
    NODE_OF=${NUMBERS[0]:-0}
}

# line FILE: sets TEXT to the first line, quickly; to "!ENOENT" and the like if the file cannot be read.
line() {
    { IFS= read -r TEXT < "$1"; } 2> /dev/null || value "$1"
}

# facts NUMBER: sets FACTS to what a snapshot has of a block.
facts() {
    line "$MEMORY/memory$1/state"
    FACTS=$TEXT
    line "$MEMORY/memory$1/valid_zones"
    FACTS+="|$TEXT"
    [ -n "${NODE_FIRST[$1]:-}" ] || { node_of "$1" && NODE_FIRST[$1]=$NODE_OF; }
    FACTS+="|${NODE_FIRST[$1]}"
}

# array FACTS: sets ARRAY to the same as a JSON array.
array() {
    local state zones node
    IFS='|' read -r state zones node <<< "$1"
    json "$state"
    ARRAY=$JSON_TEXT
    json "$zones"
    ARRAY="[$ARRAY, $JSON_TEXT, \"$node\"]"
}

# look: sets SNAP to the member "snap" of an operation, with what changed since the last call.
look() {
    local number file blocks='' nodes=''
    members "$MEMORY/memory"
    local present=("${NUMBERS[@]}")
    local -A gone=()
    for number in "${!BLOCK_NOW[@]}"; do
        gone[$number]=1
    done
    for number in "${present[@]}"; do
        facts "$number"
        unset "gone[$number]"
        [ "${BLOCK_NOW[$number]:-}" != "$FACTS" ] || continue
        array "$FACTS"
        blocks+=", \"$number\": $ARRAY"
        BLOCK_NOW[$number]=$FACTS
    done
    for number in "${!gone[@]}"; do
        blocks+=", \"$number\": null"
        unset "BLOCK_NOW[$number]" "NODE_FIRST[$number]"
    done
    for file in "${NODE_FILES[@]}"; do
        TEXT='!ENOENT'
        [ ! -e "$NODE/$file" ] || line "$NODE/$file"
        [ "${NODE_NOW[$file]:-}" != "$TEXT" ] || continue
        NODE_NOW[$file]=$TEXT
        json "$TEXT"
        nodes+=", \"$file\": $JSON_TEXT"
    done
    SNAP=''
    [ -z "$blocks" ] || SNAP+=", \"blocks\": {${blocks#, }}"
    [ -z "$nodes" ] || SNAP+=", \"nodes\": {${nodes#, }}"
    [ -z "$SNAP" ] || SNAP=", \"snap\": {${SNAP#, }}"
}

# --- the first line ---

# kernel_name RELEASE: the closest simulated kernel; see --kernel in record.sh.
kernel_name() {
    local major minor name
    [[ $1 =~ ^([0-9]+)\.([0-9]+) ]] || die "unknown release \"$1\" (uname -r); use --kernel NAME"
    major=${BASH_REMATCH[1]} minor=${BASH_REMATCH[2]}
    case $((major * 1000 + minor)) in
        [0-2]??? | [0-9] | [0-9][0-9] | [0-9][0-9][0-9]) die "Linux $1 is too old: zones could not be chosen" ;;
        300? | 301[01]) name=3.8 ;;
        3??? | 400[0-6]) name=4.4 ;;
        400[7-9] | 401[0-2]) name=4.9 ;;
        4??? | 5??? | 600[0-5]) name=6.1 ;;
        *) name=6.12 ;;
    esac
    case $name in
        3.8 | 4.*)
            # has_memory exists only with CONFIG_MOVABLE_NODE.
            if [ -e "$NODE/has_memory" ]; then name+=-mny; else name+=-mnn; fi
            ;;
    esac
    echo "$name"
}

# boot_options: the options about memory of the kernel's command line.
boot_options() {
    local option options=''
    value "$ROOT/proc/cmdline"
    for option in $TEXT; do
        case $option in
            movable_node | kernelcore=* | movablecore=* | memhp_default_state=* | memory_hotplug.* | mem=* | memmap=* | numa=* | \
                numa_balancing=* | memory_hp_* | hugepages*=* | memory_notifier_error_inject.*) options+=" $option" ;;
        esac
    done
    echo "${options# }"
}

# zones: the zones with a span, from /proc/zoneinfo.
zones() {
    local line word count node='' zone='' nodes='' list='' spanned=0 pages=0 managed=0
    while read -r line; do
        read -r word count _ <<< "$line"
        case $word in
            Node)
                [[ $line =~ ^Node\ ([0-9]+),\ zone\ +([A-Za-z0-9]+) ]] || continue
                if [ "${BASH_REMATCH[1]}" != "$node" ]; then
                    [ -z "$list" ] || nodes+=", \"$node\": {${list#, }}"
                    list=''
                fi
                node=${BASH_REMATCH[1]} zone=${BASH_REMATCH[2]} spanned=0 pages=0 managed=0
                ;;
            spanned) spanned=$count ;;
            present) pages=$count ;;
            managed) managed=$count ;;
            start_pfn:)
                [ "$spanned" -eq 0 ] || list+=", \"$zone\": {\"spanned\": $spanned, \"present\": $pages, \"managed\": $managed, \"start_pfn\": $count}"
                ;;
        esac
    done < "$ROOT/proc/zoneinfo"
    [ -z "$list" ] || nodes+=", \"$node\": {${list#, }}"
    echo "{${nodes#, }}"
}

# files DIR NAME ...: a JSON object with the contents of files.
files() {
    local dir=$1 name list=''
    shift
    for name; do
        value "$dir/$name"
        json "$TEXT"
        list+=", \"$name\": $JSON_TEXT"
    done
    echo "{${list#, }}"
}

# of_nodes FILE: a JSON object with the contents of a file of every node.
of_nodes() {
    local number list=''
    members "$NODE/node"
    for number in "${NUMBERS[@]}"; do
        value "$NODE/node$number/$1"
        json "$TEXT"
        list+=", \"$number\": $JSON_TEXT"
    done
    echo "{${list#, }}"
}

blocks() {
    local number list='' one
    members "$MEMORY/memory"
    local present=("${NUMBERS[@]}")
    for number in "${present[@]}"; do
        node_of "$number"
        one=$(files "$MEMORY/memory$number" state valid_zones removable phys_device phys_index online)
        list+=", \"$number\": {\"node\": \"$NODE_OF\", ${one#\{}"
    done
    echo "{${list#, }}"
}

# dimms: runs of blocks with the same firmware_node, which is a memory device.
dimms() {
    local number target name list='' size first='' last='' count=0
    value "$MEMORY/block_size_bytes"
    size=$((16#$TEXT))
    members "$MEMORY/memory"
    local present=("${NUMBERS[@]}")
    for number in "${present[@]}" end; do
        target=''
        [ ! -L "$MEMORY/memory$number/firmware_node" ] || target=$(readlink "$MEMORY/memory$number/firmware_node")
        name=${target##*/}
        if [ "$name" != "$last" ]; then
            if [ -n "$last" ]; then
                node_of "$first"
                list+="${last##*:} , {\"id\": \"${last//:/.}\", \"node\": $NODE_OF, \"addr\": $((first * size)), \"size\": $((count * size))}"$'\n'
            fi
            first=$number last=$name count=0
        fi
        count=$((count + 1))
    done
    # Ordered by slot, the end of the name.
    list=$(printf '%s' "$list" | sort | cut -d ' ' -f 2- | tr -d '\n')
    echo "[${list#, }]"
}

header() {
    local failure=false
    value "$MEMORY/block_size_bytes"
    [[ $TEXT =~ ^[0-9a-f]+$ ]] || die "$MEMORY/block_size_bytes: $TEXT; is this a kernel with memory hotplug?"
    local size=$TEXT auto options
    value "$MEMORY/auto_online_blocks"
    auto=$TEXT
    [ "$auto" != '!ENOENT' ] || auto=''
    [ ! -e "$MEMORY/hard_offline_page" ] || failure=true
    json "$(uname -srm)"
    local uname=$JSON_TEXT
    json "$(boot_options)"
    options=$JSON_TEXT
    printf '{"format": 1, "kernel": "%s", "machine": "recorded", "append": %s, "uname": %s, "block_size_bytes": "%s", ' \
        "$KERNEL" "$options" "$uname" "$size"
    printf '"auto_online_blocks": "%s", "memory_failure": %s, ' "$auto" "$failure"
    if [ -d "$PARAMETERS" ]; then
        printf '"memory_hotplug": %s, ' \
            "$(files "$PARAMETERS" auto_movable_numa_aware auto_movable_ratio memmap_on_memory online_policy)"
    fi
    printf '"zones": %s, "nodes": %s, "cpus": %s, "distances": %s, "dimms": %s, "blocks": %s, "runs": 1}\n' \
        "$(zones)" "$(files "$NODE" "${NODE_FILES[@]}")" "$(of_nodes cpulist)" "$(of_nodes distance)" "$(dimms)" "$(blocks)"
}

# --- the inventory ---

# walk PATH: appends PATH and everything below it to FOUND, without following links.
walk() {
    local entry
    FOUND+=("$1")
    if [ -d "$1" ] && [ ! -L "$1" ]; then
        for entry in "$1"/* "$1"/.[!.]*; do
            if [ -e "$entry" ] || [ -L "$entry" ]; then
                walk "$entry"
            fi
        done
    fi
}

# entry PATH MODE SIZE LINKS TYPE: sets ENTRY to a member of a tree.
entry() {
    local path type more='' mode
    printf -v mode '%04o' $((8#$2))
    json "${1#"$ROOT"}"
    path=$JSON_TEXT
    case $5 in
        directory) type=d ;;
        'symbolic link')
            type=l
            json "$(readlink "$1")"
            more=", \"target\": $JSON_TEXT"
            ;;
        *)
            type=f
            if ((8#$2 & 0400)); then
                slurp "$1"
                json "$TEXT"
                more=", \"data\": $JSON_TEXT"
                [ -z "$ERROR" ] || more=", \"read_err\": \"$ERROR\""
            fi
            ;;
    esac
    ENTRY="{\"path\": $path, \"type\": \"$type\", \"mode\": \"$mode\", \"size\": $3, \"nlink\": $4$more}"
}

# tree PATH: records a directory below /sys/devices/system and everything in it.
tree() {
    local list='' path mode size links type
    FOUND=()
    walk "$SYSTEM/$1"
    while IFS='|' read -r mode size links type path; do
        entry "$path" "$mode" "$size" "$links" "$type"
        list+=", $ENTRY"
    done < <(stat -c '%a|%s|%h|%F|%n' -- "${FOUND[@]}")
    printf '{"op": "tree", "path": "%s", "tree": [%s]}\n' "$1" "${list#, }"
}

# names PATH: records the names in a directory.
names() {
    local path list=''
    for path in "$SYSTEM/$1"/*; do
        if [ -L "$path" ]; then
            list+=", \"${path##*/}@\""
        elif [ -d "$path" ]; then
            list+=", \"${path##*/}/\""
        else
            list+=", \"${path##*/}\""
        fi
    done
    printf '{"op": "ls", "path": "%s", "ents": [%s]}\n' "$1" "${list#, }"
}

inventory() {
    members "$MEMORY/memory"
    local present=("${NUMBERS[@]}") number
    if [ ${#present[@]} -le $WHOLE_TREE_MAX ]; then
        tree memory
        tree node
        return
    fi
    names memory
    names node
    for number in $(printf '%s\n' "${present[0]}" "${present[-1]}" "${WRITE[@]}" | sort -nu); do
        tree "memory/memory$number"
    done
}
