"""A table as people read it, and why each of its cells is withheld."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp

if TYPE_CHECKING:
    import pandas as pd

    from govkit.tables.pattern import Pattern
    from govkit.tables.secondary import Protected
    from govkit.tables.system import System
    from govkit.tables.table import Table

__all__ = ["explanations", "page"]

_MOST_ROWS, _MOST_COLUMNS = 60, 30


def explanations(protected: Protected) -> pd.DataFrame:
    """Say of every withheld cell why it is withheld.

    Returns
    -------
    pandas.DataFrame
        One row per withheld cell: its labels, its mark, and a sentence.
    """
    import pandas as pd  # noqa: PLC0415 - only frames need it

    table = protected.table
    at = np.flatnonzero(table.suppressed).tolist()
    frame = pd.DataFrame([table.label(cell) for cell in at], columns=list(table.by))
    frame["mark"] = [] if table.status is None else table.status[at]
    frame["because"] = [protected.explain(cell) for cell in at]
    return frame


def obstacles(table: Table, sys: System, pattern: Pattern, unmet: list[int]) -> str:
    """Say what keeps requirements from being met by any pattern, and what to change.

    Column names and counts only: which cells they are is told by their positions.
    """
    shown, columns = ~np.isfinite(sys.cost) & ~sys.unsafe, sp.csc_array(sys.matrix)
    reasons: Counter[str] = Counter()
    for cell in np.unique(pattern.target[unmet]).tolist():
        mine = [r for r in unmet if pattern.target[r] == cell]
        sums = [sys.matrix[[row]].indices for row in columns[:, [cell]].indices]
        stuck = [at for at in sums if shown[at[at != cell]].all()]
        room = {1: sys.up[cell], -1: sys.down[cell]}
        if any(room[int(pattern.sign[r])] < pattern.level[r] for r in mine):
            reasons["are known beforehand more closely than the rules ask"] += 1
        elif stuck:
            codes = table.codes[sys.cells[stuck[0]]]
            name = table.by[int(np.argmax(np.ptp(codes, axis=0)))]
            reasons[f"have none but published cells beside them in {name!r}"] += 1
        elif any(pattern.knowledge[r] is not None for r in mine):
            reasons["can be computed by a contributor of other cells"] += 1
        else:
            reasons["follow from several published sums at once"] += 1
    return ", ".join(f"{number:,} {why}" for why, number in reasons.items())


def page(table: Table) -> str:
    """Draw a table with its last variable across; totals come last, as in print."""
    import jinja2  # noqa: PLC0415 - loads when a table is shown

    *down, last = table.variables
    across = [*range(1, len(last.labels))[:_MOST_COLUMNS], 0]
    place = {tuple(codes): cell for cell, codes in enumerate(table.codes.tolist())}
    every = sorted({codes[:-1] for codes in place}, key=lambda codes: [c or np.inf for c in codes])
    deep = [variable.depth() for variable in down]
    rows = [
        ([(v.labels[c], d[c]) for v, c, d in zip(down, codes, deep, strict=True)],
         [_cell(table, place.get((*codes, code))) for code in across])
        for codes in every[:_MOST_ROWS]
    ]  # fmt: skip
    environment = jinja2.Environment(loader=jinja2.PackageLoader("govkit.tables"), autoescape=True)
    return environment.get_template("table.html.jinja").render(
        table=table, rows=rows, across=[last.labels[code] for code in across],
        hidden=len(every) - len(rows) + len(last.labels) - len(across),
    )  # fmt: skip


def _cell(table: Table, cell: int | None) -> tuple[str, str]:
    if cell is None or np.isnan(table.values[cell]):
        return "" if cell is None or table.status is None else str(table.status[cell]), ""
    mark = "s" if table.status is None else str(table.status[cell])
    value = table.values[cell]
    return mark, f"{value:,.0f}" if value % 1 == 0 else f"{value:,.10g}"
