"""Conditions: which classes of a node fail, so that their records would have to be suppressed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from govkit.errors import InputError, shown
from govkit.microdata import (
    alpha_k_anonymity,
    basic_beta_likeness,
    delta_disclosure,
    distinct_l_diversity,
    entropy_l_diversity,
    population_uniqueness,
    recursive_cl_diversity,
    t_closeness,
)
from govkit.microdata.classes import Classes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt
    import pyarrow as pa

    from govkit.data import FrequencyTable
    from govkit.remedy.cells import Classified

    Flags = npt.NDArray[np.bool_]
    Floats = npt.NDArray[np.float64]

__all__ = ["Conditions", "Sensitive"]

_TOLERANCE = 1e-9
_DIVERSITIES = ("distinct", "entropy", "recursive")


@dataclass(frozen=True)
class Sensitive:
    """A sensitive column: its values, their shares of all records, and their hierarchy."""

    name: str
    values: pa.Array
    ordered: bool
    overall: Floats
    ancestors: Mapping[Any, Sequence[Any]] | None
    grand: FrequencyTable

    def among(self, found: Classified, keep: Flags) -> Classes:
        """Give some classes of a node as the privacy models take them."""
        distinct = np.diff(found.starts, append=len(found.counts))
        cells = np.repeat(keep, distinct)
        kept = distinct[keep]
        return _Part(
            quasi=replace(self.grand, counts=found.sizes[keep]),
            starts=np.cumsum(kept) - kept,
            cells=found.counts[cells],
            codes=found.codes[cells].astype(np.int32),
            values=self.values,
            ordered=self.ordered,
            whole=self.overall,
        )


@dataclass(frozen=True, repr=False, eq=False)
class _Part(Classes):
    """Some of the classes, measured against the values of everybody."""

    whole: Floats

    @property
    def overall(self) -> Floats:  # type: ignore[override]
        return self.whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """What has to hold for every class that is released.

    Attributes
    ----------
    k
        Records per class, at least; 1 asks nothing.
    l, l_model, c
        l-diversity, ``"distinct"``, ``"entropy"`` or ``"recursive"`` (with the factor ``c``). A
        class of exactly the entropy asked for fails.
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
        asked = (self.l, self.t, self.alpha, self.beta, self.delta, self.average_risk)
        if self.k < 1 or (self.k == 1 and {*asked, self.population_uniqueness} == {None}):
            raise InputError(f"k must be at least 2, got {self.k}: a group of 1 is a person.")
        if self.l_model not in _DIVERSITIES:
            raise InputError(
                f"There is no l-diversity {shown(self.l_model)}: use {', '.join(_DIVERSITIES)}."
            )
        if self.population_uniqueness is not None and self.sampling_fraction is None:
            raise InputError("Population uniqueness needs the sampling fraction: give it.")

    @property
    def about_values(self) -> bool:
        """Whether a sensitive column is needed."""
        return any(x is not None for x in (self.l, self.t, self.alpha, self.beta, self.delta))

    def failing(
        self, sizes: npt.NDArray[np.int64], found: Sequence[tuple[Sensitive, Classified]]
    ) -> tuple[Flags, Flags]:
        """Tell which classes fail for good, and which fail at all.

        A class *fails for good* by conditions that a union keeps if one part fulfills them (k,
        distinct l): the records that fail can then only become fewer further up.
        """
        bad = sizes < self.k
        keep = ~bad
        late = bad.copy()
        for column, classified in found:
            groups = column.among(classified, keep)
            if self.l is not None and self.l_model == "distinct":
                bad[keep] |= groups.distinct < self.l
            late[keep] |= self._values(column, groups)
        late |= bad
        return bad, late | self._whole(sizes, late)

    def _values(self, column: Sensitive, groups: Classes) -> Flags:
        """Tell which classes fail a condition about the values of a sensitive column."""
        name, bad = column.name, np.zeros(len(groups.sizes), bool)
        if not len(bad):
            return bad
        if self.l is not None and self.l_model == "entropy":
            bad |= entropy_l_diversity(groups, name, self.l).scores < self.l + _TOLERANCE
        if self.l is not None and self.l_model == "recursive":
            ratio = recursive_cl_diversity(groups, name, self.c, int(self.l)).scores
            bad |= ratio >= self.c - _TOLERANCE
        if self.t is not None:
            far = t_closeness(
                groups, name, self.t, distance=self.t_distance, hierarchy=column.ancestors
            )
            bad |= far.scores > self.t + _TOLERANCE
        if self.alpha is not None:
            share = alpha_k_anonymity(groups, name, self.alpha, max(self.k, 2)).scores
            bad |= share > self.alpha + _TOLERANCE
        if self.beta is not None:
            bad |= basic_beta_likeness(groups, name, self.beta).scores > self.beta + _TOLERANCE
        if self.delta is not None:
            bad |= delta_disclosure(groups, name, self.delta).scores >= self.delta
        return bad

    def _whole(self, sizes: npt.NDArray[np.int64], bad: Flags) -> Flags:
        """Tell which classes to give up, the smallest first, until the whole is safe enough."""
        if self.average_risk is None and self.population_uniqueness is None:
            return bad
        for least in (0, *(np.unique(sizes[~bad]) + 1)):
            rest = sizes[~bad & (sizes >= least)]
            if self._fine(rest):
                break
        return np.asarray(sizes < least)

    def _fine(self, sizes: npt.NDArray[np.int64]) -> bool:
        if not len(sizes):
            return True
        if self.average_risk is not None and len(sizes) > self.average_risk * sizes.sum():
            return False
        if self.population_uniqueness is None:
            return True
        table = _counted(sizes)
        unique = population_uniqueness(table, self.sampling_fraction).uniques["dankar"]
        return unique is not None and unique <= self.population_uniqueness


def _counted(sizes: npt.NDArray[np.int64]) -> FrequencyTable:
    from govkit.data import FrequencyTable  # noqa: PLC0415 - rarely needed

    return FrequencyTable((), (), (), sizes)
