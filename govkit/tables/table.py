"""A table with all its margins, and the equations by which an attacker takes it apart.

``tabulate`` groups once in the engine that holds the data; margins are added from cells. The
notation is that of M. Fischetti and J. J. Salazar, "Solving the cell suppression problem on
tabular data with linear constraints", Management Science 47(7), 2001: the cells ``a`` of a table
fulfill ``M a = 0``.
"""

from __future__ import annotations

import dataclasses
import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import scipy.sparse as sp

from govkit.data.contributions import Roles, Rows, read_rows, rounded
from govkit.errors import ColumnNotFoundError, InputError, shown
from govkit.tables.trees import Variable, variable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from govkit.data.arrays import Numbers


__all__ = ["Table", "link", "tabulate"]

MOST_CELLS = 1_000_000
_HELD = ("values", "counts", "contributors", "largest", "weighted", "holders", "requesting")
TOLERANCE = 1e-6  # of a sum that should hold, relative to its size


@dataclass(frozen=True, slots=True, eq=False, repr=False, kw_only=True)
class Table:
    """A table of counts or sums with all margins; one entry per cell in every array.

    Attributes
    ----------
    variables
        What the cells are classified by.
    value
        The summed column; ``None`` for a table of counts.
    codes
        Per cell and variable the position in ``variable.labels``.
    values
        Count or sum of each cell (weighted where there are weights); NaN where it was withheld.
    equations
        One row per sum that holds: members 1, their total -1.
    counts, contributors
        Records, and distinct contributors; ``None`` where the table came without them.
    largest, weighted, holders
        The largest contributions, the same times their weights, and a number for who made them
        (-1: nobody).
    requesting
        The largest contribution of those who asked for protection, or ``None``.
    status
        ``"s"`` published, ``"u"`` primary, ``"m"`` secondary, ``"z"`` empty; or ``None``.
    signed
        Whether values below zero are possible, so that no bound can be taken for granted.

    Examples
    --------
    >>> table = tabulate({"area": ["N", "N", "S"], "paid": [3, 4, 5]}, "area", "paid")
    >>> table
    Table(by=('area',), value='paid', cells=3, equations=1)
    >>> table.values.tolist()
    [12.0, 7.0, 5.0]
    """

    variables: tuple[Variable, ...]
    value: str | None
    codes: Numbers
    values: Numbers
    equations: sp.csr_array
    counts: Numbers | None = None
    contributors: Numbers | None = None
    largest: Numbers | None = None
    weighted: Numbers | None = None
    holders: Numbers | None = None
    requesting: Numbers | None = None
    status: Numbers | None = None
    signed: bool = False

    @property
    def by(self) -> tuple[str, ...]:
        """The variables' names."""
        return tuple(variable.name for variable in self.variables)

    def __len__(self) -> int:
        """Count the cells."""
        return len(self.values)

    def __repr__(self) -> str:
        """Show names and sizes; never a value from the data."""
        return (
            f"Table(by={self.by!r}, value={self.value!r}, cells={len(self):,}, "
            f"equations={self.equations.shape[0]:,})"
        )

    def _repr_html_(self) -> str:
        from govkit.tables.show import page  # noqa: PLC0415 - drawn when it is shown

        return page(self)

    def label(self, cell: int) -> tuple[str, ...]:
        """Give a cell's address, one label per variable."""
        return tuple(
            variable.labels[code]
            for variable, code in zip(self.variables, self.codes[cell], strict=True)
        )

    def cell(self, **labels: str) -> int:
        """Give the position of a cell; a variable left out means its total.

        Raises
        ------
        InputError
            There is no such cell.

        Examples
        --------
        >>> table = tabulate({"area": ["N", "N", "S"]}, "area")
        >>> table.values[table.cell(area="N")]
        np.float64(2.0)
        """
        wanted = [labels.get(v.name, v.labels[0]) for v in self.variables]
        known = all(text in v.labels for text, v in zip(wanted, self.variables, strict=True))
        if known and set(labels) <= set(self.by):
            codes = [v.labels.index(text) for text, v in zip(wanted, self.variables, strict=True)]
            for cell in np.flatnonzero((self.codes == codes).all(axis=1)):
                return int(cell)
        raise InputError(f"There is no such cell in the table by {', '.join(self.by)}.")

    def with_status(self, status: Numbers | Sequence[str]) -> Table:
        """Give the same table with another mark per cell.

        Raises
        ------
        InputError
            Marks of another number or kind.
        """
        marks = np.asarray(status, "U1")
        if len(marks) != len(self) or set(marks.tolist()) - set("sumz"):
            raise InputError(
                "The status needs one mark per cell: 's' published, 'u' primary, 'm' secondary, "
                "'z' empty."
            )
        return dataclasses.replace(self, status=marks)

    def part(self, *names: str) -> Table:
        """Give the table by some of its variables, the others at their totals.

        Linked tables are protected as one and published one by one.

        Examples
        --------
        >>> tabulate({"area": ["N", "S"], "sex": ["f", "m"]}, ["area", "sex"]).part("sex")
        Table(by=('sex',), value=None, cells=3, equations=1)
        """
        unknown = set(names) - set(self.by)
        if unknown or not names:
            raise ColumnNotFoundError(min(unknown, default=""), self.by)
        at = [self.by.index(name) for name in names]
        inside = (np.delete(self.codes, at, axis=1) == 0).all(axis=1)
        outside = abs(self.equations) @ ~inside > 0
        arrays = {name: getattr(self, name) for name in (*_HELD, "status")}
        held: dict[str, Any] = {n: None if a is None else a[inside] for n, a in arrays.items()}
        return dataclasses.replace(
            self, variables=tuple(self.variables[i] for i in at), codes=self.codes[inside][:, at],
            equations=self.equations[np.flatnonzero(~outside)][:, np.flatnonzero(inside)],
            **held,
        )  # fmt: skip

    @property
    def suppressed(self) -> Numbers:
        """Which cells are withheld."""
        found = np.zeros(len(self)) if self.status is None else self.status
        return np.isin(found, ["u", "m"])

    def check_sums(self) -> None:
        """Refuse a table whose totals do not add up.

        Raises
        ------
        InputError
            Some totals differ from the sum of their members.
        """
        known = np.where(np.isnan(self.values), 0.0, self.values)
        unknown = abs(self.equations) @ np.isnan(self.values)
        size = np.maximum(abs(self.equations) @ np.abs(known), 1.0)
        wrong = (np.abs(self.equations @ known) > TOLERANCE * size) & (unknown == 0)
        if wrong.any():
            raise InputError(
                f"{int(wrong.sum()):,} of {len(wrong):,} totals do not add up: sum the cells "
                "again, or name the hierarchies by which they were added."
            )


