"""Single bits flipped in files that the tool made itself: refused, made anew with a word, or without effect."""

import json
import os
import random
import re
import shutil
import time

import corpus
import runs
import tool as tools
from report import Report

STEPS, EVERY = 16, 6
PROGRESS = re.compile(r"^(step |retrieval/|captions: |the run is finished)|^\s*$")


def interrupted(tool, recipe, run):
    """A run killed some steps after its second checkpoint, so that its journals have something to undo."""
    process = tool.start("train", recipe, "--run", run, stdout=tools.subprocess.DEVNULL, stderr=tools.subprocess.DEVNULL)
    while process.poll() is None and runs.last_step(run) < 2 * EVERY + 2:
        time.sleep(0.001)
    tools.kill(process)


def killed_run(tool, recipe, folder):
    """Tries until the kill falls between the second checkpoint and the end."""
    for _ in range(20):
        shutil.rmtree(folder, ignore_errors=True)
        interrupted(tool, recipe, folder)
        if runs.steps_of(folder) == [EVERY, 2 * EVERY] and runs.last_step(folder) > 2 * EVERY:
            return
    raise SystemExit("hardening: no kill fell between the second checkpoint and the end; the machine is too busy")


def flip(path, chance):
    """Flips one bit, three times of four in or beside bytes that are not zero; says where."""
    content = bytearray(runs.read(path))
    position = chance.randrange(len(content))
    used = [place for place, value in enumerate(content[:65536]) if value] or [position]
    if chance.random() < 0.75:
        position = min(len(content) - 1, chance.choice(used) + chance.choice([0, 0, 0, 1]))
    bit = chance.randrange(8)
    content[position] ^= 1 << bit
    # Times of files stay, as when a disk or memory damages bytes.
    times = os.stat(path)
    with open(path, "r+b") as file:
        file.write(content)
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    return f"bit {bit} of byte {position} of {len(content)} in {os.path.basename(path)}"


def words(outcome):
    """What a command said besides progress."""
    lines = re.split(r"[\r\n]", outcome.err)
    return {line for line in lines if not PROGRESS.match(line)}


class Bench:
    """The sound data and run, the commands on a copy, and what they should give."""

    def __init__(self, tool, options):
        self.tool, self.work = tool, os.path.join(options.work, "bits")
        shutil.rmtree(self.work, ignore_errors=True)
        self.data = corpus.Corpus(tool, options)
        # Paths are those of the copy, so that a recipe reads the damaged files.
        self.data_copy = shutil.copytree(self.data.folder, os.path.join(self.work, "corpus-sound"))
        self.recipe = runs.recipe(self.data, STEPS, EVERY)
        self.sound = os.path.join(self.work, "sound")
        killed_run(tool, self.recipe, self.sound)
        shutil.rmtree(self.data_copy)
        shutil.copytree(self.data.folder, self.data_copy)
        self.expected = {name: self.act(name, "reference") for name in ("resume", "eval", "train", "stats")}
        for name, (outcome, _) in self.expected.items():
            if outcome.code != 0:
                raise SystemExit(f"hardening: the reference for '{name}' fails\n{outcome.details()}")
        self.reference = os.path.join(self.work, "reference-resume")

    def restore(self, name):
        """A sound copy of run and data, with the files' times."""
        shutil.rmtree(self.data.folder)
        shutil.copytree(self.data_copy, self.data.folder)
        return shutil.copytree(self.sound, os.path.join(self.work, name))

    def act(self, name, run, path=None, chance=None):
        """Damages a copy and does one thing with it: the outcome and what it gave, for comparison."""
        run = self.restore(f"{run}-{name}")
        word = flip(path if os.path.isabs(path) else os.path.join(run, path), chance) if path else ""
        jpg = self.data.path("jpg")
        fresh = os.path.join(run, "fresh")
        command = {"resume": ["train", "--resume", run], "train": ["train", self.recipe, "--run", fresh],
                   "eval": ["eval", "retrieval", "--checkpoint", run, "--data", jpg, "--json", "--threads", "1"],
                   "stats": ["data", "stats", jpg, "--json", "--threads", "1"]}[name]
        outcome = self.tool.run(*command, limit=60)
        value = outcome.out if name in ("eval", "stats") else fresh if name == "train" else run
        self.word = word
        return outcome, value

    def compare(self, name, value):
        """How a result differs from the reference's, or None."""
        expected = self.expected[name][1]
        if name in ("resume", "train"):
            return runs.difference(value, expected)
        return None if json.loads(value) == json.loads(expected) else "the result differs"


def targets(bench):
    """Files by kind, and the commands that depend on each."""
    sound = bench.sound
    newest = os.path.join("checkpoints", f"step-{runs.steps_of(sound)[-1]}")
    table = next(name for name in os.listdir(bench.data.folder) if name.endswith(".captions"))
    found = {"index": ([bench.data.path("jpg", "index.clipidx")], ["stats", "train", "resume"]),
             "caption table": ([bench.data.path(table)], ["train", "resume"]),
             "states/live.bin": (["states/live.bin"], ["resume"])}
    states = os.listdir(os.path.join(sound, "states"))
    found["journals"] = ([os.path.join("states", name) for name in sorted(states) if name.startswith("journal-")], ["resume"])
    found["other states"] = ([os.path.join("states", name) for name in sorted(states)
                              if not name.startswith("journal-") and name != "live.bin"], ["resume"])
    for place, _, names in sorted(os.walk(os.path.join(sound, newest))):
        for name in sorted(names):
            path = os.path.relpath(os.path.join(place, name), sound)
            found["checkpoint " + os.path.relpath(path, newest)] = ([path], ["resume", "eval"])
    found["run.json"] = (["run.json"], ["resume"])
    return {kind: value for kind, value in found.items() if value[0]}


def run(tool, options):
    bench = Bench(tool, options)
    kinds = {kind: value for kind, value in targets(bench).items() if not options.only or options.only in kind}
    report = Report("bits", options, options.count)
    for number in range(options.count):
        kind = list(kinds)[number % len(kinds)]
        turn = number // len(kinds)
        paths, commands = kinds[kind]
        name = commands[turn % len(commands)]
        chance = random.Random(f"{options.seed}/{kind}/{turn}")
        outcome, value = bench.act(name, f"case-{number}", chance.choice(paths), chance)
        wrong = tools.misbehaviour(outcome)
        if not wrong and outcome.code == 0:
            difference = bench.compare(name, value)
            wrong = f"WRONG without a word: {difference}" if difference else None
        said = words(outcome) - words(bench.expected[name][0])
        if not wrong and not said and outcome.code == 0 and name == "eval" and "model/" in kind:
            wrong = "accepted, though the manifest's hash is another"
        good = "refused" if outcome.code else "with a word" if said else "no effect"
        report.judge(f"{kind}: {name}", wrong, outcome, good, input=bench.word)
        shutil.rmtree(os.path.join(bench.work, f"case-{number}-{name}"))
        report.step()
    return report.finish()
