"""Difficult texts with the ids that open_clip gives them, as JSON lines, for the test of tokenizer_cldr.py.

    $(scripts/peer-env) scripts/compare/tokenizer_fuzz.py OUT_DIR [--count 60000] [--seed 1] [--vocabulary FILE] [--texts FILE]

writes fuzz.jsonl (random joins of words, entities, mojibake of up to three layers, escapes and control characters)
and characters.jsonl (each character of Unicode in a short text, the long runs of ideographs and syllables left out). --texts adds the lines of a file, as texts.jsonl. With
--vocabulary, the vocab.txt of bert-base-uncased, the ids are those of open_clip's tokenizer of the CLIPA models, as the
names wordpiece-fuzz.jsonl and so on say.
"""

import argparse
import html.entities
import json
import random

from ftfy import chardata
import peer_open_clip
from peer_open_clip import open_clip

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("out")
parser.add_argument("--count", type=int, default=60_000)
parser.add_argument("--seed", type=int, default=1)
parser.add_argument("--vocabulary")
parser.add_argument("--texts")
options = parser.parse_args()

draw = random.Random(options.seed)
if options.vocabulary:
    encode, prefix = peer_open_clip.wordpiece_encoder(options.vocabulary), "wordpiece-"
else:
    encode, prefix = open_clip.tokenizer.SimpleTokenizer().encode, ""
entities = list(html.entities.html5) + [name[1:] for name in chardata.HTML_ENTITIES]
encodings = chardata.CHARMAP_ENCODINGS
highs = sorted({bytes([byte]).decode(encoding) for encoding in encodings for byte in range(0x80, 0x100)})
words = ["cat", "Dog", "'s", "'LL", "<start_of_text>", "<END_OF_TEXT>", "x" * 60, "à la", "São", "ΟΔΟΣ", "日本語", "😀"]
words += ["ﬁ", "Ａｂ", "ｶﾞ", "\u1100\u1161\u11a8", "e\u0301", "\u0344", "“q”", "—", "İ", "ſ", "don’t", "1½", "Ⅷ", "५"]
joins = [" ", "\n", "\t", "\r\n", "\r", "\v", "\f", "\x1c", "\x85", "\xa0", "\u2028", "\u3000", "", "", "", "\0"]
joins += ["\ufeff", "\x1b[31m", "\x1b[", "\x7f", "\x1a", "\ufffd", "?", "_", "&", "<", ";", "#"]
numbers = ["e9", "233", "2019", "80", "0", "13", "x41", "3b", "59", "1F", "110000", "d800", "9" * 23, "FFFE", ""]
skipped = [(0x3400, 0x4DB0), (0x4E10, 0x9FF0), (0xAC10, 0xD7A0), (0xD800, 0xE000), (0x17010, 0x187F0)]
skipped += [(0x20010, 0x2A6D0), (0x33500, 0xE0000), (0xE0200, 0x110000)]


def mojibake():
    text = draw.choice(words)
    for _ in range(draw.choice([1, 1, 1, 2, 3])):
        try:
            text = text.encode().decode(draw.choice(encodings))
        except UnicodeDecodeError:
            break
    if draw.random() < 0.2:
        text = text.replace("\xa0", " ")
    if draw.random() < 0.1:
        text = "".join(char if draw.random() > 0.1 else draw.choice("\ufffd?\x1a ") for char in text)
    return text


def part():
    kind = draw.random()
    if kind < 0.25:
        return draw.choice(words)
    if kind < 0.35:
        return "&" + draw.choice(entities).rstrip(";") + draw.choice([";", ";", "", "x", "X;"])
    if kind < 0.42:
        return "&#" + draw.choice(["x", "X", ""]) + draw.choice(numbers) + draw.choice([";", ""])
    if kind < 0.55:
        return "".join(draw.choice(highs) for _ in range(draw.randint(1, 4)))
    return mojibake() if kind < 0.85 else draw.choice(joins)


def fuzz():
    for _ in range(options.count):
        pieces = (part() + (draw.choice(joins) if draw.random() < 0.4 else "") for _ in range(draw.randint(1, 8)))
        yield "".join(pieces)


def characters():
    for code in range(0x110000):
        if not any(first <= code < end for first, end in skipped):
            yield f"A{chr(code)}B2{chr(code)}"


chosen = {"fuzz": fuzz(), "characters": characters()}
if options.texts:
    chosen["texts"] = open(options.texts).read().splitlines()
for name, texts in chosen.items():
    with open(f"{options.out}/{prefix}{name}.jsonl", "w") as file:
        for text in texts:
            file.write(json.dumps({"text": text, "ids": encode(text)}) + "\n")
