"""How a process may be started: without descriptors, in a folder that is gone, with odd names and ignored signals."""

import functools
import os
import re
import shutil
import signal
import time

import tool as tools

PROGRESS = re.compile(rb"step \d+/\d+|pairs/s|retrieval/|captions: ")


def polluted(run):
    """Progress text in files of a run that are not for it, or None."""
    for place, _, names in os.walk(run):
        for name in names:
            if name not in ("metrics.jsonl", "recipe.yaml"):
                with open(os.path.join(place, name), "rb") as file:
                    if PROGRESS.search(file.read()):
                        return f"progress text was written into {os.path.relpath(os.path.join(place, name), run)}"
    return None


def closed(descriptors, place):
    """A start with some of the descriptors 0, 1 and 2 closed."""
    run = place.fresh("closed-" + "".join(map(str, descriptors)))

    def prepare():
        for descriptor in descriptors:
            os.close(descriptor)
    streams = {"stdout": tools.subprocess.DEVNULL, "stderr": tools.subprocess.DEVNULL}
    if 1 not in descriptors:
        streams["stdout"] = tools.subprocess.PIPE
    if 2 not in descriptors:
        streams["stderr"] = tools.subprocess.PIPE
    outcome = place.tool.run("train", place.recipe, "--run", run, prepare=prepare, **streams)
    wrong = None if outcome.code in (0, 74) else tools.misbehaviour(outcome) or f"status {outcome.code}"
    return wrong or polluted(run) or place.resumed(run), outcome


def interrupt_ignored(place):
    """SIGINT is ignored at the start, as for a background job of a script; it must stay so."""
    run = place.fresh("interrupt-ignored")
    process = place.tool.start("train", place.recipe, "--run", run,
                               prepare=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN))
    while process.poll() is None and not os.path.exists(os.path.join(run, "checkpoints")):
        time.sleep(0.005)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    wrong = None if process.returncode == 0 else f"an ignored SIGINT ended the run with {process.returncode}"
    return wrong or place.resumed(run), tools.Outcome(["clip", "train"], process.returncode, 0, "", err.decode(), False)


def folder_gone(place):
    """The working directory is deleted before the start; all paths are absolute."""
    here, run = place.fresh("gone"), place.fresh("gone-run")
    os.makedirs(here)
    process = place.tool.start("train", place.recipe, "--run", run, cwd=here, prepare=lambda: os.rmdir(here))
    out, err = process.communicate(timeout=60)
    outcome = tools.Outcome(["clip", "train"], process.returncode, 0, out.decode(), err.decode(), False)
    wrong = tools.misbehaviour(outcome)
    return wrong or (place.resumed(run) if outcome.code == 0 else None), outcome


def odd_name(place):
    """A run directory whose name is not UTF-8: this very name, or a refusal."""
    parent = place.fresh("odd")
    os.makedirs(parent)
    wanted = os.fsencode(parent) + b"/run-\xff\xfe"
    outcome = place.tool.run("train", place.recipe, "--run", wanted)
    found = os.listdir(os.fsencode(parent))
    others = [name for name in found if name != b"run-\xff\xfe"]
    wrong = tools.misbehaviour(outcome)
    if not wrong and others:
        wrong = f"another name was made: {others}"
    if not wrong and outcome.code == 0 and not found:
        wrong = "the run is nowhere"
    return wrong, outcome


def odd_data_name(place):
    """A folder of data whose name is not UTF-8: read, or refused."""
    folder = os.fsencode(place.fresh("odd-data")) + b"-\xff"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(os.fsencode(place.data.path("jpg")), folder)
    outcome = place.tool.run("data", "index", folder, "--json", "--threads", "1")
    wrong = tools.misbehaviour(outcome)
    if not wrong and outcome.code == 0 and '"samples":96' not in outcome.out.replace(" ", ""):
        wrong = "read as something else"
    shutil.rmtree(folder, ignore_errors=True)
    return wrong, outcome


COMBINATIONS = [(0,), (1,), (2,), (0, 1), (0, 2), (1, 2), (0, 1, 2)]
CASES = [(f"descriptors closed: {', '.join(map(str, some))}", functools.partial(closed, some)) for some in COMBINATIONS]
CASES += [("SIGINT ignored at start", interrupt_ignored), ("working directory deleted", folder_gone),
          ("run directory not UTF-8", odd_name), ("data directory not UTF-8", odd_data_name)]
