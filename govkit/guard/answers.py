"""What a result is, given what its cell asked for: a bare number, a list without a heading."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from govkit.guard.asked import asked
from govkit.guard.printed import as_pairs
from govkit.guard.records import personal_heading
from govkit.guard.words import says, word

if TYPE_CHECKING:
    from collections.abc import Iterator

    from govkit.guard.counts import Seen
    from govkit.guard.grids import Grid

_QUOTED = re.compile(r"['\"]([^'\"\n]{2,60})['\"]")
_DIGIT = re.compile(r"\d")
_SCALAR = re.compile(r"^(?:.*[:：=] ?)?\(?(?:np\.\w+\()?(\d[\d,]*)\)?(?:, \d+\))?$")


def answer_kinds(text: str, source: str, threshold: int, seen: Seen) -> Iterator[str]:
    """Give what a cell's result tells because of what its code asked for."""
    what = asked(source)
    if not text.startswith("<") and _DIGIT.search(text) and any(map(seen.measured, what.ends)):
        yield "extreme"
    about = (
        seen.measured(one) or personal_heading(one) == "direct" or says("people", one)
        for one in what.columns
    )
    if what.number and any(about):
        found = [_SCALAR.findall(line.strip()) or _alone(line) for line in text.splitlines()]
        if any(0 < int(n.replace(",", "")) < threshold for numbers in found for n in numbers):
            yield "small-count"
    if what.cell and "\n" not in text.strip() and any(map(seen.measured, what.columns)):
        yield "records"


def quotes_cell(text: str, source: str, seen: Seen) -> bool:
    """Tell whether an error quotes what it could not read in a column of people."""
    lines = (text[found.end() :].partition("\n")[0] for found in word("cell_error").finditer(text))
    told = any(re.search(r"[\d ]", cell) for line in lines for cell in _QUOTED.findall(line))
    return told and any(map(seen.personal, asked(source).columns))


def shows_ends(grid: Grid, source: str, seen: Seen) -> bool:
    """Tell whether a column of a table holds ends, and the code says that they are people's."""
    bare = grid.look == "table" and any(says("extreme", head) for head in grid.heads)
    return bare and any(map(seen.measured, asked(source).of))


def _alone(line: str) -> list[str]:
    """Give the only number of a line."""
    found = re.findall(r"\d[\d,]*", line)
    return found if len(found) == 1 else []


def as_asked(grid: Grid, source: str, seen: Seen) -> Grid:
    """Give the table the heading that the cell's code has for it."""
    what = asked(source)
    if what.counts and (pairs := as_pairs(grid)) is not None:
        return pairs
    if what.counts and grid.look == "list":
        return replace(grid, heads=("count",), look="bars")
    columns = {name for name in what.columns if seen.measured(name)}
    if grid.look == "list" and len(columns) == 1 and what.listed:
        return replace(grid, heads=tuple(columns))
    named = tuple(dict.fromkeys(name for name in what.columns if seen.personal(name)))
    bare = not any(grid.heads) and grid.look != "bars" and not what.computed
    if bare and len(grid.heads) == len(named) > 1:
        return replace(grid, heads=named)
    return grid
