"""CPU seconds of checked calls beside pandas' own and ACRO's. Prints rows for the docs page.

python benchmarks/session.py                     govkit and pandas
python benchmarks/session.py PYTHON_WITH_ACRO    and ACRO, in its own environment
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Callable

REPEATS = 5
ACRO = """
import contextlib, io, logging, runpy, sys, time
logging.disable()
me = runpy.run_path(sys.argv[1])
import acro
for records in map(int, sys.argv[2:]):
    data = me["people"](records)
    a = acro.ACRO(suppress=False)
    for name, call in me["calls"](a, data).items():
        with contextlib.redirect_stdout(io.StringIO()):
            spent = me["seconds"](call)
        print(records, name, spent, sep="|")
"""


def people(records: int) -> pd.DataFrame:
    """Draw people in four areas and of two sexes, with an income."""
    rng = np.random.default_rng(1)
    return pd.DataFrame({
        "area": rng.choice(["N", "S", "E", "W"], records, p=[0.4, 0.3, 0.2, 0.1]),
        "sex": rng.choice(["f", "m"], records),
        "income": rng.lognormal(10, 0.5, records).round(),
    })  # fmt: skip


def calls(by: object, data: pd.DataFrame) -> dict[str, Callable[[], object]]:
    """Give the calls to be measured, of pandas or of what stands in for it."""
    both, income = (data["area"], data["sex"]), data["income"]
    return {
        "crosstab": lambda: by.crosstab(*both),  # type: ignore[attr-defined]
        "crosstab of means": lambda: by.crosstab(*both, values=income, aggfunc="mean"),  # type: ignore[attr-defined]
    }


def seconds(call: Callable[[], object]) -> float:
    """Give the median of the CPU seconds of several calls."""
    spent = []
    for _ in range(REPEATS):
        start = time.process_time()
        call()
        spent.append(time.process_time() - start)
    return statistics.median(spent)


class Fresh:
    """A new session for every call, so that no earlier output counts."""

    def crosstab(self, *args: object, **options: object) -> object:
        """Check a table."""
        from govkit.checked import session

        return session(threshold=10).crosstab(*args, **options)


def main() -> None:
    """Measure and print."""
    sizes = (10_000, 100_000, 1_000_000)
    acro: dict[tuple[str, str], float] = {}
    if len(sys.argv) > 1:
        command = [sys.argv[1], "-c", ACRO, __file__, *map(str, sizes)]
        told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        for line in told.splitlines():
            records, name, spent = line.split("|")
            acro[records, name] = float(spent)
    for records in sizes:
        data = people(records)
        checked = calls(Fresh(), data)
        for name, call in calls(pd, data).items():
            own, mine = seconds(call), seconds(checked[name])
            theirs = acro.get((str(records), name))
            columns = [f"{own:.3f} s", f"{mine:.3f} s ({mine / own:.1f} ×)"]
            columns += [] if theirs is None else [f"{theirs:.3f} s ({theirs / own:.1f} ×)"]
            print(f"| {name} | {records:,} | {' | '.join(columns)} |")


if __name__ == "__main__":
    main()
