"""CPU seconds of each perturbation of a table, at three sizes. Prints rows for the docs page.

python benchmarks/perturbation.py
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from govkit.perturbation import (
    Ledger,
    cell_key,
    cell_keys,
    controlled_rounding,
    noisy_table,
    p_table,
    random_rounding,
    small_count_rounding,
)
from govkit.tables import tabulate

if TYPE_CHECKING:
    from collections.abc import Callable

SIZES = (
    (3_000, (10, 12, 5)),
    (20_000, (20, 20, 10)),
    (100_000, (40, 40, 20)),
    (300_000, (60, 60, 25)),
)


def people(records: int, shape: tuple[int, ...]) -> pd.DataFrame:
    """Draw records evenly over a table of this shape."""
    rng = np.random.default_rng(1)
    columns = {f"v{i}": rng.integers(0, n, records).astype(str) for i, n in enumerate(shape)}
    return pd.DataFrame(columns | {"key": rng.random(records)})


def seconds(work: Callable[[], object]) -> float:
    """Give the CPU seconds of one call."""
    start = time.process_time()
    work()
    return time.process_time() - start


def main() -> None:
    """Measure and print."""
    secret, noise = bytes(16), p_table(3, 2, forbidden=1)
    ledger = Ledger(Path(tempfile.mkdtemp()) / "ledger.yaml")
    ledger.set_budget("benchmark", 1e6)
    for records, shape in SIZES:
        data, by = people(records, shape), [f"v{i}" for i in range(len(shape))]
        table = tabulate(data, by)
        works: list[Callable[[], object]] = [
            lambda t=table: random_rounding(t, 3, secret=secret),
            lambda t=table: small_count_rounding(t, 3),
            lambda t=table, d=data, b=by: cell_key(t, cell_keys(d, b, key="key"), noise),
            lambda t=table: controlled_rounding(t, 5, seconds=5),
            lambda d=data, b=by: noisy_table(d, b, epsilon=5, ledger=ledger, dataset="benchmark"),
        ]
        found = " | ".join(f"{seconds(work):.2g}" for work in works)
        print(f"| {len(table):,} | {found} |", flush=True)


if __name__ == "__main__":
    main()
