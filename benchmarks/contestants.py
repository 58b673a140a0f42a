"""One contestant, once, in a process of its own.

    python contestants.py NAME FILE QUASI,IDENTIFIERS SENSITIVE

prints one JSON object: CPU and wall seconds of the call, CPU seconds spent before it (starting and
importing; for frames also loading the data), and the answer. The process as a whole is measured
from outside, by ``run.py``. This file imports nothing of govkit at the top, because the peers run
it in their own environments.
"""

from __future__ import annotations

import json
import math
import sys
import time
import warnings
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from govkit.microdata import Check

    Answer = dict[str, Any]
    Call = Callable[[], Answer | Callable[[], Answer]]  # what need not be timed comes after
    Prepare = Callable[[str, list[str], str], Call]

PYCANON = {
    "pycanon-k": "k_anonymity",
    "pycanon-alpha": "alpha_k_anonymity",
    "pycanon-l": "l_diversity",
    "pycanon-entropy-l": "entropy_l_diversity",
    "pycanon-recursive": "recursive_c_l_diversity",
    "pycanon-t": "t_closeness",
    "pycanon-beta": "basic_beta_likeness",
    "pycanon-enhanced-beta": "enhanced_beta_likeness",
    "pycanon-delta": "delta_disclosure",
}


def _govkit(source: object, quasi: list[str], sensitive: str) -> Call:
    from govkit.microdata import check

    def call() -> Callable[[], Answer]:
        answer = check(source, quasi, sensitive=sensitive)
        return lambda: _numbers(answer, sensitive)

    return call


def _numbers(answer: Check, sensitive: str) -> Answer:
    secret = answer.sensitive[sensitive].numbers()
    return {
        "combinations": len(answer.table),
        "pycanon-k": answer.k_anonymity.smallest,
        "pycanon-alpha": secret["alpha"],
        "pycanon-l": secret["distinct_l"],
        "pycanon-entropy-l": secret["entropy_l"],
        "pycanon-recursive": secret["recursive_c"],
        "pycanon-t": secret["t"],
        "pycanon-beta": secret["basic_beta"],
        "pycanon-enhanced-beta": secret["enhanced_beta"],
        "pycanon-delta": secret["delta_finite"],
    }


def _govkit_pandas(path: str, quasi: list[str], sensitive: str) -> Call:
    import pandas as pd

    return _govkit(pd.read_parquet(path), quasi, sensitive)


def _govkit_polars(path: str, quasi: list[str], sensitive: str) -> Call:
    import polars as pl

    return _govkit(pl.read_parquet(path), quasi, sensitive)


def _govkit_spark(path: str, quasi: list[str], sensitive: str) -> Call:
    from pyspark.sql import SparkSession

    session = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "2")
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("ERROR")
    return _govkit(session.read.parquet(path), quasi, sensitive)


def _duckdb(path: str, quasi: list[str], sensitive: str) -> Callable[[], Any]:
    import duckdb

    connection = duckdb.connect()
    connection.sql("SET threads = 2")
    columns = ", ".join([*quasi, sensitive])
    query = f"SELECT {columns}, count(*) AS n FROM '{path}' GROUP BY ALL"  # noqa: S608 - our names
    return lambda: connection.sql(query)


def _duckdb_numbers(path: str, quasi: list[str], sensitive: str) -> Call:
    groups = _duckdb(path, quasi, sensitive)

    def call() -> Answer:
        return {"combinations": groups().aggregate("count(*), min(n), sum(n)").fetchall()[0][0]}

    return call


def _duckdb_table(path: str, quasi: list[str], sensitive: str) -> Call:
    import pyarrow as pa  # noqa: F401 - loaded before the clock starts

    groups = _duckdb(path, quasi, sensitive)

    def call() -> Answer:
        return {"combinations": groups().to_arrow_table().num_rows}

    return call


def _polars(path: str, quasi: list[str], sensitive: str) -> Call:
    import polars as pl

    def call() -> Answer:
        groups = pl.scan_parquet(path).group_by([*quasi, sensitive]).len().collect()
        return {"combinations": groups.height}

    return call


def _pandas(path: str, quasi: list[str], sensitive: str) -> Call:
    import pandas as pd

    columns = [*quasi, sensitive]

    def call() -> Answer:
        frame = pd.read_parquet(path, columns=columns)
        return {"combinations": len(frame.groupby(columns, dropna=False).size())}

    return call


def _pycanon(path: str, quasi: list[str], sensitive: str, name: str) -> Call:
    import pandas as pd
    from pycanon import anonymity

    frame, model = pd.read_csv(path), getattr(anonymity, PYCANON[name])
    arguments = (frame, quasi) if name == "pycanon-k" else (frame, quasi, [sensitive])

    def call() -> Answer:
        found = model(*arguments)
        return {name: float(found[0] if isinstance(found, tuple) else found)}

    return call


CONTESTANTS: dict[str, Prepare] = {
    "govkit": _govkit,
    "govkit-pandas": _govkit_pandas,
    "govkit-polars": _govkit_polars,
    "govkit-spark": _govkit_spark,
    "duckdb-numbers": _duckdb_numbers,
    "duckdb-table": _duckdb_table,
    "polars": _polars,
    "pandas": _pandas,
}


def measure(name: str, path: str, quasi: list[str], sensitive: str) -> dict[str, Any]:
    """Prepare, call once, and tell what the call took."""
    if name in PYCANON:
        call = _pycanon(path, quasi, sensitive, name)
    else:
        call = CONTESTANTS[name](path, quasi, sensitive)
    cpu, wall = time.process_time(), time.perf_counter()
    answer = call()
    taken = {
        "cpu_before": cpu,
        "cpu_call": time.process_time() - cpu,
        "wall_call": time.perf_counter() - wall,
    }
    numbers = answer() if callable(answer) else answer
    return taken | {"answer": {key: _plain(value) for key, value in numbers.items()}}


def _plain(value: float | None) -> float | None:
    return value if value is None or math.isfinite(value) else None


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    who, file, columns, secret = sys.argv[1:]
    print(json.dumps(measure(who, file, columns.split(","), secret)))
