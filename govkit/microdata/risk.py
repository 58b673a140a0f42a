"""Every measure of risk of one table of counts, beside each other.

Prosecutor (knows that the person is in the data), journalist (does not) and marketer (wants as
many as possible): K. El Emam, "Guide to the de-identification of personal health information", CRC
Press 2013, chapter 16.
"""

import dataclasses
from typing import Any

import numpy as np

from govkit.data import FrequencyTable
from govkit.data.arrays import DataFrame
from govkit.microdata.answers import answer, most
from govkit.microdata.individual import (
    USUAL,
    HouseholdRisk,
    IndividualRisk,
    household_risk,
    individual_risk,
)
from govkit.microdata.population import (
    KMap,
    PopulationUniqueness,
    k_map,
    population_sizes,
    population_uniqueness,
)
from govkit.microdata.privacy import refuse_lone
from govkit.microdata.separation import Separation, separation
from govkit.plots import Figure
from govkit.result import Result, Verdict, written

_BELOW = (2, 3, 5, 10)
_OTHERWISE = {"category": "if missing is a value of its own", "wildcard": "if missing is any value"}
_MOST_SUBSETS = 10  # of so many columns all subsets are measured, of more the single columns


@answer
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

    def rows(self) -> list[tuple[str, str, str]]:
        """Give the rows of a table: each number, and what the other reading of holes makes it."""
        other = "category" if self.missing == "wildcard" else "wildcard"
        beside = dict(_flat(self.readings[other])) if other in self.readings else {}
        alpha = self.individual.quasi.alpha
        share = f" (alpha {alpha:g})" if other == "wildcard" and alpha < 1 else ""
        return [
            (name, value, f"{beside[name]} {_OTHERWISE[other]}{share}" if name in beside else "")
            for name, value in _flat(self.individual)
        ]

    def worst_groups(self, n: int = 10) -> DataFrame:
        """Give the ``n`` riskiest classes of your own data; see ``ClassAnswer.worst_groups``."""
        return self.individual.worst_groups(n)

    def plot(self) -> Figure:
        """Draw how the individual risk is spread over the records."""
        return self.individual.plot()


def risk(
    table: FrequencyTable,
    threshold: float = USUAL,
    *,
    sampling_fraction: float | None = None,
    population: FrequencyTable | None = None,
    household: str | None = None,
    k: int = 5,
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
    threshold, sampling_fraction
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
    holes = any(quasi.missing_records.values())
    asked: Any = {"threshold": threshold, "sampling_fraction": sampling_fraction}
    readings = {
        name: individual_risk(dataclasses.replace(quasi, missing=name), **asked)
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
        attackers=_attackers(found, population),
        population=uniqueness,
        k_map=k_map(quasi, k, population=population, sampling_fraction=fraction) if known else None,
        columns=separation(quasi, None if len(quasi.keys) <= _MOST_SUBSETS else 1),
        household=household_risk(table, household, **asked) if household else None,
    )


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


def _flat(found: IndividualRisk) -> list[tuple[str, str]]:
    numbers = _reading(found)
    below = numbers.pop("records_below")
    rows = [(f"records in groups below {size}", written(n)) for size, n in below.items()]
    names = ("highest_risk", "average_risk", "expected_reidentifications")
    return rows + [(name.replace("_", " "), written(numbers[name])) for name in names]


def _attackers(
    found: IndividualRisk, population: FrequencyTable | None
) -> dict[str, dict[str, float]]:
    table, f = found.quasi, found.sizes
    people = found.people if population is None else population_sizes(table, population)
    answers = {}
    for name, sizes in (("prosecutor", f), ("journalist", f if people is None else people)):
        chance = 1 / np.maximum(sizes, f)
        answers[name] = {
            "records_at_risk": int(table.counts[chance > found.threshold].sum()),
            "highest": most(chance),
            "average": float((chance * table.counts).sum()) / max(table.records, 1),
        }
    return answers | {"marketer": {"average": answers["journalist"]["average"]}}
