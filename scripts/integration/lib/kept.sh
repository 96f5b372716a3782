# shellcheck shell=bash
# Clients that write to a machine which is kept in a file, until it is killed. Each notes in $WORK/done.NAME how many of its writes were
# acknowledged. Sourced by state.bats, after verbs.sh.

# keeps_writing NAME COMMAND: does the command with 1, 2, ..., until it fails.
keeps_writing() {
    local k=0
    while "$2" $((k + 1)) 2> /dev/null; do
        k=$((k + 1))
        echo "$k" > "$WORK/done.$1"
    done
}

# What the clients do the k-th time.
resize_load() {
    echo "id=app size=$(($1 % 90 + 1))M" > "$CONTROL/load/resize"
}

plug_or_unplug() {
    if [ $(($1 % 2)) -eq 1 ]; then
        echo "id=d node=1 size=256M" > "$CONTROL/dimms/plug"
    else
        echo d > "$CONTROL/dimms/unplug"
    fi
}

switch_block() {
    [ $(($1 % 2)) -eq 1 ] && word=offline || word=online
    echo "$word" > "$MEMORY/memory35/state"
}

# A fault makes this take its time.
switch_slowly() {
    [ $(($1 % 2)) -eq 1 ] && word=offline || word=online
    echo "$word" > "$MEMORY/memory36/state"
}

# The write succeeds for this client if it fails with EBUSY.
use_a_fault_up() {
    local error
    error=$({ echo offline > "$MEMORY/memory37/state"; } 2>&1)
    [[ $error == *busy* ]]
}

change_mode() {
    chmod "$((600 + $1 % 7))" "$MEMORY/memory34/state"
}

# starts_clients: lets all of them write; sets CLIENTS.
starts_clients() {
    rm -f "$WORK"/done.*
    CLIENTS=()
    local client
    for client in resize_load plug_or_unplug switch_block switch_slowly use_a_fault_up change_mode; do
        echo 0 > "$WORK/done.$client"
        keeps_writing "$client" "$client" &
        CLIENTS+=($!)
    done
}

# is_after NAME FACT K: the fact is that after the k-th write, or after the next one, which was perhaps done but not acknowledged.
is_after() {
    local k
    k=$(cat "$WORK/done.$1")
    [ "$2" = "$("after_$1" "$k")" ] || [ "$2" = "$("after_$1" $((k + 1)))" ] ||
        fail "$1: after $k acknowledged writes there is $2, expected $("after_$1" "$k") or $("after_$1" $((k + 1)))"
}

after_resize_load() {
    [ "$1" -eq 0 ] && echo 1048576 || echo $((($1 % 90 + 1) << 20))
}

after_plug_or_unplug() {
    [ $(($1 % 2)) -eq 1 ] && echo present present present || echo absent absent absent
}

after_switch_block() {
    [ $(($1 % 2)) -eq 1 ] && echo offline || echo online
}

after_switch_slowly() {
    after_switch_block "$1"
}

after_use_a_fault_up() {
    echo $((1000000 - $1))
}

after_change_mode() {
    [ "$1" -eq 0 ] && echo "$MODE_BEFORE" || echo "$((600 + $1 % 7))"
}

presence() {
    [ -e "$1" ] && echo present || echo absent
}

# all_is_kept: the machine that was mounted again is that of the clients.
all_is_kept() {
    is_after resize_load "$(cat "$CONTROL/load/app/size")"
    is_after plug_or_unplug \
        "$(presence "$CONTROL/dimms/d") $(presence "$MEMORY/memory48") $(presence "$MEMORY/memory49")"
    is_after switch_block "$(cat "$MEMORY/memory35/state")"
    is_after switch_slowly "$(cat "$MEMORY/memory36/state")"
    is_after use_a_fault_up "$(sed -n 's/^.* memory37 offline EBUSY times=//p' "$CONTROL/faults")"
    is_after change_mode "$(stat -c %a "$MEMORY/memory34/state")"
    [ "$(cat "$CONTROL/load/app/resident")" = "$(cat "$CONTROL/load/app/size")" ] || fail "a half of the load"
}
