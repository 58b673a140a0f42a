"""Count the records once: how many people share each combination of values.

The result is a table of frequencies, the f_k of the disclosure-control literature (A. Hundepool
et al., "Statistical Disclosure Control", Wiley 2012, section 3.3). Every measure of the house is
computed from it, so its size, not the number of records, decides what a measure costs.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
import pyarrow as pa

from govkit.data.arrays import Codes, DataFrame, Floats, Integers, Numbers
from govkit.data.batches import RECORDS, WEIGHT, batches
from govkit.data.encode import encode, numbers, recode, taken, unify
from govkit.data.merge import reduce
from govkit.errors import ColumnNotFoundError, InputError, MissingValuesError, shown
from govkit.result import filled

_MERGE_AT = 1 << 22  # combinations held before batches are merged: bounds memory
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
        How missing values were decided: ``"category"``, ``"wildcard"`` or ``"error"``. The table
        itself always tells them apart; measures of group sizes follow the decision.
    alpha
        Under ``"wildcard"`` the share, 0 to 1, at which a record with missing values counts
        among the others that it could equal.

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
    counts: Integers
    weights: Floats | None = None
    ordered: tuple[bool, ...] = ()
    missing: str = "category"
    alpha: float = 1.0

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

    def rollup(self, keys: str | Sequence[str]) -> Self:
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
        wanted = listed(keys)
        if wanted == self.keys:
            return self
        for key in wanted:
            if key not in self.keys:
                raise ColumnNotFoundError(key, self.keys)
        at = [self.keys.index(key) for key in wanted]
        codes, values = [self.codes[i] for i in at], [self.values[i] for i in at]
        ordered = tuple(self.ordered[i] for i in at)
        return self.regrouped(
            codes, values, self.counts, self.weights, keys=wanted, ordered=ordered
        )

    def regrouped(
        self, codes: Sequence[Codes], values: Sequence[pa.Array], counts: Integers | None,
        weights: Floats | None = None, **changes: Any,  # noqa: ANN401 - other attributes
    ) -> Self:  # fmt: skip
        """Give the table with other rows, those that are equal brought together."""
        reduced, counts, weights = reduce(codes, values, counts, weights)
        return replace(
            self, codes=tuple(reduced), values=tuple(values), counts=counts, weights=weights,
            **changes,
        )  # fmt: skip

    def to_frame(self, rows: Integers | None = None) -> DataFrame:
        """Give the combinations as a pandas frame with the columns and ``records`` (``weight``).

        Parameters
        ----------
        rows
            Positions of the combinations wanted; default all of them.
        """
        chosen = np.arange(len(self)) if rows is None else np.asarray(rows)
        columns = {
            key: taken(values, codes[chosen])
            for key, values, codes in zip(self.keys, self.values, self.codes, strict=True)
        }
        columns[free_name("records", self.keys)] = pa.array(self.counts[chosen])
        if self.weights is not None:
            columns[free_name("weight", self.keys)] = pa.array(self.weights[chosen])
        return in_pandas(pa.table(columns))

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
        """Show names and sizes; never a value from the data."""
        return f"FrequencyTable(keys={self.keys!r}, groups={len(self)}, records={self.records})"

    def _repr_html_(self) -> str:
        return filled("counts.html", of=self, alone=int((self.counts == 1).sum()))


def count(
    data: object,
    keys: str | Sequence[str],
    *,
    weight: str | None = None,
    missing: str = "category",
    alpha: float = 1.0,
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
        ``"wildcard"``: it may be any value, so that groups overlap and sizes are those that
        ``govkit.microdata.frequencies`` computes from the table.
        ``"error"``: refuse data with missing values.
    alpha
        Under ``"wildcard"``: how much a record with missing values counts for others, 0 to 1.
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
    wanted = listed(keys)
    _check_arguments(wanted, missing, alpha)
    table = _merged(wanted, batches(data, wanted, weight, **reading))
    if missing == "error":
        _refuse_missing(table)
    weights = None if table.weights is None else _rounded(table.weights)
    return replace(table, weights=weights, missing=missing, alpha=alpha)


def free_name(name: str, taken: Iterable[str]) -> str:
    """Give ``name``, with underscores added while it is taken by a column of the data."""
    while name in set(taken):
        name += "_"
    return name


def in_pandas(table: pa.Table) -> DataFrame:
    """Give a pandas frame in which whole numbers stay whole where some are missing."""
    import pandas as pd  # noqa: PLC0415 - only frames need it

    holed = pa.int64() in {column.type for column in table.columns if column.null_count}
    frame: DataFrame = table.to_pandas(
        types_mapper={pa.int64(): pd.Int64Dtype()}.get if holed else None
    )
    return frame


def listed(names: str | Iterable[str]) -> tuple[str, ...]:
    """Give one name, or several, as a tuple."""
    return (names,) if isinstance(names, str) else tuple(names)


def _check_arguments(keys: tuple[str, ...], missing: str, alpha: float) -> None:
    if not keys:
        raise InputError("Name at least one column to count by.")
    twice = [key for position, key in enumerate(keys) if key in keys[:position]]
    if twice:
        raise InputError(f"Column {shown(twice[0])} is named twice: name each column once.")
    if missing not in {"category", "wildcard", "error"}:
        raise InputError(
            f"missing must be 'category', 'wildcard' or 'error', not {shown(missing)}: "
            "say what a missing value means."
        )
    if not 0 <= alpha <= 1:
        raise InputError(f"alpha must be between 0 and 1, got {alpha}.")


def _refuse_missing(table: FrequencyTable) -> None:
    found = {key: n for key, n in table.missing_records.items() if n}
    if found:
        listed = ", ".join(f"{shown(key)}: {n:,}" for key, n in found.items())
        raise MissingValuesError(
            f"There are missing values ({listed}). Fill them, drop the column, or use "
            "missing='category' to count them as a value of their own."
        )


def encoded(
    batch: pa.Table, keys: Sequence[str]
) -> tuple[tuple[Codes, ...], tuple[pa.Array, ...], tuple[bool, ...]]:
    """Give per column the codes, the values, and whether these carry an order of their own."""
    codes, values = zip(*(encode(batch.column(key), key) for key in keys), strict=True)
    kinds = [batch.schema.field(key).type for key in keys]
    return codes, values, tuple(pa.types.is_dictionary(kind) and kind.ordered for kind in kinds)


def _counted(batch: pa.Table, keys: tuple[str, ...]) -> FrequencyTable:
    """Count one batch: its dictionaries are its own, neither sorted nor those of other batches."""
    codes, values, ordered = encoded(batch, keys)
    held = [
        numbers(batch.column(name).combine_chunks()) if name in batch.column_names else None
        for name in (RECORDS, WEIGHT)
    ]
    reduced, counts, weights = reduce(codes, values, *held)
    return FrequencyTable(keys, values, tuple(reduced), counts, weights, ordered)


def _joined(parts: list[FrequencyTable], *, untyped: bool = False) -> FrequencyTable:
    """Merge tables into one with common, sorted dictionaries."""
    first = parts[0]
    codes, values = [], []
    for i, ordered in enumerate(first.ordered):
        used = [recode(part.codes[i], part.values[i]) for part in parts]  # noqa: PD011 - not pandas
        maps, merged = unify([value for _, value in used], ordered=ordered, untyped=untyped)
        codes.append(np.concatenate([m[code] for m, (code, _) in zip(maps, used, strict=True)]))
        values.append(merged)
    counts = np.concatenate([part.counts for part in parts])
    weights = [part.weights for part in parts if part.weights is not None]
    return first.regrouped(codes, values, counts, np.concatenate(weights) if weights else None)


def _merged(keys: tuple[str, ...], source: Iterator[tuple[pa.Table, bool]]) -> FrequencyTable:
    parts: list[FrequencyTable] = []
    limit, untyped = _MERGE_AT, False
    for batch, untyped in source:  # noqa: B007 - all batches of a source are alike
        parts.append(_counted(batch, keys))
        if sum(map(len, parts)) > limit:
            parts = [_joined(parts)]
            limit = _MERGE_AT + 2 * len(parts[0])
    return _joined(parts, untyped=untyped)


def _rounded(weights: Floats) -> Floats:
    digits = _WEIGHT_DIGITS - 1 - np.floor(np.log10(np.maximum(np.abs(weights), 1e-280)))
    scale = 10.0**digits
    return np.where(weights == 0, 0.0, np.round(weights * scale) / scale)


def _same_weights(one: Numbers | None, other: Numbers | None) -> bool:
    if one is None or other is None:
        return one is other
    return bool(np.allclose(one, other, rtol=1e-9, atol=0))
