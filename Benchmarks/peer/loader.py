#!/usr/bin/env python3
"""Measures open_clip's WebDataset training loader: JPEG shards to normalised 224-pixel random crops.

    $(scripts/peer-env) Benchmarks/peer/loader.py --data 'photos/photos-{00..03}.tar' [--workers 1] [--seconds 8]
        [--size 224] [--batch 64] [--text] [--json]

The pipeline is open_clip_train.data.get_wds_dataset itself with open_clip's default training transform. Shards are
drawn with replacement, so that it never ends. Captions are replaced by a constant unless --text is given, since
our loader benchmark measures pictures only. With one worker the main process only receives, so the figure is
for one core.
"""

import argparse
import glob
import json
import os
import sys
import time
from types import SimpleNamespace

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../scripts/compare"))

import torch

import peer_open_clip as peer


def shard_pattern(data):
    """open_clip takes braces and `::` lists, no folders: a folder stands for the tar files in it."""
    return "::".join(sorted(glob.glob(f"{data}/*.tar"))) if os.path.isdir(data) else data


def dataset_settings(data, batch, workers, samples, resampled=True):
    """The part of open_clip_train's arguments that its WebDataset loader reads."""
    return SimpleNamespace(
        train_data=shard_pattern(data), val_data=None, train_num_samples=samples, val_num_samples=None,
        train_data_upsampling_factors=None, dataset_resampled=resampled, batch_size=batch, workers=workers,
        world_size=1, seed=0)


def main():
    from open_clip_train.data import get_wds_dataset

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--size", type=int, default=224)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--text", action="store_true", help="tokenize the captions as well")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()

    torch.set_num_threads(1)
    constant = torch.zeros((1, 77), dtype=torch.int64)
    tokenizer = peer.open_clip.SimpleTokenizer() if arguments.text else lambda text: constant
    transform = peer.open_clip.image_transform(arguments.size, is_train=True)
    settings = dataset_settings(arguments.data, arguments.batch, arguments.workers, samples=10_000_000)
    batches = iter(get_wds_dataset(settings, transform, True, tokenizer=tokenizer).dataloader)

    for _ in range(2 * max(1, arguments.workers)):  # start-up, the shuffle buffer's first fill, prefetched batches
        next(batches)
    images, start = 0, time.perf_counter()
    while (elapsed := time.perf_counter() - start) < arguments.seconds:
        images += len(next(batches)[0])
    rate = images / elapsed
    result = {
        "system": "open_clip", "version": peer.open_clip.__version__, "workers": arguments.workers,
        "size": arguments.size, "images": images, "seconds": elapsed, "images_per_second": rate,
        "images_per_second_per_core": rate / max(1, arguments.workers),
    }
    print(json.dumps(result) if arguments.json else
          f"open_clip loader, {arguments.workers} workers: {rate:.0f} images/s", flush=True)
    # The workers never end by themselves.
    os._exit(0)


if __name__ == "__main__":
    main()
