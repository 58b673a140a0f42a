"""pytauargus beside govkit on the same tables, both outputs attacked by govkit's audit.

::

    python -m venv /somewhere/pyta && /somewhere/pyta/bin/pip install pytauargus
    python benchmarks/peer_pytauargus.py /somewhere/pyta/bin/python [S rnd50 M ...]

pytauargus runs in a process of its own, with its own interpreter, in an empty working directory:
in a used one its solver has crashed and given other patterns. Seconds are those of that process
(wall clock, the start of the interpreter taken off) and of ``suppress``.
"""

from __future__ import annotations

import csv
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))
from tables import DATA, P10, flat, synthetic

from govkit.tables import Table, audit, primary, suppress

THEIRS = """
import json, sys, time
from pytauargus import protect
task = json.load(sys.stdin)
began = time.monotonic()
found = protect(task["columns"], task["by"], response=task["value"], safety_rules="P(10,1)",
                suppress=task["method"], hrc=task["hrc"] or None,
                hierleadstring="@" if task["hrc"] else None, workdir="run")
table = found.tables[0]
rows = [[row[name] for name in task["by"]] for row in table.rows]
json.dump({"seconds": time.monotonic() - began, "rows": rows, "status": table.status()},
          open("answer.json", "w"))
"""
CASES = {
    "S": ("S.csv", ["region", "sector", "size"], "turnover", "MOD(1,5,0,0,0)"),
    "S-optimal": ("S.csv", ["region", "sector", "size"], "turnover", "OPT(1)"),
    "M": ("M.csv", ["region", "sector", "size"], "turnover", "MOD(1,5,0,0,0)"),
    "rnd20": ("rnd20_3500.csv", ["r", "c"], "v", "MOD(1,5,0,0,0)"),
    "rnd50": ("rnd50_22000.csv", ["r", "c"], "v", "MOD(1,5,0,0,0)"),
    "rnd50-optimal": ("rnd50_22000.csv", ["r", "c"], "v", "OPT(1)"),
}


def theirs(python: str, name: str) -> dict[str, object]:
    """Protect with pytauargus, in a process and a directory of its own."""
    file, by, value, method = CASES[name]
    folder = DATA / "synthetic"
    with (folder / file).open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    trees = {c: str(folder / f"{name[0]}_{c}.hrc") for c in by} if len(by) > 2 else {}  # noqa: PLR2004
    columns = {c: [row[c] for row in rows] for c in by}
    columns[value] = [float(row[value]) for row in rows]
    task = {"columns": columns, "by": by, "value": value, "method": method, "hrc": trees}
    with tempfile.TemporaryDirectory() as empty:
        done = subprocess.run(
            [python, "-c", THEIRS], input=json.dumps(task), cwd=empty, text=True,
            capture_output=True, timeout=900, check=False,
        )  # fmt: skip
        answer = Path(empty, "answer.json")
        if done.returncode or not answer.exists():
            return {"error": f"exit code {done.returncode}", "tail": done.stderr[-300:]}
        return json.loads(answer.read_text("utf-8"))


def marked(table: Table, answer: dict[str, object]) -> Table:
    """Put the marks of the other program on our table."""
    place = {table.label(i): i for i in range(len(table))}
    status = np.where(table.values == 0, "z", "s")
    for row, mark in zip(answer["rows"], answer["status"], strict=True):
        label = tuple("Total" if text in {"", "T"} else str(text).strip() for text in row)
        status[place[label]] = {"U": "u", "M": "m"}.get(mark, status[place[label]])
    return table.with_status(status)


def report(case: str, who: str, table: Table, seconds: float) -> None:
    """Attack a table and print one line."""
    unsafe = primary(table, P10)
    found = audit(table, unsafe, full=False)
    slack = 1e-6 * np.maximum(table.values, 1.0)
    ups = (unsafe.upper > 0) & (found.upper < table.values + unsafe.upper - slack)
    downs = (unsafe.lower > 0) & (found.lower > table.values - unsafe.lower + slack)
    extra = table.suppressed & ~unsafe.mask
    print(
        case, who, unsafe.unsafe, int(extra.sum()), f"{table.values[extra].sum():.10g}",
        found.exact, int((unsafe.mask & ~table.suppressed).sum()), found.too_narrow,
        int(ups.sum() + downs.sum()), f"{seconds:.2f}", sep=",", flush=True,
    )  # fmt: skip


def main(python: str, names: list[str]) -> None:
    """Run the cases and print two lines each."""
    print("case,program,primary,secondary,cost,exact,shown,cells_open,requirements_open,seconds")
    for name in names:
        table = flat(CASES[name][0].removesuffix(".csv")) if "rnd" in name else synthetic(name[0])
        answer = theirs(python, name)
        if "error" in answer:
            print(f"{name},pytauargus,{answer['error']}")
            print(answer["tail"], file=sys.stderr)
        else:
            report(name, "pytauargus", marked(table, answer), float(answer["seconds"]))
        began = time.monotonic()
        method = "optimal" if name.endswith("optimal") else "certified"
        found = suppress(table, P10, method=method)
        report(name, "govkit", found.table, time.monotonic() - began)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:] or ["S", "S-optimal", "rnd20", "rnd50", "rnd50-optimal"])
