#!/usr/bin/env python3
"""Compares a language model here and in transformers: vectors of captions, and how fast they are made.

    python3 -m venv DIR && DIR/bin/pip install transformers==5.24.0 gguf torch safetensors
    DIR/bin/python scripts/compare/language_model.py MODEL --captions FILE [--clip .build/release/clip]
        [--count 1000] [--batches 16 32 64 128] [--precisions float32 bf16] [--threads 2] [--rounds 3] [--json]

MODEL is a GGUF file, read by transformers' own reader, or a directory in Hugging Face's layout. First the largest difference of
vectors, in units of the largest element, in float32: means over all tokens, first states and last states (behind an end token), each
with bidirectional and with causal attention. Then captions a second, tokenizing included, bidirectional, means: transformers sorts
by length, pads on the left, and is given the batch size that is best for it; both sides use as many threads. The exit code is 1 where
a difference is above 1e-4.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time

import torch
from safetensors.torch import load_file
from transformers import AutoModel, AutoTokenizer, GgufConfig
from transformers.utils.logging import disable_progress_bar

LIMIT = 1e-4


class Peer:
    def __init__(self, path, dtype):
        folder, name = os.path.split(os.path.abspath(path))
        source = {"gguf_file": name} if os.path.isfile(path) else {}
        place = folder if source else path
        # Dense weights, as here: products with packed ones are slower.
        dense = {"quantization_config": GgufConfig(dequantize=True)} if source else {}
        self.tokenizer = AutoTokenizer.from_pretrained(place, **source)
        self.model = AutoModel.from_pretrained(place, dtype=dtype, **source, **dense).eval()
        self.dtype = dtype
        end = self.model.config.eos_token_id
        self.end = end[0] if isinstance(end, list) else end

    def ids(self, captions, pooling):
        rows = self.tokenizer(captions)["input_ids"]
        # An empty text is the end token here, too.
        return [row + [self.end] if pooling == "last" or not row else row for row in rows]

    def pooled(self, rows, pooling, causal):
        longest = max(map(len, rows))
        ids = torch.full((len(rows), longest), self.end)
        seen = torch.zeros((len(rows), longest), dtype=torch.bool)
        for number, row in enumerate(rows):
            ids[number, longest - len(row):] = torch.tensor(row)
            seen[number, longest - len(row):] = True
        mask = seen.to(torch.int64)
        if not causal:
            mask = torch.zeros((len(rows), 1, longest, longest), dtype=self.dtype)
            mask.masked_fill_(~seen[:, None, None, :], torch.finfo(self.dtype).min)
        states = self.model(input_ids=ids, attention_mask=mask, use_cache=False).last_hidden_state.float()
        if pooling == "last":
            return states[:, -1]
        if pooling == "first":
            return states[torch.arange(len(rows)), longest - seen.sum(1)]
        return (states * seen[:, :, None]).sum(1) / seen.sum(1, keepdim=True)

    @torch.no_grad()
    def vectors(self, captions, batch, pooling="mean", causal=False):
        rows = self.ids(captions, pooling)
        order = sorted(range(len(rows)), key=lambda number: len(rows[number]))
        result = torch.empty((len(rows), self.model.config.hidden_size))
        for start in range(0, len(order), batch):
            chosen = order[start:start + batch]
            result[chosen] = self.pooled([rows[number] for number in chosen], pooling, causal)
        return result


def ours(arguments, captions, precision, *options, rounds=1):
    with tempfile.TemporaryDirectory() as folder:
        with open(f"{folder}/captions.txt", "w") as file:
            file.writelines(f"{caption}\n" for caption in captions)
        command = [arguments.clip, "benchmark", "sentences", "--language-model", arguments.model, "--captions",
                   f"{folder}/captions.txt", "--precision", precision, "--threads", str(arguments.threads), "--rounds",
                   str(rounds), "--out", f"{folder}/vectors.safetensors", "--device", "cpu", "--json", *options]
        report = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
        return report, load_file(f"{folder}/vectors.safetensors")["features"]


def differences(arguments, captions):
    peer = Peer(arguments.model, torch.float32)
    result = {}
    for causal in (False, True):
        for pooling in ("mean", "first", "last"):
            expected = peer.vectors(captions, 32, pooling, causal)
            _, found = ours(arguments, captions, "float32", "--pooling", pooling, *(["--causal"] if causal else []))
            name = f"{'causal' if causal else 'bidirectional'}, {pooling}"
            result[name] = ((found - expected).abs().max() / expected.abs().max()).item()
    return result


def speeds(arguments, captions, precision):
    peer = Peer(arguments.model, torch.float32 if precision == "float32" else torch.bfloat16)
    report, _ = ours(arguments, captions, precision, rounds=arguments.rounds)
    result = {"ours": report["captions_per_second"], "tokens": report["tokens"] / report["captions"], "transformers": 0}
    for batch in arguments.batches:
        peer.vectors(captions[:2 * batch], batch)
        for _ in range(arguments.rounds):
            start = time.perf_counter()
            peer.vectors(captions, batch)
            speed = len(captions) / (time.perf_counter() - start)
            if speed > result["transformers"]:
                result.update({"transformers": speed, "batch": batch})
    result["ratio"] = result["ours"] / result["transformers"]
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("--captions", required=True)
    parser.add_argument("--clip", default=".build/release/clip")
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--batches", type=int, nargs="+", default=[16, 32, 64, 128])
    parser.add_argument("--precisions", nargs="+", default=["float32", "bf16"])
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    disable_progress_bar()
    with open(arguments.captions) as file:
        captions = file.read().splitlines()[:arguments.count]

    result = {"differences": differences(arguments, captions[:200]),
              "speeds": {precision: speeds(arguments, captions, precision) for precision in arguments.precisions}}
    if arguments.json:
        print(json.dumps(result))
    else:
        for name, value in result["differences"].items():
            print(f"{name:22} largest relative difference {value:.2e}")
        for precision, speed in result["speeds"].items():
            print(f"{precision:8} {speed['ours']:8.1f} captions/s here, {speed['transformers']:8.1f} in transformers "
                  f"(batches of {speed['batch']}), ratio {speed['ratio']:.2f}; {speed['tokens']:.1f} tokens a caption")
    sys.exit(1 if any(not value <= LIMIT for value in result["differences"].values()) else 0)


if __name__ == "__main__":
    main()
