#!/usr/bin/env python3
"""Compares our towers with open_clip's on the same random weights: features and gradients, float32.

    $(scripts/peer-env) scripts/compare/towers.py --work DIR [--models ViT-B-32 ViT-S-16 ViT-S-32]
        [--clip .build/release/clip] [--make-only | --skip-make] [--json]

First it makes a directory per model, DIR/<model>/, with
    open_clip_config.json       model_cfg and preprocess_cfg (open_clip's Hub layout)
    open_clip_model.safetensors weights: open_clip's initialisation, LayerNorm gains and biases disturbed
    inputs.safetensors          images uint8 [N, 3, H, W]; tokens int64 [N, context], zero after end of text;
                                N = 16, the batch of the gradients
    features.safetensors        image, text: float32 [N, D], unit norm, of those inputs
    gradients.safetensors       float32, one tensor per parameter name, logit_scale among them: the gradients
                                of open_clip's ClipLoss on those inputs
    meta.json                   {"loss": ClipLoss, "mean": [3], "std": [3]}: pixels enter the model as
                                (value / 255 - mean) / std
    images/NN.png, captions.txt the same inputs as files, one caption a line (one line is empty, one too long)
then it runs `clip embed images` and `clip embed texts` on the files and prints the largest absolute difference
of the unit-norm features, which should stay under 1e-5. The exit code is 1 where it does not.

The gradients are compared by a Swift test, which runs when SWIFT_CLIP_PARITY names DIR:
    SWIFT_CLIP_PARITY=DIR swift test -c release --filter CLIPModelsTests
"""

import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys

import torch
from PIL import Image
from safetensors.torch import load_file, save_file

import peer_open_clip as peer

MODELS = ("ViT-B-32", "ViT-S-16", "ViT-S-32")
LIMIT = 1e-5
CAPTIONS = [
    "a photo of a cat",
    "a dog",
    "",
    "Two red bicycles leaning against a whitewashed wall in the afternoon sun.",
    "x",
    "An oil painting of a harbour at night, with sailing ships, lanterns and a full moon above the hills",
    "naïve café façade, 27 °C & sunny – “quoted”",
    "鳥と花の絵",
    "🎉 party popper 🎈",
    "SHOUTING CAPTION!!! with 12345 digits and #hashtags",
    "the the the the the the the the the the the the the the the the the the the the",
    "a diagram of the water cycle showing evaporation, condensation, precipitation and collection, labelled",
    "map",
    "close-up portrait of an elderly fisherman mending a net; black and white; grain; 35mm",
    " ".join(f"word{index} of a very long caption" for index in range(60)),
    "a small bird sitting on top of a wooden fence post in front of a field of sunflowers at dusk",
]


def make(directory, name, seed):
    config = peer.model_config(name)
    model = peer.build(config, seed)
    peer.disturb(model, seed + 1)
    shutil.rmtree(directory, ignore_errors=True)
    peer.write_model(directory, model, config)

    images = peer.random_images(len(CAPTIONS), config["vision_cfg"]["image_size"], seed + 2)
    tokens = peer.open_clip.SimpleTokenizer()(CAPTIONS, context_length=config["text_cfg"]["context_length"])
    loss, gradients = peer.loss_and_gradients(model, images, tokens)
    image, text = peer.features(model, images, tokens)

    save_file({"images": images, "tokens": tokens}, f"{directory}/inputs.safetensors")
    save_file({"image": image, "text": text}, f"{directory}/features.safetensors")
    save_file(peer.contiguous(gradients), f"{directory}/gradients.safetensors")
    with open(f"{directory}/meta.json", "w") as file:
        json.dump({"loss": loss, "mean": peer.OPENAI_MEAN, "std": peer.OPENAI_STD}, file, indent=1)
    os.makedirs(f"{directory}/images")
    for index, picture in enumerate(images):
        Image.fromarray(picture.permute(1, 2, 0).numpy()).save(f"{directory}/images/{index:02d}.png")
    with open(f"{directory}/captions.txt", "w") as file:
        file.writelines(f"{caption}\n" for caption in CAPTIONS)


