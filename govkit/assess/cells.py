"""A ready-made table as it is published, with the true values that its certificate holds."""

from __future__ import annotations

import contextlib
import dataclasses
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from narwhals import String, col, lit

from govkit.data import scan
from govkit.data.scan import reading as reading_from
from govkit.errors import GovkitError
from govkit.files import packaged
from govkit.result import Verdict
from govkit.tables import Certificate, read_hrc, read_table, tabulate
from govkit.tables.formats import STATUS, TOTALS, VALUES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import numpy.typing as npt

    from govkit.tables import Audit, Proof, Table

    Numbers = npt.NDArray[Any]

__all__ = ["Published", "beside", "by_columns", "exposed", "held", "is_table", "published"]

#: What a column that counts people is called.
PEOPLE = ("count", "Count", "n", "N", "freq", "Freq", "frequency", "records", "persons", "people",
          "人数", "件数", "度数")  # fmt: skip

_HELD = 1 << 30  # bytes of a file up to which its columns are held in memory
_NOTE = "note"  # the column in which ``write_table`` tells beside each cell what was done
_METHODS = {note: method for method, note in packaged("perturbation/notes.yaml").items()}


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Published:
    """A table as everybody sees it, and what its certificate adds.

    Attributes
    ----------
    table
        What is published; withheld values are NaN.
    true
        The same with true values and counts, as far as they are known.
    seen
        Which cells the file has a row for, or knows to be empty; a tree may know of others.
    changed_by
        The method that changed its figures a little, as its footnote tells.
    proof
        What the check of the certificate found, if there is one.
    """

    table: Table
    true: Table
    seen: Numbers
    changed_by: str | None = None
    proof: Proof | None = None


def by_columns(found: Published) -> list[str]:
    """Name the columns that are about people: the variables, and what was summed."""
    value = found.table.value
    return [*found.table.by, *([value] if value and value not in VALUES else [])]


def is_table(data: object, **reading: Any) -> bool:  # noqa: ANN401 - handed on to scan
    """Tell a ready-made table: numbers beside texts, each of which has a total."""
    with reading_from(data):
        kinds = scan(data, **reading).collect_schema()
        texts = [name for name, kind in kinds.items() if kind == String and name not in STATUS]
        if _NOTE in texts:
            notes = scan(data, **reading).select(_NOTE).unique().head(2).collect()[_NOTE]
            texts = [name for name in texts if name != _NOTE or not _method(notes.to_list())]
        if not texts or not {*PEOPLE, *VALUES, *STATUS} & set(kinds):
            return False
        total = scan(data, **reading).select(col(name).is_in(TOTALS).any() for name in texts)
        return all(map(bool, total.collect().row(0)))


def held(path: Path, data: object, **reading: Any) -> Any:  # noqa: ANN401 - handed on to scan
    """Open a file once, since a text file is parsed as a whole; hold it unless it is very large.

    The footnote that a workbook has in its sheet of rules is put beside each cell.
    """
    frame: Any = scan(data, **reading)
    if path.stat().st_size >= _HELD:
        return frame
    found = frame.collect("pyarrow")
    ours = path.suffix.lower() == ".xlsx" and str(data).partition("::")[2] in {"", "table"}
    with contextlib.suppress(GovkitError):  # a workbook of somebody else has no such sheet
        rules = scan(f"{path}::rules").collect("pyarrow").rows() if ours else []
        notes = [row[-1] for row in rules if row[0] == _NOTE and _method(row[-1:])]
        found = found.with_columns(lit(one).alias(_NOTE) for one in notes[:1])
    return found


def _method(notes: Sequence[object]) -> str | None:
    """Tell by the footnote of a table what was done to its cells; of any other column nothing."""
    return _METHODS.get(str(notes[0])) if len(notes) == 1 else None


def beside(path: Path) -> Path | None:
    """Find the certificate of a table: the ``.npz`` file of the same name, if there is one."""
    found = path.with_suffix(".npz")
    return found if found.is_file() else None


