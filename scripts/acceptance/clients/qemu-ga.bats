#!/usr/bin/env bats
source "$BATS_TEST_DIRNAME/../lib/client.sh"
NEEDS="qemu-ga:qemu-guest-agent socat:socat"

# ask TEXT: sends one request, prints the reply.
ask() {
    echo "$1" | socat -t 10 - "UNIX-CONNECT:$WORK/socket"
}

agent() {
    qemu-ga -m unix-listen -p "$WORK/socket" -t "$WORK" > "$WORK/agent" 2>&1 < /dev/null &
    local agent=$! reply block online expected=
    # The agent listens as soon as the socket exists.
    until [ -S "$WORK/socket" ]; do
        kill -0 "$agent" 2> /dev/null || fail "$(cat "$WORK/agent")"
        read -r -t 0.02 _ <> <(:) || true
    done

    prints ask '{"execute":"guest-get-memory-block-info"}' << 'END'
{"return": {"size": 134217728}}
END
    for block in 0 1 32 33 34 35 36 37 40 41 42 43 44 45 46 47; do
        [ "$block" -lt 40 ] && online=true || online=false
        expected+="${expected:+, }{\"online\": $online, \"can-offline\": true, \"phys-index\": $block}"
    done
    prints ask '{"execute":"guest-get-memory-blocks"}' <<< "{\"return\": [$expected]}"

    # Online, offline, already online, a block with kernel pages, and a missing block.
    prints ask '{"execute":"guest-set-memory-blocks","arguments":{"mem-blks":[{"phys-index":40,"online":true},
        {"phys-index":33,"online":false},{"phys-index":34,"online":true},{"phys-index":0,"online":false},
        {"phys-index":9999,"online":true}]}}' \
        <<< '{"return": [{"response": "success", "phys-index": 40}, {"response": "success", "phys-index": 33}, '"$(:
        )"'{"response": "success", "phys-index": 34}, {"response": "operation-failed", "error-code": 16, "phys-index": 0}, '"$(:
        )"'{"response": "not-found", "error-code": 2, "phys-index": 9999}]}'
    blocks state 40:online 33:offline 34:online 0:online
    # The agent cannot name a zone, so the kernel chooses.
    blocks valid_zones 40:Normal 33:Normal_Movable
    logged "memory0: offline refused: it holds pages of the kernel"
    happened online:40 offline:33
    reply=$(ask '{"execute":"guest-get-memory-blocks"}')
    [[ $reply == *'{"online": false, "can-offline": true, "phys-index": 33}'* ]] || fail "33: $reply"
    [[ $reply == *'{"online": true, "can-offline": true, "phys-index": 40}'* ]] || fail "40: $reply"

    kill "$agent"
    wait "$agent" || fail "it exited with $?: $(cat "$WORK/agent")"
}

@test "qemu-ga lists and changes memory blocks" {
    inside agent --kernel 6.12
}
