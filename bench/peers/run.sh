#!/usr/bin/env bash
# octet and other engines from PyPI on the same work, in turns: run.sh [OPTIONS of run.py].
# The engines come into build/peers/venv; one that cannot be installed is skipped. With --bin-dir DIR
# octet's programs are those in DIR, otherwise they are built.
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
