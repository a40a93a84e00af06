"""The share of training that waited for data, from what runs wrote."""

import glob
import json
import os


def lines(path):
    with open(path, encoding="utf-8") as file:
        for line in file:
            record = json.loads(line)
            if "train/data_wait_share" in record:
                yield record


def wait(session):
    options = session.options
    paths = options.metrics or ([] if options.report else sorted(glob.glob(f"{session.root}/runs/*/metrics.jsonl")))
    if not paths and not options.report:
        raise SystemExit(f"no {session.root}/runs/*/metrics.jsonl; name a run's with --metrics, or make one with ./scripts/demo")
    for path in paths:
        records = list(lines(path))
        name = os.path.basename(os.path.dirname(os.path.abspath(path)))
        if not records:
            raise SystemExit(f"{path} has no line with train/data_wait_share")
        shares = [record["train/data_wait_share"] for record in records]
        ends = [record["elapsed_seconds"] for record in records]
        times = [end - start for start, end in zip([0, *ends], ends)]
        waited = sum(share * seconds for share, seconds in zip(shares, times))
        limits = {}
        for record in records:
            if record.get("data/limit"):
                limits[record["data/limit"]] = limits.get(record["data/limit"], 0) + 1
        session.details[path] = {"lines": len(records), "shares": shares, "seconds": times, "limits": limits}
        speed = f"{records[-1]['samples'] / ends[-1]:,.0f} pairs/s" if ends[-1] > 0 else ""
        session.row(f"{name}: waited, of the run's time", 100 * waited / max(sum(times), 1e-9), "%",
                    f"{waited:.2f} of {sum(times):,.1f} s, {records[-1]['step']:,} steps, {speed}")
        session.row(f"{name}: mean of the lines", 100 * sum(shares) / len(shares), "%",
                    f"{len(shares)} lines, the largest {100 * max(shares):.2f} %, the first {100 * shares[0]:.2f} %")
        if limits:
            session.row(f"{name}: lines that name a limit", sum(limits.values()), "", ", ".join(
                f"{limit}: {found}" for limit, found in sorted(limits.items())))
    for path in options.report:
        with open(path, encoding="utf-8") as file:
            report = json.load(file)
        session.details[path] = report
        session.row(f"{os.path.basename(path)}: data_wait_share of the report", 100 * report["data_wait_share"], "%",
                    f"{report['steps']:,} steps, {report['samples_per_second']:,.0f} pairs/s in the last session")
