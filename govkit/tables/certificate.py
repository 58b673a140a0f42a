"""The proof that comes with a protected table, and its check by sparse products alone.

A certificate holds moves (one per row): each added to the true table gives another table that an
attacker cannot tell from it. For every unsafe cell some move goes up by its upper protection level
and some move goes down by its lower one. It holds the true values: keep it where the data is.
"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp

from govkit.errors import InputError
from govkit.files import unread, write_whole
from govkit.result import Result, Verdict

if TYPE_CHECKING:
    import os
    from pathlib import Path

    from govkit.data.arrays import Numbers
    from govkit.tables.table import Table


__all__ = ["Certificate", "Proof", "reach"]

_SLACK = 1e-6  # relative to the size of the numbers compared
_ARRAYS = ("upper", "lower", "values", "down", "up", "knows")


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
    insiders, insiders_unmet
        Contributors against whom the table was protected, and the requirements that no move meets
        which fits what they know.
    """

    requirements: int
    unmet: int
    equations: int
    published: int
    bounds: int
    witnesses: int
    insiders: int = 0
    insiders_unmet: int = 0

    @property
    def verdict(self) -> Verdict:
        """Safe when nothing is broken and nothing unmet; no requirement proves nothing."""
        broken = self.equations or self.published or self.bounds
        if self.unmet or broken or self.insiders_unmet:
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
            f"requirements unmet, {self.insiders_unmet:,} against insiders; "
            f"{self.equations + self.published + self.bounds:,} conditions broken."
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
    knows
        What insiders know, one row per insider and cell: number of the insider, the cell, and how
        far down and up it can move for all the insider knows.
    counts
        How many stand behind each cell: contributors, or records; ``None`` where that is unknown.
    """

    moves: sp.csr_array = field(repr=False)
    upper: Numbers = field(repr=False)
    lower: Numbers = field(repr=False)
    values: Numbers = field(repr=False)
    down: Numbers = field(repr=False)
    up: Numbers = field(repr=False)
    knows: Numbers = field(repr=False, default_factory=lambda: np.zeros((0, 4)))
    counts: Numbers | None = field(repr=False, default=None)

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
        slack, known = _SLACK * size, ~table.suppressed
        residual = np.abs(self.moves @ table.equations.T)
        scale = max(float(np.abs(self.moves.data).max(initial=0.0)), 1.0)
        sums = np.abs(table.equations @ self.values) > _SLACK * (abs(table.equations) @ size)
        low, high = reach(self.moves)
        differ = np.abs(np.nan_to_num(table.values) - self.values) > slack
        ups, downs = high < self.upper - slack, -low < self.lower - slack
        asked = (self.upper > 0).astype(int) + (self.lower > 0)
        insiders = self._unmet()
        return Proof(
            requirements=int(asked.sum()), witnesses=self.moves.shape[0],
            unmet=int((ups | (known & (asked > 0))).sum() + downs.sum()),
            equations=int((reach(residual)[1] > _SLACK * scale).sum() + sums.sum()),
            published=int((known & (np.maximum(high, -low) > slack)).sum())
            + int((known & differ).sum()),
            bounds=int(((-low > self.down + slack) | (high > self.up + slack)).sum()),
            insiders=len(insiders), insiders_unmet=sum(insiders),
        )  # fmt: skip

    def _unmet(self) -> list[int]:
        """Count per insider the requirements that no move meets which fits what is known."""
        column, slack = sp.csc_array(self.moves), _SLACK * np.maximum(np.abs(self.values), 1.0)
        found = []
        for who in np.unique(self.knows[:, 0]):
            _, cells, down, up = self.knows[self.knows[:, 0] == who].T
            own = cells.astype(int)
            part = column[:, own].toarray()
            fits = ((part <= up + slack[own]) & (part >= -down - slack[own])).all(axis=1)
            low, high = reach(self.moves[np.flatnonzero(fits)])
            upper, lower = self.upper.copy(), self.lower.copy()
            lower[own] = np.minimum(lower[own], down)
            upper[own[up == 0]] = 0.0  # the own cell is known anyway
            found.append(int((high < upper - slack).sum() + (-low < lower - slack).sum()))
        return found

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the certificate as a compressed NumPy archive, whole or not at all."""
        moves = {name: getattr(self.moves, name) for name in ("data", "indices", "indptr")}
        numbers = {name: getattr(self, name) for name in _ARRAYS}
        numbers |= {} if self.counts is None else {"counts": self.counts}

        def write(draft: Path) -> None:
            with draft.open("wb") as file:
                np.savez_compressed(file, **moves, **numbers)

        return write_whole(path, write)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Certificate:
        """Read a certificate; nothing in the file is ever run."""
        try:
            with np.load(path, allow_pickle=False) as held:
                parts = {name: held[name] for name in held.files}
            rows = (parts.pop("data"), parts.pop("indices"), parts.pop("indptr"))
            shape = (len(rows[2]) - 1, len(parts["values"]))
            moves = sp.csr_array(rows, shape)
            moves.check_format(full_check=True)
            np.stack([parts[name] for name in _ARRAYS[:-1]])  # of one size
            np.stack([parts["values"], parts.get("counts", parts["values"])])
            return cls(moves=moves, **parts)
        except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile):
            raise unread(
                path, "is not a certificate of govkit: name the .npz file that govkit table wrote."
            ) from None
