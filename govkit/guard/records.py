"""Displays that show records of people, row by row.

A column is judged as :mod:`govkit.data.classify` judges it; the register, where it is given, knows
its own columns by name. A table that was computed over groups is none of records.
"""

from __future__ import annotations

import itertools
import math
import re
from collections import Counter
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from govkit.data.classify.column import column
from govkit.data.classify.headings import claims
from govkit.data.classify.judge import judge
from govkit.data.classify.kinds import named
from govkit.data.classify.lexicons import is_family, is_given
from govkit.guard.grids import Grid
from govkit.guard.names import formed_as_names, mostly_names
from govkit.guard.words import says, says_statistic
from govkit.roles import Role

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from govkit.data.classify.recognizer import Recognizer


Known = tuple["Mapping[str, str]", ...]  # per dataset of the register, the role of each column

_SAMPLE = 40
_LINES = 2_000
_MISSING = {"", "NaN", "None", "null", "..."}
_PLACES = {"city", "region", "region_code", "nationality", "coordinates"}
_NAME_PARTS = {"user.name.first", "user.name.last"}  # how often names are given is no record
_CLAIMED = 0.8
_NUMBER = re.compile(r"-?[\d,]*\.?\d+(?:e[+-]?\d+)?", re.IGNORECASE)


def shows_records(grid: Grid, known: Known = ()) -> bool:
    """Tell whether a table shows what single people are or have."""
    if not grid.rows or grid.look in {"bars", "line", "answer"} or _about_columns(grid):
        return False
    told = ("count", "aggregate", "extreme")
    computed = any(says(kind, head) for kind in told for head in grid.heads)
    if computed:
        return _records(grid, known, computed=True)
    pairs = len(grid.heads) == 2 and grid.look == "table"  # noqa: PLR2004 - what, and its value
    if (grid.labels == 1 or pairs) and not grid.grouped and not any(map(_speaks, grid.heads[1:])):
        turned = grid.transposed()
        if len(turned.heads) > 1 and sum(map(_speaks, turned.heads)) > 1:
            turned = replace(turned, look="record" if pairs else turned.look)
            return turned.rows != [] and not _about_columns(turned) and _records(turned, known)
    return _records(grid, known)


def _records(grid: Grid, known: Known, *, computed: bool = False) -> bool:
    labels = [row[grid.labels - 1] for row in grid.rows] if grid.labels else []
    if labels and all(map(says_statistic, labels)):
        return False
    columns = [tuple(grid.column(i)[:_SAMPLE]) for i in range(len(grid.heads))]
    free = grid.labels if grid.grouped else len(columns)
    judged = (() if i >= free and _numeric(one) else one for i, one in enumerate(columns))
    found = list(map(recognized, grid.heads, judged))
    if computed and any(says("count", head) for head in grid.heads):
        found = [None if one and one.category in _NAME_PARTS else one for one in found]
    roles = [one.role for one in found if one]
    declared = max((_declared(grid, one) for one in known), key=len, default=[])
    if len(declared) > 1 or Role.DIRECT in declared:
        roles += declared
    headed = zip(grid.heads, columns, strict=True)
    if any(_speaks(head) and sum(map(_several, cells)) * 2 > len(cells) for head, cells in headed):
        return True
    if Role.DIRECT in roles or (not any(grid.heads) and _two_names(columns)):
        return True
    words = [i for i in range(grid.labels, len(grid.heads)) if not _numeric(grid.column(i))]
    said = any(found[i] for i in words)
    if computed or (grid.grouped and not said) or (grid.look == "points" and _falls_in_order(grid)):
        return False
    numbered = grid.labels == 1 and all(map(str.isdigit, labels))
    single = len(grid.heads) == 1 + numbered or grid.look == "raw"
    about = len({"place" if one.name in _PLACES else i for i, one in enumerate(found) if one})
    about += len(roles) - sum(one is not None for one in found)
    enough = about > 1 or (single and about == 1 and any(map(measured, grid.heads)))
    if grid.look == "record" and not said:
        return False
    return enough and not _full_cross(grid, words)


