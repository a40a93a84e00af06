"""EmojiOne: the held-out pictures, one class per distinct name."""

import json
import os


def samples(root):
    """(class names, candidates with a `cls` field) from a gemojione gem's folder."""
    with open(os.path.join(root, "config", "index.json"), encoding="utf-8") as file:
        index = json.load(file)
    entries = sorted(index.values(), key=lambda entry: entry["unicode"])
    classes = {}
    result, missing = [], []
    for entry in entries:
        path = os.path.join(root, "assets", "png", entry["unicode"].upper() + ".png")
        if not os.path.exists(path):
            missing.append(entry["name"])
            continue
        name = " ".join(entry["name"].split())
        number = classes.setdefault(name, len(classes))
        keywords = ", ".join(dict.fromkeys(word for word in entry["keywords"] if word))
        captions = {"title": name, "keywords": keywords}
        result.append(
            {
                "key": "emojione-" + entry["unicode"].lower(),
                "image": path,
                "captions": {field: text for field, text in captions.items() if text},
                "fields": {"cls": str(number)},
                "source": "emojione",
            }
        )
    return list(classes), result, missing
