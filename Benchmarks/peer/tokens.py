#!/usr/bin/env python3
"""Times open_clip's forward and backward pass at a budget of tokens: model, ClipLoss and backward, no optimizer.

    $(scripts/peer-env) Benchmarks/peer/tokens.py --captions captions.txt --size 112 --context 16 [--fill]
        [--config ViT-B-16] [--batch 64] [--precision bf16|float32] [--steps 3] [--warmup 1] [--json]

Images have the size that its --force-image-size gives them, and texts are cut to the context as its tokenizer does. The memory
of activations is measured as `clip benchmark step --no-optimizer` does: the peak of the first pass of the batch beyond that of
passes of two pairs, with gradients in place.
"""

import argparse
import copy
import json
import os
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import step
import torch

import peer_open_clip as peer


def texts(lines, first, tokenizer, context, fills):
    """One caption, or as many as fill the context."""
    text, following = lines[first % len(lines)], 1
    ids = tokenizer([text], context)
    while fills and ids[0, -1] == 0 and following < context + len(lines):
        text += " " + lines[(first + following) % len(lines)]
        ids = tokenizer([text], context)
        following += 1
    return ids


def gradients(model, loss, images, tokens, precision):
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=precision == "bf16"):
        output = model(images, tokens)
        value = loss(output["image_features"], output["text_features"], output["logit_scale"])
    value.backward()
    return value.item()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--config", default="ViT-B-16")
    parser.add_argument("--size", type=int, required=True)
    parser.add_argument("--context", type=int, required=True)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--precision", choices=("bf16", "float32"), default="bf16")
    parser.add_argument("--captions", required=True)
    parser.add_argument("--fill", action="store_true")
    parser.add_argument("--steps", type=int, default=3)
    parser.add_argument("--warmup", type=int, default=1)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()

    torch.set_num_threads(arguments.threads)
    config = copy.deepcopy(peer.model_config(arguments.config))
    config["vision_cfg"]["image_size"] = arguments.size
    config["text_cfg"]["context_length"] = arguments.context
    lines = open(arguments.captions, encoding="utf-8").read().splitlines()
    tokenizer = peer.open_clip.SimpleTokenizer()
    count = arguments.warmup + arguments.steps
    batches = [torch.cat([texts(lines, number * arguments.batch + row, tokenizer, arguments.context, arguments.fill)
                          for row in range(arguments.batch)]) for number in range(count)]
    images = peer.normalise(peer.random_images(arguments.batch, arguments.size, seed=5))
    model, loss = peer.build(config, seed=0).train(), peer.open_clip.ClipLoss()

    activations = None
    if arguments.batch > 2:
        for _ in range(2):
            gradients(model, loss, images[:2], batches[0][:2], arguments.precision)
        empty = step.peak_memory()
        gradients(model, loss, images, batches[0], arguments.precision)
        activations = int((step.peak_memory() - empty) * arguments.batch / (arguments.batch - 2))
        model.zero_grad()
    seconds = []
    for tokens in batches:
        start = time.perf_counter()
        value = gradients(model, loss, images, tokens, arguments.precision)
        seconds.append(time.perf_counter() - start)
        model.zero_grad()
    result = {
        "system": "open_clip", "version": peer.open_clip.__version__, "config": arguments.config, "batch": arguments.batch,
        "image_size": arguments.size, "context_length": arguments.context, "precision": arguments.precision,
        "threads": arguments.threads, "seconds_per_step": seconds[arguments.warmup:], "activation_bytes": activations,
        "peak_rss_bytes": step.peak_memory(), "loss": value,
        "mean_tokens": sum((tokens != 0).sum().item() for tokens in batches) / (count * arguments.batch),
    }
    print(json.dumps(result) if arguments.json else
          f"open_clip {arguments.precision} {arguments.size} px, {arguments.context} tokens: {min(result['seconds_per_step']):.2f} s")


if __name__ == "__main__":
    main()
