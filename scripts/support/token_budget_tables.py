"""The tables of the experiment on token budgets, from its results."""

import re

import token_budgets as plan


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
    lines = ["| model | first stage: image, tokens | GMAC per pair | compute of the run | before the finish | MRR, by seed | mean "
             "| drop against all tokens | clip art MRR |", "|---|---|---|---|---|---|---|---|---|"]
    found = cells(rows, "law")
    for size in plan.SIZES:
        whole = found.get((size, "full"))
        for name in plan.POINTS:
            group = found.get((size, name))
            if not group:
                continue
            drop = None if name == "full" or not whole else difference(group, whole)
            share = f"{group[0]['multiply_adds'] / whole[0]['multiply_adds']:.2f}" if whole else ""
            before = f"{mean([reciprocal_rank(row, 'before') for row in group]):.4f}"
            art = f"{mean([reciprocal_rank(row, 'clip_art') for row in group]):.3f}"
            lines.append(f"| {plan.SIZE_NAMES[size]} | {plan.POINT_NAMES[name]} | {group[0]['multiply_adds_a_pair'] / 1e9:.4f} | {share} "
                         f"| {before} | {ranks(group)} | {mean([reciprocal_rank(row) for row in group]):.4f} "
                         f"| {shown(drop)} | {art} |")
    return lines


def direction(rows):
    """The drop by size of the model, in shares of what all tokens reach, and whether it shrinks."""
    found = cells(rows, "law")
    lines = ["| first stage | " + " | ".join(plan.SIZE_NAMES.values()) + " | from demo/2 to demo × 2 |",
             "|---|" + "---|" * (len(plan.SIZES) + 1)]
    for name in list(plan.POINTS)[1:]:
        drops = {}
        for size in plan.SIZES:
            group, whole = found.get((size, name)), found.get((size, "full"))
            change = difference(group, whole) if group and whole else None
            if change:
                full = by_seed(whole)
                own = by_seed(group)
                shares = [own[seed] / full[seed] - 1 for seed in sorted(set(own) & set(full))]
                drops[size] = (mean(shares), max(shares) - min(shares), len(shares))
        texts = [f"{100 * drops[size][0]:+.1f} %" if size in drops else "" for size in plan.SIZES]
        lines.append(f"| {plan.POINT_NAMES[name]} | " + " | ".join(texts) + f" | {trend(drops)} |")
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
    lines = [f"| strategy | MRR, by seed | mean | against {names[0]} | before the finish |", "|---|---|---|---|---|"]
    for name in names:
        own = found.get(("demo", name))
        if not own:
            continue
        change = "" if name == names[0] or not first else shown(difference(own, first))
        before = f"{mean([reciprocal_rank(row, 'before') for row in own]):.4f}"
        lines.append(f"| {name} | {ranks(own)} | {mean([reciprocal_rank(row) for row in own]):.4f} | {change} | {before} |")
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
            f"{total / 60:.0f} minutes together; some beside other work, with one or two threads, so that their times do not compare |",
            f"| samples | {newest['samples']:,} in the first stage, {newest['finish']:,} in the finish at full length, "
            f"batches of {plan.BATCH} |",
            f"| captions | {facts['captions']:,}, title, description and keywords joined: {facts['mean_tokens']:.1f} tokens on average, "
            f"start and end included; {100 * facts['over_budget']['16']:.0f} % have more than 16, "
            f"{100 * facts['over_budget']['8']:.0f} % more than 8 |",
            f"| machine | {newest['machine']}, 2 cores |",
            f"| chance | {guess:.4f} MRR on EmojiOne |"]


TABLES = {
    "setup": setup,
    "law": lambda rows, facts: law(rows),
    "direction": lambda rows, facts: direction(rows),
    "image": lambda rows, facts: strategies(rows, "image", plan.IMAGE_STRATEGIES),
    "text": lambda rows, facts: strategies(rows, "text", plan.TEXT_STRATEGIES),
}


def filled(page, rows, facts):
    """The page with each table between its two marks filled in again."""
    for name, table in TABLES.items():
        start, end = f"<!-- table {name} -->", f"<!-- end {name} -->"
        if start not in page or end not in page:
            raise ValueError(f"the page has no marks of table {name}: {start} … {end}")
        body = "\n".join(table(rows, facts))
        page = re.sub(re.escape(start) + ".*?" + re.escape(end), lambda _: f"{start}\n{body}\n{end}", page, flags=re.DOTALL)
    return page
