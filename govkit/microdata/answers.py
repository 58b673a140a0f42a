"""What the answers of all privacy models share: classes that pass or fail, and the worst of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from govkit.data.counts import free_name
from govkit.errors import InputError
from govkit.result import Result, Verdict

if TYPE_CHECKING:
    import numpy.typing as npt
    import pandas as pd
    from plotly.graph_objects import Figure

    from govkit.data import FrequencyTable

__all__ = ["ClassAnswer", "judge"]

_SHARED = ("groups", "violations", "records", "records_at_risk")


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class ClassAnswer(Result):
    """One model's answer: every class has a score and passes or fails.

    Attributes
    ----------
    groups, violations
        Number of classes, and of those that fail.
    records, records_at_risk
        Number of records, and of those in classes that fail.
    scores
        The model's measure per class, in the order of ``quasi``.
    quasi
        Counts by the quasi-identifiers: one row per class.
    """

    groups: int
    violations: int
    records: int
    records_at_risk: int
    scores: npt.NDArray[Any] = field(repr=False, compare=False)
    quasi: FrequencyTable = field(repr=False, compare=False)
    low: bool = field(repr=False, compare=False)
    name: str = field(repr=False, compare=False)

    @property
    def verdict(self) -> Verdict:
        """Safe when every class passes; no records prove nothing."""
        if not self.groups:
            return Verdict.REVIEW
        return Verdict.UNSAFE if self.violations else Verdict.SAFE

    def numbers(self) -> dict[str, Any]:
        """Give the model's own numbers first, then the groups and records."""
        # super() without arguments does not work in classes with slots
        given = Result.numbers(self)
        return {name: given[name] for name in given if name not in _SHARED} | {
            name: given[name] for name in _SHARED
        }

    def worst_groups(self, n: int = 10) -> pd.DataFrame:
        """Give the ``n`` worst classes of your own data: their values, sizes and scores.

        Ties stand in the order of the quasi-identifiers' values. The frame shows values of people:
        keep it where the data may be.
        """
        if n < 0:
            raise InputError(f"The number of groups must not be negative, got {n}.")
        order = np.argsort(self.scores if self.low else -self.scores, kind="stable")[:n]
        frame = self.quasi.to_frame(order)
        name = free_name(self.name, frame.columns)
        return frame if self.name == "records" else frame.assign(**{name: self.scores[order]})

    def plot(self) -> Figure:
        """Draw how the model's measure is spread over the classes."""
        from govkit import plots  # noqa: PLC0415 - charts load when they are drawn

        return plots.scores(self.scores, self.quasi.counts, name=self.name, title=self.sentence)

    def told(self, good: str, bad: str) -> str:
        """Make a sentence: all is well, or how many groups and records are not."""
        if not self.groups:
            return "There are no records, so nothing is shown about anybody."
        if not self.violations:
            return good[0].upper() + good[1:] + "."
        return f"{self.records_at_risk:,} of {self.records:,} records are in {bad}."


def judge(
    quasi: FrequencyTable,
    scores: npt.NDArray[Any],
    bad: npt.NDArray[np.bool_],
    *,
    low: bool,
    name: str,
) -> dict[str, Any]:
    """Give the fields of ``ClassAnswer`` from scores and failures per class."""
    return {
        "groups": len(quasi),
        "violations": int(np.count_nonzero(bad)),
        "records": quasi.records,
        "records_at_risk": int(quasi.counts[bad].sum()),
        "scores": scores,
        "quasi": quasi,
        "low": low,
        "name": name,
    }
