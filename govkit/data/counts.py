"""Count the records once: how many people share each combination of values.

The result is a table of frequencies, the f_k of the disclosure-control literature (A. Hundepool
et al., "Statistical Disclosure Control", Wiley 2012, section 3.3). Every measure of the house is
computed from it, so its size, not the number of records, decides what a measure costs.
"""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import pyarrow as pa

from govkit.data.batches import RECORDS, WEIGHT, batches
from govkit.data.encode import encode, recode, unify
from govkit.errors import ColumnNotFoundError, InputError, MissingValuesError, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import numpy.typing as npt
    import pandas as pd

    Integers = npt.NDArray[np.integer[Any]]
    Codes = npt.NDArray[np.int32]

__all__ = ["FrequencyTable", "count"]

_MERGE_AT = 1 << 22  # combinations held before batches are merged: bounds memory
_LARGEST_KEY = 2**62
_WEIGHT_DIGITS = 12


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class FrequencyTable:
    """The distinct combinations of some columns, and how many records have each.

    Combinations are sorted by the columns in their order; a missing value comes last. The table
    is the same for every engine, row order, index and number of threads.

    Attributes
    ----------
    keys
        The columns, in order.
    values
        Per column its distinct values, sorted (ordered categories keep their order), none missing.
    codes
        Per column one ``int32`` per combination: the position in ``values``;
        ``len(values)`` means missing.
    counts
        Records per combination, ``int64``, each at least 1.
    weights
        Sum of sampling weights per combination (in units of people, rounded to 12 significant
        digits so that the order of summing does not show), or ``None``.
    ordered
        Per column whether its categories carry an order of their own.
    missing
        How missing values were decided: ``"category"`` or ``"error"``.

    Examples
    --------
    >>> table = count({"age": [30, 30, None], "sex": ["f", "f", "m"]}, ["age", "sex"])
    >>> table
    FrequencyTable(keys=('age', 'sex'), groups=2, records=3)
    >>> table.rollup("sex").counts.tolist()
    [2, 1]
    """

    keys: tuple[str, ...]
    values: tuple[pa.Array, ...]
    codes: tuple[Codes, ...]
    counts: npt.NDArray[np.int64]
    weights: npt.NDArray[np.float64] | None = None
    ordered: tuple[bool, ...] = ()
    missing: str = "category"

    @property
    def records(self) -> int:
        """Number of records counted."""
        return int(self.counts.sum())

    @property
    def missing_records(self) -> dict[str, int]:
        """Per column the number of records whose value is missing."""
        return {
            key: int(self.counts[codes == len(values)].sum())
            for key, codes, values in zip(self.keys, self.codes, self.values, strict=True)
        }

    def rollup(self, keys: str | Sequence[str]) -> FrequencyTable:
        """Count again by fewer columns, without another look at the data.

        Parameters
        ----------
        keys
            One or several of ``self.keys``, in the order wanted; none gives the grand total.

        Returns
        -------
        FrequencyTable
            Equal to ``count(data, keys)``.

        Raises
        ------
        ColumnNotFoundError
            A name that is not among the keys.

        Examples
        --------
        >>> table = count({"a": [1, 1, 2], "b": [5, 6, 6]}, ["a", "b"])
        >>> table.rollup(["b"]) == count({"b": [5, 6, 6]}, ["b"])
        True
        """
        wanted = _names(keys)
        if wanted == self.keys:
            return self
        at = [self._position(key) for key in wanted]
        codes, counts, weights = _reduce(
            [self.codes[i] for i in at],
            [len(self.values[i]) + 1 for i in at],
            self.counts,
            self.weights,
        )
        return FrequencyTable(
            keys=wanted,
            values=tuple(self.values[i] for i in at),
            codes=tuple(codes),
            counts=counts,
            weights=weights,
            ordered=tuple(self.ordered[i] for i in at),
            missing=self.missing,
        )

    def to_frame(self, rows: Integers | None = None) -> pd.DataFrame:
        """Give the combinations as a pandas frame with the columns and ``records`` (``weight``).

        Parameters
        ----------
        rows
            Positions of the combinations wanted; default all of them.
        """
        chosen = np.arange(len(self)) if rows is None else np.asarray(rows)
        columns = [
            values.take(pa.array(codes[chosen], mask=codes[chosen] == len(values)))
            for codes, values in zip(self.codes, self.values, strict=True)
        ]
        names = [*self.keys, free_name("records", self.keys)]
        columns.append(pa.array(self.counts[chosen]))
        if self.weights is not None:
            names.append(free_name("weight", self.keys))
            columns.append(pa.array(self.weights[chosen]))
        frame: pd.DataFrame = pa.Table.from_arrays(columns, names=names).to_pandas(
            types_mapper=_nullable_integers(columns)
        )
        return frame

    def __len__(self) -> int:
        """Give the number of distinct combinations."""
        return len(self.counts)

    def __eq__(self, other: object) -> bool:
        """Tell whether both count the same records by the same columns."""
        if not isinstance(other, FrequencyTable):
            return NotImplemented
        return (
            self.keys == other.keys
            and np.array_equal(self.counts, other.counts)
            and all(a.equals(b) for a, b in zip(self.values, other.values, strict=True))
            and all(np.array_equal(a, b) for a, b in zip(self.codes, other.codes, strict=True))
            and _same_weights(self.weights, other.weights)
        )

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"FrequencyTable(keys={self.keys!r}, groups={len(self)}, records={self.records})"

    def _repr_html_(self) -> str:
        cells = (
            ("columns", ", ".join(self.keys)),
            ("records", f"{self.records:,}"),
            ("distinct combinations", f"{len(self):,}"),
            ("seen once", f"{int((self.counts == 1).sum()):,}"),
        )
        rows = "".join(
            f"<tr><td>{name}</td><td style='text-align:right'>{html.escape(value)}</td></tr>"
            for name, value in cells
        )
        return f"<table class='govkit-result'><tbody>{rows}</tbody></table>"

    def _position(self, key: str) -> int:
        if key not in self.keys:
            raise ColumnNotFoundError(key, self.keys)
        return self.keys.index(key)


