# shellcheck shell=bash
# The images that the Dockerfile begins with: the official ones where a registry answers, else stand-ins under their names, made of
# Debian's packages and this machine's SDK. Sourced; only for an engine of our own (engine.sh).
# docker-test.sh sets work; what is in single quotes is for another shell.
# shellcheck disable=SC2154,SC2016

# pull_images IMAGE ...: false if one of them cannot be had.
pull_images() {
    local image
    for image; do
        timeout 120 docker pull --quiet "$image" > /dev/null 2>&1 || return 1
    done
}

# make_roots BASE SDK SCRATCH: archives of a minimal Debian without and with what a native program is linked with, kept in the two files
# for the next time. Documentation is left out of the archives only: dpkg would filter every file of every package for it.
make_roots() {
    [ ! -s "$1" ] || [ ! -s "$2" ] || return 0
    mkdir -p "$3"
    # One block at the end, so that another archive can follow it.
    local archive="tar --blocking-factor 1 --one-file-system --numeric-owner --exclude './var/lib/apt/lists/*' --exclude './var/cache/apt/*' \
        --exclude './usr/share/man/*' --exclude './usr/share/doc/*' --exclude './usr/share/locale/*' --exclude './tmp/*' -C \"\$1\" -cf"
    TMPDIR=$3 timeout --kill-after 5 400 mmdebstrap --quiet --variant=minbase --format=null \
        --aptopt='APT::Install-Recommends "false"' --dpkgopt=force-unsafe-io \
        --hook-dir=/usr/share/mmdebstrap/hooks/merged-usr --include=usr-is-merged \
        --customize-hook="$archive '$1.new' ." \
        --customize-hook='DEBIAN_FRONTEND=noninteractive chroot "$1" apt-get install -y -q gcc libc6-dev zlib1g-dev libssl3' \
        --customize-hook="$archive '$2.new' ." \
        bookworm > "$3/log" 2>&1 ||
        {
            tail -n 20 "$3/log" >&2
            return 1
        }
    mv "$1.new" "$1"
    mv "$2.new" "$2"
}

# fill_packages PROJECT DIRECTORY SCRATCH: what a project and NativeAOT take from NuGet, kept in DIRECTORY for the next time.
fill_packages() {
    timeout --kill-after 5 200 dotnet restore "$1" --use-current-runtime --packages "$2" -p:ArtifactsPath="$3"
}

# import_sdk IMAGE ROOT PACKAGES: this machine's SDK on a root file system. What a build of C# does not touch stays out, for it takes long to copy.
import_sdk() {
    local dotnet extra
    dotnet=$(readlink -f "$(command -v dotnet)")
    dotnet=${dotnet%/*} dotnet=${dotnet#/}
    extra=$(mktemp -d -p "$work")
    mkdir -p "$extra/etc/ssl/certs"
    cp "${SSL_CERT_FILE:-/etc/ssl/certs/ca-certificates.crt}" "$extra/etc/ssl/certs/ca-certificates.crt"
    {
        # Without the two empty blocks that end an archive.
        head -c -1024 "$2"
        tar -cf - --exclude="$dotnet/templates" --exclude="$dotnet/sdk/*/FSharp" --exclude="$dotnet/sdk/*/Containers" \
            --exclude="$dotnet/sdk/*/DotnetTools" --exclude="$dotnet/sdk/*/TestHostNetFramework" \
            --exclude="$dotnet/shared/Microsoft.AspNetCore.App" --exclude="$dotnet/packs/Microsoft.AspNetCore.App.Ref" \
            --exclude="$dotnet/sdk/*.resources.dll" -C "$extra" etc/ssl/certs/ca-certificates.crt -C "${3%/*}" "${3##*/}" -C / "$dotnet"
    } | timeout --kill-after 5 300 docker import \
        --change "ENV PATH=/$dotnet:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" \
        --change "ENV DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1" \
        --change "ENV DOTNET_GENERATE_ASPNET_CERTIFICATE=false SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt" \
        --change "ENV NUGET_CERT_REVOCATION_MODE=${NUGET_CERT_REVOCATION_MODE:-online} NUGET_FALLBACK_PACKAGES=/${3##*/}" \
        - "$1"
}
