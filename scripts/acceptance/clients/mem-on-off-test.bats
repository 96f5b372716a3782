#!/usr/bin/env bats
# The kernel's own test of memory hotplug, unmodified, from Debian's package of the kernel's source: with its second half, which injects
# errors into the notifier chain.
# Only as root: the second half takes a debugfs in the table of mounts, and only root may mount one.
# bats file_tags=only-root
source "$BATS_TEST_DIRNAME/../lib/client.sh"
NEEDS="bc:bc awk:mawk mount:mount xz:xz-utils"

set_up() {
    prepare_client
    [ -f "$FETCHED/mem-on-off-test.sh" ] || missing "mem-on-off-test.sh is missing: the package linux-source cannot be downloaded"
}

# selftest OPTION ...: it tries to load modules, which would be the host's and is therefore refused; it goes on without.
selftest() {
    bash "$FETCHED/mem-on-off-test.sh" "$@" > "$WORK/said" 2>&1 || fail "status $?: $(cat "$WORK/said")"
}

# all BLOCKS: with all memory instead of a random part, it is known what happens: every block that may go goes three times, and comes
# back; and is refused once each way with the error that was asked for.
all() {
    local blocks=$1 error=$2
    selftest -r 100 -e "-$error"
    ! grep -E 'unexpected|FAILED|skip' "$WORK/said" || fail "$(cat "$WORK/said")"
    times "$blocks" '^-> Success' "$WORK/said"
    times 0 '^-> Failure' "$WORK/said"
    times "$blocks" "online refused: notifier-error-inject answered MEM_GOING_ONLINE with" "$CONTROL/log"
    times "$blocks" "offline refused: notifier-error-inject answered MEM_GOING_OFFLINE with" "$CONTROL/log"
    times $((2 * blocks)) '"ACTION":"offline"' "$CONTROL/uevents"
    restored
}

# times COUNT PATTERN FILE
times() {
    local count
    count=$(grep -c "$2" "$3") || true
    [ "$count" -eq "$1" ] || fail "$count times \"$2\", expected $1, in $3: $(cat "$3")"
}

# It leaves all memory online, and nothing to be injected.
restored() {
    local block
    for block in $(states); do
        [ "${block#*:}" = online ] || fail "left: $block"
    done
    say "$ERROR_INJECT/MEM_GOING_ONLINE/error" 0
    say "$ERROR_INJECT/MEM_GOING_OFFLINE/error" 0
}

# removable is 1 for all blocks of this kernel, so the machine has none with pages of the kernel.
modern() {
    all 8 12
    times 8 'with ENOMEM' <(grep MEM_GOING_ONLINE "$CONTROL/log")
}

# removable tells the script that blocks 0, 1 and 32 cannot go.
boundary() {
    all 13 16
    times 13 'with EBUSY' <(grep MEM_GOING_OFFLINE "$CONTROL/log")
}

# As it is run by the kernel's developers.
as_usual() {
    selftest
    restored
}

@test "mem-on-off-test on 6.12 with all blocks" {
    cat > "$WORK/machine.toml" << 'END'
block_size = "128M"
kernel = "6.12"

[[node]]
number = 0
cpus = "0"

[[memory]]
node = 0
blocks = "0-3"
zone = "DMA32"

[[dimm]]
id = "dimm0"
node = 0
size = "512M"
END
    inside modern --machine "$WORK/machine.toml"
}

@test "mem-on-off-test on 4.9 with all blocks" {
    inside boundary --kernel 4.9
}

@test "mem-on-off-test on 6.1 as kernel developers run it" {
    inside as_usual --kernel 6.1
}
