"""Pages of HTML: their text, their tables, and what their scripts hold."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from govkit.guard.grids import Grid, fitted, is_number
from govkit.guard.words import says

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_TABLE = re.compile(r"<(/?)table\b", re.IGNORECASE)
_ROW = re.compile(
    r"<tr\b[^<>]*>(.*?)(?=<tr\b|</tr>|</t(?:head|body|able)\b)", re.DOTALL | re.IGNORECASE
)
_CELL = re.compile(r"<t([hd])\b([^<>]*)>(.*?)(?=<t[hd]\b|</t[hd]>|$)", re.DOTALL | re.IGNORECASE)
_SPAN = re.compile(r"colspan=[\"']?(\d{1,3})", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")
_WITHIN = re.compile(r"</?(?:b|i|em|strong|u|code|font|small|big)\b[^<>]*>", re.IGNORECASE)
_APART = re.compile(r"</?(?:span|a|mark|abbr)\b[^<>]*>", re.IGNORECASE)
_BESIDE = re.compile(
    r"<!--([^<>]*)-->|\b(?:title|alt|href|value|content|label|aria-label|data-[\w-]{1,40})\s?=\s?"
    r"(?:\"([^\"<>]*)\"|'([^'<>]*)')"
)  # comments, and what attributes show or lead to
_HEAD_END = re.compile(r"</thead>", re.IGNORECASE)
_NOT_TEXT = re.compile(r"<(style|script)\b.*?</\1>", re.DOTALL | re.IGNORECASE)

_SCRIPT = re.compile(r"<script\b[^<>]*>(.*?)</script>", re.DOTALL | re.IGNORECASE)
_FRAME = re.compile(r"\bsrcdoc\s?=\s?\"([^\"]*)\"", re.IGNORECASE)
_TICK = re.compile(r"<g id=\"[xy]tick_\d+\">.*?</text>\s*</g>", re.DOTALL)
_SVG_TEXT = re.compile(r"<text\b[^<>]*>([^<>]*)</text>")
_LIBRARY = 100  # functions in a script


def html_text(page: str) -> str:
    """Give the text of HTML or SVG, without styles and scripts."""
    page = _NOT_TEXT.sub("\n", page)
    beside = [one for found in _BESIDE.findall(page) for one in found if one]
    plain = _APART.sub(" ", _WITHIN.sub("", page))
    return html.unescape("\n".join([_TAG.sub("\n", plain), *beside]))


def html_grids(page: str) -> Iterator[Grid]:
    """Give the tables of a page."""
    for table in _tables(page):
        end = _HEAD_END.search(table)
        rows = [(row.start(), _CELL.findall(row[1])) for row in _ROW.finditer(table)]
        rows = [(at, cells) for at, cells in rows if cells]
        top = [cells for at, cells in rows if end and at < end.start()]
        body = [cells for at, cells in rows if not end or at >= end.start()]
        if not top and body and _heads(body):
            top, body = body[:1], body[1:]
        if top or body:
            labels = max(
                (sum(kind.lower() == "h" for kind, _, _ in one) for one in body), default=0
            )
            heads = [_spread(cells) for cells in top]
            yield fitted(heads, [[_cell(text) for _, _, text in cells] for cells in body], labels)


def _heads(body: list[list[tuple[str, str, str]]]) -> bool:
    """Tell whether the first row is one of headings, which not every tool says."""
    first, last = ([_cell(text) for _, _, text in row] for row in (body[0], body[-1]))
    plain = not any(map(is_number, first)) and any(map(is_number, last)) and len(first) > 1
    return plain or all(kind.lower() == "h" for kind, _, _ in body[0])


def scripts(page: str) -> Iterator[str]:
    """Give the scripts of a page that may hold data: neither libraries nor figures of Plotly."""
    for found in _SCRIPT.finditer(page):
        if found[1].count("function") < _LIBRARY and "Plotly.newPlot(" not in found[1]:
            yield found[1]


def framed(page: str) -> Iterator[str]:
    """Give the pages within a page, as maps are shown."""
    yield from map(html.unescape, _FRAME.findall(page))


def drawn_bars(svg: str) -> Iterator[Grid]:
    """Give the numbers that Matplotlib wrote on bars: what stands beside no tick of an axis."""
    texts = [text.strip() for text in _SVG_TEXT.findall(_TICK.sub("", svg)) if text.strip()]
    numbers = [[text] for text in texts if text.isdecimal()]
    if "xtick_" in svg and numbers and any(says("count", text) for text in texts):
        yield Grid(heads=("count",), rows=numbers, look="bars")


def _tables(page: str) -> Iterator[str]:
    """Give the tables, a table within another as part of it."""
    start, depth = 0, 0
    for tag in _TABLE.finditer(page):
        depth += -1 if tag[1] else 1
        if depth == 1 and not tag[1]:
            start = tag.start()
        elif depth == 0:
            yield page[start : tag.end()]
        depth = max(depth, 0)


def _cell(text: str) -> str:
    plain = html.unescape(_TAG.sub("", text) if "<" in text else text).strip()
    return plain[1:-1] if len(plain) > 1 and plain[0] == plain[-1] == '"' else plain


def _spread(cells: Sequence[tuple[str, str, str]]) -> list[str]:
    row: list[str] = []
    for _, about, text in cells:
        wide = _SPAN.search(about)
        row += [_cell(text)] * (int(wide[1]) if wide else 1)
    return row
