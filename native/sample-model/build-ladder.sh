#!/bin/sh
# Builds .cache/ladder against the headers in node-llama-cpp's source bundle and the libraries of its Linux package.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
modules=$here/../../node_modules
libraries=$modules/@node-llama-cpp/linux-x64/bins/linux-x64
mkdir -p "$here/.cache"
if [ ! -d "$here/.cache/llama.cpp" ]; then
  git -c advice.detachedHead=false clone --quiet "$modules/node-llama-cpp/llama/gitRelease.bundle" "$here/.cache/llama.cpp"
fi
if [ ! -x "$here/.cache/ladder" ] || [ "$here/ladder.cpp" -nt "$here/.cache/ladder" ]; then
  # shellcheck disable=SC2046
  g++ -O2 -std=c++17 -o "$here/.cache/ladder" "$here/ladder.cpp" \
    -I"$here/.cache/llama.cpp/include" -I"$here/.cache/llama.cpp/ggml/include" \
    -L"$libraries" $(cd "$libraries" && ls libllama.v*.so libggml.v*.so libggml-base.so | sed 's/^/-l:/') \
    -Wl,-rpath,"$libraries"
fi
printf '%s\n' "$libraries"
