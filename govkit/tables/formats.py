"""Tables as files: CSV with a status column, JJ (τ-ARGUS and its kin), Excel, Parquet.

What is withheld is masked in every format; totals are never changed to hide it.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import scipy.sparse as sp

from govkit.data import scan
from govkit.data.scan import reading as reading_from
from govkit.errors import ColumnNotFoundError, InputError, MissingExtraError, SourceError, shown
from govkit.tables.table import Table, product_codes, product_equations
from govkit.tables.trees import Variable, read_hrc, variable

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from govkit.tables.rules import Rules

    Numbers = npt.NDArray[Any]

__all__ = ["read_jj", "read_table", "to_frame", "write_table"]

TOTALS = ("Total", "total", "TOTAL", "tot", "Tot", "All", "all", "_T", "計", "総数", "合計")
STATUS = ("status", "sdcStatus", "Status", "sdcstatus")
VALUES = ("value", "Freq", "freq", "n", "count", "Value")
_MARKS = {"s": "s", "u": "u", "m": "m", "x": "m", "z": "z", "w": "s", "p": "s", "v": "s",
          "safe": "s", "unsafe": "u", "primary": "u", "secondary": "m", "empty": "z",
          "": "s"}  # fmt: skip


def to_frame(table: Table, *, mask: bool = True) -> pd.DataFrame:
    """Give the cells as a frame: labels, value, status.

    Parameters
    ----------
    table
        A table; without a status everything counts as published.
    mask
        Leave the values of withheld cells out, as in what is published.
    """
    columns: dict[str, Any] = {
        var.name: np.array(var.labels, object)[table.codes[:, i]]
        for i, var in enumerate(table.variables)
    }
    name = free(table.value or "count", table.by)
    values = np.where(table.suppressed & mask, np.nan, table.values)
    columns[name] = values
    status = np.where(table.values == 0, "z", "s") if table.status is None else table.status
    columns[free("status", [*table.by, name])] = status.astype(object)
    return pd.DataFrame(columns)


def free(name: str, taken: Sequence[str]) -> str:
    """Give ``name``, with underscores added while it is taken."""
    while name in taken:
        name += "_"
    return name


def write_table(
    table: Table, path: str | os.PathLike[str], *, rules: Rules | None = None,
    secret_parameters: bool = False,
) -> Path:  # fmt: skip
    """Write a table with its marks: ``.csv``, ``.xlsx``, ``.parquet`` or ``.jj``.

    Parameters
    ----------
    table
        A protected table; its withheld values are left out.
    path
        The file; it is there whole or, after an error, as it was before.
    rules
        The rules used, for the sheet "rules" of a workbook.
    secret_parameters
        Name the rules without p, k and n.

    Raises
    ------
    InputError
        The table was not protected, or the ending is not known.
    SourceError
        The file cannot be written.
    """
    target = Path(path)
    if table.status is None:
        raise InputError("The table has no status: protect it before it is written.")
    kind = target.suffix.lower()
    writers = {".csv": _csv, ".xlsx": _excel, ".parquet": _parquet, ".jj": _jj}
    if kind not in writers:
        raise InputError(f"A table is written as .csv, .xlsx, .parquet or .jj, not {shown(kind)}.")
    try:
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".govkit-") as folder:
            draft = Path(folder) / target.name
            writers[kind](table, draft, _written(rules, secret=secret_parameters))
            draft.replace(target)
    except OSError:
        raise SourceError(
            f"{shown(target.name)} cannot be written: choose another place."
        ) from None
    return target


def _written(rules: Rules | None, *, secret: bool) -> list[tuple[str, str]]:
    if rules is None:
        return []
    return [
        (name.replace("_", " "), "" if secret else str(getattr(rules, name)))
        for name in rules.names()
    ]


def _csv(table: Table, path: Path, _: object) -> None:
    to_frame(table).to_csv(path, index=False, lineterminator="\n")


def _parquet(table: Table, path: Path, _: object) -> None:
    to_frame(table).to_parquet(path, index=False)


def _excel(table: Table, path: Path, rules: list[tuple[str, str]]) -> None:
    try:
        from openpyxl import Workbook  # noqa: PLC0415 - an extra
        from openpyxl.styles import Font, PatternFill  # noqa: PLC0415
    except ModuleNotFoundError:
        raise MissingExtraError("Excel files", "excel") from None
    book = Workbook()
    sheet = book.active
    sheet.title = "table"
    frame = to_frame(table)
    sheet.append(list(frame.columns))
    looks = {"u": ("F4B183", "U"), "m": ("FFE699", "M")}
    for row in frame.itertuples(index=False):
        *labels, value, mark = row
        text = looks[mark][1] if mark in looks else value
        sheet.append([*(_literal(label) for label in labels), text, mark])
        if mark in looks:
            cell = sheet.cell(sheet.max_row, len(labels) + 1)
            cell.fill = PatternFill("solid", fgColor=looks[mark][0])
            cell.font = Font(bold=mark == "u", italic=mark == "m")
    notes = book.create_sheet("rules")
    notes.append(["rule", "parameters"])
    for name, parameters in rules:
        notes.append([name, parameters])
    notes.append(["U", "withheld: unsafe by itself"])
    notes.append(["M", "withheld to protect others"])
    book.save(path)


def _literal(text: str) -> str:
    """Keep a label that looks like a formula from being one."""
    return "'" + text if text[:1] in {"=", "+", "-", "@"} else text


def _jj(table: Table, path: Path, _: object) -> None:
    """Write cells (position, value, cost, mark, bounds, levels), then equations.

    The value of a withheld cell is part of a JJ file: it is for a solver, not for publication.
    """
    lines = ["0", str(len(table))]
    lines += [
        f"{i} {value:.12g} {abs(value):.12g} {'s' if mark in 'sz' else mark} "
        f"0 {2 * abs(value) + 1:.12g} 0 0 0"
        for i, (value, mark) in enumerate(zip(table.values, np.asarray(table.status), strict=True))
    ]
    lines.append(str(table.equations.shape[0]))
    for row in range(table.equations.shape[0]):
        part = table.equations[[row]]
        terms = " ".join(f"{c} ({-f:g})" for c, f in zip(part.indices, part.data, strict=True))
        lines.append(f"0 {part.nnz} : {terms}")
    path.write_text("\n".join(lines) + "\n", "utf-8")


def read_jj(path: str | os.PathLike[str]) -> tuple[Table, Numbers]:
    """Read a JJ file: the table, and its lower and upper protection levels.

    Returns
    -------
    table
        One variable, ``cell``; its labels are the positions in the file.
    levels
        Two columns: lower and upper level per cell.

    Raises
    ------
    SourceError, InputError
        The file is not there, or is not in the JJ format.
    """
    try:
        words = [
            line.split() for line in Path(path).read_text("utf-8").splitlines() if line.strip()
        ]
        size = int(words[1][0])
        cells = words[2 : 2 + size]
        values = np.array([float(cell[1]) for cell in cells])
        marks = np.array([_MARKS[cell[3]] for cell in cells])
        levels = np.array([[float(cell[6]), float(cell[7])] for cell in cells])
        rows = words[3 + size : 3 + size + int(words[2 + size][0])]
        equations = sp.lil_array((len(rows), size))
        for i, row in enumerate(rows):
            if float(row[0]) != 0:
                raise InputError("An equation of the JJ file does not sum to 0: bring it there.")
            terms = " ".join(row[3:]).replace("(", " ").replace(")", " ").split()
            for cell, factor in zip(terms[::2], terms[1::2], strict=True):
                equations[i, int(cell)] = -float(factor)
    except OSError:
        raise SourceError(f"{shown(Path(path).name)} cannot be read: check the path.") from None
    except (ValueError, IndexError, KeyError):
        raise InputError(
            f"{shown(Path(path).name)} is not a JJ file: 0, number of cells, one line per cell, "
            "number of equations, one line per equation."
        ) from None
    labels = tuple(str(i) for i in range(size))
    var = Variable("cell", labels, (), (), tuple(range(size)))
    table = Table(variables=(var,), value="value", codes=np.arange(size)[:, None], values=values,
                  equations=sp.csr_array(equations), status=marks)  # fmt: skip
    return table, levels


def read_table(
    source: object,
    by: Sequence[str] | None = None,
    *,
    value: str | None = None,
    status: str | None = None,
    hierarchies: Mapping[str, object] | None = None,
    total: str | None = None,
    **reading: Any,  # noqa: ANN401 - handed on to scan unchanged
) -> Table:
    """Read a ready-made table with its margins: one row per cell.

    Parameters
    ----------
    source
        Anything that ``scan`` takes.
    by
        The variables; default: every column that is neither value nor status nor a number.
    value, status
        The columns of values (missing where withheld) and marks (``s``, ``u``, ``m`` or ``x``,
        ``z``); found by their usual names. Without marks a missing value is a withheld cell.
    hierarchies
        Per variable its tree or trees.
    total
        What totals are called; found by its usual names.
    **reading
        ``delimiter``, ``encoding``, ``engine``: see ``scan``.

    Raises
    ------
    ColumnNotFoundError, InputError
        A column or the total is not there, cells appear twice, totals do not add up.
    """
    with reading_from(source):
        frame: pd.DataFrame = scan(source, **reading).collect("pandas").to_native()
    names = list(frame.columns)
    for name in [*(by or ()), *filter(None, (value, status))]:
        if name not in names:
            raise ColumnNotFoundError(name, names)
    status = status or next((name for name in STATUS if name in names), None)
    numeric = [n for n in names if n != status and pd.api.types.is_numeric_dtype(frame[n])]
    value = value or next((n for n in [*VALUES, *numeric[-1:]] if n in names), None)
    if value is None:
        raise InputError("No column holds numbers: name the column of values.")
    by = by or [n for n in names if n not in {value, status, "strID", *numeric}]
    if not by:
        raise InputError("No column is left to classify the cells by: name them.")
    return _assembled(frame, by, value, status, dict(hierarchies or {}), total)


def _assembled(
    frame: pd.DataFrame, by: Sequence[str], value: str, status: str | None,
    trees: Mapping[str, object], total: str | None,
) -> Table:  # fmt: skip
    variables = []
    for name in by:
        texts = sorted(set(frame[name].astype(str)))
        top = next((t for t in ([total] if total else TOTALS) if t in texts), None)
        if top is None:
            raise InputError(
                f"No category of {shown(name)} is called like a total: say what totals are called."
            )
        tree = trees.get(name)
        inner = _groups(tree)
        found = [text for text in texts if text != top and text not in inner]
        variables.append(variable(name, found, tree, total=top))
    codes = product_codes(variables)
    place = [{label: i for i, label in enumerate(v.labels)} for v in variables]
    try:
        own = np.array([[p[str(t)] for p, t in zip(place, row, strict=True)]
                        for row in frame[list(by)].itertuples(index=False)])  # fmt: skip
    except KeyError:
        raise InputError("Some categories are absent from the hierarchies: add them.") from None
    at = np.ravel_multi_index(tuple(own.T), [len(p) for p in place])
    if len(set(at.tolist())) < len(at):
        raise InputError("Some cells appear more than once: leave one row per cell.")
    values, marks = np.zeros(len(codes)), np.full(len(codes), "z")
    numbers = pd.to_numeric(frame[value], errors="coerce").to_numpy(float)
    values[at] = numbers
    given = np.where(np.isnan(numbers), "m", np.where(numbers == 0, "z", "s"))
    if status:
        written = frame[status].fillna("").astype(str).str.strip()
        if not written.isin(_MARKS).all():
            raise InputError(f"Column {shown(status)} holds marks that are not s, u, m, x or z.")
        given = np.where(np.isnan(numbers) & written.isin(["s", ""]), "m", written.map(_MARKS))
    marks[at] = given
    table = Table(
        variables=tuple(variables), value=value, codes=codes, values=values, status=marks,
        equations=product_equations(variables), signed=bool((numbers < 0).any()),
    )  # fmt: skip
    table.check_sums()
    return table


def _groups(tree: object) -> set[str]:
    """Give the inner nodes of the trees of one variable."""
    found: set[str] = set()
    for one in tree if isinstance(tree, list | tuple) else [tree]:
        if isinstance(one, Mapping):
            found |= {str(group) for group in one}
        elif isinstance(one, str | os.PathLike):
            found |= set(read_hrc(one))
    return found
