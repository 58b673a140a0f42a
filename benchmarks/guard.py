"""How long the guard takes: 100 notebooks of 1 MB, and the same beside reading their JSON.

    python benchmarks/guard.py [--notebooks 100] [--megabytes 1]

Prints seconds of processor time. The notebooks are invented, each its own: tables as HTML and text,
figures of Plotly, printed lines in English and Japanese, pictures.
"""

import argparse
import base64
import json
import random
import tempfile
import time
from pathlib import Path

import pandas as pd

import govkit as gk

WORDS = "loss epoch batch rate town group merged rows step 処理 集計 完了 地域 区分 売上".split()  # noqa: SIM905


def table(draw: random.Random) -> list[dict]:
    """Give a table of measurements, as HTML and as text."""
    rows = draw.randrange(20, 60)
    frame = pd.DataFrame(
        {
            "month": [f"2026-{draw.randrange(1, 13):02}" for _ in range(rows)],
            "product": [draw.choice(WORDS) for _ in range(rows)],
            "turnover": [draw.uniform(1e5, 1e7) for _ in range(rows)],
            "units": [draw.randrange(100, 10_000) for _ in range(rows)],
            "share": [draw.random() for _ in range(rows)],
        }
    )
    data = {"text/html": frame.to_html(), "text/plain": str(frame)}
    return [{"output_type": "execute_result", "data": data, "metadata": {}, "execution_count": 1}]


def figure(draw: random.Random) -> list[dict]:
    """Give a curve of 2,000 points, as Plotly keeps it."""
    y = [round(draw.gauss(0, 1), 6) for _ in range(2_000)]
    trace = {"type": "scatter", "mode": "lines", "x": list(range(2_000)), "y": y, "name": "loss"}
    whole = {"data": [trace], "layout": {"title": {"text": "Loss by step"}}}
    data = {"application/vnd.plotly.v1+json": whole}
    return [{"output_type": "display_data", "data": data, "metadata": {}}]


def lines(draw: random.Random) -> list[dict]:
    """Give a log of 300 lines."""
    text = [
        f"{draw.choice(WORDS)} {draw.randrange(10**6)} {draw.choice(WORDS)} {draw.random():.6f}\n"
        for _ in range(300)
    ]
    return [{"output_type": "stream", "name": "stdout", "text": text}]


def picture(draw: random.Random) -> list[dict]:
    """Give a picture of 30 kB."""
    body = b"\x89PNG\r\n\x1a\n\0\0\x75\x30IDAT" + draw.randbytes(30_004) + b"\0\0\0\0IEND\0\0\0\0"
    data = {"image/png": base64.b64encode(body).decode(), "text/plain": "<Figure size 640x480>"}
    return [{"output_type": "display_data", "data": data, "metadata": {}}]


def write(path: Path, size: int, seed: int) -> None:
    """Write a notebook of about so many bytes."""
    draw = random.Random(seed)
    cells: list[dict] = []
    written = 0
    while written < size:
        outputs = draw.choice([table, figure, lines, picture])(draw)
        cells.append(
            {"cell_type": "code", "execution_count": 1, "metadata": {}, "source": "show()",
             "outputs": outputs}
        )  # fmt: skip
        written += len(json.dumps(outputs, indent=1).encode())
    whole = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    path.write_text(json.dumps(whole, indent=1), encoding="utf-8")


def main() -> None:
    """Make the notebooks, read them, guard them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--notebooks", type=int, default=100)
    parser.add_argument("--megabytes", type=float, default=1)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / f"{number:03}.ipynb" for number in range(wanted.notebooks)]
        for number, path in enumerate(paths):
            write(path, int(wanted.megabytes * 1_000_000), number)
        size = sum(path.stat().st_size for path in paths) / 1e6
        start = time.process_time()
        for path in paths:
            json.loads(path.read_text("utf-8"))
        read = time.process_time() - start
        start = time.process_time()
        found = gk.guard.check_notebooks(paths, sources=True)
        spent = time.process_time() - start
    print(f"{found.notebooks} notebooks, {size:.0f} MB, {found.found} leaks")
    print(f"json.loads  {read:6.2f} s")
    print(f"guard       {spent:6.2f} s   {spent / read:.1f} times json.loads")


if __name__ == "__main__":
    main()
