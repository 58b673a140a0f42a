"""The judgments of an impact assessment: ``dpia/NAME.yaml``, read strictly, mistakes with lines."""

from __future__ import annotations

import graphlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from pydantic import ValidationError

from govkit.dpia.entries import DpiaFile
from govkit.dpia.wording import words
from govkit.errors import FilesError, InputError, shown
from govkit.policy.loading import read_model
from govkit.policy.reading import line_of
from govkit.policy.words import Written

if TYPE_CHECKING:
    from collections.abc import Iterator
    from os import PathLike

    from govkit.policy import Register

Inside = tuple[str | int, ...]
_MEASURED: Inside = ("risks", "reidentification", "likelihood")


class Dpia(Written, DpiaFile):
    """What people decided about one activity (``models/dpia.yaml``)."""

    @property
    def folder(self) -> Path:
        """Where recipes and hierarchies are looked for."""
        return self._path.parent if self._path else Path()

    def measured_with(self, **thresholds: object) -> Self:
        """Give the judgments with ``k``, ``l`` or other keys of every scenario set otherwise.

        Raises
        ------
        InputError
            A scenario has no such key, or it cannot be so.
        """
        try:
            changed = tuple(
                type(one).model_validate(one.model_dump() | thresholds) for one in self.scenarios
            )
        except ValidationError as error:
            names = ", ".join(sorted({shown(one["loc"][0]) for one in error.errors()}))
            raise InputError(f"A scenario cannot be measured with this {names}.") from None
        return self.model_copy(update={"scenarios": changed})

    def where(self, *inside: str | int) -> str:
        """Tell the file and the line of a part, as in ``visits.yaml:12``."""
        return f"{self._path.name}:{line_of(self._path, inside)}" if self._path else self.key

    def questions(self, *, measured: bool) -> Iterator[tuple[Inside, str]]:
        """Find what nobody has answered, each with its place and the question, as the file goes.

        ``measured``: whether the data tell the likelihood of re-identification.
        """
        parts: list[tuple[Inside, Any]] = [
            ((), self), (("answers",), self.answers),
            *((("in_place", at), one) for at, one in enumerate(self.in_place)),
            *((("risks", name), getattr(self.risks, name)) for name in type(self.risks).keys),
            *((("opinions", at), one) for at, one in enumerate(self.opinions)),
            (("decision",), self.decision),
        ]  # fmt: skip
        for inside, part in parts:
            for key, said in type(part).keys.items():
                told = measured and (*inside, key) == _MEASURED
                if said.get("asked") and getattr(part, key) in {None, ()} and not told:
                    yield (*inside, key), str(said["what"])


def load_dpia(path: str | PathLike[str], register: Register) -> Dpia:
    """Load the judgments about an activity of a register.

    Raises
    ------
    SourceError, InputError
        There is no such file, or it is not plain YAML.
    FilesError
        All mistakes at once, each with line and remedy: unknown keys, a level without a reason,
        an activity, dataset or measure that the register lacks, actions that wait for each other.
    """
    known = {kind: register.by_key[kind] for kind in ("activities", "datasets", "measures")}
    dpia = read_model(Dpia, path, known).located(Path(path))
    if mistakes := [f"{dpia.where(*inside)}: {said}" for inside, said in _wrong(dpia)]:
        raise FilesError(Path(path).name, mistakes)
    return dpia


def _wrong(dpia: Dpia) -> Iterator[tuple[Inside, str]]:
    for at, said in enumerate(dpia.screening):
        if said.criterion not in words("screening")["criteria"]:
            yield ("screening", at, "criterion"), "no such criterion: see govkit dpia run."
    actions = {one.key: one for one in dpia.plan}
    try:
        graphlib.TopologicalSorter({one.key: one.after for one in dpia.plan}).prepare()
    except graphlib.CycleError as error:
        circle = " after ".join(map(shown, dict.fromkeys(error.args[1])))
        at = list(actions).index(error.args[1][0])
        yield ("plan", at, "after"), f"actions wait for each other ({circle}): take one out."
        return
    for at, one in enumerate(dpia.plan):
        if one.start and one.due and one.start > one.due:
            yield ("plan", at, "due"), "the action ends before it starts: correct a date."
        ends = (actions[key].due for key in one.after)
        first = one.start or one.due
        if first and any(end and end > first for end in ends):
            yield ("plan", at, "after"), "it comes before what it waits for: correct a date."
