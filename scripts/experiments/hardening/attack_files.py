"""Mutated inputs of every kind, through the commands that read them."""

import hashlib
import json
import os
import random
import shutil

import corpus
import inputs
import mutations
import tool as tools
from report import Report

SECONDS = 10
MEMORY = 16 * tools.GIBIBYTE
DERIVED = (".clipidx", ".captions")
# A model of more parameters is a slow one, not a fault.
MOST_PARAMETERS = 20_000_000


def hashes(folder):
    """SHA-256 of every file below, but for those that the tool may make anew."""
    found = {}
    for place, _, names in os.walk(folder):
        for name in names:
            if not name.endswith(DERIVED):
                with open(os.path.join(place, name), "rb") as file:
                    found[os.path.relpath(os.path.join(place, name), folder)] = hashlib.sha256(file.read()).hexdigest()
    return found


def changed(before, folder):
    """Input files that a command changed; what lies in a run is its own."""
    after = hashes(folder)
    names = [name for name in before if not name.startswith("run/") and after.get(name) != before[name]]
    return f"input files were changed: {', '.join(names[:5])}" if names else None


def python_reads(content):
    """Whether Python's json module reads the text, as one object or line by line."""
    try:
        lines = [content] if content.count(b"\n") < 2 else content.splitlines()
        return all(isinstance(json.loads(line.decode()), dict) for line in lines)
    except (ValueError, RecursionError):
        return False


def not_utf8(content):
    try:
        content.decode()
        return False
    except UnicodeDecodeError:
        return True


def disagreement(kind, mutation, content, outcome):
    """Where the tool judges a text otherwise than Python does, for mutations whose right reading is known."""
    bad = outcome.code != 0
    if "check" in outcome.command and not bad and outcome.out.startswith("{"):
        bad = json.loads(outcome.out)["bad"] > 0
    if kind in ("json member", "jsonl", "side jsonl") and mutation in ("not_a_number", "lone_surrogate"):
        if python_reads(content) and bad:
            return "Python's json module reads this, the tool does not"
    if kind in ("csv", "tsv") and mutation == "other_encoding" and not_utf8(content) and not bad and not outcome.err.strip():
        return "bytes that are not UTF-8 were accepted without a word"
    return None


def run_case(tool, report, kind, family, place, content, mutation, word, folder, chance):
    """Runs the commands of one case; all the same for the same seed."""
    commands = place(folder, content)
    if len(commands) > 3:
        commands = commands[:1] + chance.sample(commands[1:], 2)
    before = hashes(folder)
    sound, results = True, []
    for command in commands:
        text = content if "-" in command else None
        outcome = tool.run(*command, limit=SECONDS, memory=MEMORY, text=text)
        if outcome.timed_out:
            # Once more, for the machine may have been busy.
            shutil.rmtree(os.path.join(folder, "run"), ignore_errors="--resume" not in command)
            outcome = tool.run(*command, limit=SECONDS, memory=MEMORY, text=text)
        wrong = tools.misbehaviour(outcome) or changed(before, folder) or disagreement(kind, mutation, content, outcome)
        if wrong:
            report.fail(kind, wrong, outcome, mutation=mutation, input=word, kept=folder)
            sound = False
        results.append("accepted" if outcome.code == 0 else "refused")
        if command[:2] == ["model", "show"] and large(outcome):
            break
    if sound:
        report.count(kind, results[0])
        shutil.rmtree(folder, ignore_errors=True)


def large(outcome):
    """Whether a model is refused, or too large to train here."""
    if outcome.code != 0 or not outcome.out.startswith("{"):
        return outcome.code != 0
    return json.loads(outcome.out)["summary"]["parameters"] > MOST_PARAMETERS


def sample_run(tool, data):
    """A run of four steps with state for each sample, whose files are damaged."""
    recipe = data.recipe(data.path("run.yaml"), length="4 steps", objective={"preset": "fastclip-v3"},
                         temperature={"rho": 2}, checkpoint={"every": "2 steps"})
    run = data.path("run")
    outcome = tool.run("train", recipe, "--run", run)
    if outcome.code != 0:
        raise SystemExit(f"hardening: the run to damage cannot be made\n{outcome.details()}")
    return run


def run(tool, options):
    data = corpus.Corpus(tool, options)
    kinds = inputs.Inputs(data, sample_run(tool, data)).kinds
    names = [name for name in kinds if not options.only or options.only in name]
    report = Report("files", options, options.count)
    if not data.webp():
        report.say("no WebP pictures: Tests/CLIPDataTests/Fixtures/images is not below --repository")
    cases = os.path.join(options.work, "files")
    shutil.rmtree(cases, ignore_errors=True)
    for number in range(options.count):
        kind = names[number % len(names)]
        family, seed, place = kinds[kind]
        chance = random.Random(f"{options.seed}/{kind}/{number // len(names)}")
        content, mutation, word = mutations.mutate(seed, family, chance)
        folder = os.path.join(cases, f"{number:04d}-{kind.replace(' ', '-').replace('/', '-')}")
        os.makedirs(folder)
        run_case(tool, report, kind, family, place, content, mutation, f"{mutation}: {word}", folder, chance)
        report.step()
    return report.finish()
