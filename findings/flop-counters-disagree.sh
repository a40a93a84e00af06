#!/usr/bin/env bash
# Five packages that count the operations of a model give five answers for one ViT, from 1 % to 100 % of them.
#
# Expected: agreement within a per cent or two on open_clip's image tower of ViT-B-16 at 224 pixels, which takes 17.563
# billion multiply-adds by hand (blocks, attention and patches).
# Found (versions below): ptflops 17.60 with its module backend and 16.86 with its operator backend; fvcore 16.87 and
# calflops 16.85 (no products of attention); thop 11.27 (nothing of attention at all); torchinfo 0.17: it takes a
# linear layer once for an input, and not once for each of the 197 tokens.
# Needs python3 with venv, and pip's network. About 1 GB in a temporary folder, which is removed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
pip="$folder/venv/bin/python -m pip --quiet --disable-pip-version-check"
$pip install torch==2.13.0+cpu 2>/dev/null \
    || $pip install torch==2.13.0
$pip install --no-deps torchvision==0.28.0
$pip install open-clip-torch==3.3.0 'numpy<2.4' accelerate transformers==5.24.0 thop==0.1.1.post2209072238 fvcore==0.1.5.post20221221 \
    ptflops==0.7.5 torchinfo==1.8.0 calflops==0.3.2
"$folder/venv/bin/python" - <<'PYTHON'
import logging
import warnings

import torch

# torchvision's binary part does not load beside a CPU build of torch; open_clip needs none of it.
library = torch.library.Library("torchvision", "FRAGMENT")
for operator in ("nms", "qnms"):
    try:
        library.define(operator + "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    except RuntimeError:
        pass
warnings.simplefilter("ignore")
logging.disable(logging.WARNING)

import open_clip
import thop
import torchinfo
from calflops import calculate_flops
from fvcore.nn import FlopCountAnalysis
from ptflops import get_model_complexity_info

shape = (3, 224, 224)
pixels = torch.zeros(1, *shape)


def tower():
    return open_clip.create_model("ViT-B-16").visual.eval()


def by_ptflops(backend):
    return get_model_complexity_info(
        tower(), shape, as_strings=False, print_per_layer_stat=False, backend=backend, verbose=False
    )[0]


found = {
    "ptflops, modules": by_ptflops("pytorch"),
    "ptflops, operators": by_ptflops("aten"),
    "fvcore": FlopCountAnalysis(tower(), pixels).total(),
    "calflops": calculate_flops(
        tower(), input_shape=(1, *shape), print_results=False, print_detailed=False, output_as_string=False
    )[1],
    "thop": thop.profile(tower(), inputs=(pixels,), verbose=False)[0],
    "torchinfo": torchinfo.summary(tower(), input_data=pixels, verbose=0).total_mult_adds,
}
width, patches = 768, 196
tokens = patches + 1
exact = 12 * (12 * width**2 * tokens + 2 * width * tokens**2) + patches * 3 * 16**2 * width
print(f"by hand: {exact / 1e9:.3f} billion multiply-adds")
for name, value in found.items():
    print(f"{name}: {value / 1e9:.3f} ({value / exact:.2f})")
expected = [17.60, 16.86, 16.87, 16.85, 11.27, 0.17]
assert [round(value / 1e9, 2) for value in found.values()] == expected, found
PYTHON
