#!/usr/bin/env bats
# The kernel's own test of memory hotplug, unmodified, from Debian's linux-source. Its second half injects errors into the notifier chain.
# Only as root: the second half needs a debugfs in the mount table, and only root can mount one.
# bats file_tags=only-root
source "$BATS_TEST_DIRNAME/../lib/client.sh"
NEEDS="bc:bc awk:mawk mount:mount xz:xz-utils"

set_up() {
    prepare_client
    [ -f "$FETCHED/mem-on-off-test.sh" ] || missing "mem-on-off-test.sh is missing: the package linux-source cannot be downloaded"
}

# selftest OPTION ...: runs the test. It tries to load the host's modules, which is refused, and continues.
selftest() {
    bash "$FETCHED/mem-on-off-test.sh" "$@" > "$WORK/output" 2>&1 || fail "status $?: $(cat "$WORK/output")"
}

# all BLOCKS ERROR: with all memory instead of a random part, every removable block is offlined and onlined three times, and each way is
# refused once with the injected error.
all() {
    local blocks=$1 error=$2
    selftest -r 100 -e "-$error"
    ! grep -E 'unexpected|FAILED|skip' "$WORK/output" || fail "$(cat "$WORK/output")"
    times "$blocks" '^-> Success' "$WORK/output"
    times 0 '^-> Failure' "$WORK/output"
    times "$blocks" "online refused: notifier-error-inject answered MEM_GOING_ONLINE with" "$CONTROL/log"
    times "$blocks" "offline refused: notifier-error-inject answered MEM_GOING_OFFLINE with" "$CONTROL/log"
    times $((2 * blocks)) '"ACTION":"offline"' "$CONTROL/uevents"
    restored
}

# times COUNT PATTERN FILE: that many lines of the file match.
times() {
    local count
    count=$(grep -c "$2" "$3") || true
    [ "$count" -eq "$1" ] || fail "$count times \"$2\", expected $1, in $3: $(cat "$3")"
}

# restored: all memory is online, and no error is injected.
restored() {
    local block
    for block in $(states); do
        [ "${block#*:}" = online ] || fail "not online: $block"
    done
    say "$ERROR_INJECT/MEM_GOING_ONLINE/error" 0
    say "$ERROR_INJECT/MEM_GOING_OFFLINE/error" 0
}

# On this kernel removable is 1 for all blocks, so the machine has no block with kernel pages.
modern() {
    all 8 12
    times 8 'with ENOMEM' <(grep MEM_GOING_ONLINE "$CONTROL/log")
}

# removable is 0 for blocks 0, 1 and 32.
boundary() {
    all 13 16
    times 13 'with EBUSY' <(grep MEM_GOING_OFFLINE "$CONTROL/log")
}

# As kernel developers run it.
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

@test "mem-on-off-test on each recorded kernel as kernel developers run it" {
    # 4.19 takes no negative errors, so there the second half fails whenever its random choice of blocks is not empty.
    for kernel in $("$PROGRAM" kernels | awk '$2 == "recorded" && $1 != "4.19" { print $1 }'); do
        inside as_usual --kernel "$kernel"
    done
}
