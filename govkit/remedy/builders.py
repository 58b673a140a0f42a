"""Rules that make hierarchies: they hold for every value, also of the next delivery.

Each gives a ``Hierarchy`` whose top level is ``*``; a YAML file names it, as in
``{builder: intervals, widths: [5, 10, 20]}``.
"""

from __future__ import annotations

import datetime as dt
import inspect
import math
from bisect import bisect_right
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import yaml

from govkit.errors import InputError, shown
from govkit.remedy.hierarchy import Hierarchy

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

__all__ = [
    "age_bands",
    "build",
    "dates",
    "eras",
    "flat",
    "intervals",
    "japanese_regions",
    "mask",
    "order",
    "rounding",
]


def build(recipe: Mapping[str, Any]) -> Hierarchy:
    """Make a hierarchy from a builder's name and options, as a YAML file gives them."""
    options = dict(recipe)
    name = options.pop("builder")
    known = sorted(set(__all__) - {"build"})
    if name not in known:
        raise InputError(f"There is no builder {shown(name)}: use one of {', '.join(known)}.")
    make = globals()[name]
    wrong = sorted(options.keys() - inspect.signature(make).parameters.keys())
    if wrong:
        raise InputError(f"The builder {name!r} has no option {shown(wrong[0])}.")
    made: Hierarchy = make(**options)
    return made


def flat() -> Hierarchy:
    """Leave a value as it is, or take it away altogether."""
    return _each(lambda _: (), "values", builder="flat")


def intervals(widths: Sequence[float], origin: float = 0) -> Hierarchy:
    """Put numbers into intervals, wider from level to level.

    Parameters
    ----------
    widths
        Width per level, each a multiple of the one before, in the unit of the column.
    origin
        Where an interval begins.

    Examples
    --------
    >>> import pyarrow as pa
    >>> intervals([5, 10]).over(pa.array([33, 47])).labels
    (('33', '47'), ('30-34', '45-49'), ('30-39', '40-49'), ('*', '*'))
    """
    _multiples(widths)

    def climb(value: Any) -> list[str]:  # noqa: ANN401 - a number, or not
        lows = [origin + math.floor((_number(value) - origin) / w) * w for w in widths]
        return [_interval(low, low + w, value) for low, w in zip(lows, widths, strict=True)]

    return _each(climb, "numbers", builder="intervals", widths=widths, origin=origin)


def rounding(bases: Sequence[float]) -> Hierarchy:
    """Round numbers to multiples of a base, halves upwards; each level rounds the one below.

    Examples
    --------
    >>> import pyarrow as pa
    >>> rounding([10, 100]).over(pa.array([44, 45])).labels[1:3]
    (('40', '50'), ('0', '100'))
    """
    _multiples(bases)

    def climb(value: Any) -> list[str]:  # noqa: ANN401 - a number, or not
        at = _number(value)
        return [f"{(at := math.floor(at / base + 0.5) * base):g}" for base in bases]

    return _each(climb, "numbers", builder="rounding", bases=bases)


def mask(hidden: Sequence[int], side: str = "end") -> Hierarchy:
    """Hide letters and digits from one side, more from level to level; other signs stay.

    Parameters
    ----------
    hidden
        Number of characters hidden per level.
    side
        ``"end"`` keeps the beginning, as for postal codes; ``"start"`` keeps the end.

    Examples
    --------
    >>> import pyarrow as pa
    >>> mask([2, 4]).over(pa.array(["150-0001"])).labels
    (('150-0001',), ('150-00**',), ('150-****',), ('*',))
    """
    if side not in {"start", "end"}:
        raise InputError(f"side must be 'start' or 'end', not {shown(side)}.")
    step = -1 if side == "end" else 1

    def climb(value: Any) -> list[str]:  # noqa: ANN401 - anything that can be written
        signs = list(str(value))[::step]
        places = [place for place, sign in enumerate(signs) if sign.isalnum()]
        covered = [set(places[:number]) for number in hidden]
        return ["".join("*" if p in c else s for p, s in enumerate(signs))[::step] for c in covered]

    return _each(climb, "text", builder="mask", hidden=hidden, side=side)


