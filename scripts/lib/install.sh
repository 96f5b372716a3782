# shellcheck shell=bash
# Installs what a script needs. Sourced.

# install_missing COMMAND:PACKAGE ...: installs the packages whose commands are missing.
install_missing() {
    local pair missing=()
    for pair; do
        command -v "${pair%%:*}" > /dev/null 2>&1 || missing+=("${pair#*:}")
    done
    if [ ${#missing[@]} -eq 0 ]; then
        return
    fi
    if [ "$(id -u)" -ne 0 ] || ! command -v apt-get > /dev/null; then
        echo "missing: ${missing[*]}. As root: apt-get install -y ${missing[*]}" >&2
        return 1
    fi
    echo "installing ${missing[*]}" >&2
    local log status=0
    log=$(mktemp)
    {
        apt-get -o DPkg::Lock::Timeout=300 update &&
            DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends "${missing[@]}"
    } > "$log" 2>&1 || status=$?
    if [ "$status" -ne 0 ]; then
        cat "$log" >&2
        echo "installing ${missing[*]} failed" >&2
    fi
    rm -f "$log"
    return "$status"
}

# need_sdk ROOT: fails with a message unless there is a .NET SDK for the checkout.
need_sdk() {
    export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1
    # For a user without a home directory.
    export DOTNET_CLI_HOME=${DOTNET_CLI_HOME:-${HOME:-/tmp}}
    if ! command -v dotnet > /dev/null; then
        echo "the .NET SDK 10 is missing: https://dotnet.microsoft.com/download (Debian: dotnet-sdk-10.0 of packages.microsoft.com)" >&2
        return 1
    fi
    local version
    if ! version=$(cd "$1" && dotnet --version 2> /dev/null); then
        echo "the .NET SDK of global.json is missing; installed are:" >&2
        dotnet --list-sdks >&2
        return 1
    fi
    echo "$version" > /dev/null
}