def count(
    data: object,
    keys: str | Sequence[str],
    *,
    weight: str | None = None,
    missing: str = "category",
    **reading: Any,  # noqa: ANN401 - handed on to scan unchanged
) -> FrequencyTable:
    """Count the records by combinations of columns, in the engine that holds the data.

    Parameters
    ----------
    data
        Anything that ``scan`` takes: a path, a database table, a frame of any engine.
    keys
        The columns to count by, at least one; no column twice.
    weight
        A column of sampling weights (people per record, not negative, none missing) to be summed.
    missing
        ``"category"``: a missing value is a value of its own, so nobody is dropped.
        ``"error"``: refuse data with missing values.
    **reading
        ``delimiter``, ``encoding``, ``engine``: see ``scan``.

    Returns
    -------
    FrequencyTable
        At most as many rows as there are distinct combinations.

    Raises
    ------
    ColumnNotFoundError
        A column that is not there.
    MissingValuesError
        Missing values under ``missing="error"``.
    InputError
        No column, a column twice, or weights that are missing or negative.

    Examples
    --------
    >>> count({"age": [30, 30, 41]}, "age").counts.tolist()
    [2, 1]
    """
    wanted = _names(keys)
    _check_arguments(wanted, missing)
    table = _merge(wanted, batches(data, wanted, weight, **reading), missing=missing)
    if missing == "error":
        _refuse_missing(table)
    return table


def free_name(name: str, taken: Iterable[str]) -> str:
    """Give ``name``, with underscores added while it is taken by a column of the data."""
    while name in set(taken):
        name += "_"
    return name


def _nullable_integers(columns: list[pa.Array]) -> Any:  # noqa: ANN401 - a pandas dtype or none
    """Keep whole numbers whole where some are missing."""
    import pandas as pd  # noqa: PLC0415 - only frames need it

    holed = {column.type for column in columns if column.null_count}
    return {pa.int64(): pd.Int64Dtype()}.get if pa.int64() in holed else None


