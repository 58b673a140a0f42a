"""What the search for the best levels costs: by records, by columns, and by size of the lattice.

    python benchmarks/lattice.py [--large] [--write]

The records and the hierarchies of ARX are looked for in ``../shared/data`` beside the checkout, or
where GOVKIT_SHARED says. Each line is a process of its own: the median CPU seconds of three
searches after the counts, and the peak memory of the process with its counts. ``--large`` adds five
million records, ``--write`` draws docs/_static/benchmarks-lattice.svg.
"""

from __future__ import annotations

import argparse
import json
import os
import pickle
import resource
import runpy
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from report import _line, _log, _svg, _text

from govkit.data import count
from govkit.remedy import builders, load_hierarchies, search

if TYPE_CHECKING:
    from govkit.data import FrequencyTable

HERE = Path(__file__).resolve().parent
DATA = Path(os.environ.get("GOVKIT_SHARED", HERE.parents[1] / "shared")) / "data"
STORE = HERE.parent / ".bench"
NINE = [
    "age", "sex", "race", "marital-status", "education", "native-country", "workclass",
    "occupation", "salary-class",
]  # fmt: skip
SEVEN = NINE[:7]
VALUES = {"sensitive": "occupation", "suppression_limit": 0.05}
ASKED: dict[str, dict[str, Any]] = {
    "k = 5": {},
    "k = 5, 5 % suppressed": {"suppression_limit": 0.05},
    "distinct l = 3": VALUES | {"l": 3},
    "entropy l = 3": VALUES | {"l": 3, "l_model": "entropy"},
    "t = 0.2": VALUES | {"t": 0.2, "t_distance": "equal"},
    "entropy loss, 4 % suppressed": {"suppression_limit": 0.04, "loss": "entropy"},
}


