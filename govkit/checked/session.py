"""A session of checked outputs: pandas' own calls, each judged, kept and released together.

In the spirit of ACRO (J. Smith et al., "SACRO: semi-automated checking of research outputs",
2023): what is printed is checked where it is made. Beyond it, earlier outputs count: what follows
from all of them together is computed.
"""

from __future__ import annotations

import datetime as dt
import inspect
import re
from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from govkit.checked import regression, release
from govkit.checked.judge import judge
from govkit.checked.output import Output
from govkit.checked.trace import Cell, Trace, named, refusals, shadow
from govkit.checked.world import World, floats
from govkit.errors import InputError, shown
from govkit.policy import Policy, load_policy
from govkit.tables import Rules

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Hashable, Mapping, Sequence
    from pathlib import Path

__all__ = ["Grouped", "Session", "session"]

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,59}")
_EVERYBODY = "__govkit_everybody__"


def session(
    *,
    threshold: float | None = None,
    audience: str = "public",
    policy: Policy | str | os.PathLike[str] | None = None,
    p_percent: float | None = 10,
    dominance: Sequence[tuple[int, float]] = ((2, 90),),
    degrees_of_freedom: int = 10,
    suppress: bool = False,
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
        known = None if policy is None else {audience: policy.group_size(audience)}
        threshold = Rules.for_audience(audience, known).threshold
    rules = Rules(threshold=threshold, p_percent=p_percent, dominance=tuple(dominance))
    return Session(rules, degrees_of_freedom, suppress=suppress)


def _like(function: Callable[..., Any]) -> Callable[..., Any]:
    """Make a method take what a function of pandas takes, and ``suppress`` and ``name``."""
    own = inspect.signature(function)

    def decorate(method: Callable[..., Any]) -> Callable[..., Any]:
        def checked(
            self: Session, *args: Any, suppress: bool | None = None, name: str | None = None,
            **options: Any,
        ) -> Output:  # fmt: skip
            given = own.bind(*args, **options).arguments
            found: Output = method(self, given, suppress, name)
            return found

        more = [
            inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None)
            for name in ("suppress", "name")
        ]
        inside = inspect.Parameter("self", inspect.Parameter.POSITIONAL_OR_KEYWORD)
        taken = [p for p in own.parameters.values() if p.name != "kwargs"]
        checked.__signature__ = inspect.Signature([inside, *taken, *more])  # type: ignore[attr-defined]
        checked.__name__, checked.__doc__ = method.__name__, method.__doc__
        checked.__qualname__, checked.__module__ = method.__qualname__, method.__module__
        return checked

    return decorate


