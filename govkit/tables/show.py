"""A table as people read it, and why each of its cells is withheld."""

from __future__ import annotations

import html
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
_LOOKS = {
    "u": ("U", "background:#F4B183;color:#000;font-weight:bold;border:2px solid #000",
          "unsafe by itself"),
    "m": ("M", "background:#FFE699;color:#000;font-style:italic;border:1px dashed #000",
          "protects others"),
}  # fmt: skip


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
    close, alone, insiders = 0, dict[str, int](), 0
    shown = ~np.isfinite(sys.cost) & ~sys.unsafe
    columns = sp.csc_array(sys.matrix)
    for cell in np.unique(pattern.target[unmet]).tolist():
        mine = [r for r in unmet if pattern.target[r] == cell]
        rooms = [(sys.up if pattern.sign[r] > 0 else sys.down)[cell] for r in mine]
        rows = columns[:, [cell]].indices
        held = [sys.matrix[[row]].indices for row in rows]
        stuck = [at for at in held if shown[at[at != cell]].all()]
        if any(room < pattern.level[r] for r, room in zip(mine, rooms, strict=True)):
            close += 1
        elif stuck:
            codes = table.codes[sys.cells[stuck[0]]]
            name = table.by[int(np.argmax(np.ptp(codes, axis=0)))]
            alone[name] = alone.get(name, 0) + 1
        elif any(pattern.knowledge[r] is not None for r in mine):
            insiders += 1
    reasons = [
        (close, "are known beforehand more closely than the rules ask (make the variables coarser, "
         "or reckon with wider bounds)"),
        *((n, f"have none but published cells beside them in {name!r} (make it coarser, or drop "
           "its total)") for name, n in alone.items()),
        (insiders, "can be computed by a contributor of other cells (make the variables coarser)"),
        (len(np.unique(pattern.target[unmet])) - close - sum(alone.values()) - insiders,
         "follow from several published sums at once (publish fewer cells, or make the variables "
         "coarser)"),
    ]  # fmt: skip
    return "; ".join(f"{n:,} {why}" for n, why in reasons if n)


def page(table: Table) -> str:
    """Draw a table with its last variable across; totals come last, as in print."""
    last = table.variables[-1]
    across = [*range(1, len(last.labels)), 0][: _MOST_COLUMNS + 1]
    deep = [variable.depth() for variable in table.variables]
    rows: dict[tuple[int, ...], dict[int, int]] = {}
    for cell, codes in enumerate(table.codes.tolist()):
        rows.setdefault(tuple(codes[:-1]), {})[codes[-1]] = cell
    order = sorted(rows, key=lambda codes: tuple(code or 10**9 for code in codes))
    head = "".join(f"<th>{html.escape(name)}</th>" for name in table.by[:-1])
    head += "".join(f"<th scope='col'>{html.escape(last.labels[code])}</th>" for code in across)
    body = ""
    for codes in order[:_MOST_ROWS]:
        body += "<tr>" + "".join(
            f"<th scope='row' style='text-align:left;padding-left:{max(d[c] - 1, 0) + 0.3}em'>"
            f"{html.escape(v.labels[c])}</th>"
            for v, c, d in zip(table.variables[:-1], codes, deep[:-1], strict=True)
        )
        body += "".join(_cell(table, rows[codes].get(code)) for code in across) + "</tr>"
    kept = min(len(order), _MOST_ROWS)
    note = f"{len(table):,} cells" + (
        f", {kept} of {len(order):,} rows shown" if kept < len(order) else ""
    )
    if table.status is not None:
        note += ". " + ", ".join(
            f"<b>{mark}</b>: withheld, {why}" for mark, _, why in _LOOKS.values()
        )
    return (
        f"<table class='govkit-table'><caption>{html.escape(table.value or 'records')} by "
        f"{html.escape(', '.join(table.by))}. {note}.</caption>"
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    )


def _cell(table: Table, cell: int | None) -> str:
    if cell is None:
        return "<td></td>"
    mark = "s" if table.status is None else str(table.status[cell])
    if mark in _LOOKS:
        text, style, why = _LOOKS[mark]
        return f"<td style='text-align:right;{style}' title='withheld: {why}'>{text}</td>"
    value = table.values[cell]
    text = "" if np.isnan(value) else f"{value:,.10g}"
    return f"<td style='text-align:right'>{text}</td>"
