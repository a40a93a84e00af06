#!/usr/bin/env bash
# open_clip's patch dropout keeps one patch fewer than the share says, where the share has no exact binary form.
#
# Expected: a dropout of 0.8 leaves 20 of 100 patches (160-pixel images, patches of 16), and 0.9 leaves 5 of 50.
# Found, open_clip 3.3.0: 19 and 4. The count is int(n * (1 - p)), and 100 * (1 - 0.8) is 19.999999999999996.
# Shares such as 0.75 and 0.3 come out as expected. Token counts, and what one computes from them, are off by one.
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
from open_clip.transformer import PatchDropout


def kept(patches, share):
    dropout = PatchDropout(share).train()
    # One row is the class token, which always stays.
    return dropout(torch.zeros(1, patches + 1, 8)).shape[1] - 1


found = {case: kept(*case) for case in [(100, 0.8), (50, 0.9), (196, 0.75), (256, 0.3)]}
for (patches, share), count in found.items():
    print(f"{share} of {patches} patches dropped: {count} stay")
assert list(found.values()) == [19, 4, 49, 179], found
PYTHON
