"""Columns as integer codes: the one form in which all engines' values are equal.

A column becomes an array of codes and a dictionary of its distinct values, sorted, each value
once. Missing values of every kind (null, NaN, NaT, NA) are the code ``len(dictionary)``. Types that
mean the same become the same: integers of all widths, floats that hold whole numbers only,
``-0.0`` and ``0.0``, time stamps of all units, strings of all layouts.
"""

import contextlib
from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from govkit.data.arrays import Bools, Codes, Numbers
from govkit.errors import NestedColumnError, shown

# Text is a number only where no two entries could become equal by reading it as one.
WHOLE = r"^-?(0|[1-9][0-9]{0,17})$"
DECIMAL = r"^-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,17})?([eE][-+]?[0-9]{1,2})?$"
DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_EXACT = 2**53


def nested(name: str) -> NestedColumnError:
    """Say that a column is nested."""
    return NestedColumnError(
        f"Column {shown(name)} holds lists or structures, which cannot form groups: "
        "take its elements apart into columns of their own first."
    )


def encode(column: pa.ChunkedArray | pa.Array, name: str) -> tuple[Codes, pa.Array]:
    """Give a column's codes and its values, unsorted and possibly with equal values twice.

    Parameters
    ----------
    column
        Any Arrow column that is not nested.
    name
        Its name, for the error.

    Returns
    -------
    codes
        One ``int32`` per record; a missing value is ``len(values)``.
    values
        The values that the codes point to, none of them null.

    Raises
    ------
    NestedColumnError
        Lists, structures and maps do not form groups.
    """
    if isinstance(column, pa.Array):
        column = pa.chunked_array([column])
    kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    if pa.types.is_nested(kind) and not isinstance(kind, pa.BaseExtensionType):
        raise nested(name)
    encoded = _dictionary(column)
    values = _plain(encoded.dictionary)
    codes = numbers(encoded.indices).astype(np.int32, copy=False)
    if encoded.indices.null_count:
        codes = np.where(_valid(encoded.indices), codes, np.int32(len(values)))
    return _kept(codes, values, _valid(values)) if values.null_count else (codes, values)


def _valid(array: pa.Array) -> Bools:
    if not array.null_count:
        return np.ones(len(array), dtype=bool)
    bits = np.frombuffer(array.buffers()[0], np.uint8)
    return np.unpackbits(bits, bitorder="little")[array.offset :][: len(array)].astype(bool)


def taken(values: pa.Array, codes: Numbers) -> pa.Array:
    """Give the values that codes point to; their number points to a missing one."""
    return values.take(pa.array(codes, mask=codes == len(values)))


def numbers(array: pa.Array) -> Numbers:
    """View the buffer of an array of numbers; Arrow's own to_numpy would load pandas first."""
    kind = array.type.to_pandas_dtype()
    if not len(array):
        return np.empty(0, kind)
    return np.frombuffer(array.buffers()[1], kind)[array.offset :][: len(array)]


def _dictionary(column: pa.ChunkedArray) -> pa.DictionaryArray:
    if pa.types.is_null(column.type):
        column = column.cast(pa.large_string())
    if not pa.types.is_dictionary(column.type):
        if isinstance(column.type, pa.BaseExtensionType):
            column = pa.chunked_array([chunk.storage for chunk in column.chunks])
        if column.type in (pa.string_view(), pa.binary_view()):
            column = column.cast(pa.large_string())
        column = column.dictionary_encode()  # one dictionary for all chunks
    elif column.num_chunks != 1:
        column = column.unify_dictionaries()
    if column.num_chunks == 0:
        return pa.array([], column.type)
    return column.combine_chunks() if column.num_chunks > 1 else column.chunk(0)


def _plain(values: pa.Array) -> pa.Array:
    """Bring values of one meaning to one type; NaN becomes null."""
    kind = values.type
    if isinstance(kind, pa.BaseExtensionType):
        return _plain(values.storage)
    if pa.types.is_floating(kind):
        return _plain_floats(values)
    if pa.types.is_integer(kind):
        largest = pc.max(values).as_py() if pa.types.is_uint64(kind) else None
        return values.cast(pa.uint64() if largest and largest >= 2**63 else pa.int64())
    if pa.types.is_decimal(kind):
        return _plain_decimal(values)
    target = _common_type(kind)
    return values if target == kind else _cast(values, target)


def _common_type(kind: pa.DataType) -> pa.DataType:
    types = pa.types
    if types.is_string(kind) or types.is_large_string(kind) or types.is_string_view(kind):
        return pa.large_string()
    if types.is_binary(kind) or types.is_fixed_size_binary(kind) or types.is_binary_view(kind):
        return pa.large_binary()
    if types.is_timestamp(kind):
        return pa.timestamp("us", tz="UTC" if kind.tz else None)
    if types.is_duration(kind):
        return pa.duration("us")
    if types.is_time(kind):
        return pa.time64("us")
    return pa.date32() if types.is_date(kind) else kind


