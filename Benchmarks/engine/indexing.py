"""How fast the index is made and opened, beside reading the same bytes."""

import os
import shlex

from engine.measure import forget, run


def best(rounds):
    return min(rounds, key=lambda finished: finished.seconds)


def index(session):
    rounds = session.options.rounds
    total = sum(map(os.path.getsize, session.paths))
    samples = session.options.samples
    path = f"{session.work}/indexes/{os.path.basename(session.folder)}.clipidx"
    os.makedirs(os.path.dirname(path), exist_ok=True)
    session.row("samples", samples, "samples", f"{len(session.paths)} shards, {total / 1e6:,.0f} MB")
    cat = ["sh", "-c", 'exec cat "$@" > /dev/null', "cat", *session.paths]
    session.commands.append(f"cat {shlex.quote(session.folder)}/*.tar > /dev/null")

    starting = [session.clip, "--version"]

    def scan(threads):
        finished, summary = session.call(
            "data", "index", session.pattern, "--index", path, "--rebuild", "--threads", threads, "--json")
        if summary["samples"] != samples or summary["bytes"] != total:
            raise SystemExit(f"the index has {summary['samples']} samples in {summary['bytes']} bytes, expected {samples} "
                             f"in {total}")
        return finished

    ways = {"cat": lambda: run(cat), "1 thread": lambda: scan(1), "2 threads": lambda: scan(2)}
    found, by = {}, ""
    for state in ("cold", "warm"):
        # Taken in turn, so that a machine that drifts does so for all.
        for _ in range(rounds):
            for way, measured in ways.items():
                if state == "cold":
                    by = forget(session.paths)
                    # Dropping everything drops the tool's libraries too, and loading them is not what is measured.
                    run(starting)
                found.setdefault((state, way), []).append(measured())
    for (state, way), results in found.items():
        result = best(results)
        rate = total / result.seconds / 1e6
        session.details[f"{state}, {way}"] = [one.figures() for one in results]
        read = f"{result.disk_bytes / 1e6:,.0f} MB from disk, {result.cpu_seconds:.2f} s of processor"
        if way == "cat":
            session.row(f"{state}, cat", rate, "MB/s", read)
            continue
        ratio = best(found[state, "cat"]).seconds / result.seconds
        session.row(f"{state}, {way}", samples / result.seconds, "samples/s", f"{result.seconds:.2f} s, {read}")
        session.row(f"{state}, {way}, of all bytes", rate, "MB/s", f"{ratio:.2f} of cat")
    session.details["cold_by"] = by
    peak = max(one.peak_bytes for (_, way), results in found.items() if way != "cat" for one in results)
    session.row("peak resident while indexing", peak / 1e6, "MB", "the largest of all, with mapped shards")
    session.row("cold by", by, "")
    session.row("index size", os.path.getsize(path) / 1e6, "MB", f"{os.path.getsize(path) / samples:.1f} bytes a sample")

    written = os.stat(path).st_mtime_ns
    opening, alone = [], []
    for _ in range(3 * rounds):
        opening.append(session.call("data", "index", session.pattern, "--index", path, "--json")[0])
        alone.append(run(starting))
    if os.stat(path).st_mtime_ns != written:
        raise SystemExit("opening the index wrote it anew")
    session.details["opening"] = [one.figures() for one in opening]
    session.details["starting"] = [one.figures() for one in alone]
    opened, started = best(opening), best(alone)
    session.row("opening and summing up, whole process", 1000 * opened.seconds, "ms",
                f"peak of {opened.peak_bytes / 1e6:.0f} MB resident")
    more = min(one.cpu_seconds for one in opening) - min(one.cpu_seconds for one in alone)
    session.row("of which more than clip --version", 1000 * (opened.seconds - started.seconds), "ms",
                f"{1000 * more:+.1f} ms of processor; clip --version takes {1000 * started.seconds:.1f} ms; the tool does not "
                "time the opening itself")
