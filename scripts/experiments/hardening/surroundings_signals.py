"""Processes that are stopped for a while, and two of them on one run."""

import os
import signal
import time

import runs
import tool as tools

SECONDS, STOPPED = 6, 5


def wait_for_step(process, run, step):
    """Waits until the metrics tell of a step."""
    while process.poll() is None and runs.last_step(run) < step:
        time.sleep(0.01)


def stopped(place):
    """SIGSTOP for 5 s in a run of 6 s of training: the schedule must not take the stop for training."""
    run = place.fresh("stopped")
    process = place.tool.start("train", place.clocked, "--set", f"length={SECONDS} seconds", "--run", run,
                               "--json")
    wait_for_step(process, run, 5)
    began = time.monotonic()
    process.send_signal(signal.SIGSTOP)
    time.sleep(STOPPED)
    process.send_signal(signal.SIGCONT)
    out, err = process.communicate(timeout=60)
    seconds = time.monotonic() - began
    outcome = tools.Outcome(["clip", "train"], process.returncode, seconds, out.decode(), err.decode(), False)
    wrong = tools.misbehaviour(outcome) or (f"status {outcome.code}" if outcome.code else None)
    trained = seconds - STOPPED
    if not wrong and trained < SECONDS - 2.5:
        wrong = f"{trained:.1f} s of training besides the stop, not {SECONDS}"
    return wrong, outcome


def two_processes(place):
    """A second process on a run that one writes to: refused with 75, and the first is not disturbed."""
    run = place.fresh("two")
    first = place.tool.start("train", place.clocked, "--set", "length=3 seconds", "--run", run,
                             stdout=tools.subprocess.DEVNULL, stderr=tools.subprocess.DEVNULL)
    wait_for_step(first, run, 5)
    second = place.tool.run("train", "--resume", run)
    new = place.tool.run("train", place.clocked, "--run", run)
    first.wait(60)
    if second.code != 75:
        return f"the second process left with {second.code}, not 75", second
    if new.code in (0, 70) or new.code < 0:
        return f"a new run in the same directory left with {new.code}", new
    if first.returncode != 0:
        return f"the first process left with {first.returncode}", second
    finished = place.tool.run("train", "--resume", run)
    return tools.misbehaviour(finished) or (f"status {finished.code}" if finished.code else None), finished


def moved(place):
    """The run directory is renamed while it is written: an error or an end, and no files in the old place."""
    run, away = place.fresh("moved"), place.fresh("moved-away")
    process = place.tool.start("train", place.clocked, "--set", "length=2 seconds", "--run", run)
    wait_for_step(process, run, 5)
    os.rename(run, away)
    out, err = process.communicate(timeout=60)
    outcome = tools.Outcome(["clip", "train"], process.returncode, 0, out.decode(), err.decode(), False)
    return tools.misbehaviour(outcome), outcome


CASES = [("stopped for 5 s", stopped), ("two processes on one run", two_processes), ("run directory renamed", moved)]
