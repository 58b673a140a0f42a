"""All privacy models together, after one look at the data."""

import html
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from govkit import plots
from govkit.data import FrequencyTable, count
from govkit.data.arrays import DataFrame
from govkit.data.counts import listed
from govkit.errors import InputError, shown
from govkit.microdata import closeness, likeness, privacy
from govkit.microdata.answers import ClassAnswer, answer
from govkit.microdata.classes import Classes, classes
from govkit.microdata.wildcard import frequencies
from govkit.result import Result, Verdict

# What a model is measured against where nobody asked for it: the value does not touch the verdict.
_USUAL = {
    "entropy": 2.0, "recursive": 3.0, "alpha": 0.5, "t": 0.3, "basic_beta": 1.0,
    "enhanced_beta": 1.0, "delta": 1.0,
}  # fmt: skip


@answer
class SensitiveCheck(Result):
    """What somebody learns about one sensitive column, by every model.

    Attributes
    ----------
    column
        The sensitive column.
    asked
        The models whose thresholds were asked for: they alone decide the verdict.
    """

    column: str
    distinct: privacy.DistinctLDiversity
    entropy: privacy.EntropyLDiversity
    recursive: privacy.RecursiveCLDiversity
    alpha: privacy.AlphaKAnonymity
    t: closeness.TCloseness
    basic_beta: likeness.BasicBetaLikeness
    enhanced_beta: likeness.EnhancedBetaLikeness
    delta: likeness.DeltaDisclosure
    asked: tuple[str, ...] = ()

    @property
    def answers(self) -> dict[str, ClassAnswer]:
        """All models by name."""
        return {name: getattr(self, name) for name in ("distinct", *_USUAL)}

    @property
    def verdict(self) -> Verdict:
        """The worst of the models asked for."""
        return Verdict.worst(self.answers[name].verdict for name in self.asked)

    @property
    def sentence(self) -> str:
        """The sentence of the first model that fails, else of distinct l-diversity."""
        asked = (self.answers[name] for name in self.asked)
        return next((a for a in asked if a.verdict is Verdict.UNSAFE), self.distinct).sentence

    def numbers(self) -> dict[str, Any]:
        """Give the measured values under the names of the command line's contract."""
        return {
            "distinct_l": self.distinct.measured,
            "entropy_l": self.entropy.measured,
            "recursive_c": self.recursive.measured,
            "alpha": self.alpha.measured,
            "t": self.t.measured,
            "t_distance": self.t.distance,
            "basic_beta": self.basic_beta.measured,
            "enhanced_beta": self.enhanced_beta.measured,
            "enhanced_beta_satisfiable": self.enhanced_beta.satisfiable,
            "delta": self.delta.measured,
            "delta_finite": self.delta.finite,
            "reasons": self.reasons,
        }

    @property
    def reasons(self) -> dict[str, str]:
        """Why a number is infinite, and why a ground distance was taken."""
        reasons = {"t_distance": self.t.reason}
        if math.isinf(self.recursive.measured):
            reasons["recursive_c"] = f"a group has fewer than {self.recursive.l} values"
        if not self.enhanced_beta.satisfiable:
            reasons["enhanced_beta"] = "no beta holds: a gain exceeds -ln of its value's share"
        if math.isinf(self.delta.measured):
            reasons["delta"] = "infinite: a value is absent from a group"
        return reasons

    def plot(self) -> plots.Figure:
        """Draw diversity and closeness of every group."""
        return plots.diversity(
            self.distinct.scores, self.t.scores, self.t.quasi.counts,
            column=self.column, l=self.distinct.l, t=self.t.t,
        )  # fmt: skip


