#!/usr/bin/env bash
# Installs the Debian packages that octet needs to build and that are not installed yet. Needs root
# only if a package is missing.
set -euo pipefail

packages=(
  g++ cmake ninja-build ccache pkg-config
  libonnx-dev libprotobuf-dev protobuf-compiler
  libxsimd-dev libeigen3-dev libbenchmark-dev libdnnl-dev doctest-dev
  libcli11-dev nlohmann-json3-dev libfmt-dev libutf8proc-dev libpcre2-dev libssl-dev
  clang libclang-rt-14-dev clang-format libonnx-testdata
)

missing=()
for package in "${packages[@]}"; do
  status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
  [ "$status" = installed ] || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

echo "Installing: ${missing[*]}" >&2
sudo=
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || {
    echo "This needs root or sudo. Install these packages first: ${missing[*]}" >&2
    exit 1
  }
  sudo=sudo
fi
export DEBIAN_FRONTEND=noninteractive
$sudo apt-get update -qq >&2
$sudo apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2
