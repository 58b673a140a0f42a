"""How many records each class may stand for when a missing value may be any value.

The rule is that of sdcMicro (M. Templ, A. Kowarik, B. Meindl, "Statistical disclosure control for
micro-data using the R package sdcMicro", J. Stat. Software 67(4), 2015,
doi:10.18637/jss.v067.i04): two records match where their values are equal or one is missing. A
class counts its own records, every complete record that matches it, and ``alpha`` of every other
record that matches it. A record without any value matches everybody: nobody can look for it, so
its own frequency is the number of all records.

Classes, not records, are compared, and they meet by equal keys: for the classes with the holes A
and those with the holes B, both are grouped by the columns outside both.
"""

import math

import numpy as np

from govkit.data import FrequencyTable
from govkit.data.arrays import Bools, Integers, Numbers
from govkit.data.merge import pack
from govkit.errors import InputError

_MOST_COLUMNS = 62  # one bit each
_DENSE = 8  # a key space of up to this many times the rows is counted without sorting
_DIGITS = 9  # sums of alphas are kept to these: 0.1 + 0.2 is 0.3


def frequencies(table: FrequencyTable) -> tuple[Numbers, Numbers | None]:
    """Give records and weights that share each combination, as missing values were decided.

    Parameters
    ----------
    table
        Counts by the quasi-identifiers; ``missing="wildcard"`` and ``alpha`` are obeyed.

    Returns
    -------
    records
        The f_k of the literature per combination: ``table.counts``, unless missing values are
        wildcards; whole numbers unless ``alpha`` is a fraction.
    weights
        The F_k likewise, ``None`` without weights.

    Examples
    --------
    >>> from govkit.data import count
    >>> people = {"age": [30, 30, None], "sex": ["f", "m", "m"]}
    >>> frequencies(count(people, ["age", "sex"], missing="wildcard"))[0].tolist()
    [1, 2, 2]
    >>> frequencies(count(people, ["age", "sex"]))[0].tolist()
    [1, 1, 1]
    """
    holes = _holes(table) if table.missing == "wildcard" else np.zeros(0, np.int64)
    if not holes.any():
        return table.counts, table.weights
    given = [table.counts] if table.weights is None else [table.counts, table.weights]
    sums = _matching(table, holes, given)
    if table.alpha in {0, 1}:
        sums[0] = np.rint(sums[0]).astype(np.int64)
    return np.round(sums[0], _DIGITS), None if table.weights is None else sums[1]


def _holes(table: FrequencyTable) -> Integers:
    """Give one bit per column: set where its value is missing."""
    if len(table.keys) > _MOST_COLUMNS:
        raise InputError(
            f"Missing values as wildcards need at most {_MOST_COLUMNS} columns, got "
            f"{len(table.keys)}: use missing='category' or fewer quasi-identifiers."
        )
    holes = np.zeros(len(table), np.int64)
    for bit, (codes, values) in enumerate(zip(table.codes, table.values, strict=True)):
        holes |= (codes == len(values)).astype(np.int64) << bit
    return holes


def _matching(table: FrequencyTable, holes: Integers, given: list[Numbers]) -> list[Numbers]:
    """Add up what matches each class, union of holes by union of holes."""
    order = np.argsort(holes, kind="stable")
    masks, starts = np.unique(holes[order], return_index=True)
    spans = [slice(a, b) for a, b in zip(starts, [*starts[1:], len(order)], strict=True)]
    codes = [column[order] for column in table.codes]
    radices = [len(values) + 1 for values in table.values]
    share = np.where(holes[order] == 0, 1.0, table.alpha)
    worth = [numbers[order] * share for numbers in given]
    sums = [numbers[order] * np.where(holes[order] == 0, 0.0, 1 - share) for numbers in given]
    everything = (1 << len(radices)) - 1
    for union, pairs in _pairs(masks, everything, others=table.alpha > 0).items():
        rows = _rows(spans, sorted({mask for pair in pairs for mask in (pair[0], *pair[1])}))
        seen = [j for j in range(len(radices)) if not union >> j & 1]
        keys, space = np.zeros(len(order), np.int64), 1
        if seen:
            packed, decodable = pack([codes[j][rows] for j in seen], [radices[j] for j in seen])
            keys = np.zeros(len(order), packed.dtype)
            keys[rows] = packed
            space = math.prod(radices[j] for j in seen) if decodable else 1 << 62
        for mask, partners in pairs:
            among = _rows(spans, partners)
            found = look_up(keys[among], [n[among] for n in worth], keys[spans[mask]], space)
            for total, part in zip(sums, found, strict=True):
                total[spans[mask]] += part
    back = np.empty_like(order)
    back[order] = np.arange(len(order))
    unknown = holes == everything
    return [np.where(unknown, n.sum(), s[back]) for n, s in zip(given, sums, strict=True)]


def _pairs(
    masks: Integers, everything: int, *, others: bool
) -> dict[int, list[tuple[int, list[int]]]]:
    """List, per union of holes, each pattern of holes with the partners that make that union."""
    partners = masks if others else masks[masks == 0]
    unions: dict[int, list[tuple[int, list[int]]]] = {}
    for position, mask in enumerate(masks.tolist()):
        if mask == everything:
            continue
        grouped: dict[int, list[int]] = {}
        for other, union in enumerate((partners | mask).tolist()):
            grouped.setdefault(union, []).append(other)
        for union, found in grouped.items():
            unions.setdefault(union, []).append((position, found))
    return unions


def _rows(spans: list[slice], chosen: list[int]) -> Integers | slice:
    if len(chosen) == 1:
        return spans[chosen[0]]
    return np.concatenate([np.arange(spans[i].start, spans[i].stop) for i in chosen])


def look_up(
    keys: Numbers, worth: list[Numbers], wanted: Numbers, space: int = 1 << 62
) -> list[Numbers]:
    """Add up ``worth`` by key and give the sums of the wanted keys."""
    if space <= _DENSE * (len(keys) + len(wanted)):
        return [np.bincount(keys, weights=n, minlength=space)[wanted] for n in worth]
    if len(keys) < len(wanted):  # sort the shorter side
        known, position = np.unique(keys, return_inverse=True)
        at, hit = meet(known, wanted)
        return [np.where(hit, np.bincount(position, n)[at], 0.0) for n in worth]
    asked, position = np.unique(wanted, return_inverse=True)
    at, hit = meet(asked, keys)
    return [np.bincount(at[hit], n[hit], len(asked))[position] for n in worth]


def meet(known: Numbers, keys: Numbers) -> tuple[Integers, Bools]:
    """Find keys among known ones in order: the position of each, and whether it is there."""
    at = np.minimum(np.searchsorted(known, keys), len(known) - 1)
    return at, known[at] == keys
