"""Tables as files: CSV with a status column, JJ for solvers, Excel, Parquet.

What is withheld is masked in every format but JJ; totals are never changed to hide it.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from govkit.data import scan
from govkit.data.contributions import as_text, numbered
from govkit.data.scan import reading as reading_from
from govkit.errors import ColumnNotFoundError, InputError, MissingExtraError, shown
from govkit.files import write_whole
from govkit.tables.table import Table, product_codes, product_equations
from govkit.tables.trees import read_hrc, variable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from govkit.data.arrays import Numbers
    from govkit.tables.primary import Primary
    from govkit.tables.rules import Rules


__all__ = ["MARKS", "read_cells", "read_table", "to_frame", "write_table"]

TOTALS = ("Total", "total", "TOTAL", "tot", "Tot", "All", "all", "_T", "計", "総数", "合計")
STATUS = ("status", "sdcStatus", "Status", "sdcstatus")
VALUES = ("value", "Freq", "freq", "n", "count", "Value")
MARKS = {"s": "s", "u": "u", "m": "m", "x": "m", "z": "z", "w": "s", "p": "s", "v": "s",
         "safe": "s", "unsafe": "u", "primary": "u", "secondary": "m", "empty": "z",
         "": "s"}  # fmt: skip
_LOOKS = {"u": ("F4B183", "U", "unsafe by itself"), "m": ("FFE699", "M", "to protect others")}


def to_frame(table: Table, *, mask: bool = True) -> pd.DataFrame:
    """Give the cells as a frame: labels, value, status.

    Parameters
    ----------
    table
        A table; without a status everything counts as published.
    mask
        Leave the values of withheld cells out, as in what is published.
    """
    frame = pd.DataFrame(
        {v.name: np.array(v.labels, object)[table.codes[:, i]]
         for i, v in enumerate(table.variables)}
    )  # fmt: skip
    status = np.where(table.values == 0, "z", "s") if table.status is None else table.status
    values = pd.Series(np.where(table.suppressed & mask, np.nan, table.values))
    whole = (values.dropna() % 1 == 0).all()  # then no point is written
    frame[_free(table.value or "count", frame)] = values.astype("Int64") if whole else values
    frame[_free("status", frame)] = status.astype(object)
    return frame


def _free(name: str, taken: pd.DataFrame) -> str:
    while name in taken:
        name += "_"
    return name


def write_table(
    table: Table, path: str | os.PathLike[str], *, rules: Rules | None = None,
    secret_parameters: bool = False, levels: Primary | None = None, note: str = "",
) -> Path:  # fmt: skip
    """Write a table with its marks: ``.csv``, ``.xlsx``, ``.parquet`` or ``.jj``.

    Parameters
    ----------
    table
        A protected table; its withheld values are left out, except in ``.jj``, which is for
        solvers and not for publication.
    path
        The file; it is there whole or, after an error, as it was before.
    rules
        The rules used, for the sheet "rules" of a workbook.
    secret_parameters
        Name the rules without p, k and n.
    levels
        The protection levels for ``.jj``.
    note
        What was done to the values, told beside each cell and in the sheet "rules".

    Raises
    ------
    InputError
        The table was not protected, or the ending is not known.
    SourceError
        The file cannot be written.
    """
    if table.status is None:
        raise InputError("The table has no status: protect it before it is written.")
    frame = to_frame(table)
    names = rules.names() if rules else []
    notes = [(n.replace("_", " "), "" if secret_parameters else str(getattr(rules, n)))
             for n in names]  # fmt: skip
    notes += [("note", note)] if note else []
    flat = frame.assign(**{_free("note", frame): note}) if note else frame
    writers: dict[str, Callable[[Path], Any]] = {
        ".csv": lambda draft: flat.to_csv(draft, index=False, lineterminator="\n"),
        ".parquet": lambda draft: flat.to_parquet(draft, index=False),
        ".xlsx": lambda draft: _workbook(frame, notes).save(draft),
        ".jj": lambda draft: draft.write_text(_jj(table, levels), "utf-8"),
    }
    kind = Path(path).suffix.lower()
    if kind not in writers:
        raise InputError(f"A table is written as .csv, .xlsx, .parquet or .jj, not {shown(kind)}.")
    return write_whole(path, writers[kind])


def _workbook(frame: pd.DataFrame, notes: Sequence[tuple[str, str]]) -> Any:  # noqa: ANN401
    """Mark withheld cells by letter, fill and font; no text of the data ever is a formula."""
    try:
        from openpyxl import Workbook  # noqa: PLC0415 - an extra
        from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE  # noqa: PLC0415
        from openpyxl.styles import Font, PatternFill  # noqa: PLC0415
    except ModuleNotFoundError:
        raise MissingExtraError("Excel files", "excel") from None
    book = Workbook()
    sheet, rules = book.active, book.create_sheet("rules")
    sheet.title = "table"
    for row in [tuple(frame.columns), *frame.itertuples(index=False)]:
        *labels, value, mark = row
        color, text, _ = _LOOKS.get(mark, ("", value, ""))
        cells = [ILLEGAL_CHARACTERS_RE.sub("", str(label)) for label in labels]
        sheet.append([*cells, text, mark])
        for cell in sheet[sheet.max_row]:
            if isinstance(cell.value, str):
                cell.data_type = "s"
        if color:
            cell = sheet.cell(sheet.max_row, len(labels) + 1)
            cell.fill = PatternFill("solid", fgColor=color)
            cell.font = Font(bold=mark == "u", italic=mark == "m")
    sheet.freeze_panes = "A2"
    for column in sheet.columns:
        widest = max(len(str(cell.value).encode("cp932", "replace")) for cell in column)
        sheet.column_dimensions[column[0].column_letter].width = min(widest + 2, 60)
    for line in [("rule", "parameters"), *notes]:
        rules.append(line)
    for _, mark, why in _LOOKS.values():
        rules.append([mark, f"withheld: {why}"])
    return book


def _jj(table: Table, levels: Primary | None) -> str:
    """Write cells (position, value, cost, mark, bounds, levels), then equations."""
    down, up = (np.zeros(len(table)),) * 2 if levels is None else (levels.lower, levels.upper)
    lines = ["0", str(len(table))]
    for i, (value, mark) in enumerate(zip(table.values, np.asarray(table.status), strict=True)):
        size = abs(value)
        low = -2 * size - 1 if table.signed else 0
        lines.append(
            f"{i} {value:.15g} {size:.15g} {mark} {low:.15g} {2 * size + 1:.15g} "
            f"{down[i]:.15g} {up[i]:.15g} 0"
        )
    matrix = table.equations
    lines.append(str(matrix.shape[0]))
    for start, end in itertools.pairwise(matrix.indptr):
        terms = zip(matrix.indices[start:end], matrix.data[start:end], strict=True)
        lines.append(f"0 {end - start} : " + " ".join(f"{c} ({f:g})" for c, f in terms))
    return "\n".join(lines) + "\n"


def read_table(
    source: object,
    by: Sequence[str] | None = None,
    *,
    value: str | None = None,
    status: str | None = None,
    hierarchies: Mapping[str, object] | None = None,
    total: str | Mapping[str, str] | None = None,
    counts: str | None = None,
    largest: Sequence[str] = (),
    holders: Sequence[str] = (),
    **reading: Any,  # noqa: ANN401 - handed on to scan unchanged
) -> Table:
    """Read a ready-made table with its margins: one row per cell.

    Parameters
    ----------
    source
        Anything that ``scan`` takes.
    by
        The variables; default: every column that is neither value nor status nor a number. Of
        other such columns with a total, the rows at their total are read: one of several linked
        tables in a file.
    value, status
        The columns of values (missing where withheld) and marks (``s``, ``u``, ``m`` or ``x``,
        ``z``); found by their usual names. Without marks a missing value is a withheld cell. A
        cell without a row is empty.
    hierarchies
        Per variable its tree or trees.
    total
        What totals are called, or per variable what its total is called; found by its usual names.
    counts, largest, holders
        The column of records or contributors, those of the largest contributions in order, and
        those of who made each of them: for the rules, and for insiders.
    **reading
        ``delimiter``, ``encoding``, ``engine``: see ``scan``.

    Raises
    ------
    ColumnNotFoundError, InputError
        A column or the total is not there, cells appear twice, totals do not add up.
    """
    frame = _frame(source, reading)
    names = list(frame.columns)
    for name in [*(by or ()), *filter(None, (value, status, counts)), *largest, *holders]:
        if name not in names:
            raise ColumnNotFoundError(name, names)
    status = status or next((name for name in STATUS if name in names), None)
    numeric = [n for n in names if n != status and pd.api.types.is_numeric_dtype(frame[n])]
    value = value or next((n for n in [*VALUES, *numeric[-1:]] if n in names), None)
    if value is None:
        raise InputError("No column holds numbers: name the column of values.")
    apart = {value, status, counts, "strID", *numeric, *largest, *holders}
    texts = [n for n in names if n not in apart]
    by = tuple(by or texts)
    if not by:
        raise InputError("No column is left to classify the cells by: name them.")
    called = total if isinstance(total, Mapping) else dict.fromkeys(names, total)
    frame = frame.assign(**{n: as_text(frame[n], n) for n in {*by, *texts}})
    for name in set(texts) - set(by):
        top = _total(frame[name], called.get(name))
        frame = frame if top is None else frame[frame[name] == top]
    return _assembled(
        frame, by, value, status, dict(hierarchies or {}), called, counts, largest, holders
    )


def _frame(source: object, reading: Mapping[str, Any]) -> pd.DataFrame:
    with reading_from(source):
        found: pd.DataFrame = scan(source, **reading).collect("pandas").to_native()
    return found


def read_cells(
    table: Table,
    source: object,
    beside: Sequence[str] = (),
    **reading: Any,  # noqa: ANN401
) -> tuple[Numbers, pd.DataFrame]:
    """Read which cells somebody names: one row per cell.

    Parameters
    ----------
    table
        The table that has these cells.
    source
        Anything that ``scan`` takes, with a column per variable; a variable without a column is
        at its total.
    beside
        Columns that may be there, too.
    **reading
        ``delimiter``, ``encoding``, ``engine``: see ``scan``.

    Returns
    -------
    positions, frame
        Where the cells are in the table, and what was read.

    Raises
    ------
    ColumnNotFoundError, InputError
        A column that is no variable, or a row that names no cell.

    Examples
    --------
    >>> from govkit.tables import tabulate
    >>> table = tabulate({"area": ["N", "S"], "sex": ["f", "m"]}, ["area", "sex"])
    >>> [table.label(cell) for cell in read_cells(table, {"sex": ["m"]})[0]]
    [('Total', 'm')]
    """
    frame = _frame(source, reading)
    for name in frame.columns:
        if name not in {*table.by, *beside}:
            raise ColumnNotFoundError(name, [*table.by, *beside])
    texts = [as_text(frame[v.name], v.name) if v.name in frame else [v.labels[0]] * len(frame)
             for v in table.variables]  # fmt: skip
    place = {table.label(cell): cell for cell in range(len(table))}
    at = np.array([place.get(address, -1) for address in zip(*texts, strict=True)], int)
    if (at < 0).any():
        raise InputError(
            f"{int((at < 0).sum()):,} of {len(at):,} rows name no cell of the table by "
            f"{', '.join(table.by)}: write the labels as the table does."
        )
    return at, frame


def _total(texts: pd.Series[Any], called: str | None) -> str | None:
    held = set(texts)
    return next((text for text in ([called] if called else TOTALS) if text in held), None)


def _assembled(
    frame: pd.DataFrame, by: Sequence[str], value: str, status: str | None,
    trees: Mapping[str, object], called: Mapping[str, str | None], counts: str | None,
    largest: Sequence[str], holders: Sequence[str],
) -> Table:  # fmt: skip
    variables = []
    for name in by:
        top = _total(frame[name], called.get(name))
        if top is None:
            raise InputError(
                f"No category of {shown(name)} is called like a total: say what totals are called."
            )
        tree = trees.get(name)
        each = [read_hrc(one) if isinstance(one, str | os.PathLike) else one
                for one in (tree if isinstance(tree, list | tuple) else [tree])]  # fmt: skip
        inner = {str(group) for one in each if isinstance(one, Mapping) for group in one}
        variables.append(variable(name, sorted(set(frame[name]) - inner - {top}), each, top))
    codes = product_codes(variables)
    own = [frame[v.name].map({label: i for i, label in enumerate(v.labels)}) for v in variables]
    if any(column.isna().any() for column in own):
        raise InputError("Some categories are absent from the hierarchies: add them.")
    places = [column.to_numpy(np.int64) for column in own]
    at = np.ravel_multi_index(tuple(places), [len(v.labels) for v in variables])
    if len(np.unique(at)) < len(at):
        raise InputError("Some cells appear more than once: leave one row per cell.")

    def placed(column: str) -> Numbers:
        whole = np.zeros(len(codes))
        whole[at] = pd.to_numeric(frame[column], errors="coerce")
        return whole

    def people(column: str) -> Numbers:
        whole, texts = np.full(len(codes), -1, np.int64), as_text(frame[column], column)
        whole[at] = np.where(frame[column].isna(), -1, numbered(texts))
        return whole

    values, marks = placed(value), np.full(len(codes), "z")
    marks[at] = _marks(frame[status] if status else None, values[at])
    table = Table(
        variables=tuple(variables), value=value, codes=codes, values=values, status=marks,
        equations=product_equations(variables), signed=bool((values < 0).any()),
        counts=placed(counts).astype(np.int64) if counts else None,
        contributors=placed(counts).astype(np.int64) if counts else None,
        largest=np.stack([placed(n) for n in largest], axis=1) if largest else None,
        holders=np.stack([people(n) for n in holders], axis=1) if holders else None,
    )  # fmt: skip
    table.check_sums()
    return table


def _marks(written: pd.Series[Any] | None, numbers: Numbers) -> Numbers:
    """Read the marks; where none is written a missing number is a withheld cell."""
    found = np.where(np.isnan(numbers), "m", np.where(numbers == 0, "z", "s"))
    if written is None:
        return found
    texts = written.fillna("").astype(str).str.strip()
    if not texts.isin(MARKS).all():
        raise InputError(f"Column {shown(written.name)} holds marks that are not s, u, m, x or z.")
    kinds = texts.map(MARKS).to_numpy(str)
    return np.where(np.isnan(numbers) & (kinds == "s"), "m", kinds)
