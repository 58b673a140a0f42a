"""The figures of an impact assessment; each carries in ``layout.meta.alt`` what it shows, in text."""

from __future__ import annotations

from itertools import pairwise, product
from typing import TYPE_CHECKING, Any

import numpy as np

from govkit.dpia.wording import words
from govkit.plots import BLUE, GRAY, ORANGE, VERMILION, _edges, _figure, _short

if TYPE_CHECKING:
    from collections.abc import Sequence

    from plotly.graph_objects import Figure

    from govkit.dpia.impact import Impact
    from govkit.dpia.numbers import Measured

_APART = ((-0.2, 0.2), (0.2, 0.2), (-0.2, -0.2), (0.2, -0.2))  # of the risks in one field
_GAP = 0.6  # between the boxes of a layer
_FIELDS = [[0, "#E8F3EE"], [0.5, "#FBEFD5"], [1, "#F6D5C3"]]


def all_of(impact: Impact, language: str = "en") -> dict[str, Figure]:
    """Draw everything: ``flows``, ``group sizes …`` per scenario, ``risk map``, ``plan``."""
    drawn = {"flows": flows(impact, language)}
    for one in impact.measured:
        drawn[f"group sizes {one.scenario.key}"] = group_sizes(one, language)
    drawn["risk map"] = risk_map(impact, language)
    return drawn | ({"plan": plan(impact, language)} if impact.dpia.plan else {})


def alt(figure: Figure) -> str:
    """Give what a figure shows, in text."""
    return str(figure.layout.meta["alt"])


def _say(group: str, key: Any, language: str, /, **filled: object) -> str:  # noqa: ANN401 - of a word list
    found: dict[str, str] = words()[group][key]
    return found[language].format(**filled)


def risk_map(impact: Impact, language: str = "en") -> Figure:
    """Draw severity against likelihood: a circle before the measures, a diamond after them."""
    names = type(impact.dpia.risks).keys
    axes = [_say("say", name, language) for name in ("likelihood", "severity")]
    figure = _figure(_say("figures", "risk_map", language, n=len(impact.high_risks)), *axes)
    high = words()["high"]
    figure.add_heatmap(
        x=[1, 2, 3, 4], y=[1, 2, 3, 4], showscale=False, hoverinfo="skip", xgap=3, ygap=3,
        z=[[(min(x, y) >= high) + (x * y > high) for x in range(1, 5)] for y in range(1, 5)],
        zmin=0, zmax=2, colorscale=_FIELDS,
    )  # fmt: skip
    told = []
    for (dx, dy), one in zip(_APART, impact.risks, strict=True):
        levels = [x.value for x in (one.severity, one.likelihood, one.severity_after, one.likelihood_after)]
        name = names[one.key]["en" if language == "en" else "short"]
        shown = dict(zip("abcd", (level or "?" for level in levels), strict=True))
        told.append(_say("figures", "risk_alt", language, name=name, **shown))
        ends = [(x + dx, y + dy) for y, x in (levels[:2], levels[2:]) if x and y]
        looks = [("circle-open", GRAY), ("diamond", VERMILION if one.high else BLUE)]
        for (x, y), (symbol, color), text in zip(ends, looks, ("", name), strict=False):
            figure.add_scatter(
                x=[x], y=[y], mode="markers+text", text=[text], textposition="bottom center",
                marker={"symbol": symbol, "color": color, "size": 13, "line": {"width": 2}},
                hovertemplate=told[-1] + "<extra></extra>", showlegend=False,
            )  # fmt: skip
        if len(ends) > 1 and ends[0] != ends[1]:
            _arrow(figure, *ends, standoff=8)
    ticks = {"tickvals": [1, 2, 3, 4], "range": [0.5, 4.5], "showgrid": False, "zeroline": False,
             "ticktext": [f"{n} {_say('levels', n, language)}" for n in range(1, 5)]}  # fmt: skip
    return _told(figure.update_xaxes(ticks).update_yaxes(ticks), told, height=440)


def group_sizes(measured: Measured, language: str = "en") -> Figure:
    """Draw how many people are in groups of each size, before and after the measures."""
    a, b = measured.before, measured.after
    edges = _edges(int(max(one.sizes.max() for one in (a, b) if one and len(one.sizes))) if a.people else 1, a.k)
    filled: dict[str, object] = {"key": _short(measured.scenario.key), "k": a.k, "a": f"{a.below:,}", "b": f"{a.people:,}"}
    if b:
        filled |= {"c": f"{b.below:,}", "d": f"{b.people:,}"}
    title = _say("figures", "sizes" if b else "sizes_one", language, **filled)
    figure = _figure(title, _say("figures", "size", language), _say("figures", "people", language))
    names = [f"{lo}" if hi - lo == 1 else f"{lo}–{hi - 1}" for lo, hi in pairwise(edges)]
    for one, word, color, pattern in ((a, "before", GRAY, "/"), (b, "after", BLUE, "")):
        if one:
            bars = np.histogram(one.sizes, bins=edges, weights=one.sizes)[0].astype(int)
            figure.add_bar(x=names, y=bars.tolist(), name=_say("say", word, language),
                           marker={"color": color, "pattern": {"shape": pattern}})  # fmt: skip
    below = int((edges[:-1] < a.k).sum())
    figure.add_vline(x=below - 0.5, line={"color": VERMILION, "dash": "dash"}, annotation_text=f"k = {a.k}")
    figure.update_xaxes(type="category", categoryorder="array", categoryarray=names)
    return _told(figure.update_layout(barmode="group"), [title])


