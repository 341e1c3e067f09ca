#!/usr/bin/env bash
# Runs octet and other engines from PyPI on the same work, in turns: run.sh [OPTIONS of run.py].
# Installs the engines in build/peers/venv and skips those that cannot be installed. With --bin-dir
# DIR it uses octet's programs in DIR, otherwise it builds them.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
venv=$root/build/peers/venv
if [ ! -x "$venv/bin/python" ]; then
  python3 -m venv "$venv"
fi
while read -r package; do
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check "$package" >&2 ||
    echo "not installed: $package" >&2
done <"$root/bench/peers/requirements.txt"
if [[ " $* " != *" --bin-dir"* && " $* " != *" --help "* && " $* " != *" -h "* ]]; then
  "$root/scripts/build.sh" release octet bert_eval
fi
exec "$venv/bin/python" "$root/bench/peers/run.py" "$@"
