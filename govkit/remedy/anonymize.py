"""From records to records that are safe: one method, measured again, with what it cost.

What is released is always counted anew by ``govkit.microdata.check``: no method certifies itself.
A suppressed record is not released, so that it is never counted as a class.
"""

from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import Any

import numpy as np
import pyarrow as pa

from govkit.data.arrays import Numbers
from govkit.data.classify import Role, classify
from govkit.data.counts import listed
from govkit.data.encode import taken
from govkit.errors import ColumnNotFoundError, InputError, shown
from govkit.microdata import Check, check
from govkit.microdata.answers import answer
from govkit.plots import Figure
from govkit.remedy.aggregation import microaggregate
from govkit.remedy.hierarchy import Hierarchy, load_hierarchies
from govkit.remedy.lattice import Lattice, released, search
from govkit.remedy.mondrian import mondrian
from govkit.remedy.pseudonym import AppiStandards, appi_standards
from govkit.remedy.recipe import Recipe
from govkit.remedy.records import Frame, Records, Same, changed, held
from govkit.remedy.suppression import suppress_cells
from govkit.remedy.utility import Utility, utility
from govkit.result import Result, Verdict

Trees = Mapping[str, Hierarchy]
Done = tuple[dict[str, pa.Array], Numbers, Any]  # new columns, who stays, the answer


_SEED = 0  # of the utility alone: no released value is drawn


@answer
class Anonymized(Result):
    """What is released, measured again, and what it cost.

    Attributes
    ----------
    data
        The records released, in the kind in which they came (files and databases as an Arrow
        table). A pandas index is not kept: it may name people.
    recipe
        What was asked for and decided: ``recipe.to_yaml()``.
    check
        The measurement of ``data``; it alone can make the verdict safe.
    utility
        What the data can still tell; ``None`` where nothing is released.
    answer
        What the method says of itself: a ``Lattice``, ``Suppression``, ``Partition`` or
        ``Microaggregation``; ``None`` in a replay of levels.
    records
        Records that came in.
    suppressed_records
        Of them those that are not released.
    suppressed_cells
        Per quasi-identifier the values that were taken out of records that are released.
    dropped
        Columns that were left out as direct identifiers.
    untouched
        Columns that nothing was done to: look whether somebody may know them.
    """

    data: Same = field(repr=False, compare=False)
    recipe: Recipe = field(repr=False)
    check: Check = field(repr=False, compare=False)
    utility: Utility | None = field(repr=False, compare=False)
    answer: Result | None = field(repr=False, compare=False)
    records: int
    suppressed_records: int
    suppressed_cells: dict[str, int]
    dropped: tuple[str, ...]
    untouched: tuple[str, ...]

    @property
    def verdict(self) -> Verdict:
        """That of the check; for a person to review where more was suppressed than allowed."""
        own = self.answer.verdict if self.answer else Verdict.SAFE
        many = Verdict.REVIEW if self._too_many else Verdict.SAFE
        return Verdict.worst([self.check.verdict, own, many])

    @property
    def _too_many(self) -> bool:
        return self.suppressed_records > self.recipe.suppression_limit * self.records + 1e-9

    @property
    def sentence(self) -> str:
        """What was found when measured again, what was left out, and what the method says."""
        most = f", more than the {self.recipe.suppression_limit:.0%} allowed" * self._too_many
        gone = f"{self.suppressed_records:,} of {self.records:,} records are not released{most}."
        parts = (self.check.sentence, self.suppressed_records and gone,
                 self.answer and self.answer.sentence)  # fmt: skip
        return " ".join(part for part in parts if part)

    def numbers(self) -> dict[str, Any]:
        """Give the numbers under the names of the command line's contract."""
        found, recipe = self.check.k_anonymity, self.recipe
        lattice = self.answer.numbers() if isinstance(self.answer, Lattice) else {}
        search_ = ("loss", "loss_metric", "nodes", "nodes_evaluated", "ties")
        return {
            "method": recipe.method, "levels": recipe.levels or {},
            **{name: lattice.get(name) for name in search_}, **Result.numbers(self),
            "groups": found.groups, "smallest_group": found.smallest, "k": found.k,
        }  # fmt: skip

    @property
    def reasons(self) -> dict[str, str]:
        """What to look at."""
        return {"untouched": "may somebody know them?"} if self.untouched else {}

    def rows(self) -> list[tuple[str, str, str]]:
        """Give the rows of a table: the level of each column, then the numbers."""
        levels = [(f"level of {n}", str(at), "") for n, at in (self.recipe.levels or {}).items()]
        return levels + Result.rows(self)

    def to_dict(self) -> dict[str, Any]:
        """Give the numbers, the check, and the utility, as plain values."""
        parts = {"check": self.check.to_dict(), "utility": self.utility and self.utility.to_dict()}
        return Result.to_dict(self) | parts

    def appi_standards(self) -> AppiStandards:
        """Hold what is released against the five standards of Japanese law."""
        return appi_standards(self.data, self.check)

    def plot(self) -> Figure:
        """Draw what the method looked at, or the sizes of the groups released."""
        return self.answer.plot() if isinstance(self.answer, Lattice) else self.check.plot()


