#!/usr/bin/env bash
# Builds octet and evaluates a model on GLUE MRPC in FP32, INT8 and debug mode, side by side. With no
# argument: the bundled model and data. Arguments are those of bert_eval.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
"$root/scripts/build.sh" release bert_eval
exec "$root/build/release/bin/bert_eval" "$@"
