#!/usr/bin/env bash
# Boots a kernel in an emulator and records it with hotplugfs record.
# usage: scripts/record-kernel.sh VMLINUZ FILE [BOOT-OPTION ...]
# The machine is memless3 of docs/kernels.md: 1 GiB on node 0, and three DIMMs of one block on node 1, which has nothing else.
# FILE.jsonl (FILE may end with .jsonl) gets the recording, FILE.log what the guest wrote to its console, FILE.proc the files of /proc that have statistics.
# QEMU=PROGRAM names another emulator, BUSYBOX=PROGRAM another busybox, which must be static. The kernel needs no modules.
set -euo pipefail

root=$(readlink -f "${BASH_SOURCE[0]%/*}/..")
# shellcheck source=scripts/lib/install.sh
source "$root/scripts/lib/install.sh"

if [ $# -lt 2 ]; then
    sed -n '3s/^# //p' "$0" >&2
    exit 2
fi
kernel=$1 output=${2%.jsonl}
shift 2
needs=()
[ -n "${QEMU:-}" ] || needs+=(qemu-system-x86_64:qemu-system-x86)
[ -n "${BUSYBOX:-}" ] || needs+=(busybox:busybox-static)
install_missing "${needs[@]}"
busybox=${BUSYBOX:-$(command -v busybox)}

"$root/scripts/hotplugfs" --version > /dev/null
program=$root/artifacts/program/hotplugfs
for file in "$busybox" "$program"; do
    if ldd "$file" > /dev/null 2>&1; then
        echo "$file needs libraries, which the guest does not have (Debian: busybox-static, libc6-dev)" >&2
        exit 1
    fi
done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/root/bin" "$work/root/dev" "$work/root/proc" "$work/root/sys"
cp "$busybox" "$work/root/bin/busybox"
cp "$program" "$work/root/bin/hotplugfs"
# A terminal would change newlines.
cat > "$work/root/init" << 'END'
#!/bin/busybox sh
busybox=/bin/busybox
$busybox mount -t devtmpfs none /dev
$busybox mount -t proc none /proc
$busybox mount -t sysfs none /sys
for port in 1 2; do $busybox stty -F /dev/ttyS$port raw; done
for file in meminfo vmstat zoneinfo buddyinfo pagetypeinfo; do
    echo "== $file"
    $busybox cat /proc/$file
done > /dev/ttyS2
/bin/hotplugfs record -o /dev/ttyS1 --wait 0 --write 32,33,34
echo "hotplugfs record: status $?"
$busybox poweroff -f
END
chmod +x "$work/root/init" "$work/root/bin/busybox"
(cd "$work/root" && find . | "$busybox" cpio -o -H newc 2> "$work/cpio.log") | gzip -1 > "$work/initrd.gz"

devices=()
for number in 0 1 2; do
    devices+=(-object "memory-backend-ram,id=d$number,size=128M" -device "pc-dimm,id=b$number,memdev=d$number,node=1")
done
timeout 600 "${QEMU:-qemu-system-x86_64}" -accel tcg -m 1G,slots=8,maxmem=8G -display none -no-reboot -net none \
    -object memory-backend-ram,id=m0,size=1G -numa node,nodeid=0,cpus=0,memdev=m0 -numa node,nodeid=1 "${devices[@]}" \
    -kernel "$kernel" -initrd "$work/initrd.gz" -append "console=ttyS0 panic=-1 memhp_default_state=offline $*" \
    -serial "file:$output.log" -serial "file:$output.jsonl" -serial "file:$output.proc"

if ! grep -q 'hotplugfs record: status [01]' "$output.log"; then
    echo "the guest recorded nothing; the end of $output.log:" >&2
    tail -n 20 "$output.log" >&2
    exit 1
fi
name=${output##*/}
sed -i "1s/\"machine\":\"recorded\"/\"name\":\"$name\",\"machine\":\"memless3\",\"accel\":\"tcg\"/" "$output.jsonl"
echo "$output.jsonl: $(($(wc -l < "$output.jsonl") - 1)) operations"
