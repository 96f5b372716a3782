#!/usr/bin/env bash
# Fetches lsmem and chmem of util-linux 2.42 or newer, which know /sys/firmware/memory, from Debian unstable. They run with the C library of
# that suite, so nothing of it is installed. Both are GPL-2.0 and stay in a directory that git ignores.
#   fetch-util-linux.sh DIRECTORY
set -euo pipefail

directory=$1
[ ! -x "$directory/chmem" ] || exit 0
# shellcheck source=scripts/acceptance/lib/archive.sh
source "$(dirname "${BASH_SOURCE[0]}")/archive.sh"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo "fetching lsmem and chmem of util-linux 2.42" >&2
{ archive_update deb unstable && archive_get download util-linux-extra libsmartcols1 libc6; } > log 2>&1 || {
    cat log >&2
    exit 1
}
mkdir root
for package in *.deb; do
    dpkg -x "$package" root
done
# A loader that is started itself needs the path of its libraries, and the program's own name.
loader=$(find root -name 'ld-linux-*' -type f | head -n 1)
libraries=$(dirname "$(find root -name libc.so.6 | head -n 1)")
rm -rf "$directory"
mkdir -p "$directory"
for program in lsmem chmem; do
    cat > "$program" << END
#!/bin/sh
directory=\${0%/*}
exec "\$directory/$loader" --argv0 $program --library-path "\$directory/$libraries" "\$directory/root/usr/bin/$program" "\$@"
END
    chmod +x "$program"
done
mv root lsmem chmem "$directory"