class Session:
    """Checked outputs about one set of people; begin one with ``govkit.session``.

    Records are recognized by the labels of their rows, so keep the index of the data when you
    take a part of it.
    """

    def __init__(self, rules: Rules, degrees_of_freedom: int, *, suppress: bool) -> None:
        self.rules, self.degrees_of_freedom, self.suppress = rules, degrees_of_freedom, suppress
        self._outputs: dict[str, Output] = {}
        self._worlds: list[World] = []
        self._made = 0

    @property
    def outputs(self) -> dict[str, Output]:
        """The outputs by name."""
        return dict(self._outputs)

    def __repr__(self) -> str:
        """Show rules and number of outputs."""
        return f"Session(threshold={self.rules.threshold:g}, outputs={len(self._outputs)})"

    def _repr_html_(self) -> str:
        return "".join(output._repr_html_() for output in self._outputs.values()) or repr(self)

    # Drop-ins

    @_like(pd.crosstab)
    def crosstab(self, given: dict[str, Any], suppress: bool | None, name: str | None) -> Output:
        """Check ``pandas.crosstab``; shares are checked as the counts that they are shares of."""
        axes = [[part] if _single(part) else list(part) for part in
                (given["index"], given["columns"])]  # fmt: skip
        series = [part for axis in axes for part in axis if isinstance(part, pd.Series)]
        first = series[0] if series else pd.Series(axes[0][0])
        values, label = given.get("values"), "values"
        position = pd.Series(np.arange(len(first), dtype=float), first.index)
        used = {str(part.name): part for part in series}
        if values is not None:
            numbers = pd.Series(values, None if isinstance(values, pd.Series) else first.index)
            label = str(numbers.name or label)
            used[label] = numbers = numbers.reindex(first.index)
            position = position.where(numbers.notna())
        trace, aggfunc = Trace(), given.get("aggfunc") if values is not None else "count"
        noting = trace.over(aggfunc, label)
        share = given.get("normalize", False)
        plain = {k: v for k, v in given.items() if k != "normalize"}
        plain |= {"values": position, "aggfunc": noting}
        with refusals("This table"):
            frame = pd.crosstab(**given)
            places = pd.crosstab(**plain)
            data = pd.DataFrame(used, index=first.index)
            numbers = {label: floats(data[label])} if values is not None else {}
            if share is False:
                cells = trace.cells(frame, places, numbers, 0)
            else:
                total = pd.crosstab(**plain | {"margins": True})
                cells = _shares(trace, frame, total, share, given.get("margins_name", "All"))
        call = _call("crosstab", {"index": axes[0], "columns": axes[1]} | {
            k: v for k, v in given.items() if k not in {"index", "columns"}
        })  # fmt: skip
        return self._keep("crosstab", call, frame, cells, data, suppress, name)

    @_like(pd.pivot_table)
    def pivot_table(self, given: dict[str, Any], suppress: bool | None, name: str | None) -> Output:
        """Check ``pandas.pivot_table``, with one or several values and statistics."""
        data = given["data"]
        keys = [*_listed(given.get("index")), *_listed(given.get("columns"))]
        values = _listed(given.get("values"))
        if set(map(str, values)) & set(map(str, keys)):
            raise InputError("A column is both a key and a value: copy it under another name.")
        trace = Trace()
        noting = trace.over(given.get("aggfunc", "mean"))
        with refusals("This table", data, [*keys, *values]):
            frame = pd.pivot_table(**given)
            plain = {k: v for k, v in given.items() if k != "fill_value"}
            places = pd.pivot_table(**plain | {"data": shadow(data, keys), "aggfunc": noting})
            cells = trace.cells(frame, places, _numbers(trace, data), given.get("fill_value"))
        return self._keep("pivot_table", _call("pivot_table", given), frame, cells, data, suppress,
                          name)  # fmt: skip

    def groupby(self, data: pd.DataFrame, by: Any = None, **options: Any) -> Grouped:  # noqa: ANN401
        """Group as ``DataFrame.groupby`` does; what is then computed is checked."""
        return Grouped(self, data, by, options)

    def value_counts(
        self, data: pd.Series[Any] | pd.DataFrame, *args: Any, suppress: bool | None = None,
        name: str | None = None, **options: Any,
    ) -> Output:  # fmt: skip
        """Check ``value_counts`` of a column or of a frame."""
        trace = Trace()
        with refusals("These counts"):
            given = inspect.signature(type(data).value_counts).bind(data, *args, **options)
            found = data.value_counts(*args, **options)
            chosen = given.arguments
            frame = data.to_frame(data.name or "values") if isinstance(data, pd.Series) else data
            keys: list[Any] = [frame[key] for key in chosen.get("subset") or frame.columns]
            if chosen.get("bins") is not None:
                keys = [pd.cut(data, chosen["bins"], include_lowest=True)]
            position = pd.Series(np.arange(len(frame), dtype=float), frame.index)
            every = position.groupby(keys if len(keys) > 1 else keys[0], observed=False,
                                     dropna=chosen.get("dropna", True), sort=False)  # fmt: skip
            places = every.agg(trace.over("count")).to_frame(found.name)
            if isinstance(data, pd.DataFrame) and found.index.nlevels == 1 < places.index.nlevels:
                places = places.droplevel(0)
            table = found.to_frame()
            if chosen.get("normalize"):
                everyone = Cell(-1, 0, "count", None, _all(trace))
                where = places.reindex(table.index).iloc[:, 0]
                cells = [Cell(row, 0, "count", None, trace.seen[int(n)][2])
                         for row, n in enumerate(where) if not np.isnan(n)]  # fmt: skip
                cells.append(everyone)
            else:
                cells = trace.cells(table, places, {}, 0)
        names = list(map(str, frame.columns))
        return self._keep("value_counts", _call("value_counts", {"data": names} | options), table,
                          cells, frame, suppress, name)  # fmt: skip

    def describe(
        self, data: pd.Series[Any] | pd.DataFrame, *args: Any, suppress: bool | None = None,
        name: str | None = None, **options: Any,
    ) -> Output:  # fmt: skip
        """Check ``describe``: extremes are values of single people, and so may percentiles be."""
        frame = data.to_frame(data.name or "values") if isinstance(data, pd.Series) else data
        with refusals("This description"):
            table = frame.describe(*args, **options)
        cells = []
        for row, column in np.ndindex(table.shape):
            label, value = str(table.index[row]), table.columns[column]
            if pd.isna(table.iloc[row, column]):
                continue
            at = np.flatnonzero(frame[value].notna())
            if label == "freq":
                at = np.flatnonzero(frame[value] == table.loc["top", value])
            kind = {"count": "count", "freq": "count", "mean": "mean", "std": "spread",
                    "min": "extreme", "max": "extreme"}.get(label, "distinct")  # fmt: skip
            share = float(label[:-1]) / 100 if label.endswith("%") else 0.5
            kind = "order" if label.endswith("%") else kind
            cells.append(Cell(row, column, kind, value, at, share))
        call = _call("describe", {"data": list(map(str, frame.columns))} | options)
        return self._keep("describe", call, table, cells, frame, suppress, name)

    def hist(
        self, data: pd.DataFrame | pd.Series[Any], column: Hashable | None = None,
        bins: int | Sequence[float] = 10, *, range: tuple[float, float] | None = None,  # noqa: A002
        suppress: bool | None = None, name: str | None = None,
    ) -> Output:  # fmt: skip
        """Count as ``DataFrame.hist`` does; see ``Output.plot`` for the bars.

        Bins made from the data end at its smallest and its largest value, which are people's own:
        give ``range`` or edges. With ``suppress`` the ends are rounded outward.
        """
        frame = data.to_frame(data.name or "values") if isinstance(data, pd.Series) else data
        column = frame.columns[0] if column is None else column
        withhold = self.suppress if suppress is None else suppress
        with refusals("This histogram", frame, [column]):
            x = floats(frame[column])
            known = x[~np.isnan(x)]
            open_ended = range is None and isinstance(bins, int)
            if open_ended and withhold:
                range = _round_ends(known, int(bins))  # noqa: A001
            edges = np.histogram_bin_edges(known, bins, range)
            bin_of = np.digitize(x, edges) - 1
            bin_of[x == edges[-1]] = len(edges) - 2
            groups = [np.flatnonzero(bin_of == i) for i in np.arange(len(edges) - 1)]
        label = pd.IntervalIndex.from_breaks(edges, closed="left", name=str(column))
        table = pd.DataFrame({"count": [len(at) for at in groups]}, index=label)
        cells = [Cell(i, 0, "count", None, at) for i, at in enumerate(groups) if len(at)]
        if open_ended and not withhold and len(known):
            everyone = np.flatnonzero(~np.isnan(x))
            cells += [Cell(row, 0, "extreme", column, everyone) for row in {0, len(groups) - 1}]
        call = _call("hist", {"column": str(column), "bins": len(groups)})
        return self._keep("hist", call, table, cells, frame[[column]], suppress, name)

    def ols(self, *args: Any, name: str | None = None, **options: Any) -> Output:
        """Check ``statsmodels``' OLS; give ``endog, exog`` or a formula and ``data``."""
        return self._regression("ols", args, options, name)

    def logit(self, *args: Any, name: str | None = None, **options: Any) -> Output:
        """Check ``statsmodels``' Logit."""
        return self._regression("logit", args, options, name)

    def probit(self, *args: Any, name: str | None = None, **options: Any) -> Output:
        """Check ``statsmodels``' Probit."""
        return self._regression("probit", args, options, name)

    # What is said of them

    def add_comments(self, output: str, comment: str) -> None:
        """Add a remark for whoever checks the release."""
        self._change(output, comments=(*self._found(output).comments, comment))

    def add_exception(self, output: str, reason: str) -> None:
        """Say why an output should be released although it is not safe."""
        self._change(output, exception=reason)

    def rename_output(self, old: str, new: str) -> None:
        """Give an output another name, which its files will bear, too."""
        self._free(new)
        found = self._found(old).with_words(name=new)
        self._outputs = {new if key == old else key: found if key == old else one
                         for key, one in self._outputs.items()}  # fmt: skip

    def remove_output(self, output: str) -> None:
        """Forget an output: it is not released, and what comes later need not reckon with it."""
        self._found(output)
        del self._outputs[output]

    def print_outputs(self) -> None:
        """Print name, verdict, call and sentence of each output."""
        for one in self._outputs.values():
            print(f"{one.name}: {one.verdict.name} {one.call}\n    {one.sentence}")  # noqa: T201 - its purpose

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
        return release.write(folder, tuple(self._outputs.values()), self.rules,
                             self.degrees_of_freedom)  # fmt: skip

    # How they are kept

    def _keep(
        self, method: str, call: str, frame: pd.DataFrame, cells: Sequence[Cell],
        data: pd.DataFrame, suppress: bool | None, name: str | None,
    ) -> Output:  # fmt: skip
        withhold = self.suppress if suppress is None else suppress
        name = self._named(name)
        number = next((i for i, w in enumerate(self._worlds) if w.fits(data)), len(self._worlds))
        world = self._worlds[number] if number < len(self._worlds) else World()
        earlier = [k for one in self._outputs.values() if one.world == number for k in one.known]
        found = judge(cells, data, world, earlier, self.rules, suppress=withhold)
        if number == len(self._worlds):
            self._worlds.append(world)
            if number:
                found.notes.append(
                    "Its records cannot be told to be those of earlier outputs, so what follows "
                    "from both is not computed: keep the index of the data."
                )
        if found.withheld:
            frame = _without(frame, found.withheld)
        printed = sum(cell.row >= 0 for cell in cells) - len(found.withheld)
        unsafe = set().union(*found.marks.values()) - found.withheld
        output = Output(
            name=name, method=method, call=call, at=dt.datetime.now(dt.UTC), frames=(frame,),
            cells=printed, unsafe=len(unsafe), withheld=len(found.withheld),
            follows=found.follows, records=len(data), threshold=self.rules.threshold or 0,
            reasons={rule: len(places) for rule, places in found.marks.items()},
            notes=tuple(dict.fromkeys(found.notes)), known=tuple(found.known), world=number,
            marks={rule: sorted(places) for rule, places in found.marks.items()},
        )  # fmt: skip
        return self._add(output)

    def _regression(
        self, method: str, args: tuple[Any, ...], options: dict[str, Any], name: str | None
    ) -> Output:
        with refusals("This regression"):
            found = regression.fit(method, args, options)
        few = found.degrees < self.degrees_of_freedom
        thin = found.thinnest < (self.rules.threshold or 0)
        reasons = {"degrees_of_freedom": 1} if few else {}
        reasons |= {"implicit_table": 1} if thin else {}
        return self._add(
            Output(
                name=self._named(name), method=method, call=found.call, frames=found.frames,
                cells=found.frames[0].size, unsafe=found.frames[0].size if reasons else 0,
                reasons=reasons, records=found.records, at=dt.datetime.now(dt.UTC),
                threshold=self.rules.threshold or 0,
            )
        )  # fmt: skip

    def _add(self, output: Output) -> Output:
        self._outputs[output.name] = output
        self._made += 1
        return output

    def _named(self, name: str | None) -> str:
        if name is None:
            while f"output_{self._made}" in self._outputs:
                self._made += 1
            return f"output_{self._made}"
        self._free(name)
        return name

    def _free(self, name: str) -> None:
        if name in self._outputs or not _NAME.fullmatch(name):
            raise InputError(
                f"An output cannot be called {shown(name)}: take letters, digits, - and _, and a "
                "name that is not in use."
            )

    def _found(self, name: str) -> Output:
        if name not in self._outputs:
            raise InputError(
                f"There is no output {shown(name)}: there are "
                f"{', '.join(self._outputs) or 'none yet'}."
            )
        return self._outputs[name]

    def _change(self, name: str, **words: Any) -> None:
        self._outputs[name] = self._found(name).with_words(**words)


