#!/usr/bin/env python3
"""Rewrites WebDataset shards with several caption fields to what open_clip reads: one picture, one `txt`.

    Benchmarks/peer/single_caption.py --data DIR_OR_FILES... --out DIR [--fields title description keywords] [--shards 8]

The pictures are copied byte for byte; the caption is drawn from the fields that a sample has, once. Fields are
members of that suffix (`0001.title`, `0001.title.txt`) or keys of the sample's `json`. Prints the sample count.
"""

import argparse
import glob
import io
import json
import os
import random
import tarfile

PICTURES = ("jpg", "jpeg", "png", "webp")


def samples(paths):
    """Members of consecutive files with the same name up to the first dot, by suffix."""
    for path in paths:
        current, members = None, {}
        with tarfile.open(path) as archive:
            for entry in archive:
                if not entry.isfile():
                    continue
                folder, name = os.path.split(entry.name)
                key, _, suffix = name.partition(".")
                if (folder, key) != current and members:
                    yield members
                    members = {}
                current = (folder, key)
                members[suffix.lower()] = archive.extractfile(entry).read()
        if members:
            yield members


def captions(members, fields):
    found = [members[suffix].decode("utf-8", "replace") for field in fields for suffix in (field, f"{field}.txt")
             if suffix in members]
    if not found and "json" in members:
        record = json.loads(members["json"])
        found = [value for field in fields if isinstance(value := record.get(field), str)]
    if not found and "txt" in members:
        found = [members["txt"].decode("utf-8", "replace")]
    return [text for text in (" ".join(value.split()) for value in found) if text]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", nargs="+", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--fields", nargs="+", default=("title", "description", "keywords"))
    parser.add_argument("--shards", type=int, default=8)
    arguments = parser.parse_args()

    paths = sorted(path for item in arguments.data
                   for path in (glob.glob(f"{item}/**/*.tar", recursive=True) if os.path.isdir(item) else [item]))
    os.makedirs(arguments.out, exist_ok=True)
    outputs = [tarfile.open(f"{arguments.out}/peer-{shard:02d}.tar", "w") for shard in range(arguments.shards)]
    chance = random.Random(1)
    count = 0
    for members in samples(paths):
        suffix = next((suffix for suffix in PICTURES if suffix in members), None)
        texts = captions(members, arguments.fields)
        if suffix is None or not texts:
            continue
        for name, data in ((suffix, members[suffix]), ("txt", chance.choice(texts).encode())):
            entry = tarfile.TarInfo(f"{count:07d}.{name}")
            entry.size = len(data)
            outputs[count % arguments.shards].addfile(entry, io.BytesIO(data))
        count += 1
    for output in outputs:
        output.close()
    if count == 0:
        raise SystemExit(f"{' '.join(arguments.data)}: no sample with a picture and one of {', '.join(arguments.fields)}")
    print(count)


if __name__ == "__main__":
    main()
