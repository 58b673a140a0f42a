"""Cost, time and proof of cell suppression on the reference tables, in one run.

::

    python benchmarks/tables.py            every case; writes benchmarks/results/tables.csv
    python benchmarks/tables.py S M L-fast some, by name; prints only

The data is looked for in ``../shared/data`` beside the checkout, or where GOVKIT_SHARED says; L is
made anew by the script that comes with the data. CPU seconds are user and system time of this
process and of those it starts (two for L); the wall clock tells how busy the machine was as well.
The column ``audit`` is the CPU time of a separate attack on the result, ``check`` that of checking
the certificate.
"""

from __future__ import annotations

import os
import runpy
import sys
import time
from pathlib import Path

from govkit.tables import Rules, Table, audit, primary, suppress, tabulate

SHARED = Path(os.environ.get("GOVKIT_SHARED", Path(__file__).parents[2] / "shared"))
DATA = SHARED / "data" / "tables"
P10 = Rules(p_percent=10)
RESULTS = Path(__file__).parent / "results" / "tables.csv"
HEAD = "case,cells,primary,secondary,cost,bound,under,wall,cpu,audit,witnesses,check,verdict"
AUDITED = 10_000  # cells up to which the separate attack is run


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
    "rnd20": (lambda: flat("rnd20_3500"), P10, "certified"),
    "rnd20-optimal": (lambda: flat("rnd20_3500"), P10, "optimal"),
    "M-fast": (lambda: synthetic("M"), P10, "fast"),
    "M": (lambda: synthetic("M"), P10, "certified"),
    "L-fast": (lambda: synthetic("L"), P10, "fast"),
    "L": (lambda: synthetic("L"), P10, "certified"),
}  # fmt: skip


def spent() -> float:
    """CPU seconds so far, of this process and of those that have ended."""
    now = os.times()
    return now.user + now.system + now.children_user + now.children_system


def measure(name: str) -> str:
    """Run one case; give its line."""
    make, rules, method = CASES[name]
    table = make()
    cpu, wall = spent(), time.monotonic()
    found = suppress(table, rules, method=method, processes=2)
    cpu, wall = spent() - cpu, time.monotonic() - wall
    attack = spent()
    under = found.audit.too_narrow
    if found.cells <= AUDITED:
        under = audit(found.table, primary(table, rules), full=False).too_narrow
    attack, check = spent() - attack, time.process_time()
    proof = found.certificate.check(found.table)
    check = time.process_time() - check
    return (
        f"{name},{found.cells},{found.primary},{found.secondary},{found.cost:.10g},"
        f"{found.bound:.10g},{under},{wall:.2f},{cpu:.2f},{attack:.2f},{proof.witnesses},"
        f"{check:.4f},{proof.verdict}"
    )


def main(names: list[str]) -> None:
    """Run the cases and print one line each; a run of all is kept."""
    print(HEAD)
    lines = [HEAD]
    for name in names or CASES:
        lines.append(measure(name))
        print(lines[-1], flush=True)
    if not names:
        RESULTS.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    if not DATA.is_dir():
        sys.exit("The reference tables are not here: set GOVKIT_SHARED to the folder with data/.")
    main(sys.argv[1:])
