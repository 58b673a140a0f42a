"""Records of invented people, shaped like a census extract, for the benchmarks.

    python benchmarks/make_data.py RECORDS FILE.parquet|FILE.csv [--wide] [--row-group ROWS]

Eight columns with 74, 2, 5, 7, 16, 41, 8 and 14 values, most of them very uneven: one country has
nine records in ten, some occupations are rare, marital status follows age, occupation education.
``--wide`` adds the columns that make a group-by hard: a postcode, children, hours, housing, an
income in cents, an identifier, a long remark.

The first n records are the same however many are asked for: record i comes from block
i // BLOCK, and block b from the seed (SEED, b). Blocks are written as they are drawn, so memory
does not grow with the number of records.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

if TYPE_CHECKING:
    from collections.abc import Iterator

SEED = 20261122
BLOCK = 100_000
QUASI_IDENTIFIERS = ["age", "sex", "race", "marital", "education", "country", "workclass"]
SENSITIVE = "occupation"

SEX = ["male", "female"]
RACE = ["white", "black", "asian", "indigenous", "other"]
MARITAL = [
    "married", "never married", "divorced", "separated", "widowed", "spouse absent",
    "spouse in service",
]  # fmt: skip
EDUCATION = [
    "high school", "some college", "bachelor", "master", "vocational", "grade 11", "associate",
    "grade 10", "grade 7 or 8", "professional", "grade 9", "grade 12", "doctorate",
    "grade 5 or 6", "grade 1 to 4", "preschool",
]  # fmt: skip
COUNTRY = [
    "United States", "Mexico", "Philippines", "Germany", "Puerto Rico", "Canada", "El Salvador",
    "India", "Cuba", "England", "Jamaica", "South Korea", "China", "Italy", "Dominican Republic",
    "Viet Nam", "Guatemala", "Japan", "Poland", "Colombia", "Taiwan", "Haiti", "Iran", "Portugal",
    "Nicaragua", "Peru", "France", "Greece", "Ecuador", "Ireland", "Hong Kong", "Cambodia",
    "Trinidad and Tobago", "Laos", "Thailand", "Yugoslavia", "Guam", "Honduras", "Hungary",
    "Scotland", "Netherlands",
]  # fmt: skip
WORKCLASS = [
    "private", "self-employed", "local government", "state government", "own company",
    "federal government", "without pay", "never worked",
]  # fmt: skip
OCCUPATION = [
    "craft and repair", "professional", "management", "clerical", "sales", "other service",
    "machine operator", "transport", "handling and cleaning", "farming and fishing",
    "technical support", "protective service", "household service", "armed forces",
]  # fmt: skip

_MARITAL_BY_AGE = [  # below 25, 35, 50, 65 and from there on
    [0.080, 0.870, 0.020, 0.015, 0.001, 0.013, 0.001],
    [0.440, 0.400, 0.100, 0.040, 0.003, 0.015, 0.002],
    [0.580, 0.140, 0.200, 0.045, 0.020, 0.014, 0.001],
    [0.630, 0.060, 0.190, 0.040, 0.065, 0.014, 0.001],
    [0.580, 0.050, 0.110, 0.020, 0.230, 0.009, 0.001],
]
_SHARES = {
    "sex": [0.67, 0.33],
    "race": [0.855, 0.095, 0.031, 0.010, 0.009],
    "education": [
        .322, .224, .165, .054, .042, .036, .033, .029, .020, .018, .016, .013, .012, .010, .005,
        .001,
    ],
    "country": [0.912, *(0.088 * p for p in np.full(40, 1.0) / np.arange(2, 42) ** 1.1)],
    "workclass": [0.737, 0.083, 0.069, 0.042, 0.036, 0.0323, 0.0005, 0.0002],
    "occupation": [
        .134, .132, .130, .122, .118, .107, .066, .052, .045, .033, .031, .022, .0077, .0003,
    ],
}  # fmt: skip
_GRADUATE = np.isin(np.arange(len(EDUCATION)), [2, 3, 9, 12])
_GRADUATES_TAKE = [0.2, 4, 2.4, 0.7, 1, 0.3, 0.15, 0.2, 0.1, 0.3, 1.3, 0.6, 0.1, 1]


def blocks(records: int, *, wide: bool = False) -> Iterator[pa.Table]:
    """Yield the records in tables of ``BLOCK`` rows, the last one shorter."""
    for number, start in enumerate(range(0, records, BLOCK)):
        random = np.random.default_rng([SEED, number])
        columns = _people(random)
        if wide:
            columns |= _hard(random, start)
        yield pa.table(columns).slice(0, records - start)


def write(path: Path, records: int, *, wide: bool = False, row_group: int = BLOCK) -> None:
    """Write the records to a Parquet or a CSV file, block by block."""
    schema = next(blocks(1, wide=wide)).schema
    opened = (
        pacsv.CSVWriter(path, schema, write_options=pacsv.WriteOptions(quoting_style="needed"))
        if path.suffix == ".csv"
        else pq.ParquetWriter(path, schema)
    )
    with opened as writer:
        for table in blocks(records, wide=wide):
            writer.write_table(table, row_group)


def _people(random: np.random.Generator) -> dict[str, pa.Array]:
    ages = np.arange(17, 91)
    curve = np.exp(-0.5 * ((ages - 36) / 13.5) ** 2) + 0.012
    age = ages[_draw(random, curve)]
    education = _draw(random, _SHARES["education"])
    education[(age < 22) & _GRADUATE[education]] = 1  # noqa: PLR2004 - nobody graduates at 18
    usual = np.array(_SHARES["occupation"])
    learned = _draw(random, usual * _GRADUATES_TAKE)
    occupation = np.where(_GRADUATE[education], learned, _draw(random, usual))
    return {
        "age": pa.array(age),
        "sex": _labels(_draw(random, _SHARES["sex"]), SEX),
        "race": _labels(_draw(random, _SHARES["race"]), RACE),
        "marital": _labels(_marital(random, age), MARITAL),
        "education": _labels(education, EDUCATION),
        "country": _labels(_draw(random, _SHARES["country"]), COUNTRY),
        "workclass": _labels(_draw(random, _SHARES["workclass"]), WORKCLASS),
        "occupation": _labels(occupation, OCCUPATION),
    }


def _marital(random: np.random.Generator, age: np.ndarray) -> np.ndarray:
    limits = np.cumsum(_MARITAL_BY_AGE, axis=1)[np.digitize(age, [25, 35, 50, 65])]
    return (random.random(BLOCK)[:, None] * limits[:, -1:] >= limits).sum(axis=1)


def _hard(random: np.random.Generator, start: int) -> dict[str, pa.Array]:
    postcode = _draw(random, 1 / np.arange(1, 901) ** 0.8)
    income = np.round(np.exp(random.normal(10.4, 0.7, BLOCK)), 2)
    remark = random.integers(0, 1000, BLOCK)
    return {
        "postcode": _labels(postcode, [f"{100 + i:03}-{i * 37 % 10000:04}" for i in range(900)]),
        "children": pa.array(np.minimum(random.poisson(0.9, BLOCK), 7)),
        "hours": pa.array(np.clip(random.normal(40, 9, BLOCK).astype(int), 1, 99)),
        "housing": _labels(_draw(random, [5, 3, 1, 0.5]), ["owned", "rented", "family", "other"]),
        "income": pa.array(income),
        "person": pa.array([f"P{start + i:09}" for i in range(BLOCK)]),
        "remark": _labels(remark, [f"{i:04} " + "a long remark, " * 20 for i in range(1000)]),
    }


def _draw(random: np.random.Generator, shares: list[float] | np.ndarray) -> np.ndarray:
    limits = np.cumsum(shares)
    return np.searchsorted(limits, random.random(BLOCK) * limits[-1], side="right")


def _labels(codes: np.ndarray, labels: list[str]) -> pa.Array:
    """Give plain text: the file must not know more than one that somebody else wrote."""
    return pa.array(labels).take(pa.array(codes))


def main() -> None:
    """Write one file."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("records", type=int)
    parser.add_argument("file", type=Path)
    parser.add_argument("--wide", action="store_true")
    parser.add_argument("--row-group", type=int, default=BLOCK)
    given = parser.parse_args()
    partial = given.file.with_name("partial-" + given.file.name)
    write(partial, given.records, wide=given.wide, row_group=given.row_group)
    partial.replace(given.file)


if __name__ == "__main__":
    main()
