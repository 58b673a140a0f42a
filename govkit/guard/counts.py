"""Numbers that tell about few people: small counts, shares and gaps that imply them, extremes.

Which tables are frequency tables is read from their headings and their form; which numbers are too
small is the threshold. Differencing is what anybody can do with two numbers of one notebook.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from govkit.data.classify.lexicons import special
from govkit.guard.asked import asked
from govkit.guard.printed import as_pairs
from govkit.guard.records import measured, numbers, personal_heading
from govkit.guard.words import may_say, says, tokens, word

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from govkit.guard.grids import Grid
    from govkit.guard.records import Known

_LARGEST = 2_000  # a total inferred from shares alone
_PRECISE = 4  # digits that make an inferred total sure
_MOST_CELLS = 2_000
_DIGIT = re.compile(r"\d")
_PERCENT = re.compile(r"(\d+(?:\.\d+)?) ?[%％]")
_QUANTILE = re.compile(r"[01]\.\d+")
_NEAR = 120
_SCALAR = re.compile(r"(?:.*[:：=] ?)?\(?(?:np\.\w+\()?(\d[\d,]*)\)?(?:, \d+\))?")
_FRACTION = re.compile(r"(?<![\d./])(\d{1,3})/(\d{2,6}) ?\([\d.]+ ?%\)")
_SAYS_HOW_MANY = re.compile(r"^(.{2,40}?) ?[:：=] ?(\d[\d,]*) ?[人名]?$", re.MULTILINE)
_PART = re.compile(r"[_ .()]+")
_WORDS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
_WITH_SHARE = re.compile(r"(\d[\d,]*) ?\([\d.]+ ?[%％]\)")
_IN_BRACKETS = re.compile(r"(\d[\d,]*) ?\([\d.]+ ?[%％]?\)")
_ENDS_OF_R = re.compile(r"\b(?:Min|Max)\. *: *\S")


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
    if (not cells and any(_implies(line, seen, threshold) for line in _shares(grid))) or _of_base(grid, cells, threshold):
        yield "small-percentage"


def text_kinds(text: str, threshold: int, seen: Seen) -> Iterator[str]:
    """Give the kinds of leaks of running text; remember the totals that it states."""
    text = text.replace("**", "")
    for total, _, _ in _said("total_text", text):
        seen.totals.add(int(total["n"].replace(",", "") or 0))
    for people, before, _ in _said("people_text", text):
        number = _spelled(next(filter(None, people.groupdict().values())))
        bound = word("bound_text").search(before) or word("rule_text").search(before)
        if 0 < number < threshold and not bound:
            yield "small-count"
    if any(0 < int(n) < threshold <= int(of) for n, of in _FRACTION.findall(text)):
        yield "small-count"
    shares = (_PERCENT.findall(line) for line in text.splitlines() if "%" in line or "％" in line)
    told = ([f"{share}%" for share in line] for line in shares if _whole(line))
    if any(_implies(line, seen, threshold) for line in told):
        yield "small-percentage"
    if may_say("vignette", tokens(text)) and word("vignette").search(text):
        yield "records"
    for key, n in _SAYS_HOW_MANY.findall(text):
        if 0 < int(n.replace(",", "")) < threshold and _people(key):
            yield "small-count"
    for whole, before, after in _said("of_text", text):
        parts = [float(share) / 100 for share in _PERCENT.findall(before + after)]
        if any(0 < part * int(whole["n"].replace(",", "")) < threshold for part in parts):
            yield "small-percentage"
    if any(_said("age_text", text)) or any(
        _about_people(before, after, seen) for _, before, after in _said("extreme_text", text)
    ):
        yield "extreme"
    if (ends := _ENDS_OF_R.search(text)) and any(map(seen.measured, text[: ends.start()].split())):
        yield "extreme"


def _whole(shares: list[str]) -> bool:
    return len(shares) > 1 and abs(sum(map(float, shares)) - 100) < 1  # noqa: PLR2004 - rounded


def _spelled(number: str) -> int:
    """Read a number of people in digits or as a word; "a single" and "only one" are one."""
    plain = number.lower().split()[-1]
    digits = str(_WORDS.index(plain) + 1) if plain in _WORDS else "1" if plain == "single" else plain
    return int(digits) if digits.isdecimal() else "一二三四五六七八九".index(digits) + 1


def _people(key: str) -> bool:
    """Tell whether words before a number say that it counts people."""
    plain = key.strip(" -*•")
    several = says("count", plain) or word("several_text").search(plain)
    return bool(several) and not says("aggregate", plain) and not word("bound_text").search(plain)


def _said(kind: str, text: str) -> Iterator[tuple[re.Match[str], str, str]]:
    """Find words in running text, with what stands near them on their line."""
    for found in word(kind).finditer(text) if may_say(kind, tokens(text)) else ():
        before = text[max(0, found.start() - _NEAR) : found.start()].rpartition("\n")[2]
        yield found, before, text[found.end() : found.end() + _NEAR].partition("\n")[0]


def _about_people(before: str, after: str, seen: Seen) -> bool:
    """Tell whether words around "largest" name something of people, and a number follows."""
    around = f"{before[-12:]} {after[:24]}"
    parts = re.split(r"[:：=はが]", word("extreme_text").sub(" ", around))
    if _DIGIT.search(after[:40]) is not None and any(seen.personal(part.strip(" のof")) for part in parts):
        return True
    topic = re.split(r"[:：\s]", before.strip(), maxsplit=1)[0]
    return re.match(r"[\W値額]{0,4}\d", after) is not None and seen.measured(topic)


def answer_kinds(text: str, source: str, threshold: int, seen: Seen) -> Iterator[str]:
    """Give what a cell's result tells because of what its code asked for."""
    what = asked(source)
    if not text.startswith("<") and _DIGIT.search(text) and any(map(seen.measured, what.ends)):
        yield "extreme"
    about = (seen.measured(one) or personal_heading(one) == "direct" or says("people", one) for one in what.columns)
    if what.number and any(about):
        found = (_SCALAR.fullmatch(line.strip()) for line in text.splitlines())
        if any(one and 0 < int(one[1].replace(",", "")) < threshold for one in found):
            yield "small-count"


