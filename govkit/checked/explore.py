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
    for name in table.keys if len(table.keys) > 1 else ():
        ways[f"without {_label(name)}"] = table.rollup([key for key in table.keys if key != name])
    ks, everybody = range(2, max(_MOST, k) + 1), max(table.records, 1)
    below = [_below(part, ks) for part in ways.values()]

    def point(at: int) -> dict[str, list[Any]]:
        """Give the marked point of every curve."""
        found = [counts[at - 2] for counts in below]
        words = [[f" {n:,} ({n / everybody:.1%})"] for n in found]
        return {"x": [[at]] * len(below), "y": [[n] for n in found], "text": words}

    title = f"Records in groups smaller than k, by {len(table.keys)} columns"
    figure = plots.k_curve(frequencies(table)[0], k, table.counts).update_layout(title_text=title)
    figure.data = ()
    for way, counts in zip(ways, below, strict=True):
        figure.add_scatter(
            x=list(ks), y=counts, name=way, line={"color": plots.BLUE, "shape": "hv"},
            mode="lines", hovertemplate="k=%{x}: %{y:,} records<extra></extra>",
        )  # fmt: skip
    for x, y, text in zip(*point(k).values(), strict=True):
        figure.add_scatter(
            x=x, y=y, text=text, mode="markers+text", textposition="top center", cliponaxis=False,
            marker={"color": plots.VERMILION, "size": 12, "symbol": "diamond"}, hoverinfo="skip",
        )  # fmt: skip
    seen = [[i == at for i in range(len(below))] * 2 for at in range(len(below))]
    for trace, visible in zip(figure.data, seen[0], strict=True):
        trace.visible = visible
    points = list(range(len(below), 2 * len(below)))
    slider = {
        "active": k - 2, "pad": {"t": 45}, "currentvalue": {"prefix": "k = "},
        "steps": [{"label": str(at), "method": "restyle", "args": [point(at), points]}
                  for at in ks],
    }  # fmt: skip
    menu = {
        "x": 1, "xanchor": "right", "y": 1.05, "yanchor": "bottom",
        "bgcolor": "white", "font": {"color": "black"},  # its active entry is light on any paper
        "buttons": [{"label": way, "method": "restyle", "args": [{"visible": visible}]}
                    for way, visible in zip(ways, seen, strict=True)],
    }  # fmt: skip
    return figure.update_layout(
        showlegend=False, height=500, margin={"b": 110, "t": 110}, sliders=[slider],
        updatemenus=[menu],
    ).update_xaxes(range=[1.5, ks[-1] + 0.5]).update_yaxes(range=[0, 1.15 * everybody])  # fmt: skip


def _below(table: FrequencyTable, ks: range) -> list[int]:
    sizes = frequencies(table)[0]
    order = np.argsort(sizes, kind="stable")
    people = np.concatenate(([0], np.cumsum(table.counts[order])))
    return [int(n) for n in people[np.searchsorted(sizes[order], np.array(ks), side="left")]]


def _label(name: str) -> str:
    text = html.escape(" ".join(name.split()), quote=False)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
