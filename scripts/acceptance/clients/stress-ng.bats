#!/usr/bin/env bats
source "$BATS_TEST_DIRNAME/../lib/client.sh"
NEEDS="stress-ng:stress-ng"

stressor() {
    local words block
    stress-ng --memhotplug 1 --memhotplug-ops 40 --timeout 20 --metrics-brief > "$WORK/stress" 2>&1 || fail "$(cat "$WORK/stress")"
    grep -q 'successful run completed' "$WORK/stress" || fail "$(cat "$WORK/stress")"
    # The operations that it counted.
    words=$(awk '$4 == "memhotplug" { print $5; exit }' "$WORK/stress")
    [ "$words" -ge 40 ] || fail "$words operations: $(cat "$WORK/stress")"
    # It onlined all blocks at the end.
    for block in $(states); do
        [ "${block#*:}" = online ] || fail "not online: $block"
    done
    # Blocks with kernel pages were refused; all others were offlined and onlined in turn.
    ! happenings | grep -E ':(0|1|32)$' || fail "blocks with kernel pages changed"
    for block in 33 34 35 36 37; do
        words=$(happenings | sed -n "s/:$block\$//p" | tr '\n' ' ')
        [[ $words =~ ^(offline online )+$ ]] || fail "memory$block: $words"
    done
}

@test "stress-ng --memhotplug on 6.12" {
    inside stressor --kernel 6.12
}

@test "stress-ng --memhotplug on 4.9" {
    inside stressor --kernel 4.9
}
