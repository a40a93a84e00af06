"""Runs killed at random moments, and between a checkpoint and its evaluation; resumed, they must equal one that was not."""

import os
import random
import shutil
import time

import corpus
import runs
import tool as tools
from report import Report

STEPS, EVERY = 40, 4


def kill_after(process, seconds):
    """Kills at a moment; says whether the process was still there."""
    try:
        process.wait(seconds)
        return False
    except tools.subprocess.TimeoutExpired:
        tools.kill(process)
        return True


def kill_at_checkpoint(process, run, step):
    """Kills as soon as a step's checkpoint is there, before its evaluation."""
    folder = os.path.join(run, "checkpoints", f"step-{step}")
    while process.poll() is None:
        if os.path.isdir(folder):
            tools.kill(process)
            return True
        time.sleep(0.0005)
    return False


def start(tool, recipe, run):
    """A new run, or one that goes on where it has a checkpoint."""
    if not runs.steps_of(run):
        shutil.rmtree(run, ignore_errors=True)
    command = ["train", "--resume", run] if runs.steps_of(run) else ["train", recipe, "--run", run]
    streams = {"stdout": tools.subprocess.DEVNULL, "stderr": tools.subprocess.DEVNULL}
    return tool.start(*command, **streams)


def disturb(tool, recipe, run, chance, seconds, steered):
    """One to three kills; what was done, and whether one fell between a checkpoint and its evaluation."""
    done, between = [], False
    for _ in range(chance.choice([1, 1, 2, 3])):
        process = start(tool, recipe, run)
        later = [step for step in range(EVERY, STEPS + 1, EVERY) if step > (runs.steps_of(run) or [0])[-1]]
        if steered and later:
            step = chance.choice(later)
            killed = kill_at_checkpoint(process, run, step)
            between |= killed and runs.evaluated(run, step) == 0
            done.append(f"killed at the checkpoint of step {step}")
        else:
            moment = chance.uniform(0.05, seconds)
            killed = kill_after(process, moment)
            done.append(f"killed after {moment:.3f} s at step {runs.last_step(run)}")
        tools.kill(process)
        if not killed:
            done[-1] = "ended before the kill"
    return "; ".join(done), between


def complete(tool, recipe, run):
    """Resumes to the end, and once more when it is finished; the first outcome that failed, or the last."""
    outcome = runs.complete(tool, recipe, run)
    return outcome if outcome.code != 0 else tool.run("train", "--resume", run)


def run(tool, options):
    data = corpus.Corpus(tool, options)
    recipe = runs.recipe(data, STEPS, EVERY)
    folder = os.path.join(options.work, "kills")
    shutil.rmtree(folder, ignore_errors=True)
    reference = os.path.join(folder, "reference")
    # The first one makes the indexes, so that the second one's time is that of the others.
    for name in ("reference", "again"):
        outcome = tool.run("train", recipe, "--run", os.path.join(folder, name))
        if outcome.code != 0:
            raise SystemExit(f"hardening: the reference run fails\n{outcome.details()}")
    report = Report("kills", options, options.count)
    report.judge("undisturbed, twice", runs.difference(os.path.join(folder, "again"), reference), outcome, "equal")
    for number in range(options.count):
        chance, steered = random.Random(f"{options.seed}/{number}"), number % 2 == 1
        target = os.path.join(folder, f"run-{number:03d}")
        done, between = disturb(tool, recipe, target, chance, outcome.seconds, steered)
        ended = complete(tool, recipe, target)
        wrong = tools.misbehaviour(ended) or (f"status {ended.code}" if ended.code else runs.difference(target, reference))
        kind = "killed between checkpoint and evaluation" if between else \
            "killed near a checkpoint" if steered else "killed at random"
        report.judge(kind, wrong, ended, "equal", input=done, run=target)
        if not wrong:
            shutil.rmtree(target)
        report.step()
    return report.finish()
