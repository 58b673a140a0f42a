"""How likely it is that somebody finds a person among the records.

* The risk of one record of a sample: R. Benedetti, L. Franconi, "Statistical and technological
  solutions for controlled data dissemination", NTTS'98, and L. Franconi, S. Polettini, "Individual
  risk estimation in μ-Argus: a review", PSD 2004, LNCS 3050, pp. 262-272. The population behind a
  class with f records and weights F is negative binomial; r is the expectation of 1/population.
* Prosecutor (knows that the person is in the data), journalist (does not) and marketer (wants as
  many as possible): K. El Emam, "Guide to the de-identification of personal health information",
  CRC Press 2013, chapter 16.
* Households: one member found is a household found, 1 - ∏(1 - r) (Templ, Kowarik, Meindl 2015).
"""

from __future__ import annotations

import dataclasses
from dataclasses import field
from typing import TYPE_CHECKING, Any

import numpy as np

from govkit.errors import InputError
from govkit.microdata.answers import ClassAnswer, answer, most
from govkit.microdata.classes import classes
from govkit.microdata.population import (
    KMap,
    PopulationUniqueness,
    k_map,
    population_sizes,
    population_uniqueness,
)
from govkit.microdata.privacy import refuse_lone
from govkit.microdata.separation import Separation, separation
from govkit.microdata.wildcard import frequencies
from govkit.result import Result, Verdict

if TYPE_CHECKING:
    import numpy.typing as npt
    import pandas as pd
    from plotly.graph_objects import Figure

    from govkit.data import FrequencyTable

    Numbers = npt.NDArray[Any]
    Floats = npt.NDArray[np.float64]

__all__ = [
    "HouseholdRisk",
    "IndividualRisk",
    "Risk",
    "benedetti_franconi",
    "household_risk",
    "individual_risk",
    "risk",
]

_BELOW = (2, 3, 5, 10)
_USUAL = 0.2  # one in five: what k = 5 allows a prosecutor
_MOST_SUBSETS = 10  # of so many columns all subsets are measured, of more the single columns
_NODES, _NODE_WEIGHTS = (np.polynomial.legendre.leggauss(16)[i] for i in range(2))


def benedetti_franconi(records: Numbers, weights: Numbers, exact: int = 2) -> Floats:
    """Give the chance that a record of each class is linked to the right person.

    Parameters
    ----------
    records, weights
        Frequency f in the sample and its estimate F in the population, per class; an F below f
        is taken for f: the sample is then the population, and r = 1/f.
    exact
        Whole frequencies up to this one are computed exactly, larger and fractional ones by
        p / (f - (1 - p)) with p = f/F, which is never below the exact risk.

    Examples
    --------
    >>> benedetti_franconi([1, 2, 3], [17, 110, 108]).round(6).tolist()
    [0.177076, 0.017144, 0.013699]
    >>> benedetti_franconi([3], [108], exact=3).round(6).tolist()
    [0.013553]
    """
    f = np.asarray(records, np.float64)
    p = f / np.maximum(np.asarray(weights, np.float64), f)
    found = p / (f - (1 - p))
    for n in range(1, exact + 1):
        found[f == n] = _exactly(n, p[f == n])
    return found


def _exactly(f: int, p: Floats) -> Floats:
    """Compute r = p ∫₀¹ s^(f-1) / (p + (1-p)s) ds, by its recurrence in f where that is stable."""
    sure = p > 1 / 2
    odds = np.where(sure, 0.5, p) / np.where(sure, 0.5, 1 - p)
    r = -odds * np.log(np.where(sure, 0.5, p))
    for n in range(1, f):
        r = odds * (1 / n - r)
    nodes = [((1 + x) / 2, w / 2) for x, w in zip(_NODES, _NODE_WEIGHTS, strict=True)]
    smooth = sum((w * s ** (f - 1) / (p + (1 - p) * s) for s, w in nodes), np.zeros_like(p))
    return np.where(sure, p * smooth, r)


@answer
class IndividualRisk(ClassAnswer):
    """The risk of every record, and how many are above the threshold.

    Attributes
    ----------
    highest, average, expected
        Of the risks of all records; ``expected`` is their sum: how many would be found.
    sizes
        Records that share each class, as missing values were decided.
    """

    threshold: float
    highest: float
    average: float
    expected: float
    weighted: bool
    sizes: Numbers = field(repr=False, compare=False)

    score = "risk"
    good = "No record is found with a chance above {threshold:g}; the highest is {highest:.3g}."
    bad = (
        "{records_at_risk:,} of {records:,} records are found with a chance above {threshold:g}; "
        "about {expected:,.1f} would be found if all were looked for."
    )


