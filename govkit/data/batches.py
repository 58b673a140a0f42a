"""From any source to Arrow batches of just the columns that are asked for.

Engines that can group do so themselves and hand over one batch with the counts in it. Frames in
memory and Parquet files hand over their columns: their dictionaries are reused instead of being
hashed again, which costs about a third of a group-by on strings (see ``benchmarks/``).
"""

import re
import warnings
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import narwhals as nw
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from govkit.data.encode import nested
from govkit.data.scan import open_source, parquet_files, reading
from govkit.errors import ColumnNotFoundError, InputError, SourceError, shown

RECORDS = "__govkit_records__"
WEIGHT = "__govkit_weight__"
_WEIGHED = "__govkit_weighed__"
_LEAST = "__govkit_least__"
_BATCH_ROWS = 1 << 20
_TEXT = (pa.string(), pa.large_string(), pa.string_view())  # pandas and Polars write the latter two


def batches(
    data: object,
    keys: Sequence[str],
    weight: str | None,
    **options: Any,  # noqa: ANN401 - the options of scan
) -> Iterator[tuple[pa.Table, bool]]:
    """Yield the columns in batches, each with a mark whether its text still has to be typed.

    A batch holds the key columns; ``RECORDS`` where the engine has grouped already; ``WEIGHT``
    where weights were asked for.
    """
    used = list(dict.fromkeys([*keys, *([weight] if weight else [])]))
    with reading(data):
        files = parquet_files(data) if options.get("engine", "duckdb") == "duckdb" else None
        if files:
            for table in _parquet(files, keys, used):
                weights = _weights(table.column(weight), weight) if weight else None
                yield table.append_column(WEIGHT, weights) if weight else table, False
            return
        frame, untyped = open_source(data, typed=False, **options)
        _check_columns(frame, used, keys)
        engine = frame.implementation
        if isinstance(frame, nw.DataFrame) or engine.is_pandas_like() or engine.is_pyarrow():
            yield _columns(frame, keys, weight), untyped
        else:
            yield _grouped(frame, list(keys), weight), untyped


def _check_columns(
    frame: nw.LazyFrame[Any] | nw.DataFrame[Any], used: Sequence[str], keys: Sequence[str]
) -> None:
    schema = frame.collect_schema()
    for name in used:
        if name not in schema:
            raise ColumnNotFoundError(name, schema.names())
    for name in keys:
        if schema[name].is_nested():
            raise nested(name)


def _grouped(frame: nw.LazyFrame[Any], keys: list[str], weight: str | None) -> pa.Table:
    sums = [nw.len().alias(RECORDS)]
    if weight:
        number = nw.col(weight).cast(nw.Float64())
        sums.append(number.sum().alias(WEIGHT))
        sums += [number.count().alias(_WEIGHED), number.min().alias(_LEAST)]
    with warnings.catch_warnings(action="ignore"):  # engines warn of each other's versions
        try:
            table: pa.Table = frame.group_by(keys).agg(*sums).collect("pyarrow").to_native()
        except Exception as error:  # engines share no base class
            if weight and re.search("(?i)conver|cast", str(error)):
                raise _not_numbers(weight) from None
            raise
    if weight:
        weighed = pc.sum(table.column(_WEIGHED)).as_py() or 0
        records = pc.sum(table.column(RECORDS)).as_py() or 0
        _check_weights(table.column(_LEAST), weight, missing=records - weighed)
    return table


def _columns(
    frame: nw.DataFrame[Any] | nw.LazyFrame[Any], keys: Sequence[str], weight: str | None
) -> pa.Table:
    held = frame.collect() if isinstance(frame, nw.LazyFrame) else frame
    columns = {key: _arrow(held.get_column(key)) for key in keys}
    if weight:
        columns[WEIGHT] = _weights(_arrow(held.get_column(weight)), weight)
    return pa.table(columns)


def _arrow(column: nw.Series[Any]) -> pa.Array | pa.ChunkedArray:
    """Turn one column of a frame in memory into Arrow, whatever objects it holds."""
    native = column.to_native()
    categories = getattr(getattr(native, "cat", None), "categories", None)
    if categories is not None and column.implementation.is_pandas_like():
        return _categorical(native.cat.codes.to_numpy(), list(categories), native.cat.ordered)
    try:
        array = column.to_arrow()
    except (pa.ArrowException, OverflowError, TypeError):
        return _objects(column.to_list(), column.name)
    if isinstance(array.type, pa.BaseExtensionType):
        return _objects(column.to_list(), column.name)
    return array


