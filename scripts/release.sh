#!/usr/bin/env bash
# Makes the files of a release in a directory, artifacts/release if none is given:
#   hotplugfs_VERSION_ARCHITECTURE.deb, hotplugfs-VERSION-linux-ARCHITECTURE.tar.gz    the program, its manual pages and completions
#   hotplugfs.VERSION.nupkg, hotplugfs.linux-{x64,arm64}.VERSION.nupkg                 the program as a dotnet tool
#   HotplugFs.NAME.VERSION.nupkg, .snupkg                                              the libraries
#   hotplugfs-VERSION-image-amd64.tar                                                  the container image, for docker load and podman load
#   hotplugfs-VERSION.spdx.json, SHA256SUMS                                            what it consists of; the sums of all files
# The version is that of the last tag vN.N.N (minver). The same commit gives the same files, but for the image's base (CONTRIBUTING.md,
# "Make a release"). What this machine cannot make is left out, with a reason; with CI=true that is a failure.
#   scripts/release.sh [--twice] [DIR]      --twice makes it again from a clone in another directory, and compares
set -euo pipefail
export LC_ALL=C TZ=UTC MSBUILDDISABLENODEREUSE=1

self=$(readlink -f "${BASH_SOURCE[0]}")
root=${self%/scripts/*}
# shellcheck source=scripts/lib/install.sh
source "$root/scripts/lib/install.sh"
# shellcheck source=scripts/lib/image.sh
source "$root/scripts/lib/image.sh"
libraries=(Abi Engine Kernfs Sysfs Kernels Machines Testing)
architectures=(amd64)

# quietly COMMAND ..: shows a command's output only if it fails.
quietly() {
    "$@" > "$work/log" 2>&1 < /dev/null || { cat "$work/log" >&2 && return 1; }
}

# without WHAT REASON: what is missing in the release.
without() {
    echo "release.sh: without $1: $2" >&2
    [ "${CI:-}" != true ]
}

# rid_of ARCHITECTURE: sets RID, .NET's name, and CROSS, the prefix of the names of the linker's programs.
rid_of() {
    case $1 in
        amd64) RID=linux-x64 CROSS='' ;;
        arm64) RID=linux-arm64 CROSS=aarch64-linux-gnu- ;;
    esac
}

# make_tool ARCHITECTURE: the tool's package with the static native program, which is also left in $work/ARCHITECTURE/hotplugfs.
make_tool() {
    rid_of "$1"
    quietly dotnet pack "$root/src/HotplugFs.Cli" -c Release -r "$RID" "-p:CppCompilerAndLinker=${CROSS}gcc" "-p:ObjCopyName=${CROSS}objcopy" \
        "${properties[@]}" "${tool[@]}" -o "$output"
    install -D "$work/artifacts/publish/HotplugFs.Cli/release_$RID/hotplugfs" "$work/$1/hotplugfs"
    # The date of the manual page is that of the program.
    touch --date="@$SOURCE_DATE_EPOCH" "$work/$1/hotplugfs"
}

# lay_out ARCHITECTURE: the files below /usr. The program for this machine writes the manual pages and the completions of every program.
lay_out() {
    local tree=$work/$1/tree
    quietly "$root/scripts/install.sh" --prefix /usr --destdir "$tree" --program "$work/amd64/hotplugfs"
    rm "$tree/usr/share/hotplugfs/installed"
    install -m 755 "$work/$1/hotplugfs" "$tree/usr/bin/hotplugfs"
    install -m 644 "$root/scripts/package/apparmor" "$tree/usr/share/hotplugfs/apparmor"
    install -D -m 644 "$root/LICENSE" "$tree/usr/share/doc/hotplugfs/copyright"
    install -m 644 "$root/README.md" "$tree/usr/share/doc/hotplugfs"
}

make_tarball() {
    archive_of "$work/$1/tree/usr" | gzip --no-name > "$output/hotplugfs-$version-linux-$1.tar.gz"
}

make_deb() {
    local tree=$work/$1/tree size
    size=$(find "$tree" -type f -printf '%s\n' | awk '{ size += $1 } END { print int(size / 1024) }')
    install -m 755 -D -t "$tree/DEBIAN" "$root/scripts/package/postinst" "$root/scripts/package/prerm"
    sed -e "s/VERSION/${version/-/\~}/" -e "s/ARCHITECTURE/$1/" -e "s/SIZE/$size/" "$root/scripts/package/control" > "$tree/DEBIAN/control"
    chmod -R u=rwX,go=rX "$tree"
    find "$tree" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +
    quietly dpkg-deb --root-owner-group -Zxz --build "$tree" "$output/hotplugfs_${version/-/\~}_$1.deb"
}

make_libraries() {
    local library
    for library in "${libraries[@]}"; do
        quietly dotnet pack "$root/src/HotplugFs.$library" -c Release "${properties[@]}" -p:IncludeSymbols=true -p:SymbolPackageFormat=snupkg -o "$output"
    done
}

# make_sbom: the packages that the program for this machine is made of, in SPDX. Restores for other programs replace these lists.
make_sbom() {
    local time
    time=$(date --utc --date="@$SOURCE_DATE_EPOCH" +%FT%TZ)
    mkdir "$work/program" "$work/restored"
    cp "$work/amd64/hotplugfs" "$work/program"
    (cd "$work/artifacts/obj" && find . -name project.assets.json -exec cp --parents -t "$work/restored" {} +)
    quietly dotnet sbom-tool generate -b "$work/program" -bc "$work/restored" -m "$work" -pn hotplugfs -pv "$version" \
        -ps "HotplugFs maintainers" -nsb https://github.com/hotplugfs/hotplugfs -nsu "$version" -gt "$time" -mi SPDX:2.2
    # The order and a tag are random.
    jq --sort-keys --arg version "$version" '.packages |= sort_by(.SPDXID) | .relationships |= sort
        | .packages[].externalRefs[]?.referenceLocator |= sub("tag_id=.*$"; "tag_id=hotplugfs-" + $version)' \
        "$work/_manifest/spdx_2.2/manifest.spdx.json" > "$output/hotplugfs-$version.spdx.json"
}

# make_image: docker/Dockerfile's image, on the essential packages of this machine's distribution.
make_image() {
    local stage=$work/stage suite
    suite=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
    quietly mmdebstrap --variant=essential --include=mount --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
        --dpkgopt='path-exclude=/usr/share/man/*' "$suite" "$work/base.tar"
    install -D "$work/amd64/hotplugfs" "$stage/usr/local/bin/hotplugfs"
    install "$root/docker/demo.sh" "$stage/usr/local/bin/demo"
    mkdir -p "$stage/run/hotplugfs"
    archive_of "$stage" > "$work/layer.tar"
    image_archive "$work/image" amd64 "$(image_config "$root/docker/Dockerfile" "$version")" hotplugfs:latest \
        "$output/hotplugfs-$version-image-amd64.tar" "$work/base.tar" "$work/layer.tar"
}

# compare: makes the release again from a clone, and prints which files differ.
compare() {
    git clone --quiet "$root" "$work/another/directory"
    "$work/another/directory/scripts/release.sh" "$work/again" > /dev/null
    if ! diff "$output/SHA256SUMS" "$work/again/SHA256SUMS" > "$work/different"; then
        sed -n 's/^[<>] [0-9a-f]*  /different: /p' "$work/different" | sort -u
        return 1
    fi
    echo "the same files from another directory"
}

twice=
if [ "${1:-}" = --twice ]; then
    twice=1
    shift
fi
output=$(realpath -m "${1:-$root/artifacts/release}")
install_missing gcc:gcc gcc:libc6-dev git:git dpkg-deb:dpkg xz:xz-utils jq:jq
need_sdk "$root"
if install_missing aarch64-linux-gnu-gcc:gcc-aarch64-linux-gnu aarch64-linux-gnu-gcc:libc6-dev-arm64-cross; then
    architectures+=(arm64)
else
    without "arm64" "there is no linker for it; Debian's packages gcc-aarch64-linux-gnu and libc6-dev-arm64-cross have one"
fi
work=$(mktemp -d "${TMPDIR:-/tmp}/hotplugfs-release.XXXXXX")
trap 'rm -rf "$work"' EXIT
cd "$root"
quietly dotnet tool restore
version=$(dotnet minver --tag-prefix v --minimum-major-minor 0.1 --verbosity error)
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export SOURCE_DATE_EPOCH
properties=("-p:Version=$version" -p:ContinuousIntegrationBuild=true "-p:ArtifactsPath=$work/artifacts" "-p:PathMap=$root=/hotplugfs%2C$work=/build"
    -p:UseSharedCompilation=false -p:DebugType=portable -p:RunAnalyzers=false)
# Without symbols and documentation.
tool=(-p:PackAsTool=true -p:CopyOutputSymbolsToPublishDirectory=false
    -p:AllowedReferenceRelatedFileExtensions=none -p:PublishDocumentationFiles=false)
[ ${#architectures[@]} -gt 1 ] || tool+=(-p:ToolPackageRuntimeIdentifiers=linux-x64)
rm -rf "$output"
mkdir -p "$output"
make_tool amd64
make_sbom
[ ${#architectures[@]} -eq 1 ] || make_tool arm64
# The package that selects the one of a platform.
quietly dotnet pack "$root/src/HotplugFs.Cli" -c Release "${properties[@]}" "${tool[@]}" -o "$output"
for architecture in "${architectures[@]}"; do
    lay_out "$architecture"
    make_tarball "$architecture"
    make_deb "$architecture"
done
make_libraries
if [ "$(id -u)" -eq 0 ] && install_missing mmdebstrap:mmdebstrap; then
    make_image
else
    without "the container image" "only root can make one, by mmdebstrap"
fi
(cd "$output" && sha256sum -- * > SHA256SUMS)
ls -l "$output"
[ -z "$twice" ] || compare
