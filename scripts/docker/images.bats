#!/usr/bin/env bats
# Builds the image from docker/Dockerfile and the checkout, both unmodified. scripts/docker-test.sh runs these first.
# shellcheck disable=SC2154
source "$BATS_TEST_DIRNAME/verbs.sh"
source "$BATS_TEST_DIRNAME/images.sh"

# steps LOG: the lines of the Dockerfile that took BuildKit more than a second.
steps() {
    sed -nE -e 's/^(#[0-9]+) \[[^]]*\] (.{1,60}).*/\1 \2/p' -e 's/^(#[0-9]+) DONE ([0-9]+)\..*s$/\1 DONE \2/p' "$1" | sort -u -V |
        awk '$2 == "DONE" { took[$1] = $3; next } { name[$1] = substr($0, length($1) + 2) }
            END { for (step in name) if (took[step] > 0) printf "%d s %s\n", took[step], name[step] }'
}

# configuration: an image's configuration from standard input, without what differs from build to build.
configuration() {
    sed -E 's/"(Hostname|Image|Domainname)":"[^"]*",?//g'
}

# sizes: compares what the image adds to its base with the README.
sizes() {
    local base image added
    base=$(docker image inspect --format '{{.Size}}' "$base_image")
    image=$(docker image inspect --format '{{.Size}}' hotplugfs)
    added=$((image - base))
    awk -v base="$base" -v image="$image" '
            BEGIN { printf "base %.1f MB, image %.1f MB, added %.1f MB\n", base / 1e6, image / 1e6, (image - base) / 1e6 }' | notes
    [ "$added" -lt 20000000 ]
    # The README has it rounded.
    local documented
    documented=$(sed -nE 's/.* and ([0-9]+)\.([0-9]) MB on top:.*/\1\200000/p' docker/README.md)
    if [ $((added - documented)) -ge 1000000 ] || [ $((documented - added)) -ge 1000000 ]; then
        echo "docker/README.md has another size: $documented"
        return 1
    fi
}

@test "images" {
    if [ -z "${HOTPLUGFS_OFFLINE:-}" ] && pull_images "$base_image" "$sdk_image"; then
        note "official images"
        return
    fi
    note "no registry answers: stand-ins from this host's packages and SDK"
    command -v dpkg-query > /dev/null || missing "no registry answers, and this host has no Debian packages"
    local started=$EPOCHREALTIME
    import_base "$base_image"
    note "base $(milliseconds_since "$started")"
    started=$EPOCHREALTIME
    fill_packages "$root/src/HotplugFs.Cli" "$cache/packages" "$work/restore"
    note "packages of NuGet $(milliseconds_since "$started")"
    started=$EPOCHREALTIME
    import_sdk "$sdk_image" "$cache/packages"
    note "SDK $(milliseconds_since "$started")"
}

# With the builder that users have: BuildKit, or else the older one.
@test "docker build" {
    note "by $builder"
    cd "$root" || return
    docker build -t hotplugfs -f docker/Dockerfile . 2>&1 | tee "$work/build.log"
    steps "$work/build.log" | notes
    sizes
}

# The Dockerfile with the older builder. Its SDK is a stub that copies the existing program, because only the builder's reading of the file
# is tested.
@test "docker build, legacy builder" {
    mkdir -p "$work/stub"
    docker create --name extract hotplugfs
    docker cp extract:/usr/local/bin/hotplugfs "$work/stub/"
    docker rm extract
    # shellcheck disable=SC2016
    printf '#!/bin/sh\nmkdir -p /publish && cp /hotplugfs /publish/\n' > "$work/stub/dotnet"
    printf '#!/bin/sh\n' > "$work/stub/apt-get"
    chmod +x "$work/stub"/*
    printf 'FROM %s\nCOPY hotplugfs /\nCOPY dotnet apt-get /usr/local/sbin/\n' "$base_image" > "$work/stub/Dockerfile"
    DOCKER_BUILDKIT=0 docker build --tag stub-sdk "$work/stub" || skip "this Docker has no legacy builder any more"
    cd "$root" || return
    DOCKER_BUILDKIT=0 docker build --tag hotplugfs:legacy --build-arg SDK_IMAGE=stub-sdk -f docker/Dockerfile . | tee "$work/legacy.log"
    # The context that it sends must not include artifacts/, whose program alone has more than 10 MB.
    grep -E '^Sending build context to Docker daemon +([0-9.]+kB|[0-9]\.[0-9]+MB)' "$work/legacy.log"
    [ "$(docker image inspect --format '{{json .Config}}' hotplugfs | configuration)" = \
        "$(docker image inspect --format '{{json .Config}}' hotplugfs:legacy | configuration)" ]
    docker rmi hotplugfs:legacy stub-sdk
}
