#!/usr/bin/env bash
# Runs octet and ONNX Runtime on the same MRPC rows, in turns, and prints a table: run.sh [OPTIONS of
# mrpc.py]. ONNX Runtime comes from PyPI into build/peers/venv.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
venv=$root/build/peers/venv
if [ ! -x "$venv/bin/python" ]; then
  python3 -m venv "$venv"
fi
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check \
  -r "$root/bench/peers/requirements.txt" >&2
"$root/scripts/build.sh" release bert_eval
exec "$venv/bin/python" "$root/bench/peers/mrpc.py" "$@"
