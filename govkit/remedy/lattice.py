"""The best full-domain generalization: one level per column, found and proved over the lattice.

A node of the lattice is a level per column. Records in classes that fail a condition are
suppressed; a node is feasible if they are within the limit (L. Sweeney, "Achieving k-anonymity
privacy protection using generalization and suppression", 2002, doi:10.1142/S021848850200165X).
Every node is counted by rolling up its smallest neighbor. In large lattices nodes are left out
that cannot be feasible or cannot be best (F. Kohlmayer et al., "Flash", PASSAT 2012,
doi:10.1109/SocialCom-PASSAT.2012.52).
"""

import math
import time
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby, product
from typing import Any, NamedTuple

import numpy as np

from govkit import plots
from govkit.data import FrequencyTable
from govkit.data.arrays import Bools, Floats
from govkit.data.counts import listed
from govkit.errors import ColumnNotFoundError, InputError, shown
from govkit.remedy.cells import Axis, Cells, Classified, Counted, marginals
from govkit.remedy.conditions import Conditions, Sensitive
from govkit.remedy.hierarchy import Hierarchy
from govkit.remedy.loss import Loss
from govkit.result import Result, Verdict

Levels = tuple[int, ...]
Tables = tuple[Cells, ...]


_EXHAUSTIVE, _LARGE, _LARGEST = 10_000, 100_000, 10_000_000
_PATIENCE = 60.0  # seconds for a large lattice
_KEPT = 100  # tables
_TIE = 1e-10  # relative


class Node(NamedTuple):
    """One node: its levels, and what it would cost.

    Attributes
    ----------
    levels
        One per column, in the order of ``Lattice.columns``.
    loss, suppressed_records
        The metric, and the records to suppress for the conditions to hold.
    smallest_group, groups
        Of the classes released.
    """

    levels: Levels
    loss: float
    suppressed_records: int
    smallest_group: int
    groups: int


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Lattice(Result):
    """The node with the least loss, and all nodes that were counted.

    Attributes
    ----------
    levels
        Per column its level at the optimum; empty where no node is feasible.
    loss, loss_metric
        Its loss (infinite where there is none), and in which metric.
    suppressed_records, smallest_group, groups
        What the optimum suppresses, and the classes that it releases.
    records
        Records in all.
    nodes, nodes_evaluated
        Size of the lattice, and how many nodes were counted; the others cannot be better.
    proved
        Whether the optimum is one: no, where the time was over before.
    bound
        No node has a smaller loss than this.
    ties
        Levels of the other nodes with the same loss.
    unused
        Per column the rows of its hierarchy whose values the data lacks; they are leaves, too.
    """

    levels: dict[str, int]
    loss: float
    loss_metric: str
    suppressed_records: int
    smallest_group: int
    groups: int
    records: int
    nodes: int
    nodes_evaluated: int
    proved: bool
    bound: float
    ties: tuple[dict[str, int], ...]
    unused: dict[str, int]
    columns: tuple[str, ...] = field(repr=False)
    allowed: int = field(repr=False)
    visited: tuple[Node, ...] = field(repr=False, compare=False)

    @property
    def verdict(self) -> Verdict:
        """Safe where a node fulfills the conditions; no records, or no time, prove nothing."""
        if self.levels and self.records:
            return Verdict.SAFE
        return Verdict.UNSAFE if self.records and self.proved else Verdict.REVIEW

    @property
    def sentence(self) -> str:
        """What was found."""
        if not self.records:
            return "There are no records, so nothing is shown about anybody."
        if not self.levels:
            return (
                f"{'No' if self.proved else 'In the time given no'} node of {self.nodes:,} holds "
                f"the conditions with at most {self.allowed:,} records suppressed: allow more."
            )
        end = "better" if self.proved else f"below {self.bound:.4g}, and time was over"
        return (
            f"At a loss of {self.loss:.4g} and with {self.suppressed_records:,} of "
            f"{self.records:,} records suppressed the conditions hold; no node is {end}."
        )

    @property
    def reasons(self) -> dict[str, str]:
        """Remarks on the numbers: what was chosen, and rows of hierarchies without a value."""
        rows = ", ".join(f"{name} {number:,}" for name, number in self.unused.items() if number)
        levels = ", ".join(f"{name} {level}" for name, level in self.levels.items())
        unused = f"rows of hierarchies that the data does not use: {rows}" if rows else ""
        return {"loss": f"at the levels {levels}", "nodes": unused}

    @property
    def front(self) -> tuple[Node, ...]:
        """Nodes that no other beats in loss, suppression and smallest group together."""
        chosen: list[Node] = []
        for node in sorted(self.visited, key=lambda n: (n.loss, n[2], -n[3], sum(n[0]), n[0])):
            if not any(c[2] <= node[2] and c[3] >= node[3] for c in chosen):
                chosen.append(node)
        return tuple(chosen)

    def to_dict(self) -> dict[str, Any]:
        """Give the answer as plain values, the front included."""
        front = [node._asdict() | {"levels": self._named(node.levels)} for node in self.front]
        return Result.to_dict(self) | {"front": front}

    def plot(self) -> plots.Figure:
        """Draw the nodes by suppression and loss, the optimum marked."""
        front, named = set(self.front), [self._named(node.levels) for node in self.visited]
        return plots.lattice(
            np.array([node.loss for node in self.visited]),
            np.array([node.suppressed_records for node in self.visited]),
            [", ".join(f"{name} {at}" for name, at in levels.items()) for levels in named],
            np.array([node in front for node in self.visited]),
            named.index(self.levels) if self.levels else None,
            allowed=self.allowed, title=self.sentence,
        )  # fmt: skip

    def _named(self, levels: Levels) -> dict[str, int]:
        return dict(zip(self.columns, levels, strict=True))


