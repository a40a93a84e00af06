"""Names and keywords of all locales of CLDR with the ids that open_clip gives them, as JSON lines.

    $(scripts/peer-env) scripts/compare/tokenizer_cldr.py OUT_DIR [--cache DIR]

writes cldr.jsonl (100,000 distinct texts), cldr-latin1.jsonl and cldr-cp1252.jsonl (the same texts, encoded as
UTF-8 and decoded in the wrong encoding, where that is possible and changes them). Then

    CLIP_TOKENIZER_VECTORS=OUT_DIR swift test --filter TokenizerVectorFileTests

compares this package's ids with them. Needs Debian and the Python environment of the peers.
"""

import argparse
import glob
import json
import os
import random
import xml.etree.ElementTree as ElementTree

from debian_package import unpacked
from peer_open_clip import open_clip

parser = argparse.ArgumentParser()
parser.add_argument("out")
parser.add_argument("--cache", default=".deps/debian")
parser.add_argument("--count", type=int, default=100_000)
options = parser.parse_args()

common = f"{unpacked('unicode-cldr-core', options.cache)}/usr/share/unicode/cldr/common"
texts, places = set(), []
for folder in ("annotations", "annotationsDerived"):
    for path in sorted(glob.glob(f"{common}/{folder}/*.xml")):
        for node in ElementTree.parse(path).iter("annotation"):
            texts.update(part.strip() for part in (node.text or "").split("|"))
if len(texts) < options.count:  # names of places, languages and times make up the number
    for path in sorted(glob.glob(f"{common}/main/*.xml") + glob.glob(f"{common}/subdivisions/*.xml")):
        texts.update((node.text or "").strip() for node in ElementTree.parse(path).iter())
texts.discard("")
ordered = sorted(texts)
random.Random(0).shuffle(ordered)
ordered = ordered[: options.count]

tokenizer = open_clip.tokenizer.SimpleTokenizer()
os.makedirs(options.out, exist_ok=True)


def write(name, chosen):
    with open(f"{options.out}/{name}.jsonl", "w") as file:
        for text in chosen:
            file.write(json.dumps({"text": text, "ids": tokenizer.encode(text)}) + "\n")
    print(name, len(chosen))


def misread(encoding):
    for text in ordered:
        try:
            wrong = text.encode().decode(encoding)
        except UnicodeDecodeError:
            continue
        if wrong != text:
            yield wrong


write("cldr", ordered)
write("cldr-latin1", list(misread("latin-1")))
write("cldr-cp1252", list(misread("cp1252")))
