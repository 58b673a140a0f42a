"""Tables as outputs hold them (HTML, printed frames, lists of records), brought to one form."""

from __future__ import annotations

import ast
import csv
import html
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from govkit.guard.words import says

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Rows = list[list[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """One table.

    Attributes
    ----------
    heads
        Heading of each column; several levels are joined by a blank.
    rows
        What the cells hold, as text.
    labels
        How many columns at the left are labels of rows.
    grouped
        Whether row labels have a heading of their own, as after grouping.
    crossed
        Whether the columns are values of one variable, as in a cross table.
    look
        ``table``, ``bars`` or ``points``.
    """

    heads: tuple[str, ...]
    rows: Rows
    labels: int = 0
    grouped: bool = False
    crossed: bool = False
    look: str = "table"

    def column(self, number: int) -> list[str]:
        """Give what one column holds."""
        return [row[number] for row in self.rows]

    def transposed(self) -> Grid:
        """Turn rows into columns: the row labels become the headings."""
        heads = tuple(row[0] for row in self.rows)
        turned = [list(column) for column in zip(*(row[1:] for row in self.rows), strict=True)]
        return Grid(heads=heads, rows=turned, look=self.look)


_TABLE = re.compile(r"<(/?)table\b", re.IGNORECASE)
_ROW = re.compile(
    r"<tr\b[^<>]*>(.*?)(?=<tr\b|</tr>|</t(?:head|body|able)\b)", re.DOTALL | re.IGNORECASE
)
_CELL = re.compile(r"<t([hd])\b([^<>]*)>(.*?)(?=<t[hd]\b|</t[hd]>|$)", re.DOTALL | re.IGNORECASE)
_SPAN = re.compile(r"colspan=[\"']?(\d{1,3})", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")
_BESIDE = re.compile(
    r"<!--([^<>]*)-->|\b(?:title|alt|href|value|content|label|aria-label|data-[\w-]{1,40})\s?=\s?"
    r"(?:\"([^\"<>]*)\"|'([^'<>]*)')"
)  # comments, and what attributes show or lead to
_HEAD_END = re.compile(r"</thead>", re.IGNORECASE)
_NOT_TEXT = re.compile(r"<(style|script)\b.*?</\1>", re.DOTALL | re.IGNORECASE)


def html_text(page: str) -> str:
    """Give the text of HTML or SVG, without styles and scripts."""
    page = _NOT_TEXT.sub("\n", page)
    beside = [one for found in _BESIDE.findall(page) for one in found if one]
    return html.unescape("\n".join([_TAG.sub("\n", page), *beside]))


def html_grids(page: str) -> Iterator[Grid]:
    """Give the tables of a page."""
    for table in _tables(page):
        end = _HEAD_END.search(table)
        rows = [(row.start(), _CELL.findall(row[1])) for row in _ROW.finditer(table)]
        rows = [(at, cells) for at, cells in rows if cells]
        top = [cells for at, cells in rows if end and at < end.start()]
        body = [cells for at, cells in rows if not end or at >= end.start()]
        if not end and body and all(kind.lower() == "h" for kind, _, _ in body[0]):
            top, body = body[:1], body[1:]
        if body:
            labels = max(sum(kind.lower() == "h" for kind, _, _ in cells) for cells in body)
            heads = [_spread(cells) for cells in top]
            yield _grid(heads, [[_cell(text) for _, _, text in cells] for cells in body], labels)


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


def _grid(tops: Rows, body: Rows, labels: int) -> Grid:
    """Fit headings and rows together at the right, where pandas leaves out repeated labels."""
    said = [row for row in tops if not all(says("dtypes", cell) or not cell for cell in row)]
    tops = said or tops[:1]
    width = max(Counter(map(len, body)).most_common(1)[0][0], *map(len, tops), 0)
    rows = [[""] * (width - len(row)) + row for row in body if len(row) <= width]
    tops = [[""] * (width - len(row)) + row for row in tops]
    heads: list[str] = []
    for column in zip(*tops, strict=True):
        level = list(dict.fromkeys(cell for cell in column if cell))
        heads.append(level[-1] if level and len(heads) < labels else " ".join(level))
    last = tops[-1] if len(tops) > 1 else []
    named = bool(labels) and any(last[:labels]) and not any(last[labels:])
    crossed = named and any(tops[0][:labels])
    return Grid(
        heads=tuple(heads or [""] * width), rows=rows, labels=labels, grouped=named,
        crossed=crossed,
    )  # fmt: skip


_GAP = re.compile(r"\s{2,}|\t")
_BARS = re.compile(r"[|│┆║]")
_RULE = re.compile(r"^[\s|│┆║+=:~╞╡╪┌┐└┘┬┴┼├┤─═━-]*$")
_DTYPE = re.compile(r"^(?:Freq: \S+, )?(?:Name: (.*?), )?(?:Length: \d+, )?dtype: \S+")
_COUNTER = re.compile(r"Counter\((\{.*\})\)", re.DOTALL)
_HISTOGRAM = re.compile(r"\(array\(\[([^\[\]]+)\][^)]*\), array\(\[([^\[\]]+)\]")


def text_grids(text: str) -> Iterator[Grid]:
    """Give the tables that stand in text: printed frames and series, CSV, Python values."""
    for found in _HISTOGRAM.finditer(text):
        bars, edges = (re.split(r"[,\s]+", part.strip(", \n")) for part in found.groups())
        if len(bars) + 1 == len(edges):
            rows = [list(pair) for pair in zip(edges[:-1], bars, strict=True)]
            yield Grid(heads=("from", "count"), rows=rows, labels=1, grouped=True, look="bars")
    counter = _COUNTER.fullmatch(text.strip())
    if counter and isinstance(value := _python(counter[1]), dict):
        rows = [[str(key), str(n)] for key, n in value.items()]
        yield Grid(heads=("", "count"), rows=rows, labels=1, grouped=True)
        return
    if (value := _python(text)) is not None:
        yield from value_grids(value)
        return
    if "\\begin{tabular}" in text:
        text = re.sub(r" *(?<!\\)& *", " | ", text)
    for block in re.split(r"\n\s*\n", text.strip("\n")):
        raw = block.split("\n")
        if len(raw) == 2 and all(line.endswith(" ") for line in raw):  # noqa: PLR2004 - a table of R
            heads, cells = (line.split() for line in raw)
            if len(heads) == len(cells):
                yield Grid(heads=tuple(heads), rows=[cells], grouped=True, crossed=True)
            continue
        lines = [line.rstrip("\\").rstrip() for line in block.splitlines() if line.strip()]
        if len(lines) > 1 and (grid := _printed(lines)) is not None:
            yield grid


def _python(text: str) -> Any:  # noqa: ANN401 - any value that Python writes
    plain = text.strip()
    if not plain.startswith(("[", "{", "(")) or len(plain) > 300_000:  # noqa: PLR2004
        return None
    plain = re.sub(r"\b(?:nan|NaT|<NA>|inf)\b|<NA>", "None", plain)
    plain = re.sub(r"\b(?:np\.\w+|Timestamp|Decimal|datetime\.\w+)\(([^()]*)\)", r"(\1)", plain)
    try:
        return ast.literal_eval(plain)
    except (ValueError, SyntaxError, MemoryError, RecursionError, TypeError):
        return None


def _printed(lines: list[str]) -> Grid | None:
    barred = [line for line in lines if _BARS.search(line)]
    if len(barred) > 1:
        cells = [_delimited(line) for line in barred if not _RULE.match(line)]
        cells = [row for row in cells if not all(cell in {"---", "", "…"} for cell in row)]
        if len(cells) < 2:  # noqa: PLR2004 - a heading alone
            return None
        head, *body = cells
        body = [row for row in body if len(row) == len(head) and (row[0] or not head[0])]
        body = [row for row in body if not all(says("dtypes", cell) for cell in row)]
        plain = not head[0] and "|" in barred[0]  # to_markdown writes the index
        return _grid([head], body, int(plain)) if body else None
    lines = [line for line in lines if not re.fullmatch(r"\[\d+ rows x \d+ columns\]", line)]
    ending = _DTYPE.match(lines[-1])
    if ending:
        return _series(lines[:-1], ending[1] or "")
    if lines[0].startswith("  ") or (len(lines) > 2 and _names(lines)):  # noqa: PLR2004
        return _frame(lines)
    return _separated(lines)


def _delimited(line: str) -> list[str]:
    return [cell.strip().strip('"') for cell in _BARS.split(line.strip().strip("|│┆║"))]


def _fields(line: str) -> list[str]:
    return [part for part in _GAP.split(line.strip()) if part]


def _names(lines: list[str]) -> bool:
    """Tell whether the second line holds only names of row labels, under names of columns."""
    return len(_fields(lines[0])) > 1 and len(_fields(lines[1])) < len(_fields(lines[2]))


def _series(lines: list[str], name: str) -> Grid | None:
    rows = [_fields(line) for line in lines if _fields(line) not in (["..."], ["...", "..."])]
    if not rows:
        return None
    named = len(rows) > 1 and len(rows[0]) < len(rows[1])
    names, body = (rows[0], rows[1:]) if named else ([], rows)
    body = [row if len(row) > 1 else ["", *row] for row in body]
    labels = max(map(len, body)) - 1
    heads = [*([""] * (labels - len(names))), *names[:labels], name]
    return _grid([heads, [*heads[:-1], ""]] if named else [heads], body, labels)


def _frame(lines: list[str]) -> Grid | None:
    """Read a printed frame: headings, perhaps names of row labels, then rows."""
    rows = [_fields(line) for line in lines]
    rows = [row for row in rows if set(row) != {"..."} and row]
    body_at = 2 if len(rows) > 2 and len(rows[1]) < len(rows[2]) and not _number(rows[1][-1]) else 1  # noqa: PLR2004
    tops, body = rows[:body_at], rows[body_at:]
    if not body:
        return None
    width = max(map(len, body))
    crossed = not lines[0].startswith(" ")
    labels = width - len(tops[0]) + crossed
    if not 0 <= labels < width:
        return None
    heads = [[""] * (labels - crossed) + tops[0]]
    if body_at == 2:  # noqa: PLR2004
        heads.append((tops[1] + [""] * width)[:width])
        heads[1][labels:] = [""] * (width - labels)
    return _grid(heads, body, labels)


def _separated(lines: list[str]) -> Grid | None:
    """Read CSV or TSV: three lines or more with the same number of separators."""
    for sign in (",", "\t", ";"):
        often = {line.count(sign) for line in lines}
        if len(lines) > 2 and len(often) == 1 and often != {0}:  # noqa: PLR2004
            head, *body = csv.reader(lines, delimiter=sign)
            even = len({len(row) for row in body}) == 1
            if all(head) or not head[0]:
                return _grid([head], body, int(not head[0])) if even else None
    for cut in (_fields, str.split):
        fields = [cut(line) for line in lines]
        if any(map(_number, fields[0])):
            return None
        if len(fields[0]) > 2 and len({len(row) for row in fields}) == 1:  # noqa: PLR2004
            return _grid(fields[:1], fields[1:], 0)
    return None


def value_grids(value: Any, depth: int = 0) -> Iterator[Grid]:  # noqa: ANN401 - JSON or Python
    """Give the tables in a JSON-like value: records, columns of equal length, lists of rows."""
    if depth > 30:  # noqa: PLR2004 - deeper than any table
        return
    if isinstance(value, dict):
        lists = [part for part in value.values() if isinstance(part, list)]
        single = [key for key, part in value.items() if not isinstance(part, dict | list | tuple)]
        if len(lists) == len(value) > 1 and len({len(part) for part in lists}) == 1 and lists[0]:
            rows = [[_text(cell) for cell in row] for row in zip(*lists, strict=True)]
            yield Grid(heads=tuple(map(str, value)), rows=rows)
        elif len(single) > 1:
            rows = [[_text(value[key]) for key in single]]
            yield Grid(heads=tuple(map(str, single)), rows=rows, look="record")
        parts: list[Any] = list(value.values())
    elif isinstance(value, list | tuple):
        parts = list(value)
        if len(parts) > 1 and all(isinstance(part, dict) for part in parts):
            heads = tuple(dict.fromkeys(str(key) for part in parts for key in part))
            rows = [[_text(part.get(head)) for head in heads] for part in parts]
            yield Grid(heads=heads, rows=rows)
            parts = [part for row in parts for part in row.values()]
        elif _even(parts):
            rows = [list(map(_text, part)) for part in parts]
            yield Grid(heads=("",) * len(rows[0]), rows=rows)
    else:
        return
    for part in parts:
        if isinstance(part, dict | list | tuple):
            yield from value_grids(part, depth + 1)


def _even(parts: list[Any]) -> bool:
    """Tell whether these are lists of one length: rows without a heading."""
    lists = len(parts) > 1 and all(isinstance(part, list | tuple) for part in parts)
    return lists and len({len(part) for part in parts}) == 1 and len(parts[0]) > 1


def _text(cell: object) -> str:
    return "" if cell is None or isinstance(cell, dict | list) else str(cell)


def _number(text: str) -> bool:
    return re.fullmatch(r"-?[\d,.]+(?:e[+-]?\d+)?%?|NaN", text) is not None
