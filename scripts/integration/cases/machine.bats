#!/usr/bin/env bats
# hotplugfs machine: files for --machine without guessing.
source "$BATS_TEST_DIRNAME/../lib/verbs.sh"

machine() {
    "$HOTPLUGFS" machine "$@"
}

@test "a new machine file has no errors, can be mounted, and is what was asked for" {
    machine new --nodes 3 --memory 2G --dimms 2 --dimm-size 256M --kernel 6.12 > "$WORK/own.toml"
    exits 0 "machine own: kernel 6.12, 3 nodes, 60 blocks of 128 MiB, 6 GiB online" machine check "$WORK/own.toml"
    exits 0 "*node 2, CPU 2*offline  may become Normal or Movable, dimm5*" machine show "$WORK/own.toml"
    start_machine --machine "$WORK/own.toml"
    say "$NODE/online" 0-2
    say "$CONTROL/dimms/dimm5/node" 2
    end_machine
    machine new --block-size 2G --nodes 1 --movable-node > "$WORK/big.toml"
    exits 0 "machine big: kernel 4.9, 1 node, 2 blocks of 2 GiB, 2 GiB online" machine check "$WORK/big.toml"
}

@test "check names the line, the error and what would be right" {
    printf 'block_size = "128M"\nkernl = "6.12"\n' > "$WORK/wrong.toml"
    fails_with_one_line 1 "wrong.toml:2: unknown key \"kernl\" before the first section; did you mean kernel?" machine check "$WORK/wrong.toml"
    fails_with 2 "name the file: hotplugfs machine check FILE" machine check
    fails_with 2 "unknown word \"chek\" (known: new, check, show, list)" machine chek
    fails_with 1 "--memory must be a multiple of the block size 128M" machine new --memory 100M
    fails_with 2 "--nodes takes a number from 1 to 64" machine new --nodes 0
}

@test "list has every preset, and a saved machine with retired pages boots again" {
    for preset in 64tib arm64-64k cxl-2s default hbm i386 large memoryless-node ppc64-lpar proxmox s390-zvm vm-virtio-mem; do
        exits 0 "*$preset  *" machine list
        exits 0 "machine $preset: *" machine check "$preset"
    done
    [ "$(machine list --json | grep -c '"name"')" -eq 12 ] || fail "$(machine list --json)"
    start_machine --kernel 6.12
    put 0x128000000 "$MEMORY/hard_offline_page"
    state 37 offline
    cat "$CONTROL/machine" > "$WORK/saved.toml"
    end_machine
    grep -q 'retired_pages = \["1212416"\]' "$WORK/saved.toml" || fail "$(cat "$WORK/saved.toml")"
    start_machine --machine "$WORK/saved.toml"
    refuse_state 37 online "Memory page has hardware error"
    end_machine
}

@test "the manual page of machine files is valid" {
    # mandoc compares the section with the end of the name.
    "$HOTPLUGFS" --machine-man > "$WORK/page.5"
    command -v mandoc > /dev/null || missing "mandoc is not installed"
    mandoc -T lint -W warning "$WORK/page.5" > "$WORK/lint" || fail "$(cat "$WORK/lint")"
}
