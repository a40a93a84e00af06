"""Prints the results of a demo run as a table: demo_table.py RUN."""

import json
import pathlib
import sys


def main() -> None:
    run = pathlib.Path(sys.argv[1])
    read = lambda name: json.loads((run / name).read_text())
    report, zeroshot, retrieval = read("finished"), read("zeroshot.json"), read("retrieval.json")
    classes = len(zeroshot["classes"])
    images, texts = retrieval["images"], retrieval["texts"]
    rows = [
        ("pairs seen", f"{report['samples']:,}", ""),
        ("pairs a second", f"{report['samples_per_second']:.0f}", ""),
        ("time waiting for data", f"{100 * report['data_wait_share']:.1f} %", ""),
        ("last loss of NeuCLIP", f"{report['final_loss']:.3f}" if report.get("final_loss") is not None else "-", ""),
    ]
    metrics = zeroshot["metrics"]
    for k in (1, 5, 10):
        rows.append((f"EmojiOne, {classes:,}-way zero-shot, top {k}", f"{100 * metrics[f'acc{k}']:.2f} %", f"{100 * k / classes:.2f} %"))
    metrics = retrieval["metrics"]
    for k in (1, 5, 10):
        rows.append((f"held-out clip art, image to text, R@{k}", f"{100 * metrics[f'text_retrieval_recall@{k}']:.2f} %", f"about {100 * k * texts / images / texts:.2f} %"))
        rows.append((f"held-out clip art, text to image, R@{k}", f"{100 * metrics[f'image_retrieval_recall@{k}']:.2f} %", f"{100 * k / images:.2f} %"))
    width = max(len(row[0]) for row in rows)
    print(f"\n{'':{width}}  {'result':>12}  {'chance':>13}")
    for name, value, chance in rows:
        print(f"{name:{width}}  {value:>12}  {chance:>13}")
    print(f"\nrun directory: {run}")


main()
