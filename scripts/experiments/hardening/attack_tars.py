"""One shard cut at every 97th byte: a cut must be seen, and training must not take the rest for the whole."""

import os
import re
import shutil

import corpus
import tool as tools
from report import Report

EVERY = 97
WORDS = re.compile(r"ends inside|cut off|cut short|truncat|incomplete|end mark|missing end|end of (the )?archive|padding", re.I)
PAIRS = 6


def boundaries(members):
    """Where a member with its padding ends, by whether a sample ends there; and where the data end."""
    ends, position = {0: True}, 0
    for number, (_, content) in enumerate(members):
        position += 512 + (len(content) + 511) // 512 * 512
        ends[position] = number % 2 == 1
    return ends, position


def place_of(cut, ends, data_end):
    """What a cut goes through."""
    if cut >= data_end:
        return "after the last sample"
    if cut in ends:
        return "after a sample" if ends[cut] else "after a member"
    return "inside a member"


def verdict(place, command, outcome):
    """What is wrong about a command's answer to a cut, or None."""
    wrong = tools.misbehaviour(outcome)
    if wrong:
        return wrong
    said = bool(WORDS.search(outcome.err + outcome.out))
    if place == "inside a member" and outcome.code == 0 and not said:
        return "the cut was not noticed" if command == "check" else "trained on fewer samples without a word"
    return None


def run(tool, options):
    data = corpus.Corpus(tool, options)
    members = [part for key, jpg, text in data.samples[:PAIRS]
               for part in ((key + ".jpg", jpg), (key + ".txt", text.encode()))]
    whole = corpus.pack(members)
    ends, data_end = boundaries(members)
    # Of the padding behind the end mark, which GNU tar writes, a part is enough.
    cuts = sorted({*range(EVERY, min(len(whole), data_end + 2048), EVERY), *list(ends)[1:],
                   *(end + 512 for end in list(ends)[1:-1]), data_end + 512, data_end + 1024})
    cuts = cuts[:options.count] if options.count else cuts
    recipe = data.recipe(data.path("pairs.yaml"), batch=2)
    report = Report("tars", options, len(cuts))
    for cut in cuts:
        place = place_of(cut, ends, data_end)
        folder = os.path.join(options.work, "tars")
        shutil.rmtree(folder, ignore_errors=True)
        tar = corpus.write(os.path.join(folder, "x.tar"), whole[:cut])
        commands = {"check": ["data", "check", tar, "--json", "--threads", "1"],
                    "train": ["train", recipe, "--set", f"data.train={tar}", "--run", os.path.join(folder, "run")]}
        for name, command in commands.items():
            outcome = tool.run(*command, limit=30)
            said = "with a word" if WORDS.search(outcome.err + outcome.out) else "without a word"
            good = f"accepted {said}" if outcome.code == 0 else "refused"
            report.judge(f"{name}, cut {place}", verdict(place, name, outcome), outcome, good,
                         input=f"{cut} of {data_end} bytes of samples")
        report.step()
    return report.finish()
