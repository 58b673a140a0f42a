"""A session of checked outputs: pandas' own calls, each judged, kept and released together.

In the spirit of ACRO (AI-SDC, "Automatic Checking of Research Outputs"): what is printed is checked
where it is made. Beyond it, earlier outputs count: what follows from all of them is computed.
"""

from __future__ import annotations

import datetime as dt
import inspect
import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from govkit.checked import calls, release
from govkit.checked.judge import Judged, judge
from govkit.checked.output import Output
from govkit.checked.progress import progress
from govkit.checked.regression import fit
from govkit.checked.trace import KINDS, labels, named, refusals
from govkit.checked.world import World
from govkit.errors import InputError, shown
from govkit.policy import Policy, load_policy
from govkit.tables import Rules

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from govkit.checked.calls import Asked


_STRANGERS = (
    "Its records cannot be told to be those of earlier outputs, so what follows from both is not "
    "computed: keep the index of the data."
)
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,59}")


def session(
    *,
    threshold: float | None = None,
    audience: str = "public",
    policy: Policy | str | os.PathLike[str] | None = None,
    p_percent: float | None = 10,
    dominance: Sequence[tuple[int, float]] = ((2, 90),),
    degrees_of_freedom: int = 10,
    suppress: bool = False,
    progress: bool = False,
) -> Session:
    """Begin a session of checked outputs about one set of people.

    Parameters
    ----------
    threshold
        Fewest records of a cell; by default what the policy asks for the audience.
    audience
        Who will see the outputs: ``"internal"``, ``"recipient"``, ``"public"``,
        ``"special_care"``.
    policy
        The policy, or its file; without one the thresholds are 5, 10, 11 and 20.
    p_percent, dominance
        For sums and means: the p % rule, and pairs (n, k): the n largest have at most k per cent.
    degrees_of_freedom
        Fewest residual degrees of freedom of a regression.
    suppress
        Withhold unsafe cells, and those that protect them, unless a call says otherwise.
    progress
        Show in the notebook, too, how far a long computation is: see ``govkit.progress``.

    Examples
    --------
    >>> import pandas as pd
    >>> data = pd.DataFrame({"area": list("NNNS"), "sex": list("ffmm")})
    >>> s = session(threshold=2)
    >>> s.crosstab(data["area"], data["sex"]).verdict
    <Verdict.UNSAFE: 'unsafe'>
    """
    if policy is not None and not isinstance(policy, Policy):
        policy = load_policy(policy)
    if threshold is None:
        own = None if policy is None else {audience: policy.group_size(audience)}
        threshold = Rules.for_audience(audience, own).threshold
    rules = Rules(threshold=threshold, p_percent=p_percent, dominance=tuple(dominance))
    return Session(rules, degrees_of_freedom, suppress=suppress, progress=progress)


def _drop_in(call: Callable[[dict[str, Any], bool], Asked]) -> Callable[..., Output]:
    """Make a method that takes what pandas takes, and ``suppress`` and ``name``."""
    name = call.__name__

    def method(
        self: Session, *args: Any, suppress: bool | None = None, name: str | None = None,  # noqa: ANN401
        **options: Any,  # noqa: ANN401 - as pandas takes them
    ) -> Output:  # fmt: skip
        with refusals():
            of = type(args[0] if args else options.get("data"))
            taken = _taken(getattr(pd, call.__name__, None) or getattr(of, call.__name__))
            given = inspect.Signature(taken).bind(*args, **options).arguments
            asked = call(dict(given), self.suppress if suppress is None else suppress)
        return self._keep(call.__name__, given, asked, suppress, name)

    own = _taken(getattr(pd, name, None) or getattr(pd.DataFrame, name))
    more = [inspect.Parameter(k, inspect.Parameter.KEYWORD_ONLY) for k in ("suppress", "name")]
    first = inspect.Parameter("self", inspect.Parameter.POSITIONAL_OR_KEYWORD)
    shown_as = inspect.Signature([first, *(p for p in own if p.name != "kwargs"), *more])
    method.__signature__ = shown_as  # type: ignore[attr-defined]
    method.__name__, method.__doc__ = name, call.__doc__
    return method


def _taken(own: Callable[..., Any]) -> list[inspect.Parameter]:
    parameters = inspect.signature(own).parameters.items()
    return [p.replace(name="data") if name == "self" else p for name, p in parameters]