def search(
    table: FrequencyTable, hierarchies: Mapping[str, Hierarchy], *,
    sensitive: str | Sequence[str] = (), suppression_limit: float = 0.0, loss: str = "loss",
    mean: str = "geometric", time_limit: float | None = None,
    **conditions: Any,  # noqa: ANN401 - the fields of Conditions
) -> Lattice:  # fmt: skip
    """Find the levels with the least loss at which the conditions hold.

    Equal losses are decided by the lowest sum of levels, then by the lowest level of the first
    column, the second, and so on.

    Parameters
    ----------
    table
        Counts by the quasi-identifiers and the sensitive columns; missing values are categories.
    hierarchies
        One for each quasi-identifier; that of a sensitive column serves the hierarchical distance.
    sensitive
        Columns whose values nobody may learn; each has to fulfill the conditions.
    suppression_limit
        Share of the records that may be suppressed.
    loss, mean
        The metric (see ``govkit.remedy.loss``), and for ``"loss"`` the mean over the columns.
    time_limit
        Seconds after which the search ends with the best node so far and a bound. Without one,
        lattices of up to 10,000 nodes are counted whole; larger ones as far as the optimum asks
        for it, those of more than 100,000 nodes for a minute at most.
    **conditions
        ``k`` (5), ``l``, ``t``, ``alpha``, …: see ``Conditions``.

    Returns
    -------
    Lattice
        Of a lattice that was not counted whole, ``ties`` are complete, ``front`` is not.

    Raises
    ------
    InputError
        A column without a hierarchy, a value that a hierarchy lacks, conditions on values without
        a sensitive column, a lattice of more than 10,000,000 nodes.

    Examples
    --------
    >>> from govkit.data import count
    >>> from govkit.remedy import builders
    >>> table = count({"age": [31, 34, 38, 39], "sex": ["f", "f", "f", "m"]}, ["age", "sex"])
    >>> trees = {"age": builders.intervals([5, 10]), "sex": builders.flat()}
    >>> found = search(table, trees, k=2)
    >>> found.levels, round(found.loss, 4)
    ({'age': 1, 'sex': 1}, 0.633)
    """
    problem = _Problem(
        table, hierarchies, sensitive, Conditions(**conditions), suppression_limit, (loss, mean)
    )
    nodes = math.prod(len(axis.up) for axis in problem.axes)
    if nodes > _LARGEST:
        raise InputError(
            f"The lattice has {nodes:,} nodes, more than {_LARGEST:,}: leave out levels or "
            "columns, or use Mondrian."
        )
    if nodes <= _EXHAUSTIVE and time_limit is None:
        return problem.answer(problem.every(), nodes, math.inf)
    patience = _PATIENCE if nodes > _LARGE else math.inf
    visited, bound = problem.pruned(patience if time_limit is None else time_limit)
    return problem.answer(visited, nodes, bound)