class Grouped:
    """Groups of records, as ``DataFrame.groupby`` makes them, whose statistics are checked."""

    def __init__(
        self, session: Session, data: pd.DataFrame, by: Any, options: Mapping[str, Any],  # noqa: ANN401
        chosen: Any = None,  # noqa: ANN401
    ) -> None:  # fmt: skip
        self._session, self._data, self._by = session, data, by
        self._options, self._chosen = dict(options), chosen

    def __getitem__(self, columns: Any) -> Grouped:  # noqa: ANN401 - as pandas
        """Take some columns."""
        return Grouped(self._session, self._data, self._by, self._options, columns)

    def _ipython_key_completions_(self) -> list[str]:
        return [str(column) for column in self._data.columns]

    def agg(
        self, func: Any = None, *, suppress: bool | None = None, name: str | None = None,  # noqa: ANN401
        **statistics: Any,
    ) -> Output:  # fmt: skip
        """Check ``agg``: a statistic, a list, a dictionary, or named ones."""
        trace, keys = Trace(), _listed(self._by)
        wanted = {k: tuple(v) for k, v in statistics.items()}
        noted = {k: trace.over(v) for k, v in wanted.items()}
        noting = None if func is None else trace.over(func)
        with refusals("This table", self._data, [*keys, *_listed(self._chosen)]):
            frame = self._groups(self._data).agg(func, **wanted)
            places = self._groups(shadow(self._data, keys)).agg(noting, **noted)
            table, where = (x.to_frame() if isinstance(x, pd.Series) else x for x in
                            (frame, places))  # fmt: skip
            if not self._options.get("as_index", True):
                table, where = (x.set_index(keys) for x in (table, where))
            cells = trace.cells(table, where, _numbers(trace, self._data), 0)
        call = _call("groupby", {"by": keys, "columns": self._chosen, "agg": func} | wanted)
        return self._session._keep(  # noqa: SLF001 - its own
            "groupby", call, table, cells, self._data, suppress, name
        )

    def _groups(self, data: pd.DataFrame) -> Any:  # noqa: ANN401 - pandas' own
        groups = data.groupby(self._by, **self._options)
        return groups if self._chosen is None else groups[self._chosen]

    def size(self, **kept: Any) -> Output:  # noqa: ANN401 - suppress and name
        """Count the records of each group."""
        everybody = self._data.assign(**{_EVERYBODY: 1.0})
        groups = Grouped(self._session, everybody, self._by, self._options)
        return groups.agg(size=(_EVERYBODY, "count"), **kept)

    def count(self, **kept: Any) -> Output:  # noqa: ANN401 - suppress and name
        """Count the known values of each group."""
        return self.agg("count", **kept)

    def sum(self, **kept: Any) -> Output:  # noqa: ANN401 - suppress and name
        """Add up each group."""
        return self.agg("sum", **kept)

    def mean(self, **kept: Any) -> Output:  # noqa: ANN401 - suppress and name
        """Give the mean of each group."""
        return self.agg("mean", **kept)


