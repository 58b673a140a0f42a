"""Records in memory, in the kind of frame they came in: taken in, encoded, changed, given back.

pandas, Polars and Arrow frames stay what they are. Files, databases and clusters become an Arrow
table. Columns that no remedy touches are never converted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import narwhals as nw
import numpy as np
import pyarrow as pa

from govkit.data.batches import batches
from govkit.data.counts import FrequencyTable, nullable_integers
from govkit.data.encode import encode, recode, unify
from govkit.data.merge import pack, reduce
from govkit.data.scan import open_source, reading

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt

    Integers = npt.NDArray[np.integer[Any]]
    Frame = nw.DataFrame[Any]
    Same = Any  # data of the kind that came in

__all__ = ["Records", "changed", "floats", "held", "taken"]


def held(data: object, **options: Any) -> Frame:  # noqa: ANN401 - the options of scan
    """Take records into memory: in their own kind of frame, or as an Arrow table."""
    with reading(data):
        frame, _ = open_source(data, typed=True, **options)
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
            mapper = nullable_integers(table.columns)
            new: Frame = nw.from_native(table.to_pandas(types_mapper=mapper))
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
    codes: tuple[npt.NDArray[np.int32], ...]
    table: FrequencyTable

    @classmethod
    def of(cls, frame: Frame, keys: Sequence[str]) -> Self:
        """Encode and count some columns of a frame."""
        columns, _ = next(iter(batches(frame, list(keys), None)))
        codes, values, ordered = [], [], []
        for key in keys:
            kind = columns.schema.field(key).type
            ordered.append(pa.types.is_dictionary(kind) and kind.ordered)
            found, distinct = recode(*encode(columns.column(key), key))
            (places,), distinct = unify([distinct], ordered=ordered[-1], untyped=False)
            codes.append(places[found])
            values.append(distinct)
        reduced, counts, _ = reduce(codes, [len(v) + 1 for v in values], None, None)
        table = FrequencyTable(
            keys=tuple(keys), values=tuple(values), codes=tuple(reduced), counts=counts,
            ordered=tuple(ordered),
        )  # fmt: skip
        return cls(frame, tuple(codes), table)

    def classes(self, table: FrequencyTable) -> Integers:
        """Tell for each record its row in a roll-up of the table."""
        at = [self.table.keys.index(key) for key in table.keys]
        both = [np.concatenate([table.codes[j], self.codes[i]]) for j, i in enumerate(at)]
        key, _ = pack(both, [len(values) + 1 for values in table.values])
        return np.searchsorted(key[: len(table)], key[len(table) :])

    def recoded(self, column: str, codes: npt.NDArray[np.int32]) -> Same:
        """Give the records with other codes in a column."""
        values = self.table.values[self.table.keys.index(column)]
        return changed(self.frame, {column: taken(values, codes)})


def taken(values: pa.Array, codes: Integers) -> pa.Array:
    """Give the values that codes point to; their number points to a missing one."""
    return values.take(pa.array(codes, mask=codes == len(values)))


def floats(values: pa.Array) -> npt.NDArray[np.float64] | None:
    """Give numbers as floats; ``None`` where values are something else."""
    kind = pa.types
    if (
        kind.is_integer(values.type)
        or kind.is_floating(values.type)
        or kind.is_decimal(values.type)
    ):
        return np.asarray(values.cast(pa.float64(), safe=False))
    return None