def check_peer_loads(directory):
    """The directory must be one that open_clip itself loads, or the comparison proves nothing about files."""
    model, _, preprocess = peer.open_clip.create_model_and_transforms(f"local-dir:{directory}")
    inputs, expected = load_file(f"{directory}/inputs.safetensors"), load_file(f"{directory}/features.safetensors")
    files = [preprocess(Image.open(f"{directory}/images/{index:02d}.png")) for index in range(len(CAPTIONS))]
    tokens = peer.open_clip.get_tokenizer(f"local-dir:{directory}")(open(f"{directory}/captions.txt").read().splitlines())
    assert torch.equal(tokens, inputs["tokens"]), "open_clip tokenizes captions.txt differently"
    with torch.no_grad():
        image = model.eval().encode_image(torch.stack(files), normalize=True)
    difference = (image - expected["image"]).abs().max().item()
    assert difference < 1e-6, f"open_clip's own features differ by {difference} when read back from files"


def ours(clip, directory):
    """The features that our tool writes for the same files."""
    images = [f"{directory}/images/{index:02d}.png" for index in range(len(CAPTIONS))]
    checkpoint = ["--checkpoint", directory, "--out"]
    for kind in ("image", "text"):  # the tool overwrites nothing
        pathlib.Path(f"{directory}/ours-{kind}.safetensors").unlink(missing_ok=True)
    subprocess.run([clip, "embed", "images", *checkpoint, f"{directory}/ours-image.safetensors", *images], check=True,
                   stdout=subprocess.DEVNULL)
    subprocess.run([clip, "embed", "texts", *checkpoint, f"{directory}/ours-text.safetensors",
                    "--file", f"{directory}/captions.txt"], check=True, stdout=subprocess.DEVNULL)
    return {kind: load_file(f"{directory}/ours-{kind}.safetensors")["features"] for kind in ("image", "text")}


def compare(clip, directory):
    expected, found = load_file(f"{directory}/features.safetensors"), ours(clip, directory)
    result = {}
    for kind in ("image", "text"):
        if found[kind].shape != expected[kind].shape:
            sys.exit(f"{directory}: {kind} features have shape {tuple(found[kind].shape)}, "
                     f"expected {tuple(expected[kind].shape)}")
        result[f"{kind}_max_abs_difference"] = (found[kind] - expected[kind]).abs().max().item()
        # Random models map everything to nearby points; the spread says what a difference is worth.
        result[f"{kind}_spread"] = expected[kind].std(dim=0).mean().item()
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", required=True)
    parser.add_argument("--models", nargs="+", default=MODELS)
    parser.add_argument("--clip", default=".build/release/clip")
    parser.add_argument("--make-only", action="store_true", help="make the directories and compare nothing")
    parser.add_argument("--skip-make", action="store_true", help="compare on directories that exist")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()

    results = {}
    for index, name in enumerate(arguments.models):
        directory = os.path.join(arguments.work, name)
        if not arguments.skip_make:
            print(f"making {directory}", file=sys.stderr)
            make(directory, name, seed=100 * (index + 1))
            check_peer_loads(directory)
        if not arguments.make_only:
            results[name] = compare(arguments.clip, directory)
    if arguments.json:
        print(json.dumps(results))
    else:
        for name, result in results.items():
            for kind in ("image", "text"):
                value, spread = result[f"{kind}_max_abs_difference"], result[f"{kind}_spread"]
                print(f"{name:10} {kind:5} largest difference {value:.2e} (spread of the features {spread:.2e})")
    worst = [v for r in results.values() for k, v in r.items() if k.endswith("difference")]
    sys.exit(1 if any(not value <= LIMIT for value in worst) else 0)


if __name__ == "__main__":
    main()
