#!/usr/bin/env bats
source "$BATS_TEST_DIRNAME/../lib/client.sh"
NEEDS="systemd-tmpfiles:systemd"

policy_at_boot() {
    systemd-tmpfiles --create "$WORK/memory.conf"
    say "$MEMORY/auto_online_blocks" online_movable
    "$PROGRAM" plug --node 0 --size 128M > /dev/null
    blocks valid_zones 48:Movable
}

# For a user the directories above the machine belong to an unknown user, which systemd-tmpfiles distrusts.
# bats test_tags=only-root
@test "systemd-tmpfiles sets auto_online_blocks, and new memory is Movable" {
    echo "w /sys/devices/system/memory/auto_online_blocks - - - - online_movable" > "$WORK/memory.conf"
    inside policy_at_boot --kernel 6.12
}
