#!/usr/bin/env python3
"""Writes WebDataset shards of JPEG photographs for the loader benchmark.

    $(scripts/peer-env) scripts/compare/make_photo_shards.py --out DIR [--side 512] [--shards 4] [--count 1200]
        [--cache DIR]

The photographs and paintings are those of Debian's plasma-workspace-wallpapers: each is scaled to several
widths and cut into tiles of SIDE x 3/4 SIDE that overlap by half, saved at JPEG quality 90 as `NNNNNN.jpg` beside
`NNNNNN.txt`. Smooth tiles, of less than 24 KiB at 512 pixels, are left out: they decode faster than photographs do.
"""

import argparse
import glob
import io
import os
import random
import re
import sys
import tarfile

from PIL import Image

from debian_package import unpacked

WIDTHS = (2560, 2048, 1536, 1024)
SMOOTH = 24 * 1024 / (512 * 384)  # bytes for each pixel


def largest_pictures(root):
    """The largest JPEG file of each wallpaper; the package holds each at many sizes."""
    largest = {}
    for path in sorted(glob.glob(f"{root}/usr/share/wallpapers/**/*.jpg", recursive=True)):
        if path.endswith("screenshot.jpg"):
            continue
        folder = os.path.dirname(path)
        width, height = map(int, re.match(r"(\d+)x(\d+)", os.path.basename(path)).groups())
        if width >= height and width > largest.get(folder, (0, ""))[0]:
            largest[folder] = (width, path)
    return [path for _, path in largest.values()]


def tiles(path, side):
    tile_width, tile_height = side, side * 3 // 4
    picture = Image.open(path).convert("RGB")
    name = re.search(r"share/wallpapers/([^/]+)/", path)[1]
    for width in WIDTHS:
        if width > picture.width:
            continue
        scaled = picture.resize((width, round(picture.height * width / picture.width)), Image.Resampling.LANCZOS)
        for top in range(0, scaled.height - tile_height + 1, tile_height // 2):
            for left in range(0, width - tile_width + 1, tile_width // 2):
                tile = scaled.crop((left, top, left + tile_width, top + tile_height))
                data = io.BytesIO()
                tile.save(data, "JPEG", quality=90)
                if len(data.getvalue()) < SMOOTH * tile_width * tile_height:
                    continue
                yield data.getvalue(), f"a part of the wallpaper {name}, {width} pixels wide, at {left}, {top}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", required=True)
    parser.add_argument("--side", type=int, default=512, help="the longer side in pixels")
    parser.add_argument("--shards", type=int, default=4)
    parser.add_argument("--count", type=int, default=1200)
    parser.add_argument("--cache", default=".deps/debian")
    arguments = parser.parse_args()

    samples = [tile for path in largest_pictures(unpacked("plasma-workspace-wallpapers", arguments.cache))
               for tile in tiles(path, arguments.side)]
    random.Random(1).shuffle(samples)
    samples = samples[: arguments.count]
    os.makedirs(arguments.out, exist_ok=True)
    per_shard = -(-len(samples) // arguments.shards)
    for shard in range(arguments.shards):
        with tarfile.open(f"{arguments.out}/photos-{shard:02d}.tar", "w") as archive:
            for index in range(shard * per_shard, min((shard + 1) * per_shard, len(samples))):
                picture, caption = samples[index]
                for suffix, data in (("jpg", picture), ("txt", caption.encode())):
                    entry = tarfile.TarInfo(f"{index:06d}.{suffix}")
                    entry.size = len(data)
                    archive.addfile(entry, io.BytesIO(data))
    mean = sum(len(picture) for picture, _ in samples) / len(samples)
    print(f"{arguments.out}: {len(samples)} pictures in {arguments.shards} shards, {mean / 1024:.0f} KiB on average",
          file=sys.stderr)


if __name__ == "__main__":
    main()
