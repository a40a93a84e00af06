"""The loader over HTTP, with an empty and with a filled cache, beside local files."""

import os
import shutil

from engine.measure import run
from engine.server import RangeServer


def empty(cache):
    """Removes what was fetched; indexes stay."""
    for name in ("pages", "files"):
        shutil.rmtree(f"{cache}/swift-clip/{name}", ignore_errors=True)


def size(cache):
    return sum(os.stat(f"{folder}/{name}").st_blocks * 512 for folder, _, names in os.walk(cache) for name in names)


def remote(session):
    options = session.options
    few = min(options.few, options.shards)
    cache = f"{session.work}/remote-cache"
    environment = {"XDG_CACHE_HOME": cache}
    shutil.rmtree(cache, ignore_errors=True)
    server = RangeServer(session.folder)
    address = session.brace(f"http://127.0.0.1:{server.server_address[1]}", few)
    local = session.brace(session.folder, few)
    total = sum(map(os.path.getsize, session.paths[:few]))

    def loader(what, data, order):
        server.counted()
        finished, report = session.call("benchmark", "loader", "--data", data, *order, "--threads", options.threads,
                                        "--seconds", f"{options.seconds:g}", "--json", environment=environment)
        requests, sent = server.counted()
        session.details.setdefault(what, []).append(
            {"report": report, "requests": requests, "bytes": sent, **finished.figures()})
        note = f"{requests:,} requests, {sent / 1e6:,.1f} MB; {finished.seconds:.1f} s in all"
        found.setdefault(what, []).append((report["images_per_second"], note))

    # The index of these few, which has other names than that of all shards, is not part of what is compared.
    local_index = f"{session.work}/indexes/few.clipidx"
    os.makedirs(os.path.dirname(local_index), exist_ok=True)
    finished, _ = session.call("data", "index", local, "--index", local_index, "--rebuild", "--json")
    session.row("index of local files", finished.seconds, "s", f"{few} shards, {total / 1e6:,.0f} MB")
    finished, summary = session.call("data", "index", address, "--json", environment=environment)
    requests, sent = server.counted()
    session.details["index"] = {"requests": requests, "bytes": sent, **finished.figures()}
    session.row("index over HTTP, empty cache", finished.seconds, "s", f"{requests:,} requests, {sent / 1e6:,.1f} MB")
    session.index(local)
    found = {}
    # Builds without the option read in the global order.
    chooses = "--shuffle" in run([session.clip, "help", "benchmark", "loader"]).output
    orders = {name: ("--shuffle", name) if chooses else () for name in (("global", "blocks") if chooses else ("global",))}
    for _ in range(options.rounds):
        for name, order in orders.items():
            loader(f"local, {name}", local, order)
            empty(cache)
            loader(f"HTTP, {name}, empty cache", address, order)
            loader(f"HTTP, {name}, filled cache", address, order)
    server.shutdown()
    for what, results in found.items():
        rate, note = max(results)
        beside = max(found[f"local, {what.split(', ')[1]}"])[0]
        session.row(what, rate, "images/s", f"{rate / beside:.2f} of local; {note}")
    session.row("cache", size(cache) / 1e6, "MB", f"{summary['samples']:,} samples")
