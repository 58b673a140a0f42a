"""Tables that stand in printed text: frames and series, boxes of bars, CSV, pairs, values."""

from __future__ import annotations

import csv
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from govkit.guard.grids import Grid, fitted, is_number, value_grids
from govkit.guard.literals import literals
from govkit.guard.pages import html_grids
from govkit.guard.words import says

if TYPE_CHECKING:
    from collections.abc import Iterator

_GAP = re.compile(r"\s{2,}|\t")
_BARS = re.compile(r"[|│┆║┃]")
_RULE = re.compile(r"^[\s|+=:~\u2500-\u257f┆-]*$")
_DTYPE = re.compile(r"^(?:Freq: \S+, )?(?:Name: (.*?), )?(?:Length: \d+, )?dtype: \S+")
_NOTE = re.compile(
    r"\[\d+ rows x \d+ columns\]|# A .*|# [ℹi] .*|\s*(?:<\w+>\s*)+"
)  # what R and pandas add
_KEY = r"[^\W\d][\w .()/%-]{0,40}?"
_PAIR = re.compile(
    rf"({_KEY})[\"'`*]{{0,3}}\s?[=:：＝]\s?('[^']*'|\"[^\"]*\"|[^\s,;|=:：()]+)(?=[\s,;|)\]}}]|$)"
)
_ASSIGNED = re.compile(r"=|<\w+> ")
_SENTENCE = re.compile(r"=|[,;:]$|^<\w+>$")
_SHAPE = {"rows", "columns"}
_SEPARATOR = re.compile(r"[=:：＝]")
_LINE = re.compile(
    rf"\W{{0,6}}({_KEY})[\"'`*]{{0,3}}(?:\s*(?:[:：=|]|->)\s*|\s{{2,}}|\t|\s(?=<\w+>))"
    r"[\"'`*]{0,3}(\S.{0,60}?)[\"',]{0,2}"
)
_COUNTED = re.compile(
    r"\s*(\S.{0,60}?)[\"']?[:：=|,]?\s+(\d[\d,]*)(?:\s?[人名件]|\s?\([\d.]+\s?%\))?"
)
_TYPE = re.compile(r"^(?:<\w+>|int|num|chr|dbl|logi) +[\"']?([^\"', ]+).*")  # of R and Polars
_LEVEL = re.compile(r"(?:C\()?(\w+)[^\[\]\n]{0,40}\[T\.([^\]\n]{1,80})\]")
_RULED = re.compile(r"\\(?:[a-z]*(?:line|rule)|(?:begin|end)\{tabular\}(?:\{\w*\})?)\s?")
_MARKUP = re.compile(r"<(\w+)>([^<>]{1,80})</\1>")
_CONDITION = re.compile(r"[<>!=]=|\b(?:where|select|def|return|lambda)\b", re.IGNORECASE)


def text_grids(text: str) -> Iterator[Grid]:
    """Give the tables that stand in text, however they were printed there."""
    counted = "Counter(" in text or "<class 'int'>" in text
    found = False
    for value in gathered(literals(text)):
        for grid in value_grids(value):
            found = True
            yield as_pairs(grid) or grid if counted else grid
    plain = text.strip()
    if found and plain[-1:] in "]})" and "\n\n" not in plain:
        return  # the whole text is values
    yield from html_grids(text) if "<table" in text else ()
    for record in gathered(iter(_records(_MARKUP.findall(text)))) if "</" in text else ():
        yield from value_grids(record)
    if "\\begin{tabular}" in text:
        text = re.sub(r" *(?<!\\)& *", " | ", text)
        text = re.sub(r" *\\\\\s*", " |\n| ", "| " + _RULED.sub("", text).strip())
    yield from _blocks(text)


def _blocks(text: str) -> Iterator[Grid]:
    """Give the tables of text whose parts stand apart by empty lines."""
    before: Grid | None = None
    over: list[str] = []  # a heading that an empty line parts from its rows
    for block in re.split(r"\n\s*\n", text.strip("\n")):
        raw = block.split("\n")
        if len(raw) == 2 and all(line.endswith(" ") for line in raw):  # noqa: PLR2004 - a table of R
            heads, cells = (line.split() for line in raw)
            if len(heads) == len(cells):
                yield Grid(heads=tuple(heads), rows=[cells], grouped=True, crossed=True)
            continue
        if len(raw) == 1 and _heads_blocks(raw[0]):
            over = raw
            continue
        grids, over = list(_block([*over, *raw])), []
        if before and len(grids) == 1 and len(grids[0].rows) == len(before.rows):
            grids = [_beside(before, grids[0])]
        before = grids[0] if len(grids) == 1 and raw[0].endswith("\\") else None
        yield from grids


