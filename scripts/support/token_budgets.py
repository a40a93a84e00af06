"""What the experiment on token budgets runs, what each run costs, and how its results are summed up."""

import copy
import re

BATCH = 64
CONTEXT = 32
PATCH = 8
FULL_SIDE = 64

# Widths of the demo's model, times this; the numbers of heads and of blocks stay.
SIZES = {"half": 0.5, "demo": 1, "double": 2}
SIZE_NAMES = {"half": "demo/2", "demo": "demo", "double": "demo × 2"}

# Side of the images and tokens of the texts in the first stage. 48 px are 36 of 64 patches: half of them are no square.
POINTS = {"full": (64, None), "t16": (64, 16), "half-t8": (48, 8), "quarter-t6": (32, 6)}
POINT_NAMES = {"full": "64 px, all", "t16": "64 px, 16", "half-t8": "48 px, 8", "quarter-t6": "32 px, 6"}

# The same 16 patches, and the same 8 tokens.
IMAGE_STRATEGIES = ["resize", "random", "grid", "block"]
TEXT_STRATEGIES = ["truncate", "random", "shuffle", "block", "syntax"]
TEXT_BUDGET = 8


def configuration(base, factor):
    """The demo's architecture with other widths."""
    model = copy.deepcopy(base)
    model["embed_dim"] = int(base["embed_dim"] * factor)
    for section, head in (("vision_cfg", "head_width"), ("text_cfg", None)):
        model[section]["width"] = int(base[section]["width"] * factor)
        if head:
            model[section][head] = int(base[section][head] * factor)
    model["text_cfg"]["context_length"] = CONTEXT
    return model


def job(group, size, name, seed, side, tokens, settings):
    return {"key": f"{group}/{size}/{name}/s{seed}", "group": group, "size": size, "name": name, "seed": seed,
            "side": side, "tokens": tokens, "settings": settings}


def text(tokens, reduction="truncate"):
    return {} if tokens is None else {"stages.0.tokens.text.budget": tokens,
                                      "stages.0.tokens.text.reduction": reduction}


def jobs(seeds):
    """All runs, those of one seed before those of the next."""
    runs = []
    for seed in seeds:
        for size in SIZES:
            for name, (side, tokens) in POINTS.items():
                runs.append(job("law", size, name, seed, side, tokens, text(tokens)))
        for strategy in IMAGE_STRATEGIES:
            mask = {} if strategy == "resize" else {"stages.0.tokens.image.mask": strategy}
            if strategy in ("random", "block"):
                mask["stages.0.tokens.image.drop"] = 0.75
            runs.append(job("image", "demo", strategy, seed, 32, None, mask))
        for strategy in TEXT_STRATEGIES:
            runs.append(job("text", "demo", strategy, seed, FULL_SIDE, TEXT_BUDGET, text(TEXT_BUDGET, strategy)))
    return runs


def side_of_images(run):
    """Pixels that are decoded in the first stage: masks take whole images and compute some of the patches."""
    return FULL_SIDE if run["group"] == "image" and run["name"] != "resize" else run["side"]


def blocks(layers, width, tokens):
    """Multiply-adds of a tower's blocks: d·(12·W²·T + 2·W·T²)."""
    return layers * (12 * width ** 2 * tokens + 2 * width * tokens ** 2)


