#!/usr/bin/env bats
source "$BATS_TEST_DIRNAME/../lib/verbs.sh"

@test "help has examples, and a usage error has status 2 and a hint" {
    for subcommand in "" mount unmount plug unplug; do
        # shellcheck disable=SC2086
        OUTPUT=$("$HOTPLUGFS" $subcommand --help)
        [[ $OUTPUT == *"Examples:"*"hotplugfs "* ]] || fail "$subcommand --help: $OUTPUT"
    done
    [[ $("$HOTPLUGFS" --version) =~ ^[0-9]+\.[0-9]+\.[0-9]+ ]] || fail "--version"
    fails_with 2 "Examples:" "$HOTPLUGFS"
    fails_with 2 "Try: hotplugfs --help" "$HOTPLUGFS" mont
    fails_with 2 "Try: hotplugfs mount --help" "$HOTPLUGFS" mount --nonsense
    fails_with 2 "Try: hotplugfs unplug --help" "$HOTPLUGFS" unplug
}
