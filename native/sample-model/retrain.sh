#!/usr/bin/env bash
# Trains the sample model anew and writes assay-sample-F16.gguf: bash native/sample-model/retrain.sh
# Needs Python 3.11 with requirements.txt installed (PYTHON names another one); resumes where it was stopped.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=${ASSAY_TRAINING:-$here/.cache/training}
python=${PYTHON:-python3}
export PYTHONDONTWRITEBYTECODE=1
# Without these a third of the time goes to giving memory back to the system and asking for it again.
export MALLOC_MMAP_THRESHOLD_=2000000000 MALLOC_TRIM_THRESHOLD_=4000000000 MALLOC_TOP_PAD_=268435456
mkdir -p "$work"
"$python" "$here/generate.py"
[ -f "$work/tokenizer.model" ] || "$python" "$here/tokenizer.py" "$work"
"$python" "$here/train.py" "$work"
"$python" "$here/export.py" "$work/checkpoint.pt" "$work/tokenizer.model" "$here/assay-sample-F16.gguf"