def _single(part: object) -> bool:
    """Tell one column from a list of them, as pandas does."""
    return isinstance(part, pd.Series | pd.Index | np.ndarray) or not (
        isinstance(part, list | tuple)
        and part
        and all(isinstance(one, pd.Series | np.ndarray | list | pd.Index) for one in part)
    )


def _listed(names: Any) -> list[Any]:  # noqa: ANN401 - as pandas
    if names is None:
        return []
    return list(names) if isinstance(names, list) else [names]


def _numbers(trace: Trace, data: pd.DataFrame) -> dict[Any, Any]:
    return {value: floats(data[value]) for _, value, _ in trace.seen if value in data.columns}


def _all(trace: Trace) -> Any:  # noqa: ANN401 - positions
    return np.unique(np.concatenate([at for _, _, at in trace.seen]))


def _shares(
    trace: Trace, frame: pd.DataFrame, total: pd.DataFrame, share: object, margin: str
) -> list[Cell]:
    """Give the counts behind shares, and those they are shares of."""
    where = total.reindex(index=frame.index, columns=frame.columns).to_numpy(float)
    cells = [
        Cell(row, column, "count", None, trace.seen[int(where[row, column])][2])
        for row, column in np.ndindex(where.shape)
        if not np.isnan(where[row, column])
    ]
    if share in {"index", 0} and not isinstance(share, bool):
        whole = total.iloc[:, -1]
    elif share in {"columns", 1} and not isinstance(share, bool):
        whole = total.iloc[-1]
    else:
        whole = total.iloc[-1, -1:]
    del margin
    known = [trace.seen[int(n)][2] for n in whole.to_numpy(float) if not np.isnan(n)]
    return cells + [Cell(-1, 0, "count", None, at) for at in known]


