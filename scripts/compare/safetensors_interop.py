#!/usr/bin/env python3
"""Exchanges safetensors files with the Python library, in both directions.

Needs the packages torch and safetensors. Writes a file with every type, lets the test suite read it and write
it again, and compares the result with the start:

    scripts/compare/safetensors_interop.py [PACKAGE_FOLDER]
"""
import os
import pathlib
import subprocess
import sys
import tempfile

import safetensors
import safetensors.torch
import torch


def tensors():
    torch.manual_seed(0)
    kinds = [
        torch.float64, torch.float32, torch.float16, torch.bfloat16, torch.int64, torch.int32, torch.int16,
        torch.int8, torch.uint8, torch.bool,
    ]
    made = {f"t.{str(kind)[6:]}": (torch.randn(3, 5) * 50).to(kind) for kind in kinds if kind != torch.uint8}
    made["t.uint8"] = torch.randint(0, 256, (7,), dtype=torch.uint8)
    made["scalar"] = torch.tensor(2.5)
    made["empty"] = torch.zeros(0, 3)
    made['quote " \\ ключ'] = torch.ones(2)
    return made, {"format": "pt", "ä": "🐈\n\u0007"}


def main():
    package = sys.argv[1] if len(sys.argv) > 1 else str(pathlib.Path(__file__).parents[2])
    with tempfile.TemporaryDirectory() as folder:
        expected, metadata = tensors()
        safetensors.torch.save_file(expected, f"{folder}/from-python.safetensors", metadata=metadata)
        subprocess.run(
            ["swift", "test", "--package-path", package, "--filter", "SafetensorsInteropTests"],
            env=os.environ | {"SAFETENSORS_INTEROP": folder},
            check=True,
        )
        path = f"{folder}/from-swift.safetensors"
        found = safetensors.torch.load_file(path)
        with safetensors.safe_open(path, "pt") as file:
            assert file.metadata() == metadata, file.metadata()
        assert found.keys() == expected.keys(), found.keys() ^ expected.keys()
        for name, tensor in expected.items():
            assert found[name].dtype == tensor.dtype and found[name].shape == tensor.shape, name
            assert torch.equal(found[name], tensor), name
        print(f"{len(expected)} tensors and the metadata are equal after both ways")


if __name__ == "__main__":
    main()
