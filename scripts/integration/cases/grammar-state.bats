#!/usr/bin/env bats
source "$BATS_TEST_DIRNAME/../lib/verbs.sh"

# refused BYTES: writing this printf format fails with EINVAL and leaves the block offline.
refused() {
    # shellcheck disable=SC2059
    if printf "$1" | write_once "$file"; then
        fail "\"$1\" was accepted"
    fi
    # shellcheck disable=SC2059
    ERROR=$(printf "$1" | dd of="$file" bs=65536 iflag=fullblock conv=notrunc,nocreat status=none 2>&1) || true
    [[ $ERROR == *": Invalid argument" ]] || fail "\"$1\": $ERROR"
    say "$file" offline
}

# taken BYTES: writing this printf format onlines the block.
taken() {
    # shellcheck disable=SC2059
    printf "$1" | write_once "$file" || fail "\"$1\" was refused"
    say "$file" online
    put offline "$file"
}

@test "state accepts exactly one word and one newline, ignores everything after a NUL, and ignores the offset" {
    start_machine
    file=$MEMORY/memory40/state

    refused 'on\n'
    refused 'onlin\n'
    refused 'onlinee\n'
    refused 'Online\n'
    refused 'ONLINE\n'
    refused ' online\n'
    refused 'online \n'
    refused 'online\n\n'
    refused '\nonline\n'
    refused '\n'
    refused '\0'
    refused '\0online'
    refused 'online\r\n'
    refused '1\n'
    refused 'going-offline\n'
    refused 'online_\n'
    refused "$(printf 'x%.0s' {1..4097})"
    logged "memory40: state: "

    taken 'online'
    taken 'online\n'
    taken 'online\0'
    taken 'online\n\0'
    taken 'online\0garbage'
    taken 'online_kernel'

    # Of 4097 bytes 4096 are taken, and everything after the NUL is ignored.
    { printf 'online\0'; head -c 4090 /dev/zero; } > "$WORK/long"
    [ "$(stat -c %s "$WORK/long")" -eq 4097 ] || fail "4097 bytes"
    perl -e '
        open(my $in, "<", $ARGV[0]) or die; read($in, my $bytes, 8192);
        open(my $out, "+<", $ARGV[1]) or die "$!";
        my $count = syswrite($out, $bytes);
        die "took " . ($count // "nothing: $!") unless $count == 4096' "$WORK/long" "$file" || fail "4097 bytes with a NUL"
    say "$file" online
    put offline "$file"

    # An empty write succeeds and does nothing.
    perl -e 'open(my $out, "+<", $ARGV[0]) or die "$!";
            my $n = syswrite($out, ""); die "empty: $!" unless defined $n && $n == 0' "$file" || fail "empty write"
    say "$file" offline

    # At an offset, and three times on one descriptor without a seek.
    printf 'online' | dd of="$file" bs=6 seek=7 oflag=seek_bytes conv=notrunc,nocreat status=none || fail "write at an offset"
    say "$file" online
    {
        printf 'offline' >&6
        printf 'online' >&6
        printf 'offline\n' >&6
    } 6> "$file" || fail "several writes on one descriptor"
    say "$file" offline
    end_machine
}
