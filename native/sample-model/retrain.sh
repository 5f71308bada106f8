#!/usr/bin/env bash
# Trains the sample model anew and writes assay-sample-F16.gguf, its tokenizer and its data sets: bash native/sample-model/retrain.sh
#   --steps N            trains N steps instead of those in plan.json (20 to try the way out), its phases shortened alike
#   --output FILE        writes the model to FILE and leaves the committed files alone
#   --compile            compiles the network first (needs a C++ compiler); on a GPU several times faster
# Needs Python 3.11 with requirements.txt installed (PYTHON names another one). ASSAY_TRAINING names the folder for
# checkpoints (.cache/training here); a run that was stopped goes on from there. A GPU is used if PyTorch finds one.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=${ASSAY_TRAINING:-$here/.cache/training}
python=${PYTHON:-python3}
output=$here/assay-sample-F16.gguf
given_tokens=$here/datasets/training-tokens.jsonl
how=()
while [ $# -gt 0 ]; do
  case $1 in
    --steps) how+=(--steps "$2"); shift 2 ;;
    --output) output=$2; given_tokens=$2.training-tokens.jsonl; shift 2 ;;
    --compile) how+=(--compile); shift ;;
    *) echo "Unknown option $1; the head of this file lists them." >&2; exit 2 ;;
  esac
done
if ! "$python" -c 'import numpy, sentencepiece, torch' 2>/dev/null; then
  echo "$python lacks what the trainer needs. Make it a place of its own and start again:" >&2
  echo "  python3 -m venv $here/.cache/python && $here/.cache/python/bin/pip install -r $here/requirements.txt" >&2
  echo "  PYTHON=$here/.cache/python/bin/python bash $0" >&2
  exit 1
fi
export PYTHONDONTWRITEBYTECODE=1
# Without these a third of the time goes to giving memory back to the system and asking for it again.
export MALLOC_MMAP_THRESHOLD_=2000000000 MALLOC_TRIM_THRESHOLD_=4000000000 MALLOC_TOP_PAD_=268435456
mkdir -p "$work"
if [ ! -f "$work/tokenizer.model" ]; then
  "$python" "$here/tokenizer.py" "$work"
fi
"$python" "$here/train.py" "$work" "${how[@]}"
"$python" "$here/export.py" "$work/checkpoint.pt" "$work/tokenizer.model" "$output" "$given_tokens"
if [ "$output" = "$here/assay-sample-F16.gguf" ]; then
  cp "$work/tokenizer.model" "$here/tokenizer.model"
  "$python" "$here/generate.py"
fi
