#!/usr/bin/env bash
# Tests the files of a release: installs them in new root directories that have neither an SDK nor a compiler, and runs what README.md shows
# there. Prints how long a newcomer takes from dpkg -i to the first echo online_movable. Needs root and /dev/fuse; takes a minute or two.
#   scripts/release-test.sh [DIR]     the files that scripts/release.sh has made [default: artifacts/release]
# The root directory is the present Debian's, or this machine's Ubuntu: one with AppArmor 4. It is kept in artifacts/release-test.
set -euo pipefail
export LC_ALL=C

self=$(readlink -f "${BASH_SOURCE[0]}")
root=${self%/scripts/*}
# shellcheck source=scripts/lib/install.sh
source "$root/scripts/lib/install.sh"
# shellcheck source=scripts/lib/root.sh
source "$root/scripts/lib/root.sh"
# shellcheck source=scripts/lib/results.sh
source "$root/scripts/lib/results.sh"

if [ "${1:-}" = --enter ]; then
    enter "${@:2}"
fi
release=$(realpath "${1:-$root/artifacts/release}")
cache=$root/artifacts/release-test
passed=0 failed=0 skipped=0

# check TITLE COMMAND ...: a command that is one test. It shows its lines that begin with "note: ", or all if it fails.
check() {
    local started=$EPOCHREALTIME status took
    # In the condition of an if, a function goes on after a command that fails.
    set +e
    (set -e && "${@:2}") > "$work/log" 2>&1 < /dev/null
    status=$?
    set -e
    took=$(((${EPOCHREALTIME/./} - ${started/./}) / 1000))
    if [ "$status" -eq 0 ]; then
        passed=$((passed + 1))
        echo "ok $1 in $took ms"
        sed -n 's/^note: /  /p' "$work/log"
    else
        failed=$((failed + 1))
        echo "not ok $1 in $took ms"
        sed 's/^/  /' "$work/log"
    fi
}

# inside DIRECTORY COMMAND ...: runs a command in the root directory.
inside() {
    timeout --kill-after 5 300 unshare --mount --pid --fork --kill-child -- bash "$self" --enter "$@"
}

# one PATTERN: the only file of the release with such a name.
one() {
    find "$release" -name "$1" | grep . || { echo "no file $1" >&2 && return 1; }
}

# make_root DIRECTORY: a minimal system, with AppArmor's parser and the programs that run the tests.
make_root() {
    local suite id archive source=()
    suite=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
    [ "$suite" != bookworm ] || suite=trixie
    id=$(sed -n 's/^ID=//p' /etc/os-release)
    archive=$cache/$suite.tar
    if [ ! -s "$archive" ]; then
        # Otherwise the usual one. Ubuntu's bats is not in its main component.
        mapfile -t source < <(apt-get indextargets --format "\$(SITE)" | grep -m 1 "^http.*/$id\$")
        [ "$id" != ubuntu ] || source+=("--components=main,universe")
        mmdebstrap --variant=minbase --include=apparmor,bats,busybox "$suite" "$cache/new.tar" "${source[@]}" > "$work/log" 2>&1 ||
            { cat "$work/log" && return 1; }
        mv "$cache/new.tar" "$archive"
    fi
    mkdir "$1"
    tar --extract --numeric-owner --file "$archive" --directory "$1" --exclude './dev/*'
    mkdir -p "$1/work/artifacts" "$1/release"
    git -C "$root" archive HEAD README.md docs scripts | tar --extract --directory "$1/work"
    # The stories call the program of a checkout.
    ln -sf "$2" "$1/work/scripts/hotplugfs"
}