def tabulate(
    data: object,
    by: str | Sequence[str],
    value: str | None = None,
    *,
    contributor: str | None = None,
    hierarchies: Mapping[str, object] | None = None,
    weights: str | None = None,
    records: str | None = None,
    request: str | None = None,
    largest: int = 3,
    negative: str = "error",
    missing: str = "category",
    **reading: Any,  # noqa: ANN401 - handed on to scan unchanged
) -> Table:
    """Make a table with all margins, and what the rules need to know of each cell.

    Parameters
    ----------
    data
        Anything that ``scan`` takes.
    by
        One to five columns.
    value
        The column to sum; without it records are counted.
    contributor
        Whose share a record is (a company, a holding, a person): several records of one
        contributor are one contribution. Without it every record is its own contributor.
    hierarchies
        Per column a tree or a list of trees: see ``trees.variable``.
    weights
        A column of sampling weights.
    records
        A column of counts, where each row stands for that many records.
    request
        A column that is true (or 1) where the contributor asked for protection.
    largest
        How many of the largest contributions to keep per cell.
    negative
        ``"error"``, or ``"allow"``: the rules then take contributions without their sign, and no
        attacker is assumed to know that a cell is not below zero.
    missing
        Of the columns in ``by``: ``"category"`` or ``"error"``; a missing value never drops
        anybody. Missing values or contributors are always refused.
    **reading
        ``delimiter``, ``encoding``, ``engine``: see ``scan``.

    Returns
    -------
    Table
        All combinations of all nodes, empty ones too.

    Raises
    ------
    ColumnNotFoundError, MissingValuesError, InputError
        What is wrong with which column.

    Examples
    --------
    >>> data = {"area": ["N", "N", "S"], "firm": ["a", "a", "b"], "paid": [3, 4, 5]}
    >>> tabulate(data, ["area"], "paid", contributor="firm").contributors.tolist()
    [2, 1, 1]
    """
    names = (by,) if isinstance(by, str) else tuple(by)
    trees = dict(hierarchies or {})
    _check_arguments(names, trees, negative, missing, largest)
    roles = Roles(
        value=value, contributor=contributor, weights=weights, records=records, request=request
    )
    rows = read_rows(
        data, names, roles, largest=largest, negative=negative, missing=missing, **reading
    )
    variables = tuple(
        variable(name, labels, trees.get(name))
        for name, labels in zip(names, rows.labels, strict=True)
    )
    return _rolled_up(variables, rows, roles, largest)


