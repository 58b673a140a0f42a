"""Hierarchies: how a column becomes coarser, level by level.

Level 0 holds the values, each further level a label for groups of labels of the level below; the
last level is usually one label for everybody. A hierarchy is a list of rows (a file in the layout
of ARX, a tree in YAML) or a rule of ``builders`` that makes the rows for the values it meets.
"""

import csv
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple, Self

import numpy as np
import pyarrow as pa
import yaml

from govkit.data import FrequencyTable
from govkit.data.arrays import Codes, Integers
from govkit.errors import ColumnNotFoundError, InputError, SourceError, shown
from govkit.files import unread

Labels = tuple[tuple[str, ...], ...]


EVERYBODY = "*"


class Fitted(NamedTuple):
    """A hierarchy over the values of one column.

    Attributes
    ----------
    labels
        Per level its distinct labels, sorted; on level 0 the values themselves.
    codes
        Per level one ``int32`` per value, and one more for a missing value: the position in
        ``labels``; ``len(labels)`` means missing.
    leaves
        Per level and label (missing last): the rows of the hierarchy below it.
    rows
        Rows of the hierarchy, whether the data has their values or not.
    unused
        Rows whose value the data does not have.
    """

    labels: tuple[pa.Array, ...]
    codes: tuple[Codes, ...]
    leaves: tuple[Integers, ...]
    rows: int
    unused: int

    @property
    def height(self) -> int:
        """The highest level."""
        return len(self.labels) - 1


@dataclass(frozen=True, slots=True, repr=False)
class Hierarchy:
    """How the values of a column become coarser.

    Attributes
    ----------
    labels
        Per level one label per row, level 0 the values; empty where a rule makes the rows.
    rule
        Gives, for a list of values, per value its labels from level 1 upwards.
    recipe
        The rule's name and options: what a YAML file says instead of rows.

    Examples
    --------
    >>> h = Hierarchy.of([["f", "*"], ["m", "*"]])
    >>> h
    Hierarchy(rows=2, levels=2)
    >>> [codes.tolist() for codes in h.fit(pa.array(["f", "m"])).codes]
    [[0, 1, 2], [0, 0, 0]]
    """

    labels: Labels = ()
    rule: Callable[[list[Any]], Sequence[Sequence[str]]] | None = field(default=None, compare=False)
    recipe: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, rows: Sequence[Sequence[object]], name: str = "") -> Self:
        """Make a hierarchy from rows: a value and its labels, level by level.

        Raises
        ------
        InputError
            Rows of different lengths, or a label with two different labels above it.
        """
        return cls(_checked([(i, tuple(map(str, row))) for i, row in enumerate(rows, 1)], name))

    @classmethod
    def read(cls, path: str | os.PathLike[str]) -> "Hierarchy":
        """Read a hierarchy from a file.

        Parameters
        ----------
        path
            A CSV file without a header, one value per line followed by its labels (``;``, ``,``
            or tab, UTF-8 or CP932); or a YAML file with a nested tree, or with a ``builder``.

        Raises
        ------
        SourceError
            The file is not there or is not text.
        InputError
            Not a hierarchy; the sentence names the line.
        """
        path = Path(path)
        text = _text(path)
        if path.suffix.lower() in {".yaml", ".yml"}:
            return _made(_yaml(text, path.name), path.name)
        mark = max(";,\t", key=text.partition("\n")[0].count)
        rows = csv.reader(text.splitlines(), delimiter=mark)
        return cls(_checked([(rows.line_num, tuple(row)) for row in rows if row], path.name))

    @property
    def levels(self) -> int:
        """Number of levels, the values included; 0 before a rule has met values."""
        return len(self.labels)

    def over(self, values: pa.Array) -> "Hierarchy":
        """Give the rows for the values of a column; where there are rows already, those."""
        if self.rule is None:
            return self
        above = zip(_texts(values), self.rule(values.to_pylist()), strict=True)
        rows = [(text, *labels, EVERYBODY) for text, labels in above]
        return Hierarchy.of(rows or [("", EVERYBODY)], str(self.recipe["builder"]))

    def absent(self, values: pa.Array) -> pa.Array:
        """Give the values that the hierarchy lacks: values of people, for your eyes."""
        known = set(self.over(values).labels[0])
        return values.filter(pa.array([text not in known for text in _texts(values)], pa.bool_()))

    def fit(self, values: pa.Array, name: str = "") -> Fitted:
        """Lay the hierarchy over the values of a column.

        A missing value takes the row of the empty value where there is one. Otherwise it stays a
        category of its own up to the first level that has one label for everybody.

        Parameters
        ----------
        values
            Distinct values without a missing one, as in ``FrequencyTable.values``.
        name
            The column, for the errors.

        Raises
        ------
        InputError
            Values that the hierarchy lacks, told by their number.
        """
        labels = self.over(values).labels
        at = {label: row for row, label in enumerate(labels[0])}
        rows = [at.get(text, -1) for text in [*_texts(values), ""]]
        if lacking := rows[:-1].count(-1):
            raise InputError(
                f"The hierarchy of {shown(name)} lacks {lacking:,} of the {len(values):,} values "
                "in the data: add a row for each (its method absent(values) lists them)."
            )
        own = (values, np.arange(len(rows), dtype=np.int32), np.ones(len(rows), np.int64))
        level = [own, *(_level(labels_, rows) for labels_ in labels[1:])]
        names, codes, leaves = zip(*level, strict=True)
        return Fitted(names, codes, leaves, len(at), len(at) - len(set(rows) - {-1}))

    def to_dict(self) -> dict[str, Any]:
        """Give the hierarchy as plain values that ``load_hierarchies`` takes back."""
        return dict(self.recipe) or {"rows": [list(row) for row in zip(*self.labels, strict=True)]}

    def __repr__(self) -> str:
        """Show sizes or the rule; never a label."""
        told = self.recipe or {"rows": len(self.labels[0]), "levels": self.levels}
        return f"Hierarchy({', '.join(f'{name}={value!r}' for name, value in told.items())})"


