#!/usr/bin/env bats
source "$BATS_TEST_DIRNAME/../lib/verbs.sh"

plug() {
    fails_with 1 "$1" "$HOTPLUGFS" plug "$DIR" "${@:2}"
}

@test "a refused plug reports the error and the reason, and changes nothing" {
    start_machine
    before=$(snapshot)
    plug "*File exists*memory40 is present already" --node 1 --size 512M --at 0x140000000
    plug "*File exists*memory40 is present already" --node 1 --size 512M --at 0x130000000
    plug "*File exists*the name is taken" --node 1 --size 512M --id dimm0
    plug "*Invalid argument*0x140000001 is not a multiple of the block size" --node 1 --size 512M --at 0x140000001
    plug "*Invalid argument*its size 524288000 is not a multiple of the block size" --node 1 --size 500M
    plug "*Invalid argument*the machine has no node 7" --node 7 --size 512M
    plug "*No space left on device*" --node 1 --size 512M --at 4096T
    plug "*No space left on device*" --node 1 --size 1024P
    fails_with 2 '--id "a/b" is not a valid name' "$HOTPLUGFS" plug "$DIR" --node 1 --size 512M --id a/b
    fails_with 2 '--size "big" is not a size in bytes' "$HOTPLUGFS" plug "$DIR" --node 1 --size big
    fails_with 2 "--size" "$HOTPLUGFS" plug "$DIR" --node 1
    fails_with 2 '--node "one" is not a number' "$HOTPLUGFS" plug "$DIR" --node one --size 512M
    for text in "" "node=1" "node=1 size=512M" "node=1 size=512M id=a b" "node=1 size=512M id=a color=red" "node=x size=512M id=a" \
        "node=1 size=512M id=../a" "node=1 node=1 size=512M id=a" "id=" "$(printf 'x%.0s' {1..4000})"; do
        refuse "Invalid argument" "$text" "$CONTROL/dimms/plug"
        logged "dimms/plug: "
    done
    fails_with 1 "no machine is mounted there" "$HOTPLUGFS" plug "$WORK" --node 1 --size 512M
    unchanged "$before"
    end_machine
}
