# shellcheck shell=bash
# Makes a container image without a container engine: an archive that docker load, podman load and skopeo (docker-archive:, oci-archive:) read.
# Sourced; needs jq. SOURCE_DATE_EPOCH is the time of everything in it.

# image_config DOCKERFILE VERSION: the configuration that the Dockerfile's last stage gives an image, as JSON.
image_config() {
    local text
    text=$(sed -e ':joined' -e '/\\$/{N;s/\\\n *//;b joined' -e '}' "$1" | awk '/^FROM /{ text = "" } { text = text $0 "\n" } END { print text }')
    jq --null-input --arg text "$text" --arg version "$2" '
        def instruction($name): $text | split("\n")[] | select(startswith($name + " ")) | ltrimstr($name + " ");
        def seconds($option): [instruction("HEALTHCHECK") | capture("--" + $option + "=(?<value>[0-9]+)s").value | tonumber * 1000000000][0];
        {
            Env: ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", instruction("ENV")],
            Entrypoint: (instruction("ENTRYPOINT") | fromjson),
            StopSignal: instruction("STOPSIGNAL"),
            Labels: ([instruction("LABEL") | scan("([a-z.]+)=\"([^\"]*)\"") | { (.[0]): .[1] }] | add + { "org.opencontainers.image.version": $version }),
            Healthcheck: {
                Test: ["CMD-SHELL", (instruction("HEALTHCHECK") | sub("^.*? CMD "; ""))],
                Interval: seconds("interval"), Timeout: seconds("timeout"),
                Retries: (instruction("HEALTHCHECK") | capture("--retries=(?<value>[0-9]+)").value | tonumber)
            }
        }'
}

# add_blob DIRECTORY FILE: moves a file to its place among the blobs; sets DIGEST and SIZE.
add_blob() {
    DIGEST=$(sha256sum "$2" | cut -d ' ' -f 1)
    SIZE=$(stat -c %s "$2")
    mv "$2" "$1/blobs/sha256/$DIGEST"
}

# image_archive DIRECTORY ARCHITECTURE CONFIG TAG OUTPUT LAYER.tar ...: the archive of an image with these layers, the lowest first.
image_archive() {
    local directory=$1 architecture=$2 config=$3 tag=$4 output=$5 layer layers='[]' differences='[]' image descriptor created
    created=$(date --utc --date="@$SOURCE_DATE_EPOCH" +%FT%TZ)
    mkdir -p "$directory/blobs/sha256"
    for layer in "${@:6}"; do
        differences=$(jq --arg digest "sha256:$(sha256sum "$layer" | cut -d ' ' -f 1)" '. + [$digest]' <<< "$differences")
        gzip --no-name --stdout "$layer" > "$layer.gz"
        add_blob "$directory" "$layer.gz"
        layers=$(jq --arg digest "sha256:$DIGEST" --argjson size "$SIZE" \
            '. + [{ mediaType: "application/vnd.oci.image.layer.v1.tar+gzip", digest: $digest, size: $size }]' <<< "$layers")
    done
    jq --null-input --compact-output --arg architecture "$architecture" --arg created "$created" --argjson config "$config" --argjson ids "$differences" \
        '{ architecture: $architecture, os: "linux", created: $created, config: $config, rootfs: { type: "layers", diff_ids: $ids } }' > "$directory/new"
    add_blob "$directory" "$directory/new"
    image=$DIGEST
    descriptor=$(jq --null-input --arg digest "sha256:$DIGEST" --argjson size "$SIZE" \
        '{ mediaType: "application/vnd.oci.image.config.v1+json", digest: $digest, size: $size }')
    jq --null-input --compact-output --argjson config "$descriptor" --argjson layers "$layers" \
        '{ schemaVersion: 2, mediaType: "application/vnd.oci.image.manifest.v1+json", config: $config, layers: $layers }' > "$directory/new"
    add_blob "$directory" "$directory/new"
    jq --null-input --compact-output --arg digest "sha256:$DIGEST" --argjson size "$SIZE" --arg tag "$tag" '{ schemaVersion: 2, manifests: [{
        mediaType: "application/vnd.oci.image.manifest.v1+json", digest: $digest, size: $size,
        annotations: { "org.opencontainers.image.ref.name": $tag, "io.containerd.image.name": $tag } }] }' > "$directory/index.json"
    echo '{"imageLayoutVersion":"1.0.0"}' > "$directory/oci-layout"
    # For docker load up to version 24, which does not read index.json.
    jq --null-input --compact-output --arg image "$image" --arg tag "$tag" --argjson layers "$layers" \
        '[{ Config: "blobs/sha256/\($image)", RepoTags: [$tag], Layers: [$layers[].digest | sub("^sha256:"; "blobs/sha256/")] }]' > "$directory/manifest.json"
    archive_of "$directory" > "$output"
}

# archive_of DIRECTORY: the files of a directory as an archive that depends on nothing else.
archive_of() {
    tar --create --sort=name --owner=0 --group=0 --numeric-owner --mode=u+rwX,go+rX,go-w --mtime="@$SOURCE_DATE_EPOCH" --directory="$1" .
}
