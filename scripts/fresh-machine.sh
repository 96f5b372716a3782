#!/usr/bin/env bash
# Runs a command, .ci/run if none is given, on a machine that has nothing but Debian's minimal system and the .NET SDK: a new root
# directory, made by debootstrap, with a clone of HEAD in /work. Shows the programs that scripts and tests call but do not install.
# Run it as root before a release; it takes as long as the command, and about 4 GB.
#   scripts/fresh-machine.sh [--keep] [COMMAND ARGUMENT ...]     --keep leaves the root directory, and prints its name
# The exit status is the command's. The new root shares the host's kernel and network, and gets the host's package sources.
set -euo pipefail
export LC_ALL=C

self=$(readlink -f "${BASH_SOURCE[0]}")
checkout=${self%/scripts/*}
# shellcheck source=scripts/lib/install.sh
source "$checkout/scripts/lib/install.sh"
# shellcheck source=scripts/lib/root.sh
source "$checkout/scripts/lib/root.sh"

# What the packages of the .NET SDK depend on, and what every package source needs.
sdk_needs=libc6,libgcc-s1,libicu72,libssl3,libstdc++6,zlib1g,tzdata,ca-certificates

# copy_in FILE ...: copies those that the host has, with their directories, into the new root.
copy_in() {
    local file
    for file; do
        [ -e "$file" ] || continue
        mkdir -p "$fresh${file%/*}"
        cp --archive --dereference "$file" "$fresh$file"
    done
}

if [ "${1:-}" = --enter ]; then
    enter "${@:2}"
fi
keep=
if [ "${1:-}" = --keep ]; then
    keep=1
    shift
fi
if [ "$(id -u)" -ne 0 ]; then
    echo "fresh-machine.sh: only root can make another root directory" >&2
    exit 2
fi
install_missing debootstrap:debootstrap git:git unshare:util-linux
need_sdk "$checkout"
suite=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
mirror=$(apt-get indextargets --format "\$(SITE)" | grep -m 1 "/debian\$")
sdk=$(dirname "$(readlink -f "$(command -v dotnet)")")
fresh=$(mktemp -d "${TMPDIR:-/var/tmp}/hotplugfs-fresh.XXXXXX")
# shellcheck disable=SC2317
tidy_up() {
    if [ -n "$keep" ]; then
        echo "kept: $fresh" >&2
    else
        rm -rf --one-file-system "$fresh"
    fi
}
trap tidy_up EXIT
trap 'exit 1' INT TERM HUP

chmod 755 "$fresh"
debootstrap --variant=minbase --include="$sdk_needs" "$suite" "$fresh" "$mirror" > "$fresh.log" 2>&1 || {
    cat "$fresh.log" >&2
    rm -f "$fresh.log"
    exit 1
}
rm -f "$fresh.log"
copy_in "$sdk" /etc/ssl/certs/ca-certificates.crt /etc/resolv.conf /etc/hosts "$HOME/.nuget/NuGet/NuGet.Config"
ln -s "$sdk/dotnet" "$fresh/usr/bin/dotnet"
git clone --quiet "$checkout" "$fresh/work"
status=0
unshare --mount --pid --fork --kill-child -- bash "$self" --enter "$fresh" "${@:-.ci/run}" || status=$?
exit "$status"
