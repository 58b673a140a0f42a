"""Numbers that tell about few people: small counts, shares and gaps that imply them, extremes.

Which tables are frequency tables is read from their headings and their form; which numbers are too
small is the threshold. Differencing is what anybody can do with two numbers of one notebook.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from govkit.data.classify.lexicons import special
from govkit.guard.records import measured, numbers, personal_heading
from govkit.guard.words import says, says_statistic

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from govkit.guard.grids import Grid
    from govkit.guard.records import Known

Cells = dict[tuple[int, int], int | None]  # counts by row and column; None where one is withheld

_LARGEST = 2_000  # a total inferred from shares alone
_PRECISE = 4  # digits that make an inferred total sure
_MOST_CELLS = 2_000
PERCENT = re.compile(r"(\d+(?:\.\d+)?) ?[%％]")
_QUANTILE = re.compile(r"[01]\.\d+")
_PART = re.compile(r"[_ .()]+")
_WITH_SHARE = re.compile(r"(\d[\d,]*) ?\([\d.]+ ?[%％]\)")
_IN_BRACKETS = re.compile(r"(\d[\d,]*) ?\([\d.]+ ?[%％]?\)")


@dataclass(slots=True)
class Seen:
    """What the register knows, and what earlier outputs showed: totals, cells by their labels."""

    known: Known = ()
    totals: set[int] = field(default_factory=set)
    tables: list[dict[tuple[str, ...], int]] = field(default_factory=list)

    def personal(self, head: str) -> bool:
        """Tell whether a heading is one of people's columns, by its words or by the register."""
        declared = any(dataset.get(head, "none") != "none" for dataset in self.known)
        return declared or personal_heading(head) is not None

    def measured(self, head: str) -> bool:
        """Tell whether a heading names what people have more or less of."""
        return measured(head) or (self.personal(head) and personal_heading(head) is None)


def grid_kinds(grid: Grid, threshold: int, seen: Seen) -> Iterator[str]:
    """Give the kinds of leaks of one table; remember it for those that follow."""
    if _extreme(grid, seen):
        yield "extreme"
    cells = dict(frequencies(grid))
    if cells:
        shown = [n for n in cells.values() if n is not None]
        if any(0 < n < threshold for n in shown):
            yield "small-bar" if grid.look == "bars" else "small-count"
        if _withheld_is_known(grid, cells, threshold) or _differs(grid, cells, threshold, seen):
            yield "difference"
    lines = [] if cells else _shares(grid)
    if any(implies(line, seen, threshold) for line in lines) or _of_base(grid, cells, threshold):
        yield "small-percentage"


def frequencies(grid: Grid) -> Iterator[tuple[tuple[int, int], int | None]]:
    """Give the cells that count records, by row and column; ``None`` where one is withheld."""
    if grid.look in {"record", "pairs", "list"}:
        return
    columns = _counting(grid)
    places = [(row, i) for i in columns for row in range(len(grid.rows))]
    if not columns and grid.look == "table":  # counts may stand in a row
        of = max(grid.labels - 1, 0)
        labels = [row[of] for row in grid.rows]
        rows = [r for r, label in enumerate(labels) if says("count", label) or "n (%)" in label]
        places = [(r, i) for r in rows for i in range(of + 1, len(grid.heads))]
    cells = {(row, i): _count(grid.rows[row][i]) for row, i in places}
    if -1 not in cells.values() and any(cells.values()):
        yield from cells.items()


def _counting(grid: Grid) -> list[int]:
    """Give the columns that count records: by their headings, or by the form of the table."""
    free = range(grid.labels, len(grid.heads))
    said = [i for i in free if _counts(grid, grid.heads[i])]
    sexes = [i for i in free if grid.heads[i].strip().lower() in special("gender")]
    crossed = grid.grouped and (grid.crossed or not any(grid.heads[i] for i in free))
    added = any(says("total", grid.heads[i]) for i in free) and bool(_totals(grid)[0])
    if said or not free:
        return said
    if crossed or added:
        return list(free)
    if grid.look == "bars" and not any(grid.heads):
        return [free[-1]]
    banded = len(free) > 1 and all(says("band", grid.heads[i]) for i in free if i)
    if banded and grid.heads[0] and measured(grid.heads[0]):
        return [i for i in free if i]
    if len(sexes) > 1:  # so many women, so many men
        return [i for i in free if _count(grid.rows[0][i]) != -1]
    return [i for i in free if all(map(_WITH_SHARE.fullmatch, grid.column(i)))]


