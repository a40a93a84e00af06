"""Imports open_clip beside a CPU-only torch, and builds reference models and reference values with it.

torchvision's binary part does not load beside the CPU-only torch of the same version number; declaring the
two operators that its Python part asks for at import is enough, since nothing here calls them.
"""

import json
import os
import shutil
import sys
import tempfile

import torch

OPENAI_MEAN = (0.48145466, 0.4578275, 0.40821073)
OPENAI_STD = (0.26862954, 0.26130258, 0.27577711)

try:
    import torchvision  # noqa: F401: one that loads declares them itself, and would not take them twice
except RuntimeError:
    for _name in [name for name in sys.modules if name.split(".")[0] == "torchvision"]:
        del sys.modules[_name]
    _operators = torch.library.Library("torchvision", "FRAGMENT")
    for _signature in (
        "nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
        "qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    ):
        _operators.define(_signature)

import open_clip  # noqa: E402
from open_clip.model import CLIP  # noqa: E402
from safetensors.torch import save_file  # noqa: E402


def wordpiece_encoder(vocabulary):
    """What makes the ids that open_clip's tokenizer of the CLIPA models has for a text, without [CLS] and the end."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(vocabulary, f"{folder}/vocab.txt")
        with open(f"{folder}/tokenizer_config.json", "w") as file:
            json.dump({"do_lower_case": True, "tokenizer_class": "BertTokenizer"}, file)
        tokenizer = open_clip.tokenizer.HFTokenizer(folder, strip_sep_token=True)

    def encode(text):
        # Its own call cuts and pads; the rest is the same.
        ids = tokenizer.tokenizer(tokenizer.clean_fn(text), add_special_tokens=False).input_ids
        return [0 if token == tokenizer.tokenizer.sep_token_id else token for token in ids]

    encode.tokenizer = tokenizer
    return encode


def model_config(name):
    """The configuration dictionary of a model that open_clip ships."""
    config = open_clip.get_model_config(name)
    assert config is not None, f"open_clip has no configuration {name}"
    return config


def build(config, seed):
    """A native CLIP model with open_clip's own initialisation, drawn from `seed`."""
    torch.manual_seed(seed)
    return CLIP(**config, output_dict=True)


@torch.no_grad()
def disturb(model, seed):
    """Moves every LayerNorm gain and every bias off its initial one or zero, so that a tower which forgets
    one of them, or applies it in the wrong place, cannot agree by accident."""
    generator = torch.Generator().manual_seed(seed)
    for name, parameter in model.named_parameters():
        if name == "logit_scale":
            continue
        if parameter.ndim == 1 and name.endswith("weight"):
            parameter.add_(0.2 * torch.randn(parameter.shape, generator=generator))
        elif parameter.ndim == 1 and name.endswith("bias"):
            parameter.copy_(0.1 * torch.randn(parameter.shape, generator=generator))


def normalise(images, mean=OPENAI_MEAN, std=OPENAI_STD):
    """uint8 [N, 3, H, W] to float32, channel by channel (x / 255 - mean) / std."""
    mean = torch.tensor(mean).view(1, 3, 1, 1)
    std = torch.tensor(std).view(1, 3, 1, 1)
    return (images.float() / 255 - mean) / std


def random_images(count, size, seed):
    """uint8 [N, 3, S, S]: smooth colour fields with noise, so that neighbouring pixels are related."""
    generator = torch.Generator().manual_seed(seed)
    coarse = torch.rand((count, 3, 5, 5), generator=generator)
    smooth = torch.nn.functional.interpolate(coarse, size=(size, size), mode="bicubic", align_corners=False)
    noisy = smooth + 0.08 * torch.randn(smooth.shape, generator=generator)
    return (noisy.clamp(0, 1) * 255).round().to(torch.uint8)


def contiguous(tensors):
    return {name: tensor.detach().clone().contiguous() for name, tensor in tensors.items()}


def write_model(directory, model, config):
    """open_clip's Hub layout."""
    os.makedirs(directory, exist_ok=True)
    preprocess = {
        "mean": OPENAI_MEAN, "std": OPENAI_STD, "interpolation": "bicubic", "resize_mode": "shortest",
    }
    with open(f"{directory}/open_clip_config.json", "w") as file:
        json.dump({"model_cfg": config, "preprocess_cfg": preprocess}, file, indent=1)
        file.write("\n")
    save_file(contiguous(model.state_dict()), f"{directory}/open_clip_model.safetensors")


def loss_and_gradients(model, images, tokens):
    """One forward pass, ClipLoss and one backward pass in float32; returns the loss and the gradients by name."""
    model.zero_grad(set_to_none=True)
    output = model(normalise(images), tokens)
    loss = open_clip.ClipLoss()(output["image_features"], output["text_features"], output["logit_scale"])
    loss.backward()
    gradients = {name: parameter.grad for name, parameter in model.named_parameters()}
    missing = [name for name, gradient in gradients.items() if gradient is None]
    assert not missing, f"no gradient for {missing}"
    return loss.item(), gradients


@torch.no_grad()
def features(model, images, tokens):
    """Unit-norm float32 features of both towers."""
    model.eval()
    return model.encode_image(normalise(images), normalize=True), model.encode_text(tokens, normalize=True)