def _cast(values: pa.Array, target: pa.DataType) -> pa.Array:
    try:
        return values.cast(target)
    except pa.ArrowInvalid:  # nanoseconds that are not whole microseconds stay what they are
        zone = getattr(target, "tz", None)
        return values.cast(pa.timestamp("ns", tz=zone)) if pa.types.is_timestamp(target) else values


def _plain_floats(values: pa.Array) -> pa.Array:
    """Turn floats into integers where every one of them is whole and exact."""
    floats = numbers(values.cast(pa.float64())) + 0.0  # -0.0 + 0.0 is 0.0
    valid = _valid(values) & ~np.isnan(floats)
    found = floats[valid]
    if len(found) and (np.floor(found) == found).all() and np.abs(found).max() <= _EXACT:
        return _arrow(np.where(valid, floats, 0).astype(np.int64), valid)
    return _arrow(floats, valid)


def _arrow(values: Numbers, valid: Bools | None = None) -> pa.Array:
    """View numbers as an Arrow array; ``pa.array`` would load pandas first."""
    mask = None if valid is None else pa.py_buffer(np.packbits(valid, bitorder="little"))
    kind = pa.from_numpy_dtype(values.dtype)
    return pa.Array.from_buffers(kind, len(values), [mask, pa.py_buffer(values)])


def _plain_decimal(values: pa.Array) -> pa.Array:
    kind = values.type
    if kind.precision - kind.scale <= 18:  # noqa: PLR2004 - as many digits fit into 64 bits
        with contextlib.suppress(pa.ArrowInvalid):  # not whole numbers
            return values.cast(pa.int64())
    widest = pa.decimal256(76, kind.scale) if kind.precision > 38 else pa.decimal128(38, kind.scale)  # noqa: PLR2004 - the widths of Arrow's decimals
    return values.cast(widest)


def typed(values: pa.Array) -> pa.Array:
    """Give text its type: whole numbers, numbers or ISO days where *every* value is one.

    Leading zeros, signs such as ``+1`` and more digits than a number can hold keep a column text,
    so that no two different entries become equal.

    Examples
    --------
    >>> typed(pa.array(["1", "20"])).type, typed(pa.array(["01", "20"])).type
    (DataType(int64), DataType(string))
    """
    if not len(values):
        return values
    for pattern, kind in ((WHOLE, pa.int64()), (DECIMAL, pa.float64()), (DAY, pa.date32())):
        if pc.all(pc.match_substring_regex(values, pattern)).as_py():
            try:
                return _plain(values.cast(kind))
            except pa.ArrowInvalid:  # 2024-02-30
                return values
    return values


def unify(
    parts: Sequence[pa.Array], *, ordered: bool, untyped: bool
) -> tuple[list[Codes], pa.Array]:
    """Merge dictionaries into one, sorted and without repetition.

    Parameters
    ----------
    parts
        Dictionaries as ``encode`` gives them.
    ordered
        Keep the order of the (first) dictionary instead of sorting: it is an ordered category.
    untyped
        The values are text from a file without types: see ``typed``.

    Returns
    -------
    maps
        For each part an array that turns its codes (missing included) into the new ones.
    values
        The merged dictionary.
    """
    merged = pa.concat_arrays(_same_type(parts))
    if untyped:
        merged = typed(merged)
    encoded = merged.dictionary_encode()
    values = encoded.dictionary
    codes = numbers(encoded.indices)
    if not ordered:
        # NumPy sorts numbers several times as fast as Arrow.
        quick = values.type in (pa.int64(), pa.float64())
        order = _arrow(np.argsort(numbers(values))) if quick else pc.array_sort_indices(values)
        rank = np.empty(len(values), np.int32)
        rank[numbers(order)] = np.arange(len(values), dtype=np.int32)
        values, codes = values.take(order), rank[codes]
    ends = np.cumsum([len(part) for part in parts])[:-1]
    return [
        np.append(piece, len(values)).astype(np.int32) for piece in np.split(codes, ends)
    ], values


def _same_type(parts: Sequence[pa.Array]) -> list[pa.Array]:
    kinds = {part.type for part in parts if len(part)} or {parts[0].type}
    mixed = pa.float64() if kinds == {pa.int64(), pa.float64()} else pa.large_string()
    kind = kinds.pop() if len(kinds) == 1 else mixed
    return [part if part.type == kind else part.cast(kind) for part in parts]


def recode(codes: Codes, values: pa.Array) -> tuple[Codes, pa.Array]:
    """Drop the values that no code points to (unused categories)."""
    used = np.zeros(len(values) + 1, dtype=bool)
    used[codes] = True
    return (codes, values) if used[:-1].all() else _kept(codes, values, used[:-1])


def _kept(codes: Codes, values: pa.Array, keep: Bools) -> tuple[Codes, pa.Array]:
    """Keep some of the values; the codes of all others become missing."""
    position = np.where(keep, np.cumsum(keep) - 1, keep.sum())
    map_ = np.append(position, keep.sum()).astype(np.int32)
    return map_[codes], values.take(_arrow(np.flatnonzero(keep)))
