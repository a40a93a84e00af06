#!/usr/bin/env python3
"""Writes a file of real captions, one a line, for the step and tokenizer benchmarks.

    $(scripts/peer-env) scripts/compare/make_captions.py --out captions.txt [--count 2304] [--cache DIR]

Two sources of real, human-written text about pictures: openclipart's titles, descriptions and keywords (short
and noisy, like alternative text on the web) and single sentences of the unit descriptions of The Battle for
Wesnoth (long). Their shares are chosen so that a caption has about 20 tokens on average, start and end
included, with the long tail that web captions have. The order is fixed by a seed. The texts are public domain
and GPL: they are made here and not part of this repository.
"""

import argparse
import glob
import html
import os
import random
import re
import statistics
import sys

from debian_package import unpacked

MEAN_TOKENS = 20.0


def elements(text, name):
    """Inner texts of an element; a regular expression, because many of these files are not well-formed XML."""
    found = re.findall(rf"<{name}[^>]*>([^<]*)</{name}>", text)
    return [" ".join(html.unescape(value).split()) for value in found if value.strip()]


def openclipart_captions(root):
    for path in sorted(glob.glob(f"{root}/usr/share/openclipart/svg/**/*.svg", recursive=True)):
        with open(path, encoding="utf-8", errors="replace") as file:
            metadata = re.search(r"<metadata.*?</metadata>", file.read(400_000), re.DOTALL)
        if not metadata:
            continue
        titles, descriptions = elements(metadata[0], "dc:title"), elements(metadata[0], "dc:description")
        keywords = [word for word in elements(metadata[0], "rdf:li") if not word.startswith("HASH(")]
        if descriptions:
            yield descriptions[0]
        if titles and keywords:
            yield f"{titles[0]}: {', '.join(keywords)}"
        elif titles:
            yield titles[0]


def wesnoth_sentences(root):
    for path in sorted(glob.glob(f"{root}/usr/share/games/wesnoth/**/units/**/*.cfg", recursive=True)):
        with open(path, encoding="utf-8", errors="replace") as file:
            blocks = re.findall(r'description= ?_ ?"([^"]{60,})"', file.read())
        for block in blocks:
            for sentence in re.split(r"(?<=[.!?])\s+", " ".join(block.split())):
                if len(sentence.split()) >= 6:
                    yield sentence


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", required=True)
    parser.add_argument("--count", type=int, default=2304)
    parser.add_argument("--cache", default=".deps/debian")
    arguments = parser.parse_args()

    import peer_open_clip

    tokenizer = peer_open_clip.open_clip.SimpleTokenizer()
    chance = random.Random(1)
    pools = []
    for source, package in ((openclipart_captions, "openclipart-svg"), (wesnoth_sentences, "wesnoth-1.16-data")):
        texts = sorted(set(source(unpacked(package, arguments.cache))))
        chance.shuffle(texts)
        pools.append([(text, min(len(tokenizer.encode(text)) + 2, 77)) for text in texts])
    short, long = pools
    means = [statistics.mean(length for _, length in pool) for pool in pools]
    # Draw from the longer-worded pool with the share that makes the mean come out.
    share = min(max((MEAN_TOKENS - means[0]) / (means[1] - means[0]), 0.0), 1.0)
    wanted = round(arguments.count * share)
    used = (arguments.count - wanted, wanted)
    if used[0] > len(short) or used[1] > len(long):
        sys.exit(f"{arguments.count} captions need {used[0]} short and {used[1]} long ones; there are {len(short)} and {len(long)}")
    chosen = short[: used[0]] + long[: used[1]]
    chance.shuffle(chosen)
    with open(arguments.out, "w", encoding="utf-8") as file:
        file.writelines(f"{text}\n" for text, _ in chosen)
    lengths = sorted(length for _, length in chosen)
    print(
        f"{arguments.out}: {len(chosen)} captions, {used[0]} of {len(short)} from openclipart (mean {means[0]:.1f}), "
        f"{used[1]} of {len(long)} from wesnoth (mean {means[1]:.1f}); tokens: mean {statistics.mean(lengths):.1f}, "
        f"median {lengths[len(lengths) // 2]}, 95th percentile {lengths[len(lengths) * 95 // 100]}", file=sys.stderr)


if __name__ == "__main__":
    main()
