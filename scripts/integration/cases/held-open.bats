#!/usr/bin/env bats
source "$BATS_TEST_DIRNAME/../lib/verbs.sh"

@test "a descriptor that is held open reads the new text after a seek to the beginning" {
    start_machine
    perl -e '
        my ($state) = @ARGV;
        open(my $in, "<", $state) or die; sysread($in, my $text, 4096); die $text if $text ne "offline\n";
        die "more" if sysread($in, $text, 4096);
        open(my $out, ">", $state) or die; syswrite($out, "online\n") or die "$!"; close($out);
        sysseek($in, 0, 0); sysread($in, $text, 4096); die $text if $text ne "online\n";
        sysseek($in, 2, 0); sysread($in, $text, 2); die $text if $text ne "li"' "$MEMORY/memory40/state" || fail "descriptor held open"
    end_machine
}
