#!/usr/bin/env bash
# Reads every source of the library, the programs and the examples with Clang, with all warnings as
# errors, and makes nothing of them: a build with Clang takes four times as long. The clang preset is
# that build, with its tests.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/install_packages.sh
folder=build/clang_check
cmake --preset clang -B "$folder" -DOCTET_BUILD_TESTS=OFF -DOCTET_BUILD_BENCH=OFF >/dev/null
# One command a line, unescaped, without its object file.
sed -n 's/^ *"command": "\(.*\)",$/\1/p' "$folder/compile_commands.json" |
  sed 's/\\\(["\\]\)/\1/g; s/ -o [^ ]* -c / -fsyntax-only -c /' |
  xargs -d '\n' -P "$(nproc)" -I COMMAND sh -c COMMAND