@dataclass(frozen=True, kw_only=True, repr=False)
class Check(Result):
    """Whether a table is anonymous: k-anonymity, and every model for each sensitive column."""

    k_anonymity: privacy.KAnonymity
    sensitive: dict[str, SensitiveCheck]
    missing: str
    missing_records: dict[str, int]
    table: FrequencyTable = field(repr=False, compare=False)

    @property
    def verdict(self) -> Verdict:
        """The worst of k-anonymity and the models that were asked for."""
        parts = [self.k_anonymity, *self.sensitive.values()]
        return Verdict.worst(part.verdict for part in parts)

    @property
    def sentence(self) -> str:
        """k-anonymity in words, and the first sensitive column that fails."""
        failed = [part for part in self.sensitive.values() if part.verdict is Verdict.UNSAFE]
        extra = f" {shown(failed[0].column)}: {failed[0].sentence}" if failed else ""
        return self.k_anonymity.sentence + extra

    @property
    def next_step(self) -> str:
        """What to do next, in words."""
        if self.verdict is Verdict.REVIEW:
            return "Check that the right file was read: it holds no records."
        if self.verdict is Verdict.SAFE:
            return (
                "Keep this answer with the data, and check again when records or columns are added."
            )
        found = self.k_anonymity
        if found.records < found.k:
            return "Do not publish records of so few people: there are fewer of them than k."
        if found.violations:
            column, left = min(self.singling_out.items(), key=lambda item: item[1])
            return (
                f"Make {shown(column)} coarser or drop it first: without it {left:,} instead of "
                f"{found.records_at_risk:,} records are in groups smaller than {found.k}."
            )
        return "Make the quasi-identifiers coarser until each group holds more different values."

    @cached_property
    def singling_out(self) -> dict[str, int]:
        """Per quasi-identifier the records that stay below k when this column is dropped."""
        columns = self.k_anonymity.quasi.keys
        below = {}
        for column in columns:
            coarser = self.table.rollup([key for key in columns if key != column])
            small = frequencies(coarser)[0] < self.k_anonymity.k
            below[column] = int(coarser.counts[small].sum())
        return below

    def numbers(self) -> dict[str, Any]:
        """Give the numbers under the names of the command line's contract."""
        found = self.k_anonymity
        return {
            "records": found.records,
            "groups": found.groups,
            "smallest_group": found.smallest,
            "k": found.k,
            "groups_below_k": found.violations,
            "records_below_k": found.records_at_risk,
            "missing": self.missing,
            "missing_records": self.missing_records,
            "sensitive": self.sensitive,
            "next_step": self.next_step,
        }

    def worst_groups(self, n: int = 10) -> DataFrame:
        """Give the ``n`` smallest groups of your own data; see ``ClassAnswer.worst_groups``."""
        return self.k_anonymity.worst_groups(n)

    def plot(self) -> plots.Figure:
        """Draw the sizes of the groups."""
        found = self.k_anonymity
        return plots.group_sizes(found.scores, found.k, found.quasi.counts)

    def plot_k_curve(self) -> plots.Figure:
        """Draw the records below k for every k."""
        found = self.k_anonymity
        return plots.k_curve(found.scores, found.k, found.quasi.counts)

    def plot_singling_out(self) -> plots.Figure:
        """Draw which column singles people out most."""
        found = self.k_anonymity
        return plots.singling_out(self.singling_out, found.records_at_risk, found.k)

    def rows(self) -> list[tuple[str, str, str]]:
        """Give the rows of a table: k-anonymity, and where values are missing."""
        shown_rows = [row for row in Result.rows(self) if row[0] not in {"missing", "next step"}]
        holes = {name: n for name, n in self.missing_records.items() if n}
        return shown_rows + [(f"missing in {name}", f"{n:,}", "") for name, n in holes.items()]

    def _repr_html_(self) -> str:
        return Result._repr_html_(self) + "".join(
            f"<p style='margin:14px 0 4px'>Sensitive column <b>{html.escape(name)}</b></p>"
            + part._repr_html_()
            for name, part in self.sensitive.items()
        )