def synthetic(records: int, names: list[str]) -> FrequencyTable:
    """Count the first seeded records by some columns, or take the counts of last time."""
    path = STORE / f"lattice-{records}-{len(names)}.pickle"
    if not path.exists():
        maker = runpy.run_path(str(DATA / "synthetic" / "make_adult_like.py"))
        parts = []
        for number in range(-(-records // maker["B"])):
            codes = maker["block"](number)[0][: len(NINE)]
            columns = [
                pa.DictionaryArray.from_arrays(pa.array(code, pa.int32()), labels)
                for code, labels in zip(codes, maker["L"], strict=True)
            ]
            columns[0] = pa.array(codes[0])  # ages are numbers
            parts.append(pa.table(dict(zip(NINE, columns, strict=True))))
        table = pa.concat_tables(parts).slice(0, records)
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(pickle.dumps(count(table, names)))
    return pickle.loads(path.read_bytes())  # noqa: S301 - our own file


def problem(what: str, size: str) -> tuple[FrequencyTable, dict[str, Any], dict[str, Any]]:
    """Give counts, hierarchies and conditions of one line."""
    trees = load_hierarchies(DATA / "arx")
    if what in ASKED and size.isdigit():
        asked = ASKED[what]
        secret = [asked["sensitive"]] if "sensitive" in asked else []
        table = synthetic(int(size), [*SEVEN, *secret])
        return table, {name: trees[name] for name in SEVEN}, asked
    if size == "adult":
        table = count(DATA / "arx" / "adult.csv", NINE)
        return table, trees, ASKED[what]
    if what == "columns":
        return synthetic(30_000, NINE[: int(size[1:])]), trees, {"suppression_limit": 0.05}
    deep = {
        "age": builders.intervals([2, 4, 8, 16, 32, 64]),
        "native-country": builders.order([2] * 6),
        "education": builders.order([2] * 4),
        "occupation": builders.order([2] * 4),
        "workclass": builders.order([2] * 3),
        "marital-status": builders.order([2] * 3),
        "race": builders.order([2] * 2),
    }
    finer = dict(list(deep.items())[: int(size[1:])])
    return synthetic(30_000, NINE), trees | finer, {"suppression_limit": 0.05, "time_limit": 60}


def one(what: str, size: str) -> dict[str, Any]:
    """Measure one line in this process."""
    table, trees, asked = problem(what, size)
    spent, end = [], time.monotonic() + 60
    while len(spent) < 3 and (not spent or time.monotonic() < end):  # noqa: PLR2004 - a median
        start = time.process_time()
        found = search(table, trees, **asked)
        spent.append(time.process_time() - start)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {
        "what": what, "size": size, "records": table.records, "columns": len(table.keys),
        "combinations": len(table), "nodes": found.nodes, "counted": found.nodes_evaluated,
        "cpu": statistics.median(spent), "mb": peak / 1024,
        "loss": found.loss, "bound": found.bound, "proved": found.proved,
    }  # fmt: skip


def measured(what: str, size: str) -> dict[str, Any]:
    """Measure one line in a process of its own."""
    command = [sys.executable, __file__, "--one", what, size]
    answer = subprocess.run(command, check=True, capture_output=True, text=True)
    line: dict[str, Any] = json.loads(answer.stdout.splitlines()[-1])
    open_end = "" if line["proved"] else f" (not below {line['bound']:.6g})"
    print(
        f"| {what} | {line['records']:,} | {line['combinations']:,} | {line['nodes']:,} "
        f"| {line['counted']:,} | {line['cpu']:.2f} | {line['mb']:,.0f} "
        f"| {line['loss']:.6g}{open_end} |",
        flush=True,
    )
    return line


def chart(groups: dict[str, list[dict[str, Any]]]) -> str:
    """Draw CPU seconds against records, columns and nodes."""
    parts: list[str] = []
    panels = (("records", "records", 60), ("columns", "columns", 330), ("lattice", "nodes", 600))
    for group, key, left in panels:
        lines = sorted((line[key], line["cpu"]) for line in groups[group])
        x = _log(lines[0][0] * 0.8, lines[-1][0] * 1.25, left, left + 200)
        y = _log(0.01, 100, 250, 60)
        parts += [_text(left, 48, f"CPU seconds by {key}", weight="bold")]
        for seconds in (0.01, 0.1, 1, 10, 100):
            parts += [_line(left, y(seconds), left + 200, y(seconds))]
            parts += [_text(left - 6, y(seconds) + 4, f"{seconds:g}", "end")]
        places = [(x(at), y(max(cpu, 0.01))) for at, cpu in lines]
        path = " ".join(f"{a:.1f},{b:.1f}" for a, b in places)
        parts += [f'<polyline points="{path}" fill="none" stroke="#0072B2" stroke-width="3"/>']
        parts += [f'<circle cx="{a:.1f}" cy="{b:.1f}" r="4" fill="#0072B2"/>' for a, b in places]
        for at in {lines[0][0], lines[-1][0]}:
            parts += [_text(x(at), 268, f"{at:,}", "middle")]
    return _svg("The search for the best levels, logarithmic scales", 830, 285, parts)


def main() -> None:
    """Print the tables, and draw them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--large", action="store_true", help="also five million records")
    parser.add_argument("--write", action="store_true", help="draw the chart of the site")
    parser.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(one(*options.one)))
        return
    sizes = ["30000", "300000", "1000000", *(["5000000"] if options.large else [])]
    print("| what | records | combinations | nodes | counted | CPU s | MB | loss |")
    print("|---|---:|---:|---:|---:|---:|---:|---:|")
    groups: dict[str, list[dict[str, Any]]] = {
        "records": [measured("k = 5", size) for size in sizes],
        "columns": [measured("columns", f"c{number}") for number in range(3, 10)],
        "lattice": [measured("lattice", f"+{number}") for number in range(8)],
    }
    for what in list(ASKED)[1:5]:
        for size in sizes[:3]:
            measured(what, size)
    measured("entropy loss, 4 % suppressed", "adult")
    measured("k = 5", "adult")
    if options.write:
        path = HERE.parent / "docs" / "_static" / "benchmarks-lattice.svg"
        path.write_text(chart(groups), encoding="utf-8")


if __name__ == "__main__":
    main()