def _counts(grid: Grid, head: str) -> bool:
    """Tell whether a heading says a count; after grouping, numbers of identifiers are one."""
    said = says("count", head) or says("count", head.rpartition(" ")[2])
    return said or (grid.grouped and personal_heading(head) == "direct")


def _count(cell: str) -> int | None:
    """Read a count; ``None`` is a cell that somebody withheld, -1 what is no count."""
    shared = _IN_BRACKETS.fullmatch(cell)
    plain = (shared[1] if shared else cell).replace(",", "").strip()
    if re.fullmatch(r"\d{1,12}(?:\.0*)?", plain):
        return int(float(plain))
    return None if plain in {"", "NaN", "nan", "<NA>", "None"} or says("withheld", plain) else -1


def _extreme(grid: Grid, seen: Seen) -> bool:
    """Tell whether a table shows the smallest or largest value of something about people."""
    at = range(grid.labels, len(grid.heads))
    if any(
        seen.measured(grid.heads[i]) and row[i] not in {"", "NaN"}
        for row in _end_rows(grid)
        for i in at
    ):
        return True
    heads = [_PART.split(head) for head in grid.heads]
    heads = [parts for parts in heads if says("extreme", parts[0]) or says("extreme", parts[-1])]
    topics = [" ".join(part).strip() for parts in heads for part in (parts[1:], parts[:-1])]
    if any(map(seen.measured, topics)):
        return True
    if not any(says("extreme", parts[-1]) for parts in heads):
        return False
    if grid.look == "record":
        labels = [i for i in at if says("label", grid.heads[i])]
        return any(seen.measured(row[i]) for row in grid.rows for i in labels)
    names = range(min(grid.labels + (not grid.grouped), 2))
    named = [row[i] for row in grid.rows[:50] for i in names]
    return grid.look == "table" and any(map(seen.personal, [*grid.heads, *named]))


def _end_rows(grid: Grid) -> list[list[str]]:
    """Give the rows of smallest and largest values, and of the quantiles at both ends."""
    labels = [row[max(0, grid.labels - 1)] for row in grid.rows]
    if not grid.labels and not all(map(says_statistic, labels)):
        return []
    ends = {"0.0", "0.00", "1.0", "1.00"} if all(map(_QUANTILE.fullmatch, labels)) else set()
    listed = zip(grid.rows, labels, strict=True)
    return [row for row, label in listed if label in ends or says("extreme", label)]


def _totals(grid: Grid) -> tuple[list[int], list[int]]:
    """Give the rows and the columns that add up the others."""
    rows = [r for r, row in enumerate(grid.rows) if any(says("total", c) for c in row)]
    columns = [i for i, head in enumerate(grid.heads) if i >= grid.labels and says("total", head)]
    return rows, columns


def _withheld_is_known(grid: Grid, cells: Cells, threshold: int) -> bool:
    """Tell whether totals minus shown cells give a withheld cell away.

    Every line with one unknown is solved, until none is left; where several remain, their sum is
    small when each of them has to be.
    """
    rows, columns = _totals(grid)
    down, across = range(len(grid.rows)), range(grid.labels, len(grid.heads))
    lines = [([(r, i) for r in down if r != rows[-1]], (rows[-1], i)) for i in across if rows]
    lines += [
        ([(r, i) for i in across if i != columns[-1]], (r, columns[-1])) for r in down if columns
    ]
    lines = [(parts, end) for parts, end in lines if cells.keys() >= {*parts, end}]
    known, solved = dict(cells), True
    while solved:
        solved = False
        for parts, end in lines:
            whole, unknown = known[end], [at for at in parts if known[at] is None]
            if whole is None or not unknown:
                continue
            rest = whole - sum(known[at] or 0 for at in parts)
            if 0 < rest < threshold:
                return True
            if len(unknown) == 1 and rest >= 0:
                known[unknown[0]], solved = rest, True
    return False


def _differs(grid: Grid, cells: Cells, threshold: int, seen: Seen) -> bool:
    """Tell whether cells differ by few from an earlier table's, or their sum from a total."""
    rows, columns = _totals(grid)
    part = {at: n for at, n in cells.items() if at[0] not in rows and at[1] not in columns}
    inner = {at: n for at, n in part.items() if n is not None}
    if not inner or len(cells) > _MOST_CELLS:
        return False
    table = {(*grid.rows[r][: grid.labels or 1], grid.heads[i]): n for (r, i), n in inner.items()}
    few = range(1, threshold)
    found = any(
        abs(n - earlier[at]) in few
        for earlier in seen.tables
        if _comparable(table, earlier) and _nearly(table, earlier)
        for at, n in table.items()
        if at in earlier
    )
    whole = sum(inner.values())
    complete = len(inner) > 1 and not any(n is None for n in cells.values())
    gap = complete and any(abs(total - whole) in few for total in seen.totals)
    seen.tables.append(table)
    if complete:
        seen.totals.add(whole)
    return found or gap


