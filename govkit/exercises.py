"""Marks what readers of the exercises answer, and says what is missing without giving it away.

The exercises stand in ``notebooks/training``; what is said about an answer, in ``exercises.yaml``.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any, SupportsIndex

import numpy as np
import yaml

from govkit.data import count
from govkit.errors import InputError
from govkit.result import Result, Verdict
from govkit.tables import Rules, Table, audit, primary, suppress

__all__ = ["Marked", "check"]

Found = tuple[str, int]  # what is said, and the number in it


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
    known = yaml.safe_load((files("govkit") / "exercises.yaml").read_text("utf-8"))
    asked = known.get(exercise)
    if asked is None or language not in asked["right"]:
        raise InputError(f"The exercises, in en and ja: {', '.join(known)}.")
    said, number = _MARKERS[asked["marks"]](answer, given, asked)
    hint = asked[said][language].replace("{number}", f"{number:,}")
    return Marked(exercise=exercise, right=said == "right", sentence=hint)


def _record(answer: object, _: object, asked: dict[str, Any]) -> Found:
    left = count(answer, list(asked["facts"]))
    if left.records != 1:
        return ("several" if left.records else "none"), left.records
    hers = [[one] for one in asked["facts"].values()]
    return ("right" if [one.to_pylist() for one in left.values] == hers else "another"), 1


def _alone(answer: object, given: object, asked: dict[str, Any]) -> Found:
    table, number = count(given, asked["columns"]), _whole(answer)
    filled = np.all([c < len(v) for c, v in zip(table.codes, table.values, strict=True)], axis=0)
    alone = int((table.counts == 1).sum())
    if number == alone:
        return "right", number
    if number == table.counts[table.counts < asked["k"]].sum():
        return "below_five", number
    if number == (table.counts[filled] == 1).sum():
        return "dropped", number
    return ("more" if number < alone else "fewer"), number


def _level(answer: object, given: object, asked: dict[str, Any]) -> Found:
    risk, number = 1 / count(given, asked["columns"]).counts.min(initial=10**9), _whole(answer)
    level = 1 + sum(risk > bound for bound in asked["bounds"])
    copied = "copied" if number == asked["written"] else "scale"
    return ("right" if number == level else copied), number


def _table(answer: object, _: object, asked: dict[str, Any]) -> Found:
    if not isinstance(answer, Table):
        raise InputError("Give the table with its marks, as table.with_status(status).")
    rules = Rules(threshold=asked["threshold"])
    unsafe, withheld = primary(answer, rules), answer.suppressed
    if shown := int((unsafe.mask & ~withheld).sum()):
        return "shown", shown
    attack = audit(answer, unsafe)
    if attack.verdict != Verdict.SAFE:
        return ("computed", attack.exact) if attack.exact else ("close", attack.too_narrow)
    much = int(withheld.sum() - suppress(answer, rules).table.suppressed.sum())
    return ("dear", much) if much > 0 else ("right", int(withheld.sum()))


def _unowned(answer: object, dpia: Any, _: object) -> Found:  # noqa: ANN401 - from YAML
    tasks = [one for one in dpia["plan"] if one["status"] == "open"]
    right = {one["key"] for one in tasks if not (one.get("owner") and one.get("due"))}
    return _compared(answer, right)


def _unproven(answer: object, dpia: Any, _: object) -> Found:  # noqa: ANN401 - from YAML
    done = {one["risk"] for one in dpia["plan"] if one["status"] == "done" and "risk" in one}
    right = {
        name
        for name, risk in dpia["risks"].items()
        for part in ("severity", "likelihood")
        if name not in done and risk.get(f"{part}_after", risk[part])["level"] < risk[part]["level"]
    }
    return _compared(answer, right)


def _compared(answer: object, right: set[str]) -> Found:
    if isinstance(answer, str) or not isinstance(answer, Collection):
        raise InputError("Give a set of names, such as {'P1', 'P2'}.")
    missing, extra = len(right - set(answer)), len(set(answer) - right)
    if missing or extra:
        return ("missing", missing) if missing else ("extra", extra)
    return "right", len(right)


def _whole(answer: object) -> int:
    if not isinstance(answer, SupportsIndex):
        raise InputError("Give a whole number.")
    return int(answer)


_MARKERS: dict[str, Callable[[Any, Any, dict[str, Any]], Found]] = {
    "record": _record, "alone": _alone, "level": _level, "table": _table,
    "unowned": _unowned, "unproven": _unproven,
}  # fmt: skip
