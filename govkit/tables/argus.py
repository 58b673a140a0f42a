"""The files of τ-ARGUS and its kin: JJ, and data described by an ``.rda`` file.

Formats after P. P. de Wolf et al., "τ-ARGUS User's Manual", chapter 5 (.hrc: ``trees``).
"""

from __future__ import annotations

import csv
import itertools
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import scipy.sparse as sp

from govkit.errors import InputError, shown
from govkit.tables.formats import MARKS, read_table
from govkit.tables.primary import Primary, levels_of
from govkit.tables.table import Table, tabulate
from govkit.tables.trees import TOTAL, Variable, read_hrc, read_text

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping, Sequence

    from govkit.data.arrays import Numbers

    Tags = Mapping[str, Sequence[str]]

__all__ = ["Described", "read_jj", "read_rda"]

_WORDS = re.compile(r'"([^"]*)"|(\S+)')
_NUMBERS = {"NUMERIC", "WEIGHT", "FREQUENCY", "MAXSCORE"}
_NOT_VALUES = {"SHADOW", "COST", "LOWERPL", "UPPERPL"}


@dataclass(frozen=True, slots=True, eq=False)
class Described:
    """A file as its ``.rda`` describes it.

    Attributes
    ----------
    frame
        The rows.
    tags
        Per column what the description says: ``{"WEIGHT": [], "DECIMALS": ["1"]}``.
    hierarchies
        The trees of the columns that have one.
    """

    frame: pd.DataFrame = field(repr=False)
    tags: Mapping[str, Tags]
    hierarchies: dict[str, object] = field(repr=False)

    def having(self, *wanted: str) -> list[str]:
        """List the columns with one of some tags."""
        return [name for name, tags in self.tags.items() if set(wanted) & set(tags)]

    def _one(self, tag: str) -> str | None:
        return next(iter(self.having(tag)), None)

    def tabulate(self, by: Sequence[str], value: str | None = None, **options: Any) -> Table:  # noqa: ANN401
        """Make a table from records: holdings are contributors; weights and requests count.

        Parameters
        ----------
        by, value, **options
            As in ``tabulate``; ``None`` is as described, anything else stands before that.
        """
        roles = {"contributor": "HOLDING", "weights": "WEIGHT", "request": "REQUEST"}
        said: dict[str, Any] = {option: self._one(tag) for option, tag in roles.items()}
        said["hierarchies"] = {n: t for n, t in self.hierarchies.items() if n in by}
        said |= {name: given for name, given in options.items() if given}
        return tabulate(self.frame, by, value, **said)

    def table(self, value: str | None = None) -> tuple[Table, Primary | None]:
        """Give a ready-made table, and its protection levels where the file holds them."""
        by = self.having("RECODEABLE", "RECODABLE")
        values = [n for n in self.having("NUMERIC") if not _NOT_VALUES & set(self.tags[n])]
        found = read_table(
            self.frame, by, value=value or next(iter(values), None), status=self._one("STATUS"),
            hierarchies=self.hierarchies, counts=self._one("FREQUENCY"),
            largest=self.having("MAXSCORE"),
            total={n: self.tags[n]["TOTCODE"][0] for n in by if self.tags[n].get("TOTCODE")},
        )  # fmt: skip
        ends = self.having("LOWERPL") + self.having("UPPERPL")
        if len(ends) < 2:  # noqa: PLR2004 - lower and upper
            return found, None
        levels = np.zeros((len(found), 2))
        place = {found.label(cell): cell for cell in range(len(found))}
        at = [place[tuple(row)] for row in self.frame[by].to_numpy()]
        levels[at] = self.frame[ends].fillna(0.0)
        return found, levels_of(found, levels)


