"""Plotly figures of stored notebooks: the data stands in the page, the script on the site itself.

MyST-NB has no renderer for Plotly's own type. This one writes a ``<figure>`` whose caption is the
figure's title, so that it wraps on a small screen and is read aloud; a script draws the rest.
"""

from __future__ import annotations

import html
import json
import re
from typing import TYPE_CHECKING, Any, ClassVar

from docutils import nodes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from myst_nb.core.render import MimeData, NbElementRenderer

MIME = "application/vnd.plotly.v1+json"
PLOTLY = "plotly.gz.js"
_HEIGHT = 400
_LAST = 1000
_MOST = 60
_TAG = re.compile("<[^>]*>")
_NOT_DRAWN = "This figure could not be drawn here. What it finds stands above; its numbers are:"


class PlotlyMime:
    """Render figures for HTML; other builders take a stored picture where there is one."""

    mime_priority_overrides: ClassVar[Sequence[tuple[str, str, int | None]]] = [
        ("*", MIME, _LAST),
        *((builder, MIME, 1) for builder in ("html", "dirhtml", "singlehtml")),
    ]

    @staticmethod
    def handle_mime(
        renderer: NbElementRenderer, data: MimeData, inline: bool
    ) -> list[nodes.Element] | None:
        """Give the nodes of a figure, or nothing for another type."""
        if inline or data.mime_type != MIME:
            return None
        for name in (PLOTLY, "govkit-figures.js"):
            renderer.add_js_file(name, name, {"defer": "defer"})
        figure: Any = data.content if isinstance(data.content, dict) else json.loads(data.string)
        return [nodes.raw(text=figure_html(figure), format="html", classes=["output"])]


def figure_html(figure: dict[str, Any]) -> str:
    """Write a figure as HTML: caption, place to draw in, data.

    Examples
    --------
    >>> figure_html({"data": [], "layout": {"title": {"text": "k < 5"}}})[:68]
    '<figure class="govkit-figure"><figcaption>k &lt; 5</figcaption><div '
    """
    layout = dict(figure.get("layout", {}))
    title = layout.pop("title", None) or {}
    caption = html.escape(html.unescape(title.get("text") or "Figure").replace("<br>", " "))
    told = html.escape((layout.get("meta") or {}).get("alt", ""))  # what it shows, where it says so
    caption += f"<br><small>{told}</small>" if told and told != caption else ""
    shown = {"data": figure.get("data", []), "layout": layout}
    # "<" would let a text in the figure end the script element
    text = json.dumps(shown, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return (
        f'<figure class="govkit-figure"><figcaption>{caption}</figcaption>'
        f'<div style="height:{int(layout.get("height") or _HEIGHT)}px"></div>'
        f'<script type="application/json">{text}</script>'
        f"<noscript>{numbers_html(shown)}</noscript></figure>"
    )


def numbers_html(figure: dict[str, Any]) -> str:
    """Write the numbers of a figure as a list, for browsers that cannot draw it.

    Examples
    --------
    >>> bar = {"name": "few", "x": ["1"], "y": [3]}
    >>> numbers_html({"data": [bar], "layout": {"yaxis": {"title": {"text": "people"}}}})[-32:]
    '<li>few: x 1, people 3</li></ul>'
    """
    axes = [figure["layout"].get(axis) or {} for axis in ("xaxis", "yaxis")]
    x, y = (
        (axis.get("title") or {}).get("text") or name for axis, name in zip(axes, "xy", strict=True)
    )
    ticks = [
        dict(zip(one.get("tickvals", ()), one.get("ticktext", ()), strict=True)) for one in axes
    ]
    lines = []
    for trace in figure["data"]:
        if isinstance(trace.get("x"), list) and trace.get("type") != "heatmap":
            of = f"{trace['name']}: " if trace.get("name") else ""
            for left, right in zip(trace["x"], trace["y"], strict=True):
                at = ticks[0].get(left, left), ticks[1].get(right, right)
                lines.append(f"{of}{x} {at[0]}, {y} {at[1]}")
    lines[_MOST:] = ["…"] if len(lines) > _MOST else []
    listed = "".join(f"<li>{html.escape(_TAG.sub(' ', line))}</li>" for line in lines)
    return f"<p>{_NOT_DRAWN}</p><ul>{listed}</ul>"
