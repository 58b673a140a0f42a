"""The people behind the outputs of a session, recognized by the labels of their records."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

_SAMPLE = 1_000


@dataclass(slots=True, repr=False)
class World:
    """Records by label, with the numbers that were summed, and a sample to tell strangers by."""

    labels: pd.Index[Any] = field(default_factory=lambda: pd.Index([]))
    numbers: dict[str, Any] = field(default_factory=dict)
    sample: dict[str, pd.Series[Any]] = field(default_factory=dict)

    def fits(self, data: pd.DataFrame) -> bool:
        """Tell whether the labels mean the same records as before: some column has to agree.

        A frame whose labels were made anew (``reset_index``) gives itself away here.
        """
        if not (data.index.is_unique and self.labels.is_unique):
            return False
        mine = _sample(data)
        shared = [name for name in mine if name in self.sample]
        both = {name: mine[name].index.intersection(self.sample[name].index) for name in shared}
        return not shared or any(
            (mine[name][at].to_numpy() == self.sample[name][at].to_numpy()).all()
            for name, at in both.items()
        )

    def place(self, data: pd.DataFrame) -> Any:  # noqa: ANN401 - positions
        """Give the positions of records in this world; new ones are added at its end."""
        if not len(self.labels):
            self.labels, at = data.index, np.arange(len(data))
        else:
            at = self.labels.get_indexer(data.index)
            new = np.flatnonzero(at < 0)
            at[new] = len(self.labels) + np.arange(len(new))
            self.labels = self.labels.append(data.index[new])
        self.sample |= _sample(data)
        return at

    def keep(self, name: str, at: Any, numbers: Any) -> Any:  # noqa: ANN401 - arrays
        """Remember a column's numbers; give them for all records, missing where not known."""
        found, old = np.full(len(self.labels), np.nan), self.numbers.get(name, np.empty(0))
        found[: len(old)] = old
        found[at] = numbers
        self.numbers[name] = found
        return found


def _sample(data: pd.DataFrame) -> dict[str, pd.Series[Any]]:
    """Take the same records from every frame that holds them, by a number made of the label."""
    order = pd.util.hash_pandas_object(data.index, categorize=False).to_numpy()
    few = np.argpartition(order, _SAMPLE)[:_SAMPLE] if len(data) > _SAMPLE else slice(None)
    part = data.iloc[few]
    if not part.index.is_unique:
        return {}
    known = {str(name): column.dropna().astype(str) for name, column in part.items()}
    return {
        name: pd.Series(pd.util.hash_array(column.to_numpy(object)), column.index)
        for name, column in known.items()
    }
