#!/usr/bin/env bats
source "$BATS_TEST_DIRNAME/../lib/verbs.sh"
source "$BATS_TEST_DIRNAME/../lib/running.sh"

# commands: the commands of the table in docs/limits.md, one a line.
commands() {
    sed -n '/^## What stays the host/,$s/^| `\([^`]*\)` |.*/\1/p' "$ROOT/docs/limits.md"
}

# answers COMMAND ...: what each command prints, after its own text.
answers() {
    local command
    for command; do
        echo "== $command"
        bash -c "$command" 2>&1 < /dev/null
    done
}

# bats test_tags=only-root
@test "what docs/limits.md lists stays the host's inside run" {
    local command known=()
    while IFS= read -r command; do
        if bash -c "$command" > "$WORK/output" 2>&1 < /dev/null && [ -s "$WORK/output" ]; then
            known+=("$command")
        else
            echo "# this host has no answer to: $command" >&3
        fi
    done < <(commands)
    [ "${#known[@]}" -ge 15 ] || fail "only ${#known[@]} commands have an answer"
    answers "${known[@]}" > "$WORK/host"
    "$PROGRAM" run --kernel 4.9 -- bash -c "$(declare -f answers); answers \"\$@\"" bash "${known[@]}" > "$WORK/run" ||
        fail "run: $(cat "$WORK/run")"
    # The comparison sees what run replaces.
    ! grep -qxF "$(head -n 1 /proc/meminfo)" <("$PROGRAM" run -- cat /proc/meminfo) || fail "MemTotal is the host's"
    diff "$WORK/host" "$WORK/run" || fail "docs/limits.md lists what run now replaces, or hides"
    nothing_left
}
