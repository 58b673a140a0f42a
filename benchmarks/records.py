"""What the gate takes: assess beside check alone, and the attack on stacked tables.

    python benchmarks/records.py [--rows 300000 1000000] [--tables 10]

Prints seconds of processor time, the best of three. The file is drawn from the sample customers,
with the same seed each time.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

import govkit as gk
from govkit.assess import digest_of
from govkit.records.difference import Release, cells_of, differences, table_of
from govkit.tables import Rules, suppress

if TYPE_CHECKING:
    from collections.abc import Callable

    from govkit.policy import Policy, Register

SAMPLES = Path(__file__).parents[1] / "data" / "samples"
COLUMNS = ["age", "sex", "prefecture", "occupation", "payment_record", "satisfaction"]


def measured(run: Callable[[], object]) -> float:
    """Give the least processor time of three runs."""
    times = []
    for _ in range(3):
        start = time.process_time()
        run()
        times.append(time.process_time() - start)
    return min(times)


def compared(path: Path, policy: Policy, register: Register) -> str:
    """Measure check alone, assess, and the digest that is part of it."""
    alone = measured(lambda: gk.check(path, COLUMNS[:4], sensitive=COLUMNS[4:], k=11))
    options = {"audience": "public", "dataset": "customers"}
    whole = measured(lambda: gk.assess(path, policy, register, **options))
    hashed = measured(lambda: digest_of(path))
    return (
        f"check {alone:.2f} s, assess {whole:.2f} s ({whole / alone:.1f} times), of it the digest "
        f"{hashed:.2f} s"
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[300_000, 1_000_000])
    parser.add_argument("--tables", type=int, default=10)
    asked = parser.parse_args()
    policy = gk.load_policy(SAMPLES / "policy.yaml")
    register = gk.load_register(SAMPLES / "register")
    people = pd.read_csv(SAMPLES / "customers.csv")[COLUMNS]
    with tempfile.TemporaryDirectory() as folder:
        for rows in asked.rows:
            drawn = people.iloc[np.random.default_rng(0).integers(0, len(people), rows)]
            for ending in ("parquet", "csv"):
                path = Path(folder) / f"people.{ending}"
                (drawn.to_csv if ending == "csv" else drawn.to_parquet)(path, index=False)
                print(f"{rows:,} rows, {ending}: {compared(path, policy, register)}")
    releases = []
    for at in range(asked.tables):
        by = [COLUMNS[(at + step) % 5] for step in (1, 2)] if at % 2 else [COLUMNS[1 + at % 4]]
        protected = suppress(gk.tabulate(people, by), Rules(threshold=11)).table
        releases.append(Release(key=f"D{at}", table=table_of(cells_of(protected))))
    new = Release(key="new", table=suppress(
        gk.tabulate(people, ["prefecture", "occupation"]), Rules(threshold=11)).table)  # fmt: skip
    taken = measured(lambda: list(differences(new, releases, 11)))
    print(f"{len(new.table or ()):,} cells against {len(releases)} earlier tables: {taken:.2f} s")


if __name__ == "__main__":
    main()
