"""An index of a million samples: its build, and its opening when nothing is new, for two tools in turn."""

import json
import os
import statistics
import sys

import corpus
from report import Report
from tool import Tool

SHARDS, SAMPLES = 100, 10_000
BLOCK = 512


def header(name, size):
    """A ustar header."""
    fields = bytearray(BLOCK)
    for start, content in ((0, name), (100, b"0000644\0"), (108, b"0000000\0"), (116, b"0000000\0"),
                           (124, b"%011o\0" % size), (136, b"00000000000\0"), (148, b"        "), (156, b"0"),
                           (257, b"ustar\00000")):
        fields[start:start + len(content)] = content
    fields[148:156] = b"%06o\0 " % sum(fields)
    return bytes(fields)


def padded(content):
    return content + bytes(-len(content) % BLOCK)


def make_shards(folder, picture):
    """100 tars of 10,000 tiny samples each, once."""
    for shard in range(SHARDS):
        path = os.path.join(folder, f"{shard:05d}.tar")
        if os.path.exists(path):
            continue
        body, parts = padded(picture), []
        for sample in range(SAMPLES):
            key, text = b"%05d%06d" % (shard, sample), b"picture %d of shard %d" % (sample, shard)
            parts += [header(key + b".jpg", len(picture)), body, header(key + b".txt", len(text)), padded(text)]
        corpus.write(path + ".part", b"".join([*parts, bytes(2 * BLOCK)]))
        os.rename(path + ".part", path)
        if shard % 10 == 9:
            print(f"hardening costs: shard {shard + 1} of {SHARDS}", file=sys.stderr, flush=True)


def small_picture(data):
    """The smallest picture of the corpus, of some hundred bytes."""
    return min((content for _, content, _ in data.samples), key=len)


def measure(tool, data, folder):
    """Seconds of a build, and of three commands that open the index: nothing new, one sample, a dry run of training."""
    shards = os.path.join(folder, "*.tar")
    # Where training looks for it.
    index = os.path.join(folder, "index.clipidx")
    if os.path.exists(index):
        os.remove(index)
    build = tool.run("data", "index", shards, "--threads", "1", "--json", limit=1200)
    again = tool.run("data", "index", shards, "--threads", "1", "--json", limit=600)
    one = tool.run("data", "stats", shards, "--limit", "1", "--threads", "1", "--json", limit=600)
    dry = tool.run("train", data.recipe(data.path("dry.yaml"), data={"train": shards}), "--dry-run", limit=600)
    for outcome in (build, again, one, dry):
        if outcome.code != 0:
            raise SystemExit(f"hardening: a measurement failed\n{outcome.details()}")
    if json.loads(build.out)["samples"] != SHARDS * SAMPLES:
        raise SystemExit(f"hardening: {build.out[:300]}")
    return {"build": build.seconds, "nothing new": again.seconds, "stats of one": one.seconds,
            "dry run": dry.seconds, "index bytes": os.path.getsize(index)}


def run(tool, options):
    if not options.old:
        raise SystemExit("hardening: costs needs --old, the tool to compare with")
    pair = {"old": Tool(options.old, options.work), "new": tool}
    folder = os.path.join(options.work, "million")
    data = corpus.Corpus(tool, options)
    make_shards(folder, small_picture(data))
    report = Report("costs", options, options.count)
    rounds = {name: [] for name in pair}
    for number in range(options.count):
        # The first of a pair changes from round to round.
        for name in list(pair)[::1 if number % 2 == 0 else -1]:
            rounds[name].append(measure(pair[name], data, folder))
            report.say(f"{name}: {rounds[name][-1]}")
        report.step()
    print(f"{'':14}  {'old':>12}  {'new':>12}  ratio   (medians of {options.count} rounds)")
    for what in rounds["old"][0]:
        old, new = (statistics.median(row[what] for row in rounds[name]) for name in ("old", "new"))
        print(f"{what:14}  {old:12.4g}  {new:12.4g}  {new / old:.3f}")
    report.facts["rounds"] = rounds
    report.count("rounds", "measured")
    return report.finish()
