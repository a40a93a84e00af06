#!/usr/bin/env python3
"""Compares byte-level tokenizers with `tokenizers` (Rust): ids of 50,000 texts, and the time for them on one thread.

    python3 scripts/compare/byte_level.py WORK --clip .build/release/clip [--gguf FILE] [--demo data/demo] [--count 50000]

Needs Debian, the packages tokenizers (0.23.3 was compared) and, with --gguf, transformers, gguf and accelerate, which turn that
file's tokenizer into a tokenizer.json; the file itself is then read, too. The other tokenizers are those that scripts/fixtures/make_byte_level_fixtures.py makes.
The texts are the captions of the demo corpus, names and keywords of all locales of CLDR, lines of Python's standard library,
names of characters beside the characters, and random joins of hard parts; on one machine they are the same each time. WORK gets
the texts and the tokenizers. Ends with status 1 if an id differs.
"""

import argparse
import glob
import json
import os
import pathlib
import random
import subprocess
import sys
import sysconfig
import tarfile
import time
import unicodedata
import xml.etree.ElementTree as ElementTree

os.environ["TOKENIZERS_PARALLELISM"] = "false"
os.environ["RAYON_NUM_THREADS"] = "1"

from debian_package import unpacked  # noqa: E402
from tokenizers import Tokenizer  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]


def captions(demo):
    """Texts of the demo's training shards, whatever they are called."""
    for path in sorted(glob.glob(f"{demo}/train/*.tar")):
        with tarfile.open(path) as tar:
            for member in sorted(tar.getmembers(), key=lambda member: member.name):
                if member.name.endswith(".txt"):
                    yield tar.extractfile(member).read().decode()
                elif member.name.endswith(".json"):
                    yield from (value for value in json.loads(tar.extractfile(member).read()).values() if isinstance(value, str))


def names(cache):
    """Names and keywords of emoji in all locales of CLDR."""
    folder = f"{unpacked('unicode-cldr-core', cache)}/usr/share/unicode/cldr/common"
    for path in sorted(glob.glob(f"{folder}/annotations*/*.xml")):
        for node in ElementTree.parse(path).iter("annotation"):
            yield f"{node.get('cp')} {(node.text or '').strip()}"


def code():
    for path in sorted(glob.glob(f"{sysconfig.get_paths()['stdlib']}/*.py")):
        lines = pathlib.Path(path).read_text(encoding="utf-8").split("\n")
        # Parts of several lines, so that line breaks and indentation meet.
        yield from ("\n".join(lines[start : start + 3]) for start in range(0, len(lines), 3))


def characters():
    for number in range(0x110000):
        name = unicodedata.name(chr(number), "")
        if name and not name.startswith(("CJK UNIFIED", "HANGUL SYLLABLE", "TANGUT")) or name and number % 37 == 0:
            character = chr(number)
            yield f"{character} {name.lower()} a{character}1{character}  {character}"


def joins():
    draw = random.Random(11)
    parts = "don't|DON'T|I'LL|we'Ve|it'\u017f|'s|a|cats|1|12|123|1234567|3.14|\u00bd|\u2462|\u2167|\u096b|na\u00efve|cafe\u0301|A\u030a".split("|")
    parts += "\u65e5\u672c\u8a9e|\ud55c\uad6d\uc5b4|\u1100\u1161\u11a8|\U0001f600|\U0001f468\u200d\U0001f469\u200d\U0001f467|\u0645\u0631\u062d\u0628\u0627|\u0928\u092e\u0938\u094d\u0924\u0947".split("|")
    parts += "<|im_start|>|<|im_end|>|<|endoftext|>|<|begin_of_text|>|<tool_call>|<mask>|<|im_".split("|") + ["://", "()", "{}", "_", "\u0301", "\ufeff", "\0", "||"]
    spaces = [" ", " ", "  ", "    ", "\n", "\r\n", "\n\n", " \n ", "\t", "\u00a0", "\u3000", "\u0085", "", "", "", "\x1c", "\u2028"]
    while True:
        text = "".join(draw.choice(parts) + draw.choice(spaces) for _ in range(draw.randint(1, 9)))
        yield draw.choice(spaces) + text if draw.random() < 0.3 else text


