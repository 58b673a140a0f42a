"""Cost, time and proof of cell suppression on the reference tables.

::

    python benchmarks/tables.py                 the small cases (a minute)
    python benchmarks/tables.py M M-fast L-fast the larger ones, by name

The data is looked for in ``../shared/data`` beside the checkout, or where GOVKIT_SHARED says. L is
made anew by the script that comes with the data. CPU seconds are of this process, one thread.
"""

from __future__ import annotations

import os
import runpy
import sys
import time
from pathlib import Path

from govkit.tables import Rules, Table, suppress, tabulate

SHARED = Path(os.environ.get("GOVKIT_SHARED", Path(__file__).parents[2] / "shared"))
DATA = SHARED / "data" / "tables"
P10 = Rules(p_percent=10)


def synthetic(name: str) -> Table:
    """Three variables, each a tree, every record its own contributor."""
    by = ["region", "sector", "size"]
    if name == "L":
        maker = runpy.run_path(str(DATA / "synthetic" / "make_tables.py"))
        frame, trees = maker["make"](name)
        return tabulate(frame, by, "turnover", hierarchies=trees)
    folder = DATA / "synthetic"
    files = {column: folder / f"{name}_{column}.hrc" for column in by}
    return tabulate(folder / f"{name}.csv", by, "turnover", hierarchies=files)


def flat(name: str) -> Table:
    """Two flat variables."""
    return tabulate(DATA / "synthetic" / f"{name}.csv", ["r", "c"], "v")


CASES = {
    "z1": (lambda: tabulate(DATA / "z1.csv", ["region", "hovedint"], records="ant"),
           Rules(threshold=4), "optimal"),
    "magnitude1": (lambda: tabulate(DATA / "magnitude1.csv", ["sector4", "geo"], "value",
                                    contributor="company"), P10, "optimal"),
    "S-fast": (lambda: synthetic("S"), P10, "fast"),
    "S": (lambda: synthetic("S"), P10, "certified"),
    "S-optimal": (lambda: synthetic("S"), P10, "optimal"),
    "rnd50": (lambda: flat("rnd50_22000"), P10, "certified"),
    "rnd50-optimal": (lambda: flat("rnd50_22000"), P10, "optimal"),
    "rnd20-optimal": (lambda: flat("rnd20_3500"), P10, "optimal"),
    "M-fast": (lambda: synthetic("M"), P10, "fast"),
    "M": (lambda: synthetic("M"), P10, "certified"),
    "L-fast": (lambda: synthetic("L"), P10, "fast"),
}  # fmt: skip


def main(names: list[str]) -> None:
    """Run the cases and print one line each."""
    print("case,cells,primary,secondary,cost,bound,under,wall,cpu,witnesses,check_ms,verdict")
    for name in names:
        make, rules, method = CASES[name]
        table = make()
        cpu, wall = time.process_time(), time.monotonic()
        found = suppress(table, rules, method=method)
        cpu, wall = time.process_time() - cpu, time.monotonic() - wall
        began = time.perf_counter()
        proof = found.certificate.check(found.table)
        check = (time.perf_counter() - began) * 1000
        print(
            name, found.cells, found.primary, found.secondary, f"{found.cost:.10g}",
            "" if found.bound is None else f"{found.bound:.10g}", found.audit.too_narrow,
            f"{wall:.2f}", f"{cpu:.2f}", proof.witnesses, f"{check:.1f}", proof.verdict,
            sep=",", flush=True,
        )  # fmt: skip


if __name__ == "__main__":
    main(sys.argv[1:] or [name for name in CASES if name[0] not in "ML"])
