"""Takes the BPE merges and the model configurations out of open_clip's wheel.

unpack_assets.py WHEEL SHA256_OF_THE_MERGES
"""

import gzip
import hashlib
import pathlib
import sys
import zipfile

MERGES = "open_clip/bpe_simple_vocab_16e6.txt.gz"
CONFIGS = "open_clip/model_configs/"


def main() -> None:
    wheel, expected = sys.argv[1], sys.argv[2]
    text = pathlib.Path("Sources/CLIPText/Resources")
    models = pathlib.Path("Sources/CLIPModels/Resources/model_configs")
    text.mkdir(parents=True, exist_ok=True)
    models.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(wheel) as archive:
        merges = archive.read(MERGES)
        found = hashlib.sha256(merges).hexdigest()
        if found != expected:
            sys.exit(f"setup: {MERGES} in {wheel} has checksum {found}, expected {expected}.")
        (text / "bpe_simple_vocab_16e6.txt").write_bytes(gzip.decompress(merges))
        for name in archive.namelist():
            if name.startswith(CONFIGS) and name.endswith(".json"):
                (models / pathlib.PurePosixPath(name).name).write_bytes(archive.read(name))


main()