def individual_risk(
    table: FrequencyTable,
    threshold: float = _USUAL,
    *,
    sampling_fraction: float | None = None,
    exact: int = 2,
) -> IndividualRisk:
    """Estimate the risk of each record (Benedetti, Franconi 1998).

    Parameters
    ----------
    table
        Counts by the quasi-identifiers. Its sampling weights, if any, tell how many people of
        the population each class stands for.
    threshold
        The highest chance that is accepted, above 0 and at most 1.
    sampling_fraction
        Share of the population that is in the data, where there are no weights. With neither, the
        data is taken for the population and the risk is 1/f.
    exact
        See ``benedetti_franconi``.

    Examples
    --------
    >>> from govkit.data import count
    >>> people = count({"age": [30, 30, 41], "w": [60, 50, 17]}, "age", weight="w")
    >>> individual_risk(people).highest.__round__(6)
    0.177076
    """
    _share(threshold, "threshold")
    f, weights = frequencies(table)
    behind = _behind(f, weights, sampling_fraction)
    scores = 1 / f if behind is None else benedetti_franconi(f, behind, exact)
    expected = float((scores * table.counts).sum())
    return IndividualRisk.of(
        table,
        scores,
        scores > threshold,
        threshold=threshold,
        highest=most(scores),
        average=expected / max(table.records, 1),
        expected=expected,
        weighted=weights is not None,
        sizes=f,
    )


@answer
class HouseholdRisk(Result):
    """The risk of finding a household by any of its members."""

    households: int
    households_at_risk: int
    threshold: float
    highest: float
    expected: float
    scores: Floats = field(repr=False, compare=False)
    sizes: Numbers = field(repr=False, compare=False)

    @property
    def verdict(self) -> Verdict:
        """Safe when no household is above the threshold; no records prove nothing."""
        if not self.households:
            return Verdict.REVIEW
        return Verdict.UNSAFE if self.households_at_risk else Verdict.SAFE

    @property
    def sentence(self) -> str:
        """What the numbers mean for a household."""
        return (
            f"{self.households_at_risk:,} of {self.households:,} households are found with a "
            f"chance above {self.threshold:g} by one of their members; about {self.expected:,.1f} "
            "people are in a household that would be found."
        )

    def plot(self) -> Figure:
        """Draw how the risk is spread over the people."""
        from govkit import plots  # noqa: PLC0415 - charts load when they are drawn

        return plots.scores(self.scores, self.sizes, name="household risk", title=self.sentence)


def household_risk(
    table: FrequencyTable,
    household: str,
    threshold: float = _USUAL,
    *,
    sampling_fraction: float | None = None,
    exact: int = 2,
) -> HouseholdRisk:
    """Combine the members' risks: 1 - ∏(1 - r) per household.

    Parameters
    ----------
    table
        Counts by the quasi-identifiers and the household's number.
    household
        The column that numbers the households. People without a number live alone.
    threshold, sampling_fraction, exact
        See ``individual_risk``.

    Returns
    -------
    HouseholdRisk
        ``expected``: people in households that would be found, the sum of risks over people.

    Examples
    --------
    >>> from govkit.data import count
    >>> people = {"age": [30, 30, 41, 41], "home": [1, 2, 2, 3]}
    >>> household_risk(count(people, ["age", "home"]), "home").highest
    0.75
    """
    homes = classes(table, household)
    r = individual_risk(
        homes.quasi, threshold, sampling_fraction=sampling_fraction, exact=exact
    ).scores
    member = np.repeat(r, homes.distinct)
    alone = homes.codes == len(homes.values)
    with np.errstate(divide="ignore"):
        safe = np.bincount(homes.codes[~alone], homes.cells[~alone] * np.log1p(-member[~alone]))
    people = np.bincount(homes.codes[~alone], homes.cells[~alone], minlength=len(safe))
    scores = np.concatenate(
        [-np.expm1(safe[people > 0]), np.repeat(member[alone], homes.cells[alone])]
    )
    sizes = np.concatenate([people[people > 0], np.ones(int(homes.cells[alone].sum()))])
    return HouseholdRisk(
        households=len(scores),
        households_at_risk=int((scores > threshold).sum()),
        threshold=threshold,
        highest=most(scores),
        expected=float((scores * sizes).sum()),
        scores=scores,
        sizes=sizes.astype(np.int64),
    )


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Risk(Result):
    """Every measure of risk of one table.

    Attributes
    ----------
    individual
        Risk of each record, as missing values were decided; it alone decides the verdict.
    readings
        The same by each reading of missing values: ``"category"``, and ``"wildcard"`` where
        values are missing.
    attackers
        What a prosecutor, a journalist and a marketer find: see ``risk``.
    population, k_map
        Estimated share of the population that is unique, and whether each class stands for
        enough people; ``None`` where nothing is known of the population.
    columns
        How well each subset of the columns tells records apart.
    household
        Risk of households, where they were given.
    """

    individual: IndividualRisk
    readings: dict[str, IndividualRisk]
    missing: str
    attackers: dict[str, dict[str, float]]
    population: PopulationUniqueness
    columns: Separation
    k_map: KMap | None = None
    household: HouseholdRisk | None = None

    @property
    def verdict(self) -> Verdict:
        """That of the individual risk."""
        return self.individual.verdict

    @property
    def sentence(self) -> str:
        """That of the individual risk."""
        return self.individual.sentence

    def numbers(self) -> dict[str, Any]:
        """Give the numbers under the names of the command line's contract."""
        found, table = self.individual, self.individual.quasi
        return _reading(found) | {
            "records": found.records,
            "records_at_risk": found.records_at_risk,
            "threshold": found.threshold,
            "population_uniques": self.population.uniques,
            "population_uniques_reason": self.population.reason,
            "weighted": found.weighted,
            "missing": self.missing,
            "missing_records": table.missing_records,
            "readings": {name: _reading(part) for name, part in self.readings.items()},
            "attackers": self.attackers,
            "k_map": self.k_map and self.k_map.numbers(),
            "columns": self.columns.single,
            "household": self.household and self.household.numbers(),
        }

    def worst_groups(self, n: int = 10) -> pd.DataFrame:
        """Give the ``n`` riskiest classes of your own data; see ``ClassAnswer.worst_groups``."""
        return self.individual.worst_groups(n)

    def plot(self) -> Figure:
        """Draw how the individual risk is spread over the records."""
        return self.individual.plot()


