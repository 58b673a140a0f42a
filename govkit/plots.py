"""Charts of plain numbers; the title of each says the finding.

The colors are those of M. Okabe and K. Ito ("Color universal design", 2008), which people with any
kind of color vision can tell apart; what matters is never told by color alone.
"""

from __future__ import annotations

import html
import textwrap
from itertools import pairwise
from operator import itemgetter
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt
    import pandas as pd
    import plotly.graph_objects as go

    Numbers = npt.NDArray[Any]
    Figure: TypeAlias = go.Figure
else:
    Figure = "plotly.graph_objects.Figure"  # it loads when a chart is drawn

__all__ = [
    "bars", "cell_intervals", "data_map", "diversity", "group_sizes", "histogram", "k_curve",
    "lattice", "scores", "script", "setup", "singling_out", "subsets",
]  # fmt: skip

BLUE, VERMILION, ORANGE, GRAY = "#0072B2", "#D55E00", "#E69F00", "#767676"
_BARS = 24
_LONGEST = 62
_LINE = 76
_TITLE = 3 * _LINE


def setup() -> None:
    """Store figures in notebooks as data alone, without a script or an outside address.

    Call it once at the top of a notebook that is kept with its outputs.
    """
    import plotly.io as pio  # noqa: PLC0415 - only notebooks need it

    pio.renderers.default = "plotly_mimetype"


def script() -> str:
    """Give the program that draws figures in a browser (4.8 MB), to be part of a page."""
    from plotly.offline import get_plotlyjs  # noqa: PLC0415 - only reports need it

    return str(get_plotlyjs())


def group_sizes(sizes: Numbers, k: int, records: Numbers | None = None) -> Figure:
    """Draw how many records are in groups of each size.

    Parameters
    ----------
    sizes
        Records per group.
    k
        Wanted size of the smallest group: smaller ones are marked.
    records
        Records per group where they are not its size, as with missing values as wildcards.
    """
    people = sizes if records is None else records
    edges = _edges(int(sizes.max()) if len(sizes) else 1, k)
    bars = np.histogram(sizes, bins=edges, weights=people)[0].astype(int)
    names = [f"{a}" if b - a == 1 else f"{a}–{b - 1}" for a, b in pairwise(edges)]
    below = edges[:-1] < k
    total, lost = int(people.sum()), int(people[sizes < k].sum())
    figure = _figure(
        f"{lost:,} of {total:,} records are in groups smaller than {k}",
        "records in the group", "records",
    )  # fmt: skip
    for part, name, color, pattern in (
        (below, f"smaller than {k}", VERMILION, "/"), (~below, f"{k} or more", BLUE, ""),
    ):  # fmt: skip
        figure.add_bar(
            x=[n for n, wanted in zip(names, part, strict=True) if wanted],
            y=bars[part].tolist(), name=name,
            marker={"color": color, "pattern": {"shape": pattern}},
            hovertemplate="groups of %{x}: %{y:,} records<extra></extra>",
        )  # fmt: skip
    return figure.update_xaxes(type="category", categoryorder="array", categoryarray=names)


def k_curve(sizes: Numbers, k: int, records: Numbers | None = None) -> Figure:
    """Draw the records in groups smaller than each k: what a stricter k would cost."""
    people = sizes if records is None else records
    wanted = np.arange(2, max(2 * k, 20) + 1)
    edges = np.concatenate(([0], wanted, [np.inf]))
    below = np.histogram(sizes, bins=edges, weights=people)[0].cumsum()[:-1].astype(int)
    here, total = int(below[k - 2]), max(int(people.sum()), 1)
    figure = _figure(
        f"At k={k}, {here / total:.1%} of the records would have to change",
        "wanted group size k", "records in smaller groups",
    )  # fmt: skip
    figure.add_scatter(
        x=wanted.tolist(), y=below.tolist(), mode="lines+markers",
        line={"color": BLUE, "shape": "hv"},
        name="records below k", hovertemplate="k=%{x}: %{y:,} records<extra></extra>",
    )  # fmt: skip
    figure.add_scatter(
        x=[k], y=[here], mode="markers+text", text=[f"k={k}: {here:,}"], textposition="top center",
        marker={"color": VERMILION, "size": 12, "symbol": "diamond"}, name="asked for",
        hoverinfo="skip",
    )  # fmt: skip
    return figure.update_yaxes(rangemode="tozero").update_layout(showlegend=False)