def _comparable(one: dict[tuple[str, ...], int], other: dict[tuple[str, ...], int]) -> bool:
    """Tell whether two tables share cells; of tables with one cell, one that says of whom."""
    both = one.keys() & other.keys()
    alone = len(one) == len(other) == 1 and all(map(all, both))
    return len(both) > 1 or (alone and bool(both))


def _nearly(one: dict[tuple[str, ...], int], other: dict[tuple[str, ...], int]) -> bool:
    """Tell whether two tables count nearly the same people: they agree to a tenth."""
    both = one.keys() & other.keys()
    apart = sum(abs(one[at] - other[at]) for at in both)
    return apart * 10 < sum(one[at] for at in both)


def _shares(grid: Grid) -> Iterator[list[str]]:
    """Give the lines of a table that add up to all: columns, rows, or the table as a whole."""
    if grid.look == "record":
        listed = ([cell for cell in row if PERCENT.fullmatch(cell)] for row in grid.rows)
        yield from (line for line in listed if len(line) > 1)
        return
    at = range(grid.labels, len(grid.heads))
    bar = len(grid.heads) - 1 if grid.look == "bars" and not any(grid.heads) else -1
    said = [i == bar or grid.crossed or says("share", head) for i, head in enumerate(grid.heads)]
    free = [i for i in at if said[i] or _percents(grid.column(i))]
    if not free:
        return
    rows = [row for row in grid.rows if not any(says("total", cell) for cell in row[: grid.labels])]
    block = [[row[i] for i in free if not says("total", grid.heads[i])] for row in rows]
    lines = [*block, *map(list, zip(*block, strict=True)), [cell for row in block for cell in row]]
    for line in lines[:_MOST_CELLS]:
        read = [n for n in numbers(line) if n is not None]
        whole = 100 if sum(read) > 2 else 1  # noqa: PLR2004
        loose = len(read) * 0.5 * 10 ** -max(map(_digits, line), default=0) + 1e-9
        if len(read) == len(line) > 1 and abs(sum(read) - whole) <= loose and max(read) < whole:
            yield [f"{cell.rstrip('%').strip()}%" if whole == 100 else cell for cell in line]  # noqa: PLR2004


def _of_base(grid: Grid, cells: Cells, threshold: int) -> bool:
    """Tell whether a share of the count beside it is a small count; shares of all are no such."""
    at = [i for i, head in enumerate(grid.heads) if i >= grid.labels and says("share", head)]
    for i in at:
        column = grid.column(i)
        percent = 100 if any("%" in cell for cell in column) else 1
        parts = [(n or 0) / percent for n in numbers(column)]
        if max(parts, default=2) > 1 or abs(sum(parts) - 1) < 0.02:  # noqa: PLR2004
            continue
        for (row, _), n in cells.items():
            if n and 0 < parts[row] < 1 and min(parts[row], 1 - parts[row]) * n < threshold <= n:
                return True
    return False


def _percents(column: list[str]) -> bool:
    return len(column) > 1 and all(map(PERCENT.fullmatch, column))


def _digits(cell: str) -> int:
    return len(cell.strip().rstrip("%").partition(".")[2])


def implies(line: Sequence[str], seen: Seen, threshold: int) -> bool:
    """Tell whether shares, with a total that is known or follows from them, give a small count."""
    percent = 100 if line[0].endswith("%") else 1
    digits = max(map(_digits, line))
    half = 0.5 * 10**-digits / percent + 1e-12
    parts = [n / percent for n in numbers(line) if n]
    for total in seen.totals:
        fits = all(abs(part * total - round(part * total)) <= half * total for part in parts)
        if fits and any(part * total + half * total < threshold for part in parts):
            return True
    if digits < _PRECISE or len(parts) < 2:  # noqa: PLR2004
        return False
    for total in range(2, _LARGEST):
        if all(abs(part * total - round(part * total)) <= half * total for part in parts):
            sure = total * (2 * half * total) ** (len(parts) - 1) < 0.05  # noqa: PLR2004
            return total > 2 and sure and min(round(part * total) for part in parts) < threshold  # noqa: PLR2004 - a half is anything
    return False