def anonymize(
    data: object, quasi_identifiers: str | Sequence[str], *, hierarchies: object = None,
    sensitive: str | Sequence[str] = (), **asked: Any,  # noqa: ANN401 - the fields of Recipe
) -> Anonymized:  # fmt: skip
    """Make records safe, measure them again, and tell what it cost.

    Parameters
    ----------
    data
        Anything that ``govkit.scan`` takes.
    quasi_identifiers
        Columns that somebody may know about a person from elsewhere: they are changed.
    hierarchies
        Of the lattice, and of Mondrian if you like: a folder, or a mapping of columns to
        hierarchies: see ``load_hierarchies``.
    sensitive
        Columns that must stay hidden.
    **asked
        The fields of ``Recipe``: ``method``, ``k`` (5), ``l`` (2), ``t``, …, ``suppression_limit``
        (0.05), ``loss``, ``reading``, ``levels`` (those that you choose), ``direct_identifiers``.

    Returns
    -------
    Anonymized
        The released data, the recipe, the verdict measured again, the utility.

    Raises
    ------
    ColumnNotFoundError, InputError
        A column that is not there, a hierarchy that lacks values, conditions that cannot hold.

    Examples
    --------
    >>> people = {"age": [31, 34, 38, 62], "ill": ["flu", "cold", "flu", "flu"]}
    >>> rules = {"age": {"builder": "intervals", "widths": [10]}}
    >>> answer = anonymize(people, "age", hierarchies=rules, k=3, suppression_limit=0.25)
    >>> answer.data["age"].to_pylist(), answer.suppressed_records, answer.verdict.value
    (['30-39', '30-39', '30-39'], 1, 'safe')
    """
    frame = held(data)
    recipe = Recipe.of(
        quasi_identifiers=listed(quasi_identifiers), sensitive=listed(sensitive),
        columns=frame.columns, **asked,
    )  # fmt: skip
    given = load_hierarchies({} if hierarchies is None else hierarchies)
    wanted = {*recipe.quasi_identifiers, *recipe.sensitive}
    kept = {name: given[name] for name in given if name in wanted}
    return _remedied(frame, recipe.with_hierarchies(kept), kept)


def replay(
    data: object, recipe: Recipe | str, *, hierarchies: object = None, with_utility: bool = True
) -> Anonymized:
    """Do to the next delivery what was done to the last, and measure it again.

    The levels of a lattice stay as they were found: the same value means the same in both.

    Parameters
    ----------
    data
        Anything that ``govkit.scan`` takes, with the same columns.
    recipe
        A recipe, or its file.
    hierarchies
        Those that list values; rules stand in the recipe.
    with_utility
        Whether the utility is measured, too; that takes longest.

    Raises
    ------
    InputError
        Other columns, other hierarchies, or values that these lack.
    """
    known = recipe if isinstance(recipe, Recipe) else Recipe.read(recipe)
    frame = held(data)
    if new := sorted({*frame.columns} ^ {*known.columns}):
        raise InputError(
            f"The recipe was made for other columns ({', '.join(map(shown, new))}): decide what "
            "they are and make a new one."
        )
    given = load_hierarchies({} if hierarchies is None else hierarchies)
    return _remedied(frame, known, known.same_hierarchies(given), useful=with_utility)


def _remedied(frame: Frame, recipe: Recipe, trees: Trees, *, useful: bool = True) -> Anonymized:
    quasi, secrets, dropped = recipe.quasi_identifiers, recipe.sensitive, _direct(frame, recipe)
    records = Records.of(frame, [*quasi, *secrets])
    columns, keep, found = _METHODS[recipe.method](records, recipe, trees)
    kept = np.flatnonzero(keep)
    levels = found.levels if isinstance(found, Lattice) else recipe.levels
    recipe = recipe.model_copy(update={"direct_identifiers": dropped, "levels": levels})
    out = changed(frame.drop(*dropped)[kept], {n: c.take(kept) for n, c in columns.items()})
    measured = check(out, quasi, sensitive=secrets, **recipe.limits())
    use = utility(frame, out, quasi, seed=_SEED, kept=kept) if useful and len(kept) else None
    return Anonymized(
        data=out, recipe=recipe, check=measured, utility=use, answer=found,
        records=len(frame), suppressed_records=len(frame) - len(kept),
        suppressed_cells=use.suppressed_cells if use else {}, dropped=dropped,
        untouched=tuple(n for n in frame.columns if n not in {*quasi, *secrets, *dropped}),
    )  # fmt: skip