def beside_headings(text: str) -> Iterator[Grid]:
    """Give the record that lists of terms and cards show: a heading, and beside it its value."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) > _LINES:
        return
    pairs = [
        (head, value) for head, value in itertools.pairwise(lines)
        if _speaks(head.rstrip(":：")) and not _speaks(value)
    ]  # fmt: skip
    if len(pairs) > 1:
        heads, values = zip(*pairs, strict=True)
        yield Grid(heads=heads, rows=[list(values)], look="record")


def _two_names(columns: list[tuple[str, ...]]) -> bool:
    """Tell whether one column holds family names and another one given names."""
    scripts = [("latin" if "".join(one).isascii() else "kanji", one) for one in columns if any(one)]
    family, given = (
        {i for i, (script, one) in enumerate(scripts) if all(told(v, script) for v in one)}
        for told in (is_family, is_given)
    )
    return len(family | given) > 1 and bool(family) and bool(given)


def _declared(grid: Grid, dataset: Mapping[str, str]) -> list[Role]:
    found = [Role(dataset[head]) for head in grid.heads if head in dataset]
    return [one for one in found if one is not Role.NONE]


def _speaks(head: str) -> bool:
    return personal_heading(head) is not None


def _best(head: str) -> str | None:
    return next(iter(claims(head)), None)


def _place(head: str) -> bool:
    """Tell whether a heading names a place: a row of places is not yet one of a person."""
    return _best(head) in _PLACES


def measured(head: str) -> bool:
    """Tell whether a heading names what people have more or less of, such as an age."""
    return _speaks(head) and not _place(head) and personal_heading(head) != "direct"


def _several(cell: str) -> bool:
    return cell.startswith("[") and "," in cell


@cache
def personal_heading(head: str) -> str | None:
    """Name the role that a heading claims, or give nothing: ``quasi`` for ``age``."""
    best = next(iter(claims(head).items()), None) if 0 < len(head) < 60 else None  # noqa: PLR2004
    if best is None or best[1].score < _CLAIMED:
        return None
    found = named()[best[0]].role
    return None if found is Role.NONE else found.value


@cache
def recognized(head: str, values: tuple[str, ...]) -> Recognizer | None:
    """Judge one column; a heading alone makes no name: ``ridge`` is none."""
    values = tuple(value for value in values if value not in _MISSING)
    claimed = personal_heading(head)
    if not values or (claimed is None and _numeric(values)):
        return None
    if mostly_names(values) or (
        _best(head) == "full_name" and formed_as_names(values, sure=claimed is not None)
    ):
        return named()["full_name"]
    found = judge(column(
        head, "string", rows=len(values), missing=0, distinct=len(set(values)),
        pairs=Counter(values).items(),
    )).recognizer  # fmt: skip
    if found is None or not found.personal or found.type == "free_text":
        return None
    passed = sum(map(found.passes, values)) if found.tests_values else 0
    if found.role is Role.DIRECT and found.tests_values and passed * 3 < len(values):
        return None
    headed = claimed or found.name in claims(head)
    return found if headed or passed * 2 > len(values) else None


def identifies(head: str, values: tuple[str, ...]) -> bool:
    """Tell whether a column holds what names or numbers single people."""
    found = recognized(head, values)
    return found is not None and found.role is Role.DIRECT


def _numeric(values: Sequence[str]) -> bool:
    return all(_NUMBER.fullmatch(value) or not value for value in values)


def _about_columns(grid: Grid) -> bool:
    """Tell tables about columns (types, missing values) from tables of people."""
    cells = [cell for row in grid.rows for cell in row[grid.labels :]][:400]
    plain = [cell for cell in cells if cell]
    kinds = sum(says("dtypes", cell) for cell in plain)
    named = [_speaks(row[0]) for row in grid.rows[:50] if row]
    return kinds * 3 >= len(plain) > 0 or (sum(named) > 1 and all(map(_numeric, [plain])))


def _full_cross(grid: Grid, words: list[int]) -> bool:
    """Tell whether each combination of words stands once, as after grouping by them."""
    if words != list(range(grid.labels, grid.labels + len(words))):
        return False  # what was grouped by comes first
    ages = (grid.column(i) for i, head in enumerate(grid.heads) if _best(head) == "age")
    if any(all(map(str.isdecimal, column)) for column in ages):
        return False  # a mean of ages has decimals
    combined = {tuple(row[i] for i in words) for row in grid.rows}
    product = math.prod(len(set(grid.column(i))) for i in words)
    every = product == len(combined) == len(grid.rows) > 1
    return every and 0 < len(words) < len(grid.heads)


def _falls_in_order(grid: Grid) -> bool:
    """Tell a curve over a scale from a cloud of people: places stand once, in their order."""
    first, *rest = (grid.column(i) for i in range(len(grid.heads)))
    if not rest or len(set(first)) < len(first) or not all(map(_numeric, rest)):
        return False
    places = [n for n in numbers(first) if n is not None]
    return len(places) < len(first) or places == sorted(places)


def numbers(values: Sequence[str]) -> Iterator[float | None]:
    """Read cells as numbers; ``None`` where one is none."""
    for value in values:
        plain = value.replace(",", "").rstrip("%").strip()
        yield float(plain) if _NUMBER.fullmatch(plain) else None
