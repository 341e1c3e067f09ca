#!/usr/bin/env bash
# Builds octet and runs bert_eval, which evaluates a model on GLUE MRPC in FP32, INT8 and debug
# mode, side by side. Takes bert_eval's arguments; the default is the bundled model and data.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
"$root/scripts/build.sh" release bert_eval
exec "$root/build/release/bin/bert_eval" "$@"