def levels(text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Give columns and their values that stand in the terms of a model, as ``C(sex)[T.F]``."""
    found: dict[str, list[str]] = {}
    for column, value in _LEVEL.findall(text) if "[T." in text else ():
        found.setdefault(column, []).append(value)
    yield from ((column, tuple(values)) for column, values in found.items())


def gathered(values: Iterator[Any]) -> Iterator[Any]:
    """Put dictionaries with the same keys together, and lists of one length, as logs hold them."""
    alike: dict[tuple[Any, ...], list[Any]] = {}
    for value in values:
        if isinstance(value, dict):
            alike.setdefault(tuple(value), []).append(value)
        elif len(value) > 1 and not any(isinstance(part, dict | list) for part in value):
            alike.setdefault((len(value),), []).append(value)
        else:
            yield value
    for group in alike.values():
        yield group if len(group) > 1 else group[0]


def as_pairs(grid: Grid) -> Grid | None:
    """Turn labels with their numbers, in whichever form, into a table of counts."""
    named = any(grid.heads)
    if grid.look == "record" or (named and len(grid.rows) == 1):
        pairs = [[head, n] for head, n in zip(grid.heads, *grid.rows, strict=True) if n != "count"]
    elif not named and len(grid.rows) == 2 and len(grid.rows[0]) > 2:  # noqa: PLR2004
        pairs = [list(pair) for pair in zip(*grid.rows, strict=True)]
    else:
        pairs = grid.rows if not named and grid.look != "list" else []
    if not pairs or len(pairs[0]) != 2:  # noqa: PLR2004 - what was counted, and how often
        return None
    return Grid(heads=("", "count"), rows=pairs, labels=1, grouped=True)


def _block(raw: list[str]) -> Iterator[Grid]:
    lines = [line.rstrip("\\").rstrip() for line in raw if line.strip()]
    if len(lines) > 1 and (grid := _printed(lines)) is not None:
        yield grid
        if grid.labels or len(grid.heads) > 2:  # noqa: PLR2004
            return
    listed = [pair.groups() for line in lines if (pair := _LINE.fullmatch(line)) is not None]
    listed = [pair for pair in listed if pair[0].lower() not in _SHAPE]
    records = _records([(key, _TYPE.sub(r"\1", value)) for key, value in listed])
    inline = [
        dict(_PAIR.findall(line)) for line in lines
        if len(_SEPARATOR.findall(line)) > 1 and not _CONDITION.search(line)
    ]  # fmt: skip
    for value in gathered(iter([*records, *(pairs for pairs in inline if len(pairs) > 1)])):
        yield from value_grids(value)
    counted = [found for line in lines if (found := _COUNTED.fullmatch(line))]
    if len(counted) > 1:
        sure = all(found[0].endswith("%)") for found in counted)
        head, look = ("count", "table") if sure else ("", "pairs")
        rows = [list(found.groups()) for found in counted]
        yield Grid(heads=("", head), rows=rows, labels=1, look=look)


def _records(pairs: list[tuple[str, str]]) -> list[dict[str, str]]:
    """Begin a record where a key comes again."""
    records: list[dict[str, str]] = [{}]
    for key, value in pairs:
        if key in records[-1]:
            records.append({})
        records[-1][key] = value
    return records


def _heads_blocks(line: str) -> bool:
    """Tell whether a line is the heading of what stands below an empty line."""
    cells = _fields(line)
    return line.startswith("  ") and len(cells) > 2 and not any(map(is_number, cells))  # noqa: PLR2004


def _beside(left: Grid, right: Grid) -> Grid:
    """Join the two parts of a frame that was too wide for one."""
    rows = [[*one, *two[right.labels :]] for one, two in zip(left.rows, right.rows, strict=True)]
    return Grid(heads=(*left.heads, *right.heads[right.labels :]), rows=rows, labels=left.labels)


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
        return fitted([head], body, int(plain)) if body else None
    lines = [line for line in lines if not _NOTE.fullmatch(line) and not _RULE.match(line)]
    while len(lines) > 2 and _titled(lines):  # noqa: PLR2004
        lines = lines[1:]
    if len(lines) < 2:  # noqa: PLR2004
        return None
    ending = _DTYPE.match(lines[-1])
    if ending:
        return _series(lines[:-1], ending[1] or "")
    if lines[0].startswith("  ") or (len(lines) > 2 and _names(lines)):  # noqa: PLR2004
        return _frame(lines)
    return _separated(lines)


def _titled(lines: list[str]) -> bool:
    """Tell whether a line of prose stands over the heading of a frame."""
    over, head = lines[:2]
    return not over.startswith(" ") and head.startswith("  ") and len(_fields(over)) == 1


def _delimited(line: str) -> list[str]:
    return [
        cell.strip().strip('"')
        for cell in _BARS.split(line.strip().replace("||", "|").strip("|│┆║┃"))
    ]


def _fields(line: str) -> list[str]:
    return [part for part in _GAP.split(line.strip()) if part]


def _names(lines: list[str]) -> bool:
    """Tell whether the second line holds only names of row labels, under names of columns."""
    return len(_fields(lines[0])) > 1 and len(_fields(lines[1])) < len(_fields(lines[2]))


def _series(lines: list[str], name: str) -> Grid | None:
    rows = [_fields(line) for line in lines if _fields(line) not in (["..."], ["...", "..."])]
    if not rows:
        return None
    while len(rows) > 2 and len(rows[0]) == len(rows[1]) == 1 < len(rows[2]):  # noqa: PLR2004
        rows = rows[1:]  # prose stands over the name of the labels
    named = len(rows) > 1 and len(rows[0]) < len(rows[1])
    names, body = (rows[0], rows[1:]) if named else ([], rows)
    body = [row if len(row) > 1 else ["", *row] for row in body]
    labels = max(map(len, body)) - 1
    heads = [*([""] * (labels - len(names))), *names[:labels], name]
    grid = fitted([heads, [*heads[:-1], ""]] if named else [heads], body, labels)
    return replace(grid, crossed=not name)


def _frame(lines: list[str]) -> Grid | None:
    """Read a printed frame: headings, perhaps names of row labels, then rows."""
    rows = [_fields(line) for line in lines]
    rows = [row for row in rows if set(row) != {"..."} and row]
    rows = _parted(rows)
    second = rows[1:2] if len(rows) > 2 and len(rows[1]) < len(rows[2]) else []  # noqa: PLR2004
    named = bool(second) and not is_number(second[0][-1])
    tops, body = rows[: 1 + named], rows[1 + named :]
    if not body:
        return None
    width = max(map(len, body))
    crossed = not lines[0].startswith(" ")
    labels = width - len(tops[0]) + crossed
    if not 0 <= labels < width:
        return None
    heads = [[""] * (labels - crossed) + tops[0]]
    if named:
        heads.append((tops[1] + [""] * width)[:width])
        heads[1][labels:] = [""] * (width - labels)
    return fitted(heads, body, labels)


def _parted(rows: list[list[str]]) -> list[list[str]]:
    """Part a column of numbers from the text that stands one blank behind it, as in R."""
    width = max(map(len, rows))
    for i in range(width, 0, -1):
        cells = [row[-i].partition(" ") for row in rows if len(row) >= i]
        two = all(rest and rest[0] != "(" for _, _, rest in cells)
        if two and len(cells) > 2 and all(is_number(number) for number, _, _ in cells[1:]):  # noqa: PLR2004
            rows = [[*row[:-i], *row[-i].split(" ", 1), *row[len(row) - i + 1 :]] for row in rows]
    return rows


def _separated(lines: list[str]) -> Grid | None:
    """Read CSV or TSV: the same number of cells in each line, under headings."""
    for sign in (",", "\t", ";"):
        if sign not in lines[0] or _ASSIGNED.search(lines[0]):
            continue
        head, *body = csv.reader(lines, delimiter=sign)
        even = {len(row) for row in body} == {len(head)}
        sure = len(body) > 1 or (len(head) > 2 and any(map(is_number, body[0])))  # noqa: PLR2004
        if even and sure and not any(map(is_number, head)) and (all(head) or not head[0]):
            return fitted([head], body, int(not head[0]))
        if even and len(body) > 1 and any(map(is_number, head)):
            cells = [[cell.strip() for cell in row] for row in (head, *body)]
            return Grid(heads=("",) * len(head), rows=cells)
    for cut in (_fields, str.split):
        fields = [cut(line) for line in lines]
        if any(is_number(cell) or _SENTENCE.search(cell) for cell in fields[0]):
            return None
        counted = cut is _fields and len(fields[0]) == 2 and says("count", fields[0][1])  # noqa: PLR2004
        if (counted or len(fields[0]) > 2) and len({len(row) for row in fields}) == 1:  # noqa: PLR2004
            return fitted(fields[:1], fields[1:], 0)
    return None
