#!/usr/bin/env bash
# Runs the fuzz targets, one after the other, and prints what came of it:
#   fuzz.sh SECONDS [TARGET...]
# for SECONDS each; by default all rows of tests/fuzz/targets.def. What a target has learned stays in
# build/fuzz/corpus for the next time. An input that breaks a promise, hangs for 5 seconds or takes
# all memory is a finding: it is written to build/fuzz/findings, and the exit code is 1. Commit it,
# made small, to tests/fuzz/findings when the fault is mended.
set -euo pipefail
cd "$(dirname "$0")/.."
[ $# -ge 1 ] || { echo "usage: fuzz.sh SECONDS [TARGET...]" >&2; exit 2; }
seconds=$1
shift
targets=("$@")
if [ ${#targets[@]} -eq 0 ]; then
  mapfile -t targets < <(sed -n 's/^OCTET_FUZZ_TARGET(.*"\(.*\)").*/\1/p' tests/fuzz/targets.def)
fi
scripts/build.sh fuzz fuzzers

# A target that finds something ends, and is started again for the rest of its time. So many
# findings are enough.
max_findings=20

# The last number behind a word of a log; 0 if there is none.
last_number() { sed -n "s/.*$1 *\([0-9][0-9]*\).*/\1/p" "$2" | tail -n 1 | grep . || echo 0; }

total=0
row="%-15s %12s %8s %9s %8s %7s %9s\n"
# shellcheck disable=SC2059
printf "$row" target executions per_s edges inputs MB_RSS findings
for target in "${targets[@]}"; do
  corpus=build/fuzz/corpus/$target
  findings=build/fuzz/findings/$target
  mkdir -p "$corpus" "$findings"
  folders=("$corpus")
  for folder in "tests/fuzz/corpus/$target" "tests/fuzz/findings/$target"; do
    [ ! -d "$folder" ] || folders+=("$folder")
  done
  options=(-timeout=5 -rss_limit_mb=2048 -malloc_limit_mb=1024 -max_len=16384 -print_final_stats=1
    "-artifact_prefix=$findings/")
  # An input of graphs has thousands of features, and counting how rare each is (libFuzzer's default)
  # takes longer than the input itself.
  [ "$target" != graphs ] || options+=(-entropic=0)
  dictionary=tests/fuzz/dictionaries/$target.dict
  [ ! -f "$dictionary" ] || options+=("-dict=$dictionary")

  executions=0 edges=0 inputs=0 rss=0 found=0
  begin=$SECONDS
  while left=$((begin + seconds - SECONDS)); [ "$left" -gt 0 ] && [ "$found" -lt "$max_findings" ]; do
    log=build/fuzz/$target.$found.log
    "build/fuzz/bin/fuzz_$target" "${options[@]}" "-max_total_time=$left" "${folders[@]}" \
      >"$log" 2>&1 || found=$((found + 1))
    executions=$((executions + $(last_number stat::number_of_executed_units: "$log")))
    edges=$(last_number cov: "$log")
    inputs=$(last_number corp: "$log")
    rss=$(last_number stat::peak_rss_mb: "$log")
  done
  used=$((SECONDS - begin))
  # shellcheck disable=SC2059
  printf "$row" "$target" "$executions" $((executions / (used > 0 ? used : 1))) "$edges" "$inputs" \
    "$rss" "$found"
  total=$((total + found))
done
[ "$total" -eq 0 ]
