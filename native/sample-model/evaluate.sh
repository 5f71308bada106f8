#!/usr/bin/env bash
# Evaluates the sample model through the real engine, with the quantization ladder: bash native/sample-model/evaluate.sh
# --write also renews the committed quantizations, manifest.json and the tables of MODEL_CARD.md; --wrong lists wrong answers.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
exec "$here/../../node_modules/.bin/node" "$here/evaluate.ts" --ladder "$@"
