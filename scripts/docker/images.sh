# shellcheck shell=bash
# The images that the Dockerfile begins with: the official ones where a registry answers, else stand-ins under their names, made of
# Debian's packages and this machine's SDK. Sourced; only for an engine of our own (engine.sh).

# pull_images IMAGE ...: false if one of them cannot be had.
pull_images() {
    local image
    for image; do
        timeout 120 docker pull --quiet "$image" > /dev/null 2>&1 || return 1
    done
}

# make_base FILE: an archive of a minimal Debian, kept in FILE for the next time.
make_base() {
    [ ! -s "$1" ] || return 0
    local suite=bookworm
    # shellcheck disable=SC1091
    if [ "$(. /etc/os-release && echo "$ID")" = debian ]; then
        suite=$(. /etc/os-release && echo "$VERSION_CODENAME")
    fi
    timeout --kill-after 5 400 mmdebstrap --quiet --variant=minbase --aptopt='APT::Install-Recommends "false"' \
        --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
        --dpkgopt='path-exclude=/usr/share/doc/*' \
        --hook-dir=/usr/share/mmdebstrap/hooks/merged-usr --include=usr-is-merged "$suite" "$1.new.tar" > /dev/null 2> "$1.log" ||
        {
            tail -n 20 "$1.log" >&2
            return 1
        }
    mv "$1.new.tar" "$1"
}

# fill_packages SOURCE DIRECTORY: what the project and NativeAOT take from NuGet, kept in DIRECTORY for the next time.
fill_packages() {
    timeout --kill-after 5 200 dotnet restore "$1/src/HotplugFs.Cli" --use-current-runtime --packages "$2"
}

# make_sdk IMAGE BASE PACKAGES: this machine's SDK on the base. What a build of C# does not touch stays out, for it takes long to copy.
make_sdk() {
    local dotnet context status=0
    dotnet=$(readlink -f "$(command -v dotnet)")
    dotnet=${dotnet%/*} dotnet=${dotnet#/}
    context=$(mktemp -d)
    cp "${SSL_CERT_FILE:-/etc/ssl/certs/ca-certificates.crt}" "$context/ca-certificates.crt"
    cat > "$context/Dockerfile" << END
FROM $2
RUN apt-get update \\
    && apt-get install -y --no-install-recommends libssl3 gcc libc6-dev zlib1g-dev \\
    && rm -rf /var/lib/apt/lists/*
COPY ca-certificates.crt /etc/ssl/certs/
COPY packages/ /usr/share/nuget/
COPY $dotnet/ /usr/share/dotnet/
ENV PATH=/usr/share/dotnet:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 \\
    DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1 DOTNET_GENERATE_ASPNET_CERTIFICATE=false \\
    SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt NUGET_CERT_REVOCATION_MODE=${NUGET_CERT_REVOCATION_MODE:-online} \\
    NUGET_FALLBACK_PACKAGES=/usr/share/nuget
END
    tar -cf - --exclude="$dotnet/templates" --exclude="$dotnet/sdk/*/FSharp" --exclude="$dotnet/sdk/*/Containers" \
        --exclude="$dotnet/sdk/*/DotnetTools" --exclude="$dotnet/shared/Microsoft.AspNetCore.App" \
        --exclude="$dotnet/packs/Microsoft.AspNetCore.App.Ref" --exclude="$dotnet/sdk/*.resources.dll" \
        -C "$context" Dockerfile ca-certificates.crt -C "$(dirname "$3")" packages -C / "$dotnet" |
        DOCKER_BUILDKIT=0 timeout --kill-after 5 300 docker build --network=host --tag "$1" - || status=$?
    rm -rf "$context"
    return "$status"
}
