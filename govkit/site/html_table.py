"""Tables of stored notebooks, so that a screen reader finds no heading without words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from docutils import nodes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from myst_nb.core.render import MimeData, NbElementRenderer

_EMPTY = re.compile(r"<th([^>]*)>\s*</th>")
_WORDS = re.compile(r"<td>(?!(?:[-+]?[\d,.]+(?:e[-+]\d+)?|-?inf|NaN|None|&lt;NA&gt;|\W*)</td>)")
_DAY = re.compile(r"<td>(?=\d{4}-\d\d-\d\d</td>)")
_STYLE = re.compile(r"<style scoped>.*?</style>\s*", re.DOTALL)


class HtmlTable:
    """Render HTML outputs, with the empty corner of a pandas frame as an ordinary cell."""

    mime_priority_overrides: ClassVar[Sequence[tuple[str, str, int | None]]] = ()

    @staticmethod
    def handle_mime(
        renderer: NbElementRenderer,  # noqa: ARG004 - the signature is MyST-NB's
        data: MimeData,
        inline: bool,
    ) -> list[nodes.Element] | None:
        """Give the nodes of an HTML output, or nothing for another type."""
        if inline or data.mime_type != "text/html":
            return None
        return [nodes.raw(text=mended(data.string), format="html", classes=["output", "text_html"])]


def mended(text: str) -> str:
    """Turn headings without words into cells, and leave the table's looks to the site.

    A cell of words is marked, so that it can stand on the left where numbers stand on the right,
    and a day, so that it stays on one line.

    Examples
    --------
    >>> mended("<tr><th></th><th>age</th></tr>")
    '<tr><td></td><th>age</th></tr>'
    >>> mended("<tr><td>nurse</td><td>1.5</td></tr>")
    '<tr><td class="gk-words">nurse</td><td>1.5</td></tr>'
    """
    plain = _STYLE.sub("", text).replace(' border="1"', "")
    days = _DAY.sub('<td class="gk-words gk-day">', _EMPTY.sub(r"<td\1></td>", plain))
    return _WORDS.sub('<td class="gk-words">', days)
