"""The only source of chance: uniform numbers of a seeded generator, and what is made of them.

Uniform numbers are the same in every version of NumPy and on every machine; its normal or
weighted draws need not be. So those are made here.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

SEED = 20260331


class Draw:
    """Uniform numbers of one table, and the few things made of them."""

    def __init__(self, table: int) -> None:
        self.uniform: Callable[[], float] = np.random.default_rng([SEED, table]).random

    def chance(self, probability: float) -> bool:
        """Tell whether something of this probability happens."""
        return self.uniform() < probability

    def whole(self, low: int, high: int) -> int:
        """Draw a whole number from ``low`` to ``high``, both possible."""
        return low + int(self.uniform() * (high - low + 1))

    def bell(self) -> float:
        """Draw a nearly normal number: twelve uniform ones, added exactly."""
        return math.fsum(self.uniform() for _ in range(12)) - 6

    def one(self, values: Sequence[Any], weights: Iterable[float] | None = None) -> Any:  # noqa: ANN401 - as the values
        """Draw one of the values, each as likely as its weight, or all alike."""
        bounds = list(accumulate(weights or [1] * len(values)))
        return values[bisect_right(bounds, self.uniform() * bounds[-1])]

    def line(self, lines: list[list[str]], weight: int = -1) -> list[str]:
        """Draw a line of a vocabulary, whose column ``weight`` tells how likely it is."""
        chosen: list[str] = self.one(lines, (float(line[weight]) for line in lines))
        return chosen

    def or_missing(self, value: object, probability: float) -> Any:  # noqa: ANN401 - as the value
        """Lose the value with this probability."""
        return None if self.chance(probability) else value
