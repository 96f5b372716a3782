#!/usr/bin/env bats
source "$BATS_TEST_DIRNAME/../lib/client.sh"
NEEDS="prometheus-node-exporter:prometheus-node-exporter"

# metrics PATTERN: the values of the metrics.
metrics() {
    exec 4<> /dev/tcp/127.0.0.1/19100
    printf 'GET /metrics HTTP/1.0\r\n\r\n' >&4
    sed -nE "s/^$1 //p" <&4 | tr '\n' ' '
    exec 4>&-
}

answers() {
    (exec 4<> /dev/tcp/127.0.0.1/19100) 2> /dev/null
}

node_figures() {
    prometheus-node-exporter --web.listen-address=127.0.0.1:19100 --collector.disable-defaults --collector.meminfo \
        --collector.meminfo_numa --log.level=error > /dev/null 2>&1 &
    eventually answers
    [ "$(metrics 'node_memory_numa_MemTotal\{.*\}')" = "5.36870912e+08 5.36870912e+08 " ] || fail "the nodes have not 512 MiB each"
    put online "$MEMORY/auto_online_blocks"
    "$PROGRAM" plug --node 1 --size 1G > /dev/null
    [ "$(metrics 'node_memory_MemTotal_bytes')" = "2.147483648e+09 " ] || fail "the machine has not 2 GiB"
    [ "$(metrics 'node_memory_numa_MemTotal\{node="1"\}')" = "1.610612736e+09 " ] || fail "node 1 has not 1.5 GiB"
    kill $!
    wait $! || true
}

@test "node_exporter exports each node's MemTotal, and it follows a plug" {
    inside node_figures --kernel 6.12
}
