"""The proof that comes with a protected table, and its check by sparse products alone.

A certificate holds moves (one per row): each added to the true table gives another table that an
attacker cannot tell from it. For every unsafe cell some move goes up by its upper protection level
and some move goes down by its lower one. It holds the true values: keep it where the data is.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import scipy.sparse as sp

from govkit.errors import InputError, SourceError, shown
from govkit.result import Result, Verdict

if TYPE_CHECKING:
    import os

    import numpy.typing as npt

    from govkit.tables.table import Table

    Numbers = npt.NDArray[Any]

__all__ = ["Certificate", "Proof"]

_SLACK = 1e-6  # relative to the size of the numbers compared


def reach(moves: sp.csr_array) -> tuple[Numbers, Numbers]:
    """Give how far down and up each cell moves; the true table itself is one of the tables."""
    still = sp.csr_array((1, moves.shape[1]))
    whole = sp.csc_array(sp.vstack([moves, still]))
    return whole.min(axis=0).toarray().ravel(), whole.max(axis=0).toarray().ravel()


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Proof(Result):
    """What the check of a certificate found.

    Attributes
    ----------
    requirements, unmet
        Unsafe cells times directions, and how many of them no move reaches.
    equations, published, bounds
        How many sums, published cells or bounds some move breaks.
    witnesses
        Number of moves.
    """

    requirements: int
    unmet: int
    equations: int
    published: int
    bounds: int
    witnesses: int

    @property
    def verdict(self) -> Verdict:
        """Safe when nothing is broken and nothing unmet; no requirement proves nothing."""
        if self.unmet or self.equations or self.published or self.bounds:
            return Verdict.UNSAFE
        return Verdict.SAFE if self.requirements else Verdict.REVIEW

    @property
    def sentence(self) -> str:
        """The answer in words."""
        if self.verdict is Verdict.SAFE:
            return (
                f"{self.witnesses:,} other tables fit everything that is published and leave each "
                "unsafe cell in doubt as far as the rules ask."
            )
        return (
            f"The certificate does not prove the table: {self.unmet:,} of {self.requirements:,} "
            f"requirements unmet; {self.equations + self.published + self.bounds:,} conditions "
            "broken."
        )


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Certificate:
    """The witness moves of a protected table, and what they have to show.

    Attributes
    ----------
    moves
        One row per witness over all cells of the table.
    upper, lower
        The protection levels of each cell.
    values
        The true table.
    down, up
        How far each cell can move within what the attacker knows.
    """

    moves: sp.csr_array = field(repr=False)
    upper: Numbers = field(repr=False)
    lower: Numbers = field(repr=False)
    values: Numbers = field(repr=False)
    down: Numbers = field(repr=False)
    up: Numbers = field(repr=False)

    def check(self, table: Table) -> Proof:
        """Check the certificate against a published table, with sparse products only.

        Parameters
        ----------
        table
            The table as it is published: its equations, its published values and its marks.
        """
        if self.moves.shape[1] != len(table):
            raise InputError("The certificate is of a table with another number of cells.")
        size = np.maximum(np.abs(self.values), 1.0)
        known = ~table.suppressed
        residual = np.abs(self.moves @ table.equations.T)
        scale = max(float(np.abs(self.moves.data).max(initial=0.0)), 1.0)
        differ = np.abs(np.nan_to_num(table.values) - self.values) > _SLACK * size
        low, high = reach(self.moves)
        ups = (self.upper > 0) & (high < self.upper - _SLACK * size)
        downs = (self.lower > 0) & (-low < self.lower - _SLACK * size)
        shown_unsafe = known & ((self.upper > 0) | (self.lower > 0))
        beyond = (-low > self.down + _SLACK * size) | (high > self.up + _SLACK * size)
        sums = np.abs(table.equations @ self.values)
        return Proof(
            requirements=int((self.upper > 0).sum() + (self.lower > 0).sum()),
            unmet=int((ups | shown_unsafe).sum() + downs.sum()),
            equations=int((reach(residual)[1] > _SLACK * scale).sum())
            + int((sums > _SLACK * np.maximum(abs(table.equations) @ size, 1.0)).sum()),
            published=int((known & (np.maximum(high, -low) > _SLACK * size)).sum())
            + int((known & differ).sum()),
            bounds=int(beyond.sum()), witnesses=self.moves.shape[0],
        )  # fmt: skip

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the certificate as a compressed NumPy archive."""
        target = Path(path)
        try:
            with target.open("wb") as file:
                np.savez_compressed(
                    file, data=self.moves.data, indices=self.moves.indices,
                    indptr=self.moves.indptr, upper=self.upper, lower=self.lower,
                    values=self.values, down=self.down, up=self.up,
                )  # fmt: skip
        except OSError:
            raise SourceError(
                f"{shown(target.name)} cannot be written: choose another place."
            ) from None
        return target

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Certificate:
        """Read a certificate; nothing in the file is ever run."""
        try:
            with np.load(path, allow_pickle=False) as held:
                parts = {name: held[name] for name in held.files}
            rows = (parts.pop("data"), parts.pop("indices"), parts.pop("indptr"))
            shape = (len(rows[2]) - 1, len(parts["values"]))
            return cls(moves=sp.csr_array(rows, shape), **parts)
        except (OSError, ValueError, KeyError, TypeError):
            raise SourceError(
                f"{shown(Path(path).name)} is not a certificate of govkit: name the .npz file that "
                "govkit table wrote."
            ) from None