def released(
    table: FrequencyTable, hierarchies: Mapping[str, Hierarchy], levels: Mapping[str, int], *,
    sensitive: str | Sequence[str] = (), **conditions: Any,  # noqa: ANN401 - of Conditions
) -> Bools:  # fmt: skip
    """Tell for each combination of a table whether its class fulfills the conditions at a node.

    The parameters are those of ``search`` and ``generalize``; columns without a level stay at 0.
    """
    metric = ("height", "geometric")
    problem = _Problem(table, hierarchies, sensitive, Conditions(**conditions), 1.0, metric)
    at = tuple(levels.get(column, 0) for column in problem.columns)
    tables, keys = problem.roll((), at), np.zeros(len(table), np.int64)
    found = [cells.classes() for cells in tables]
    for column, axis, level in zip(problem.columns, problem.axes, at, strict=True):
        codes = table.codes[table.keys.index(column)]
        keys = keys * len(axis.leaves[level]) + axis.up[level][axis.place[codes]]
    return np.isin(keys, found[0].keys[~problem.failing(found)[1]])


class _Problem:
    """What is asked for, and the counts: one table per sensitive column."""

    def __init__(
        self, table: FrequencyTable, trees: Mapping[str, Hierarchy], sensitive: str | Sequence[str],
        conditions: Conditions, limit: float, metric: tuple[str, str],
    ) -> None:  # fmt: skip
        secret = listed(sensitive)
        self.columns = tuple(key for key in table.keys if key not in secret)
        _check(table, self.columns, trees, secret, limit, conditions)
        quasi = table.rollup(self.columns)
        self.conditions, self.records = conditions, quasi.records
        self.allowed = int(limit * self.records + 1e-9)
        columns = list(zip(self.columns, quasi.values, quasi.codes, strict=True))
        fitted = {name: trees[name].fit(values, name) for name, values, _ in columns}
        self.unused = {name: one.unused for name, one in fitted.items()}
        missing = quasi.missing_records
        self.axes = [Axis.of(one, missing=missing[name] > 0) for name, one in fitted.items()]
        pairs = zip(self.axes, columns, strict=True)
        counts = [np.bincount(axis.place[one[2]], quasi.counts) for axis, one in pairs]
        self.loss = Loss(*metric, self.axes, counts)
        self.blind = not self.allowed or self.loss.name in {"entropy", "height"}
        asked = secret if conditions.about_values else ()
        self.sensitive = [_sensitive(table, name, trees) for name in asked]
        tables = [table.rollup([*self.columns, name]) for name in asked] or [quasi]
        self.counted = [Counted(self.axes, one) for one in tables]

    def roll(self, tables: Tables, levels: Levels) -> Tables:
        """Count a node from one below it; from none, anew."""
        if not tables:
            return tuple(counted.at(levels) for counted in self.counted)
        return tuple(cells.rollup(self.axes, levels) for cells in tables)

    def failing(self, found: list[Classified]) -> tuple[Bools, ...]:
        """Tell which classes fail for good, and which fail at all."""
        pairs = list(zip(self.sensitive, found, strict=False))
        early, bad = self.conditions.failing(found[0].sizes, pairs)
        alike = not self.allowed and self.conditions.population_uniqueness is None
        return bad if alike else early, bad  # without suppression a union keeps the others, too

    def measure(self, tables: Tables) -> tuple[Node, int, float]:
        """Give the node, the records that fail for good there, and the bound above it."""
        levels, found = tables[0].levels, [cells.classes() for cells in tables]
        keys, sizes = found[0].keys, found[0].sizes
        early, bad = self.failing(found)
        kept, lost = sizes[~bad], sizes[bad]
        value = self.loss.of(
            levels, kept, lost, lambda: marginals(keys[bad], lost, tables[0].sizes[:-1])
        )
        node = Node(levels, value, int(lost.sum()), int(kept.min(initial=self.records)), len(kept))
        return node, int(sizes[early].sum()), self.loss.bound(sizes)

    def every(self) -> list[Node]:
        """Count all nodes, each from its smallest neighbor; tables two heights down are freed."""
        lattice = sorted(product(*(range(len(axis.up)) for axis in self.axes)), key=sum)
        below: dict[Levels, Tables] = {(): ()}
        visited = []
        for _, nodes in groupby(lattice, key=sum):
            way = {at: min(_lower(at), key=lambda n: _length(below[n]), default=()) for at in nodes}
            below = {low: below[low] for low in set(way.values())}
            here = {}
            for levels, low in way.items():
                here[levels] = self.roll(below[low], levels)
                visited.append(self.measure(here[levels])[0])
            below = here
        return visited

    def pruned(self, patience: float) -> tuple[list[Node], float]:
        """Count only nodes that may be feasible and best."""
        end, floor = time.monotonic() + patience, self.loss.floor()
        undecided = np.ones(floor.shape, bool)
        kept: deque[Tables] = deque(maxlen=_KEPT)
        visited: list[Node] = []
        best = math.inf
        for flat in self._order(floor):
            levels = tuple(map(int, np.unravel_index(flat, floor.shape)))
            if not undecided[levels] or floor[levels] > best * (1 + _TIE):
                continue
            if time.monotonic() > end:
                return visited, float(floor[undecided].min())
            start = min((t for t in kept if _under(t, levels)), key=_length, default=())
            tables = self.roll(start, levels)
            if not self.blind and _length(tables) * 4 <= len(self.counted[0].counts):
                kept.append(tables)
            node, condemned, bound = self.measure(tables)
            visited.append(node)
            undecided[levels] = False
            if condemned > self.allowed:
                undecided[tuple(slice(at + 1) for at in levels)] = False
            above = floor[tuple(slice(at, None) for at in levels)]
            np.maximum(above, bound, out=above)
            if node.suppressed_records <= self.allowed:
                best = min(best, node.loss)
        return visited, math.inf

    def _order(self, floor: Floats) -> Iterable[int]:
        """Give the order of visits: where the search learns most from a node.

        In a large lattice every second node is the one with the lowest bound, so that there is a
        bound to tell when time is over.
        """
        height = sum(np.indices(floor.shape, np.int16, sparse=True), np.int16(0))
        start = int(height.max()) // (1 if self.blind else 2)
        order = np.lexsort((floor.ravel(), np.abs(height - start).ravel()))
        if floor.size <= _LARGE:
            return order
        return np.stack((order, np.argsort(floor, axis=None, kind="stable")), axis=1).ravel()

    def answer(self, visited: list[Node], nodes: int, bound: float) -> Lattice:
        """Choose the optimum, and tell its ties."""
        feasible = [node for node in visited if node.suppressed_records <= self.allowed]
        least = min((node.loss for node in feasible), default=math.inf)
        equal = [node for node in feasible if node.loss <= least * (1 + _TIE)]
        equal.sort(key=lambda node: (sum(node.levels), node.levels))
        best = equal[0] if equal else Node((), math.inf, 0, 0, 0)
        named = [dict(zip(self.columns, node.levels, strict=True)) for node in equal]
        return Lattice(
            **best._asdict() | {"levels": named[0] if named else {}},
            loss_metric=self.loss.name, records=self.records, nodes=nodes,
            nodes_evaluated=len(visited), proved=bound >= least, bound=min(bound, best.loss),
            ties=tuple(named[1:]), unused=self.unused, columns=self.columns, allowed=self.allowed,
            visited=tuple(visited),
        )  # fmt: skip


