"""Memory while many images are streamed."""

import json
import statistics
import time

from engine.measure import Running, fail, memory as resident, slope


def watch(session, data, seconds):
    """Runs the loader; returns its report and the memory it had, as (seconds, sizes)."""
    # Each second, and more often where the run is short.
    interval = min(1.0, seconds / 60)
    command = session.command("benchmark", "loader", "--data", data, "--seconds", f"{seconds:.1f}", "--threads",
                              session.options.threads, "--json")
    running = Running(command, session.environment)
    readings = []
    while (finished := running.poll()) is None:
        sizes = resident(running.process.pid)
        if sizes:
            readings.append((time.monotonic() - running.started, sizes))
        time.sleep(interval)
    if finished.status != 0:
        fail(command, finished)
    return json.loads(finished.output), readings


def memory(session):
    data = session.options.photographs or session.pattern
    wanted = session.options.images
    # The index beside the shards, so that making it is not part of what is watched.
    if session.options.photographs:
        # An index that is not ours is never made anew: others may count on its numbers.
        session.call("data", "index", data, "--json")
    else:
        session.index(data)
    _, report = session.call("benchmark", "loader", "--data", data, "--seconds", 2, "--threads", session.options.threads,
                             "--json")
    for _ in range(4):
        seconds = 1.15 * wanted / report["images_per_second"] + 1
        report, readings = watch(session, data, seconds)
        if report["images"] >= wanted:
            break
    else:
        raise SystemExit(f"the loader made {report['images']} images, expected {wanted}; the machine is too busy")
    session.details["report"] = report
    session.details["readings"] = [{"seconds": when, **sizes} for when, sizes in readings]
    # Before the workers start and after they end, the process does not stream.
    threads = statistics.mode(sizes["Threads"] for _, sizes in readings)
    places = [place for place, (_, sizes) in enumerate(readings) if sizes["Threads"] == threads]
    streaming = readings[places[0]:places[-1] + 1]
    start, end = streaming[0][0], streaming[-1][0]
    warm = [reading for reading in streaming if reading[0] >= start + 0.1 * (end - start)]
    early = warm[:max(1, len(warm) // 20)]
    late = warm[-max(1, len(warm) // 20):]

    def median(part, name):
        return statistics.median(sizes[name] for _, sizes in part) / 1e6

    rate = report["images_per_second"]
    session.row("images", report["images"], "images", f"{rate:,.0f} images/s, {report['threads']} threads, {data}")
    for name, what in (("RssAnon", "anonymous memory"), ("RssFile", "pages of mapped files"), ("VmRSS", "resident in all")):
        growth = slope([(when, sizes[name]) for when, sizes in warm])
        most = max(sizes[name] for _, sizes in streaming) / 1e6
        session.row(f"{what} ({name}) after warm-up", median(early, name), "MB", "median of the 5 % after the first 10 %")
        session.row(f"{what} ({name}) at the end", median(late, name), "MB", f"median of the last 5 %; at most {most:.1f} MB")
        session.row(f"{what} ({name}), slope", growth / 1e3, "kB/s", f"{growth / rate * 1e5 / 1e6:+.2f} MB per 100,000 images")
