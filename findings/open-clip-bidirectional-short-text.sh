#!/usr/bin/env bash
# A text padded to another length is taken by open_clip's bidirectional text towers, and has other features.
#
# Expected: the error that open_clip's causal CLIP raises for texts that are not context_length long, or equal features,
# since only padding differs. Found, open_clip 3.3.0: with the text settings of its CLIPA configurations
# (no_causal_mask, pool_type "last", in a model with custom_text) ids of any length up to the context pass. The padding
# is attended, and the feature is read from the last position, so the same words have a cosine far from 1 to
# themselves. A tokenizer with context_length 16 on a model of 32 goes wrong in silence.
# Needs python3 with venv, and pip's network. About 1 GB in a temporary folder, which is removed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
pip="$folder/venv/bin/python -m pip --quiet --disable-pip-version-check"
$pip install torch==2.13.0+cpu 2>/dev/null \
    || $pip install torch==2.13.0
$pip install --no-deps torchvision==0.28.0
$pip install open-clip-torch==3.3.0 'numpy<2.4'
"$folder/venv/bin/python" - <<'PYTHON'
import torch

# torchvision's binary part does not load beside a CPU build of torch; open_clip needs none of it.
library = torch.library.Library("torchvision", "FRAGMENT")
for operator in ("nms", "qnms"):
    try:
        library.define(operator + "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    except RuntimeError:
        pass

import open_clip

print("torch", torch.__version__, "open_clip", open_clip.__version__)
torch.manual_seed(0)
settings = dict(
    embed_dim=32,
    vision_cfg=dict(image_size=64, layers=1, width=64, patch_size=16),
    text_cfg=dict(
        context_length=16, vocab_size=32000, width=32, heads=2, layers=2, no_causal_mask=True, pool_type="last"
    ),
)
ids = torch.tensor([[101, 7, 8, 9] + [0] * 12])
model = open_clip.CustomTextCLIP(**settings).eval()
with torch.no_grad():
    full = model.encode_text(ids, normalize=True)
    cosines = {n: (model.encode_text(ids[:, :n], normalize=True) @ full.T).item() for n in (4, 8, 12, 16)}
for length, cosine in cosines.items():
    print(f"padded to {length} of 16: cosine {cosine:.3f} to the text padded to 16")
assert cosines[4] < 0.6 and cosines[8] < 0.99 and cosines[16] > 0.9999, cosines

try:
    open_clip.CLIP(**settings).encode_text(ids[:, :8])
    raise SystemExit("the model without custom_text takes a short text, too")
except RuntimeError as error:
    print("without custom_text:", error)
PYTHON