def _direct(frame: Frame, recipe: Recipe) -> tuple[str, ...]:
    """Say which columns to leave out; what was named otherwise is never one."""
    named, given = {*recipe.quasi_identifiers, *recipe.sensitive}, recipe.direct_identifiers
    if given is None:
        rest = frame.select([name for name in frame.columns if name not in named])
        found = classify(rest).fields if rest.columns else ()
        return tuple(one.name for one in found if one.role is Role.DIRECT)
    if both := named & {*given}:
        raise InputError(f"Column {shown(min(both))} cannot be left out and be changed, too.")
    if lacking := {*given} - {*frame.columns}:
        raise ColumnNotFoundError(min(lacking), frame.columns)
    return given


def _generalized(records: Records, recipe: Recipe, trees: Trees) -> Done:
    """Raise columns to the best levels, or to those of the recipe; leave out what is too rare."""
    table, found, levels = records.table, None, recipe.levels
    if levels is None and len(table):
        found = search(
            table, trees, sensitive=recipe.sensitive, loss=recipe.loss,
            suppression_limit=recipe.suppression_limit, **recipe.conditions(),
        )  # fmt: skip
        levels = found.levels
        if not levels:
            raise InputError(found.sentence)
    columns, levels = {}, dict(levels or {})
    for name, codes, values in zip(table.keys, records.codes, table.values, strict=True):
        if levels.get(name):
            fitted = trees[name].fit(values, name)
            levels[name] = at = min(levels[name], len(fitted.labels) - 1)  # fewer without a value
            columns[name] = taken(fitted.labels[at], fitted.codes[at][codes])
    whole = released(table, trees, levels, sensitive=recipe.sensitive, **recipe.conditions())
    return columns, whole[records.classes(table)], found


def _hidden(records: Records, recipe: Recipe, _: Trees) -> Done:
    """Hide single cells."""
    table = records.table.rollup(recipe.quasi_identifiers)
    found = suppress_cells(table, recipe.k, reading=recipe.reading)
    hidden, columns = found.hidden[records.allocated(table, found.records)], {}
    for j in np.flatnonzero(hidden.any(axis=0)):
        values, codes = table.values[j], records.codes[j]
        columns[table.keys[j]] = taken(values, np.where(hidden[:, j], len(values), codes))
    return columns, np.ones(len(hidden), bool), found


def _boxed(records: Records, recipe: Recipe, trees: Trees) -> Done:
    """Put ranges in the place of values; hierarchies say which values lie side by side."""
    quasi, secret = recipe.quasi_identifiers, recipe.sensitive[:1]
    table = records.table.rollup([*quasi, *secret])
    order, columns = {}, {}
    for name, values in zip(quasi, table.values, strict=False):
        if name in trees:
            levels = [codes[:-1] for codes in trees[name].fit(values, name).codes]
            order[name] = values.take(np.lexsort(levels)).to_pylist()
    asked: dict[str, Any] = {"l": recipe.l or 1, "t": recipe.t or 1.0} if secret else {}
    found = mondrian(table, recipe.k, sensitive=secret[0] if secret else None, order=order, **asked)
    boxes = found.box[records.allocated(table, found.records)]
    for name in quasi:
        labels, codes = found.labels(name)
        columns[name] = taken(labels, codes[boxes])
    return columns, np.ones(len(boxes), bool), found


def _averaged(records: Records, recipe: Recipe, _: Trees) -> Done:
    """Put the mean of a small group in the place of numbers."""
    numbers = []
    for j, name in enumerate(recipe.quasi_identifiers):
        if (column := records.numbers(j)) is None:
            raise InputError(f"Microaggregation needs numbers; {shown(name)} holds something else.")
        numbers.append(column)
    found = microaggregate(np.column_stack(numbers), recipe.k)
    means = found.released()
    columns = {name: pa.array(means[:, j]) for j, name in enumerate(recipe.quasi_identifiers)}
    return columns, np.ones(len(means), bool), found


_METHODS: dict[str, Any] = {
    "lattice": _generalized, "mondrian": _boxed, "local-suppression": _hidden,
    "microaggregation": _averaged,
}  # fmt: skip
