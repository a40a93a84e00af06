#!/usr/bin/env python3
"""Compares all tensors of a GGUF file with what the gguf package decodes, bit for bit.

Needs the packages gguf 0.19, numpy and safetensors, and room for the model in float32 in the folder of temporary files. The
test suite reads the file and writes its tensors under Hugging Face's names; the package decodes each, and the order of the rows
of queries and keys is undone here once more:

    scripts/compare/gguf_tensors.py MODEL.gguf [ARGUMENTS OF swift test]

`scripts/models smollm2` fetches a file to try.
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

import gguf
import numpy as np
import safetensors

BLOCKS = {"attn_q": "self_attn.q_proj", "attn_k": "self_attn.k_proj", "attn_v": "self_attn.v_proj",
          "attn_output": "self_attn.o_proj", "ffn_gate": "mlp.gate_proj", "ffn_up": "mlp.up_proj",
          "ffn_down": "mlp.down_proj", "attn_norm": "input_layernorm", "ffn_norm": "post_attention_layernorm"}
WHOLE = {"token_embd.weight": "model.embed_tokens.weight", "output_norm.weight": "model.norm.weight", "output.weight": "lm_head.weight"}


def name_of(name):
    if name in WHOLE:
        return WHOLE[name]
    layer, part, kind = re.fullmatch(r"blk\.(\d+)\.(\w+)\.(weight|bias)", name).groups()
    return f"model.layers.{layer}.{BLOCKS[part]}.{kind}"


def main():
    model = str(pathlib.Path(sys.argv[1]).resolve())
    package = str(pathlib.Path(__file__).parents[2])
    reader = gguf.GGUFReader(model)
    family = reader.fields["general.architecture"].contents()
    heads = {part: reader.fields[f"{family}.attention.head_count{suffix}"].contents() for part, suffix in [("q", ""), ("k", "_kv")]}
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            ["swift", "test", "--package-path", package, "--filter", "GGUFInteropTests", *sys.argv[2:]],
            env=os.environ | {"GGUF_INTEROP_MODEL": model, "GGUF_INTEROP": folder},
            check=True,
        )
        types, values = {}, 0
        with safetensors.safe_open(f"{folder}/tensors.safetensors", "np") as found:
            names = set(found.keys())
            for tensor in reader.tensors:
                if tensor.name == "rope_freqs.weight":
                    continue
                name = name_of(tensor.name)
                expected = gguf.quants.dequantize(tensor.data, tensor.tensor_type).astype(np.float32, copy=False)
                part = re.search(r"\.([qk])_proj\.", name)
                if family == "llama" and part:
                    rows = expected.reshape(heads[part[1]], -1, 2, *expected.shape[1:])
                    expected = rows.swapaxes(1, 2).reshape(expected.shape)
                ours = found.get_tensor(name)
                assert ours.shape == expected.shape, (name, ours.shape, expected.shape)
                assert np.array_equal(ours.view(np.uint32), np.ascontiguousarray(expected).view(np.uint32)), name
                names.remove(name)
                types[tensor.tensor_type.name] = types.get(tensor.tensor_type.name, 0) + 1
                values += expected.size
        assert not names, names
    print(f"{sum(types.values())} tensors, {values} values, {types}: all bits are equal")


if __name__ == "__main__":
    main()
