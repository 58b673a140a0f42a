"""Conditions: which classes of a node fail, so that their records would have to be suppressed."""

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from govkit import microdata as m
from govkit.data import FrequencyTable
from govkit.data.arrays import Bools, Floats, Integers
from govkit.errors import InputError, shown
from govkit.microdata.answers import ClassAnswer
from govkit.microdata.classes import Classes
from govkit.remedy.cells import Classified


@dataclass(frozen=True)
class Sensitive:
    """A sensitive column: its values, their shares of all records, and their ancestors."""

    name: str
    values: pa.Array
    ordered: bool
    everybody: Floats
    ancestors: Mapping[Any, Sequence[Any]] | None

    def among(self, found: Classified, k: int) -> Classes:
        """Give the classes of at least ``k`` records as the privacy models take them."""
        distinct, keep = np.diff(found.starts, append=len(found.codes)), found.sizes >= k
        kept, inside = distinct[keep], np.repeat(keep, distinct)
        quasi = FrequencyTable((), (), (), found.sizes[keep])
        cells, codes = found.counts[inside], found.codes[inside].astype(np.int32)
        some = Classes(quasi, np.cumsum(kept) - kept, cells, codes, self.values, self.ordered)
        vars(some)["overall"] = self.everybody  # small classes count among everybody, too
        return some


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """What has to hold for every class that is released.

    Attributes
    ----------
    k
        Records per class, at least; 1 asks nothing.
    l, l_model, c
        l-diversity: ``"distinct"``, ``"entropy"`` or ``"recursive"`` (with the factor ``c``). A
        class of exactly the entropy asked for passes, as it does in ``check``.
    t, t_distance
        t-closeness; the distance as in ``govkit.microdata.t_closeness``.
    alpha
        Largest share of a sensitive value in a class.
    beta, delta
        β-likeness (basic) and δ-disclosure.
    average_risk
        Largest average of 1 / class size over the records released, that is classes per record.
    population_uniqueness
        Largest share of unique people in the population, by Dankar's rule.
    sampling_fraction
        Share of the population that is in the data.
    """

    k: int = 5
    l: float | None = None
    l_model: str = "distinct"
    c: float = 3
    t: float | None = None
    t_distance: str | None = None
    alpha: float | None = None
    beta: float | None = None
    delta: float | None = None
    average_risk: float | None = None
    population_uniqueness: float | None = None
    sampling_fraction: float | None = None

    def __post_init__(self) -> None:
        """Refuse what asks nothing or cannot be asked."""
        if self.k < 1 or (self.k == 1 and not self.whole and not self.about_values):
            raise InputError(f"k must be at least 2, got {self.k}: a group of 1 is a person.")
        if self.l_model not in {"distinct", "entropy", "recursive"}:
            raise InputError(
                f"No l-diversity is called {shown(self.l_model)}: distinct, entropy or recursive."
            )
        if self.population_uniqueness is not None and self.sampling_fraction is None:
            raise InputError("Population uniqueness needs the sampling fraction: give it.")

    @property
    def about_values(self) -> bool:
        """Whether a sensitive column is needed."""
        return {self.l, self.t, self.alpha, self.beta, self.delta} != {None}

    @property
    def whole(self) -> bool:
        """Whether something is asked of all classes together."""
        return {self.average_risk, self.population_uniqueness} != {None}

    def failing(
        self, sizes: Integers, found: Sequence[tuple[Sensitive, Classified]]
    ) -> tuple[Bools, Bools]:
        """Tell which classes fail for good, and which fail at all.

        A class *fails for good* by conditions that a union keeps if one part fulfills them (k,
        distinct l): the records that fail can then only become fewer further up.
        """
        bad = sizes < self.k
        keep, late = ~bad, bad.copy()
        asked = {self.l_model: self.l, "t": self.t, "alpha": self.alpha, "beta": self.beta}
        for column, classes in found:
            groups = column.among(classes, self.k)
            for name, wanted in (asked | {"delta": self.delta}).items():
                if wanted is not None and name == "distinct":
                    bad[keep] |= groups.distinct < wanted
                elif wanted is not None and len(groups.sizes):
                    late[keep] |= _MODELS[name](groups, column, wanted, self).failing
        late |= bad
        if self.whole:  # give up the smallest classes until the rest is fine
            rest = sizes[~late]
            steps = (0, *(np.unique(rest) + 1))
            at = bisect_left(steps, x=True, key=lambda least: self._fine(rest[rest >= least]))
            late |= sizes < steps[at]
        return bad, late

    def _fine(self, sizes: Integers) -> bool:
        """Tell whether the classes released are safe as a whole; none are."""
        if self.average_risk is not None and len(sizes) > self.average_risk * sizes.sum():
            return False
        if self.population_uniqueness is None or not len(sizes):
            return True
        table = FrequencyTable((), (), (), sizes)
        unique = m.population_uniqueness(table, self.sampling_fraction).uniques["dankar"]
        return unique is not None and unique <= self.population_uniqueness


_MODELS: dict[str, Callable[[Classes, Sensitive, Any, Conditions], ClassAnswer]] = {
    "entropy": lambda g, s, l, _: m.entropy_l_diversity(g, s.name, l),
    "recursive": lambda g, s, l, asked: m.recursive_cl_diversity(g, s.name, asked.c, int(l)),
    "t": lambda g, s, t, asked: m.t_closeness(
        g, s.name, t, distance=asked.t_distance, hierarchy=s.ancestors
    ),
    "alpha": lambda g, s, alpha, _: m.alpha_k_anonymity(g, s.name, alpha, 2),
    "beta": lambda g, s, beta, _: m.basic_beta_likeness(g, s.name, beta),
    "delta": lambda g, s, delta, _: m.delta_disclosure(g, s.name, delta),
}