class Session:
    """Checked outputs about one set of people; begin one with ``govkit.session``.

    Records are recognized by the labels of their rows: keep the index of the data when you take a
    part of it. Every call takes what pandas takes, ``suppress=`` and ``name=``.

    Attributes
    ----------
    outputs
        The outputs by name.
    """

    def __init__(
        self, rules: Rules, degrees_of_freedom: int, *, suppress: bool, progress: bool
    ) -> None:
        self.rules, self.degrees_of_freedom = rules, degrees_of_freedom
        self.suppress, self.progress = suppress, progress
        self.outputs: dict[str, Output] = {}
        self._worlds: list[World] = []
        self._made = 0

    crosstab = _drop_in(calls.crosstab)
    pivot_table = _drop_in(calls.pivot_table)
    value_counts = _drop_in(calls.value_counts)
    describe = _drop_in(calls.describe)
    hist = _drop_in(calls.hist)

    def groupby(self, data: pd.DataFrame, by: Any, **options: Any) -> Grouped:  # noqa: ANN401
        """Group as ``DataFrame.groupby`` does; what is then computed is checked."""
        return Grouped(self, {"data": data, "by": by, "columns": None, "options": options})

    def ols(self, *args: Any, name: str | None = None, **options: Any) -> Output:  # noqa: ANN401
        """Check statsmodels' OLS; give ``endog, exog``, or a formula and ``data``."""
        return self._fit("ols", args, options, name)

    def logit(self, *args: Any, name: str | None = None, **options: Any) -> Output:  # noqa: ANN401
        """Check statsmodels' Logit."""
        return self._fit("logit", args, options, name)

    def probit(self, *args: Any, name: str | None = None, **options: Any) -> Output:  # noqa: ANN401
        """Check statsmodels' Probit."""
        return self._fit("probit", args, options, name)

    def print_outputs(self) -> None:
        """Print name, verdict, call and sentence of each output."""
        for one in self.outputs.values():
            print(f"{one.name}: {one.verdict.name} {one.call}\n    {one.sentence}")  # noqa: T201

    def add_comments(self, output: str, comment: str) -> None:
        """Add a remark for whoever checks the release."""
        found = self._found(output)
        self.outputs[output] = found.with_words(comments=(*found.comments, comment))

    def add_exception(self, output: str, reason: str) -> None:
        """Say why an output should be released although it is not safe."""
        if not reason.strip():
            raise InputError("An exception needs a reason: say why the output should be released.")
        self.outputs[output] = self._found(output).with_words(exception=reason)

    def rename_output(self, old: str, new: str) -> None:
        """Give an output another name, which its files will bear, too."""
        found = self._found(old).with_words(name=self._free(new))
        every = [found if key == old else one for key, one in self.outputs.items()]
        self.outputs = {one.name: one for one in every}

    def remove_output(self, output: str) -> None:
        """Forget an output: it is not released, and what comes later need not reckon with it."""
        del self.outputs[self._found(output).name]

    def finalize(self, folder: str | os.PathLike[str]) -> Path:
        """Write the release folder: whole, or not at all.

        SACRO-Viewer reads it: ``results.json``, one CSV file per table, checksums. ``summary.md``
        is for people.

        Raises
        ------
        InputError
            There is no output, or an unsafe one without an exception.
        SourceError
            The folder exists, or cannot be written.
        """
        return release.write(
            folder, tuple(self.outputs.values()), self.rules, self.degrees_of_freedom
        )

    def __repr__(self) -> str:
        """Show the threshold and the number of outputs."""
        return f"Session(threshold={self.rules.threshold:g}, outputs={len(self.outputs)})"

    def _repr_html_(self) -> str:
        return "".join(output._repr_html_() for output in self.outputs.values()) or repr(self)

    def _keep(
        self, method: str, given: dict[str, Any], asked: Asked, suppress: bool | None,
        name: str | None,
    ) -> Output:  # fmt: skip
        """Judge what was asked for, and keep it."""
        withhold = self.suppress if suppress is None else suppress
        name, found, number = self._free(name), Judged(), 0
        (frame, *more), notes = asked.frames, []
        if asked.cells:
            worlds, data = self._worlds, asked.data
            number = next((i for i, w in enumerate(worlds) if w.fits(data)), len(worlds))
            world = worlds[number] if number < len(worlds) else World()
            earlier = [k for o in self.outputs.values() if o.world == number for k in o.known]
            with progress("protecting", notebook=self.progress) as tell:
                found = judge(asked, world, earlier, self.rules, tell, suppress=withhold)
            self._worlds = [*worlds[:number], world, *worlds[number + 1 :]]
            if len(self._worlds) > max(len(worlds), 1):
                notes = [_STRANGERS]
        bad, hidden = found.unsafe, found.unsafe if withhold else set()
        people = asked.reasons is not None or any(len(cell.at) for cell in asked.cells)
        printed = frame.size - len(hidden) if people else 0
        output = Output(
            name=name, method=method, call=_written(method, given), at=dt.datetime.now(dt.UTC),
            frames=(_without(frame, hidden), *more), cells=printed, withheld=len(hidden),
            unsafe=printed if asked.reasons else len(bad - hidden), follows=found.follows,
            reasons=(asked.reasons or {}) | {rule: len(at) for rule, at in found.marks.items()},
            notes=(*found.notes, *notes), known=tuple(found.known), world=number,
            marks={rule: sorted(cells) for rule, cells in found.marks.items()},
        )  # fmt: skip
        self.outputs[name] = output
        return output

    def _fit(self, method: str, args: Any, options: Any, name: str | None) -> Output:  # noqa: ANN401
        with refusals():
            asked, told = fit(method, args, options, self.rules, self.degrees_of_freedom)
        return self._keep(method, told, asked, None, name)

    def _free(self, name: str | None) -> str:
        while name is None:
            self._made += 1
            name = f"output_{self._made - 1}"
            name = None if name in self.outputs else name
        if name in self.outputs or not _NAME.fullmatch(name):
            raise InputError(
                f"An output cannot be called {shown(name)}: take letters, digits, - and _, and a "
                "name that is not in use."
            )
        return name

    def _found(self, name: str) -> Output:
        if name not in self.outputs:
            known = ", ".join(self.outputs) or "none yet"
            raise InputError(f"There is no output {shown(name)}: there are {known}.")
        return self.outputs[name]