def load_hierarchies(source: object) -> dict[str, Hierarchy]:
    """Collect the hierarchies of several columns.

    Parameters
    ----------
    source
        A folder with one file per column, named after it: ``age.csv``, ``area.yaml``. Where names
        hold ``hierarchy_``, as ``adult_hierarchy_age.csv``, the column is what follows it, and
        other files are left alone. Or a mapping of columns to hierarchies, files, nested trees,
        or builders with their options.

    Examples
    --------
    >>> load_hierarchies({"age": {"builder": "intervals", "widths": [5, 10]}})
    {'age': Hierarchy(builder='intervals', widths=[5, 10])}
    """
    if isinstance(source, Mapping):
        return {str(name): _made(given, str(name)) for name, given in source.items()}
    folder = Path(os.fspath(source)).absolute()  # type: ignore[call-overload]
    files = [p for p in sorted(folder.glob("[!.]*")) if p.suffix in {".csv", ".yaml", ".yml"}]
    files = [p for p in files if "hierarchy_" in p.stem] or files
    if not files:
        raise SourceError(
            f"{shown(folder.name)} holds no hierarchy: put a CSV or YAML file per column there."
        )
    return {path.stem.rpartition("hierarchy_")[2]: Hierarchy.read(path) for path in files}


def generalize(
    table: FrequencyTable, hierarchies: Mapping[str, Hierarchy], levels: Mapping[str, int]
) -> FrequencyTable:
    """Count again with some columns at a higher level, without another look at the data.

    Parameters
    ----------
    table
        Counts by the columns.
    hierarchies
        Per column its hierarchy.
    levels
        Per column its level; a column that is not named stays as it is.

    Returns
    -------
    FrequencyTable
        Equal to ``count`` of the generalized records; labels are text.

    Raises
    ------
    ColumnNotFoundError
        A column that was not counted or has no hierarchy.
    InputError
        A level that the hierarchy does not have.

    Examples
    --------
    >>> from govkit.data import count
    >>> from govkit.remedy import builders
    >>> table = count({"age": [31, 34, 38]}, ["age"])
    >>> raised = generalize(table, {"age": builders.intervals([5])}, {"age": 1})
    >>> raised.values[0].to_pylist(), raised.counts.tolist()
    (['30-34', '35-39'], [2, 1])
    """
    values, codes = list(table.values), list(table.codes)
    for name, level in levels.items():
        for known in (table.keys, tuple(hierarchies)):
            if name not in known:
                raise ColumnNotFoundError(name, known)
        at = table.keys.index(name)
        fitted = hierarchies[name].fit(values[at], name)
        if not 0 <= level <= fitted.height:
            tree = f"The hierarchy of {shown(name)}"
            raise InputError(f"{tree} has levels 0 to {fitted.height}, not {level}.")
        values[at], codes[at] = fitted.labels[level], fitted.codes[level][codes[at]]
    ordered = tuple(
        order and not levels.get(key) for key, order in zip(table.keys, table.ordered, strict=True)
    )
    return table.regrouped(codes, values, table.counts, table.weights, ordered=ordered)


