#!/usr/bin/env python3
"""Trains the demo's small model with open_clip's own parts and measures samples per second, loader included.

    $(scripts/peer-env) Benchmarks/peer/demo_model.py --data SHARDS --samples N [--config Examples/models/demo-64.json]
        [--batch 256] [--precision bf16|float32] [--mode eager|compiled] [--workers 2] [--seconds 40] [--json]

Loader: open_clip_train.data.get_wds_dataset, with its tokenizer at the model's context length and its training
transform (random resized crop of scale 0.9 to 1), in worker processes beside the training process. Step: the one
of step.py. open_clip wants at least as many shards as workers, with one `txt` member per sample: single_caption.py
makes such shards from those with several caption fields.
"""

import argparse
import json
import os
import statistics
import sys
import time
import warnings

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../scripts/compare"))
warnings.filterwarnings("ignore", message="Palette images with Transparency")

import torch

import peer_open_clip as peer
from loader import dataset_settings
from step import optimizer_for, peak_memory, training_step


def main():
    from open_clip_train.data import get_wds_dataset

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    root = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../..")
    parser.add_argument("--data", required=True)
    parser.add_argument("--samples", type=int, required=True, help="how many samples the shards hold")
    parser.add_argument("--config", default=f"{root}/Examples/models/demo-64.json")
    parser.add_argument("--batch", type=int, default=256)
    parser.add_argument("--precision", choices=("bf16", "float32"), default="bf16")
    parser.add_argument("--mode", choices=("eager", "compiled"), default="eager")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--seconds", type=float, default=40)
    parser.add_argument("--warmup", type=int, default=4, help="steps before the clock starts")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()

    torch.set_num_threads(arguments.threads)
    config = json.load(open(arguments.config))
    config = config.get("model_cfg", config)
    tokenizer = peer.open_clip.SimpleTokenizer(context_length=config["text_cfg"]["context_length"])
    transform = peer.open_clip.image_transform(config["vision_cfg"]["image_size"], is_train=True)
    settings = dataset_settings(arguments.data, arguments.batch, arguments.workers, arguments.samples, resampled=False)
    data = get_wds_dataset(settings, transform, True, tokenizer=tokenizer)

    model = peer.build(config, seed=0).train()
    compiled = torch.compile(model) if arguments.mode == "compiled" else model
    loss, optimizer = peer.open_clip.ClipLoss(), optimizer_for(model, 1e-3, 0.1)
    steps, waits, start, epoch, value = 0, [], None, 0, None
    mark = time.perf_counter()
    done = False
    while not done:
        data.set_epoch(epoch)
        for images, tokens in data.dataloader:
            now = time.perf_counter()
            if steps == arguments.warmup:
                start = now
            if start is not None:
                waits.append(now - mark)
                if now - start >= arguments.seconds:
                    done = True
                    break
            value = training_step(model, compiled, loss, optimizer, images, tokens, arguments.precision)
            steps += 1
            mark = time.perf_counter()
        epoch += 1
    elapsed = now - start
    counted = steps - arguments.warmup
    result = {
        "system": "open_clip", "version": peer.open_clip.__version__, "batch": arguments.batch,
        "precision": arguments.precision, "mode": arguments.mode, "workers": arguments.workers,
        "threads": arguments.threads, "parameters": sum(p.numel() for p in model.parameters()), "steps": counted,
        "seconds": elapsed, "samples_per_second": counted * arguments.batch / elapsed,
        "median_wait_seconds": statistics.median(waits), "share_waiting_for_data": sum(waits) / elapsed,
        "peak_rss_bytes": peak_memory(), "final_loss": value,
    }
    print(json.dumps(result) if arguments.json else
          f"open_clip demo model, {arguments.mode} {arguments.precision}: {result['samples_per_second']:.0f} samples/s, "
          f"{result['share_waiting_for_data']:.0%} of the time waiting for data", flush=True)
    os._exit(0)


if __name__ == "__main__":
    main()
