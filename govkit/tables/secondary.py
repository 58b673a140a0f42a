"""Which more cells to withhold, so that the unsafe ones stay in doubt: certified suppression.

The loop: meet each requirement by the cheapest move on the joint system; publish again what is not
needed; prove the pattern anew by other programs; mend and prove again until nothing is open. An
optimum, where asked for, is found after Fischetti and Salazar (2001).
"""

from __future__ import annotations

import dataclasses
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import scipy.sparse as sp

from govkit.errors import InputError
from govkit.result import Result, Verdict
from govkit.tables.audit import Audit, audit
from govkit.tables.blocks import start_in_blocks
from govkit.tables.certificate import Certificate, reach
from govkit.tables.insiders import as_rows, open_requirements, who_knows
from govkit.tables.optimal import first_bound, optimum
from govkit.tables.pattern import Pattern
from govkit.tables.primary import Primary, primary
from govkit.tables.rules import Rules
from govkit.tables.show import obstacles
from govkit.tables.system import system
from govkit.tables.table import moved

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from govkit.data.arrays import Numbers
    from govkit.tables.insiders import Tested
    from govkit.tables.pattern import Knowledge
    from govkit.tables.system import System
    from govkit.tables.table import Table


__all__ = ["NoPatternError", "Protected", "suppress"]

_TOLD = ("attacked", "exact", "too_narrow", "insiders", "insiders_tested", "insiders_open")
METHODS = ("certified", "fast", "optimal")
_BATCH = 10  # requirements per program where speed counts, and for those above all blocks
_LARGE = 20_000  # movable cells from which the table is taken in blocks
_SMALL = 1_000_000  # cells times requirements up to which the optimum is looked for unasked
_EFFORT = 200_000  # simplex iterations spent on that
_CLEANING = 1_100_000  # simplex iterations spent on cleaning up what blocks found
_SECONDS = 600.0  # for the optimum, where no limit is given
_BOUNDING = 5  # rounds spent on a lower bound of the cost where the optimum is out of reach
_REPAIRS = 10  # rounds of mending
_INSIDERS = 1_000_000  # withheld cells times programs spent on insiders who were not asked for


