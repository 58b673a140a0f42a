"""Plotly figures of stored notebooks: the data stands in the page, the script on the site itself.

MyST-NB has no renderer for Plotly's own type. This one writes a ``<figure>`` whose caption is the
figure's title, so that it wraps on a small screen and is read aloud; a script draws the rest.
"""

from __future__ import annotations

import html
import json
from typing import TYPE_CHECKING, Any, ClassVar

from docutils import nodes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from myst_nb.core.render import MimeData, NbElementRenderer

MIME = "application/vnd.plotly.v1+json"
PLOTLY = "plotly.gz.js"
_HEIGHT = 400
_LAST = 1000


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
        "<noscript>This figure could not be drawn here; what it finds stands above.</noscript>"
        "</figure>"
    )