def _length(tables: Tables) -> int:
    return len(tables[0].counts)


def _lower(levels: Levels) -> list[Levels]:
    return [(*levels[:j], at - 1, *levels[j + 1 :]) for j, at in enumerate(levels) if at]


def _under(tables: Tables, levels: Levels) -> bool:
    return all(low <= high for low, high in zip(tables[0].levels, levels, strict=True))


def _sensitive(table: FrequencyTable, name: str, trees: Mapping[str, Hierarchy]) -> Sensitive:
    alone = table.rollup([name])
    values, ancestors = alone.values[0], None
    if name in trees:
        fitted = trees[name].fit(values, name)
        steps = list(zip(fitted.labels, fitted.codes, strict=True))[1:-1]
        paths = [labels.take(codes[:-1]).to_pylist() for labels, codes in steps]
        plain = enumerate(values.to_pylist())
        ancestors = {value: [path[i] for path in paths] for i, value in plain}
    total = np.bincount(alone.codes[0], alone.counts, len(values) + 1)
    return Sensitive(name, values, alone.ordered[0], total / max(total.sum(), 1), ancestors)


def _check(
    table: FrequencyTable, columns: tuple[str, ...], trees: Mapping[str, Hierarchy],
    sensitive: tuple[str, ...], limit: float, conditions: Conditions,
) -> None:  # fmt: skip
    for name in sensitive:
        if name not in table.keys:
            raise ColumnNotFoundError(name, table.keys)
    bare = ", ".join(shown(name) for name in columns if name not in trees)
    wrong = {
        f"No hierarchy for {bare}: name a folder with a file per column (--hierarchies), or give "
        "one, perhaps builders.flat(); take a method that needs none (mondrian); or name the "
        "column sensitive.": bare,
        "Count at least one quasi-identifier: there is nothing to generalize.": not columns,
        "l, t, alpha, beta and delta need a sensitive column: name it.": (
            conditions.about_values and not sensitive
        ),
        "Wildcards overlap: count with missing='category'.": table.missing == "wildcard",
        f"The suppression limit is a share from 0 to 1, not {limit}.": not 0 <= limit <= 1,
    }
    for sentence, holds in wrong.items():
        if holds:
            raise InputError(sentence)