def _check_arguments(
    names: Sequence[str], trees: Mapping[str, object], negative: str, missing: str, largest: int
) -> None:
    if not 1 <= len(names) <= 5 or len(set(names)) < len(names):  # noqa: PLR2004 - stated bound
        raise InputError("A table has one to five variables, each named once.")
    for name in trees:
        if name not in names:
            raise InputError(f"There is a hierarchy for {shown(name)}, which is not a variable.")
    if negative not in {"error", "allow"} or missing not in {"category", "error"}:
        raise InputError("negative must be 'error' or 'allow', missing 'category' or 'error'.")
    if largest < 1:
        raise InputError("largest must be at least 1: the rules look at the largest contribution.")


def product_codes(variables: Sequence[Variable]) -> Numbers:
    """Give the addresses of all combinations of nodes, the last variable running fastest."""
    shape = [len(v.labels) for v in variables]
    if np.prod([float(n) for n in shape]) > MOST_CELLS:
        raise InputError(
            f"The table would have more than {MOST_CELLS:,} cells: use fewer or coarser variables."
        )
    return np.stack(np.unravel_index(np.arange(int(np.prod(shape))), shape), axis=1)


def product_equations(variables: Sequence[Variable]) -> sp.csr_array:
    """Give every sum that holds among all combinations of nodes."""
    shape = [len(v.labels) for v in variables]
    blocks = []
    for i, var in enumerate(variables):
        sums = sp.lil_array((len(var.sums), shape[i]))
        for row, (group, members) in enumerate(var.sums):
            sums[row, list(members)] = 1.0
            sums[row, group] = -1.0
        before, after = int(np.prod(shape[:i])), int(np.prod(shape[i + 1 :]))
        blocks.append(
            sp.kron(sp.kron(sp.eye_array(before), sums.tocsr()), sp.eye_array(after), format="csr")
        )
    return sp.csr_array(sp.vstack(blocks, format="csr"))


def _rolled_up(variables: tuple[Variable, ...], rows: Rows, roles: Roles, keep: int) -> Table:
    codes = product_codes(variables)
    size = len(codes)
    values, counts, people = np.zeros(size), np.zeros(size, np.int64), np.zeros(size, np.int64)
    largest, weighted, asked = np.zeros((size, keep)), np.zeros((size, keep)), np.zeros(size)
    holders = np.full((size, keep), -1, np.int64)
    for node in _levels(variables, rows):
        used = node >= 0
        values += np.bincount(node[used], rows.total[used], size)
        counts += np.bincount(node[used], rows.records[used], size).astype(np.int64)
        given = rows.contributions.under(node)
        people += np.bincount(given.at, minlength=size)
        np.maximum.at(asked, given.at, np.where(given.asked, given.x, 0.0))
        rank = np.arange(len(given.at)) - np.searchsorted(given.at, given.at)
        top = rank < keep
        place = (given.at[top], rank[top])
        largest[place], weighted[place] = given.x[top], given.wx[top]
        holders[place] = given.who[top]
    return Table(
        variables=variables, value=roles.value, codes=codes, values=rounded(values),
        equations=product_equations(variables), counts=counts,
        contributors=people if roles.contributor else counts, largest=largest, weighted=weighted,
        holders=holders, requesting=asked if roles.request else None, signed=rows.signed,
    )  # fmt: skip


