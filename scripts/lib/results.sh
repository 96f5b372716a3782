# shellcheck shell=bash
# Results of tests in JUnit's format, and the closing line that continuous integration reads. Sourced.

# bats, which prints TAP and writes a report in JUnit's format to the directory that follows. The program that writes the report outlives
# bats, so read it only after the end of a pipe: "${bats[@]}" DIR FILE ... 2>&1 | cat
# shellcheck disable=SC2034
bats=(bats --timing --formatter tap --report-formatter junit --output)

# count_results FILE ...: "PASSED FAILED SKIPPED", added up over files in JUnit's format. Fails if a file is missing or is cut off.
count_results() {
    local file
    for file; do
        [ -s "$file" ] && [[ $(tail -c 20 "$file") == *'</testsuites>'* ]] || return
    done
    awk -v RS='<' '
        function value(name) { return match($0, "[ \t\n]" name "=\"[0-9]+") ? substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 3) : 0 }
        $1 == "testsuite" { failed += value("failures") + value("errors"); skipped += value("skipped"); tests += value("tests") }
        END { print tests - failed - skipped, failed + 0, skipped + 0 }' "$@"
}

# failed_tests FILE ...: a line for each test that failed in files in JUnit's format, with the beginning of its message. Files that are
# missing or cut off give what they have.
failed_tests() {
    awk -v RS='<' '
        function decoded(text) {
            gsub(/[ \t\n]+|&#xA;|&#10;/, " ", text)
            gsub(/&lt;/, "<", text); gsub(/&gt;/, ">", text); gsub(/&quot;|&#34;/, "\"", text); gsub(/&#39;|&apos;/, "\047", text)
            gsub(/&amp;/, "\\&", text)
            return text
        }
        $1 == "testcase" { test = match($0, / name="[^"]*/) ? substr($0, RSTART + 7, RLENGTH - 7) : "?" }
        $1 == "failure" || $1 == "error" { print "    " decoded(test) ": " substr(decoded(substr($0, length($1) + 2)), 1, 600) }' "$@" 2> /dev/null
}

# closing_line PASSED FAILED SKIPPED: "N passed, N failed[, N skipped]"; false if anything failed.
closing_line() {
    local skip=
    [ "$3" -eq 0 ] || skip=", $3 skipped"
    echo "$1 passed, $2 failed$skip"
    [ "$2" -eq 0 ]
}
