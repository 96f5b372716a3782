#!/usr/bin/env bash
# Makes the files of a release in a directory, artifacts/release if none is given:
#   hotplugfs_VERSION_amd64.deb, hotplugfs-VERSION-linux-amd64.tar.gz    the program, its manual page and completions
#   hotplugfs.VERSION.nupkg, hotplugfs.linux-x64.VERSION.nupkg           the program as a dotnet tool
#   HotplugFs.NAME.VERSION.nupkg, .snupkg                                the libraries
#   hotplugfs-VERSION.spdx.json, SHA256SUMS                              what it consists of; the sums of all files
# The version is that of the last tag vN.N.N (minver). The same commit gives the same files.
#   scripts/release.sh [DIR]
set -euo pipefail
export LC_ALL=C TZ=UTC MSBUILDDISABLENODEREUSE=1

self=$(readlink -f "${BASH_SOURCE[0]}")
root=${self%/scripts/*}
# shellcheck source=scripts/lib/install.sh
source "$root/scripts/lib/install.sh"
output=$(realpath -m "${1:-$root/artifacts/release}")
libraries=(Abi Engine Kernfs Sysfs Kernels Machines Testing)

# publish: builds the program as a static one, without its symbols, in $work/program.
publish() {
    quietly dotnet publish "$root/src/HotplugFs.Cli" -c Release -r linux-x64 -p:CppCompilerAndLinker=gcc "${properties[@]}" -o "$work/program"
    rm -f "$work/program"/*.dbg "$work/program"/*.xml "$work/program"/*.pdb
}

# quietly COMMAND ..: shows a command's output only if it fails.
quietly() {
    "$@" > "$work/log" 2>&1 < /dev/null || { cat "$work/log" >&2 && return 1; }
}

# lay_out: the files below /usr, with the time of the commit.
lay_out() {
    quietly "$root/scripts/install.sh" --prefix /usr --destdir "$work/tree" --program "$work/program/hotplugfs"
    rm -rf "$work/tree/usr/share/hotplugfs"
    local documents=$work/tree/usr/share/doc/hotplugfs
    install -D -m 644 "$root/LICENSE" "$documents/copyright"
    install -m 644 "$root/README.md" "$documents"
    find "$work/tree" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +
}

make_tarball() {
    tar --create --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$SOURCE_DATE_EPOCH" --directory="$work/tree/usr" . |
        gzip --no-name > "$output/hotplugfs-$version-linux-amd64.tar.gz"
}

make_deb() {
    mkdir "$work/tree/DEBIAN"
    cat > "$work/tree/DEBIAN/control" << END
Package: hotplugfs
Version: ${version/-/\~}
Architecture: amd64
Maintainer: HotplugFs maintainers <hotplugfs@users.noreply.github.com>
Installed-Size: $(du -sk "$work/tree/usr" | cut -f 1)
Depends: util-linux
Recommends: fuse3
Suggests: udev
Section: utils
Priority: optional
Description: virtual sysfs for Linux memory hotplug
 A FUSE mount with /sys/devices/system/memory and the node tree of a simulated
 machine, which follows the rules of kernels from 3.8 to 7.2. Programs, udev
 rules and agents that online and offline memory can be tested on it without
 root and without a virtual machine.
END
    touch --date="@$SOURCE_DATE_EPOCH" "$work/tree/DEBIAN/control" "$work/tree/DEBIAN"
    quietly dpkg-deb --root-owner-group -Zxz --build "$work/tree" "$output/hotplugfs_${version/-/\~}_amd64.deb"
}

make_packages() {
    local library
    for library in "${libraries[@]}"; do
        quietly dotnet pack "$root/src/HotplugFs.$library" -c Release "${properties[@]}" -p:IncludeSymbols=true -p:SymbolPackageFormat=snupkg -o "$output"
    done
    # The package with the native program for this platform, and the one that selects it.
    local tool=(-p:PackAsTool=true -p:ToolPackageRuntimeIdentifiers=linux-x64)
    quietly dotnet pack "$root/src/HotplugFs.Cli" -c Release -r linux-x64 -p:CppCompilerAndLinker=gcc "${properties[@]}" "${tool[@]}" -o "$output"
    quietly dotnet pack "$root/src/HotplugFs.Cli" -c Release "${properties[@]}" "${tool[@]}" -o "$output"
}

# make_sbom: the packages that the program is made of, in SPDX.
make_sbom() {
    (cd "$root" && quietly dotnet tool restore &&
        quietly dotnet sbom-tool generate -b "$work/program" -bc "$work/artifacts" -m "$work" -pn hotplugfs -pv "$version" -ps "HotplugFs maintainers" \
            -nsb https://github.com/hotplugfs/hotplugfs -mi SPDX:2.2)
    cp "$work/_manifest/spdx_2.2/manifest.spdx.json" "$output/hotplugfs-$version.spdx.json"
}

install_missing gcc:gcc gcc:libc6-dev git:git dpkg-deb:dpkg xz:xz-utils
need_sdk "$root"
work=$(mktemp -d "${TMPDIR:-/tmp}/hotplugfs-release.XXXXXX")
trap 'rm -rf "$work"' EXIT
cd "$root"
quietly dotnet tool restore
version=$(dotnet minver --tag-prefix v --minimum-major-minor 0.1 --verbosity error)
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export SOURCE_DATE_EPOCH
properties=("-p:Version=$version" -p:ContinuousIntegrationBuild=true "-p:ArtifactsPath=$work/artifacts" "-p:PathMap=$root=/hotplugfs" -p:UseSharedCompilation=false
    -p:DebugType=portable -p:RunAnalyzers=false)
rm -rf "$output"
mkdir -p "$output"
publish
lay_out
make_tarball
make_deb
make_packages
make_sbom
(cd "$output" && sha256sum -- * > SHA256SUMS)
ls -l "$output"
