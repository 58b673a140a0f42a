"""The chance that a person, or a household, is found among the records of a sample.

R. Benedetti, L. Franconi, "Statistical and technological solutions for controlled data
dissemination", NTTS'98; L. Franconi, S. Polettini, "Individual risk estimation in μ-Argus: a
review", PSD 2004, LNCS 3050, pp. 262-272. The population behind a class with f records and the
weight F is negative binomial; the risk r is the expectation of 1/population. One member found is
a household found: 1 - ∏(1 - r).
"""

from dataclasses import field

import numpy as np

from govkit import plots
from govkit.data import FrequencyTable
from govkit.data.arrays import Floats, Numbers
from govkit.microdata.answers import ClassAnswer, answer, most, positive
from govkit.microdata.classes import classes
from govkit.microdata.wildcard import frequencies
from govkit.result import Result, Verdict, judged

USUAL = 0.2  # one in five: what k = 5 allows somebody who knows that the person is in the data


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
    """Compute r = p ∫₀¹ s^(f-1) / (p + (1-p)s) ds = p/f ₂F₁(1, 1; f+1; 1-p)."""
    from scipy.special import exprel, hyp2f1  # noqa: PLC0415 - slow to load

    return np.asarray(p / exprel(np.log(p)) if f == 1 else p / f * hyp2f1(1, 1, f + 1, 1 - p))


@answer
class IndividualRisk(ClassAnswer):
    """The risk of every record, and how many are above the threshold.

    Attributes
    ----------
    highest, average, expected
        Of the risks of all records; ``expected`` is their sum: how many would be found.
    sizes, people
        Records that share each class, as missing values were decided, and the people of the
        population behind it, if anything is known of them.
    """

    threshold: float
    highest: float
    average: float
    expected: float
    weighted: bool
    sizes: Numbers = field(repr=False, compare=False)
    people: Numbers | None = field(repr=False, compare=False)


def individual_risk(
    table: FrequencyTable,
    threshold: float = USUAL,
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
    positive(threshold, "The threshold", 1)
    f, weights = frequencies(table)
    people = weights
    if sampling_fraction is not None:
        positive(sampling_fraction, "The sampling fraction", 1)
        people = f / sampling_fraction if weights is None else weights
    scores = 1 / f if people is None else benedetti_franconi(f, people, exact)
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
        people=people,
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
        return judged(self.households, self.households_at_risk)

    @property
    def sentence(self) -> str:
        """What the numbers mean for a household."""
        return (
            f"{self.households_at_risk:,} of {self.households:,} households are found with a "
            f"chance above {self.threshold:g} by one of their members; about {self.expected:,.1f} "
            "people are in a household that would be found."
        )

    def plot(self) -> plots.Figure:
        """Draw how the risk is spread over the people."""
        return plots.scores(self.scores, self.sizes, name="household risk", title=self.sentence)


def household_risk(
    table: FrequencyTable,
    household: str,
    threshold: float = USUAL,
    *,
    sampling_fraction: float | None = None,
) -> HouseholdRisk:
    """Combine the members' risks: 1 - ∏(1 - r) per household.

    Parameters
    ----------
    table
        Counts by the quasi-identifiers and the household's number.
    household
        The column that numbers the households. People without a number live alone.
    threshold, sampling_fraction
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
    r = individual_risk(homes.quasi, threshold, sampling_fraction=sampling_fraction).scores
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
