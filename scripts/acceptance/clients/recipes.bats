#!/usr/bin/env bats
# The recipes of docs/recipes.md, with the commands that it shows, each in a copy of its directory.
source "$BATS_TEST_DIRNAME/../lib/client.sh"
NEEDS="go:golang-go /usr/bin/cargo:cargo pytest-3:python3-pytest bats:bats"

# recipe NAME COMMAND: runs a recipe's command, which the document shows.
recipe() {
    cp -r "$ROOT/scripts/recipes" "$WORK/recipes"
    # pytest keeps its directories.
    mkdir -p "$WORK/bin" "$WORK/scratch"
    ln -sf "$PROGRAM" "$WORK/bin/hotplugfs"
    grep -qxF "$2" "$ROOT/docs/recipes.md" || fail "docs/recipes.md does not show: $2"
    # Debian's programs come first: bats puts its own parts into PATH, and another cargo may have no toolchain.
    (cd "$WORK/recipes/$1" && env -i PATH="$WORK/bin:/usr/bin:/bin:$PATH" HOME="$WORK" TMPDIR="$WORK/scratch" bash -euo pipefail -c "$2" 3>&-) > "$WORK/output" 2>&1 ||
        fail "$(cat "$WORK/output")"
    nothing_left
}

@test "Go: go test" {
    recipe go 'go test -exec "hotplugfs run --" ./...'
    grep -q '^ok ' "$WORK/output" || fail "$(cat "$WORK/output")"
}

@test "Rust: cargo test" {
    recipe rust 'CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_RUNNER="hotplugfs run --" cargo test --offline'
    grep -q '2 passed; 0 failed' "$WORK/output" || fail "$(cat "$WORK/output")"
}

@test "Python: pytest" {
    recipe python 'pytest-3'
    grep -q '2 passed' "$WORK/output" || fail "$(cat "$WORK/output")"
}

@test "bash: a script" {
    recipe bash './test.sh'
    [ "$(cat "$WORK/output")" = passed ] || fail "$(cat "$WORK/output")"
}

@test "bats: a file of cases" {
    recipe bats 'bats .'
    grep -q '^ok 2 ' "$WORK/output" || fail "$(cat "$WORK/output")"
}