def multiply_adds(model, side, counts, budget):
    """Of a forward pass of one pair, the mean over the captions: texts are not padded."""
    vision, words = model["vision_cfg"], model["text_cfg"]
    patches = (side // PATCH) ** 2
    image = blocks(vision["layers"], vision["width"], patches + 1) + patches * 3 * PATCH ** 2 * vision["width"]
    most = min(budget or CONTEXT, CONTEXT)
    texts = sum(blocks(words["layers"], words["width"], min(count, most)) for count in counts) / len(counts)
    return image + texts


def cost(run, model, counts, samples, finish):
    """Multiply-adds of the forward passes of a run's two stages."""
    short = multiply_adds(model, run["side"], counts, run["tokens"])
    return samples * short + finish * multiply_adds(model, FULL_SIDE, counts, None)


# Results

def reciprocal_rank(row, data="emojione"):
    metrics = row[data]
    return (metrics["image_to_text_mean_reciprocal_rank"] + metrics["text_to_image_mean_reciprocal_rank"]) / 2


def mean(values):
    return sum(values) / len(values)


def cells(rows, group):
    """Rows by (size, name), in the order of the seeds."""
    found = {}
    for row in sorted(rows, key=lambda row: row["seed"]):
        if row["group"] == group:
            found.setdefault((row["size"], row["name"]), []).append(row)
    return found


def by_seed(rows, data="emojione"):
    return {row["seed"]: reciprocal_rank(row, data) for row in rows}


def difference(first, second):
    """Of the means over the seeds that both have, and whether it is larger than what seeds make of either."""
    left, right = by_seed(first), by_seed(second)
    seeds = sorted(set(left) & set(right))
    if not seeds:
        return None
    values = [left[seed] - right[seed] for seed in seeds]
    spread = max(max(group[s] for s in seeds) - min(group[s] for s in seeds) for group in (left, right))
    return mean(values), len(seeds) > 1 and abs(mean(values)) > spread


def shown(change):
    if change is None:
        return ""
    value, is_decided = change
    return f"{value:+.4f}" + ("" if is_decided else " (undecided)")


def ranks(rows):
    return ", ".join(f"{reciprocal_rank(row):.4f}" for row in rows)


def law(rows):
    lines = ["| model | first stage: image, tokens | GMAC a pair | compute of the run | seconds | before the finish | MRR, by seed "
             "| mean | drop against all tokens | clip art MRR |", "|---|---|---|---|---|---|---|---|---|---|"]
    found = cells(rows, "law")
    for size in SIZES:
        whole = found.get((size, "full"))
        for name in POINTS:
            group = found.get((size, name))
            if not group:
                continue
            drop = None if name == "full" or not whole else difference(group, whole)
            share = f"{group[0]['multiply_adds'] / whole[0]['multiply_adds']:.2f}" if whole else ""
            before = f"{mean([reciprocal_rank(row, 'before') for row in group]):.4f}"
            art = f"{mean([reciprocal_rank(row, 'clip_art') for row in group]):.3f}"
            seconds = f"{mean([row['seconds'] for row in group]):.0f}"
            lines.append(f"| {SIZE_NAMES[size]} | {POINT_NAMES[name]} | {group[0]['multiply_adds_a_pair'] / 1e9:.4f} | {share} "
                         f"| {seconds} | {before} | {ranks(group)} | {mean([reciprocal_rank(row) for row in group]):.4f} "
                         f"| {shown(drop)} | {art} |")
    return lines


def direction(rows):
    """The drop by size of the model, in shares of what all tokens reach, and whether it shrinks."""
    found = cells(rows, "law")
    lines = ["| first stage | " + " | ".join(SIZE_NAMES.values()) + " | from demo/2 to demo × 2 |",
             "|---|" + "---|" * (len(SIZES) + 1)]
    for name in list(POINTS)[1:]:
        drops = {}
        for size in SIZES:
            group, whole = found.get((size, name)), found.get((size, "full"))
            change = difference(group, whole) if group and whole else None
            if change:
                full = by_seed(whole)
                own = by_seed(group)
                shares = [own[seed] / full[seed] - 1 for seed in sorted(set(own) & set(full))]
                drops[size] = (mean(shares), max(shares) - min(shares), len(shares))
        texts = [f"{100 * drops[size][0]:+.1f} %" if size in drops else "" for size in SIZES]
        lines.append(f"| {POINT_NAMES[name]} | " + " | ".join(texts) + f" | {trend(drops)} |")
    return lines


def trend(drops):
    if "half" not in drops or "double" not in drops:
        return ""
    change = drops["double"][0] - drops["half"][0]
    noise = max(drops["half"][1], drops["double"][1])
    if min(drops["half"][2], drops["double"][2]) < 2 or abs(change) <= noise:
        return "undecided"
    return "the drop shrinks" if change > 0 else "the drop grows"


def strategies(rows, group, names):
    found = cells(rows, group)
    first = found.get(("demo", names[0]))
    lines = [f"| strategy | MRR, by seed | mean | against {names[0]} | before the finish | seconds |", "|---|---|---|---|---|---|"]
    for name in names:
        own = found.get(("demo", name))
        if not own:
            continue
        change = "" if name == names[0] or not first else shown(difference(own, first))
        before = f"{mean([reciprocal_rank(row, 'before') for row in own]):.4f}"
        lines.append(f"| {name} | {ranks(own)} | {mean([reciprocal_rank(row) for row in own]):.4f} | {change} | {before} "
                     f"| {mean([row['seconds'] for row in own]):.0f} |")
    return lines


def setup(rows, facts):
    """What the runs were, from the results themselves."""
    if not rows:
        return ["No run is there yet."]
    newest = rows[-1]
    chance = newest["emojione_chance"]
    guess = (chance["image_to_text_mean_reciprocal_rank"] + chance["text_to_image_mean_reciprocal_rank"]) / 2
    total = sum(row["wall_seconds"] for row in rows)
    return ["| | |", "|---|---|",
            f"| runs | {len(rows)}, seeds {', '.join(str(seed) for seed in sorted({row['seed'] for row in rows}))}; "
            f"{total / 60:.0f} minutes together, the longest {max(row['seconds'] for row in rows):.0f} s of training |",
            f"| samples | {newest['samples']:,} in the first stage, {newest['finish']:,} in the finish at full length, "
            f"batches of {BATCH} |",
            f"| captions | {facts['captions']:,}, title, description and keywords joined: {facts['mean_tokens']:.1f} tokens on average, "
            f"start and end included; {100 * facts['over_budget']['16']:.0f} % have more than 16, "
            f"{100 * facts['over_budget']['8']:.0f} % more than 8 |",
            f"| machine | {newest['machine']}, {newest['threads']} threads |",
            f"| chance | {guess:.4f} MRR on EmojiOne |"]


TABLES = {
    "setup": setup,
    "law": lambda rows, facts: law(rows),
    "direction": lambda rows, facts: direction(rows),
    "image": lambda rows, facts: strategies(rows, "image", IMAGE_STRATEGIES),
    "text": lambda rows, facts: strategies(rows, "text", TEXT_STRATEGIES),
}


def filled(page, rows, facts):
    """The page with each table between its two marks made anew."""
    for name, table in TABLES.items():
        start, end = f"<!-- table {name} -->", f"<!-- end {name} -->"
        if start not in page or end not in page:
            raise ValueError(f"the page has no marks of table {name}: {start} … {end}")
        body = "\n".join(table(rows, facts))
        page = re.sub(re.escape(start) + ".*?" + re.escape(end), lambda _: f"{start}\n{body}\n{end}", page, flags=re.DOTALL)
    return page
