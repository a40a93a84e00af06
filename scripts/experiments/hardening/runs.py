"""Runs to break and to compare: a small recipe with state for each sample, and what of a run must be equal."""

import json
import os
import shutil

# Measured times and what follows from them; two runs differ there.
TIMES = {"elapsed_seconds", "train/samples_per_second", "train/data_wait_share", "data/threads", "data/read_share",
         "data/decode_share", "data/transform_share", "data/text_share"}
HEADER = 4096


def recipe(data, steps, every, **changes):
    """Training with FastCLIP-v3, a side file, and an evaluation at each checkpoint."""
    sources = {"web": "txt", "side": {"file": data.side, "join": "key", "column": "caption"}}
    evaluation = {"kind": "retrieval", "data": data.path("jpg"), "captions": ["txt"], "every": f"{every} steps"}
    settings = {"length": f"{steps} steps", "objective": {"preset": "fastclip-v3"}, "temperature": {"rho": 2},
                "checkpoint": {"every": f"{every} steps", "keep": 2}, "evaluate": [evaluation],
                "data": {"captions": {"sources": sources}}}
    return data.recipe(data.path("run.yaml"), **{**settings, **changes})


def steps_of(run):
    """The steps that have a checkpoint, the newest last."""
    try:
        names = os.listdir(os.path.join(run, "checkpoints"))
    except FileNotFoundError:
        return []
    return sorted(int(name[5:]) for name in names if name.startswith("step-") and name[5:].isdigit())


def complete(tool, recipe, run):
    """Resumes a run to its end, or starts anew where there is nothing to resume from."""
    if steps_of(run):
        return tool.run("train", "--resume", run)
    shutil.rmtree(run, ignore_errors=True)
    return tool.run("train", recipe, "--run", run)


def read(*parts):
    with open(os.path.join(*parts), "rb") as file:
        return file.read()


def metrics(run):
    """The lines of metrics.jsonl without times, and the text of lines that are no JSON."""
    rows = []
    for line in read(run, "metrics.jsonl").decode(errors="replace").splitlines():
        try:
            rows.append({key: value for key, value in json.loads(line).items() if key not in TIMES})
        except ValueError:
            rows.append({"no JSON": line[:80]})
    return rows


def last_step(run):
    """The last step of which the metrics tell."""
    try:
        return max([row.get("step", 0) for row in metrics(run)], default=0)
    except FileNotFoundError:
        return 0


def evaluated(run, step):
    """How often the metrics have an evaluation of a step."""
    return sum(1 for row in metrics(run) if row.get("step") == step and any(key.startswith("retrieval/") for key in row))


def without_times(state):
    state = json.loads(state)
    for part in (state, state.get("stageStart", {})):
        part.pop("elapsedSeconds", None)
    return state


def difference(run, reference, with_metrics=True):
    """How a finished run differs from the one that was not disturbed, or None."""
    step = steps_of(reference)[-1]
    if steps_of(run)[-1:] != [step]:
        return f"the newest checkpoint is {steps_of(run)[-1:]}, not {step}"
    for name in ("model/open_clip_model.safetensors", "optimizer.safetensors"):
        if read(run, "checkpoints", f"step-{step}", name) != read(reference, "checkpoints", f"step-{step}", name):
            return f"{name} differs"
    states = [without_times(read(folder, "checkpoints", f"step-{step}", "state.json")) for folder in (run, reference)]
    if states[0] != states[1]:
        return f"state.json differs: {states}"
    if os.path.exists(os.path.join(reference, "states", "live.bin")):
        if read(run, "states", "live.bin")[HEADER:] != read(reference, "states", "live.bin")[HEADER:]:
            return "states/live.bin differs"
    return metrics_difference(run, reference) if with_metrics else None


def metrics_difference(run, reference):
    """How the metrics differ, evaluations first, for that is the commonest."""
    found, expected = metrics(run), metrics(reference)
    for step in sorted({row["step"] for row in expected if "step" in row}):
        if evaluated(run, step) != evaluated(reference, step):
            return f"step {step} is evaluated {evaluated(run, step)} times, not {evaluated(reference, step)}"
    if found == expected:
        return None
    order = [json.dumps(row, sort_keys=True) for row in found], [json.dumps(row, sort_keys=True) for row in expected]
    if sorted(order[0]) == sorted(order[1]):
        return "metrics.jsonl has the same lines in another order"
    more = [row for row in order[0] if row not in order[1]] or ["none"]
    less = [row for row in order[1] if row not in order[0]] or ["none"]
    return f"metrics.jsonl differs; {len(found)} lines, not {len(expected)}; only here: {more[0]}; missing: {less[0]}"
