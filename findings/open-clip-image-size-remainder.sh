#!/usr/bin/env bash
# open_clip takes an image size that is no multiple of the patch, and never looks at the remainder of the picture.
#
# Expected: an error, or padding. Found, open_clip 3.3.0: create_model("ViT-B-32", force_image_size=100) makes a model
# of 3 x 3 patches without a word. Pictures of 100 x 100 pixels are taken, and their last 4 rows and columns change
# nothing: here they hold quite another colour, and the features are equal to the bit. At 127 pixels it is a quarter
# of each side (31 of 127).
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
model = open_clip.create_model("ViT-B-32", force_image_size=100).eval()
print("image size", model.visual.image_size, "grid", model.visual.grid_size)
picture = torch.rand(1, 3, 100, 100)
other = picture.clone()
other[:, :, 96:, :] = 5
other[:, :, :, 96:] = -5
with torch.no_grad():
    same = torch.equal(model.encode_image(picture), model.encode_image(other))
print("features of a picture with other last rows and columns are equal:", same)
assert tuple(model.visual.grid_size) == (3, 3) and same

wide = open_clip.create_model("ViT-B-32", force_image_size=127).eval()
print("127 pixels: grid", wide.visual.grid_size)
assert tuple(wide.visual.grid_size) == (3, 3)
PYTHON
