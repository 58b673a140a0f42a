"""What hiding cells, cutting boxes and aggregating numbers cost, in one run.

    python benchmarks/remedy.py [--large]

Records come from ``make_data``. Each line is the median of three calls (one for a million records)
in CPU seconds, after the counts: counting is measured by ``run.py``.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import time
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from make_data import QUASI_IDENTIFIERS, blocks

from govkit.data import count
from govkit.remedy.aggregation import microaggregate
from govkit.remedy.mondrian import mondrian
from govkit.remedy.suppression import suppress_cells

if TYPE_CHECKING:
    from collections.abc import Callable

    from govkit.result import Result

MORE = ["occupation", "children", "housing", "hours", "postcode"]
FEW = 100_000


def measured(records: int, columns: int, what: str, call: Callable[[], Result]) -> None:
    """Print one line: size, task, CPU seconds, and the answer's most telling numbers."""
    spent = []
    for _ in range(3 if records <= FEW else 1):
        start = time.process_time()
        found = call()
        spent.append(time.process_time() - start)
    kept = {"cells", "exposed", "groups", "mean_range", "loss"}
    told = ", ".join(f"{k} {v:.4g}" for k, v in found.numbers().items() if k in kept)
    print(f"| {records:,} | {columns} | {what} | {statistics.median(spent):.2f} | {told} |")


def hide_and_cut(records: int, columns: int) -> None:
    """Measure what works on counts."""
    keys = [*QUASI_IDENTIFIERS, *MORE][:columns]
    people = pa.concat_tables(blocks(records, wide=columns > len(QUASI_IDENTIFIERS)))
    table = count(people.select(keys), keys)
    for reading in ("strict", "wildcard"):
        measured(
            records, columns, f"hide cells, k=3, {reading}",
            lambda reading=reading: suppress_cells(table, 3, reading=reading),
        )  # fmt: skip
    for strict in (True, False):
        what = f"Mondrian, k=5, {'strict' if strict else 'relaxed'}"
        measured(records, columns, what, lambda strict=strict: mondrian(table, 5, strict=strict))


def aggregate(records: int, block: int | None) -> None:
    """Measure what works on numbers."""
    random = np.random.default_rng(7)
    data = random.normal(size=(records, 8)) @ random.normal(size=(8, 8))
    what = f"MDAV, k=3, {'exact' if block is None else f'blocks of {block:,}'}"
    measured(records, 8, what, lambda: microaggregate(data, 3, blocks=block))


def main() -> None:
    """Print one table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--large", action="store_true", help="also a million, and 12 columns")
    large = parser.parse_args().large
    print("| records | columns | what | CPU s | found |")
    print("|---:|---:|---|---:|---|")
    for records, columns in [(30_000, 7), (300_000, 7), (30_000, 9)] + large * [
        (1_000_000, 7),
        (30_000, 12),
    ]:
        hide_and_cut(records, columns)
    for records, block in [(30_000, None), (30_000, 10_000), (100_000, 20_000)] + large * [
        (100_000, None)
    ]:
        aggregate(records, block)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"\nPeak memory of the process: {peak:,.0f} MB")


if __name__ == "__main__":
    main()
