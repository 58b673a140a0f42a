"""Tables, brought to one form; those that JSON and Python values hold."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from govkit.guard.literals import parsed
from govkit.guard.words import says, says_people

if TYPE_CHECKING:
    from collections.abc import Iterator

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


_DEEPEST = 30
_NUMBER = re.compile(r"-?[\d,.]+(?:e[+-]?\d+)?%?|NaN")


def fitted(tops: Rows, body: Rows, labels: int) -> Grid:
    """Fit headings and rows together at the right, where pandas leaves out repeated labels."""
    said = [row for row in tops if not all(says("dtypes", cell) or not cell for cell in row)]
    tops = said or tops[:1]
    common = Counter(map(len, body)).most_common(1)
    width = max([number for number, _ in common] + [*map(len, tops), 0])
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


def value_grids(value: Any, depth: int = 0) -> Iterator[Grid]:  # noqa: ANN401 - JSON or Python
    """Give the tables in a JSON-like value, whichever way round it holds rows and columns."""
    if depth > _DEEPEST:
        return
    if isinstance(value, list) and (named := _named_columns(value)) is not None:
        value = named
    if isinstance(value, dict):
        yield from _of_members(value)
        parts = list(value.values())
    elif isinstance(value, list | tuple):
        parts = list(value)
        yield from _of_elements(parts)
    else:
        return
    rows = isinstance(value, list | tuple) and len(parts) > 1
    if rows and all(isinstance(part, dict) for part in parts):
        parts = [part for row in parts for part in row.values()]
    elif _histogram(parts) is not None:
        return
    for part in parts:
        if isinstance(part, dict | list | tuple):
            yield from value_grids(part, depth + 1)
        elif isinstance(part, str) and part[:1] in {"[", "{"} and part[-1:] in {"]", "}"}:
            yield from value_grids(parsed(part), depth + 1)


def _of_elements(parts: list[Any]) -> Iterator[Grid]:
    if len(parts) > 1 and all(isinstance(part, dict) and part for part in parts):
        yield _of_records(parts)
    elif (bars := _histogram(parts)) is not None:
        yield bars
    elif _even(parts):
        rows = [list(map(_text, part)) for part in parts]
        headed = not any(map(is_number, rows[0])) and any(map(is_number, rows[-1]))
        heads = tuple(rows.pop(0)) if headed else ("",) * len(rows[0])
        yield Grid(heads=heads, rows=rows)
    elif len(parts) > 1 and not any(isinstance(part, dict | list | tuple) for part in parts):
        yield Grid(heads=("",), rows=[[_text(part)] for part in parts], look="list")


def _histogram(parts: list[Any]) -> Grid | None:
    """Read what histograms give: the counts, and one edge more."""
    bars, edges = parts[:2] if len(parts) > 1 else ((), ())
    told = isinstance(bars, list) and isinstance(edges, list) and len(edges) == len(bars) + 1 > 1
    if not told or not all(isinstance(one, int | float) for one in [*bars, *edges]):
        return None
    rows = [[str(at), str(n)] for at, n in zip(edges, bars, strict=False)]
    return Grid(heads=("from", "count"), rows=rows, labels=1, grouped=True, look="bars")


def _counted(value: dict[Any, Any]) -> Iterator[Grid]:
    """Give the counts that a key or a title of a chart names as such."""
    for key, part in value.items():
        if isinstance(part, dict) and says("counted_by", str(key)):
            rows = [[str(label), _text(n)] for label, n in part.items()]
            yield Grid(heads=("", "count"), rows=rows, labels=1, grouped=True)
    title, numbers = value.get("label", value.get("name")), value.get("data")
    if isinstance(title, str) and isinstance(numbers, list) and says_people(title):
        yield Grid(heads=("count",), rows=[[_text(n)] for n in numbers], look="bars")


def _of_members(value: dict[Any, Any]) -> Iterator[Grid]:
    yield from _counted(value)
    parts = list(value.values())
    lists = [_array(part) for part in parts]
    single = [key for key, part in value.items() if not isinstance(part, dict | list | tuple)]
    heads, body = value.get("columns"), value.get("data")
    if isinstance(heads, list) and isinstance(body, list) and _even(body):
        if len(heads) == len(body[0]):  # a frame of pandas, split
            rows = [list(map(_text, row)) for row in body]
            yield Grid(heads=tuple(map(_text, heads)), rows=rows)
    elif len(parts) > 1 and all(lists) and len(set(map(len, lists))) == 1:
        rows = [[_text(cell) for cell in row] for row in zip(*lists, strict=True)]
        yield Grid(heads=tuple(map(str, value)), rows=rows)
    elif len(parts) == 1 and lists[0]:
        yield Grid(
            heads=tuple(map(str, value)), rows=[[_text(cell)] for cell in lists[0]], look="list"
        )
    elif len(parts) > 1 and all(isinstance(part, dict) and part for part in parts):
        grid = _of_records(parts)
        if all(map(str.isdigit, grid.heads)):
            rows = [list(row) for row in zip(*grid.rows, strict=True)]
            grid = Grid(heads=tuple(map(str, value)), rows=rows)
        yield grid
    elif len(single) > 1:
        rows = [[_text(value[key]) for key in single]]
        yield Grid(heads=tuple(map(str, single)), rows=rows, look="record")


def _of_records(parts: list[dict[Any, Any]]) -> Grid:
    heads = tuple(dict.fromkeys(str(key) for part in parts for key in part))
    rows = [[_text(part.get(head)) for head in heads] for part in parts]
    return Grid(heads=heads, rows=rows)


def _named_columns(value: list[Any]) -> dict[str, Any] | None:
    """Read pairs of a name and a list, as Bokeh keeps columns."""
    pairs = [
        (part[0], _array(part[1])) for part in value
        if isinstance(part, list) and len(part) == 2 and isinstance(part[0], str)  # noqa: PLR2004
    ]  # fmt: skip
    found = {name: column for name, column in pairs if column}
    return found if len(pairs) == len(value) and len(found) > 1 else None


def _array(part: object) -> list[Any]:
    held = part.get("array") if isinstance(part, dict) else part
    return list(held) if isinstance(held, list | tuple) else []


def _even(parts: list[Any]) -> bool:
    """Tell whether these are lists of one length: rows without a heading."""
    lists = len(parts) > 1 and all(isinstance(part, list | tuple) for part in parts)
    return lists and len({len(part) for part in parts}) == 1 and len(parts[0]) > 1


def _text(cell: object) -> str:
    return "" if cell is None or isinstance(cell, dict | list) else str(cell)


def is_number(text: str) -> bool:
    """Tell whether a cell is a number, or a missing one."""
    return _NUMBER.fullmatch(text) is not None
