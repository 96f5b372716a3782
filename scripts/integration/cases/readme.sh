#!/usr/bin/env bash
# Every command of README.md's console blocks runs, in one shell and in their order, and prints what the README says. "..." stands for
# any output; the mount point of the text becomes a private one.
# Only as root: an ordinary user may not be able to read the checkout.
source "${BASH_SOURCE[0]%/*}/../lib/verbs.sh"

awk '
    /^```console/ { inside = 1; next }
    /^```/        { inside = 0 }
    !inside       { next }
    /^\$ /        { n++; print substr($0, 3) > (work "/" n ".command"); printf "" > (work "/" n ".expected"); next }
                  { print > (work "/" n ".expected") }
    END           { print n > (work "/count") }
' work="$WORK" "$ROOT/README.md"
count=$(cat "$WORK/count")
[ "$count" -gt 0 ] || fail "README.md has no commands"

{
    # What a person would have on the screen: the program behind its script, and plain bash messages.
    echo "cd \"$ROOT\""
    for ((i = 1; i <= count; i++)); do
        command=$(<"$WORK/$i.command")
        command=${command//\/tmp\/machine/$DIR}
        command=${command//\/tmp\/hotplugfs-demo/$WORK/demo}
        command=${command//scripts\/demo.sh/env HOTPLUGFS=\"$HOTPLUGFS\" \"$ROOT/scripts/demo.sh\" \"$WORK/demo\"}
        command=${command//scripts\/hotplugfs/\"$HOTPLUGFS\"}
        printf '{ %s\n} > "%s" 2>&1\n' "$command" "$WORK/$i.output"
    done
} > "$WORK/script"
bash "$WORK/script"

for ((i = 1; i <= count; i++)); do
    [ "$(<"$WORK/$i.expected")" != ... ] || continue
    sed -E "s|^$WORK/script: line [0-9]+: |bash: |; s|$DIR|/tmp/machine|g" "$WORK/$i.output" > "$WORK/$i.got"
    diff -u "$WORK/$i.expected" "$WORK/$i.got" || fail "README.md: \"$(<"$WORK/$i.command")\" prints something else"
done
echo "$count commands"
! is_mounted "$DIR" || fail "the README's last command leaves the machine mounted"
