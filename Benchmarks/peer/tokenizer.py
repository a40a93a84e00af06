"""Times open_clip's SimpleTokenizer, warm, on one thread: $(scripts/peer-env) Benchmarks/peer/tokenizer.py CAPTIONS.txt

Prints one JSON object: captions, tokens and captions per second of processor time (the best of the rounds).
"""

import argparse
import json
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "scripts/compare"))

from peer_open_clip import open_clip  # noqa: E402

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("captions")
parser.add_argument("--rounds", type=int, default=5)
options = parser.parse_args()

with open(options.captions, encoding="utf-8") as file:
    captions = file.read().splitlines()
tokenizer = open_clip.tokenizer.SimpleTokenizer()
tokens = sum(len(tokenizer.encode(caption)) for caption in captions)
best = 0.0
for _ in range(options.rounds):
    start = time.process_time()
    for caption in captions:
        tokenizer.encode(caption)
    best = max(best, len(captions) / (time.process_time() - start))
print(json.dumps({"captions": len(captions), "tokens": tokens, "captions_per_second": round(best)}))
