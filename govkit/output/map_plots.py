"""Charts of a register: ways of information, purposes by group, days on which something ends."""

import datetime as dt
import textwrap
from collections import Counter
from collections.abc import Mapping, Sequence

from govkit.plots import BLUE, GRAY, ORANGE, VERMILION, Figure, _figure, _short

_NODES = (BLUE, ORANGE, "#009E73", "#CC79A7", VERMILION)
_FAINT = ("rgba(0,114,178,0.35)", "rgba(230,159,0,0.35)", "rgba(0,158,115,0.35)",
          "rgba(204,121,167,0.35)", "rgba(213,94,0,0.35)")  # fmt: skip


def flows(
    nodes: Sequence[tuple[int, str]], steps: Mapping[tuple[int, int], int], layers: Sequence[str]
) -> Figure:
    """Draw ways from layer to layer as a Sankey diagram.

    Parameters
    ----------
    nodes
        Per name its layer, from 0, and the name.
    steps
        How many ways lead from one node, by its place in ``nodes``, to another.
    layers
        The headings, from left to right.
    """
    figure = _figure("Who → what → why → where → to whom", "", "")
    last = len(layers) - 2  # its labels and those after it share one gap
    look = [at % len(_NODES) for at in range(len(nodes))]
    figure.add_sankey(
        node_label=[_wrapped(name, 16 if layer < last else 11) for layer, name in nodes],
        node_customdata=[_short(f"{layers[layer]}: {name}", 200) for layer, name in nodes],
        node_hovertemplate="%{customdata}<extra></extra>",
        node_color=[_NODES[n] for n in look], node_pad=34, node_thickness=12, node_line_width=0,
        link_source=[a for a, _ in steps], link_target=[b for _, b in steps],
        link_value=list(steps.values()), link_color=[_FAINT[look[a]] for a, _ in steps],
        link_hovertemplate="%{source.label} → %{target.label}: %{value:.0f}<extra></extra>",
    )  # fmt: skip
    for at, name in enumerate(layers):
        figure.add_annotation(
            text=f"<b>{name}</b>", x=at / (last + 1), y=1, yshift=32, xref="paper", yref="paper",
            showarrow=False, xanchor=("left", *["center"] * last, "right")[at],
        )  # fmt: skip
    most = max(Counter(layer for layer, _ in nodes).values(), default=1)
    figure.update_xaxes(visible=False).update_yaxes(visible=False)
    return figure.update_layout(height=max(380, 160 + 70 * most))


def matrix(rows: Sequence[Mapping[str, str]]) -> Figure:
    """Draw a table of short texts as tiles: ✗ marks what nobody stated.

    Parameters
    ----------
    rows
        Per row ``purpose``, and a text (or none) per group.
    """
    columns = [name for name in (rows[0] if rows else ()) if name != "purpose"]
    wrong = sum("✗" in row[name] for row in rows for name in columns)
    figure = _figure(f"{wrong} uses serve a purpose that was not stated for the group", "", "")
    labels = [_wrapped(row["purpose"], 30) for row in rows]
    figure.add_heatmap(
        x=[_wrapped(name, 12) for name in columns], y=list(range(len(rows))), xgap=2, ygap=2,
        texttemplate="%{text}", textfont={"color": "black"},
        text=[[row[name] for name in columns] for row in rows], zmin=0, zmax=2, showscale=False,
        z=[[2 * ("✗" in row[name]) or int(bool(row[name])) for name in columns] for row in rows],
        customdata=[[_short(row["purpose"], 200)] * len(columns) for row in rows],
        hovertemplate="%{customdata}<br>%{x}: %{text}<extra></extra>",
        colorscale=[[0, "rgba(128,128,128,0.08)"], [0.5, "#56B4E9"], [1, ORANGE]],
    )  # fmt: skip
    figure.update_xaxes(side="top", showgrid=False, tickangle=0).update_yaxes(showgrid=False)
    return _listed(figure, labels).update_layout(height=160 + 56 * len(rows), margin={"t": 120})


def calendar(rows: Sequence[Mapping[str, str]], today: dt.date) -> Figure:
    """Draw days on a line of time.

    Parameters
    ----------
    rows
        Per day ``day`` (ISO 8601), ``kind``, ``entry``, ``what`` and ``due`` (``stop``,
        ``passed``, ``soon`` or nothing).
    today
        Marked by a line.
    """
    looks = {
        "stop": (VERMILION, "square"),
        "passed": (VERMILION, "x"),
        "soon": (ORANGE, "diamond"),
        "": (BLUE, "circle"),
    }
    due = Counter(row["due"] for row in rows)
    figure = _figure(f"{due['passed']} days have passed, {due['soon']} come soon", "", "")
    for name, (color, symbol) in looks.items():
        here = [at for at, row in enumerate(rows) if row["due"] == name]
        figure.add_scatter(
            x=[rows[at]["day"] for at in here], y=here, mode="markers", name=name or "later",
            text=[_short(rows[at]["what"], 200) for at in here],
            marker={"color": color, "symbol": symbol, "size": 12},
            hovertemplate="%{x}: %{text}<extra></extra>",
        )  # fmt: skip
    figure.add_vline(x=today.isoformat(), line={"color": GRAY, "dash": "dash"})
    labels = [_short(f"{row['kind']}: {row['entry']}", 50) for row in rows]
    figure.update_xaxes(type="date", tickformat="%Y-%m-%d")
    return _listed(figure, labels).update_layout(height=max(260, 150 + 30 * len(rows)))


def _listed(figure: Figure, labels: list[str]) -> Figure:
    places = list(range(len(labels)))
    return figure.update_yaxes(tickvals=places, ticktext=labels, autorange="reversed")


def _wrapped(text: str, width: int) -> str:
    width = width if text.isascii() else width * 2 // 3  # kanji are wider
    lines = textwrap.wrap(text, width, max_lines=3, placeholder=" …") or [""]
    return "<br>".join(map(_short, lines))
