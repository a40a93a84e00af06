#!/usr/bin/env python3
"""Times open_clip's training step: forward, ClipLoss, backward, AdamW, on real captions and random pixels.

    $(scripts/peer-env) Benchmarks/peer/step.py --captions captions.txt [--config ViT-S-32] [--batch 64]
        [--precision bf16|float32] [--mode eager|compiled] [--steps 6] [--warmup 2] [--json]

It repeats what open_clip_train does in a step, with open_clip's parameter groups and its autocast, and gives the
peer what helps it: fused AdamW, gradients set to none, captions tokenized ahead of time.
"""

import argparse
import itertools
import json
import os
import resource
import statistics
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../scripts/compare"))

import torch

import peer_open_clip as peer


def optimizer_for(model, learning_rate=5e-4, weight_decay=0.2):
    """AdamW with the two parameter groups of open_clip_train.main."""
    groups = {True: [], False: []}
    for name, parameter in model.named_parameters():
        plain = parameter.ndim < 2 or any(part in name for part in ("bn", "ln", "bias", "logit_scale"))
        groups[plain].append(parameter)
    return torch.optim.AdamW(
        [{"params": groups[True], "weight_decay": 0.0}, {"params": groups[False], "weight_decay": weight_decay}],
        lr=learning_rate, betas=(0.9, 0.98), eps=1e-6, fused=True)


def training_step(model, compiled, loss, optimizer, images, tokens, precision):
    optimizer.zero_grad()
    with torch.autocast(images.device.type, dtype=torch.bfloat16, enabled=precision == "bf16"):
        output = compiled(images, tokens)
        value = loss(output["image_features"], output["text_features"], output["logit_scale"])
    value.backward()
    optimizer.step()
    with torch.no_grad():
        model.logit_scale.clamp_(0, 4.605170185988092)
    return value.item()


def peak_memory():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--config", default="ViT-S-32", help="a name, or the path of a JSON configuration")
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--precision", choices=("bf16", "float32"), default="bf16")
    parser.add_argument("--mode", choices=("eager", "compiled"), default="eager")
    parser.add_argument("--captions", required=True)
    parser.add_argument("--steps", type=int, default=6)
    parser.add_argument("--warmup", type=int, default=2)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()

    torch.set_num_threads(arguments.threads)
    if arguments.config.endswith(".json"):
        config = json.load(open(arguments.config))
        config = config.get("model_cfg", config)
    else:
        config = peer.model_config(arguments.config)
    lines = open(arguments.captions, encoding="utf-8").read().splitlines()
    captions = itertools.cycle(lines)
    tokenizer = peer.open_clip.SimpleTokenizer()
    context = config["text_cfg"]["context_length"]
    size = config["vision_cfg"]["image_size"]
    count = arguments.warmup + arguments.steps
    batches = [tokenizer(list(itertools.islice(captions, arguments.batch)), context) for _ in range(count)]
    device = torch.device(arguments.device)
    if device.type == "cuda":
        batches = [tokens.pin_memory() for tokens in batches]
    images = peer.normalise(peer.random_images(arguments.batch, size, seed=5)).to(device)
    before = peak_memory()

    model = peer.build(config, seed=0).to(device).train()
    compiled = torch.compile(model) if arguments.mode == "compiled" else model
    loss, optimizer = peer.open_clip.ClipLoss(), optimizer_for(model)
    seconds = []
    for tokens in batches:
        start = time.perf_counter()
        value = training_step(model, compiled, loss, optimizer, images, tokens.to(device, non_blocking=True), arguments.precision)
        seconds.append(time.perf_counter() - start)
    timed = seconds[arguments.warmup :]
    median = statistics.median(timed)
    result = {
        "system": "open_clip", "version": peer.open_clip.__version__, "config": arguments.config,
        "batch": arguments.batch, "precision": arguments.precision, "mode": arguments.mode,
        "threads": arguments.threads, "steps": arguments.steps, "pairs_per_second": arguments.batch / median,
        "seconds_per_step": [round(value, 4) for value in timed], "first_step_seconds": round(seconds[0], 2),
        "device": arguments.device, "peak_device_bytes": torch.cuda.max_memory_allocated(device) if device.type == "cuda" else None,
        "peak_rss_bytes": peak_memory(), "rss_before_model_bytes": before, "loss": value,
        "mean_tokens": sum((tokens != 0).sum().item() for tokens in batches) / (count * arguments.batch),
    }
    if arguments.json:
        print(json.dumps(result))
    else:
        print(f"open_clip {arguments.mode} {arguments.precision}: {result['pairs_per_second']:.1f} pairs/s, "
              f"peak {result['peak_rss_bytes'] / 2**30:.2f} GiB")


if __name__ == "__main__":
    main()
