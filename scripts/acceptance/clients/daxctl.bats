#!/usr/bin/env bats
source "$BATS_TEST_DIRNAME/../lib/client.sh"
NEEDS="daxctl:daxctl"

# a_region KERNEL: a machine with a region of 256 MiB, blocks 8 and 9 of node 1; what is expected here is what the real kernels print.
a_region() {
    cat > "$WORK/dax.toml" << END
block_size = "128M"
kernel = "$1"

[[node]]
number = 0
cpus = "0-1"

[[node]]
number = 1

[[memory]]
node = 0
blocks = "0-7"
zone = "DMA32"

[[memory]]
node = 1
blocks = "10-11"
zone = "DMA32"

[[dax]]
node = 1
address = "1G"
size = "256M"
END
}

# device MODE [ONLINE [MOVABLE]]: the device in a list.
device() {
    local line='"mode":"'$1'"'
    [ -z "${2:-}" ] || line+=$',\n    "online_memblocks":'$2$',\n    "total_memblocks":2'
    [ -z "${3:-}" ] || line+=$',\n    "movable":'$3
    cat << END
[
  {
    "chardev":"dax0.0",
    "size":268435456,
    "target_node":1,
    "align":2097152,
    $line
  }
]
END
}

modes() {
    prints daxctl list < <(device system-ram 0)
    [ "$(stat -c '%F %t:%T' /dev/dax0.0)" = "character special file fc:0" ]
    prints daxctl reconfigure-device --mode=devdax dax0.0 < <(echo "reconfigured 1 device"; device devdax)
    [ ! -e "$MEMORY/memory8" ]
    prints daxctl reconfigure-device --mode=system-ram --no-online dax0.0 < <(echo "reconfigured 1 device"; device system-ram 0)
    blocks state 8:offline 9:offline
    prints daxctl online-memory dax0.0 <<< "onlined memory for 1 device"
    prints daxctl list < <(device system-ram 2 true)
    prints daxctl offline-memory dax0.0 <<< "offlined memory for 1 device"
    prints daxctl online-memory --no-movable dax0.0 <<< "onlined memory for 1 device"
    blocks valid_zones 8:Normal 9:Normal
    prints daxctl list < <(device system-ram 2 false)
    ends 240 daxctl reconfigure-device --mode=devdax dax0.0 << 'END'
error reconfiguring devices: Device or resource busy
reconfigured 0 devices
END
    put "9 EBUSY" "$CONTROL/offline_result"
    ends 240 daxctl offline-memory dax0.0 << 'END'
libdaxctl: offline_one_memblock: dax0.0: Failed to offline /sys/devices/system/node/node1/memory9/state: Device or resource busy
dax0.0: failed to offline memory: Device or resource busy
error offlining memory: Device or resource busy
offlined memory for 0 devices
END
    put default "$CONTROL/offline_result"
    prints daxctl reconfigure-device --force --mode=devdax dax0.0 < <(echo "dax0.0: 1 memory section already offline"; echo "reconfigured 1 device"; device devdax)
}

regions() {
    prints daxctl list -R <<< '[
  {
    "path":"\/platform\/hmem.0",
    "id":0,
    "size":268435456,
    "align":2097152
  }
]'
    prints daxctl reconfigure-device --mode=devdax dax0.0 < <(echo "reconfigured 1 device"; device devdax)
    ends 250 daxctl reconfigure-device --size=128M dax0.0 << 'END'
libdaxctl: daxctl_dev_set_size: dax0.0: failed to set size
error reconfiguring devices: No such device or address
reconfigured 0 devices
END
    prints daxctl disable-device dax0.0 <<< "disabled 1 device"
    prints daxctl reconfigure-device --size=128M dax0.0 <<< "reconfigured 1 device"
    prints daxctl create-device << 'END'
created 1 device
[
  {
    "chardev":"dax0.1",
    "size":134217728,
    "target_node":1,
    "align":2097152,
    "mode":"devdax"
  }
]
END
    [ -c /dev/dax0.1 ]
    [ "$(readlink -f /sys/dev/char/252:1)" = /sys/devices/platform/hmem.0/dax0.1 ]
    prints daxctl destroy-device -f dax0.1 <<< "destroyed 1 device"
    ends 240 daxctl destroy-device dax0.0 << 'END'
error destroying devices: Device or resource busy
destroyed 0 devices
END
}

# Up to 6.2 a device begins in mode devdax. What is onlined automatically cannot be taken back while it is online.
earlier() {
    prints daxctl list < <(device devdax)
    prints daxctl reconfigure-device --mode=system-ram dax0.0 < <(echo "reconfigured 1 device"; device system-ram 2 true)
    put dax0.0 /sys/bus/dax/drivers/kmem/unbind
    logged "dax0.0: unbind from kmem refused: memory8 is online; the blocks from memory8 on cannot be removed until the machine boots"
    blocks state 8:online 9:online
    refuse 'Device or resource busy' dax0.0 /sys/bus/dax/drivers/kmem/bind
}

@test "daxctl on 6.12: list, reconfigure-device, online-memory, offline-memory" {
    a_region 6.12
    inside modes --machine "$WORK/dax.toml"
}

@test "daxctl on 6.12: resize, create-device, destroy-device" {
    a_region 6.12
    inside regions --machine "$WORK/dax.toml"
}

@test "daxctl on 6.1: a device begins in mode devdax; blocks that are online stay" {
    a_region 6.1
    inside earlier --machine "$WORK/dax.toml"
}

# On 7.3 the file state of a device plugs and unplugs its memory, and daxctl finds the device below another directory.
plugged() {
    local device=/sys/devices/platform/hmem_platform.0/hmem.0/dax0.0
    [ "$(readlink -f /sys/bus/dax/devices/dax0.0)" = "$device" ]
    put unplugged "$device/state"
    [ ! -e "$MEMORY/memory8" ] || fail "memory8 exists"
    put online_movable "$device/state"
    blocks valid_zones 8:Movable 9:Movable
    prints daxctl list < <(device system-ram 2 true)
    prints daxctl offline-memory dax0.0 <<< "offlined memory for 1 device"
    [ "$(cat "$device/state")" = online_movable ]
    put unplugged "$device/state"
}

@test "daxctl on 7.3: the file state plugs and unplugs the memory" {
    a_region 7.3
    inside plugged --machine "$WORK/dax.toml"
}