def as_asked(grid: Grid, source: str, seen: Seen) -> Grid:
    """Give the table the heading that the cell's code has for it."""
    what = asked(source)
    if what.counts and (pairs := as_pairs(grid)) is not None:
        return pairs
    columns = {name for name in what.columns if seen.measured(name)}
    if grid.look == "list" and len(columns) == 1 and what.listed:
        return replace(grid, heads=tuple(columns))
    named = tuple(dict.fromkeys(name for name in what.columns if seen.personal(name)))
    if not any(grid.heads) and len(grid.heads) == len(named) > 1 and not what.computed:
        return replace(grid, heads=named)
    return grid


def frequencies(grid: Grid) -> Iterator[tuple[tuple[int, int], int | None]]:
    """Give the cells that count records, by row and column; ``None`` where one is withheld."""
    if grid.look in {"record", "pairs", "list"}:
        return
    at = [i for i, head in enumerate(grid.heads) if i >= grid.labels and _counts(grid, head)]
    free = range(grid.labels, len(grid.heads))
    if not at and grid.grouped and (grid.crossed or not any(grid.heads[i] for i in free)):
        at = list(free)
    if not at and any(says("total", grid.heads[i]) for i in free) and _totals(grid)[0]:
        at = list(free)
    if not at and grid.look == "bars" and not any(grid.heads):
        at = [len(grid.heads) - 1]
    if not at and sum(grid.heads[i].strip().lower() in special("gender") for i in free) > 1:
        at = [i for i in free if _count(grid.rows[0][i]) != -1]  # so many women, so many men
    at = at or [i for i in free if all(map(_WITH_SHARE.fullmatch, grid.column(i)))]
    if not at and grid.look == "table" and (grid.labels or len(grid.heads) > 2):  # noqa: PLR2004 - counts that lie
        of = max(grid.labels - 1, 0)
        rows = [r for r, row in enumerate(grid.rows) if says("count", row[of]) or "n (%)" in row[of]]
        cells = {(r, i): _count(grid.rows[r][i]) for r in rows for i in free if i > of}
        yield from cells.items() if -1 not in cells.values() and any(cells.values()) else ()
        return
    read = {i: [_count(cell) for cell in grid.column(i)] for i in at}
    cells = [n for column in read.values() for n in column]
    if -1 in cells or not any(cells):
        return
    for i, column in read.items():
        for row, n in enumerate(column):
            yield (row, i), n


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
    about = [seen.personal(head) for head in grid.heads]
    labels = [row[max(0, grid.labels - 1)] for row in grid.rows]
    if not grid.labels and not all(says("statistic", one) or says("extreme", one) for one in labels):
        labels = []
    ends = {"0.0", "0.00", "1.0", "1.00"} if all(map(_QUANTILE.fullmatch, labels)) else set()
    lines = [
        row for row, label in zip(grid.rows, labels, strict=False)
        if label in ends or says("extreme", label)
    ]  # fmt: skip
    at = range(grid.labels, len(grid.heads))
    if any(about[i] and row[i] not in {"", "NaN"} for row in lines for i in at):
        return True
    heads = [_PART.split(head) for head in grid.heads]
    heads = [parts for parts in heads if says("extreme", parts[-1]) or says("extreme", parts[0])]
    ends = [parts for parts in heads if says("extreme", parts[-1])]
    if any(seen.measured(" ".join(parts).strip()) for one in heads for parts in (one[1:], one[:-1])):
        return True
    if not ends or grid.look not in {"table", "record"}:
        return False
    topics = at if grid.look == "record" else at[:0] if grid.labels != 1 else range(1)
    named = [
        seen.personal(row[i]) for row in grid.rows[:50] for i in topics
        if grid.look == "table" or says("label", grid.heads[i])
    ]  # fmt: skip
    return any(named) or (grid.look == "table" and any(about))


