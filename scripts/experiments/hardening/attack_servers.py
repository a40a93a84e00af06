"""Training from servers that misbehave, from the start and in the middle: an end in time, no other data, no lost steps."""

import json
import os
import shutil

import behaviour_table
import behaviours
import corpus
import runs
import tool as tools
from report import Report
from server import Server, proper

TRIES, IDLE = 2, 1
# Two tries with a second for the connection and a second of silence each, and a wait between them; a run takes some
# seconds besides.
ALLOWED, SLACK = TRIES * (1 + IDLE) + 1, 10
# Index and check have no settings for these: six tries, 30 s of silence.
LONG_BOUND = 60
SHARDS, SAMPLES = 4, 48
# Shard after shard, which fetches whole files, and at random, which fetches parts.
ORDERS = ["blocks", "global"]
PHASES = [("from the start", "blocks", False), ("in training", "blocks", True), ("in training, at random", "global", True)]


class Place:
    """Shards behind a server, a recipe for them, and a cache that holds their index only."""

    def __init__(self, tool, options, bound=None):
        self.tool, self.folder = tool, os.path.join(options.work, options.attack)
        shutil.rmtree(self.folder, ignore_errors=True)
        self.data = corpus.Corpus(tool, options, samples=SHARDS * SAMPLES)
        files = {f"/{number}.tar": content for number, content in enumerate(self._shards())}
        self.server, self.other = Server(files), Server(files)
        self.sources = [self.server.url + name for name in files]
        local = [corpus.write(os.path.join(self.folder, "shards", name[1:]), content) for name, content in files.items()]
        self.cache = os.path.join(self.folder, "cache-sound")
        self.bound, self.requests, self.references = 300, {}, {}
        for order in ORDERS:
            self.must(self.train(f"local-{order}", order, os.path.join(self.folder, "cache-local"), local))
            self.references[order] = self.must(self.train(f"reference-{order}", order, self.cache))
            for name in ("pages", "files"):
                shutil.rmtree(os.path.join(self.cache, "swift-clip", name), ignore_errors=True)
            self.server.use(proper)
            self.must(self.train("counted", order, self.fresh_cache(True)))
            self.requests[order] = self.server.requests
        self.bound = bound or ALLOWED + SLACK + 3 * self.references[ORDERS[0]].seconds

    @staticmethod
    def must(outcome):
        if outcome.code != 0:
            raise SystemExit(f"hardening: training from sound data fails\n{outcome.details()}")
        return outcome

    def _shards(self):
        """The pictures as they are, so that a shard is several pages of the cache."""
        keys = sorted({name.split(".")[0] for name, _ in self.data.raw})
        for start in range(0, SHARDS * SAMPLES, SAMPLES):
            mine = set(keys[start:start + SAMPLES])
            yield corpus.pack([part for part in self.data.raw if part[0].split(".")[0] in mine])

    def fresh_cache(self, with_index):
        cache = os.path.join(self.folder, "cache")
        shutil.rmtree(cache, ignore_errors=True)
        if with_index:
            shutil.copytree(self.cache, cache)
        return cache

    def train(self, name, order, cache, sources=None):
        """Two epochs in a run of this name."""
        settings = {"train": sources or self.sources, "shuffle": order, "window": 1 if order == "blocks" else 8,
                    "remote": {"tries": TRIES, "connectTimeout": 1, "idleTimeout": IDLE}}
        recipe = self.data.recipe(os.path.join(self.folder, f"{name}.yaml"), data=settings, length="2 epochs",
                                  checkpoint={"every": "1000 steps"})
        run = self.run_folder(name)
        shutil.rmtree(run, ignore_errors=True)
        return self.tool.run("train", recipe, "--run", run, "--json", limit=self.bound, cache=cache)

    def run_folder(self, name):
        return os.path.join(self.folder, name)

    def close(self):
        self.server.stop()
        self.other.stop()


def lost_steps(run):
    """Steps of which the metrics tell and no checkpoint, or None."""
    made, saved = runs.last_step(run), (runs.steps_of(run) or [0])[-1]
    return f"{made - saved} steps were lost: {made} made, {saved} saved" if made > saved else None


def judge_training(place, order, outcome, harmless):
    wrong = tools.misbehaviour(outcome)
    run = place.run_folder("case")
    if wrong:
        return wrong
    if outcome.code == 0:
        return runs.difference(run, place.run_folder(f"reference-{order}"), with_metrics=False)
    if harmless:
        return "the data could be had, and were not"
    return lost_steps(run)


def judge_reading(outcome, command):
    wrong = tools.misbehaviour(outcome)
    if wrong or outcome.code != 0:
        return wrong or "the data could be had, and were not"
    count = json.loads(outcome.out)["examined" if command == "check" else "samples"]
    return None if count == SHARDS * SAMPLES else f"{count} samples in place of {SHARDS * SAMPLES}"


def run(tool, options):
    place = Place(tool, options)
    hanging, sockets = behaviours.hanging_port()
    good = behaviour_table.harmless(place.other.url)
    every = {**good, **behaviour_table.harmful(hanging)}
    names = [name for name in every if not options.only or options.only in name][:options.count or None]
    report = Report("servers", options, len(PHASES) * len(names))
    for order in ORDERS:
        wrong = runs.difference(place.run_folder(f"reference-{order}"), place.run_folder(f"local-{order}"), False)
        report.judge("a good server", wrong, place.references[order], "the data of the files")
    for name in names:
        for phase, order, late in PHASES:
            cache = place.fresh_cache(late)
            place.server.use(every[name], place.requests[order] // 2 if late else 0)
            outcome = place.train("case", order, cache)
            wrong = judge_training(place, order, outcome, name in good)
            came = "data all the same" if outcome.code == 0 else "an error in time"
            came = came if place.server.misbehaved else "not met"
            report.judge(f"{phase}: {'harmless' if name in good else 'harmful'}", wrong, outcome, came, behaviour=name,
                         requests=place.server.requests, steps=runs.last_step(place.run_folder("case")))
            report.step()
        # A silence of 30 s is the same here as one of 1 s, and takes long.
        if name in good and "silence" not in name:
            for command in ("index", "check"):
                place.server.use(every[name])
                outcome = tool.run("data", command, *place.sources, "--json", "--threads", "1", limit=LONG_BOUND,
                                   cache=place.fresh_cache(False))
                report.judge(f"data {command}: harmless", judge_reading(outcome, command), outcome, "data all the same",
                             behaviour=name)
    for part in sockets:
        part.close()
    place.close()
    return report.finish()