def singling_out(left: Mapping[str, int], at_risk: int, k: int) -> Figure:
    """Draw how many records leave the small groups when one column is dropped.

    Parameters
    ----------
    left
        Per column the records that stay in groups smaller than ``k`` without it.
    at_risk
        Records in such groups with all columns.
    k
        Wanted size of the smallest group.
    """
    rescued = sorted(((at_risk - n, name) for name, n in left.items()), key=itemgetter(0))
    title = "No record is in a group that is too small"
    if at_risk and rescued:
        most, name = rescued[-1]
        title = f"{_short(name)} singles people out most: without it {most:,} fewer are below k={k}"
    return _ranking(
        rescued, title, "records that leave small groups",
        text=[f"{number:,}" for number, _ in rescued], textposition="outside", cliponaxis=False,
        hovertemplate="without %{y}: %{x:,} records leave<extra></extra>",
    ).update_xaxes(tickformat=",")  # fmt: skip


def scores(numbers: Numbers, sizes: Numbers, *, name: str, title: str) -> Figure:
    """Draw how many records are in groups of each score of a model."""
    figure = _figure(_short(title, _TITLE), name, "records")
    finite = np.isfinite(numbers)
    bars, edges = np.histogram(numbers[finite], bins=_BARS, weights=sizes[finite])
    middle = (edges[:-1] + edges[1:]) / 2
    figure.add_bar(
        x=middle.round(6).tolist(), y=bars.astype(int).tolist(), name="finite",
        marker={"color": BLUE},
        hovertemplate=f"{name} about %{{x}}: %{{y:,}} records<extra></extra>",
    )  # fmt: skip
    infinite = int(sizes[~finite].sum())
    if infinite:
        figure.add_annotation(
            text=f"infinite: {infinite:,} records", x=1, y=1, xref="paper", yref="paper",
            showarrow=False, xanchor="right",
        )  # fmt: skip
    return figure.update_layout(showlegend=False, bargap=0.02)


def bars(values: Mapping[str, float], *, title: str, x: str) -> Figure:
    """Draw one named number beside the other, the largest on top."""
    ranked = sorted(((number, name) for name, number in values.items()), key=itemgetter(0))
    return _ranking(
        ranked, _short(title, _TITLE), x,
        text=[f"{number:.3g}" for number, _ in ranked], textposition="auto",
        hovertemplate="%{y}: %{x:.4g}<extra></extra>",
    )  # fmt: skip


def _ranking(pairs: Sequence[tuple[float, str]], title: str, x: str, **look: Any) -> Figure:  # noqa: ANN401 - Plotly's
    """Draw numbers with their names as bars that lie, from the lowest up."""
    figure = _figure(title, x, "")
    figure.add_bar(
        x=[number for number, _ in pairs], y=[_short(name) for _, name in pairs],
        orientation="h", marker={"color": BLUE}, **look,
    )  # fmt: skip
    return figure.update_layout(showlegend=False, height=max(260, 60 + 36 * len(pairs)))


def histogram(labels: list[str], counts: list[float | None], *, title: str, x: str) -> Figure:
    """Draw counts in the order given; a count of ``None`` is withheld and has no bar."""
    figure = _figure(_short(title, _TITLE), x, "records")
    figure.add_bar(
        x=labels, y=counts, marker={"color": BLUE}, hovertemplate="%{x}: %{y:,}<extra></extra>"
    )
    return figure.update_xaxes(type="category").update_layout(showlegend=False, bargap=0.02)


def subsets(frame: pd.DataFrame, *, title: str) -> Figure:
    """Draw how well subsets of columns tell records apart.

    Parameters
    ----------
    frame
        Per subset its ``columns``, ``size``, ``distinction`` and ``separation``.
    title
        The finding.
    """
    figure = _figure(_short(title, _TITLE), "distinction", "separation")
    figure.add_scatter(
        x=frame["distinction"].tolist(), y=frame["separation"].tolist(), mode="markers",
        text=[_short(names, 200) for names in frame["columns"]],
        marker={
            "color": frame["size"].tolist(), "colorscale": "Cividis", "size": 9,
            "colorbar": {"title": {"text": "columns"}},
        },
        hovertemplate="%{text}: distinction %{x:.4f}, separation %{y:.4f}<extra></extra>",
    )  # fmt: skip
    return figure.update_layout(showlegend=False)


