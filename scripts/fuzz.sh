#!/usr/bin/env bash
# Fuzzes a target of tests/HotplugFs.Fuzzers with AFL++, which coverage guides: scripts/fuzz.sh TARGET [SECONDS], by default for an hour.
# Needs afl-fuzz (package afl++). What fails is in artifacts/fuzz/findings/TARGET; repeat it with the fuzzers' option --input.
set -euo pipefail

self=$(readlink -f "${BASH_SOURCE[0]}")
root=${self%/scripts/*}
# shellcheck source=scripts/lib/install.sh
source "$root/scripts/lib/install.sh"

target=${1:?usage: scripts/fuzz.sh TARGET [SECONDS]}
seconds=${2:-3600}
work=$root/artifacts/fuzz
install_missing afl-fuzz:afl++
need_sdk "$root"
cd "$root"

[ -x "$work/tools/sharpfuzz" ] || dotnet tool install SharpFuzz.CommandLine --version 2.3.0 --tool-path "$work/tools"
rm -rf "$work/program"
dotnet publish tests/HotplugFs.Fuzzers --nologo -v quiet -c Release --output "$work/program" "-p:ArtifactsPath=$root/artifacts"

inputs=$work/inputs/$target
mkdir -p "$inputs" "$work/findings"
# The corpus, and the examples that the target makes.
[ ! -d "tests/HotplugFs.Fuzzers/corpus/$target" ] || cp "tests/HotplugFs.Fuzzers/corpus/$target"/* "$inputs"
dotnet "$work/program/HotplugFs.Fuzzers.dll" "$target" --examples "$inputs"
# AFL++ follows the product's own code.
for library in "$work"/program/HotplugFs.*.dll; do
    [ "${library##*/}" = HotplugFs.Fuzzers.dll ] || "$work/tools/sharpfuzz" "$library"
done

# The runtime starts slowly and reserves much address space. AFL++ can neither use a core pattern that is a pipe nor set the CPU's clock.
export AFL_SKIP_BIN_CHECK=1 AFL_SKIP_CPUFREQ=1 AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 AFL_NO_UI=1 AFL_AUTORESUME=1
afl-fuzz -i "$inputs" -o "$work/findings/$target" -V "$seconds" -t 10000 -m none -- dotnet "$work/program/HotplugFs.Fuzzers.dll" "$target" --afl
