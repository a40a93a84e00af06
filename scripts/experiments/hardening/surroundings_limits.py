"""Disks that are full, files that may not grow, and folders that are read-only."""

import functools
import os
import resource
import shutil
import signal
import subprocess
import time

import runs
import tool as tools


def leftovers(run):
    """Half-made checkpoints, or None."""
    checkpoints = os.path.join(run, "checkpoints")
    names = os.listdir(checkpoints) if os.path.isdir(checkpoints) else []
    partial = [name for name in names if not name.startswith("step-")]
    return f"left behind: {', '.join(partial)}" if partial else None


def failed_write(outcome, run, before):
    """What is wrong about the end of a run whose write failed, or None."""
    if outcome.code == 0:
        return "the run ended as if all were well"
    wrong = tools.misbehaviour(outcome)
    if not wrong and before and not set(runs.steps_of(run)) & set(before):
        wrong = "the checkpoint that was there is gone"
    return wrong or leftovers(run)


def begun(place, name):
    """A run that is killed after the evaluation at its first checkpoint, to go on with."""
    run = place.fresh(name)
    process = place.tool.start("train", place.recipe, "--run", run, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while process.poll() is None and not (runs.steps_of(run) and runs.evaluated(run, runs.steps_of(run)[0])):
        time.sleep(0.001)
    tools.kill(process)
    return run


def file_limit(kilobytes, signal_ignored, place):
    """Files may have so many KiB: fewer than a checkpoint's."""
    run = begun(place, f"limit-{kilobytes}-{signal_ignored}")
    before = runs.steps_of(run)

    def prepare():
        resource.setrlimit(resource.RLIMIT_FSIZE, (kilobytes * 1024, kilobytes * 1024))
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN if signal_ignored else signal.SIG_DFL)
    outcome = place.tool.run("train", "--resume", run, prepare=prepare)
    return failed_write(outcome, run, before) or place.resumed(run), outcome


def mounted(folder, options):
    """Mounts memory as a disk; what to say where that is not allowed, or None."""
    os.makedirs(folder, exist_ok=True)
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder], capture_output=True, text=True)
    return f"skipped: {done.stderr.strip()}" if done.returncode else None


def full_disk(megabytes, place):
    """A disk that holds one checkpoint and a part of the next."""
    folder = place.fresh(f"disk-{megabytes}")
    wrong = mounted(folder, f"size={megabytes}m")
    if wrong:
        return wrong, None
    try:
        run = os.path.join(folder, "run")
        outcome = place.tool.run("train", place.recipe, "--run", run)
        wrong = failed_write(outcome, run, runs.steps_of(run))
        saved = place.fresh(f"disk-{megabytes}-moved")
        if not wrong and os.path.isdir(run):
            shutil.copytree(run, saved)
            wrong = place.resumed(saved)
        return wrong, outcome
    finally:
        subprocess.run(["umount", folder], check=False)


def read_only(what, place):
    """Data, or the run's parent, on a disk that is mounted read-only."""
    folder = place.fresh(f"read-only-{what}")
    wrong = mounted(folder, "size=64m")
    if wrong:
        return wrong, None
    try:
        jpg, run = place.data.path("jpg"), place.fresh(f"run-{what}")
        if what == "data":
            jpg = os.path.join(folder, "jpg")
            shutil.copytree(place.data.path("jpg"), jpg, ignore=shutil.ignore_patterns("*.clipidx"))
        else:
            run = os.path.join(folder, "run")
        subprocess.run(["mount", "-o", "remount,ro", folder], check=True)
        outcome = place.tool.run("train", place.recipe, "--set", f"data.train={jpg}", "--run", run)
        wrong = tools.misbehaviour(outcome)
        if not wrong and what == "data":
            wrong = f"status {outcome.code}" if outcome.code else runs.difference(run, place.reference)
        elif not wrong and outcome.code == 0:
            wrong = "the run ended as if all were well"
        return wrong, outcome
    finally:
        subprocess.run(["umount", folder], check=False)


LIMITS = [(limit, ignored) for limit in (1, 8, 256, 4096, 8192) for ignored in (False, True)]
CASES = [(f"files of at most {limit} KiB{', signal ignored' if ignored else ''}", functools.partial(file_limit, limit, ignored))
         for limit, ignored in LIMITS]
CASES += [(f"full disk of {size} MiB", functools.partial(full_disk, size)) for size in (4, 15, 30, 50)]
CASES += [(f"read-only {what}", functools.partial(read_only, what)) for what in ("data", "parent of the run")]