def _categorical(codes: np.ndarray[Any, Any], categories: list[Any], ordered: bool) -> pa.Array:
    used, position = np.unique(codes[codes >= 0], return_inverse=True)
    indices = np.zeros(len(codes), np.int32)
    indices[codes >= 0] = position
    values = _values([categories[i] for i in used])
    return pa.DictionaryArray.from_arrays(
        pa.array(indices, mask=codes < 0), values, ordered=bool(ordered)
    )


def _values(items: list[Any]) -> pa.Array:
    try:
        values = pa.array(items, from_pandas=True)
    except (pa.ArrowException, OverflowError, TypeError):
        return _objects(items, "categories")
    return _objects(items, "categories") if pa.types.is_nested(values.type) else values


def _objects(items: list[Any], name: str) -> pa.Array:
    """Write mixed objects as text; where types differ, the type is part of the text."""
    if any(isinstance(item, list | dict | set | np.ndarray) for item in items):
        raise nested(name)
    missing = [item is None or item != item or type(item).__name__ == "NAType" for item in items]  # noqa: PLR0124 - only NaN and NaT differ from themselves
    kinds = {type(item).__name__ for item, none in zip(items, missing, strict=True) if not none}
    mixed = len(kinds) > 1
    text = [
        None if none else f"{item} ({type(item).__name__})" if mixed else str(item)
        for item, none in zip(items, missing, strict=True)
    ]
    return pa.array(text, pa.large_string())


def _weights(column: pa.Array | pa.ChunkedArray, name: str) -> pa.Array | pa.ChunkedArray:
    try:
        numbers = column.cast(pa.float64())
    except pa.ArrowException:
        raise _not_numbers(name) from None
    _check_weights(numbers, name, missing=numbers.null_count)
    return numbers


def _not_numbers(name: str) -> InputError:
    return InputError(f"Weight column {shown(name)} does not hold numbers: name another column.")


def _check_weights(numbers: pa.ChunkedArray | pa.Array, name: str, *, missing: int) -> None:
    if missing or pc.any(pc.is_nan(numbers)).as_py():
        raise InputError(
            f"Weight column {shown(name)} has missing values: every record needs a weight."
        )
    if pc.any(pc.less(numbers, 0)).as_py():
        raise InputError(
            f"Weight column {shown(name)} has negative values: a record stands for at least nobody."
        )


def _parquet(files: Sequence[Path], keys: Sequence[str], used: list[str]) -> Iterator[pa.Table]:
    found = False
    for path in files:
        schema = _parquet_schema(path, used, first=path == files[0])
        text = [name for name in keys if schema.field(name).type in _TEXT]
        with pq.ParquetFile(path, read_dictionary=text) as file:
            for table in _large(file.iter_batches(_BATCH_ROWS, columns=used)):
                found = True
                yield table
    if not found:
        yield schema.empty_table().select(used)


def _large(pieces: Iterable[pa.RecordBatch]) -> Iterator[pa.Table]:
    """Put small row groups together: what they share is counted once, not once each."""
    held: list[pa.RecordBatch] = []
    for piece in pieces:
        held.append(piece)
        if sum(batch.num_rows for batch in held) >= _BATCH_ROWS:
            yield pa.Table.from_batches(held)
            held = []
    if any(batch.num_rows for batch in held):
        yield pa.Table.from_batches(held)


def _parquet_schema(path: Path, used: Sequence[str], *, first: bool) -> pa.Schema:
    schema = pq.read_schema(path)
    for name in used:
        if schema.names.count(name) > 1:
            raise InputError(f"Column name {shown(name)} appears more than once: rename one.")
        if name not in schema.names:
            if not first:
                raise SourceError(
                    f"Column {shown(name)} is not in every file of the folder "
                    f"(missing in {path.name}): name columns that all files have."
                )
            raise ColumnNotFoundError(name, schema.names)
    return schema
