"""The checks themselves, of records and of cells; what they say stands in ``steps.yaml``."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from govkit.assess.assessment import Column, Step
from govkit.assess.cells import exposed
from govkit.errors import shown
from govkit.files import packaged
from govkit.microdata import check
from govkit.result import Verdict
from govkit.roles import AppiClass, Role
from govkit.tables import Rules, audit, primary

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from govkit.assess.cells import Published
    from govkit.data.classify import Field

__all__ = ["about", "names_a_person", "of_records", "of_table"]

SAFE, REVIEW, UNSAFE = Verdict.SAFE, Verdict.REVIEW, Verdict.UNSAFE
_SAID = packaged("assess/steps.yaml")
_ALIKE = 2  # what everybody in a group shares is known of each


def _step(
    key: str, verdict: Verdict, measured: float | None = None, required: float | None = None,
    **words: Any,  # noqa: ANN401 - what the sentence needs
) -> Step:  # fmt: skip
    said, words = _SAID[key], words | {"measured": measured, "required": required}
    texts = (said["name"], said[verdict], said.get("next", {}).get(verdict, ""))
    name, sentence, todo = (text.format(**words) for text in texts)
    return Step(
        name=name, rule=said["rule"], verdict=verdict, sentence=sentence, next_step=todo,
        measured=measured, required=required,
    )  # fmt: skip


def names_a_person(one: Column | Field) -> bool:
    """Tell whether a column identifies people whatever else is done."""
    return one.role == Role.DIRECT or one.appi_class == AppiClass.CODE


def about(roles: Sequence[Column], seen: Sequence[Field]) -> Iterator[Step]:
    """Look for columns that name people, that nobody declared, and that look otherwise."""
    guesses = {one.name for one in seen if names_a_person(one)}
    direct = [one for one in roles if names_a_person(one)]
    unknown = [one for one in roles if one.source == "proposed"]
    other = [one for one in roles if one.name in guesses and one not in direct + unknown]
    for key, bad, found in (
        ("direct", UNSAFE, direct), ("roles", REVIEW, unknown), ("look", REVIEW, other)
    ):  # fmt: skip
        columns = ", ".join(shown(one.name) for one in found)
        yield _step(key, bad if found else SAFE, len(found), 0, columns=columns)


def of_records(
    data: object, roles: Sequence[Column], limits: Mapping[str, Any]
) -> tuple[int, list[Step]]:
    """Count the groups of records, and what everybody in a group shares."""
    quasi, secret = (
        [one.name for one in roles if one.role == role and not names_a_person(one)]
        for role in (Role.QUASI, Role.SENSITIVE)
    )
    if not quasi and not secret:  # then whatever there is may tell people apart
        quasi = [one.name for one in roles]
    found = check(
        data, quasi, sensitive=secret, k=limits["k"], l=max(limits["l"], _ALIKE), t=limits["t"]
    )  # fmt: skip
    groups = found.k_anonymity
    todo = found.next_step if quasi else "Do not hand over records of so few people."
    steps = [
        _step("k", groups.verdict, groups.smallest, limits["k"], few=groups.records_at_risk,
              records=groups.records, todo=todo)
    ]  # fmt: skip
    for name, part in found.sensitive.items():
        steps.append(_diversity(name, part.distinct.measured, limits["l"]))
        if limits["t"]:
            t = part.t.measured if math.isfinite(part.t.measured) else None
            steps.append(_step("closeness", part.t.verdict, t, limits["t"], column=shown(name)))
    return int(groups.smallest), steps


def _diversity(name: str, measured: float, asked: int) -> Step:
    """Refuse less than the policy asks; where it asks nothing, a person looks at equal groups."""
    least = max(asked, _ALIKE)
    verdict = SAFE if measured >= least else UNSAFE if asked else REVIEW
    return _step("diversity", verdict, measured, least, column=shown(name))


def of_table(
    found: Published, roles: Sequence[Column], limits: Mapping[str, Any]
) -> tuple[int | None, list[Step]]:
    """Look at what a table publishes, then attack what it withholds."""
    if found.changed_by:
        return None, [_step("changed", REVIEW, method=found.changed_by)]
    people, k, steps = found.true.contributors, limits["k"], list(_withheld(found, limits["k"]))
    if people is None:
        return None, [_step("cells", REVIEW, None, k), *steps]
    told = ~found.table.suppressed & (people > 0)
    few, smallest = int((told & (people < k)).sum()), min(people[told].tolist(), default=None)
    verdict = UNSAFE if few else SAFE if told.any() else REVIEW
    steps.insert(0, _step("cells", verdict, smallest, k, few=few, cells=int(told.sum())))
    for one in roles:  # a cell that holds all of its group
        if one.role == Role.SENSITIVE and one.name in found.table.by:
            marks = primary(found.true, Rules(homogeneity=one.name)).marks["homogeneity"]
            alike = bool((marks & ~found.table.suppressed).any())
            steps.append(_diversity(one.name, 1 if alike else _ALIKE, min(limits["l"], _ALIKE)))
    return None if smallest is None else int(smallest), steps


def _withheld(found: Published, k: int) -> Iterator[Step]:
    """Check the certificate, and let the attacker's programs compute what is withheld."""
    if found.proof is not None and found.proof.verdict is not REVIEW:
        yield _step("certificate", found.proof.verdict, witnesses=found.proof.witnesses)
    hidden, people = found.table.suppressed, found.true.contributors
    if hidden.any():
        known = people is not None and not np.isnan(found.true.values).any()
        unsafe = primary(found.true, Rules(threshold=k, contributors=k)) if known else None
        attack = audit(found.true, unsafe, full=True)
        opened = max(int(exposed(found.true, attack, k).sum()), attack.too_narrow)
        doubt = not known and bool((attack.lower[hidden & found.seen] < k).any())
        verdict = UNSAFE if opened else REVIEW if doubt else SAFE
        yield _step("withheld", verdict, opened, 0, withheld=int(hidden.sum()))
