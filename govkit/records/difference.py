"""What several releases give away together, each of them safe by itself.

Tables are stacked into one linear system over shared cells and attacked as one: whoever has all of
them solves for the cells that each withholds. Files of records are subtracted group by group: what
one holds and the other does not is a group of its own.
"""

from __future__ import annotations

import contextlib
import dataclasses
import math
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import narwhals as nw
import numpy as np

from govkit.assess.cells import beside, exposed, held, is_table, published
from govkit.data import count, scan
from govkit.data.contributions import MISSING, as_text
from govkit.data.scan import reading
from govkit.errors import GovkitError, shown
from govkit.tables import Rules, Table, audit, levels_of, link, primary, tabulate
from govkit.tables.table import product_codes, product_equations
from govkit.tables.trees import Variable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

__all__ = ["Release", "cells_of", "differences", "table_of"]

_MOST_KEPT = 100_000  # cells of a table whose published figures are kept in the records
_MOST_VARIABLES = 5
_TOTAL = "Total"
Address = frozenset[tuple[str, str]]
Said = tuple[str, dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """One disclosure of statistics, as far as it is at hand.

    Attributes
    ----------
    key
        Of the disclosure.
    table
        The published cells, where it is a table.
    source
        The file, where it holds records.
    true
        What the certificate of a new table tells.
    changed_by
        The method that changed its figures a little, if one did.
    """

    key: str
    table: Table | None = None
    source: object = None
    true: Table | None = None
    changed_by: str | None = None

    @classmethod
    def of(cls, key: str, source: object, *, table: bool | None = None, **options: Any) -> Release:  # noqa: ANN401
        """Read a file, whichever it is; options as for ``assess``."""
        trees, proof = (options.pop(name, None) for name in ("hierarchies", "certificate"))
        path = Path(str(source).partition("::")[0])
        with reading(source):
            read = held(path, source, **options)
        if not (is_table(read) if table is None else table):
            return cls(key=key, source=read)
        found = published(read, trees, proof or beside(path))
        told, true = _named(found.table), _named(found.true)
        return cls(key=key, table=told, true=true, changed_by=found.changed_by)

    @classmethod
    def at_hand(cls, key: str, path: object) -> Release:
        """Read an earlier file if it was found and can be read."""
        with contextlib.suppress(GovkitError):
            return cls(key=key) if path is None else cls.of(key, path)
        return cls(key=key)

    def people(self) -> int | None:
        """Count the people it is about; sums do not tell."""
        if self.table is None:
            with reading(self.source):
                rows = scan(self.source).select(n=nw.len()).collect()
            return int(rows["n"][0])
        total = self.table.values[0]
        return None if self.table.value or np.isnan(total) else int(total)

    def columns(self) -> list[str]:
        """Name the columns that groups can be formed by."""
        if self.table is not None:
            return list(self.table.by)
        with reading(self.source):
            return [str(name) for name in scan(self.source).collect_schema().names()]

    def by(self, names: Sequence[str]) -> Table | None:
        """Give the published counts by some columns, as far as there are any."""
        here = self.columns()
        wanted = [name for name in dict.fromkeys(names) if name in here][:_MOST_VARIABLES]
        if self.table is not None or not wanted:
            return self.table
        made = tabulate(self.source, wanted)
        return _named(made.with_status(np.where(made.values == 0, "z", "s")))


def cells_of(table: Table) -> dict[str, Any] | None:
    """Give the published figures of a table as plain JSON; of a very large one nothing."""
    if len(table) > _MOST_KEPT:
        return None
    return {
        "value": table.value, "signed": table.signed,
        "status": "".join(map(str, np.asarray(table.status))),
        "values": [None if hidden else float(value) for hidden, value
                   in zip(table.suppressed, table.values, strict=True)],
        "variables": [[v.name, list(v.labels), [[g, list(m)] for g, m in v.sums], list(v.leaves)]
                      for v in table.variables],
    }  # fmt: skip


def table_of(plain: Mapping[str, Any]) -> Table:
    """Read what ``cells_of`` gave."""
    variables = tuple(
        Variable(name, tuple(labels), tuple((g, tuple(m)) for g, m in sums), (), tuple(leaves))
        for name, labels, sums, leaves in plain["variables"]
    )
    return Table(
        variables=variables, value=plain["value"], signed=plain["signed"],
        codes=product_codes(variables), equations=product_equations(variables),
        values=np.array([np.nan if one is None else one for one in plain["values"]], float),
        status=np.array(list(plain["status"])),
    )  # fmt: skip


def differences(new: Release, earlier: Sequence[Release], k: int) -> Iterator[Said]:
    """Say what a new release gives away together with earlier ones.

    Parameters
    ----------
    new, earlier
        The releases; of earlier ones that are not at hand only the key.
    k
        Fewest people that any figure, or difference of two, may stand for.

    Yields
    ------
    tuple
        Which reason, and the words that it needs.
    """
    changed = [one for one in (new, *earlier) if one.changed_by]
    if changed and earlier:
        others = ", ".join(one.key for one in changed)
        yield "changed", {"others": others, "method": changed[0].changed_by}
        earlier = [] if new.changed_by else [one for one in earlier if not one.changed_by]
    names = [name for one in earlier if one.table is not None for name in one.table.by]
    stack = [one for one in [new.by(names)] if one is not None]
    joined: list[str] = []
    for one in earlier:
        try:
            if one.table is None and one.source is None:
                yield "absent", {"others": one.key}
            elif one.table is None and new.table is None:
                yield from _groups(new, one, k)
            elif stack and (other := one.by(stack[0].by)) and other.value == stack[0].value:
                said = list(_gaps(stack, other, one.key, k))
                yield from said
                stack += [] if said else [other]
                joined += [] if said else [one.key]
        except GovkitError as error:
            yield "incomparable", {"others": one.key, "why": str(error)}
    try:
        if joined and (n := _opened(stack, new, k)):
            yield "stacked", {"others": ", ".join(joined), "n": n}
    except GovkitError as error:
        yield "incomparable", {"others": ", ".join(joined), "why": str(error)}


def _gaps(stack: Sequence[Table], other: Table, key: str, k: int) -> Iterator[Said]:
    """Subtract cells that both publish: a small difference is a small group."""
    known = {place: value for one in stack for place, value in _cells(one).items()}
    gaps = [abs(value - known[place]) for place, value in _cells(other).items() if place in known]
    if other.value is None and (small := [gap for gap in gaps if 0.5 < gap < k]):  # noqa: PLR2004 - counts
        yield "gap", {"others": key, "n": len(small), "k": k, "least": round(min(small))}
    elif differ := sum(gap > 1e-6 * max(1.0, k) for gap in gaps):
        yield "other_people", {"others": key, "n": differ}


def _opened(stack: Sequence[Table], new: Release, k: int) -> int:
    """Attack all tables as one system; count what opens only with the new one among them."""
    joint = _linked(stack, new.true)
    place = {_address(joint, cell): cell for cell in range(len(joint))}
    levels = np.full((len(joint), 2), np.nan)  # of earlier tables nothing is asked
    if new.true is not None and new.true.contributors is not None:
        asked = primary(new.true, Rules(threshold=k, contributors=k))
        at = [place[_address(new.true, cell)] for cell in range(len(new.true))]
        levels[at] = np.c_[asked.lower, asked.upper]
    found = audit(joint, levels_of(joint, levels), full=True)
    open_now = {_address(joint, cell) for cell in np.flatnonzero(exposed(joint, found, k)).tolist()}
    if open_now and len(stack) > 1:
        before = _linked(stack[1:], None)
        attack = exposed(before, audit(before, full=True), k)
        open_now -= {_address(before, cell) for cell in np.flatnonzero(attack).tolist()}
    return max(len(open_now), found.too_narrow)


def _linked(tables: Sequence[Table], true: Table | None) -> Table:
    """Link tables, each told what the others publish and what is known of the new one."""
    known = {place: value for one in tables for place, value in _cells(one).items()}
    if true is not None:
        truth = enumerate(true.values.tolist())
        known |= {_address(true, at): value for at, value in truth if not math.isnan(value)}
    filled = [
        dataclasses.replace(
            one, largest=None, weighted=None, holders=None, requesting=None, counts=None,
            contributors=None, values=np.array([known.get(_address(one, cell), np.nan)
                                                for cell in range(len(one))]),
        )
        for one in tables
    ]  # fmt: skip
    return link(*filled)


def _cells(table: Table) -> dict[Address, float]:
    """Give the published cells by what they are not the total of."""
    told = np.flatnonzero(~table.suppressed).tolist()
    return {_address(table, cell): float(table.values[cell]) for cell in told}


def _address(table: Table, cell: int) -> Address:
    parts = zip(table.variables, table.codes[cell].tolist(), strict=True)
    return frozenset((v.name, v.labels[code]) for v, code in parts if code)


def _named(table: Table) -> Table:
    """Call every total alike, so that tables of several hands can be linked."""
    variables = tuple(
        v if _TOTAL in v.labels else dataclasses.replace(v, labels=(_TOTAL, *v.labels[1:]))
        for v in table.variables
    )
    return dataclasses.replace(table, variables=variables)


def _groups(new: Release, old: Release, k: int) -> Iterator[Said]:
    """Subtract two files of records, group by group of the columns that they share."""
    names = [name for name in new.columns() if name in old.columns()]
    sizes = [_sizes(one.source, names) for one in (new, old)]
    coded = [name for at, name in enumerate(names)
             if all({cell[at] for cell in a} - {cell[at] for cell in b} - {MISSING}
                    for a, b in (sizes, sizes[::-1]))]  # fmt: skip
    if coded:
        yield "other_codes", {"others": old.key, "columns": ", ".join(map(shown, coded))}
    kept = [at for at, name in enumerate(names) if name not in coded]
    now, then = (_rolled(one, kept) for one in sizes)
    gaps = [abs(now[cell] - then[cell]) for cell in now.keys() | then.keys()]
    if small := [gap for gap in gaps if 0 < gap < k]:
        yield "gap", {"others": old.key, "n": len(small), "k": k, "least": min(small)}


def _sizes(source: object, names: list[str]) -> Counter[tuple[str, ...]]:
    table = count(source, names)
    frame = table.to_frame()
    rows = zip(*(as_text(frame[name], name) for name in names), strict=True)
    return Counter(dict(zip(rows, table.counts.tolist(), strict=True)))


def _rolled(sizes: Counter[tuple[str, ...]], kept: Sequence[int]) -> Counter[tuple[str, ...]]:
    found: Counter[tuple[str, ...]] = Counter()
    for cell, n in sizes.items():
        found[tuple(cell[at] for at in kept)] += n
    return found
