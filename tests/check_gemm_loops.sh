#!/bin/sh
# check_gemm_loops.sh OBJDUMP INSTRUCTION MINIMUM OBJECT [FUNCTIONS]
#
# Disassembles OBJECT and looks at every innermost loop with INSTRUCTION, like the loops of a
# product. Fails if one of them touches the stack (a spilled accumulator costs more than its
# multiplication), or if there are fewer than MINIMUM loops, which would mean that this script does
# not find them any more. With FUNCTIONS, a regular expression, it looks only at functions that
# match.
set -eu
"$1" -d --no-show-raw-insn -C "$4" | awk -v instruction="$2" -v minimum="$3" -v functions="${5:-.}" '
  # Pads an address with zeros, so that equal addresses are equal strings.
  function padded(address) {
    while (length(address) < 16) address = "0" address
    return address
  }
  # Looks at the loops of the function read so far: lines 1 to count.
  function check(   i, j, start, inner, has, stack) {
    if (name !~ functions) count = 0
    for (i = 1; i <= count; ++i) {
      if (text[i] !~ /^j[a-z]+ / || split(text[i], word, " ") < 2) continue
      target = padded(word[2])
      if (!(target in line) || line[target] > i) continue
      start = line[target]
      inner = 1
      has = 0
      stack = ""
      for (j = start; j <= i; ++j) {
        if (j < i && text[j] ~ /^j/) inner = 0
        if (index(text[j], instruction) == 1) ++has
        if (text[j] ~ /\(%rsp/ || (framed && text[j] ~ /\(%rbp/)) stack = text[j]
      }
      if (!inner || !has) continue
      ++loops
      if (stack != "") {
        print "stack access in a loop of " has " " instruction " in " name ": " stack
        ++bad
      }
    }
    count = 0
    framed = 0
    delete line
  }
  /^[0-9a-f]+ <.*>:$/ { check(); name = $0; next }
  /^ *[0-9a-f]+:\t/ {
    ++count
    at = $1
    sub(/:$/, "", at)
    line[padded(at)] = count
    text[count] = $0
    sub(/^ *[0-9a-f]+:\t/, "", text[count])
    if (text[count] ~ /^(mov|lea) .*%rsp.*,%rbp/) framed = 1
  }
  END {
    check()
    print loops + 0 " loops with " instruction ", " bad + 0 " with stack access"
    if (loops < minimum) { print "expected at least " minimum; exit 1 }
    if (bad > 0) exit 1
  }'
