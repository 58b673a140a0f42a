"""An interactive picture of k-anonymity: a slider over k, a list of the columns to leave out."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Any

import numpy as np

from govkit import plots
from govkit.data import count
from govkit.microdata import frequencies

if TYPE_CHECKING:
    from collections.abc import Sequence

    from plotly.graph_objects import Figure

    from govkit.data import FrequencyTable

__all__ = ["explore"]

_MOST, _LONGEST = 50, 40


def explore(
    data: object,
    quasi_identifiers: str | Sequence[str],
    *,
    k: int = 5,
    missing: str = "category",
    **reading: Any,  # noqa: ANN401 - handed on to scan unchanged
) -> Figure:
    """Draw how many records are in groups smaller than k, for every k, with and without a column.

    The slider moves k, the list leaves a column out. It works in a notebook and on a page without
    Python; the same data give the same figure.

    Parameters
    ----------
    data
        Anything that ``scan`` takes.
    quasi_identifiers
        Columns that somebody may know about a person from elsewhere.
    k
        Where the slider begins.
    missing
        ``"category"``, ``"wildcard"`` or ``"error"``: see ``count``.
    **reading
        ``delimiter``, ``encoding``, ``engine``: see ``scan``.

    Examples
    --------
    >>> figure = explore({"age": [30, 30, 41], "sex": ["f", "f", "m"]}, ["age", "sex"])
    >>> [button["label"] for button in figure.layout.updatemenus[0].buttons]
    ['all columns', 'without age', 'without sex']
    """
    table = count(data, quasi_identifiers, missing=missing, **reading)
    ways = {"all columns": table}
    if len(table.keys) > 1:
        ways |= {
            f"without {_label(name)}": table.rollup([key for key in table.keys if key != name])
            for name in table.keys
        }
    ks = range(2, max(_MOST, k) + 1)
    below = {way: _below(part, ks) for way, part in ways.items()}
    everybody = max(table.records, 1)
    sizes, records = _sizes(table)
    title = f"Records in groups smaller than k, by {len(table.keys)} columns"
    figure = plots.k_curve(sizes, k, records).update_layout(title_text=title)
    figure.data = ()
    for way, counts in below.items():
        figure.add_scatter(
            x=list(ks), y=counts, mode="lines", name=way, visible=way == "all columns",
            line={"color": plots.BLUE, "shape": "hv"},
            hovertemplate="k=%{x}: %{y:,} records<extra></extra>",
        )  # fmt: skip
    for way, counts in below.items():
        figure.add_scatter(
            x=[k], y=[counts[k - 2]], mode="markers+text", visible=way == "all columns",
            text=[_words(k, counts, everybody)], textposition="middle right", name=f"k, {way}",
            marker={"color": plots.VERMILION, "size": 12, "symbol": "diamond"}, hoverinfo="skip",
            cliponaxis=False,
        )  # fmt: skip
    return figure.update_layout(
        showlegend=False, height=500, margin={"b": 110, "t": 110},
        sliders=[_slider(below, ks, k, everybody)], updatemenus=[_menu(below)],
    ).update_xaxes(range=[1.5, ks[-1] + 0.5])  # fmt: skip


def _slider(below: dict[str, list[int]], ks: range, k: int, everybody: int) -> dict[str, Any]:
    points = list(range(len(below), 2 * len(below)))
    return {
        "active": k - 2, "pad": {"t": 45}, "currentvalue": {"prefix": "k = "},
        "steps": [
            {
                "label": str(step), "method": "restyle",
                "args": [
                    {
                        "x": [[step]] * len(below),
                        "y": [[counts[step - 2]] for counts in below.values()],
                        "text": [[_words(step, c, everybody)] for c in below.values()],
                    },
                    points,
                ],
            }
            for step in ks
        ],
    }  # fmt: skip


def _menu(below: dict[str, list[int]]) -> dict[str, Any]:
    return {
        "x": 1, "xanchor": "right", "y": 1.05, "yanchor": "bottom",
        "buttons": [
            {"label": way, "method": "restyle",
             "args": [{"visible": [i == at for i in range(len(below))] * 2}]}
            for at, way in enumerate(below)
        ],
    }  # fmt: skip


def _below(table: FrequencyTable, ks: range) -> list[int]:
    sizes, records = _sizes(table)
    order = np.argsort(sizes, kind="stable")
    people = np.concatenate(([0], np.cumsum(records[order])))
    at = np.searchsorted(sizes[order], np.array(ks), side="left")
    return [int(n) for n in people[at]]


def _sizes(table: FrequencyTable) -> tuple[Any, Any]:
    return frequencies(table)[0], table.counts


def _words(k: int, counts: list[int], everybody: int) -> str:
    return f" {counts[k - 2]:,} ({counts[k - 2] / everybody:.1%})"


def _label(name: str) -> str:
    text = html.escape(" ".join(name.split()), quote=False)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
