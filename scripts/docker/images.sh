# shellcheck shell=bash
# The base images of the Dockerfile: the official ones if a registry answers, else stand-ins with their names, made from the host's Debian
# packages and SDK. Sourced; only for the private engine of engine.sh. docker-test.sh sets work.
# shellcheck disable=SC2154,SC2016

# pull_images IMAGE ...: false if one of them cannot be pulled.
pull_images() {
    local image
    for image; do
        timeout 120 docker pull --quiet "$image" > /dev/null 2>&1 || return 1
    done
}

# with_dependencies PACKAGE ...: the installed ones of these packages, the essential packages, and all that they depend on.
with_dependencies() {
    dpkg-query --show --showformat \
        '${db:Status-Status}\t${Essential}\t${Package}\t${binary:Package}\t${Provides}\t${Pre-Depends}, ${Depends}\n' |
        awk -F '\t' -v asked="$*" '
            # names TEXT: what a list of packages names, without versions, architectures and the difference of and and or.
            function names(text) { gsub(/\([^)]*\)|:[a-z0-9]+|[ \n]/, "", text); gsub(/\|/, ",", text); return text }
            $1 == "installed" {
                count = split($3 "," names($5), provided, ",")
                for (i = 1; i <= count; i++) providers[provided[i]] = providers[provided[i]] " " $4
                needs[$4] = names($6)
                if ($2 == "yes") asked = asked " " $3
            }
            function take(name,    who, count, i, list, total, k) {
                count = split(providers[name], who, " ")
                for (i = 1; i <= count; i++) {
                    if (who[i] in taken) continue
                    taken[who[i]]
                    print who[i]
                    total = split(needs[who[i]], list, ",")
                    for (k = 1; k <= total; k++) if (list[k] != "") take(list[k])
                }
            }
            END { count = split(asked, list, " "); for (i = 1; i <= count; i++) take(list[i]) }'
}

# archive PACKAGE ...: a root file system with the files of these and the essential packages, as an archive to which another can be
# appended. It uses no network and runs no script of a package, so it takes seconds. Apt considers them installed, and has no source for
# others.
archive() {
    local packages stage links=() link moved=()
    stage=$(mktemp -d -p "$work")
    mapfile -t packages < <(with_dependencies "$@")
    mkdir -p "$stage/etc" "$stage/var/lib/dpkg"
    cp /usr/share/base-passwd/passwd.master "$stage/etc/passwd"
    cp /usr/share/base-passwd/group.master "$stage/etc/group"
    dpkg-query --status "${packages[@]}" > "$stage/var/lib/dpkg/status"
    # With a merged /usr, packages can still name /bin.
    for link in bin sbin lib lib32 lib64 libx32; do
        if [ -L "/$link" ]; then
            links+=("$link")
            moved+=(-e "s#^/$link/#/usr/$link/#")
        fi
    done
    dpkg-query --listfiles "${packages[@]}" |
        sed -E -e '/^\/./!d' -e '/^\/usr\/share\/(doc|man|info|locale)\/./d' "${moved[@]}" -e 's#^/##' |
        sort -u - <(printf '%s\n' "${links[@]}") > "$stage/files"
    tar --create --blocking-factor 1 --numeric-owner --no-recursion --ignore-failed-read --warning=no-failed-read \
        --directory / --files-from "$stage/files" --directory "$stage" etc/passwd etc/group var/lib/dpkg/status
}

# import_base IMAGE: the stand-in for the image that the program runs on.
import_base() {
    archive mount | docker import - "$1"
}

# fill_packages PROJECT DIRECTORY SCRATCH: downloads the NuGet packages of a project and of NativeAOT, and keeps them in DIRECTORY.
fill_packages() {
    timeout --kill-after 5 200 dotnet restore "$1" --use-current-runtime --packages "$2" -p:ArtifactsPath="$3"
}

# import_sdk IMAGE PACKAGES: the stand-in for the SDK's image: the host's SDK and linker, without what a build of C# does not use, because
# copying takes long.
import_sdk() {
    local dotnet extra
    dotnet=$(readlink -f "$(command -v dotnet)")
    dotnet=${dotnet%/*} dotnet=${dotnet#/}
    extra=$(mktemp -d -p "$work")
    mkdir -p "$extra/etc/ssl/certs"
    cp "${SSL_CERT_FILE:-/etc/ssl/certs/ca-certificates.crt}" "$extra/etc/ssl/certs/ca-certificates.crt"
    {
        # Without the two empty blocks that end an archive.
        archive apt gcc libc6-dev zlib1g-dev libssl3 | head -c -1024
        tar -cf - --exclude="$dotnet/templates" --exclude="$dotnet/sdk/*/FSharp" --exclude="$dotnet/sdk/*/Containers" \
            --exclude="$dotnet/sdk/*/DotnetTools" --exclude="$dotnet/sdk/*/TestHostNetFramework" \
            --exclude="$dotnet/shared/Microsoft.AspNetCore.App" --exclude="$dotnet/packs/Microsoft.AspNetCore.App.Ref" \
            --exclude="$dotnet/sdk/*.resources.dll" -C "$extra" etc/ssl/certs/ca-certificates.crt -C "${2%/*}" "${2##*/}" -C / "$dotnet"
    } | timeout --kill-after 5 300 docker import \
        --change "ENV PATH=/$dotnet:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" \
        --change "ENV DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1" \
        --change "ENV DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1 DOTNET_GENERATE_ASPNET_CERTIFICATE=false" \
        --change "ENV SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt" \
        --change "ENV NUGET_CERT_REVOCATION_MODE=${NUGET_CERT_REVOCATION_MODE:-online} NUGET_FALLBACK_PACKAGES=/${2##*/}" \
        - "$1"
}
