#!/usr/bin/env bats
source "$BATS_TEST_DIRNAME/../lib/verbs.sh"

# wrong PATTERN TEXT
wrong() {
    printf '%s\n' "$2" > "$file"
    fails_with_one_line 1 "$1" "$HOTPLUGFS" mount "$DIR" --machine "$file"
    ! is_mounted "$DIR" || fail "mounted"
}

@test "an error in a machine file names the file, the line, the problem and the fix" {
    mkdir "$DIR"
    file=$WORK/machine.toml
    top='block_size = "128M"'
    node=$'[[node]]\nnumber = 0'
    memory=$'[[memory]]\nnode = 0\nblocks = "0-1"\nzone = "DMA32"'

    wrong "$file:10: blocks 1-2 and blocks 0-1 (line 4) overlap" \
        "$top"$'\n'"$node"$'\n'"$memory"$'\n[[memory]]\nnode = 0\nblocks = "1-2"\nzone = "DMA32"'
    wrong "$file:6: size 100M is not a multiple of the block size 128M; the nearest are 0 and 128M" \
        "$top"$'\n'"$node"$'\n[[memory]]\nnode = 0\nsize = "100M"\naddress = 0\nzone = "DMA32"'
    wrong "$file:2: unknown key \"movable\" before the first section" "$top"$'\nmovable = true\n'"$node"$'\n'"$memory"
    wrong "$file:2: unknown key \"movablenode\" before the first section; did you mean movable_node?" \
        "$top"$'\nmovablenode = true\n'"$node"$'\n'"$memory"
    wrong "$file:1: block_size must be a power of two from 16M to 64G" 'block_size = "100M"'
    wrong "$file:1: this is not TOML" 'block_size: 128M'
    fails_with 1 "did you mean default?" "$HOTPLUGFS" mount "$DIR" --machine defualt
    fails_with 1 "nothing.toml: there is no such file" "$HOTPLUGFS" mount "$DIR" --machine nothing.toml
    fails_with 1 "this directory has no sys/devices/system/memory" "$HOTPLUGFS" mount "$DIR" --machine "$WORK"
    {
        echo "$top"
        seq -f $'[[node]]\nnumber = %.0f' 0 999999
    } > "$file"
    fails_with 1 "$file:2050: too many *node]]: a machine can have 1024" timeout 20 "$HOTPLUGFS" mount "$DIR" --machine "$file"
    ! is_mounted "$DIR" || fail "mounted"
}