def flows(impact: Impact, language: str = "en") -> Figure:
    """Draw who gives the data, where they lie, what is done, and who gets them."""
    s = impact.subject
    groups = list(dict.fromkeys(_say("groups", held.subject_group, language) for held in s.datasets))
    layers = [
        groups, [one.name for one in s.clients], [held.title for held in s.datasets],
        [one.title for one in s.systems], [s.activity.title], [one.name for one in s.recipients],
    ]  # fmt: skip
    heads = [_say("say", name, language) for name in ("who", "of", "what", "where", "activity", "to_whom")]
    heads[1] = _say("kinds", "client", language)
    shown = [(head, some) for head, some in zip(heads, layers, strict=True) if some]
    figure = _figure(_say("figures", "flows", language, who=", ".join(groups)), "", "")
    most = max(len(names) for _, names in shown)
    top, places = most / 2 * _GAP + 0.3, []
    for x, (head, names) in enumerate(shown):
        figure.add_annotation(text=f"<b>{head}</b>", x=x, y=top, showarrow=False)
        here = [(x, ((len(names) - 1) / 2 - at) * _GAP) for at in range(len(names))]
        for (_, y), name in zip(here, names, strict=True):
            figure.add_annotation(
                text=_wrapped(name), x=x, y=y, showarrow=False, bordercolor=BLUE, borderpad=4,
                bgcolor="#EAF3F9", font={"size": 11},
            )  # fmt: skip
        places.append(here)
    for left, right in pairwise(places):
        for (x, y), (z, w) in product(left, right):
            _arrow(figure, (x + 0.3, y), (z - 0.32, w))
    figure.add_scatter(x=[0, len(shown) - 1], y=[0, 0], mode="markers", opacity=0, hoverinfo="skip")
    figure.update_xaxes(visible=False, range=[-0.5, len(shown) - 0.5])
    figure.update_yaxes(visible=False, range=[-most / 2 * _GAP - 0.1, top + 0.15])
    told = [f"{head}: {', '.join(names)}" for head, names in shown]
    return _told(figure, told, height=180 + 90 * most)


def plan(impact: Impact, language: str = "en") -> Figure:
    """Draw when each action begins and has to end, and where it stands today."""
    actions = impact.dpia.plan
    waiting = sum(one.status == "open" for one in actions)
    figure = _figure(_say("figures", "plan", language, n=waiting, m=len(actions)), "", "")
    colors = {"open": ORANGE, "done": BLUE, "dropped": GRAY}
    told = []
    for at, one in enumerate(actions):
        status = _say("statuses", one.status, language)
        days = {"start": one.start or "–", "due": one.due or "–"}
        told.append(_say("figures", "plan_alt", language, key=one.key, status=status, **days))
        dates = [str(day) for day in (one.start or one.due, one.due) if day]
        figure.add_scatter(
            x=dates, y=[at] * len(dates), mode="lines+markers+text", showlegend=False,
            text=["", f" {status}"][-len(dates) :], textposition="middle right", cliponaxis=False,
            line={"color": colors[one.status], "width": 8},
            marker={"symbol": ["circle", "diamond"][-len(dates) :], "size": 13, "color": colors[one.status]},
            hovertemplate=_short(one.action, 200) + "<extra></extra>",
        )  # fmt: skip
    figure.add_vline(x=impact.today.isoformat(), line={"color": GRAY, "dash": "dash"})
    labels = [_short(f"{one.key}: {one.action}", 34) for one in actions]
    figure.update_yaxes(tickvals=list(range(len(actions))), ticktext=labels, autorange="reversed")
    figure.update_xaxes(type="date", tickformat="%Y-%m-%d", nticks=5)
    return _told(figure, told, height=170 + 42 * len(actions), margin={"r": 80})


def _arrow(figure: Figure, start: Sequence[float], end: Sequence[float], standoff: int = 0) -> None:
    figure.add_annotation(
        x=end[0], y=end[1], ax=start[0], ay=start[1], xref="x", yref="y", axref="x", ayref="y",
        text="", arrowhead=2, arrowwidth=1.5, arrowcolor=GRAY, standoff=standoff,
        startstandoff=standoff,
    )  # fmt: skip


def _told(figure: Figure, lines: list[str], **layout: object) -> Figure:
    return figure.update_layout(meta={"alt": "; ".join(lines)}, title_font_size=14, **layout)


def _wrapped(text: str) -> str:
    import textwrap  # noqa: PLC0415

    lines = textwrap.wrap(text, 14 if text.isascii() else 9, max_lines=4, placeholder=" …")
    return "<br>".join(map(_short, lines))
