"""The checks themselves: of records and of cells, each with the rule that it answers."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from govkit.assess.assessment import Column, Step
from govkit.assess.cells import exposed
from govkit.errors import shown
from govkit.microdata import check
from govkit.result import Verdict
from govkit.roles import AppiClass, Role
from govkit.tables import Rules, audit, primary

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from govkit.assess.cells import Published

Found = tuple[int | None, list[Step]]

_ALIKE = 2  # what everybody in a group shares is known of each
_COARSER = "Make the groups coarser or withhold the small ones, then assess the new file."


def direct(roles: tuple[Column, ...]) -> Step:
    """Look for columns that name a person by themselves."""
    names = [one.name for one in roles if _names_a_person(one)]
    listed = ", ".join(map(shown, names))
    return Step(
        name="direct identifiers", rule="GK305", measured=len(names), required=0,
        verdict=Verdict.UNSAFE if names else Verdict.SAFE,
        sentence=f"{len(names)} columns name people by themselves: {listed}."
        if names else "No column names a person by itself.",
        next_step="Leave these columns out, then assess the new file." if names else "",
    )  # fmt: skip


def _names_a_person(one: Column) -> bool:
    return one.role == Role.DIRECT or one.appi_class == AppiClass.CODE


def of_records(
    data: object, roles: tuple[Column, ...], limits: Mapping[str, Any], reading: Mapping[str, Any]
) -> Found:
    """Count the groups of records, and what everybody in a group shares."""
    quasi = [one.name for one in roles if one.role == Role.QUASI and not _names_a_person(one)]
    secret = [one.name for one in roles if one.role == Role.SENSITIVE and not _names_a_person(one)]
    k, asked, t = limits["k"], limits["l"], limits["t"]
    found = check(data, quasi, sensitive=secret, k=k, l=max(asked, _ALIKE), t=t, **reading)
    groups = found.k_anonymity
    steps = [
        Step(name="k-anonymity", rule="GK304", verdict=groups.verdict, sentence=groups.sentence,
             measured=groups.smallest, required=k,
             next_step=found.next_step if groups.verdict is not Verdict.SAFE else ""),
    ]  # fmt: skip
    for name, part in found.sensitive.items():
        steps.append(_diversity(name, part.distinct.measured, asked))
        if t is not None:
            steps.append(_closeness(name, part.t.measured, t, part.t.verdict))
    return groups.smallest, steps


def _diversity(name: str, measured: float, asked: int) -> Step:
    """Refuse less than the policy asks; where it asks nothing, a person looks at equal groups."""
    low = measured < max(asked, _ALIKE)
    verdict = (Verdict.UNSAFE if asked else Verdict.REVIEW) if low else Verdict.SAFE
    return Step(
        name=f"diversity of {shown(name)}", rule="GK307", verdict=verdict,
        measured=measured, required=max(asked, _ALIKE),
        sentence=f"Some group has only {measured:,.0f} different values of {shown(name)}: who is "
        "known to be in it is known to have them." if low
        else f"Each group has at least {measured:,.0f} different values of {shown(name)}.",
        next_step="Merge groups until each holds different values, or drop the column."
        if low else "",
    )  # fmt: skip


def _closeness(name: str, measured: float, t: float, verdict: Verdict) -> Step:
    return Step(
        name=f"closeness of {shown(name)}", rule="GK307", verdict=verdict, required=t,
        measured=measured if math.isfinite(measured) else None,
        sentence=f"In some group {shown(name)} is {measured:.3g} away from everybody's; {t:g} is "
        "the most that the policy allows.",
        next_step="" if verdict is Verdict.SAFE else _COARSER,
    )  # fmt: skip


def of_table(found: Published, roles: tuple[Column, ...], limits: Mapping[str, Any]) -> Found:
    """Look at what a table publishes, then attack what it withholds."""
    k, table, cells = limits["k"], found.true, found.true.contributors
    if cells is None:
        return None, [
            Step(name="published cells", rule="GK304", verdict=Verdict.REVIEW, required=k,
                 sentence="The table does not tell how many people stand behind each sum.",
                 next_step="Put the certificate of govkit table beside the file (--certificate)."),
            *_withheld(found, k),
        ]  # fmt: skip
    shown_cells = ~found.table.suppressed & (cells > 0)
    small = int((shown_cells & (cells < k)).sum())
    smallest = int(cells[shown_cells].min(initial=np.iinfo(np.int64).max))
    steps = [
        Step(name="published cells", rule="GK304", measured=smallest, required=k,
             verdict=(Verdict.UNSAFE if small else Verdict.SAFE) if shown_cells.any()
             else Verdict.REVIEW,
             sentence=f"{small:,} of {shown_cells.sum():,} published cells stand for fewer than "
             f"{k} people." if small
             else f"Each of {shown_cells.sum():,} published cells stands for {k} people or more.",
             next_step=_COARSER if small else ""),
        *_withheld(found, k),
    ]  # fmt: skip
    return smallest, [*steps, *_alike(found, roles, limits["l"])]


def _withheld(found: Published, k: int) -> Iterator[Step]:
    """Let the attacker's programs compute what is withheld, and check the certificate."""
    if found.proof is not None and found.proof.verdict is not Verdict.REVIEW:
        yield Step(
            name="certificate", rule="GK303", verdict=found.proof.verdict,
            sentence=found.proof.sentence,
            next_step="Protect the table again, and keep its own certificate with it."
            if found.proof.verdict is Verdict.UNSAFE else "",
        )  # fmt: skip
    if not found.table.suppressed.any():
        return
    known = found.true.contributors is not None and not np.isnan(found.true.values).any()
    unsafe = primary(found.true, Rules(threshold=k, contributors=k)) if known else None
    attack = audit(found.true, unsafe, full=True)
    opened = max(int(exposed(found.true, attack, k).sum()), attack.too_narrow)
    doubtful = not known and bool(found.table.suppressed[attack.lower < k].any())
    verdict = Verdict.UNSAFE if opened else Verdict.REVIEW if doubtful else Verdict.SAFE
    yield Step(
        name="withheld cells", rule="GK303", verdict=verdict, measured=opened, required=0,
        sentence={
            Verdict.UNSAFE: f"{opened:,} of {attack.suppressed:,} withheld cells can be computed "
            "from what is published, exactly or too closely.",
            Verdict.REVIEW: f"None of {attack.suppressed:,} withheld cells can be computed exactly;"
            " whether enough doubt is left only the true values tell.",
        }.get(verdict, attack.sentence),
        next_step={
            Verdict.UNSAFE: "Protect the table again with govkit table --audience.",
            Verdict.REVIEW: "Put the certificate of govkit table beside the file, which holds the "
            "true values (--certificate).",
        }.get(verdict, ""),
    )  # fmt: skip


def _alike(found: Published, roles: tuple[Column, ...], asked: int) -> Iterator[Step]:
    """Find published cells that hold all of their group, by each sensitive variable."""
    for one in roles:
        if one.role == Role.SENSITIVE and one.name in found.table.by:
            marks = primary(found.true, Rules(homogeneity=one.name)).marks["homogeneity"]
            n = int((marks & ~found.table.suppressed).sum())
            yield _diversity(one.name, 1 if n else _ALIKE, asked and _ALIKE)