class NoPatternError(InputError):
    """No pattern can protect some cells; ``cells`` holds their positions."""

    def __init__(self, cells: Numbers, why: str) -> None:
        self.cells = cells
        super().__init__(
            f"No pattern can protect {len(cells):,} unsafe cells, even with all others withheld "
            f"that may be: {why}. Make the variables coarser, drop a margin, publish fewer cells "
            "in any case, or reckon with attackers who know less."
        )


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Protected(Result):
    """A table that was protected, with the proof and the audit.

    Attributes
    ----------
    cells, zero_cells, primary, secondary
        Numbers of cells: all, empty ones, unsafe ones, and those withheld to protect them.
    cost, bound, gap
        Cost of the secondary cells; no pattern costs less than ``bound``; the gap relative to the
        cost.
    optimal
        Whether it is proven that no pattern costs less.
    audit
        The attack on the result.
    table
        The table with its status; without one where the time was not enough.
    certificate
        The witnesses that prove it.
    rules
        What was asked for.
    """

    cells: int
    zero_cells: int
    primary: int
    secondary: int
    cost: float
    bound: float | None
    gap: float | None
    optimal: bool
    seconds: float = field(repr=False)
    audit: Audit | None
    table: Table = field(repr=False)
    certificate: Certificate | None = field(repr=False)
    rules: Rules | None = field(repr=False)
    sensitive: Primary = field(repr=False)

    def numbers(self) -> dict[str, Any]:
        """Give the numbers by name; of the audit those that a table of results shows."""
        found = Result.numbers(self)
        if self.audit is not None:
            found["audit"] = {name: getattr(self.audit, name) for name in _TOLD}
        return found

    @property
    def verdict(self) -> Verdict:
        """What the audit says; review where it was not finished, or without records."""
        if self.audit is None or self.certificate is None or self._empty:
            return Verdict.REVIEW
        return self.audit.verdict

    @property
    def sentence(self) -> str:
        """The answer in words."""
        if self.audit is None:
            return (
                "The time was not enough to protect the table: it must not be published. Allow "
                "more time, or use coarser variables."
            )
        if self._empty:
            return "There are no records, so nothing is shown about anybody."
        found = self.audit
        if not found.suppressed:
            return f"Nothing has to be withheld: none of {self.cells:,} cells is unsafe."
        withheld = f"{self.primary:,} unsafe and {self.secondary:,} more are withheld"
        said = f"Of {self.cells:,} cells {withheld}. {found.sentence}"
        if not found.insiders_open and found.insiders == found.insiders_tested:
            return said
        return f"{said} {found.of_insiders} insiders=True (--insiders) protects against all."

    @property
    def _empty(self) -> bool:
        return self.table.counts is not None and not self.table.counts.any()

    def explain(self, cell: int) -> str:
        """Say why a cell is withheld.

        Parameters
        ----------
        cell
            Its position: see ``Table.cell``.
        """
        mark = "s" if self.table.status is None else str(self.table.status[cell])
        if mark == "u":
            rules = [name.replace("_", " ") for name, m in self.sensitive.marks.items() if m[cell]]
            return f"Withheld because it is unsafe by itself: {', '.join(rules)}."
        if mark != "m" or self.certificate is None:
            return "Published." if mark == "s" else "Empty."
        users = self.certificate.moves[:, [cell]].nonzero()[0]
        helped = reach(abs(self.certificate.moves[users]))[1] > 0
        served = np.flatnonzero(helped & self.sensitive.mask)
        near = (self.table.codes[served] == self.table.codes[cell]).sum(axis=1).argmax()
        first = " · ".join(self.table.label(int(served[near])))
        whom = first if len(served) == 1 else f"{len(served):,} unsafe cells, such as {first}"
        return (
            f"Withheld to protect {whom}: tables that fit all that is published, and leave that in "
            "doubt, differ here, too."
        )

    def _repr_html_(self) -> str:
        return Result._repr_html_(self) + self.table._repr_html_()

    def plot(self) -> Any:  # noqa: ANN401 - a figure
        """Draw the interval of each unsafe cell around its value."""
        if self.audit is None:
            raise InputError("There is nothing to draw: the table was not protected in time.")
        return self.audit.plot()


def suppress(
    table: Table,
    rules: Rules | Primary,
    *,
    method: str = "certified",
    cost: str | Numbers = "value",
    bounds: float | None = None,
    publish: Numbers | None = None,
    insiders: bool | str = False,
    time_limit: float | None = None,
    progress: Callable[[int], None] | None = None,
    processes: int = 1,
) -> Protected:
    """Withhold cells so that no unsafe cell can be taken apart, and prove it.

    Parameters
    ----------
    table
        The true table with all margins.
    rules
        What makes a cell unsafe, or the unsafe cells themselves.
    method
        ``"certified"``: small tables close to the optimum; ``"fast"``: without looking for it, and
        large tables in batches without clean-up; ``"optimal"``: the cheapest pattern with proof,
        as far as the time limit allows.
    cost
        What a withheld cell costs: ``"value"``, ``"count"``, ``"unit"``, or a number per cell.
    bounds
        The attacker knows every cell to within this many per cent beforehand.
    publish
        Cells that have to be published: their positions, or a mask.
    insiders
        Also protect against contributors who are alone in a withheld cell (``"all"``: against
        each of the largest contributors), who know their own share.
    time_limit
        Seconds. What cannot be proven within them is not published.
    progress
        Told the number of open requirements.
    processes
        How many to use for a large table; the answer is the same. More than one needs a script
        that may be imported: ``if __name__ == "__main__"``.

    Returns
    -------
    Protected

    Raises
    ------
    NoPatternError
        Some cells cannot be protected by any pattern.
    InputError
        Parameters that mean nothing.

    Examples
    --------
    >>> from govkit.tables import tabulate
    >>> cells = {"area": ["N", "N", "S", "S"], "sex": ["f", "m", "f", "m"]}
    >>> table = tabulate(cells | {"n": [1, 7, 8, 9]}, ["area", "sex"], records="n")
    >>> suppress(table, Rules(threshold=3)).secondary
    3
    """
    if method not in METHODS:
        raise InputError(f"method must be one of {', '.join(METHODS)}.")
    began = time.monotonic()
    unsafe = rules if isinstance(rules, Primary) else primary(table, rules)
    sys = system(table, unsafe, cost=cost, bounds=bounds, publish=publish)
    run = _Run(table, unsafe, sys, bounds, insiders, began, time_limit, progress, processes)
    bound = run.pattern_of(method)
    if bound is not None:
        run.prove()
    return run.answer(rules, bound)


