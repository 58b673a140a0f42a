"""The figures of an impact assessment; each carries in ``layout.meta.alt`` what it shows, in text.

What they look like stands in ``templates/figures.json.jinja``.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from govkit.dpia.wording import stated
from govkit.plots import _edges, _figure

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

    from govkit.dpia.impact import Impact
    from govkit.dpia.numbers import Measured


def all_of(impact: Impact, language: str = "en") -> dict[str, Figure]:
    """Draw everything: ``flows``, ``group sizes …`` per scenario, ``risk map``, ``plan``."""
    bars = {one.scenario.key: _bars(one) for one in impact.measured}
    found = stated("figures", i=impact, language=language, bars=bars)
    return {name: _drawn(**one) for name, one in found.items()}


def _drawn(title: str, alt: str, traces: Any, layout: Any, x: str = "", y: str = "") -> Figure:  # noqa: ANN401 - of Plotly
    figure = _figure(title, x, y).add_traces(traces).update_layout(layout)
    return figure.update_layout(meta={"alt": alt}, title_font_size=14)


def _bars(measured: Measured) -> dict[str, Any]:
    """Count the people in groups of each size, before and after."""
    forms = {"before": measured.before} | ({"after": measured.after} if measured.after else {})
    k, sizes = measured.last.k, [size for one in forms.values() for size in one.crowds]
    edges = _edges(max(sizes, default=1), k)
    names = [f"{a}" if b - a == 1 else f"{a}–{b - 1}" for a, b in pairwise(edges.tolist())]
    counts = {
        word: np.histogram([*one.crowds], edges, weights=[*one.crowds.values()])[0]
        .astype(int)
        .tolist()
        for word, one in forms.items()
    }
    edge = int((edges[:-1] < k).sum()) - 0.5
    return {"measured": measured, "names": names, "counts": counts, "edge": edge}