class Grouped:
    """Groups of records, as ``DataFrame.groupby`` makes them, whose statistics are checked."""

    def __init__(self, session: Session, given: dict[str, Any]) -> None:
        self._session, self._given = session, given

    def __getitem__(self, columns: Any) -> Grouped:  # noqa: ANN401 - as pandas
        """Take some columns."""
        return Grouped(self._session, self._given | {"columns": columns})

    def __getattr__(self, statistic: str) -> Callable[..., Output]:
        """Give a statistic by its name: ``size()``, ``mean()``, …."""
        if statistic not in KINDS:
            raise AttributeError(f"Groups have no statistic {statistic!r} that can be checked")

        def computed(*, numeric_only: bool = False, **kept: Any) -> Output:  # noqa: ANN401 - of agg
            of = self
            if numeric_only and self._given["columns"] is None:
                numbers = self._given["data"].select_dtypes(["number", "bool"]).columns
                by = labels(calls.listed(self._given["by"]))
                of = self[[name for name in numbers if name not in by]]
            return of.agg(statistic, **kept)

        return computed

    def __dir__(self) -> list[str]:
        """List the statistics."""
        return ["agg", *KINDS]

    def _ipython_key_completions_(self) -> list[str]:
        return [str(column) for column in self._given["data"].columns]

    def agg(
        self, func: Any = None, *, suppress: bool | None = None, name: str | None = None,  # noqa: ANN401
        **statistics: Any,  # noqa: ANN401 - as pandas takes them
    ) -> Output:  # fmt: skip
        """Check ``agg``: a statistic, a list, a dictionary, or named ones."""
        given = self._given | {"func": func, "statistics": statistics}
        with refusals():
            asked = calls.groups(given)
        return self._session._keep("groupby", given, asked, suppress, name)  # noqa: SLF001


def _without(frame: pd.DataFrame, places: set[tuple[int, int]]) -> pd.DataFrame:
    """Take numbers out of a table; counts stay whole numbers."""
    if not places:
        return frame
    hidden = np.zeros(frame.shape, bool)
    hidden[tuple(np.array(sorted(places)).T)] = True
    whole = frame.apply(lambda x: x.astype("Int64") if x.dtype.kind in "iu" else x)
    return pd.DataFrame(whole).mask(hidden)


def _written(method: str, given: dict[str, Any]) -> str:
    """Write a call by the names of columns and statistics alone."""

    def word(value: Any) -> str:  # noqa: ANN401 - any argument
        if isinstance(value, dict):
            return f"{{{', '.join(f'{word(k)}: {word(v)}' for k, v in value.items())}}}"
        if isinstance(value, list | tuple):
            return f"[{', '.join(map(word, value))}]"
        if isinstance(value, pd.Series):
            return shown("values" if value.name is None else value.name)
        if isinstance(value, str | bool | int | float):
            return shown(value) if isinstance(value, str) else str(value)
        return named(value) if callable(value) else type(value).__name__

    told = [
        f"{key}={word(value)}"
        for key, value in given.items()
        if not (isinstance(value, pd.DataFrame | None) or (isinstance(value, dict) and not value))
    ]
    return f"{method}({', '.join(told)})"
