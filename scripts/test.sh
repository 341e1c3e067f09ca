#!/usr/bin/env bash
# Builds octet and runs its tests, and checks the sources with Clang. Then runs the tests again with
# AddressSanitizer and UndefinedBehaviorSanitizer (without the tests labelled slow), and the
# concurrent tests with ThreadSanitizer.
#   test.sh          all of it
#   test.sh --fast   the release build only
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/build.sh release
ctest --preset release
[ "${1:-}" = --fast ] && exit 0

scripts/check_clang.sh
scripts/build.sh asan
ctest --preset asan -LE slow
scripts/build.sh tsan runtime_thread_pool_test runtime_concurrency_test
ctest --preset tsan -L concurrency
