#!/usr/bin/env bash
# A program that reads a tensor by const_data_ptr<float>() compiles with clang against PyTorch 2.11 and cannot be linked with it.
#
# Expected: clang and GCC name the same C++ function alike on Linux, so that either links with libtorch's wheels.
# Found (PyTorch 2.11.0, clang 21, GCC 12): the declaration has an unnamed template parameter of type
# std::enable_if_t<!std::is_const_v<T>, int>. clang (18 and newer, unless -fclang-abi-compat=17) spells that type out in the
# symbol's name, and GCC writes the value 0 alone; libtorch_cpu.so holds GCC's name only. mutable_data_ptr<float>() and
# data_ptr<float>(), whose templates are plain, have one name. In 2.13 const_data_ptr has a plain template as well.
# Needs clang++ 18 or newer, g++, nm, python3 with pip, and the network: 530 MB in a temporary folder, which is removed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m pip download --quiet --disable-pip-version-check --no-deps --only-binary=:all: torch==2.11.0
python3 - <<'PYTHON'
import glob
import zipfile

wheel = zipfile.ZipFile(glob.glob("torch-2.11.0-*.whl")[0])
wheel.extractall(".", [name for name in wheel.namelist()
                       if name.startswith("torch/include/") or name.endswith("lib/libtorch_cpu.so")])
PYTHON
cat >program.cpp <<'CPP'
#include <ATen/core/Tensor.h>

const float *read(const at::Tensor &tensor) { return tensor.const_data_ptr<float>(); }
float *write(const at::Tensor &tensor) { return tensor.mutable_data_ptr<float>(); }
CPP
nm -D --defined-only torch/lib/libtorch_cpu.so | awk '{ print $3 }' | grep 'TensorBase.*data_ptrIf' >exported
found=
for compiler in clang++ g++; do
    $compiler -std=c++20 -isystem torch/include -c program.cpp -o program.o
    for name in $(nm --undefined-only program.o | awk '{ print $2 }' | grep 'data_ptrIf'); do
        answer=missing
        grep -qxF "$name" exported && answer=there
        echo "$($compiler -dumpversion) $compiler: $name: $answer"
        case $name in *const_data_ptr*) found="$found $compiler:const:$answer" ;; *) found="$found $compiler:mutable:$answer" ;; esac
    done
done
[ "$(tr ' ' '\n' <<<"$found" | sort | xargs)" = \
    "clang++:const:missing clang++:mutable:there g++:const:there g++:mutable:there" ] || { echo "changed:$found" >&2; exit 1; }
