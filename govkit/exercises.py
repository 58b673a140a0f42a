"""Marks what readers of the exercises answer, and says what is missing without giving it away.

The exercises stand in ``notebooks/training``; what is said about an answer, in ``exercises.yaml``.
"""

import operator
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any, SupportsIndex

import numpy as np

from govkit.data import count
from govkit.errors import InputError
from govkit.files import packaged
from govkit.result import Result, Verdict
from govkit.tables import Rules, Table, audit, primary, suppress

__all__ = ["Marked", "check"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked(Result):
    """Whether an answer is right, and a hint.

    Attributes
    ----------
    exercise
        Its name.
    right
        Whether nothing is missing.
    sentence
        A hint: what to look at next, or what the answer shows.
    """

    exercise: str
    right: bool
    sentence: str = field(repr=False)

    @property
    def verdict(self) -> Verdict:
        """Safe when the answer is right; else somebody has to look again."""
        return Verdict.SAFE if self.right else Verdict.REVIEW


def check(exercise: str, answer: object, given: Any = None, *, language: str = "en") -> Marked:  # noqa: ANN401 - each exercise gives something else
    """Mark an answer.

    Parameters
    ----------
    exercise
        Its name, as the notebook gives it.
    answer
        What the reader found.
    given
        What the exercise is about: records, or an impact assessment as read from YAML.
    language
        Of the hint: ``en`` or ``ja``.

    Raises
    ------
    InputError
        No such exercise or language, or an answer of another kind than was asked for.

    Examples
    --------
    >>> people = {"prefecture": ["Tottori", "Tottori"], "occupation": ["nurse", "nurse"]}
    >>> check("count-alone", 0, people).right
    True
    >>> print(check("count-alone", 1, people).sentence)
    Fewer. Nobody is alone who shares both with somebody else.
    """
    known = packaged("exercises.yaml")
    asked = known.get(exercise)
    if asked is None or language not in asked["right"]:
        raise InputError(f"The exercises, in en and ja: {', '.join(known)}.")
    try:
        said, number = _MARKERS[asked["marks"]](answer, given, asked)
    except (AttributeError, KeyError, TypeError):
        raise InputError(asked["asks"][language]) from None
    hint = asked[said][language].replace("{number}", f"{number:,}")
    return Marked(exercise=exercise, right=said == "right", sentence=hint)


def _record(answer: object, _: object, asked: dict[str, Any]) -> tuple[str, int]:
    left = count(answer, list(asked["facts"]))
    if left.records != 1:
        return ("several" if left.records else "none"), left.records
    hers = [[one] for one in asked["facts"].values()]
    return ("right" if [one.to_pylist() for one in left.values] == hers else "another"), 1


def _alone(answer: SupportsIndex, given: object, asked: dict[str, Any]) -> tuple[str, int]:
    table, number = count(given, asked["columns"]), operator.index(answer)
    filled = np.all([c < len(v) for c, v in zip(table.codes, table.values, strict=True)], axis=0)
    alone = int((table.counts == 1).sum())
    if number == alone:
        return "right", number
    if number == table.counts[table.counts < asked["k"]].sum():
        return "below_five", number
    if number == (table.counts[filled] == 1).sum():
        return "dropped", number
    return ("more" if number < alone else "fewer"), number


def _level(answer: SupportsIndex, given: object, asked: dict[str, Any]) -> tuple[str, int]:
    smallest = count(given, asked["columns"]).counts.min(initial=10**9)
    level = 1 + sum(1 / smallest > bound for bound in asked["bounds"])
    known = {asked["written"]: "copied", level: "right"}
    return known.get(operator.index(answer), "scale"), operator.index(answer)


def _table(answer: object, _: object, asked: dict[str, Any]) -> tuple[str, int]:
    if not isinstance(answer, Table):
        raise TypeError
    rules = Rules(threshold=asked["threshold"])
    unsafe, withheld = primary(answer, rules), answer.suppressed
    if shown := int((unsafe.mask & ~withheld).sum()):
        return "shown", shown
    attack = audit(answer, unsafe)
    if attack.verdict != Verdict.SAFE:
        return ("computed", attack.exact) if attack.exact else ("close", attack.too_narrow)
    much = int(withheld.sum() - suppress(answer, rules).table.suppressed.sum())
    return ("dear", much) if much > 0 else ("right", int(withheld.sum()))


def _unowned(answer: Collection[object], dpia: Any, _: object) -> tuple[str, int]:  # noqa: ANN401 - from YAML
    tasks = [one for one in dpia["plan"] if one["status"] == "open"]
    right = {one["key"] for one in tasks if not (one.get("owner") and one.get("due"))}
    return _compared(answer, right)


def _unproven(answer: Collection[object], dpia: Any, _: object) -> tuple[str, int]:  # noqa: ANN401 - from YAML
    done = {one["risk"] for one in dpia["plan"] if one["status"] == "done" and "risk" in one}
    right = {
        name
        for name, risk in dpia["risks"].items()
        for part in ("severity", "likelihood")
        if name not in done and risk.get(f"{part}_after", risk[part])["level"] < risk[part]["level"]
    }
    return _compared(answer, right)


def _compared(answer: Collection[object], right: set[str]) -> tuple[str, int]:
    if isinstance(answer, str):
        raise TypeError
    missing, extra = len(right - set(answer)), len(set(answer) - right)
    wrong = ("missing", missing) if missing else ("extra", extra)
    return wrong if wrong[1] else ("right", len(right))


_MARKERS: dict[str, Callable[[Any, Any, dict[str, Any]], tuple[str, int]]] = {
    "record": _record, "alone": _alone, "level": _level, "table": _table,
    "unowned": _unowned, "unproven": _unproven,
}  # fmt: skip