def _made(given: object, name: str) -> Hierarchy:
    """Take a hierarchy as it may be given: itself, a file, a builder, rows, or a tree."""
    from govkit.remedy import builders  # noqa: PLC0415 - the builders make hierarchies

    if isinstance(given, Hierarchy):
        return given
    if isinstance(given, str | os.PathLike):
        return Hierarchy.read(given)
    if isinstance(given, Mapping) and "builder" in given:
        return builders.build(given)
    if isinstance(given, Mapping) and "rows" in given:
        return Hierarchy.of(given["rows"], name)
    paths = list(_paths(given, ())) if isinstance(given, Mapping | list) else []
    depth = max(map(len, paths), default=0)
    rows = [(path[0],) * (depth - len(path)) + path for path in paths]
    one = len({row[-1] for row in rows}) == 1
    return Hierarchy.of(rows if one else [(*row, EVERYBODY) for row in rows], name)


def _paths(node: object, above: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Walk down a tree of groups: each value with its groups, the nearest first."""
    if isinstance(node, Mapping):
        for group, members in node.items():
            yield from _paths(members or [group], (str(group), *above) if members else above)
    elif isinstance(node, list):
        for member in node:
            yield from _paths(member, above)
    elif node is not None:
        yield str(node), *above


def _text(path: Path) -> str:
    for encoding in ("utf-8-sig", "cp932"):
        with suppress(OSError, UnicodeDecodeError):
            return path.read_text(encoding)
    raise unread(path, "cannot be read: give a text file, UTF-8 or CP932.")


def _yaml(text: str, name: str) -> object:
    with suppress(yaml.YAMLError):
        tree = yaml.load(text, yaml.BaseLoader)  # noqa: S506 - strings alone: no is not False
        if isinstance(tree, Mapping | list):
            return yaml.safe_load(text) if "builder" in tree else tree
    raise InputError(f"{shown(name)} holds no tree: write groups and, indented, their members.")


def _checked(rows: Sequence[tuple[int, tuple[str, ...]]], name: str) -> Labels:
    """Give the labels per level; each label must have one label above it."""
    width = len(rows[0][1]) if rows else 0
    above: dict[tuple[int, str], str] = {}
    ragged = [line for line, row in rows if len(row) != width]
    clash = [
        line for line, row in rows for at, (low, high) in enumerate(pairwise(row))
        if above.setdefault((at, low), high) != high
    ]  # fmt: skip
    for lines, what in (
        (ragged, f"do not have {width} levels as the first one has"),
        (clash, "give a label another label above it than a row before them does"),
    ):
        if lines or not width:
            raise InputError(
                f"In the hierarchy {shown(name)} {len(set(lines)):,} rows {what}, the first on "
                f"line {min(lines, default=1)}: write each value once, with a label per level."
            )
    return tuple(zip(*dict.fromkeys(row for _, row in rows), strict=True))


def _level(labels: Sequence[str], rows: Sequence[int]) -> tuple[pa.Array, Codes, Integers]:
    """Code one level: the labels in use, the code per value, the rows below each label."""
    used = sorted({labels[row] for row in rows if row >= 0})
    at = {label: code for code, label in enumerate(used)}
    missing = 0 if len(set(labels)) == 1 else len(used)
    codes = [at[labels[row]] if row >= 0 else missing for row in rows]
    below = np.bincount([at.get(label, len(used)) for label in labels], minlength=len(used) + 1)
    below[-1] = 1
    return pa.array(used, pa.large_string()), np.array(codes, np.int32), below


def _texts(values: pa.Array) -> list[str]:
    """Write values as a hierarchy does: numbers plainly, days as 2024-01-31."""
    return [str(text) for text in values.cast(pa.large_string()).to_pylist()]
