"""What the answers of all privacy models share: classes that pass or fail, the worst first."""

from dataclasses import dataclass, field
from typing import Any, Self, TypeVar, dataclass_transform

import numpy as np

from govkit import plots
from govkit.data import FrequencyTable
from govkit.data.arrays import Bools, DataFrame, Numbers
from govkit.data.counts import free_name
from govkit.errors import InputError
from govkit.files import packaged
from govkit.result import Result, Verdict, judged

TOLERANCE = 1e-9  # exp(entropy) of two equal shares is 1.9999999999999998

_SHARED = ("groups", "violations", "records", "records_at_risk")
_Answer = TypeVar("_Answer", bound=Result)


@dataclass_transform(frozen_default=True, kw_only_default=True)
def answer(cls: type[_Answer]) -> type[_Answer]:
    """Make a class of answers: frozen, with named fields, shown by its numbers."""
    return dataclass(frozen=True, slots=True, kw_only=True, repr=False)(cls)


@answer
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
    failing
        Whether each class fails.
    quasi
        Counts by the quasi-identifiers: one row per class.
    """

    groups: int
    violations: int
    records: int
    records_at_risk: int
    scores: Numbers = field(repr=False, compare=False)
    failing: Bools = field(repr=False, compare=False)
    quasi: FrequencyTable = field(repr=False, compare=False)

    @classmethod
    def of(cls, quasi: FrequencyTable, scores: Numbers, bad: Bools, **own: object) -> Self:
        """Make the answer from each class's score and failure, and the model's own numbers."""
        return cls(
            groups=len(quasi),
            violations=int(np.count_nonzero(bad)),
            records=quasi.records,
            records_at_risk=int(quasi.counts[bad].sum()),
            scores=scores,
            failing=bad,
            quasi=quasi,
            **own,
        )

    @property
    def verdict(self) -> Verdict:
        """Safe when every class passes; no records prove nothing."""
        return judged(self.groups, self.violations)

    @property
    def sentence(self) -> str:
        """What the numbers mean for a person."""
        if not self.groups:
            return "There are no records, so nothing is shown about anybody."
        said: str = self._words["bad" if self.violations else "good"]
        return said.format(**self.numbers())

    @property
    def _words(self) -> dict[str, Any]:
        """What this model's measure is called, and its sentences."""
        words: dict[str, Any] = packaged("microdata/words.yaml")[type(self).__name__]
        return words

    def numbers(self) -> dict[str, Any]:
        """Give the model's own numbers first, then the groups and records."""
        own = Result.numbers(self)
        shared = {name: own.pop(name) for name in _SHARED}
        return own | shared

    def worst_groups(self, n: int = 10) -> DataFrame:
        """Give the ``n`` worst classes of your own data: their values, sizes and scores.

        Ties stand in the order of the quasi-identifiers' values. The frame shows values of people:
        keep it where the data may be.
        """
        if n < 0:
            raise InputError(f"The number of groups must not be negative, got {n}.")
        low_is_bad, score = self._words.get("low_is_bad"), self._words["score"]
        order = np.argsort(self.scores if low_is_bad else -self.scores, kind="stable")[:n]
        frame = self.quasi.to_frame(order)
        name = free_name(score, frame.columns)
        return frame if score == "records" else frame.assign(**{name: self.scores[order]})

    def plot(self) -> plots.Figure:
        """Draw how the model's measure is spread over the records."""
        name = self._words["score"]
        return plots.scores(self.scores, self.quasi.counts, name=name, title=self.sentence)


def least(numbers: Numbers) -> Any:  # noqa: ANN401 - int or float, as the numbers are
    """Give the smallest number; of none, 0."""
    return numbers.min().item() if len(numbers) else 0


def most(numbers: Numbers) -> float:
    """Give the largest number; of none, 0."""
    return float(numbers.max()) if len(numbers) else 0.0


def positive(number: float, name: str, largest: float = np.inf) -> None:
    """Refuse a threshold that is not above 0, or above the largest that makes sense."""
    if not 0 < number <= largest:
        limit = f" and at most {largest}" if np.isfinite(largest) else ""
        raise InputError(f"{name} must be above 0{limit}, got {number}.")