def published(
    data: object,
    hierarchies: Mapping[str, object] | None = None,
    certificate: str | os.PathLike[str] | None = None,
    **reading: Any,  # noqa: ANN401 - handed on to scan
) -> Published:
    """Read a ready-made table, and its certificate where there is one.

    Parameters
    ----------
    data
        The file; counts without any total are taken as a table whose totals anybody can add up.
    hierarchies, certificate
        As for ``assess``.
    **reading
        See ``scan``.
    """
    with reading_from(data):
        frame: pd.DataFrame = scan(data, **reading).collect("pandas").to_native()
    method = _method(frame[_NOTE].unique().tolist()) if _NOTE in frame else None
    frame = frame.drop(columns=_NOTE) if method else frame
    changed_by = None if method == "suppression" else method
    value = next((name for name in PEOPLE if name in frame), None)
    table = _table(frame, value, dict(hierarchies or {}))
    seen = _seen(table, frame)
    if certificate is None:
        return Published(table=table, true=table, seen=seen, changed_by=changed_by)
    proven = Certificate.load(certificate)
    proof = proven.check(table)
    if proof.verdict is Verdict.UNSAFE:
        return Published(table=table, true=table, seen=seen, proof=proof)
    people = proven.values if value else proven.counts
    true = dataclasses.replace(table, values=proven.values, counts=people, contributors=people)
    return Published(table=table, true=true, seen=seen, proof=proof)


def _table(frame: pd.DataFrame, value: str | None, trees: dict[str, object]) -> Table:
    """Read the cells; without any total, add them up as anybody could."""
    texts = [str(name) for name in frame if not pd.api.types.is_numeric_dtype(frame[name])]
    by = [name for name in texts if name not in STATUS]
    if value and by and not any(frame[name].isin(TOTALS).any() for name in by):
        table = tabulate(frame, by, records=value, hierarchies=trees)
        table = table.with_status(np.where(table.values == 0, "z", "s"))
    else:
        table = read_table(_completed(frame, by, trees), value=value, hierarchies=trees)
    people = np.where(table.suppressed, np.nan, table.values)
    return dataclasses.replace(
        table, value=None if value else table.value, values=people,
        counts=people if value else None, contributors=people if value else None, largest=None,
    )  # fmt: skip


def _seen(table: Table, frame: pd.DataFrame) -> Numbers:
    """Tell the cells all of whose labels stand in the file."""
    parts = [np.isin(v.labels, [*map(str, frame[v.name].unique()), v.labels[0]])[codes]
             for v, codes in zip(table.variables, table.codes.T, strict=True)]  # fmt: skip
    return np.asarray(np.logical_and.reduce(parts))


def _completed(frame: pd.DataFrame, by: list[str], trees: dict[str, object]) -> pd.DataFrame:
    """Add what a tree knows and the file never shows: those cells are withheld, not empty."""
    for name in set(by) & set(trees):
        given = trees[name]
        each = [read_hrc(one) if isinstance(one, str | os.PathLike) else one
                for one in (given if isinstance(given, list | tuple) else [given])]  # fmt: skip
        known = {str(label) for tree in each if isinstance(tree, dict)
                 for group, members in tree.items() for label in (group, *members)}  # fmt: skip
        others = [one for one in by if one != name]
        rest = frame[others].drop_duplicates() if others else pd.DataFrame(index=[0])
        marks = dict.fromkeys(set(STATUS) & set(frame), "m")
        absent = sorted(known - set(frame[name]))
        frame = pd.concat(
            [frame, *(rest.assign(**{name: label}, **marks) for label in absent)], ignore_index=True
        )
    return frame


def exposed(table: Table, attack: Audit, k: int) -> Numbers:
    """Tell which withheld cells an attack lays open, whatever their true values.

    Sums: those that can be computed. Counts, which are whole: those of which at most two numbers
    are left, one of them from 1 to below ``k``; and unsafe ones that can be computed.
    """
    low, high = attack.lower, attack.upper
    near = 1e-6 * np.maximum(np.abs(np.nan_to_num(high, posinf=1.0)), 1.0)
    point = table.suppressed & (high - low <= near)
    if table.value is not None:
        return np.asarray(point)
    least, most = np.ceil(low - near), np.floor(high + near)
    tight = table.suppressed & (most - least <= 1) & (least < k) & (most > 0)
    return np.asarray(tight | (point & (np.asarray(table.status) == "u")))
