"""Shards whose samples have one caption: title, description and keywords of the demo's corpus, joined."""

import glob
import io
import json
import os
import subprocess
import tarfile

# Stands between captions that are tokenized in one call; no caption has it.
SEPARATOR = "⁂"


def join(source, target):
    """Writes the shards of folder `source` into folder `target` with joined captions; returns the captions."""
    os.makedirs(target, exist_ok=True)
    captions = []
    for shard in sorted(glob.glob(os.path.join(source, "*.tar"))):
        with tarfile.open(shard) as file, tarfile.open(os.path.join(target, os.path.basename(shard)), "w") as out:
            for key, fields in _samples(file):
                caption = caption_of(fields)
                captions.append(caption)
                _add(out, key + ".png", fields["png"])
                _add(out, key + ".txt", caption.encode())
    return captions


def caption_of(fields):
    """Title, description and keywords in one line, each once."""
    texts = [fields.get(name, b"").decode().strip() for name in ("title.txt", "txt", "description.txt", "keywords.txt")]
    # `txt` is the title, or all captions one per line.
    title = texts[0] or texts[1].split("\n")[0]
    return ", ".join(dict.fromkeys(part for part in (title, texts[2], texts[3]) if part))


def token_counts(captions, tool):
    """Tokens of each caption by CLIP's tokenizer, start and end included."""
    mark = _ids(SEPARATOR, tool)
    ids, counts, place = _ids(f" {SEPARATOR} ".join(captions), tool), [2], 0
    while place < len(ids):
        if ids[place:place + len(mark)] == mark:
            counts.append(2)
            place += len(mark)
        else:
            counts[-1] += 1
            place += 1
    if len(counts) != len(captions):
        raise ValueError(f"{len(captions)} captions came back as {len(counts)} texts")
    return counts


def _ids(text, tool):
    found = subprocess.run([tool, "tokenize", "--json", "-"], input=text, capture_output=True, text=True, check=True)
    return json.loads(found.stdout)["ids"]


def _samples(file):
    """The members of each sample by what follows its key, in the order of the shard."""
    samples = {}
    for member in file:
        folder, name = os.path.split(member.name)
        key, _, field = name.partition(".")
        samples.setdefault(os.path.join(folder, key), {})[field] = file.extractfile(member).read()
    return [(key, fields) for key, fields in samples.items() if "png" in fields]


def _add(out, name, content):
    entry = tarfile.TarInfo(name)
    entry.size = len(content)
    out.addfile(entry, io.BytesIO(content))