# newcomer: from the package to the first write.
newcomer() {
    local started=$EPOCHREALTIME
    # shellcheck disable=SC2016
    inside "$work/deb" bash -euc '
        dpkg -i /release/*.deb
        mkdir /tmp/machine
        hotplugfs mount /tmp/machine
        cd /tmp/machine/sys/devices/system/memory
        echo online_movable > memory43/state
        [ "$(cat memory43/valid_zones)" = "Movable Normal" ]
        cd /
        hotplugfs unmount /tmp/machine'
    echo "note: from dpkg -i to echo online_movable and unmount: $(((${EPOCHREALTIME/./} - ${started/./}) / 1000)) ms"
}

# readme DIRECTORY PROGRAM: the commands of README.md.
readme() {
    inside "$1" bash -euc "mkdir -p /tmp/base
        BASE=/tmp/base HOTPLUGFS=$2 ROOT=/work AS=root bats --filter 'of README.md' scripts/integration/cases/readme.bats"
}

# installed: what else the package has.
installed() {
    # shellcheck disable=SC2016
    inside "$work/deb" bash -euc '
        for file in man/man8/hotplugfs.8* man/man5/hotplugfs-machine.5* bash-completion/completions/hotplugfs zsh/*/_hotplugfs fish/*/hotplugfs.fish; do
            test -s /usr/share/$file
        done
        mount -t fuse.hotplugfs default /mnt
        umount /mnt
        # An ordinary user. In a root directory of its own, only root can open the device.
        chmod 666 /dev/fuse
        setpriv --reuid 65534 --regid 65534 --clear-groups -- hotplugfs run -- sh -c "lsmem --summary"
        hotplugfs doctor || true'
}

apparmor() {
    inside "$work/deb" apparmor_parser --skip-kernel-load --skip-cache --debug /etc/apparmor.d/hotplugfs | tee "$work/profile"
    grep -qi userns "$work/profile"
}

removed() {
    inside "$work/deb" bash -euc 'dpkg -r hotplugfs; ! find /usr /etc -name "*hotplugfs*" | grep .'
}

# contents: the list of packages has what the program is linked from.
contents() {
    local name
    for name in System.CommandLine Tomlyn Microsoft.NETCore.App.Runtime.NativeAOT.linux-x64; do
        jq --exit-status --arg name "$name" 'any(.packages[]; .name == $name)' "$(one 'hotplugfs-*.spdx.json')"
    done
}

# tool: the tool's package, installed with the SDK outside. The program needs no SDK.
tool() {
    local version
    version=$(basename "$(one 'hotplugfs.linux-x64.*.nupkg')" .nupkg)
    printf '<configuration><packageSources><clear /><add key="release" value="%s" /></packageSources></configuration>' "$release" > "$work/tool.config"
    NUGET_PACKAGES=$work/packages dotnet tool install hotplugfs --version "${version#hotplugfs.linux-x64.}" --tool-path "$work/tool/opt/hotplugfs" \
        --configfile "$work/tool.config"
    inside "$work/tool" /opt/hotplugfs/hotplugfs --version
}

tarball() {
    mkdir -p "$work/tool/usr/local"
    tar --extract --file "$(one 'hotplugfs-*-linux-amd64.tar.gz')" --directory "$work/tool/usr/local"
    inside "$work/tool" hotplugfs run -- lsmem --summary
}

# libraries: a program with the package HotplugFs.Testing.
libraries() {
    local version
    version=$(basename "$(one 'HotplugFs.Testing.*.nupkg')" .nupkg)
    mkdir "$work/user"
    cat > "$work/user/user.csproj" << END
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><TargetFramework>net10.0</TargetFramework><OutputType>Exe</OutputType></PropertyGroup>
  <ItemGroup><PackageReference Include="HotplugFs.Testing" Version="${version#HotplugFs.Testing.}" /></ItemGroup>
</Project>
END
    echo 'using var machine = HotplugFs.Testing.TestMachine.Start(kernel: "6.12"); System.Console.WriteLine(machine.Write("memory43/state", "online_movable"));' \
        > "$work/user/user.cs"
    NUGET_PACKAGES=$work/packages dotnet run --project "$work/user" -p:RestoreAdditionalProjectSources="$release"
}

# arm64: the other program, by an emulator.
arm64() {
    mkdir "$work/arm64"
    dpkg-deb --extract "$(one 'hotplugfs_*_arm64.deb')" "$work/arm64"
    [ "$(dpkg-deb --field "$(one 'hotplugfs_*_arm64.deb')" Architecture)" = arm64 ]
    local emulated=(qemu-aarch64-static "$work/arm64/usr/bin/hotplugfs")
    "${emulated[@]}" --version
    "${emulated[@]}" kernels
    "${emulated[@]}" replay "$root/tests/recordings/6.12"*.jsonl.gz
}

# image: the container, without an engine: its layers as a root directory, and its first command.
image() {
    local layer
    mkdir "$work/image" "$work/container"
    tar --extract --file "$(one 'hotplugfs-*-image-amd64.tar')" --directory "$work/image"
    (cd "$work/image/blobs/sha256" && for layer in *; do sha256sum "$layer"; done | awk '$1 != $2 { exit 1 }')
    for layer in $(jq --raw-output '.[0].Layers[]' "$work/image/manifest.json"); do
        tar --extract --numeric-owner --gzip --file "$work/image/$layer" --directory "$work/container" --exclude './dev/*'
    done
    mkdir -p "$work/container/work"
    mapfile -t entry < <(jq --raw-output '.config.Entrypoint[]' "$work/image/$(jq --raw-output '.[0].Config' "$work/image/manifest.json")")
    [ "$(inside "$work/container" "${entry[@]}" bash -c 'cd /sys/devices/system/memory; echo online_movable > memory43/state; cat memory43/valid_zones')" = \
        "Movable Normal" ]
}

if [ "$(id -u)" -ne 0 ] || [ ! -c /dev/fuse ]; then
    echo "release-test.sh: only root can make another root directory and mount in it, with /dev/fuse" >&2
    exit 2
fi
install_missing mmdebstrap:mmdebstrap unshare:util-linux git:git jq:jq qemu-aarch64-static:qemu-user-static
need_sdk "$root"
mkdir -p "$cache"
work=$(mktemp -d "${TMPDIR:-/tmp}/hotplugfs-release-test.XXXXXX")
chmod 755 "$work"
trap 'rm -rf --one-file-system "$work"' EXIT
trap 'exit 1' INT TERM HUP

check "sums" sh -c "cd '$release' && sha256sum --check SHA256SUMS"
check "the list of packages" contents
make_root "$work/deb" /usr/bin/hotplugfs
make_root "$work/tool" /opt/hotplugfs/hotplugfs
cp "$release"/hotplugfs_*_amd64.deb "$work/deb/release"
check "a newcomer's path" newcomer
check "README.md with the package" readme "$work/deb" /usr/bin/hotplugfs
check "what the package installs" installed
check "AppArmor's profile" apparmor
check "removal of the package" removed
check "the tool" tool
check "README.md with the tool" readme "$work/tool" /opt/hotplugfs/hotplugfs
check "the tarball" tarball
check "a program with HotplugFs.Testing" libraries
for optional in "arm64 hotplugfs_*_arm64.deb" "image hotplugfs-*-image-amd64.tar"; do
    if one "${optional#* }" > /dev/null 2>&1; then
        check "${optional%% *}" "${optional%% *}"
    else
        echo "skipped: the release has no ${optional%% *}"
        skipped=$((skipped + 1))
    fi
done
closing_line "$passed" "$failed" "$skipped"
