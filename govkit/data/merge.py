"""Bring equal rows together: codes sorted as one integer each, then run lengths."""

import math
from collections.abc import Sequence, Sized
from typing import Any

import numpy as np

from govkit.data.arrays import Codes, Floats, Integers, Numbers

_LARGEST_KEY = 2**62


def reduce(
    codes: Sequence[Codes],
    values: Sequence[Sized],
    counts: Integers | None = None,
    weights: Floats | None = None,
) -> tuple[list[Codes], Integers, Floats | None]:
    """Bring equal rows together: codes sorted as one integer each, then run lengths."""
    radices = [len(value) + 1 for value in values]
    alike = np.zeros(0 if counts is None else len(counts), np.int32)
    key, decodable = pack(codes, radices) if codes else (alike, False)
    if counts is None and weights is None and decodable:
        key.sort()
        starts = starts_of(key)
        sizes = np.diff(starts, append=len(key))
        return _unpack(key[starts], radices), sizes.astype(np.int64), None
    if len(key) < 2 or (key[1:] >= key[:-1]).all():  # noqa: PLR2004 - sorted, as after a prefix
        order: Any = slice(None)
        rows = starts = starts_of(key)
    else:
        order = np.argsort(key)
        starts = starts_of(key[order])
        rows = order[starts]
    reduced = [code[rows] for code in codes]
    if counts is None:
        sizes = np.diff(starts, append=len(key)).astype(np.int64)
    else:
        sizes = sums(counts[order].astype(np.int64, copy=False), starts)
    return reduced, sizes, None if weights is None else sums(weights[order], starts)


def pack(codes: Sequence[Codes], radices: list[int]) -> tuple[Integers, bool]:
    """Pack codes into one integer per row that sorts as the rows do.

    Also tells whether codes can be had back: not where they are too wide for 64 bits together.
    """
    size = math.prod(radices)
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


def starts_of(ordered: Integers) -> Integers:
    """Give the first position of each run of equal numbers."""
    new = np.ones(len(ordered), dtype=bool)
    np.not_equal(ordered[1:], ordered[:-1], out=new[1:])
    return np.flatnonzero(new)


def sums(summands: Numbers, starts: Integers) -> Numbers:
    """Add up runs, in the type of the numbers."""
    return np.add.reduceat(summands, starts, 0, summands.dtype) if len(starts) else summands[:0]
