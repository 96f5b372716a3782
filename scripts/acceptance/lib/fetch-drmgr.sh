#!/usr/bin/env bash
# Builds the part of drmgr that sets the state of a logical memory block, unmodified, from Debian's source package of powerpc-utils, with the
# main program of drmgr.c. The source is GPL-2.0 and not part of this repository; source and program stay in directories that git ignores.
#   fetch-drmgr.sh PROGRAM
set -euo pipefail

program=$1
main=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/drmgr.c
[ "$main" -nt "$program" ] || exit 0
# shellcheck source=scripts/acceptance/lib/archive.sh
source "${main%/*}/archive.sh"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
mkdir include

# source_of SUITE: fetches the tarball; few machines have lists of source packages.
source_of() {
    { archive_update deb-src "$1" && archive_get source --tar-only --download-only powerpc-utils; } >> log 2>&1
    compgen -G "powerpc-utils_*.tar.*" > /dev/null
}

# A mirror may lack the newest or an older one.
echo "fetching the source of powerpc-utils for drmgr" >&2
source_of unstable || source_of stable || source_of oldstable || {
    cat log >&2
    exit 1
}
tar -xf powerpc-utils_*.tar.*
directory=$(echo "$work"/powerpc-utils-*/src/drmgr)
# The library that calls the firmware exists on POWER only, and nothing of it is called.
echo '#include <stdint.h>' > include/librtas.h
mkdir -p "${program%/*}"
gcc -O1 -w -D_GNU_SOURCE -ffunction-sections -fdata-sections -Wl,--gc-sections -I "$work/include" -I "$directory" -I "$directory/.." \
    -o "$program" "$main" "$directory/common.c"
