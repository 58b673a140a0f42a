"""The people behind the outputs of a session, recognized by the labels of their records."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    Numbers = npt.NDArray[Any]

__all__ = ["World", "floats"]

_SAMPLE = 1_000


@dataclass(slots=True, repr=False)
class World:
    """Records by label, with the numbers that were summed, and a sample to tell strangers by."""

    labels: pd.Index[Any] = field(default_factory=lambda: pd.Index([]))
    numbers: dict[str, Numbers] = field(default_factory=dict)
    sample: dict[str, pd.Series[Any]] = field(default_factory=dict)

    def fits(self, data: pd.DataFrame) -> bool:
        """Tell whether the labels mean the same records as before: some column has to agree.

        A frame whose labels were made anew (``reset_index``) gives itself away here.
        """
        if not len(self.labels):
            return True
        if not data.index.is_unique or not self.labels.is_unique:
            return False
        mine = _sample(data)
        shared = set(mine) & set(self.sample)
        return not shared or any(_agree(mine[name], self.sample[name]) for name in shared)

    def place(self, data: pd.DataFrame) -> Numbers:
        """Give the positions of records in this world; new ones are added at its end."""
        if not len(self.labels):
            self.labels, at = data.index, np.arange(len(data))
        else:
            at = self.labels.get_indexer(data.index)
            new = np.flatnonzero(at < 0)
            at[new] = len(self.labels) + np.arange(len(new))
            self.labels = self.labels.append(data.index[new])
        if data.index.is_unique:
            self.sample |= _sample(data)
        return at

    def keep(self, name: str, at: Numbers, numbers: Numbers) -> Numbers:
        """Remember a column's numbers; give them for all records, missing where not known."""
        found = np.full(len(self.labels), np.nan)
        old = self.numbers.get(name, found[:0])
        found[: len(old)] = old
        found[at] = numbers
        self.numbers[name] = found
        return found


def _agree(one: pd.Series[Any], other: pd.Series[Any]) -> bool:
    both = one.index.intersection(other.index)
    return bool((one[both].to_numpy() == other[both].to_numpy()).all())


def floats(column: Any) -> Numbers:  # noqa: ANN401 - any column
    """Give a column as numbers; what is none is missing."""
    number = pd.to_numeric(pd.Series(column), errors="coerce")
    return np.asarray(number.to_numpy(dtype=float, na_value=np.nan))


def _sample(data: pd.DataFrame) -> Mapping[str, pd.Series[Any]]:
    """Take the same records from every frame that holds them."""
    order = pd.util.hash_array(data.index.to_numpy(), categorize=False)
    few = np.sort(np.argpartition(order, _SAMPLE)[:_SAMPLE]) if len(data) > _SAMPLE else slice(None)
    part = data.iloc[few]
    return {
        str(name): pd.Series(pd.util.hash_array(column.astype(str).to_numpy(object)), part.index)
        for name, column in part.items()
    }
