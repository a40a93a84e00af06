"""Counts what cases came to, and keeps every detail of those that failed."""

import json
import os
import sys
import time


class Report:
    """The results of one attack: a progress line, a table, and a file of JSON."""

    def __init__(self, name, options, total=None):
        self.name, self.total = name, total
        self.path = os.path.join(options.work, f"{name}.json")
        self.facts = {"attack": name, "clip": options.clip, "seed": options.seed}
        self.counts, self.failures, self.done = {}, [], 0
        self.began = self.spoke = time.monotonic()

    def count(self, kind, result):
        """Adds one case of a kind."""
        row = self.counts.setdefault(kind, {})
        row[result] = row.get(result, 0) + 1

    def fail(self, kind, what, outcome=None, **details):
        """Notes a case that failed: what was wrong, the input, and the command if there is one."""
        row = {"kind": kind, "what": what, **details, **(outcome.details() if outcome else {})}
        self.failures.append(row)
        self.count(kind, "FAILED")
        self.say(f"FAILED {kind}: {what} ({'; '.join(f'{key} {value}' for key, value in details.items())})")

    def judge(self, kind, what, outcome=None, good="held", **details):
        """A failure if `what` says what is wrong, a good case if it is None."""
        if what:
            self.fail(kind, what, outcome, **details)
        else:
            self.count(kind, good)

    def step(self):
        """One case more; shows progress every five seconds."""
        self.done += 1
        if time.monotonic() - self.spoke > 5 or self.done == self.total:
            self.spoke = time.monotonic()
            self.say(f"{self.done}/{self.total or '?'} cases, {len(self.failures)} failures, "
                     f"{self.spoke - self.began:.0f} s")

    def say(self, text):
        print(f"hardening {self.name}: {text}", file=sys.stderr, flush=True)

    def finish(self):
        """Prints the table, writes the file, and returns the exit status."""
        self.facts["seconds"] = round(time.monotonic() - self.began, 1)
        results = sorted({result for row in self.counts.values() for result in row})
        width = max([len(kind) for kind in self.counts] + [4])
        columns = [max(len(result), 5) for result in results]
        print("kind".ljust(width) + "".join(f"  {result:>{size}}" for result, size in zip(results, columns)))
        for kind, row in self.counts.items():
            cells = (f"  {row.get(result, 0) or '·':>{size}}" for result, size in zip(results, columns))
            print(kind.ljust(width) + "".join(cells))
        for row in self.failures:
            print("\nFAILED " + json.dumps(row, indent=1, ensure_ascii=False))
        with open(self.path, "w", encoding="utf-8") as file:
            json.dump({**self.facts, "counts": self.counts, "failures": self.failures}, file, indent=1)
            file.write("\n")
        print(f"\n{len(self.failures)} failures in {self.facts['seconds']} s; {self.path}", flush=True)
        return 1 if self.failures else 0
