#!/usr/bin/env bats
source "$BATS_TEST_DIRNAME/../lib/verbs.sh"

@test "concurrent writers, readers and plugging never see stale, torn, empty or padded text" {
    command -v gcc > /dev/null || missing "gcc is missing: apt-get install gcc libc6-dev"
    gcc -O2 -std=gnu11 -Wall -Wextra -Werror -pthread "$BATS_TEST_DIRNAME/../lib/hammer.c" -o "$WORK/hammer"

    {
        printf 'block_size = "128M"\nkernel = "6.12"\n'
        for node in 0 1 2; do
            printf '[[node]]\nnumber = %d\ncpus = "%d"\n' "$node" "$node"
        done
        printf '[[memory]]\nnode = %d\nblocks = "%s"\nzone = "%s"\n' 0 0-3 DMA32 0 32-35 Normal 1 36-39 Normal
        printf '[[dimm]]\nid = "dimm%d"\nnode = %d\nsize = "2G"\naddress = "%s"\n' 0 0 0x140000000 1 1 0x1c0000000
    } > "$WORK/machine.toml"

    ways=(direct constant fast)
    # Only root has passthrough, in which the kernel reads itself.
    [ "$AS" = root ] || ways=(direct)
    seconds=$((${HAMMER_SECONDS:-20} / ${#ways[@]}))
    for way in "${ways[@]}"; do
        options=(-o "$way")
        [ "$way" != constant ] || options=()
        start_machine --machine "$WORK/machine.toml" "${options[@]}"
        echo "$way ($(cat "$CONTROL/transport")): $("$WORK/hammer" "$seconds" "$DIR")" || fail "$way: see above"
        end_machine
    done
}
