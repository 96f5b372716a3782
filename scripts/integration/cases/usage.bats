#!/usr/bin/env bats
# Help has examples, and what is not understood is status 2 with a way on.
source "$BATS_TEST_DIRNAME/../lib/verbs.sh"

@test "help has examples, and a usage error has status 2 and a hint" {
    for verb in "" mount unmount plug unplug; do
        # shellcheck disable=SC2086
        OUTPUT=$("$HOTPLUGFS" $verb --help)
        [[ $OUTPUT == *"Examples:"*"hotplugfs "* ]] || fail "$verb --help: $OUTPUT"
    done
    [[ $("$HOTPLUGFS" --version) =~ ^[0-9]+\.[0-9]+\.[0-9]+ ]] || fail "--version"
    fails_with 2 "Try: hotplugfs --help" "$HOTPLUGFS"
    fails_with 2 "Try: hotplugfs --help" "$HOTPLUGFS" mont
    fails_with 2 "Try: hotplugfs mount --help" "$HOTPLUGFS" mount --nonsense
    fails_with 2 "Try: hotplugfs unplug --help" "$HOTPLUGFS" unplug
}
