"""What the experiment on token budgets runs, and what each run costs."""

import copy

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
