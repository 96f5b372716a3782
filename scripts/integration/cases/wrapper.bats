#!/usr/bin/env bats
# Only as root: an ordinary user may not be able to read the checkout.
# bats file_tags=only-root
source "$BATS_TEST_DIRNAME/../lib/verbs.sh"

# runs BUILDS [ARGUMENT ...]: runs the wrapper, after which there were that many builds.
runs() {
    local builds=$1 output
    shift
    output=$("$checkout/scripts/hotplugfs" "$@" 2> "$WORK/err") || fail "$(cat "$WORK/err")"
    [ "$output" = "ran $*" ] || fail "$output: $(cat "$WORK/err")"
    [ "$(wc -l < "$COUNT")" -eq "$builds" ] || fail "built $(wc -l < "$COUNT") times, expected $builds"
}

# age: sets the build's time back, because a file system's clock ticks slowly.
age() {
    touch -d '1 minute ago' "$checkout/artifacts/program/.built"
    find "$checkout" -path "$checkout/artifacts" -prune -o -exec touch -d '2 minutes ago' {} +
}

@test "scripts/hotplugfs builds when a source changed, once, and only if it may" {
    # An empty checkout, and a dotnet that counts the builds.
    checkout=$WORK/checkout
    mkdir -p "$checkout/src/HotplugFs.Cli" "$checkout/scripts" "$WORK/bin"
    cp -r "$ROOT/scripts/hotplugfs" "$ROOT/scripts/lib" "$checkout/scripts/"
    touch "$checkout/src/HotplugFs.Cli/Program.cs" "$checkout"/{Directory.Build.props,Directory.Packages.props,global.json}
    cat > "$WORK/bin/dotnet" <<'DOTNET'
#!/usr/bin/env bash
set -euo pipefail
[ "$1" = publish ] || { echo 10.0.100; exit; }
echo built >> "$COUNT"
echo "$*" > "$COUNT.options"
[ -z "${BROKEN:-}" ] || { echo "error CS0000: broken"; exit 1; }
while [ "$1" != -o ]; do
    shift
done
printf '#!/bin/sh\necho "ran $*"\n' > "$2/hotplugfs"
chmod +x "$2/hotplugfs"
DOTNET
    chmod +x "$WORK/bin/dotnet"
    export PATH=$WORK/bin:$PATH COUNT=$WORK/count HOTPLUGFS_BUILD=

    runs 1 mount /somewhere "with blank"
    runs 1 --version
    cd /
    runs 1 --version
    ln -s "$checkout/scripts/hotplugfs" "$WORK/link"
    [ "$("$WORK/link" x)" = "ran x" ] || fail "by a link"
    age
    runs 1 x
    touch "$checkout/src/HotplugFs.Cli/Program.cs"
    runs 2 x
    age
    touch "$checkout/src/HotplugFs.Cli/Added.cs"
    runs 3 x
    age
    rm "$checkout/src/HotplugFs.Cli/Added.cs"
    runs 4 x
    # Two at the same time.
    age
    touch "$checkout/src/HotplugFs.Cli/Program.cs"
    "$checkout/scripts/hotplugfs" one > "$WORK/one" 2> "$WORK/one.err" &
    runs 5 two
    wait $! || fail "$(cat "$WORK/one.err")"
    [ "$(cat "$WORK/one")" = "ran one" ] || fail "$(cat "$WORK/one")"
    [ "$(wc -l < "$COUNT")" -eq 5 ] || fail "built twice for two callers"
    # A user who cannot write gets the old program and a warning.
    age
    touch "$checkout/src/HotplugFs.Cli/Program.cs"
    [ "$(as_nobody "$checkout/scripts/hotplugfs" x 2> "$WORK/err")" = "ran x" ] || fail "$(cat "$WORK/err")"
    grep -q "newer than the program, and this user cannot build it" "$WORK/err" || fail "$(cat "$WORK/err")"
    # A failed build is reported and leaves the old program alone.
    BROKEN=yes fails_with 1 "error CS0000: broken" "$checkout/scripts/hotplugfs" x
    runs 7 x
    # A linker without a static C library.
    printf '#!/bin/sh\nfalse\n' > "$WORK/bin/clang"
    printf '#!/bin/sh\ncase " $* " in *" -static "*) exit 1 ;; esac\n' > "$WORK/bin/gcc"
    chmod +x "$WORK/bin/clang" "$WORK/bin/gcc"
    rm -rf "$checkout/artifacts"
    runs 8 x
    grep -q -- "-p:CppCompilerAndLinker=gcc -p:StaticExecutable=false" "$COUNT.options" || fail "$(cat "$COUNT.options")"
    printf '#!/bin/sh\n' > "$WORK/bin/gcc"
    rm -rf "$checkout/artifacts"
    runs 9 x
    ! grep -q "StaticExecutable" "$COUNT.options" || fail "$(cat "$COUNT.options")"
    rm -rf "$checkout/artifacts"
    fails_with 1 "not built yet, and this user cannot write" as_nobody "$checkout/scripts/hotplugfs" x
}
