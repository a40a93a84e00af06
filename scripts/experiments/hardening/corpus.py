"""A small data set, model and recipe, made of the demonstration corpus."""

import glob
import io
import json
import os
import shutil
import tarfile

MODEL = {"embed_dim": 64,
         "vision_cfg": {"image_size": 32, "layers": 2, "width": 64, "head_width": 32, "patch_size": 8},
         "text_cfg": {"context_length": 24, "vocab_size": 49408, "width": 32, "heads": 1, "layers": 2}}
BASE = {"batch": 16, "length": "2 steps", "seed": 1, "device": "cpu", "threads": 1, "data": {"workers": 1},
        "log": {"every": "1 steps"}}


def pack(members):
    """A tar of (name, bytes) as ustar, with its end mark."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.USTAR_FORMAT) as file:
        for name, content in members:
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            file.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()


def write(path, content):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(content if isinstance(content, bytes) else content.encode())
    return path


def merged(base, changes):
    """A copy of nested settings with changes."""
    result = dict(base)
    for key, value in changes.items():
        inner = isinstance(value, dict) and isinstance(result.get(key), dict)
        result[key] = merged(result[key], value) if inner else value
    return result


class Corpus:
    """`jpg/` with three shards of 32 samples, `png` bytes of the same pictures, side files, a model and recipes."""

    def __init__(self, tool, options, samples=96):
        self.tool, self.repository = tool, options.repository
        self.folder = os.path.join(options.work, "corpus")
        shutil.rmtree(self.folder, ignore_errors=True)
        os.makedirs(self.folder)
        self.raw = self._originals(samples)
        write(self.path("raw.tar"), pack(self.raw))
        self._call("data", "pack", self.path("raw.tar"), "--out", self.path("jpg"), "--format", "jpeg", "--max-side", "40",
                   "--shard-size", "32", "--threads", "1", "--keep-blank", "--keep-duplicates")
        self.samples = self._read(self.path("jpg"), "jpg")
        self.model = write(self.path("model.json"), json.dumps(MODEL))
        self.side = write(self.path("side.jsonl"), "".join(
            json.dumps({"key": key, "caption": f"a picture of {caption}"}) + "\n" for key, _, caption in self.samples))
        self.checkpoint = self.path("start")
        self._call("model", "init", "--config", self.model, "--seed", "1", "--out", self.checkpoint)

    def path(self, *parts):
        return os.path.join(self.folder, *parts)

    def recipe(self, path, **changes):
        """Writes a recipe, which as JSON is YAML too."""
        settings = merged(merged(BASE, {"model": {"config": self.model}, "data": {"train": self.path("jpg")}}), changes)
        return write(path, json.dumps(settings, indent=1))

    def webp(self):
        """A WebP picture of the tests' fixtures, or None."""
        path = os.path.join(self.repository, "Tests", "CLIPDataTests", "Fixtures", "images", "lossy.webp")
        return open(path, "rb").read() if os.path.exists(path) else None

    def _call(self, *arguments):
        outcome = self.tool.run(*arguments, limit=300)
        if outcome.code != 0:
            raise SystemExit(f"hardening: the work data cannot be made\n{outcome.details()}")

    def _originals(self, samples):
        pattern = os.path.join(self.repository, "data", "demo", "train", "*.tar")
        members, keys = [], set()
        for shard in sorted(glob.glob(pattern)):
            with tarfile.open(shard) as file:
                for member in file:
                    keys.add(member.name.split(".")[0])
                    if len(keys) > samples:
                        return members
                    members.append((member.name, file.extractfile(member).read()))
        raise SystemExit(f"hardening: no {samples} samples in {pattern}: run scripts/demo-corpus first, or name --repository")

    @staticmethod
    def _read(folder, suffix):
        found = []
        for shard in sorted(glob.glob(os.path.join(folder, "*.tar"))):
            with tarfile.open(shard) as file:
                members = {member.name: file.extractfile(member).read() for member in file}
            found += [(name[:-len(suffix) - 1], content, members[name[:-len(suffix)] + "txt"].decode())
                      for name, content in members.items() if name.endswith("." + suffix)]
        return found