def _round_ends(x: Any, bins: int) -> tuple[float, float]:  # noqa: ANN401 - numbers
    """Round the ends of a histogram outward, to steps not smaller than a bin."""
    low, high = float(x.min()), float(x.max())
    step = 10.0 ** np.ceil(np.log10(max((high - low) / bins, 1e-12)))
    return float(np.floor(low / step) * step), float(np.floor(high / step) * step + step)


def _without(frame: pd.DataFrame, places: set[tuple[int, int]]) -> pd.DataFrame:
    hidden = np.zeros(frame.shape, bool)
    hidden[tuple(np.array(sorted(places)).T)] = True
    whole = {name: "Int64" for name, kind in frame.dtypes.items() if kind.kind in "iu"}
    return (frame.astype(whole) if frame.columns.is_unique else frame).mask(hidden)


def _call(method: str, given: Mapping[str, Any]) -> str:
    """Write a call by the names of columns and statistics alone."""
    told = [f"{key}={_word(value)}" for key, value in given.items() if (value is not None
            and key != "data") or (key == "data" and isinstance(value, list))]  # fmt: skip
    return f"{method}({', '.join(told)})"


def _word(value: Any) -> str:  # noqa: ANN401 - any argument
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_word, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{_word(k)}: {_word(v)}' for k, v in value.items())}}}"
    if isinstance(value, pd.Series):
        return shown(value.name or "values")
    if isinstance(value, str | bool | int | float):
        return shown(value) if isinstance(value, str) else str(value)
    return named(value) if callable(value) else type(value).__name__


Counter