@dataclass(slots=True)
class _Run:
    """One run of the loop: what it holds on its way."""

    table: Table
    unsafe: Primary
    sys: System
    bounds: float | None
    insiders: bool | str
    began: float
    time_limit: float | None
    progress: Callable[[int], None] | None
    processes: int
    pattern: Pattern = field(init=False)
    audit: Audit | None = field(init=False, default=None)
    moves: sp.csr_array | None = field(init=False, default=None)
    known: Numbers = field(init=False, default_factory=lambda: np.zeros((0, 4)))
    tried: sp.csr_array = field(init=False)

    def left(self, share: float = 0.0) -> float:
        """Give the seconds left, keeping a share of the whole back."""
        limit = np.inf if self.time_limit is None else self.time_limit
        return max(limit * (1 - share) - (time.monotonic() - self.began), 0.0)

    def late(self) -> bool:
        return self.left() == 0.0

    def enough(self) -> bool:
        """Stop improving while there is time left for the proof."""
        return self.left(0.4) == 0.0

    def pattern_of(self, method: str) -> float | None:
        """Find a pattern; give a lower bound of the cost, or ``None`` if the time ran out."""
        self.pattern = Pattern(self.sys)
        self.tried = self.pattern.moves()
        if self.insiders and self._knowledge() is None:
            raise InputError(
                "Who is behind a cell is not in the table, so it cannot be protected against "
                "contributors: make it from records, naming the contributor."
            )
        small = len(self.sys.cells) * len(self.sys.target) <= _SMALL
        large = len(self.sys.cells) > _LARGE
        batch = _BATCH if method == "fast" and not small else 1
        if large:
            start_in_blocks(
                self.pattern, self.table, batch, processes=self.processes, seconds=self.left(0.4),
                clean_up=batch == 1,
            )  # fmt: skip
        self._start(batch)
        if self.late():
            return None
        if batch == 1:
            self.pattern.clean_up(stop=self.enough, effort=_CLEANING if large else np.inf)
        bound = self._bound(method, small=small)
        if self.insiders:
            self._against_insiders()
        return None if (self.pattern.owner < 0).any() else bound

    def _start(self, batch: int) -> None:
        impossible = self.pattern.start(batch, stop=self.late, progress=self.progress)
        if impossible:
            cells = self.sys.cells[np.unique(self.pattern.target[impossible])]
            raise NoPatternError(cells, obstacles(self.table, self.sys, self.pattern, impossible))

    def _bound(self, method: str, *, small: bool) -> float:
        """Look for the optimum where that is asked for or costs little; else bound the cost."""
        if method != "optimal" and not (small and method == "certified"):
            rounds = 1 if method == "fast" else _BOUNDING
            return first_bound(self.pattern, rounds, 0.8 * self.left(0.4))
        effort = np.inf if method == "optimal" else _EFFORT
        seconds = min(0.8 * self.left(), _SECONDS)
        self.pattern, bound = optimum(self.pattern, seconds, effort)
        return bound

    def _knowledge(self) -> list[Knowledge] | None:
        everyone = self.insiders == "all"
        return who_knows(self.table, self.sys, self.pattern.hidden, everyone=everyone)

    def _tested(self, who: Sequence[Knowledge], programs: float = np.inf) -> Tested:
        """Put the pattern to the test, with the moves of all tests so far."""
        known = sp.csr_array(sp.vstack([self.pattern.moves(), self.tried]))
        tested = open_requirements(self.pattern, who, known, programs=programs, stop=self.late)
        self.tried = tested.moves
        return tested

    def _against_insiders(self) -> None:
        for _ in range(_REPAIRS):
            tested = self._tested(self._knowledge() or [])
            if not tested.open or self.late():
                return
            for who, r, level in tested.open:
                sign = int(self.pattern.sign[r])
                self.pattern.require(int(self.pattern.target[r]), sign, level, who)
            self._start(1)

    def prove(self) -> None:
        """Prove the pattern by other programs; mend what they find, until they find nothing."""
        for _ in range(_REPAIRS):  # two formulations that never agree prove nothing: REVIEW
            if self.late():
                return
            self.known = self.known[:0]
            self.moves = moved(self.pattern.moves(), self.sys.cells, len(self.table))
            table = self.table.with_status(self._status())
            proof = self._certificate().check(table)
            if proof.verdict is not Verdict.UNSAFE:
                try:
                    found = audit(
                        table, self.unsafe, bounds=self.bounds, full=False,
                        time_limit=self.left(), processes=self.processes,
                    )  # fmt: skip
                except TimeoutError:
                    return
                if found.verdict is not Verdict.UNSAFE:
                    found = self._with_insiders(found)
                    if found.verdict is not Verdict.UNSAFE:
                        all_tested = found.insiders_tested == found.insiders
                        self.audit = found if all_tested or not self.insiders else None
                        return
                    self._against_insiders()
                    continue
            self._mend()

    def _mend(self) -> None:
        """Meet every requirement anew, and publish what the new witnesses leave alone."""
        self.pattern.owner[:], self.pattern.witnesses = -1, {}
        self._start(1)
        self.pattern.prune()

    def _status(self) -> Numbers:
        status = np.where(self.table.values == 0, "z", "s")
        status[self.sys.cells[self.pattern.hidden]] = "m"
        status[self.sys.cells[self.sys.unsafe]] = "u"
        return status

    def _with_insiders(self, found: Audit) -> Audit:
        who = self._knowledge()
        if who is None:
            return found
        few = _INSIDERS / max(found.suppressed, 1)
        tested = self._tested(who, np.inf if self.insiders else few)
        if self.insiders:
            self.moves = moved(tested.moves, self.sys.cells, len(self.table))
            self.known = as_rows(who, self.sys)
        against = bool(self.insiders)
        return dataclasses.replace(found, against_insiders=against, **tested.told(self.sys))

    def _certificate(self) -> Certificate:
        down, up = room = np.zeros((2, len(self.table)))
        room[:, self.sys.cells] = np.stack([self.sys.down, self.sys.up]) * self.sys.unit
        return Certificate(
            moves=sp.csr_array(self.moves), values=self.table.values, down=down, up=up,
            upper=self.unsafe.upper, lower=self.unsafe.lower, knows=self.known,
            counts=self.table.contributors,
        )  # fmt: skip

    def answer(self, rules: Rules | Primary, bound: float | None) -> Protected:
        """Give what was proven, or a table that must not be published."""
        done = self.audit is not None
        cost, bound = self.pattern.cost if done else float("nan"), bound if done else None
        gap = None if bound is None else max(cost - bound, 0.0) / max(cost, 1e-9)
        extra = self.pattern.hidden & ~self.sys.unsafe & done
        return Protected(
            cells=len(self.table), zero_cells=int((self.table.values == 0).sum()),
            primary=self.unsafe.unsafe, secondary=int(extra.sum()), cost=cost, bound=bound, gap=gap,
            optimal=gap is not None and gap <= 1e-6,  # noqa: PLR2004 - rounding
            audit=self.audit, certificate=self._certificate() if done else None,
            table=dataclasses.replace(self.table, status=self._status() if done else None),
            rules=rules if isinstance(rules, Rules) else None, sensitive=self.unsafe,
            seconds=time.monotonic() - self.began,
        )  # fmt: skip
