"""Distinct values of a column and their counts, a sample of them drawn where the data is.

The sample is the values whose MD5 digest, salted with the seed, is smallest: the same values for
every engine, row order and number of threads.
"""

import hashlib
import heapq
from dataclasses import dataclass
from typing import Any

import narwhals as nw

from govkit.data.scan import load_ibis

_VALUE, _RECORDS = "govkit_v", "govkit_n"


@dataclass(frozen=True, slots=True)
class Distinct:
    """Distinct values with their counts, and sums over all of them, drawn or not."""

    values: tuple[tuple[object, int], ...]
    distinct: int
    filled: int
    alike: int  # ordered pairs of different records with one value


def stored(frame: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """Keep what DuckDB reads from a text file as a table, so that it is parsed once."""
    relation = frame.to_native()
    if not frame.implementation.is_duckdb() or "csv" not in str(relation.sql_query()).lower():
        return frame
    relation.query("govkit_s", "CREATE OR REPLACE TEMP TABLE govkit_stored AS FROM govkit_s")
    kept: nw.LazyFrame[Any] = nw.from_native(relation.query("govkit_s", "FROM govkit_stored"))
    return kept


def distinct(
    frame: nw.LazyFrame[Any], column: str, *, size: int | None, seed: int, longest: int
) -> Distinct:
    """Draw distinct values of a column.

    Parameters
    ----------
    frame
        From :func:`govkit.data.scan`.
    column
        Its name.
    size
        Number of distinct values; ``None`` for all.
    seed
        Salt of the digest that draws them.
    longest
        Text is cut after this many characters before it is counted.

    Examples
    --------
    >>> from govkit.data.scan import scan
    >>> distinct(scan({"a": ["x", "x", "y"]}), "a", size=None, seed=0, longest=9).alike
    2
    """
    value = nw.col(column)
    if isinstance(frame.collect_schema()[column], nw.String):
        value = value.str.slice(0, longest)
    grouped = (
        frame.select(value.alias(_VALUE)).drop_nulls(_VALUE)
        .group_by(_VALUE).agg(nw.len().alias(_RECORDS))
    )  # fmt: skip
    drawn = None if size is None else _drawn(grouped, size, seed)
    if drawn is None:
        return _here(_pairs(grouped), size, seed)
    n = nw.col(_RECORDS)
    sums = grouped.select(
        n.count().alias("distinct"), n.sum().alias("filled"), (n * (n - 1)).sum().alias("alike")
    ).collect()  # fmt: skip
    totals = (int(sums[key][0] or 0) for key in ("distinct", "filled", "alike"))
    return Distinct(tuple(_pairs(nw.from_native(drawn))), *totals)


def _drawn(grouped: nw.LazyFrame[Any], size: int, seed: int) -> Any:  # noqa: ANN401 - the engine's own
    """Draw inside the engine; ``None`` for frames that are in memory anyway."""
    engine, native = grouped.implementation, grouped.to_native()
    if engine.is_duckdb():
        order = f"md5('{int(seed)}' || CAST({_VALUE} AS VARCHAR)), {_VALUE}"
        return native.query("govkit_g", f"FROM govkit_g ORDER BY {order} LIMIT {int(size)}")
    if engine.is_pyspark():
        digest = f"md5(concat('{int(seed)}', CAST({_VALUE} AS STRING))) AS govkit_h"
        ordered = native.selectExpr(_VALUE, _RECORDS, digest).orderBy("govkit_h", _VALUE)
        return ordered.limit(size).select(_VALUE, _RECORDS)
    if engine.is_ibis():
        return _from_ibis(native, size, seed)
    return None


def _from_ibis(table: Any, size: int, seed: int) -> Any:  # noqa: ANN401 - Ibis publishes no types
    """Draw in a database that has a function MD5; SQLite has none."""
    ibis = load_ibis()
    if table.get_backend().name not in {"postgres", "duckdb"}:
        return None

    @ibis.udf.scalar.builtin  # type: ignore[untyped-decorator]
    def md5(text: str) -> str: ...  # type: ignore[empty-body]

    digest = md5(ibis.literal(str(seed)) + table[_VALUE].cast("string"))
    return table.order_by(digest, table[_VALUE]).limit(size)


def _pairs(grouped: nw.LazyFrame[Any]) -> list[tuple[object, int]]:
    table = grouped.collect().to_dict(as_series=False)
    return list(zip(table[_VALUE], map(int, table[_RECORDS]), strict=True))


def _here(pairs: list[tuple[object, int]], size: int | None, seed: int) -> Distinct:
    sums = (len(pairs), sum(n for _, n in pairs), sum(n * (n - 1) for _, n in pairs))
    if size is not None and len(pairs) > size:
        pairs = heapq.nsmallest(size, pairs, key=lambda pair: _digest(pair[0], seed))
    return Distinct(tuple(pairs), *sums)


def _digest(value: object, seed: int) -> tuple[str, str]:
    text = str(value)
    return hashlib.md5(f"{seed}{text}".encode(), usedforsecurity=False).hexdigest(), text
