#!/usr/bin/env bash
# Every command of README.md's console blocks runs, in their order, in a copy of the checkout's root as it stands.
source "${BASH_SOURCE[0]%/*}/../lib/verbs.sh"

only_as root "the checkout is not this user's"
[ -f "$ROOT/README.md" ] || skip "there is no README.md yet"
# Lines that begin with a dollar sign are commands; the mount point of the text becomes a private one. A line that ends in
# "# refused" must fail.
awk '/^```console/ { inside = 1; next } /^```/ { inside = 0 } inside && /^\$ / { print substr($0, 3) }' "$ROOT/README.md" > "$WORK/commands"
[ -s "$WORK/commands" ] || skip "README.md has no console blocks"
cd "$ROOT"
place=$(grep -o '/tmp/[A-Za-z0-9._-]*' "$WORK/commands" | head -n 1)
count=0
while read -r line; do
    case $line in
        *scripts/test.sh* | *.ci/run* | "git clone"* | "cd "*) continue ;;
    esac
    command=${line//${place:-/tmp/none}/$DIR}
    command=${command//scripts\/hotplugfs/\"\$HOTPLUGFS\"}
    command=${command//scripts\/demo.sh/env HOTPLUGFS=\"\$HOTPLUGFS\" scripts/demo.sh}
    mkdir -p "$DIR" 2> /dev/null || true
    status=0
    bash -c "$command" > "$WORK/output" 2>&1 || status=$?
    case $line in
        *"# refused"*) [ "$status" -ne 0 ] || fail "worked, but the README says that it is refused: $line" ;;
        *) [ "$status" -eq 0 ] || fail "status $status: $line: $(cat "$WORK/output")" ;;
    esac
    count=$((count + 1))
done < "$WORK/commands"
echo "$count commands"
if is_mounted "$DIR"; then
    "$HOTPLUGFS" unmount "$DIR"
fi
