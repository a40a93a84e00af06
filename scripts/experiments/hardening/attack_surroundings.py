"""What a job runner, a shell or a disk may do to a process: it must end well, and a resume must give the same run."""

import os
import shutil

import corpus
import runs
import surroundings_limits
import surroundings_signals
import surroundings_starts
from report import Report

STEPS, EVERY = 12, 4


class Place:
    """A recipe, the run that it makes when nothing is in its way, and folders for cases."""

    def __init__(self, tool, options):
        self.tool, self.folder = tool, os.path.join(options.work, "surroundings")
        shutil.rmtree(self.folder, ignore_errors=True)
        self.data = corpus.Corpus(tool, options)
        self.recipe = runs.recipe(self.data, STEPS, EVERY)
        # Without state for each sample, whose schedules want a length in steps.
        self.clocked = self.data.recipe(os.path.join(self.folder, "clocked.yaml"), checkpoint={"every": "1 hour"})
        self.reference = os.path.join(self.folder, "reference")
        outcome = tool.run("train", self.recipe, "--run", self.reference)
        if outcome.code != 0:
            raise SystemExit(f"hardening: the reference run fails\n{outcome.details()}")

    def fresh(self, name):
        """The path of a run that is not there yet."""
        path = os.path.join(self.folder, name)
        shutil.rmtree(path, ignore_errors=True)
        return path

    def resumed(self, run):
        """How a run differs from the reference after a resume in sound surroundings, or None."""
        outcome = runs.complete(self.tool, self.recipe, run)
        if outcome.code != 0:
            return f"the resume fails with {outcome.code}: {outcome.err[-300:]}"
        return runs.difference(run, self.reference)


def run(tool, options):
    place = Place(tool, options)
    cases = [*surroundings_starts.CASES, *surroundings_limits.CASES, *surroundings_signals.CASES]
    cases = [case for case in cases if not options.only or options.only in case[0]]
    report = Report("surroundings", options, len(cases))
    for name, case in cases:
        wrong, outcome = case(place)
        if wrong and wrong.startswith("skipped: "):
            report.count(name, "skipped")
            report.say(f"{name}: {wrong}")
        else:
            report.judge(name, wrong, outcome)
        report.step()
    return report.finish()
