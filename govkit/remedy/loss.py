"""Loss: what a node of the lattice costs, and a bound of what every node above it costs.

N records, of which s are suppressed.

* ``loss``: share of a hierarchy's rows that a label stands for, 1 for a suppressed record, scaled
  to 0..1 per column; the geometric or arithmetic mean over the columns (V. Iyengar, KDD 2002,
  doi:10.1145/775047.775089, in the scaling of ARX).
* ``entropy``: bits that a label takes from its values, over all records (A. Gionis, T. Tassa,
  IEEE TKDE 21(2), 2009, doi:10.1109/TKDE.2008.129); blind to suppression.
* ``nonuniform-entropy``: the same, and for suppressed records the bits from label to nothing.
* ``discernibility``: sum of squared class sizes, and s·N (R. Bayardo, R. Agrawal, ICDE 2005,
  doi:10.1109/ICDE.2005.42); ``discernibility-star`` is blind to suppression.
* ``average-class-size``: records per class (K. LeFevre et al., ICDE 2006,
  doi:10.1109/ICDE.2006.101), the suppressed records counted as one more class.
* ``precision``: mean level over the height, 1 for a suppressed record (L. Sweeney 2002,
  doi:10.1142/S021848850200165X).
* ``height``: sum of the levels.
"""

from collections.abc import Callable, Sequence
from functools import reduce
from typing import Any

import numpy as np

from govkit.data.arrays import Integers, Numbers
from govkit.errors import InputError, shown
from govkit.remedy.cells import Axis

LOSSES = (
    "loss", "entropy", "nonuniform-entropy", "discernibility", "discernibility-star",
    "average-class-size", "precision", "height",
)  # fmt: skip


class Loss:
    """A metric of loss over the nodes of one lattice.

    Parameters
    ----------
    name, mean
        The metric; ``"geometric"`` or ``"arithmetic"`` for ``loss``.
    axes
        The columns.
    counts
        Per column the records per label of level 0.
    """

    def __init__(self, name: str, mean: str, axes: Sequence[Axis], counts: list[Numbers]) -> None:
        if name not in LOSSES:
            raise InputError(f"There is no loss {shown(name)}: use one of {', '.join(LOSSES)}.")
        if mean not in {"geometric", "arithmetic"}:
            raise InputError(f"mean must be 'geometric' or 'arithmetic', not {shown(mean)}.")
        self.name, self.axes, self.records = name, axes, float(counts[0].sum())
        self.geometric = name == "loss" and mean == "geometric"
        self.share = 1 / len(axes) if name in {"loss", "precision"} else 1.0
        self.rows = np.array([axis.rows for axis in axes])
        self.range = np.maximum(self.records * (self.rows - 1), 1)
        self.plain = [
            np.array([self._plain(axis, level, n) for level in range(len(axis.up))])
            for axis, n in zip(axes, counts, strict=True)
        ]

    def _plain(self, axis: Axis, level: int, counts: Numbers) -> float:
        """Give one column's part on a level, nothing suppressed."""
        if self.name == "height":
            return level
        if self.name == "precision":
            return level / max(len(axis.up) - 1, 1)
        if self.name == "loss":
            covered = counts @ axis.leaves[level][axis.up[level]] - self.records
            return float(covered / (self.records * (axis.rows - 1) or 1))
        together = np.bincount(axis.up[level], counts)[axis.up[level]]
        bits = float(counts @ np.log2(together / counts))
        return bits if self.name.endswith("entropy") else 0.0

    def floor(self) -> Numbers:
        """Give per node of the lattice a bound that no suppression can go below."""
        return np.asarray(self._outer(reduce(np.add.outer, map(self._inner, self.plain))))

    def bound(self, sizes: Integers) -> float:
        """Give a bound for all nodes above one, from the sizes of all its classes."""
        if self.name.startswith("discernibility"):
            return float(np.square(sizes, dtype=np.float64).sum())
        return self.records / (len(sizes) + 1) if self.name == "average-class-size" else 0.0

    def of(
        self, levels: Sequence[int], released: Integers, lost: Integers,
        marginals: Callable[[], Numbers],
    ) -> float:  # fmt: skip
        """Measure a node.

        Parameters
        ----------
        levels
            Its levels.
        released, lost
            Sizes of the classes released and suppressed.
        marginals
            Counts the suppressed records by each column's labels, one column after the other.
        """
        gone = float(lost.sum())
        if self.name == "discernibility":
            return self.bound(released) + gone * self.records
        if self.name == "discernibility-star":
            return self.bound(released) + self.bound(lost)
        if self.name == "average-class-size":
            return self.records / max(len(released) + (gone > 0), 1)
        parts = np.array([part[level] for part, level in zip(self.plain, levels, strict=True)])
        if gone and self.name == "precision":
            parts += (1 - parts) * gone / self.records
        elif gone and self.name in {"loss", "nonuniform-entropy"}:
            parts += self._suppressed(levels, marginals(), gone)
        return float(self._outer(self._inner(parts).sum()))

    def _suppressed(self, levels: Sequence[int], lost: Numbers, gone: float) -> Numbers:
        """Give what suppression adds to each column's part."""
        leaves = [axis.leaves[level] for axis, level in zip(self.axes, levels, strict=True)]
        starts = np.cumsum([0, *map(len, leaves[:-1])])
        if self.name == "loss":
            more = np.add.reduceat(lost * np.concatenate(leaves), starts)
            return (gone * self.rows - more) / self.range
        return np.add.reduceat(lost * np.log2(gone / np.maximum(lost, 1)), starts)

    def _inner(self, parts: Numbers) -> Numbers:
        return (np.log1p(parts) if self.geometric else parts) * self.share

    def _outer(self, total: Any) -> Any:  # noqa: ANN401 - a number, or one per node
        return np.expm1(total) if self.geometric else total
