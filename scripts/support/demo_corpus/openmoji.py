"""OpenMoji: SVG pictures, rendered to PNG with librsvg."""

import concurrent.futures
import os
import subprocess

from . import emoji

SIDE = 136


def pairs(svg_folder, sequences, folder, threads=2):
    """Renders each sequence's picture into `folder`; returns the candidates and the names without a picture."""
    files = {}
    for name in sorted(os.listdir(svg_folder)):
        stem, extension = os.path.splitext(name)
        if extension != ".svg":
            continue
        try:
            codes = tuple(int(code, 16) for code in stem.split("-"))
        except ValueError:
            continue
        files[emoji.bare_sequence(codes)] = os.path.join(svg_folder, name)
    os.makedirs(folder, exist_ok=True)
    result, missing, jobs = [], [], []
    for codes, captions in sequences:
        source = files.get(emoji.bare_sequence(codes))
        if source is None:
            missing.append(captions["title"])
            continue
        path = os.path.join(folder, emoji.file_stem(codes) + ".png")
        jobs.append((source, path))
        key = "openmoji-" + emoji.file_stem(codes)
        result.append({"key": key, "image": path, "captions": captions, "source": "openmoji"})
    with concurrent.futures.ThreadPoolExecutor(threads) as pool:
        failed = {path for (_, path), done in zip(jobs, pool.map(_render, jobs)) if not done}
    missing.extend(item["captions"]["title"] for item in result if item["image"] in failed)
    return [item for item in result if item["image"] not in failed], missing


def _render(job):
    source, path = job
    command = ["rsvg-convert", "--width", str(SIDE), "--height", str(SIDE), "--output", path, source]
    return subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0
