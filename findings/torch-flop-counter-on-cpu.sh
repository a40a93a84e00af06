#!/usr/bin/env bash
# PyTorch's FlopCounterMode counts a third less for a transformer on a CPU in evaluation than in training.
#
# Expected: one number for one architecture: 12 blocks of width 768 over 197 tokens (ViT-B/16 at 224 pixels) are
# 12 (12 W^2 T + 2 W T^2) = 17.447 billion multiply-adds, two operations each.
# Found, torch 2.13.0 on a CPU: 11.15 in eval mode without gradients, 16.73 with gradients or in training mode. In the
# first case nn.MultiheadAttention takes its fused path, which the counter does not know: neither its projections nor
# the products of attention count. In the other the fused attention of the CPU is not known either. Only the last
# part, products spelled out by hand, is counted in full. So "GFLOPs" from this counter depend on the mode and the device.
# Needs python3 with venv, and pip's network. About 1 GB in a temporary folder, which is removed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
pip="$folder/venv/bin/python -m pip --quiet --disable-pip-version-check"
$pip install torch==2.13.0+cpu 2>/dev/null \
    || $pip install torch==2.13.0
$pip install 'numpy<2.4'
"$folder/venv/bin/python" - <<'PYTHON'
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

print("torch", torch.__version__)
width, tokens, heads, layers = 768, 197, 12, 12


class Block(nn.Module):
    def __init__(self, spelled_out=False):
        super().__init__()
        self.attention = nn.MultiheadAttention(width, heads, batch_first=True)
        self.mlp = nn.Sequential(nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width))
        self.spelled_out = spelled_out

    def attend(self, x):
        if not self.spelled_out:
            return self.attention(x, x, x, need_weights=False)[0]
        a = self.attention
        q, k, v = (x @ a.in_proj_weight.T).reshape(1, tokens, 3, heads, -1).permute(2, 0, 3, 1, 4)
        rows = (q @ k.transpose(-1, -2)).softmax(-1) @ v
        return rows.transpose(1, 2).reshape(1, tokens, width) @ a.out_proj.weight.T

    def forward(self, x):
        x = x + self.attend(x)
        return x + self.mlp(x)


def counted(train, gradients, spelled_out=False):
    model = nn.Sequential(*(Block(spelled_out) for _ in range(layers))).train(train)
    with FlopCounterMode(display=False) as counter, torch.set_grad_enabled(gradients):
        model(torch.zeros(1, tokens, width))
    return counter.get_total_flops() / 2e9


exact = layers * (12 * width**2 * tokens + 2 * width * tokens**2) / 1e9
found = {
    "eval, no gradients": counted(False, False),
    "eval, gradients": counted(False, True),
    "train, no gradients": counted(True, False),
    "spelled out": counted(False, False, True),
}
print(f"by hand: {exact:.3f} billion multiply-adds")
for name, value in found.items():
    print(f"{name}: {value:.3f} ({value / exact:.2f})")
assert abs(found["eval, no gradients"] - 11.155) < 0.01, found
assert abs(found["eval, gradients"] - 16.732) < 0.01 and found["train, no gradients"] == found["eval, gradients"], found
assert abs(found["spelled out"] - exact) < 0.001, found
PYTHON