def _levels(variables: Sequence[Variable], rows: Rows) -> Iterator[Numbers]:
    """Per grouping of the variables' levels, give the cell that each leaf cell belongs to."""
    shape = [len(v.labels) for v in variables]
    places = []
    for i, (var, labels) in enumerate(zip(variables, rows.labels, strict=True)):
        leaf = {var.labels[node]: k for k, node in enumerate(var.leaves)}
        places.append(np.array([leaf[text] for text in labels], np.int64)[rows.codes[:, i]])
    for levels in itertools.product(*(v.levels for v in variables)):
        nodes = [level[place] for level, place in zip(levels, places, strict=True)]
        inside = np.logical_and.reduce([node >= 0 for node in nodes])
        flat = np.ravel_multi_index([np.maximum(node, 0) for node in nodes], shape)
        yield np.where(inside, flat, -1)


def link(*tables: Table) -> Table:
    """Stack tables over shared cells into one: what one of them tells counts for all.

    A cell is shared where all its labels agree; a variable that a table does not have is at its
    total there. Published by one table is published. Variables of one name must use one set of
    labels, and the total of all tables one name.

    Raises
    ------
    InputError
        No table, or shared cells whose values disagree.
    """
    if not tables:
        raise InputError("Name at least one table to link.")
    names = list(dict.fromkeys(name for table in tables for name in table.by))
    variables = [_union([v for t in tables for v in t.variables if v.name == n]) for n in names]
    codes = [_recoded(table, variables) for table in tables]
    joint, position = np.unique(np.concatenate(codes), axis=0, return_inverse=True)
    starts = np.cumsum([0, *(len(table) for table in tables)])
    at = [position[a:b] for a, b in itertools.pairwise(starts)]
    placed = list(zip(tables, at, strict=True))
    parts = {field: _joined(placed, field, len(joint)) for field in _HELD}
    same = np.concatenate([np.isclose(t.values, parts["values"][p], TOLERANCE, TOLERANCE,
                                      equal_nan=True) for t, p in placed])  # fmt: skip
    if not same.all():
        raise InputError(
            f"{int((~same).sum()):,} shared cells of the linked tables have different values: make "
            "the tables from the same records, or give their groups different names."
        )
    if all(table.status is not None for table in tables):
        parts["status"] = np.full(len(joint), "m")
        for kind in "usz":  # a cell is known if either table publishes it
            for table, place in placed:
                parts["status"][place[np.asarray(table.status) == kind]] = kind
    return Table(
        variables=tuple(variables), value=tables[0].value, codes=joint,
        equations=sp.csr_array(sp.vstack([moved(t.equations, p, len(joint)) for t, p in placed])),
        signed=any(table.signed for table in tables), **parts,
    )  # fmt: skip


def _union(same: Sequence[Variable]) -> Variable:
    labels = {label: i for i, label in enumerate(dict.fromkeys(x for v in same for x in v.labels))}
    sums = dict.fromkeys(
        (labels[v.labels[group]], tuple(labels[v.labels[m]] for m in members))
        for v in same
        for group, members in v.sums
    )
    leaves = dict.fromkeys(labels[v.labels[leaf]] for v in same for leaf in v.leaves)
    groups = {group for group, _ in sums}
    return Variable(
        same[0].name, tuple(labels), tuple(sums), (), tuple(x for x in leaves if x not in groups)
    )


def _recoded(table: Table, variables: Sequence[Variable]) -> Numbers:
    own = dict(zip(table.by, zip(table.variables, table.codes.T, strict=True), strict=True))
    total, columns = np.zeros(len(table), np.int64), []
    for var in variables:
        mine, codes = own.get(var.name, (var, total))
        columns.append(np.array([var.labels.index(label) for label in mine.labels])[codes])
    return np.stack(columns, axis=1)


def moved(equations: sp.csr_array, at: Numbers, size: int) -> sp.csr_array:
    """Put the columns to other places among ``size``."""
    parts = sp.coo_array(equations)
    return sp.csr_array(
        (parts.data, (parts.coords[0], at[parts.coords[1]])), (equations.shape[0], size)
    )


def _joined(placed: Sequence[tuple[Table, Numbers]], field: str, size: int) -> Any:  # noqa: ANN401
    """Bring what all tables hold to the joint cells; the first table's counts."""
    held = [getattr(table, field) for table, _ in placed]
    if any(array is None for array in held):
        return None
    width = min(array.shape[1:] for array in held)
    whole = np.zeros((size, *width), held[0].dtype)
    for array, (_, place) in zip(reversed(held), reversed(placed), strict=True):
        whole[place] = array[:, : width[0]] if width else array
    return whole
