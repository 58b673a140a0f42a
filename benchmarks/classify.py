"""How well and how fast ``classify`` finds personal data, and a peer beside it.

::

    python benchmarks/classify.py                     both tables, and the speed
    python benchmarks/classify.py --peer VENV/bin/python      also Presidio, in its own environment

The labelled table stands outside the repository (folder ``shared`` beside the checkout, or the
variable GOVKIT_SHARED); without it only our own second table is measured.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq
from people_table import SPECS, people_table

from govkit.data import classify

HERE = Path(__file__).resolve().parent
SHARED = Path(os.environ.get("GOVKIT_SHARED", HERE.parents[1] / "shared")) / "data" / "columns"
DISTINCT = 1_000_000
# What Presidio calls our types; it has none of the others.
PEER = {
    "EMAIL_ADDRESS": "email", "PHONE_NUMBER": "phone", "CREDIT_CARD": "credit_card",
    "IBAN_CODE": "bank_account", "IP_ADDRESS": "ip", "US_SSN": "national_id",
    "PERSON": "name", "LOCATION": "address", "US_PASSPORT": "passport",
    "US_DRIVER_LICENSE": "drivers_license", "US_BANK_NUMBER": "bank_account",
    "MAC_ADDRESS": "device_id",
}  # fmt: skip


class Wanted(NamedTuple):
    """The truth about one column: its headings by variant, its type, whether it is personal."""

    headings: dict[str, str]
    type: str
    personal: bool


class Table(NamedTuple):
    """A labelled table."""

    name: str
    columns: list[list[object]]
    truth: list[Wanted]


def labelled() -> Table | None:
    """Read the labelled table, where it is."""
    if not SHARED.is_dir():
        return None
    rows = list(csv.DictReader((SHARED / "truth.csv").read_text("utf-8").splitlines()))
    data = pq.read_table(SHARED / "mixed.parquet")
    truth = [
        Wanted(
            {"as they are": row["column"], "romaji": row["romaji"], "opaque": row["anon"]},
            row["type"], row["role"] != "none",
        )
        for row in rows
    ]  # fmt: skip
    return Table("labelled", [data[row["column"]].to_pylist() for row in rows], truth)


def second() -> Table:
    """Make our own table."""
    made = people_table()
    truth = [
        Wanted(
            {"Japanese": s.ja, "English": s.en, "romaji": s.romaji, "opaque": f"f_{n}"},
            s.type, s.role != "none",
        )
        for n, s in enumerate(SPECS)
    ]  # fmt: skip
    return Table("second", [made[spec.ja] for spec in SPECS], truth)


def score(name: str, truth: list[Wanted], found: list[tuple[bool, str | None]]) -> None:
    """Print precision, recall, types and decoys."""
    flagged = sum(personal for personal, _ in found)
    right = sum(
        personal and wanted.personal for (personal, _), wanted in zip(found, truth, strict=True)
    )
    typed = sum(w.personal and kind == w.type for (_, kind), w in zip(found, truth, strict=True))
    positive = sum(w.personal for w in truth)
    decoys = len(truth) - positive
    print(
        f"{name:34} precision {right / max(flagged, 1):.3f}  recall {right / positive:.3f}  "
        f"type {typed}/{positive}  decoys left alone {decoys - flagged + right}/{decoys}"
    )


def quality(table: Table) -> None:
    """Classify a table under each of its headings."""
    for variant in table.truth[0].headings:
        names = [wanted.headings[variant] for wanted in table.truth]
        data = pa.table(list(map(_arrow, table.columns)), names=names)
        found = classify(data, with_pairs=False)
        judged = [(one.personal is True, one.type) for one in found.fields]
        score(f"govkit, {table.name}, {variant}", table.truth, judged)


def _arrow(values: list[Any]) -> pa.Array:
    return pa.array([None if value is None else str(value) for value in values])


def speed() -> None:
    """Classify a million distinct values, every one of them read."""
    made = people_table(records=30_000)
    data = {name: [None if v is None else str(v) for v in column] for name, column in made.items()}
    distinct = sum(len(set(column) - {None}) for column in data.values())
    wide = pa.table(data)
    for sample, what in ((None, "every value"), (2_000, "a sample of 2,000 a column")):
        start = time.perf_counter()
        classify(wide, sample=sample, with_pairs=False)
        took = time.perf_counter() - start
        print(
            f"{distinct:,} distinct values, {what}: {took:.1f} s, {distinct / took:,.0f} a second"
        )


def peer(python: str, table: Table) -> None:
    """Let Presidio look at 200 values of each column; a column is what half of them are."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.json"
        values = [[str(v) for v in column if v is not None][:200] for column in table.columns]
        path.write_text(json.dumps(values), encoding="utf-8")
        done = subprocess.run(
            [python, HERE / "peer_presidio.py", path], check=True, capture_output=True, text=True
        )
    answer = json.loads(done.stdout)
    judged = [(label is not None, PEER.get(label or "")) for label in answer["labels"]]
    score(f"Presidio {answer['version']}, {table.name}", table.truth, judged)
    print(f"{'':34} {answer['values'] / answer['seconds']:,.0f} values a second")


def main() -> None:
    """Print every figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peer", help="Python of an environment with presidio-analyzer")
    parser.add_argument("--no-speed", action="store_true")
    asked = parser.parse_args()
    tables = [table for table in (labelled(), second()) if table is not None]
    for table in tables:
        quality(table)
        if asked.peer:
            peer(asked.peer, table)
    if not asked.no_speed:
        speed()


if __name__ == "__main__":
    main()