def dates(parts: Sequence[str] = ("month", "quarter", "year", "decade")) -> Hierarchy:
    """Keep less and less of a day: its month, quarter, year, decade.

    Examples
    --------
    >>> import pyarrow as pa
    >>> dates(["month", "year"]).over(pa.array(["2024-03-15"])).labels[1:3]
    (('2024-03',), ('2024',))
    """
    written: dict[str, Callable[[dt.date], str]] = {
        "month": lambda day: f"{day:%Y-%m}",
        "quarter": lambda day: f"{day:%Y}-Q{(day.month + 2) // 3}",
        "year": lambda day: f"{day:%Y}",
        "decade": lambda day: f"{day.year // 10}0s",
    }
    unknown = [part for part in parts if part not in written]
    if unknown:
        raise InputError(f"A day has no part {shown(unknown[0])}: use {', '.join(written)}.")
    return _each(
        lambda value: [written[part](_day(value)) for part in parts], "days",
        builder="dates", parts=parts,
    )  # fmt: skip


def order(fan_out: Sequence[int]) -> Hierarchy:
    """Group neighbors in the order of the values: so many values, then so many groups, and so on.

    The groups depend on the values met: on the next delivery they may differ.

    Examples
    --------
    >>> import pyarrow as pa
    >>> order([2]).over(pa.array(["a", "b", "c"])).labels[1]
    ('a – b', 'a – b', 'c')
    """

    def rule(values: list[Any]) -> list[list[str]]:
        rows: list[list[str]] = [[] for _ in values]
        size = 1
        for number in fan_out:
            size *= number
            for start in range(0, len(values), size):
                group = values[start : start + size]
                ends = f"{group[0]} – {group[-1]}" if len(group) > 1 else str(group[0])
                for row in rows[start : start + size]:
                    row.append(ends)
        return rows

    return Hierarchy(rule=rule, recipe=_plain(builder="order", fan_out=fan_out))


def age_bands(bounds: Sequence[Sequence[int]] = ((15, 20, 40, 65, 75), (20, 65))) -> Hierarchy:
    """Put ages into bands; per level the ages at which a new band begins.

    Examples
    --------
    >>> import pyarrow as pa
    >>> age_bands([[20, 65]]).over(pa.array([7, 20, 64, 90])).labels[1]
    ('0-19', '20-64', '20-64', '65+')
    """

    def band(age: float, starts: Sequence[int]) -> str:
        at = bisect_right(starts, age)
        low = starts[at - 1] if at else 0
        return f"{low}+" if at == len(starts) else f"{low}-{starts[at] - 1}"

    return _each(
        lambda value: [band(_number(value), sorted(starts)) for starts in bounds], "ages",
        builder="age_bands", bounds=bounds,
    )  # fmt: skip


def japanese_regions(levels: Sequence[str] = ("prefecture", "region")) -> Hierarchy:
    """Raise Japanese places: municipality, prefecture, region (the usual eight).

    A place is text that begins with its prefecture (``東京都千代田区``, ``Tokyo``), or the JIS
    code of a municipality or prefecture (JIS X 0401 and 0402).

    Examples
    --------
    >>> import pyarrow as pa
    >>> japanese_regions().over(pa.array(["東京都千代田区", "大阪府堺市"])).labels[1:3]
    (('東京都', '大阪府'), ('関東', '近畿'))
    """
    known = {"prefecture": 0, "region": 1}
    if not set(levels) <= known.keys():
        raise InputError("The levels of Japanese places are 'prefecture' and 'region'.")

    def climb(value: Any) -> list[str]:  # noqa: ANN401 - a place, or not
        found = _prefecture(str(value))
        return [found[known[level]] for level in levels]

    return _each(
        climb, "places that begin with a prefecture, or JIS codes",
        builder="japanese_regions", levels=levels,
    )  # fmt: skip


