"""What missing values as wildcards, risk and special uniques cost, in one run.

    python benchmarks/risk.py [--large]

Records come from ``make_data``; of every quasi-identifier 2 % are blanked at random. Each line is
the median of three calls in CPU seconds, after the counts: counting is measured by ``run.py``.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import time
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from make_data import QUASI_IDENTIFIERS, blocks

from govkit.data import count
from govkit.microdata import frequencies, population_uniqueness, risk, separation, suda

if TYPE_CHECKING:
    from collections.abc import Callable

    from govkit.data import FrequencyTable

HOLES = 0.02
SEED = 7


def counted(records: int, share: float) -> FrequencyTable:
    """Count the records, with a share of the cells blanked."""
    random = np.random.default_rng(SEED)
    parts = []
    for block in blocks(records):
        kept = block.select(QUASI_IDENTIFIERS)
        blank = [pa.array(random.random(len(kept)) < share) for _ in QUASI_IDENTIFIERS]
        columns = {
            name: pa.compute.if_else(holes, None, kept.column(name))
            for name, holes in zip(QUASI_IDENTIFIERS, blank, strict=True)
        }
        parts.append(pa.table(columns))
    return count(pa.concat_tables(parts), QUASI_IDENTIFIERS, missing="wildcard")


def cpu(call: Callable[[], Any]) -> float:
    """Give the median CPU seconds of three calls."""
    spent = []
    for _ in range(3):
        start = time.process_time()
        call()
        spent.append(time.process_time() - start)
    return statistics.median(spent)


def main() -> None:
    """Print one table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--large", action="store_true", help="also five million records")
    sizes = [30_000, 1_000_000, *([5_000_000] if parser.parse_args().large else [])]
    print("| records | combinations | what | CPU s |")
    print("|---:|---:|---|---:|")
    for records in sizes:
        holed, whole = counted(records, HOLES), counted(records, 0)
        for table, what, call in (
            (holed, "2 % missing, as wildcards", frequencies),
            (holed, "all of `risk`, both readings", lambda t: risk(t, sampling_fraction=0.01)),
            (whole, "all of `risk`", lambda t: risk(t, sampling_fraction=0.01)),
            (whole, "population uniqueness", lambda t: population_uniqueness(t, 0.01)),
            (whole, "all 127 subsets", separation),
            (whole, "SUDA, all sizes", suda),
        ):
            spent = cpu(lambda call=call, table=table: call(table))
            print(f"| {records:,} | {len(table):,} | {what} | {spent:.2f} |")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"\nPeak memory of the process: {peak:,.0f} MB")


if __name__ == "__main__":
    main()