def read_rda(
    description: str | os.PathLike[str], data: str | os.PathLike[str], *, encoding: str = "utf-8"
) -> Described:
    """Read fixed-width or separated data by its τ-ARGUS description.

    Parameters
    ----------
    description
        The ``.rda`` file; hierarchies are looked for beside it.
    data
        The file that it describes.
    encoding
        Of both.

    Returns
    -------
    Described
        Codes are text without the blanks around them; a missing number is missing, a missing
        category is a category; a column of requests is true where one of its codes stands.

    Raises
    ------
    SourceError, InputError
        A file is not there, or is not what the description says.
    """
    lines = read_text(description, encoding).splitlines()
    head: dict[str, list[str]] = {}
    columns: dict[str, list[str]] = {}
    tags: dict[str, dict[str, list[str]]] = {}
    here = head
    for line in lines:
        words = [quoted or word for quoted, word in _WORDS.findall(line.split("//")[0])]
        if words and words[0].startswith("<"):
            here[words[0].strip("<>").upper()] = words[1:]
        elif words:
            columns[words[0]], here = words[1:], tags.setdefault(words[0], {})
    parting = head.get("SEPARATOR", [""])[0]
    frame = _rows(read_text(data, encoding), Path(data).name, parting, columns)
    for name, said in tags.items():
        if (_NUMBERS | {"HOLDING"}) & set(said):
            missing = frame[name].isin(["", *columns[name][1 if parting else 2 :]])
            frame[name] = frame[name].where(~missing, None)
        if _NUMBERS & set(said):
            frame[name] = _numbers(frame[name])
        if "REQUEST" in said:
            frame[name] = frame[name].isin(said["REQUEST"] or ["1"])
        if "STATUS" in said:
            own = {head[k][0]: m for k, m in (("SAFE", "s"), ("UNSAFE", "u"), ("PROTECT", "s"))
                   if head.get(k)}  # fmt: skip
            frame[name] = frame[name].replace(own)
    trees = {name: _tree(said, frame[name], Path(description)) for name, said in tags.items()}
    return Described(frame, tags, {name: tree for name, tree in trees.items() if tree})


def _rows(text: str, name: str, parting: str, columns: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """Cut the lines into columns, at positions or at separators."""
    lines = [line for line in text.splitlines() if line.strip()]
    try:
        if parting:
            rows = [[part.strip() for part in row] for row in csv.reader(lines, delimiter=parting)]
        else:
            ends = [(int(a) - 1, int(a) - 1 + int(n)) for a, n, *_ in columns.values()]
            rows = [[line[a:b].strip() for a, b in ends] for line in lines]
        return pd.DataFrame(rows, columns=list(columns), dtype=object)
    except (ValueError, TypeError, csv.Error):
        raise InputError(
            f"{shown(name)} is not what its description says: check the positions, or the "
            "separator and the number of columns."
        ) from None


def _numbers(column: pd.Series[Any]) -> pd.Series[Any]:
    numbers = pd.to_numeric(column, errors="coerce").astype(float)
    if (numbers.isna() & column.notna()).any():
        raise InputError(
            f"Column {shown(column.name)} does not hold numbers: check its position and width."
        )
    return numbers


def _tree(said: Tags, codes: pd.Series[Any], description: Path) -> object:
    """Give a column's tree: a file, or the digits of its codes."""
    if said.get("HIERCODELIST"):
        lead = said.get("HIERLEADSTRING") or ["@"]
        return read_hrc(description.parent / said["HIERCODELIST"][0], lead[0])
    digits = said.get("HIERLEVELS", ())
    if not all(number.isdigit() for number in digits):
        raise InputError(f"HIERLEVELS of {shown(codes.name)} must be numbers of digits, as 3 1 1.")
    ends = np.cumsum([int(number) for number in digits if int(number)])
    tree: dict[str, dict[str, None]] = {}
    for code in sorted(set(codes)) if len(ends) else ():
        steps = dict.fromkeys([TOTAL, *(code[:end] for end in ends)])
        for group, member in itertools.pairwise(steps):
            tree.setdefault(group, {})[member] = None
    return {group: list(members) for group, members in tree.items()}


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
    lines = [line.split() for line in read_text(path).splitlines() if line.strip()]
    try:
        size = int(lines[1][0])
        cells, number = lines[2 : 2 + size], int(lines[2 + size][0])
        rows = lines[3 + size :][:number]
        values, low, high = (np.array([float(cell[i]) for cell in cells]) for i in (1, 6, 7))
        marks = np.array([MARKS[cell[3]] for cell in cells])
        equations = sp.lil_array((number, size))
        for i, row in enumerate(rows):
            terms = re.sub("[()]", " ", " ".join(row[3:])).split()
            for cell, factor in zip(terms[::2], terms[1::2], strict=True):
                equations[i, int(cell)] = float(factor)
        shifted = any(float(row[0]) for row in rows)
    except (ValueError, IndexError, KeyError):
        raise InputError(
            f"{shown(Path(path).name)} is not a JJ file: 0, number of cells, one line per cell, "
            "number of equations, one line per equation."
        ) from None
    if shifted:
        raise InputError("An equation of the JJ file does not sum to 0: bring it there.")
    var = Variable("cell", tuple(map(str, range(size))), (), (), tuple(range(size)))
    table = Table(variables=(var,), value="value", codes=np.arange(size)[:, None], values=values,
                  equations=sp.csr_array(equations), status=marks)  # fmt: skip
    return table, np.stack([low, high], axis=1)