def _totals(grid: Grid) -> tuple[list[int], list[int]]:
    """Give the rows and the columns that add up the others."""
    rows = [r for r, row in enumerate(grid.rows) if any(says("total", c) for c in row)]
    columns = [i for i, head in enumerate(grid.heads) if i >= grid.labels and says("total", head)]
    return rows, columns


def _withheld_is_known(
    grid: Grid, cells: dict[tuple[int, int], int | None], threshold: int
) -> bool:
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


def _differs(
    grid: Grid, cells: dict[tuple[int, int], int | None], threshold: int, seen: Seen
) -> bool:
    """Tell whether cells differ by few from an earlier table's, or their sum from a total."""
    rows, columns = _totals(grid)
    part = {at: n for at, n in cells.items() if at[0] not in rows and at[1] not in columns}
    inner = {at: n for at, n in part.items() if n is not None}
    if len(inner) < 2 or len(cells) > _MOST_CELLS:  # noqa: PLR2004
        return False
    table = {(*grid.rows[r][: grid.labels or 1], grid.heads[i]): n for (r, i), n in inner.items()}
    few = range(1, threshold)
    found = any(
        abs(n - earlier[at]) in few
        for earlier in seen.tables
        if len(table.keys() & earlier.keys()) > 1 and _nearly(table, earlier)
        for at, n in table.items()
        if at in earlier
    )
    whole = sum(inner.values())
    complete = not any(n is None for n in cells.values())
    gap = complete and any(abs(total - whole) in few for total in seen.totals)
    seen.tables.append(table)
    if complete:
        seen.totals.add(whole)
    return found or gap


def _nearly(one: dict[tuple[str, ...], int], other: dict[tuple[str, ...], int]) -> bool:
    """Tell whether two tables count nearly the same people: they agree to a tenth."""
    both = one.keys() & other.keys()
    apart = sum(abs(one[at] - other[at]) for at in both)
    return apart * 10 < sum(one[at] for at in both)


def _shares(grid: Grid) -> Iterator[list[str]]:
    """Give the lines of a table that add up to all: columns, rows, or the table as a whole."""
    if grid.look == "record":
        listed = ([cell for cell in row if _PERCENT.fullmatch(cell)] for row in grid.rows)
        yield from (line for line in listed if len(line) > 1)
        return
    at = range(grid.labels, len(grid.heads))
    bar = len(grid.heads) - 1 if grid.look == "bars" and not any(grid.heads) else -1
    free = [i for i in at if i == bar or grid.crossed or says("share", grid.heads[i]) or _percents(grid.column(i))]
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


def _of_base(grid: Grid, cells: dict[tuple[int, int], int | None], threshold: int) -> bool:
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
    return len(column) > 1 and all(map(_PERCENT.fullmatch, column))


def _digits(cell: str) -> int:
    return len(cell.strip().rstrip("%").partition(".")[2])


def _implies(line: Sequence[str], seen: Seen, threshold: int) -> bool:
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
