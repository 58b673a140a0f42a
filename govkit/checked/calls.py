"""The calls of pandas that a session checks: each gives its table, and what is behind its cells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from govkit.checked.trace import Cell, Trace, distinct, floats, refusals, shadow
from govkit.errors import InputError

Given = dict[str, Any]
_EVERYBODY = "everybody"
_DESCRIBED = {"count": "count", "freq": "count", "top": "count", "mean": "mean", "std": "spread",
              "min": "extreme", "max": "extreme"}  # fmt: skip


@dataclass(frozen=True, slots=True, repr=False)
class Asked:
    """What a call gives: its tables, the cells of the first, and the data they are made from.

    ``reasons`` of a regression speak against all of it; it has no cells.
    """

    frames: tuple[pd.DataFrame, ...]
    cells: list[Cell]
    data: pd.DataFrame
    reasons: dict[str, int] | None = None


def crosstab(given: Given, _suppress: bool) -> Asked:
    """Check ``pandas.crosstab``; shares are checked as the counts that they are shares of."""
    axes = [part for key in ("index", "columns") for part in _axis(given[key])]
    index = next((a.index for a in axes if isinstance(a, pd.Series)), pd.RangeIndex(len(axes[0])))
    trace, values, share = Trace(), given.get("values"), given.get("normalize", False)
    columns = {str(getattr(a, "name", None) or f"column {i}"): a for i, a in enumerate(axes)}
    x: pd.Series[Any] = pd.Series(1.0, index)
    if values is not None:
        x = values if isinstance(values, pd.Series) else pd.Series(values, index)
        columns[_name(x)] = x = x.reindex(index)
    note = trace.over("count" if values is None else given.get("aggfunc"), _name(x))
    position = pd.Series(np.arange(len(index), dtype=float), index).where(x.notna())
    traced = given | {"values": position, "aggfunc": note, "normalize": False}
    frame, data = pd.crosstab(**given), pd.DataFrame(columns, index)
    if share is False:
        return Asked((frame,), trace.cells(frame, pd.crosstab(**traced), data), data)
    total = pd.crosstab(**traced | {"margins": True})
    cells = trace.cells(frame, total, data, shares=True)
    whole = {"index": total.iloc[:, -1], "0": total.iloc[:, -1], "columns": total.iloc[-1],
             "1": total.iloc[-1]}.get(str(share), total.iloc[-1, -1:])  # fmt: skip
    cells += [Cell(-1, 0, "count", None, trace.seen[int(n)][2]) for n in whole.dropna()]
    return Asked((frame,), cells, data)


def pivot_table(given: Given, _suppress: bool) -> Asked:
    """Check ``pandas.pivot_table``, with one or several values and statistics."""
    data, values = given["data"], listed(given.get("values"))
    keys = [*listed(given.get("index")), *listed(given.get("columns"))]
    with refusals(data, [*keys, *values]):
        trace, frame = Trace(keys), pd.pivot_table(**given)
        note = trace.over(given.get("aggfunc", "mean"))
        traced = given | {"data": shadow(data, keys), "aggfunc": note, "fill_value": None}
        cells = trace.cells(frame, pd.pivot_table(**traced), data, empty=given.get("fill_value", 0))
    return Asked((frame,), cells, data)


def groups(given: Given) -> Asked:
    """Check ``DataFrame.groupby(...).agg(...)``."""
    data, keys, func = given["data"], listed(given["by"]), given["func"]
    chosen, options, statistics = given["columns"], given["options"], given["statistics"]
    if func in ("size", len):
        data, func, chosen = data.assign(**{_EVERYBODY: 1.0}), "count", [_EVERYBODY]

    def made(frame: pd.DataFrame, how: Any, named: Given) -> pd.DataFrame:  # noqa: ANN401
        group = frame.groupby(given["by"], **options)
        found = (group if chosen is None else group[chosen]).agg(how, **named)
        found = found.to_frame() if isinstance(found, pd.Series) else found
        return found if options.get("as_index", True) else found.set_index(keys)

    with refusals(data, [*keys, *listed(chosen)]):
        trace, frame = Trace(keys), made(data, func, statistics)
        noted = {k: (asked[0], trace.over(asked[1])) for k, asked in statistics.items()}
        places = made(shadow(data, keys), None if func is None else trace.over(func), noted)
        cells = trace.cells(frame, places, data)
    if chosen == [_EVERYBODY]:
        frame = frame.set_axis(["size"], axis=1)
    return Asked((frame,), cells, data)


def value_counts(given: Given, suppress: bool) -> Asked:
    """Check ``value_counts`` of a column or of a frame; bins as in ``hist``."""
    own, bins = given.pop("data"), given.get("bins")
    data, trace = _framed(own), Trace()
    if bins is not None:
        edges, from_data = _edges(floats(own.dropna()), bins, None, rounded=suppress)
        bins = given["bins"] = edges if suppress else bins
    found = own.value_counts(**given)
    keys = [data[key] for key in listed(given.get("subset")) or data.columns]
    keys = keys if bins is None else [pd.cut(own, bins, include_lowest=True)]
    position = pd.Series(np.arange(len(data), dtype=float), data.index)
    grouped = position.groupby(keys if len(keys) > 1 else keys[0], observed=False, sort=False,
                               dropna=given.get("dropna", True))  # fmt: skip
    places, frame = grouped.agg(trace.over("count")).to_frame(found.name), found.to_frame()
    if len(keys) == 1 < found.index.nlevels + isinstance(found.index, pd.MultiIndex):
        places.index = pd.MultiIndex.from_arrays([places.index], names=found.index.names)
    shares = bool(given.get("normalize"))
    cells = trace.cells(frame, places, data, shares=shares)
    if shares and cells:
        cells.append(Cell(-1, 0, "count", None, np.concatenate([cell.at for cell in cells])))
    if bins is not None and from_data:
        ends = {found.index.left.argmin(), found.index.right.argmax()}
        cells += _ends(ends, data, data.columns[0])
    return Asked((frame,), cells, data)


def describe(given: Given, _suppress: bool) -> Asked:
    """Check ``describe``: extremes are values of single people, and so may percentiles be."""
    own, cells = given.pop("data"), []
    data = _framed(own)
    frame = data.describe(**given)
    for (row, column), number in np.ndenumerate(frame.to_numpy(object)):
        label, name = str(frame.index[row]), frame.columns[column]
        if not pd.isna(number):
            top = frame.loc["top"].iloc[column] if label in {"top", "freq"} else None
            known = data[name].notna() if top is None else data[name] == top
            kind = "order" if label.endswith("%") else _DESCRIBED.get(label, "distinct")
            share = float(label[:-1]) / 100 if kind == "order" else 0.5
            cells.append(Cell(row, column, kind, name, np.flatnonzero(known), share))
    return Asked((frame,), cells, data)


def hist(given: Given, suppress: bool) -> Asked:
    """Count as ``hist`` does; ``Output.plot`` draws the bars.

    Bins made from the data end at its smallest and its largest value, which are people's own:
    give ``range`` or edges. With ``suppress`` the ends are rounded outward.
    """
    own, bins = given["data"], given.get("bins", 10)
    if given.get("by") is not None:
        raise InputError("A histogram by groups cannot be checked: make one for each group.")
    data = _framed(own)
    name = next(iter(listed(given.get("column"))), data.columns[0])
    with refusals(data, [name]):
        x = floats(data[name])
        span = given.get("kwargs", {}).get("range")
        edges, from_data = _edges(x[~np.isnan(x)], bins, span, rounded=suppress)
        which = np.where(x == edges[-1], len(edges) - 2, np.digitize(x, edges) - 1)
    behind = [np.flatnonzero(which == i) for i in range(len(edges) - 1)]
    index = pd.IntervalIndex.from_breaks(edges, closed="left", name=str(name))
    cells = [Cell(i, 0, "count", None, at) for i, at in enumerate(behind) if len(at)]
    cells += _ends({0, len(behind) - 1}, data, name) if from_data else []
    return Asked((pd.DataFrame({"count": list(map(len, behind))}, index),), cells, data[[name]])


def _edges(known: Any, bins: Any, span: Any, *, rounded: bool) -> tuple[Any, bool]:  # noqa: ANN401
    """Give the edges of bins, and whether the first and the last are values of the data."""
    edges = np.histogram_bin_edges(known, bins, span)
    if span is not None or np.ndim(bins) or not len(known):
        return edges, False
    if not rounded:
        return edges, True
    step = 10.0 ** np.ceil(np.log10(max(np.ptp(known) / (len(edges) - 1), 1e-12)))
    span = (known.min() // step * step, (known.max() // step + 1) * step)
    return np.histogram_bin_edges(known, len(edges) - 1, span), False


def _ends(rows: set[int], data: pd.DataFrame, name: Any) -> list[Cell]:  # noqa: ANN401 - of a column
    everyone = np.flatnonzero(data[name].notna())
    return [Cell(row, 0, "extreme", name, everyone) for row in rows]


def listed(names: Any) -> list[Any]:  # noqa: ANN401 - as pandas takes them
    """Give one name or several as a list."""
    return [] if names is None else list(names) if isinstance(names, list) else [names]


def _axis(part: Any) -> list[Any]:  # noqa: ANN401 - as pandas takes it
    several = isinstance(part, list | tuple) and len(part) and np.ndim(part[0]) == 1
    return list(part) if several else [part]


def _framed(own: Any) -> pd.DataFrame:  # noqa: ANN401 - a column or a frame
    return distinct(own.to_frame(_name(own)) if isinstance(own, pd.Series) else own)


def _name(column: pd.Series[Any]) -> str:
    return "values" if column.name is None else str(column.name)
