"""Generalize: raise columns of a table of frequencies to levels of their hierarchies."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from govkit.data.merge import reduce
from govkit.errors import ColumnNotFoundError, InputError, shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from govkit.data import FrequencyTable
    from govkit.remedy.hierarchy import Hierarchy

__all__ = ["generalize"]


def generalize(
    table: FrequencyTable, hierarchies: Mapping[str, Hierarchy], levels: Mapping[str, int]
) -> FrequencyTable:
    """Count again with some columns at a higher level, without another look at the data.

    Parameters
    ----------
    table
        Counts by the columns.
    hierarchies
        Per column its hierarchy.
    levels
        Per column its level; a column that is not named stays as it is.

    Returns
    -------
    FrequencyTable
        Equal to ``count`` of the generalized records; labels are text.

    Raises
    ------
    ColumnNotFoundError
        A column that was not counted or has no hierarchy.
    InputError
        A level that the hierarchy does not have.

    Examples
    --------
    >>> from govkit.data import count
    >>> from govkit.remedy import builders
    >>> table = count({"age": [31, 34, 38]}, ["age"])
    >>> raised = generalize(table, {"age": builders.intervals([5])}, {"age": 1})
    >>> raised.values[0].to_pylist(), raised.counts.tolist()
    (['30-34', '35-39'], [2, 1])
    """
    values, codes = list(table.values), list(table.codes)
    for name, level in levels.items():
        for known in (table.keys, tuple(hierarchies)):
            if name not in known:
                raise ColumnNotFoundError(name, known)
        at = table.keys.index(name)
        fitted = hierarchies[name].fit(values[at], name)
        if not 0 <= level <= fitted.height:
            raise InputError(
                f"The hierarchy of {shown(name)} has levels 0 to {fitted.height}, not {level}."
            )
        values[at], codes[at] = fitted.labels[level], fitted.codes[level][codes[at]]
    raised, counts, weights = reduce(
        codes, [len(value) + 1 for value in values], table.counts, table.weights
    )
    raised_columns = {name for name, level in levels.items() if level}
    return replace(
        table,
        values=tuple(values),
        codes=tuple(raised),
        counts=counts,
        weights=weights,
        ordered=tuple(
            order and key not in raised_columns
            for key, order in zip(table.keys, table.ordered, strict=True)
        ),
    )
