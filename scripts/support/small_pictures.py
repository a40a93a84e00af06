"""Copies of the demo's shards with pictures scaled down, so that an experiment decodes small ones only."""

import glob
import io
import os
import shutil
import subprocess
import tarfile
import tempfile


def scale(source, target, tool, side):
    """Writes the shards of folder `source` into folder `target`, their pictures at most `side` pixels long."""
    if os.path.exists(os.path.join(target, "complete")):
        return
    shutil.rmtree(target, ignore_errors=True)
    with tempfile.TemporaryDirectory() as work:
        shards = sorted(glob.glob(os.path.join(source, "*.tar")))
        small = _scaled(shards, work, tool, side)
        os.makedirs(target)
        for shard in shards:
            _rewrite(shard, os.path.join(target, os.path.basename(shard)), small)
    for name in os.listdir(source):
        if name.endswith(".txt"):
            shutil.copy(os.path.join(source, name), target)
    open(os.path.join(target, "complete"), "w").close()


def _name(shard, member):
    return os.path.basename(shard)[:-4] + "-" + member.replace("/", "_")


def _scaled(shards, work, tool, side):
    """PNG bytes by unpacked name."""
    pictures = os.path.join(work, "pictures")
    os.makedirs(pictures)
    for shard in shards:
        with tarfile.open(shard) as file:
            for member in file:
                if member.name.endswith((".png", ".txt")) and "." not in member.name.rsplit("/", 1)[-1][:-4]:
                    with open(os.path.join(pictures, _name(shard, member.name)), "wb") as out:
                        out.write(file.extractfile(member).read())
    packed = os.path.join(work, "packed")
    command = [tool, "data", "pack", pictures, "--out", packed, "--max-side", str(side), "--min-side", "1"]
    command += ["--keep-duplicates", "--keep-blank", "--keep-uncaptioned", "--json"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    small = {}
    for shard in glob.glob(os.path.join(packed, "*.tar")):
        with tarfile.open(shard) as file:
            for member in file:
                if member.name.endswith(".png"):
                    small[member.name] = file.extractfile(member).read()
    return small


def _rewrite(shard, target, small):
    with tarfile.open(shard) as source, tarfile.open(target, "w") as out:
        for member in source:
            content = source.extractfile(member).read()
            if member.name.endswith(".png"):
                content = small.get(_name(shard, member.name), content)
            entry = tarfile.TarInfo(member.name)
            entry.size = len(content)
            out.addfile(entry, io.BytesIO(content))
