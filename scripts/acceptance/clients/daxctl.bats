#!/usr/bin/env bats
# Only as root: the device node is made with mknod.
# bats file_tags=only-root
source "$BATS_TEST_DIRNAME/../lib/client.sh"
NEEDS="daxctl:daxctl mount:mount mknod:coreutils"

# a_device: mounts a tree over /sys with the machine and a device dax0.0, whose memory is that of dimm0: blocks 40-43 of node 1.
a_device() {
    local sys=$WORK/sys platform=$WORK/sys/devices/platform/hmem.0 device=$WORK/sys/devices/platform/hmem.0/dax0.0 part
    mkdir -p "$WORK/sys" "$WORK/dev"
    mount -t tmpfs -o mode=755 none "$WORK/sys"
    mount -t tmpfs -o mode=755 none "$WORK/dev"
    mkdir -p "$sys"/{devices/system,bus/dax/devices,bus/dax/drivers/kmem,dev/char} "$device" "$platform/dax_region"
    for part in 0:id 536870912:size 2097152:align 0:available_size; do
        echo "${part%:*}" > "$platform/dax_region/${part#*:}"
    done
    for part in 0x140000000:resource 536870912:size 1:target_node 2097152:align; do
        echo "${part%:*}" > "$device/${part#*:}"
    done
    echo dax:t0 > "$device/modalias"
    echo 253:7 > "$device/dev"
    printf '%s\n' MAJOR=253 MINOR=7 DEVNAME=dax0.0 MODALIAS=dax:t0 > "$device/uevent"
    ln -s ../../../../bus/dax "$device/subsystem"
    ln -s ../../../../bus/dax/drivers/kmem "$device/driver"
    ln -s ../../../devices/platform/hmem.0/dax0.0 "$sys/bus/dax/devices/dax0.0"
    ln -s ../../devices/platform/hmem.0/dax0.0 "$sys/dev/char/253:7"
    for part in devices/system/memory devices/system/node bus/memory bus/node; do
        mkdir -p "$sys/$part"
        mount --bind "$HOTPLUGFS/sys/$part" "$sys/$part"
    done
    mknod "$WORK/dev/dax0.0" c 253 7
    mknod -m 666 "$WORK/dev/null" c 1 3
    mount --rbind "$sys" /sys
    mount --bind "$WORK/dev" /dev
    ours
}

# listed ONLINE [MOVABLE]: the device in the list.
listed() {
    prints daxctl list << END
[
  {
    "chardev":"dax0.0",
    "size":536870912,
    "target_node":1,
    "align":2097152,
    "mode":"system-ram",
    "online_memblocks":$1,
    "total_memblocks":4${2:+,
    \"movable\":$2}
  }
]
END
}

modern() {
    a_device
    listed 0
    prints daxctl online-memory dax0.0 <<< "onlined memory for 1 device"
    blocks state 40:online 41:online 42:online 43:online 44:offline
    blocks valid_zones 40:Movable 41:Movable 42:Movable 43:Movable
    listed 4 true
    prints daxctl offline-memory dax0.0 <<< "offlined memory for 1 device"
    blocks state 40:offline 41:offline 42:offline 43:offline
    prints daxctl online-memory --no-movable dax0.0 <<< "onlined memory for 1 device"
    blocks valid_zones 40:Normal 41:Normal 42:Normal 43:Normal
    listed 4 false

    put "41 EBUSY" "$CONTROL/offline_result"
    ends 240 daxctl offline-memory dax0.0 << 'END'
libdaxctl: offline_one_memblock: dax0.0: Failed to offline /sys/devices/system/node/node1/memory41/state: Device or resource busy
dax0.0: failed to offline memory: Device or resource busy
error offlining memory: Device or resource busy
offlined memory for 0 devices
END
    blocks state 40:offline 41:online 42:online 43:online
    put default "$CONTROL/offline_result"
    prints daxctl offline-memory dax0.0 << 'END'
dax0.0: 1 memory section already offline
offlined memory for 1 device
END
    listed 0
    # Another program was faster.
    state 42 online
    prints daxctl online-memory dax0.0 << 'END'
dax0.0:
  WARNING: detected a race while onlining memory
  Some memory may not be in the expected zone. It is
  recommended to disable any other onlining mechanisms,
  and retry. If onlining is to be left to other agents,
  use the --no-online option to suppress this warning
dax0.0: 1 memory section already online
onlined memory for 1 device
END
    blocks valid_zones 40:Movable 41:Movable 42:Normal 43:Movable
}

# Up to 4.12 a block in the middle of a zone cannot become Movable, and daxctl starts with the lowest.
boundary() {
    a_device
    ends 234 daxctl online-memory dax0.0 << 'END'
dax0.0: failed to online memory: Invalid argument
error onlining memory: Invalid argument
onlined memory for 0 devices
END
    logged "memory40: online_movable refused: not at the end of zone Normal of node 1 (40 of 34-43)"
    listed 0
}

@test "daxctl on 6.12: online in Movable or not, offline, list" {
    inside modern --privileged --kernel 6.12
}

@test "daxctl on 4.9: it cannot online the lowest block in Movable" {
    inside boundary --privileged --kernel 4.9
}