def eras() -> Hierarchy:
    """Raise days or years to ten years of a Japanese era, then to the era.

    A year in which an era began belongs to the new era.

    Examples
    --------
    >>> import pyarrow as pa
    >>> eras().over(pa.array([1971, 1989])).labels[1:3]
    (('昭和40年代', '平成1年代'), ('昭和', '平成'))
    """
    starts = [(dt.date.fromisoformat(day), name) for day, name in _japan()["eras"].items()]

    def climb(value: Any) -> list[str]:  # noqa: ANN401 - a day, a year, or not
        day = dt.date(value, 12, 31) if isinstance(value, int) else _day(value)
        start, name = max(pair for pair in starts if pair[0] <= day)
        year = day.year - start.year + 1
        return [f"{name}{year // 10 * 10 or 1}年代", name]

    return _each(climb, "days or years since 1868", builder="eras")


def _each(
    climb: Callable[[Any], Sequence[str]],
    needs: str,
    **recipe: Any,  # noqa: ANN401 - a builder's options
) -> Hierarchy:
    """Make a hierarchy whose rule looks at one value at a time."""

    def rule(values: list[Any]) -> list[Sequence[str]]:
        rows: list[Sequence[str]] = []
        failed = 0
        for value in values:
            try:
                rows.append(climb(value))
            except (TypeError, ValueError, LookupError):
                failed += 1
        if failed:
            raise InputError(
                f"The builder {recipe['builder']!r} needs {needs}: {failed:,} of the "
                f"{len(values):,} values are not. Mend them, or take another hierarchy."
            )
        return rows

    return Hierarchy(rule=rule, recipe=_plain(**recipe))


def _plain(**recipe: Any) -> dict[str, Any]:  # noqa: ANN401 - a builder's options
    def listed(value: object) -> object:
        return [listed(item) for item in value] if isinstance(value, list | tuple) else value

    return {name: listed(value) for name, value in recipe.items() if value != 0}


def _multiples(widths: Sequence[float]) -> None:
    steps = [b / a for a, b in zip(widths, widths[1:], strict=False) if a > 0]
    if not widths or min(widths) <= 0 or any(step < 1 or step % 1 for step in steps):
        raise InputError(
            "Widths must be above 0, and each a multiple of the one before, as in 5, 10, 20: "
            "otherwise two people who are equal on one level would differ on the next."
        )


def _number(value: Any) -> float:  # noqa: ANN401 - a number, or not
    if isinstance(value, bool | str | bytes) or not math.isfinite(value):
        raise TypeError
    return value if isinstance(value, int) else float(value)


def _day(value: Any) -> dt.date:  # noqa: ANN401 - a day, or not
    if isinstance(value, dt.datetime):
        return value.date()
    return value if isinstance(value, dt.date) else dt.date.fromisoformat(value)


def _interval(low: float, high: float, value: object) -> str:
    whole = all(isinstance(number, int) for number in (low, high, value))
    return f"{low}-{high - 1}" if whole else f"[{low:g}, {high:g})"


@cache
def _japan() -> dict[str, Any]:
    text = files("govkit.remedy").joinpath("japan.yaml").read_text("utf-8")
    loaded: dict[str, Any] = yaml.safe_load(text)
    return loaded


@cache
def _places() -> tuple[dict[str, tuple[str, str]], dict[str, tuple[str, str]]]:
    """Give prefecture and region by the name that a place begins with, and by code."""
    names, codes = {}, {}
    for code, (kanji, latin, region, latin_region) in _japan()["prefectures"].items():
        codes[code] = names[kanji] = (kanji, region)
        names[latin.lower()] = (latin, latin_region)
    return names, codes


def _prefecture(place: str) -> tuple[str, str]:
    names, codes = _places()
    if place.isdigit():  # 1 or 13: a prefecture; 1101 or 131016: a municipality
        return codes[place.zfill(2) if len(place) < 3 else place.zfill(5 + (len(place) > 5))[:2]]  # noqa: PLR2004 - digits
    text = place.strip().lower()
    return names[next((name for name in names if text.startswith(name)), text)]