def diversity(  # the paper's letters
    values: Numbers, distances: Numbers, sizes: Numbers, *, column: str, l: int, t: float
) -> Figure:
    """Draw each group's number of sensitive values against its distance from everybody.

    Parameters
    ----------
    values
        Distinct sensitive values per group.
    distances
        Earth mover's distance per group, 0 to 1.
    sizes
        Records per group.
    column
        The sensitive column.
    l, t
        The thresholds: groups left of ``l`` or above ``t`` are marked.
    """
    poor = values < l
    lost, total = int(sizes[poor].sum()), int(sizes.sum())
    figure = _figure(
        f"{_short(column)}: {lost:,} of {total:,} records are in groups with fewer than {l} values",
        "different values in the group (l)", "distance from everybody (t)",
    )  # fmt: skip
    for part, name, color, symbol in (
        (poor, f"fewer than {l} values", VERMILION, "x"),
        (~poor, f"{l} values or more", BLUE, "circle"),
    ):
        x, y, records = _cells(values[part], distances[part], sizes[part])
        figure.add_scatter(
            x=x, y=y, customdata=records, mode="markers", name=name,
            marker={
                "color": color, "symbol": symbol, "opacity": 0.75,
                "size": (5 + 3 * np.log1p(records)).round(2).tolist(),
            },
            hovertemplate="l=%{x}, t=%{y}: %{customdata:,} records<extra></extra>",
        )  # fmt: skip
    figure.add_hline(y=t, line={"color": GRAY, "dash": "dash"}, annotation_text=f"t={t:g}")
    return figure.update_yaxes(range=[-0.03, 1.03]).update_xaxes(
        dtick=max(1, int(values.max() if len(values) else 1) // 8), tickformat=","
    )


_ROLES = {
    "direct": ("#D55E00", "/"), "sensitive": ("#CC79A7", "x"), "quasi": ("#E69F00", "\\"),
    "not personal": ("#0072B2", ""), "undetermined": ("#767676", "."),
}  # fmt: skip


def data_map(
    names: list[str], roles: list[str], types: list[str], distinction: list[float], *, title: str
) -> Figure:
    """Draw every column as a bar: its role by color and pattern, its length the distinction.

    Parameters
    ----------
    names, roles, types
        Per column its name, the word for its role, and its type.
    distinction
        Per column the share of records that differ, 0 to 1.
    title
        What the chart says.
    """
    figure = _figure(title, "distinction: share of records kept when each value is kept once", "")
    shown = [_short(f"{name} ({kind})", 40) for name, kind in zip(names, types, strict=True)]
    places = list(range(len(names)))
    for role, (color, pattern) in _ROLES.items():
        here = [place for place in places if roles[place] == role]
        figure.add_bar(
            y=here, x=[round(distinction[place], 4) for place in here], orientation="h", name=role,
            marker={"color": color, "pattern": {"shape": pattern}},
            customdata=[shown[place] for place in here],
            hovertemplate=f"%{{customdata}}, {role}: %{{x:.1%}}<extra></extra>",
        )  # fmt: skip
    figure.update_yaxes(tickvals=places, ticktext=shown, autorange="reversed")
    figure.update_xaxes(range=[0, 1.02], tickformat=".0%", side="top")
    legend = {"y": 0, "yanchor": "bottom", "yref": "container", "orientation": "h"}
    return figure.update_layout(
        barmode="stack", height=140 + 22 * len(names), legend=legend, margin={"b": 80, "t": 90}
    )


def lattice(
    loss: Numbers, suppressed: Numbers, names: list[str], front: Numbers, best: int | None, *,
    allowed: int, title: str,
) -> Figure:  # fmt: skip
    """Draw the nodes of a lattice by what they cost, the optimum marked.

    Parameters
    ----------
    loss, suppressed
        Per node its loss, and the records to suppress.
    names
        Per node its levels in words.
    front
        Whether no other node beats it.
    best
        Position of the optimum, if there is one.
    allowed
        Records that may be suppressed.
    title
        The finding.
    """
    figure = _figure(title, "records suppressed", "loss")
    for chosen, name, color, symbol, size in (
        (np.flatnonzero(~front), "nodes", GRAY, "circle-open", 5),
        (np.flatnonzero(front), "no other beats these", BLUE, "circle", 7),
        ([] if best is None else [best], "optimum", VERMILION, "star", 16),
    ):
        figure.add_scatter(
            x=suppressed[chosen].tolist(), y=loss[chosen].tolist(), mode="markers", name=name,
            text=[_short(names[i], 200) for i in chosen],
            marker={"color": color, "symbol": symbol, "size": size},
            hovertemplate="%{text}<br>%{x:,} suppressed, loss %{y:.4g}<extra></extra>",
        )  # fmt: skip
    figure.add_vline(x=allowed, line={"color": GRAY, "dash": "dash"}, annotation_text="limit")
    return figure.update_yaxes(tickformat=".4~g").update_xaxes(tickformat=",")


def _cells(
    values: Numbers, distances: Numbers, sizes: Numbers
) -> tuple[list[int], list[float], list[int]]:
    """Put groups with the same l and nearly the same t together, so that a chart stays small."""
    level = np.round(np.asarray(distances, float) * 50).astype(np.int64)
    key, position = np.unique(np.asarray(values, np.int64) * 1000 + level, return_inverse=True)
    records = np.bincount(position, weights=sizes, minlength=len(key)).astype(int)
    return (key // 1000).tolist(), (key % 1000 / 50).tolist(), records.tolist()


def _edges(largest: int, k: int) -> npt.NDArray[np.int64]:
    """Give 1, 2, …, k one bar each (up to ten), then bars that double in width."""
    edges = list(range(1, min(k, 10) + 1))
    if k > edges[-1]:
        edges.append(k)
    while edges[-1] <= largest:
        edges.append(max(edges[-1] + 1, edges[-1] * 2))
    return np.array(edges)


def _short(text: str, longest: int = _LONGEST) -> str:
    line = html.escape(" ".join(text.split()), quote=False)
    return line if len(line) <= longest else line[: longest - 1] + "…"


def _figure(title: str, x: str, y: str) -> Figure:
    import plotly.graph_objects as go  # noqa: PLC0415 - charts load when they are drawn

    lines = textwrap.wrap(title, _LINE)
    layout: dict[str, Any] = {
        "title": {"text": "<br>".join(lines), "x": 0, "xref": "paper", "font": {"size": 16}},
        "template": "plotly_white",
        "font": {"family": "system-ui, sans-serif", "size": 13},
        "margin": {"l": 60, "r": 20, "t": 60 + 20 * len(lines), "b": 60},
        "height": 380,
        "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        "xaxis": {"title": {"text": x}, "automargin": True},
        "yaxis": {"title": {"text": y}, "automargin": True, "tickformat": ","},
    }
    return go.Figure(layout=layout)


def cell_intervals(
    names: list[str], values: Numbers, low: Numbers, high: Numbers, need_low: Numbers,
    need_high: Numbers,
) -> Figure:  # fmt: skip
    """Draw what an attacker finds of each unsafe cell, relative to what the rules ask.

    Parameters
    ----------
    names
        The cells.
    values
        Their true values.
    low, high
        The ends of the intervals that an attacker can compute.
    need_low, need_high
        The interval that the rules ask for at least.
    """
    size = np.where(values == 0, np.maximum(need_high, 1e-9), np.abs(values))
    ends = [
        (np.clip(part, -1e15, 1e15) - values) / size for part in (low, high, need_low, need_high)
    ]
    edge = 3 * max(float(np.max(np.abs(ends[2:]), initial=0.1)), 0.1)
    left, right = np.maximum(ends[0], -edge), np.minimum(ends[1], edge)
    slack = 1e-6
    bad = (ends[0] > ends[2] + slack) | (ends[1] < ends[3] - slack)
    figure = _figure(
        f"{int(bad.sum())} of {len(names)} unsafe cells are left in less doubt than asked",
        "distance from the true value (bars that reach the edge go on)", "",
    )  # fmt: skip
    labels = [f"{i + 1}. {_short(name, 40)}" for i, name in enumerate(names)]
    for part, name, color, pattern in (
        (bad, "too narrow", VERMILION, "/"), (~bad, "wide enough", BLUE, ""),
    ):  # fmt: skip
        figure.add_bar(
            y=[n for n, wanted in zip(labels, part, strict=True) if wanted],
            x=(right - left)[part].tolist(), base=left[part].tolist(), orientation="h", name=name,
            marker={"color": color, "pattern": {"shape": pattern}}, hoverinfo="y",
        )  # fmt: skip
    for end, name in ((ends[2], "asked for"), (ends[3], "")):
        figure.add_scatter(
            x=end.tolist(), y=labels, mode="markers", name=name, showlegend=bool(name),
            marker={"symbol": "line-ns-open", "color": "black", "size": 12}, hoverinfo="skip",
        )  # fmt: skip
    return figure.update_yaxes(
        type="category", categoryorder="array", categoryarray=labels[::-1]
    ).update_layout(height=max(300, 120 + 22 * len(names)), bargap=0.4, xaxis_tickformat="+.0%")
