#!/usr/bin/env bats
# The images that everything else is tried with: docker/Dockerfile as it is, from the checkout as it is. scripts/docker-test.sh runs these.
# shellcheck disable=SC2154
source "$BATS_TEST_DIRNAME/verbs.sh"
source "$BATS_TEST_DIRNAME/images.sh"

# steps LOG: which lines of the Dockerfile took BuildKit more than a second.
steps() {
    sed -nE -e 's/^(#[0-9]+) \[[^]]*\] (.{1,60}).*/\1 \2/p' -e 's/^(#[0-9]+) DONE ([0-9]+)\..*s$/\1 DONE \2/p' "$1" | sort -u -V |
        awk '$2 == "DONE" { took[$1] = $3; next } { name[$1] = substr($0, length($1) + 2) }
            END { for (step in name) if (took[step] > 0) printf "%d s %s\n", took[step], name[step] }'
}

# configuration: what an image's configuration says on standard input, without what differs from image to image.
configuration() {
    sed -E 's/"(Hostname|Image|Domainname)":"[^"]*",?//g'
}

# What the image adds to its base.
sizes() {
    local base image added
    base=$(docker image inspect --format '{{.Size}}' "$base_image")
    image=$(docker image inspect --format '{{.Size}}' hotplugfs)
    added=$((image - base))
    awk -v base="$base" -v image="$image" 'BEGIN { printf "base %.1f MB, image %.1f MB, added %.1f MB\n", base / 1e6, image / 1e6, (image - base) / 1e6 }' | notes
    [ "$added" -lt 20000000 ]
    # The README rounds.
    local said
    said=$(sed -nE 's/.* and ([0-9]+)\.([0-9]) MB on top:.*/\1\200000/p' docker/README.md)
    if [ $((added - said)) -ge 1000000 ] || [ $((said - added)) -ge 1000000 ]; then
        echo "docker/README.md says another size: $said"
        return 1
    fi
}

@test "images" {
    if [ -z "${HOTPLUGFS_OFFLINE:-}" ] && pull_images "$base_image" "$sdk_image"; then
        note "the official images"
        return
    fi
    note "no registry answers, so stand-ins of this machine's packages and SDK"
    command -v dpkg-query > /dev/null || missing "neither a registry nor packages of Debian"
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

# The builder that people have: BuildKit, else the older one.
@test "docker build" {
    note "by $builder"
    cd "$root" || return
    docker build -t hotplugfs -f docker/Dockerfile . 2>&1 | tee "$work/build.log"
    steps "$work/build.log" | notes
    sizes
}

# Every line of the Dockerfile once more, under the older builder. It gets an SDK that hands out the program that there is already:
# what may differ is how the file is read, not what the compiler makes of the sources.
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
    # It tells what it sends to the engine, which must not be what is built or kept beside the sources.
    grep -E '^Sending build context to Docker daemon +([0-9.]+kB|[12]\.[0-9]+MB)' "$work/legacy.log"
    [ "$(docker image inspect --format '{{json .Config}}' hotplugfs | configuration)" = \
        "$(docker image inspect --format '{{json .Config}}' hotplugfs:legacy | configuration)" ]
    docker rmi hotplugfs:legacy stub-sdk
}