def _names(keys: str | Sequence[str]) -> tuple[str, ...]:
    return (keys,) if isinstance(keys, str) else tuple(keys)


def _check_arguments(keys: tuple[str, ...], missing: str) -> None:
    if not keys:
        raise InputError("Name at least one column to count by.")
    twice = [key for position, key in enumerate(keys) if key in keys[:position]]
    if twice:
        raise InputError(f"Column {shown(twice[0])} is named twice: name each column once.")
    if missing == "wildcard":
        raise InputError(
            "missing='wildcard' is not available yet: it comes with the risk measures. "
            "Use missing='category' (a missing value is a value of its own) meanwhile."
        )
    if missing not in {"category", "error"}:
        raise InputError(
            f"missing must be 'category' or 'error', not {shown(missing)}: "
            "say what a missing value means."
        )


def _refuse_missing(table: FrequencyTable) -> None:
    found = {key: n for key, n in table.missing_records.items() if n}
    if found:
        listed = ", ".join(f"{shown(key)}: {n:,}" for key, n in found.items())
        raise MissingValuesError(
            f"There are missing values ({listed}). Fill them, drop the column, or use "
            "missing='category' to count them as a value of their own."
        )


@dataclass(frozen=True, slots=True)
class _Part:
    """What one batch holds: its own codes, not yet those of other batches."""

    codes: list[Codes]
    values: list[pa.Array]
    counts: npt.NDArray[np.int64]
    weights: npt.NDArray[np.float64] | None
    ordered: list[bool]
    untyped: bool

    @classmethod
    def of(cls, batch: pa.Table, keys: tuple[str, ...], *, untyped: bool) -> Self:
        pairs = [encode(batch.column(key), key) for key in keys]
        kinds = [batch.schema.field(key).type for key in keys]
        columns = set(batch.column_names)
        codes, counts, weights = _reduce(
            [codes for codes, _ in pairs],
            [len(values) + 1 for _, values in pairs],
            batch.column(RECORDS).to_numpy() if RECORDS in columns else None,
            batch.column(WEIGHT).to_numpy() if WEIGHT in columns else None,
        )
        ordered = [pa.types.is_dictionary(kind) and kind.ordered for kind in kinds]
        return cls(codes, [values for _, values in pairs], counts, weights, ordered, untyped)


def _merge(
    keys: tuple[str, ...], source: Iterator[tuple[pa.Table, bool]], *, missing: str
) -> FrequencyTable:
    parts: list[_Part] = []
    limit = _MERGE_AT
    for batch, untyped in source:
        parts.append(_Part.of(batch, keys, untyped=untyped))
        if sum(len(part.counts) for part in parts) > limit:
            parts = [_join(parts)]
            limit = _MERGE_AT + 2 * len(parts[0].counts)
    whole = _join(parts)
    return FrequencyTable(
        keys=keys,
        values=tuple(whole.values),
        codes=tuple(whole.codes),
        counts=whole.counts,
        weights=None if whole.weights is None else _rounded(whole.weights),
        ordered=tuple(whole.ordered),
        missing=missing,
    )


def _join(parts: list[_Part]) -> _Part:
    first = parts[0]
    columns = range(len(first.codes))
    codes, values = [], []
    for i in columns:
        used = [recode(part.codes[i], part.values[i]) for part in parts]
        maps, merged = unify(
            [value for _, value in used], ordered=first.ordered[i], untyped=first.untyped
        )
        codes.append(np.concatenate([m[code] for m, (code, _) in zip(maps, used, strict=True)]))
        values.append(merged)
    counts = np.concatenate([part.counts for part in parts])
    weights = [part.weights for part in parts if part.weights is not None]
    reduced, counts, sums = _reduce(
        codes,
        [len(value) + 1 for value in values],
        counts,
        np.concatenate(weights) if weights else None,
    )
    return _Part(reduced, values, counts, sums, first.ordered, untyped=False)


