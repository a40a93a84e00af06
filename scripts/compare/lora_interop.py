#!/usr/bin/env python3
"""Lets peft read adapters that this package writes.

Needs what scripts/fixtures/make_lora_fixtures.py needs. The test suite reads the fixtures, which peft wrote, writes them again, and
writes a fresh adapter; peft then loads each onto the model without a missing or unexpected name, and computes the same as before:

    scripts/compare/lora_interop.py [ARGUMENTS OF swift test]
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import peft
import torch

PACKAGE = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(PACKAGE / "scripts/fixtures"))

from make_lora_fixtures import base_model  # noqa: E402


def hidden(model, ids):
    with torch.no_grad():
        return model.base_model.model.model(torch.tensor([ids])).last_hidden_state[0].flatten()


def main():
    records = json.loads((PACKAGE / "Tests/CLIPLanguageTests/Fixtures/LowRank/lora.json").read_text())
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            ["swift", "test", "--package-path", str(PACKAGE), "--filter", "LowRankInteropTests", *sys.argv[1:]],
            env=os.environ | {"LORA_INTEROP": folder},
            check=True,
        )
        for name in ["all", "some", "fresh"]:
            path = f"{folder}/{name}"
            model = peft.PeftModel(base_model(), peft.PeftConfig.from_pretrained(path)).eval()
            result = model.load_adapter(path, "default", is_trainable=False)
            adapted = [key for key in model.state_dict() if "lora_" in key]
            missing = [key for key in result.missing_keys if "lora_" in key]
            assert not missing and not result.unexpected_keys, (missing, result.unexpected_keys)
            found = hidden(model, records["ids"])
            if name == "fresh":
                with model.disable_adapter():
                    expected = hidden(model, records["ids"])
                assert torch.equal(found, expected)
            else:
                expected = torch.tensor(records[name]["hidden"])
                assert torch.allclose(found, expected, rtol=1e-5, atol=1e-6), (found - expected).abs().max()
            print(f"{name}: {len(adapted)} matrices loaded, none missing, none unexpected, hidden states agree")


if __name__ == "__main__":
    main()
