#!/usr/bin/env bash
# Configures and builds a preset: build.sh [PRESET [TARGET...]]. Skips steps that are up to date.
set -euo pipefail
cd "$(dirname "$0")/.."
preset=${1:-release}
shift || true

scripts/install_packages.sh
if [ ! -f "build/$preset/build.ninja" ]; then
  launcher=()
  command -v ccache >/dev/null && launcher=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache)
  cmake --preset "$preset" "${launcher[@]}" >&2
fi
cmake --build "build/$preset" --parallel "$(nproc)" ${*:+--target "$@"} >&2
