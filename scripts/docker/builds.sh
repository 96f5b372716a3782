# shellcheck shell=bash
# The images that everything else is tried with: docker/Dockerfile as it is, from the checkout as it is. Sourced by docker-test.sh, which
# sets root, work, data, cache, base_image and sdk_image.
# shellcheck disable=SC2154

# builds: $outcome is 0 if there is an image.
builds() {
    echo "== images"
    attempt "images" images
    [ "$outcome" -eq 0 ] || return 0
    make_command
    attempt "docker build" build
    [ "$outcome" -eq 0 ] || return 0
    attempt "docker build, legacy builder" build_legacy
    outcome=0
}

images() {
    if [ -z "${HOTPLUGFS_OFFLINE:-}" ] && pull_images "$base_image" "$sdk_image"; then
        echo "note: the official images"
        return
    fi
    echo "note: no registry answers, so stand-ins of this machine's packages and SDK"
    if ! command -v dpkg-query > /dev/null; then
        echo "it has none of Debian"
        [ "${CI:-}" = true ] || return 77
        return 1
    fi
    local started=$EPOCHREALTIME
    import_base "$base_image"
    echo "note: base $(milliseconds_since "$started")"
    started=$EPOCHREALTIME
    fill_packages "$root/src/HotplugFs.Cli" "$cache/packages" "$work/restore"
    echo "note: packages of NuGet $(milliseconds_since "$started")"
    started=$EPOCHREALTIME
    import_sdk "$sdk_image" "$cache/packages"
    echo "note: SDK $(milliseconds_since "$started")"
}

# make_command: puts a docker before all others that does what people's does: it has BuildKit and compose. And the engine of the tests has
# no network, so builds and containers get the machine's and none.
make_command() {
    local docker
    docker=$(command -v docker)
    builder=BuildKit
    if ! docker buildx version > /dev/null 2>&1; then
        # It is a part of Docker's command up to 23, and a plugin of it from then on.
        if [[ $(/usr/bin/docker --version 2> /dev/null) =~ version\ (1[89]|20)\. ]]; then
            docker=/usr/bin/docker
        else
            builder="the legacy builder"
        fi
    fi
    mkdir -p "$work/bin"
    cat > "$work/bin/docker" << END
#!/usr/bin/env bash
set -euo pipefail
export DOCKER_BUILDKIT=\${DOCKER_BUILDKIT-$([ "$builder" = BuildKit ] && echo 1 || echo 0)}
case \${1:-} in
    build) exec timeout --kill-after 5 400 "$docker" build --network host "\${@:2}" ;;
    run) exec timeout --kill-after 5 --foreground 60 "$docker" run --network none "\${@:2}" ;;
    compose) "$docker" compose version > /dev/null 2>&1 || exec timeout --kill-after 5 --foreground 60 docker-compose "\${@:2}" ;;
esac
exec timeout --kill-after 5 --foreground 60 "$docker" "\$@"
END
    chmod +x "$work/bin/docker"
    PATH=$work/bin:$PATH
}

# The builder that people have: BuildKit, else the older one.
build() {
    echo "note: by $builder"
    cd "$root" || return
    docker build -t hotplugfs -f docker/Dockerfile . 2>&1 | tee "$work/build.log"
    steps "$work/build.log"
    sizes
}

# steps LOG: which lines of the Dockerfile took BuildKit more than a second.
steps() {
    sed -nE -e 's/^(#[0-9]+) \[[^]]*\] (.{1,60}).*/\1 \2/p' -e 's/^(#[0-9]+) DONE ([0-9]+)\..*s$/\1 DONE \2/p' "$1" | sort -u -V |
        awk '$2 == "DONE" { took[$1] = $3; next } { name[$1] = substr($0, length($1) + 2) }
            END { for (step in name) if (took[step] > 0) printf "note: %d s %s\n", took[step], name[step] }'
}

# Every line of the Dockerfile once more, under the older builder. It gets an SDK that hands out the program that there is already:
# what may differ is how the file is read, not what the compiler makes of the sources.
build_legacy() {
    mkdir -p "$work/stub"
    docker create --name extract hotplugfs
    docker cp extract:/usr/local/bin/hotplugfs "$work/stub/"
    docker rm extract
    # shellcheck disable=SC2016
    printf '#!/bin/sh\nmkdir -p /publish && cp /hotplugfs /publish/\n' > "$work/stub/dotnet"
    printf '#!/bin/sh\n' > "$work/stub/apt-get"
    chmod +x "$work/stub"/*
    printf 'FROM %s\nCOPY hotplugfs /\nCOPY dotnet apt-get /usr/local/sbin/\n' "$base_image" > "$work/stub/Dockerfile"
    DOCKER_BUILDKIT=0 docker build --tag stub-sdk "$work/stub" || {
        echo "this Docker has no legacy builder any more"
        exit 77
    }
    cd "$root" || return
    DOCKER_BUILDKIT=0 docker build --tag hotplugfs:legacy --build-arg SDK_IMAGE=stub-sdk -f docker/Dockerfile . | tee "$work/legacy.log"
    # It tells what it sends to the engine, which must not be what is built or kept beside the sources.
    grep -E '^Sending build context to Docker daemon +([0-9.]+kB|[12]\.[0-9]+MB)' "$work/legacy.log"
    [ "$(docker image inspect --format '{{json .Config}}' hotplugfs | configuration)" = \
        "$(docker image inspect --format '{{json .Config}}' hotplugfs:legacy | configuration)" ]
    docker rmi hotplugfs:legacy stub-sdk
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
    awk -v base="$base" -v image="$image" 'BEGIN { printf "note: base %.1f MB, image %.1f MB, added %.1f MB\n", base / 1e6, image / 1e6, (image - base) / 1e6 }'
    [ "$added" -lt 20000000 ]
    # The README rounds.
    local said
    said=$(sed -nE 's/.* and ([0-9]+)\.([0-9]) MB on top:.*/\1\200000/p' docker/README.md)
    if [ $((added - said)) -ge 1000000 ] || [ $((said - added)) -ge 1000000 ]; then
        echo "docker/README.md says another size: $said"
        return 1
    fi
}