def _reduce(
    codes: list[Codes],
    radices: list[int],
    counts: Integers | None,
    weights: npt.NDArray[np.float64] | None,
) -> tuple[list[Codes], npt.NDArray[np.int64], npt.NDArray[np.float64] | None]:
    """Bring equal rows together: codes sorted as one integer each, then run lengths."""
    if not codes:
        return _grand_total(counts, weights)
    key, decodable = _pack(codes, radices)
    if counts is None and weights is None and decodable:
        key.sort()
        starts = _starts(key)
        sizes = np.diff(starts, append=len(key))
        return _unpack(key[starts], radices), sizes.astype(np.int64), None
    if len(key) < 2 or (key[1:] >= key[:-1]).all():  # noqa: PLR2004 - sorted, as after a prefix
        order: Any = slice(None)
        rows = starts = _starts(key)
    else:
        order = np.argsort(key)
        starts = _starts(key[order])
        rows = order[starts]
    reduced = [code[rows] for code in codes]
    if counts is None:
        sizes = np.diff(starts, append=len(key)).astype(np.int64)
    else:
        sizes = _sums(counts[order].astype(np.int64, copy=False), starts)
    return reduced, sizes, None if weights is None else _sums(weights[order], starts)


def _pack(codes: list[Codes], radices: list[int]) -> tuple[Integers, bool]:
    """Pack codes into one integer per row that sorts as the rows do."""
    size = 1
    for radix in radices:
        size *= radix
    if size < _LARGEST_KEY:
        kind = np.int32 if size < 2**31 else np.int64
        key: Integers = codes[0].astype(kind)
        for code, radix in zip(codes[1:], radices[1:], strict=True):
            key *= kind(radix)
            key += code
        return key, True
    key, size = codes[0].astype(np.int64), radices[0]
    for code, radix in zip(codes[1:], radices[1:], strict=True):
        if size * radix >= _LARGEST_KEY:  # too wide for 64 bits: number what is there so far
            seen, key = np.unique(key, return_inverse=True)
            key, size = key.astype(np.int64), len(seen)
        key = key * radix + code
        size *= radix
    return key, False


def _unpack(key: Integers, radices: list[int]) -> list[Codes]:
    codes: list[Codes] = []
    for radix in reversed(radices[1:]):
        key, code = np.divmod(key, key.dtype.type(radix))
        codes.append(code.astype(np.int32, copy=False))
    return [key.astype(np.int32, copy=False), *reversed(codes)]


def _starts(key: Integers) -> npt.NDArray[np.int64]:
    if not len(key):
        return np.empty(0, np.int64)
    new = np.empty(len(key), dtype=bool)
    new[0] = True
    np.not_equal(key[1:], key[:-1], out=new[1:])
    return np.flatnonzero(new)


def _sums(numbers: npt.NDArray[Any], starts: npt.NDArray[np.int64]) -> npt.NDArray[Any]:
    return np.add.reduceat(numbers, starts) if len(starts) else numbers[:0]


def _grand_total(
    counts: Integers | None, weights: npt.NDArray[np.float64] | None
) -> tuple[list[Codes], npt.NDArray[np.int64], npt.NDArray[np.float64] | None]:
    if counts is None or not len(counts):
        return [], np.empty(0, np.int64), None if weights is None else np.empty(0)
    total = np.array([counts.sum()], np.int64)
    return [], total, None if weights is None else np.array([weights.sum()])


def _rounded(weights: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    digits = _WEIGHT_DIGITS - 1 - np.floor(np.log10(np.maximum(np.abs(weights), 1e-300)))
    scale = 10.0**digits
    return np.where(weights == 0, 0.0, np.round(weights * scale) / scale)


def _same_weights(one: npt.NDArray[Any] | None, other: npt.NDArray[Any] | None) -> bool:
    if one is None or other is None:
        return one is other
    return bool(np.allclose(one, other, rtol=1e-9, atol=0))
