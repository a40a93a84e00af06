"""What the experiment on objectives for small batches runs, and how its results are summed up."""

import math

METHODS = ["clip", "siglip", "sogclr", "fastclip-v1", "fastclip-v3", "neuclip"]
RATE = "optimizer.learningRate"
TAU = "temperature.initial"
GAMMA = "objective.innerRate.minimum"
RHO = "temperature.rho"
TAU_RATE = "temperature.learningRate"
PROTOTYPES = "objective.network.prototypes"

# What all runs of a method have beside its preset. The published rates of the temperature belong to runs of a hundred
# times as many steps, and the published restarts of the network too.
FIXED = {
    "fastclip-v3": {"temperature.gradient": "exact", "temperature.schedule": "shared"},
    "neuclip": {"temperature.schedule": "shared", "objective.network.restart": 100},
}

TUNED = {
    "clip": [{RATE: rate, TAU: tau} for rate in (5e-4, 1e-3, 2e-3) for tau in (0.07, 0.03)],
    "siglip": [{RATE: rate, "objective.initialBias": bias} for rate in (5e-4, 1e-3, 2e-3) for bias in (-10, -5)],
    "sogclr": [{TAU: tau, GAMMA: gamma} for tau in (0.03, 0.05, 0.07) for gamma in (0.5, 0.9)],
    "fastclip-v1": [{TAU: tau, GAMMA: gamma} for tau in (0.03, 0.05, 0.07) for gamma in (0.6, 0.9)],
    "fastclip-v3": [{RHO: rho, GAMMA: gamma} for rho in (2, 4, 6) for gamma in (0.6, 0.9)],
    "neuclip": [{RHO: rho, PROTOTYPES: count} for rho in (2, 4, 6) for count in (256, 1024)],
}

# The temperature's rate. A pilot with FastCLIP's γ of 0.2 at the end (rows of stage "pilot") had shown that in so short a
# run averages with a long memory lag far behind, and that this rate hardly matters.
SHARED = {"fastclip-v3": {TAU_RATE: 1e-3}, "neuclip": {TAU_RATE: 5e-3}}


def reciprocal_rank(row):
    """Mean reciprocal rank on EmojiOne, mean of both directions."""
    metrics = row["emojione"]
    return (metrics["image_to_text_mean_reciprocal_rank"] + metrics["text_to_image_mean_reciprocal_rank"]) / 2


def loss(row):
    """Contrastive loss over all of EmojiOne, at the temperature that is best for the model."""
    return row["emojione"]["contrastive_loss_at_best_scale"]


def job(stage, method, batch, seed, settings, length="75k samples", more=None):
    text = ",".join(f"{key.split('.')[-1]}={value}" for key, value in sorted(settings.items()))
    everything = {"objective.preset": method, "batch": batch, "seed": seed, "length": length}
    for part in (FIXED.get(method), SHARED.get(method), settings, more):
        everything.update(part or {})
    return {"key": f"{stage}/{method}/b{batch}/s{seed}/{text}", "stage": stage, "method": method, "batch": batch,
            "seed": seed, "choice": settings, "settings": everything}


def tuning():
    return [job("tune", method, 64, 0, settings, length="37500 samples")
            for place in range(6) for method in METHODS for settings in [TUNED[method][place]]]


def best(method, done):
    """The setting of the highest reciprocal rank in tuning."""
    rows = [row for row in done.values() if row["stage"] == "tune" and row["method"] == method]
    if len(rows) < len(TUNED[method]):
        raise SystemExit(f"small-batches: tuning of {method} is not complete; run 'tune' first")
    return max(rows, key=reciprocal_rank)["choice"]


# What was looked into when NeuCLIP fell behind at batch 32: one change at a time.
PROBES = [{TAU_RATE: 1e-3}, {"objective.network.rate": 3e-3}, {"objective.network.steps": 3},
          {"objective.network.restart": 500}, {TAU_RATE: 1e-3, "objective.network.steps": 3},
          {TAU_RATE: 1e-3, "objective.network.steps": 3, "objective.network.restart": 500}]


def probes():
    base = {RHO: 2, PROTOTYPES: 1024}
    runs = [job("probe", "neuclip", 32, 1, {**base, **change}) for change in PROBES]
    # The one with the least loss, with the other seeds too.
    return runs + [job("probe", "neuclip", 32, seed, {**base, **PROBES[4]}) for seed in (2, 3)]