def risk(
    table: FrequencyTable,
    threshold: float = _USUAL,
    *,
    sampling_fraction: float | None = None,
    population: FrequencyTable | None = None,
    household: str | None = None,
    k: int = 5,
    exact: int = 2,
) -> Risk:
    """Measure every risk of one table of counts.

    A prosecutor finds a record with chance 1/f, a journalist with 1/F, where F is the size of the
    class in ``population``, its weight, or f / ``sampling_fraction``; a marketer finds the average
    of 1/F of all records. Population uniqueness, separation and k-map take a missing value for a
    value of its own under every reading.

    Parameters
    ----------
    table
        Counts by the quasi-identifiers (and ``household``, if given).
    threshold, sampling_fraction, exact
        See ``individual_risk``.
    population
        Counts of the population by the same columns.
    household, k
        See ``household_risk`` and ``k_map``.

    Examples
    --------
    >>> from govkit.data import count
    >>> answer = risk(count({"age": [30, 30, 41]}, "age"), sampling_fraction=0.5)
    >>> answer.attackers["prosecutor"]["highest"], answer.attackers["journalist"]["highest"]
    (1.0, 0.5)
    """
    refuse_lone(k)
    quasi = table.rollup([key for key in table.keys if key != household])
    options: Any = {"sampling_fraction": sampling_fraction, "exact": exact}
    holes = any(quasi.missing_records.values())
    readings = {
        name: individual_risk(dataclasses.replace(quasi, missing=name), threshold, **options)
        for name in ("category", "wildcard")[: 1 + holes]
    }
    found = readings.get(quasi.missing, readings["category"])
    uniqueness = population_uniqueness(quasi, sampling_fraction)
    fraction = uniqueness.sampling_fraction
    known = population is not None or fraction is not None
    return Risk(
        individual=found,
        readings=readings,
        missing=quasi.missing,
        attackers=_attackers(found, sampling_fraction, population),
        population=uniqueness,
        k_map=k_map(quasi, k, population=population, sampling_fraction=fraction) if known else None,
        columns=separation(quasi, None if len(quasi.keys) <= _MOST_SUBSETS else 1),
        household=household_risk(table, household, threshold, **options) if household else None,
    )


def _share(number: float, name: str) -> None:
    if not 0 < number <= 1:
        raise InputError(f"The {name} must be above 0 and at most 1, got {number}.")


def _behind(f: Numbers, weights: Numbers | None, fraction: float | None) -> Numbers | None:
    """Give the population behind each class, where anything is known of it."""
    if fraction is None:
        return weights
    _share(fraction, "sampling fraction")
    return f / fraction if weights is None else weights


def _reading(found: IndividualRisk) -> dict[str, Any]:
    counts = found.quasi.counts
    below = {str(size): int(counts[found.sizes < size].sum()) for size in _BELOW}
    return {
        "sample_uniques": below["2"],
        "records_below": below,
        "highest_risk": found.highest,
        "average_risk": found.average,
        "expected_reidentifications": found.expected,
        "alpha": found.quasi.alpha if found.quasi.missing == "wildcard" else None,
    }


def _attackers(
    found: IndividualRisk, fraction: float | None, population: FrequencyTable | None
) -> dict[str, dict[str, float]]:
    table, f = found.quasi, found.sizes
    behind = _behind(f, frequencies(table)[1] if found.weighted else None, fraction)
    if population is not None:
        behind = population_sizes(table, population)
    answers = {}
    for name, sizes in (("prosecutor", f), ("journalist", f if behind is None else behind)):
        chance = 1 / np.maximum(sizes, f)
        answers[name] = {
            "records_at_risk": int(table.counts[chance > found.threshold].sum()),
            "highest": most(chance),
            "average": float((chance * table.counts).sum()) / max(table.records, 1),
        }
    return answers | {"marketer": {"average": answers["journalist"]["average"]}}
