"""The time from the start of `clip train --resume` to its first batch and its first step."""

import json
import os
import shutil
import signal
import time

from engine.measure import Running, fail, forget
from engine.measure import run as run_tool
from engine.remote import empty

MODEL = {
    "embed_dim": 32,
    "vision_cfg": {"image_size": 32, "layers": 1, "width": 64, "head_width": 32, "patch_size": 16},
    "text_cfg": {"context_length": 16, "vocab_size": 49408, "width": 64, "heads": 2, "layers": 1},
}
INTERRUPTED = 130


def metrics(run):
    """The lines of metrics.jsonl that are whole."""
    try:
        with open(f"{run}/metrics.jsonl", encoding="utf-8") as file:
            return [json.loads(line) for line in file if line.endswith("\n")]
    except FileNotFoundError:
        return []


def train(session, run, words, until, environment):
    """Trains until a step is logged, then interrupts; returns the first new line, when it came, and the report."""
    before = metrics(run)
    done = before[-1]["step"] if before else 0
    elapsed = before[-1]["elapsed_seconds"] if before else 0
    command = session.command("train", *words, "--json")
    running = Running(command, environment)
    first, state, asked = None, None, False
    while (finished := running.poll()) is None:
        time.sleep(0.002)
        try:
            now = os.stat(f"{run}/metrics.jsonl")
        except FileNotFoundError:
            continue
        if asked or (now.st_size, now.st_mtime_ns) == state:
            continue
        state = (now.st_size, now.st_mtime_ns)
        seen = time.monotonic() - running.started
        new = [line for line in metrics(run) if line["step"] > done]
        if new and first is None:
            first = (new[0], seen)
        if new and new[-1]["step"] >= until:
            running.process.send_signal(signal.SIGINT)
            asked = True
    if finished.status != INTERRUPTED or first is None:
        fail(command, finished)
    line, seen = first
    step = line["elapsed_seconds"] - elapsed
    return {
        "from_step": done,
        "to_first_step": seen,
        # The step's own work is taken off: what is left ends when the batch came.
        "to_first_batch": seen - (1 - line["train/data_wait_share"]) * step,
        "waited_in_first_step": line["train/data_wait_share"] * step,
        "report": json.loads(finished.output),
        **finished.figures(),
    }


def resume(session):
    options = session.options
    few = min(options.few, options.shards)
    folder = f"{session.work}/resume"
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    with open(f"{folder}/tiny.json", "w", encoding="utf-8") as file:
        json.dump(MODEL, file, indent=1)
    cache = f"{folder}/cache"
    environment = {"XDG_CACHE_HOME": cache}
    # Beside the shards, once: the first start would make it otherwise.
    session.index(session.pattern)
    session.row("samples", options.samples, "samples", f"{options.shards} shards; {few} of them by pipe:cat")
    local, pipe = session.pattern, "pipe:cat " + session.brace(session.folder, few)
    for shuffle, source, name in (("global", local, "global"), ("blocks", pipe, "blocks, pipe:cat")):
        run, recipe = f"{folder}/{shuffle}", f"{folder}/{shuffle}.yaml"
        with open(recipe, "w", encoding="utf-8") as file:
            # A checkpoint by time would make one step longer than the others.
            json.dump({
                "model": {"config": f"{folder}/tiny.json"}, "data": {"train": source, "shuffle": shuffle},
                "batch": 64, "length": "1000000 steps", "log": {"every": "1 steps"},
                "checkpoint": {"every": "1000000 steps", "keep": 1},
            }, file, indent=1)
        started = train(session, run, (recipe, "--run", run), options.steps, environment)
        found = {"start": [started]}
        states = ("cold", "warm") if shuffle == "global" else ("empty cache", "filled cache")
        for _ in range(options.rounds):
            for state in states:
                if state == "empty cache":
                    empty(cache)
                if state == "cold":
                    session.details["cold_by"] = forget(session.paths)
                    # Loading the tool's libraries from disk is not what is measured.
                    run_tool([session.clip, "--version"])
                until = metrics(run)[-1]["step"] + 10
                found.setdefault(state, []).append(train(session, run, ("--resume", run), until, environment))
        session.details[name] = found
        session.row(f"{name}: new run to its first step", started["to_first_step"], "s",
                    "commands run and indexed" if shuffle == "blocks" else "index was there")
        for state in states:
            shortest = min(found[state], key=lambda one: one["to_first_step"])
            session.row(f"{name}, {state}: resume to the first batch", shortest["to_first_batch"], "s",
                        f"waited {1000 * shortest['waited_in_first_step']:.0f} ms for it, at step {shortest['from_step']:,}")
            session.row(f"{name}, {state}: resume to the first step logged", shortest["to_first_step"], "s")