def jobs(stage, done):
    if stage == "tune":
        return tuning()
    if stage == "probe":
        return probes()
    chosen = {method: best(method, done) for method in METHODS}
    if stage == "growth":
        less = {"data.train": "data/small/train/00000.tar"}
        return [job("growth", method, 64, seed, chosen[method], more=less)
                for seed in (1, 2, 3) for method in ("clip", "fastclip-v3", "neuclip")]
    return [job("grid", method, batch, seed, chosen[method])
            for seed in (1, 2, 3) for batch in (32, 64, 128) for method in METHODS]


def mean(values):
    return sum(values) / len(values)


def spread(values):
    middle = mean(values)
    return math.sqrt(sum((value - middle) ** 2 for value in values) / max(1, len(values) - 1))


def errors(row, who):
    """Mean squared errors of log-normalizers: image side, text side."""
    found = row.get("normalizer", {}).get(who)
    return [found[side]["mean_squared_error"] for side in ("image", "text")] if found else None


def cell(rows, value, digits=4):
    values = [value(row) for row in rows]
    return f"{mean(values):.{digits}f} ± {spread(values):.{digits}f}" if values else ""


def report(done):
    lines = []
    tuned = [row for row in done.values() if row["stage"] == "tune"]
    if tuned:
        lines += ["## Tuning: batch 64, half length, seed 0", "", "| method | setting | MRR | loss |", "|---|---|---|---|"]
        for method in METHODS:
            for row in sorted((r for r in tuned if r["method"] == method), key=reciprocal_rank, reverse=True):
                text = ", ".join(f"{key} {value}" for key, value in sorted(row["choice"].items()))
                lines.append(f"| {method} | {text} | {reciprocal_rank(row):.4f} | {loss(row):.4f} |")
    for stage, title in (("grid", "All data"), ("growth", "A tenth of the data")):
        rows = [row for row in done.values() if row["stage"] == stage]
        if rows:
            lines += ["", f"## {title}", ""] + table(rows)
    rows = [row for row in done.values() if row["stage"] == "grid"]
    if rows:
        lines += ["", "## Paired differences, by seed", ""] + pairs(rows)
    return "\n".join(lines)


def table(rows):
    lines = ["| method | batch | seeds | MRR | loss | zero-shot R@1, % | R@10, % | clip art MRR | τ | error of batch: image, text "
             "| of estimator: image, text |", "|---|---|---|---|---|---|---|---|---|---|---|"]
    for method in METHODS:
        for batch in (32, 64, 128):
            group = [row for row in rows if row["method"] == method and row["batch"] == batch]
            if not group:
                continue
            art = cell(group, lambda row: (row["clip_art"]["image_to_text_mean_reciprocal_rank"]
                                           + row["clip_art"]["text_to_image_mean_reciprocal_rank"]) / 2, 3)
            batches = [errors(row, "batch_errors") for row in group]
            own = [errors(row, "estimator_errors") for row in group]
            cells = [method, str(batch), str(len(group)), cell(group, reciprocal_rank), cell(group, loss),
                     cell(group, lambda row: 100 * row["zeroshot"]["acc1"], 2),
                     cell(group, lambda row: 100 * row["zeroshot"]["acc10"], 2), art,
                     f"{mean([row['normalizer']['temperature'] for row in group]):.4f}" if batches[0] else "",
                     ", ".join(f"{mean([pair[i] for pair in batches]):.3f}" for i in (0, 1)) if batches[0] else "",
                     ", ".join(f"{mean([pair[i] for pair in own]):.3f}" for i in (0, 1)) if own[0] else ""]
            lines.append("| " + " | ".join(cells) + " |")
    return lines


def pairs(rows):
    lines = ["| first | second | batch | MRR, by seed | mean | loss, by seed | mean |", "|---|---|---|---|---|---|---|"]
    for first, second in (("fastclip-v3", "clip"), ("neuclip", "clip"), ("neuclip", "fastclip-v3"),
                          ("fastclip-v1", "clip"), ("sogclr", "clip"), ("siglip", "clip")):
        for batch in (32, 64, 128):
            def of(method):
                return {row["seed"]: row for row in rows if row["method"] == method and row["batch"] == batch}
            left, right = of(first), of(second)
            seeds = sorted(set(left) & set(right))
            if seeds:
                ranks = [reciprocal_rank(left[seed]) - reciprocal_rank(right[seed]) for seed in seeds]
                losses = [loss(left[seed]) - loss(right[seed]) for seed in seeds]
                lines.append(f"| {first} | {second} | {batch} | " + ", ".join(f"{d:+.4f}" for d in ranks)
                             + f" | {mean(ranks):+.4f} | " + ", ".join(f"{d:+.3f}" for d in losses)
                             + f" | {mean(losses):+.3f} |")
    return lines