def choose(count, demo, cache):
    """A fifth of each kind as far as there are so many, the rest random joins."""
    chosen = []
    for source in (captions(demo), names(cache), code(), characters()):
        texts = list(dict.fromkeys(source))
        random.Random(1).shuffle(texts)
        chosen += texts[: count // 5]
    for text in joins():
        if len(chosen) >= count:
            break
        chosen.append(text)
    return chosen


def from_gguf(path, folder):
    from transformers import AutoTokenizer

    path = pathlib.Path(path).resolve()
    AutoTokenizer.from_pretrained(str(path.parent), gguf_file=path.name).save_pretrained(folder / "gguf")
    return folder / "gguf/tokenizer.json"


def rate(call, count, rounds=5):
    best = 0.0
    for _ in range(rounds):
        start = time.process_time()
        call()
        best = max(best, count / (time.process_time() - start))
    return best


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("work", type=pathlib.Path)
    parser.add_argument("--clip", default=str(ROOT / ".build/release/clip"))
    parser.add_argument("--gguf")
    parser.add_argument("--demo", default=str(ROOT / "data/demo"))
    parser.add_argument("--cache", default=str(ROOT / ".deps/debian"))
    parser.add_argument("--count", type=int, default=50_000)
    parser.add_argument("--no-times", action="store_true")
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    texts = choose(options.count, options.demo, options.cache)
    lines = options.work / "texts.jsonl"
    lines.write_text("".join(json.dumps(text) + "\n" for text in texts))
    subprocess.run([sys.executable, ROOT / "scripts/fixtures/make_byte_level_fixtures.py", "--compare", options.work], check=True)
    # What is read here, and by `tokenizers`.
    files = [(options.work / f"{name}.json",) * 2 for name in ("llama3", "qwen2", "gpt2", "smollm2")]
    if options.gguf:
        converted = from_gguf(options.gguf, options.work)
        files = [(converted, converted), (pathlib.Path(options.gguf), converted)] + files
    failed = False
    for file, theirs in files:
        peer = Tokenizer.from_file(str(theirs))
        # What a file says about length is for those who call.
        peer.no_truncation()
        peer.no_padding()
        output = subprocess.run(
            [options.clip, "tokenize", "--tokenizer", file, "--lines", lines], check=True, capture_output=True, text=True
        ).stdout
        ours = [[int(number) for number in line.split()] for line in output.split("\n")[:-1]]
        expected = [encoding.ids for encoding in peer.encode_batch(texts, add_special_tokens=False)]
        assert len(ours) == len(expected), (len(ours), len(expected))
        different = [number for number, pair in enumerate(zip(ours, expected)) if pair[0] != pair[1]]
        failed |= bool(different)
        report = {"tokenizer": f"{file.parent.name}/{file.name}", "texts": len(texts), "ids": sum(map(len, expected)), "differ": len(different)}
        if different:
            report["first"] = [ascii(texts[number])[:120] for number in different[:3]]
        if not options.no_times:
            measured = subprocess.run(
                [options.clip, "benchmark", "tokenizer", "--captions", lines, "--tokenizer", file, "--json"], check=True, capture_output=True, text=True
            ).stdout
            report["clip_per_second"] = round(json.loads(measured)["captions_per_second"])
            # The faster of its two ways; neither makes offsets that a caller asks for.
            batch = [peer.encode_batch, getattr(peer, "encode_batch_fast", peer.encode_batch)]
            report["tokenizers_per_second"] = round(max(rate(lambda: call(texts, add_special_tokens=False), len(texts)) for call in batch))
            report["ratio"] = round(report["clip_per_second"] / report["tokenizers_per_second"], 2)
        print(json.dumps(report), flush=True)
    sys.exit(failed)


if __name__ == "__main__":
    main()
