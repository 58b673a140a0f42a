"""Records in memory, in the kind of frame they came in: taken in, encoded, changed, given back.

pandas, Polars and Arrow frames stay what they are. Files, databases and clusters become an Arrow
table. Columns that no remedy touches are never converted.
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import narwhals as nw
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from govkit.data.arrays import Codes, Floats, Integers
from govkit.data.batches import batches
from govkit.data.counts import FrequencyTable, encoded, in_pandas
from govkit.data.encode import recode, taken, unify
from govkit.data.merge import pack, reduce
from govkit.data.scan import open_source, reading
from govkit.errors import InputError, MissingExtraError, shown
from govkit.files import write_whole

Frame = nw.DataFrame[Any]
Same = Any


_EXACT = 2**53  # Excel keeps numbers as floats
_FORMULA = tuple("=+-@\t\r")


def held(data: object) -> Frame:
    """Take records into memory: in their own kind of frame, or as an Arrow table."""
    with reading(data):
        frame, _ = open_source(data, typed=True)
        if isinstance(frame, nw.LazyFrame):
            polars = frame.implementation.is_polars()
            return frame.collect("polars" if polars else "pyarrow")
        return frame


def changed(frame: Frame, columns: Mapping[str, pa.Array]) -> Same:
    """Give the frame of its own kind with some columns replaced; a pandas index is left behind."""
    if frame.implementation.is_pandas():
        frame = nw.from_native(frame.to_native().reset_index(drop=True))
    if columns:
        table = pa.table(dict(columns))
        if frame.implementation.is_pandas():
            new: Frame = nw.from_native(in_pandas(table))
        else:
            new = nw.DataFrame.from_arrow(table, backend=frame.implementation)
        frame = frame.with_columns(*(new.get_column(name) for name in columns))
    return frame.to_native()


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Records:
    """Records with the codes of some of their columns.

    Attributes
    ----------
    frame
        The records.
    codes
        Per column one code per record: the position in ``table.values``, or their number for
        missing.
    table
        The same records counted.
    """

    frame: Frame
    codes: tuple[Codes, ...]
    table: FrequencyTable

    @classmethod
    def of(cls, frame: Frame, keys: Sequence[str]) -> Self:
        """Encode and count some columns of a frame."""
        columns, _ = next(iter(batches(frame, list(keys), None)))
        codes, values = [], []
        own, given, ordered = encoded(columns, keys)
        for column in zip(own, given, ordered, strict=True):
            found, distinct = recode(*column[:2])
            (places,), distinct = unify([distinct], ordered=column[2], untyped=False)
            codes.append(places[found])
            values.append(distinct)
        reduced, counts, _ = reduce(codes, values)
        table = FrequencyTable(tuple(keys), tuple(values), tuple(reduced), counts, ordered=ordered)
        return cls(frame, tuple(codes), table)

    def classes(self, table: FrequencyTable) -> Integers:
        """Tell for each record its row in a roll-up of the table."""
        at = [self.table.keys.index(key) for key in table.keys]
        both = [np.concatenate([table.codes[j], self.codes[i]]) for j, i in enumerate(at)]
        key, _ = pack(both, [len(values) + 1 for values in table.values])
        return np.searchsorted(key[: len(table)], key[len(table) :])

    def allocated(self, table: FrequencyTable, parts: Integers) -> Integers:
        """Give each record a row: per class one or more of them, each for so many records."""
        rows = np.empty(len(self.frame), np.int64)
        order = np.argsort(self.classes(table), kind="stable")
        rows[order] = np.repeat(np.arange(len(parts)), parts)
        return rows

    def numbers(self, j: int) -> Floats | None:
        """Give the j-th column as floats, a missing value as NaN; ``None`` if it is no numbers."""
        known = floats(self.table.values[j])
        return None if known is None else np.append(known, np.nan)[self.codes[j]]

    def recoded(self, column: str, codes: Codes) -> Same:
        """Give the records with other codes in a column."""
        values = self.table.values[self.table.keys.index(column)]
        return changed(self.frame, {column: taken(values, codes)})


def floats(values: pa.Array) -> Floats | None:
    """Give numbers as floats; ``None`` where values are something else."""
    tests = (pa.types.is_integer, pa.types.is_floating, pa.types.is_decimal)
    number = any(test(values.type) for test in tests)
    return np.asarray(values.cast(pa.float64(), safe=False)) if number else None


def write_records(data: object, path: str | os.PathLike[str]) -> Path:
    """Write records as ``.csv``, ``.xlsx`` or ``.parquet``: whole, or not at all.

    In CSV and Excel a text that a spreadsheet would take for a formula gets an apostrophe before
    it; in Excel, numbers beyond its 15 digits and times with a zone are written as text.

    Raises
    ------
    InputError
        Another ending.
    SourceError
        The file cannot be written.
    """
    table, kind = held(data).to_arrow(), Path(path).suffix.lower()
    if kind not in {".csv", ".xlsx", ".parquet"}:
        raise InputError(f"Records are written as .csv, .xlsx or .parquet, not {shown(kind)}.")

    def draw_up(draft: Path) -> None:
        if kind == ".parquet":
            pq.write_table(table, draft)
        elif kind == ".csv":
            _literal(table).to_csv(draft, index=False, lineterminator="\n")
        else:
            _literal(table, excel=True).to_excel(draft, index=False)

    try:
        return write_whole(path, draw_up)
    except ModuleNotFoundError:
        raise MissingExtraError("Excel files", "excel") from None


def _literal(table: pa.Table, *, excel: bool = False) -> Any:  # noqa: ANN401 - a pandas frame
    """Give records as a spreadsheet takes them literally."""
    import pandas as pd  # noqa: PLC0415 - slow to import

    def safe(text: str) -> str:
        return "'" + text if text[:1] in _FORMULA else text

    frame = table.to_pandas(types_mapper=pd.ArrowDtype).rename(columns=safe)
    for name, column in zip(frame, table.columns, strict=True):
        kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
        wide = pa.types.is_integer(kind) and any(abs(n or 0) > _EXACT for n in column.to_pylist())
        if pa.types.is_string(kind) or pa.types.is_large_string(kind) or kind == pa.string_view():
            frame[name] = [None if text is None else safe(text) for text in column.to_pylist()]
        elif excel and (wide or getattr(kind, "tz", None)):
            frame[name] = column.cast(pa.string()).to_pylist()
    return frame