def check(
    data: object,
    quasi_identifiers: str | Sequence[str],
    *,
    sensitive: str | Sequence[str] = (),
    k: int = 5,
    l: int = 2,
    entropy_l: float | None = None,
    c: float | None = None,
    alpha: float | None = None,
    t: float | None = None,
    beta: float | None = None,
    enhanced_beta: float | None = None,
    delta: float | None = None,
    others_as_quasi: bool = False,
    distances: Mapping[str, str] | None = None,
    hierarchies: Mapping[str, Mapping[Any, Sequence[Any]]] | None = None,
    missing: str = "category",
    **reading: Any,  # noqa: ANN401 - handed on to scan unchanged
) -> Check:
    """Tell whether a table is anonymous, by all models, after one look at the data.

    Parameters
    ----------
    data
        Anything that ``govkit.scan`` takes.
    quasi_identifiers
        Columns that somebody may know about a person from elsewhere.
    sensitive
        Columns that must stay hidden; each is measured in the same groups.
    k
        Wanted size of the smallest group, in records; at least 2.
    l
        Wanted number of different sensitive values in each group; at least 2, because what
        everybody in a group shares is known of everybody in it.
    entropy_l, c, alpha, t, beta, enhanced_beta, delta
        Wanted thresholds of the other models. A model whose threshold is not given is measured
        all the same and does not touch the verdict. ``c`` is tested at ``l``.
    others_as_quasi
        Count the other sensitive columns among the quasi-identifiers of each sensitive column:
        an attacker who knows one secret looks for the next.
    distances, hierarchies
        Per sensitive column the ground distance, or the ancestors of its values: see
        ``t_closeness``.
    missing
        ``"category"``, ``"wildcard"`` or ``"error"``: see ``govkit.count``. Wildcards (with
        alpha 1) count for k-anonymity; in the other models a missing value stays a value of its
        own.
    **reading
        ``delimiter``, ``encoding``, ``engine``: see ``govkit.scan``.

    Returns
    -------
    Check
        Verdict, sentence, next step, numbers, plots, and the worst groups on request.

    Raises
    ------
    InputError
        A column that is both quasi-identifier and sensitive, a threshold out of range.

    Examples
    --------
    >>> people = {"age": [30, 30, 41, 41], "sex": ["f", "f", "m", "m"], "ill": [1, 2, 1, 1]}
    >>> answer = check(people, ["age", "sex"], sensitive="ill", k=2, l=2)
    >>> answer.verdict.value, answer.k_anonymity.smallest, answer.sensitive["ill"].distinct.measured
    ('unsafe', 2, 1)
    """
    quasi, secrets = listed(quasi_identifiers), listed(sensitive)
    both = [name for name in secrets if name in quasi]
    if both:
        raise InputError(
            f"Column {shown(both[0])} cannot be quasi-identifier and sensitive at once: "
            "decide what an attacker knows and what must stay hidden."
        )
    limits = {
        "distinct": l, "entropy": entropy_l, "recursive": c, "alpha": alpha, "t": t,
        "basic_beta": beta, "enhanced_beta": enhanced_beta, "delta": delta,
    }  # fmt: skip
    privacy.refuse_lone(k)  # before a long read
    table = count(data, [*quasi, *secrets], missing=missing, **reading)
    measured = {}
    for name in secrets:
        columns = [*quasi, *(secrets if others_as_quasi else [name])]
        groups = classes(table.rollup(columns), name)
        ground = {
            "distance": (distances or {}).get(name),
            "hierarchy": (hierarchies or {}).get(name),
        }
        measured[name] = _measured(groups, name, k, limits, ground)
    return Check(
        k_anonymity=privacy.k_anonymity(table.rollup(quasi), k),
        sensitive=measured,
        missing=missing,
        missing_records=table.missing_records,
        table=table,
    )


def _measured(
    groups: Classes, column: str, k: int, limits: Mapping[str, Any], ground: Mapping[str, Any]
) -> SensitiveCheck:
    asked = {name: value for name, value in limits.items() if value is not None}
    limit = _USUAL | asked
    l = limit["distinct"]
    return SensitiveCheck(
        column=column,
        distinct=privacy.distinct_l_diversity(groups, column, l),
        entropy=privacy.entropy_l_diversity(groups, column, limit["entropy"]),
        recursive=privacy.recursive_cl_diversity(groups, column, limit["recursive"], l),
        alpha=privacy.alpha_k_anonymity(groups, column, limit["alpha"], k),
        t=closeness.t_closeness(groups, column, limit["t"], **ground),
        basic_beta=likeness.basic_beta_likeness(groups, column, limit["basic_beta"]),
        enhanced_beta=likeness.enhanced_beta_likeness(groups, column, limit["enhanced_beta"]),
        delta=likeness.delta_disclosure(groups, column, limit["delta"]),
        asked=tuple(asked),
    )
