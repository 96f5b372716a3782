#!/usr/bin/env bash
# Extracts the kernel's own test of memory hotplug from Debian's linux-source: 140 MB for one small file, so the file is kept. It is GPL-2.0
# and not part of this repository; it is run unmodified, from a directory that git ignores.
#   fetch-selftest.sh FILE
set -euo pipefail

file=$1
[ ! -f "$file" ] || exit 0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
package=$(apt-cache depends linux-source | sed -n 's/^ *Depends: \(linux-source-.*\)/\1/p' | head -n 1)
echo "fetching ${package:=linux-source-6.1} for the kernel's own test" >&2
# Outdated package lists name files that the archive no longer has.
apt-get download "$package" > log 2>&1 || { apt-get -o DPkg::Lock::Timeout=300 update && apt-get download "$package"; } > log 2>&1 || {
    cat log >&2
    exit 1
}
dpkg-deb --fsys-tarfile ./*.deb | tar -x "./usr/src/$package.tar.xz"
member=$package/tools/testing/selftests/memory-hotplug/mem-on-off-test.sh
tar -xf "usr/src/$package.tar.xz" --occurrence=1 "$member"
mkdir -p "${file%/*}"
mv "$member" "$file"
