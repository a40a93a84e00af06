"""The kinds of input that the tool reads: a seed of each, where it is placed, and the commands that read it."""

import csv
import gzip
import io
import json
import os
import shutil

import corpus


class Inputs:
    """Makes cases for a corpus; each kind is `family, seed, place`, where placing returns the commands to run."""

    def __init__(self, data, run):
        self.data, self.run = data, run
        self.recipe = data.recipe(data.path("two-steps.yaml"))
        first = data.samples[:20]
        self.tar = corpus.pack([part for key, jpg, text in first
                                for part in ((key + ".jpg", jpg), (key + ".txt", text.encode()))])
        self.png = [content for name, content in data.raw if name.endswith(".png")]
        objects = [{"caption": text, "width": 40, "score": 0.31, "tags": ["a", text], "exif": {"iso": 100, "f": 2.8}}
                   for _, _, text in first]
        rows = [{"image": f"pictures/{number}.jpg", **value} for number, value in enumerate(objects)]
        self.objects = [json.dumps(value).encode() for value in objects]
        self.list = "".join(json.dumps(row) + "\n" for row in rows).encode()
        side = [{"key": key, "caption": f"a picture of {text}", "score": 0.5} for key, _, text in first]
        side_list = "".join(json.dumps(row) + "\n" for row in side).encode()
        names = "\n".join(text for _, _, text in first).encode()
        self.kinds = {
            "tar": ("bytes", self.tar, self.shards("x.tar")),
            "tar.gz": ("bytes", gzip.compress(self.tar, mtime=0), self.shards("x.tar.gz")),
            "csv": ("text", self.table(rows, ","), self.listing("x.csv")),
            "tsv": ("text", self.table(rows, "\t"), self.listing("x.tsv")),
            "jsonl": ("json", self.list, self.listing("x.jsonl")),
            "json member": ("json", self.objects[0], self.member("json", "json:caption")),
            "txt member": ("text", (first[0][2] + "\nmore\n").encode(), self.member("txt", "txt")),
            "side jsonl": ("json", side_list, self.side("side.jsonl")),
            "side csv": ("text", self.table(side, ","), self.side("side.csv")),
            "class names": ("text", names, self.classes("classnames.txt")),
            "templates": ("text", b"a photo of a {c}.\na drawing of {c}.\n",
                          self.classes("zeroshot_classification_templates.txt")),
            "jpeg": ("bytes", first[0][1], self.picture("jpg")),
            "png": ("bytes", self.png[0], self.picture("png")),
            "weights": ("bytes", self.read(data.checkpoint, "open_clip_model.safetensors"),
                        self.checkpoint("open_clip_model.safetensors")),
            "open_clip_config": ("json", self.read(data.checkpoint, "open_clip_config.json"),
                                 self.checkpoint("open_clip_config.json")),
            "model json": ("json", json.dumps(corpus.MODEL, indent=1).encode(), self.model),
            "recipe": ("text", self.read(run, "recipe.yaml"), self.recipe_file),
            "recipe values": ("values", self.read(run, "recipe.yaml"), self.recipe_file),
            "index": ("bytes", self.read(data.path("jpg"), "index.clipidx"), self.index),
            "text": ("text", names, self.text),
        }
        if data.webp():
            self.kinds["webp"] = ("bytes", data.webp(), self.picture("webp"))
        step = os.path.join("checkpoints", sorted(os.listdir(os.path.join(run, "checkpoints")))[-1])
        for name in ("state.json", "manifest.json", "optimizer.safetensors", "recipe.yaml"):
            family = "json" if name.endswith("json") else "bytes"
            self.kinds["checkpoint " + name] = (family, self.read(run, step, name), self.run_file(os.path.join(step, name)))
        for name in ("states/live.bin", "metrics.jsonl", "run.json"):
            self.kinds["run " + name] = ("bytes", self.read(run, name), self.run_file(name))

    @staticmethod
    def read(*parts):
        with open(os.path.join(*parts), "rb") as file:
            return file.read()

    @staticmethod
    def table(rows, separator):
        buffer = io.StringIO()
        flat = [{key: value if isinstance(value, (str, int, float)) else json.dumps(value) for key, value in row.items()}
                for row in rows]
        writer = csv.DictWriter(buffer, flat[0], delimiter=separator, lineterminator="\n")
        writer.writeheader()
        writer.writerows(flat)
        return buffer.getvalue().encode()

    def train(self, folder, *settings):
        changes = [part for setting in settings for part in ("--set", setting)]
        return ["train", self.recipe, *changes, "--run", os.path.join(folder, "run")]

    def reading(self, folder, source, captions):
        """Every command that reads data."""
        fields = f"data.captions.fields=[{json.dumps(captions)}]"
        return [["data", "check", source, "--captions", captions, "--json", "--threads", "1"],
                ["data", "index", source, "--json", "--threads", "1"],
                ["data", "stats", source, "--captions", captions, "--json", "--threads", "1"],
                ["data", "pack", source, "--captions", captions, "--out", os.path.join(folder, "packed"), "--threads", "1"],
                self.train(folder, f"data.train={source}", fields),
                ["eval", "retrieval", "--checkpoint", self.data.checkpoint, "--data", source, "--captions", captions,
                 "--threads", "1"]]

    def shards(self, name):
        return lambda folder, content: self.reading(folder, corpus.write(os.path.join(folder, name), content), "txt")

    def listing(self, name):
        def place(folder, content):
            for number, (_, picture, _) in enumerate(self.data.samples[:20]):
                corpus.write(os.path.join(folder, "pictures", f"{number}.jpg"), picture)
            return self.reading(folder, corpus.write(os.path.join(folder, name), content), "txt")[:5]
        return place

    def member(self, suffix, captions):
        def place(folder, content):
            members = []
            for number, (key, picture, text) in enumerate(self.data.samples[:20]):
                sound = self.objects[number] if suffix == "json" else text.encode()
                members += [(key + ".jpg", picture), (f"{key}.{suffix}", content if number == 0 else sound)]
            return self.reading(folder, corpus.write(os.path.join(folder, "x.tar"), corpus.pack(members)), captions)
        return place

    def side(self, name):
        def place(folder, content):
            tar = corpus.write(os.path.join(folder, "x.tar"), self.tar)
            side = corpus.write(os.path.join(folder, name), content)
            sources = {"web": "txt", "side": {"file": side, "join": "key", "column": "caption"}}
            recipe = self.data.recipe(os.path.join(folder, "recipe.yaml"), data={"train": tar, "captions": {"sources": sources}})
            return [["train", recipe, "--run", os.path.join(folder, "run")],
                    ["data", "stats", tar, "--captions-from", recipe, "--json", "--threads", "1"]]
        return place

    def classes(self, name):
        def place(folder, content):
            members = [(f"{number}.{suffix}", part) for number, (_, picture, _) in enumerate(self.data.samples[:20])
                       for suffix, part in (("jpg", picture), ("cls", str(number).encode()))]
            corpus.write(os.path.join(folder, "test", "0.tar"), corpus.pack(members))
            corpus.write(os.path.join(folder, "classnames.txt"), self.kinds["class names"][1])
            corpus.write(os.path.join(folder, "zeroshot_classification_templates.txt"), b"{c}\n")
            corpus.write(os.path.join(folder, name), content)
            return [["eval", "zeroshot", "--checkpoint", self.data.checkpoint, "--data", folder, "--threads", "1"]]
        return place

    def picture(self, suffix):
        def place(folder, content):
            picture = corpus.write(os.path.join(folder, "x." + suffix), content)
            members = [part for key, jpg, text in self.data.samples[1:20]
                       for part in ((key + ".jpg", jpg), (key + ".txt", text.encode()))]
            members += [("x." + suffix, content), ("x.txt", b"the damaged one")]
            tar = corpus.write(os.path.join(folder, "x.tar"), corpus.pack(members))
            embed = ["embed", "images", "--checkpoint", self.data.checkpoint, "--out", os.path.join(folder, "f.safetensors"),
                     picture, "--threads", "1"]
            return [embed, embed, *self.reading(folder, tar, "txt")]
        return place

    def checkpoint(self, name):
        def place(folder, content):
            target = os.path.join(folder, "model")
            shutil.copytree(self.data.checkpoint, target)
            corpus.write(os.path.join(target, name), content)
            texts = corpus.write(os.path.join(folder, "texts.txt"), b"a cat\na dog\n")
            return [["model", "show", target, "--json"],
                    ["embed", "texts", "--checkpoint", target, "--file", texts, "--out",
                     os.path.join(folder, "f.safetensors"), "--threads", "1"],
                    self.train(folder, f"model.initialize={target}")]
        return place

    def model(self, folder, content):
        path = corpus.write(os.path.join(folder, "model.json"), content)
        return [["model", "show", path, "--json"], self.train(folder, f"model.config={path}")]

    def recipe_file(self, folder, content):
        path = corpus.write(os.path.join(folder, "recipe.yaml"), content)
        dry = ["train", path, "--dry-run", "--json"]
        small = ["--set", "length=2 steps", "--set", "batch=16", "--set", "microBatch=null", "--set", "threads=1"]
        return [dry, ["train", path, *small, "--run", os.path.join(folder, "run")]]

    def index(self, folder, content):
        jpg = os.path.join(folder, "jpg")
        shutil.copytree(self.data.path("jpg"), jpg)
        corpus.write(os.path.join(jpg, "index.clipidx"), content)
        return self.reading(folder, jpg, "txt")

    def run_file(self, name):
        def place(folder, content):
            run = os.path.join(folder, "run")
            shutil.copytree(self.run, run)
            corpus.write(os.path.join(run, name), content)
            return [["eval", "retrieval", "--checkpoint", run, "--data", self.data.path("jpg"), "--threads", "1"],
                    ["train", "--resume", run, "--set", "length=6 steps"], ["model", "show", run]]
        return place

    def text(self, folder, content):
        path = corpus.write(os.path.join(folder, "texts.txt"), content)
        return [["embed", "texts", "--checkpoint", self.data.checkpoint, "--file", path, "--out",
                 os.path.join(folder, "f.safetensors"), "--threads", "1"], ["tokenize", "-", "--json"]]
