"""What the experiment on encoders of captions runs, and its tables."""

import re

TUNING = "Examples/recipes/llm2clip-captions.yaml"
STUDENT = ("tuned", "untuned", "clip")
RECIPE = "Examples/recipes/llm2clip-small.yaml"
FIELDS = {"title": "txt", "description": "description.txt", "keywords": "keywords.txt"}
SOURCES = ",".join(f"{name}={field}" for name, field in FIELDS.items())
# The two captions that most held-out pictures have.
PAIR = "title.txt,keywords.txt"
TUNING_SAMPLES = 6400


def yaml(values):
    return "{" + ", ".join(f"{key}: {value}" for key, value in values.items()) + "}"


def tuning(model, seed):
    """The first stage on titles, descriptions and keywords, shorter than the paper's and with smaller batches."""
    return {"seed": seed, "model.language": model, "model.encoding.wrapper": "plain", "data.train": "data/demo/train/*.tar",
            "data.captions.sources": yaml(FIELDS), "batch": 64, "microBatch": "null", "schedule.warmup": "10%",
            "checkpoint": "{every: 100%, keep: 1}", "activationCheckpointing": "none"}


def student(kind, seed, features, checkpoint):
    """One image tower from the demo's checkpoint, with the same rates and samples for each text side."""
    settings = {"seed": seed, "model.initialize": checkpoint, "batch": 128, "checkpoint": "{every: 100%, keep: 1}",
                "data.captions.features": features or "null"}
    # The configuration's own tower goes on from the checkpoint's.
    return settings if features else {**settings, "model.text": "null", "model.transfer.head": "refuse"}


def mean(values):
    return sum(values) / len(values)


def reciprocal_rank(metrics):
    return (metrics["image_to_text_mean_reciprocal_rank"] + metrics["text_to_image_mean_reciprocal_rank"]) / 2


def summary(row):
    if "clip_art" in row:
        return f"clip art MRR {reciprocal_rank(row['clip_art']):.4f}, EmojiOne acc5 {row['emojione']['acc5']:.4f}"
    if "caption_retrieval" in row:
        return f"caption retrieval accuracy {row['caption_retrieval']['caption_retrieval_accuracy']:.4f}"
    return "features"


def seeds(rows, kind):
    found = {int(key.rsplit("/s", 1)[1]): row for key, row in rows.items() if key.startswith(kind + "/s")}
    return dict(sorted(found.items()))


def captions(rows):
    lines = ["| SmolLM2-135M | accuracy | recall@5 | recall@10 | MRR |", "|---|---|---|---|---|"]
    named = [("untuned", rows.get("accuracy"))] + [(f"tuned, seed {seed}", row) for seed, row in seeds(rows, "tune").items()]
    for name, row in named:
        if row:
            found = row["caption_retrieval"]
            lines.append(f"| {name} | {found['caption_retrieval_accuracy']:.3f} | {found['recall@5']:.3f} "
                         f"| {found['recall@10']:.3f} | {found['mean_reciprocal_rank']:.3f} |")
    return lines


def students(rows):
    lines = ["| text side | clip art MRR, by seed | mean | EmojiOne acc1, by seed | acc5, mean | seconds |", "|---|---|---|---|---|---|"]
    names = {"tuned": "language model, tuned", "untuned": "language model as it is", "clip": "CLIP's text tower"}
    for kind in STUDENT:
        own = list(seeds(rows, kind).values())
        if own:
            art = [reciprocal_rank(row["clip_art"]) for row in own]
            lines.append(f"| {names[kind]} | {', '.join(f'{value:.4f}' for value in art)} | {mean(art):.4f} "
                         f"| {', '.join('%.4f' % row['emojione']['acc1'] for row in own)} "
                         f"| {mean([row['emojione']['acc5'] for row in own]):.4f} | {mean([row['seconds'] for row in own]):.0f} |")
    return lines


TABLES = {"captions": captions, "students": students}


def filled(page, rows):
    """The page with each table between its two marks filled in again."""
    for name, table in TABLES.items():
        start, end = f"<!-- table {name} -->", f"<!-- end {name} -->"
        if start not in page or end not in page:
            raise ValueError(f"the page has no marks of table {name}: {start} … {end}")
        body = "\n".join(table(rows))
        page = re.sub(re.escape(start) + ".*?" + re.escape(end), lambda _: f"{start}\n{body}\n{end}", page, flags=re.DOTALL)
    return page
