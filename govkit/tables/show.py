"""A table as people read it, and why each of its cells is withheld."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

    from govkit.tables.secondary import Protected
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
