"""Rules that make hierarchies: they hold for every value, also of the next delivery.

Each gives a ``Hierarchy`` whose top level is ``*``; a YAML file names it, as in
``{builder: intervals, widths: [5, 10, 20]}``.
"""

import datetime as dt
import math
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from itertools import pairwise
from typing import Any

from govkit.errors import InputError, shown
from govkit.files import packaged
from govkit.remedy.hierarchy import Hierarchy

Climb = Callable[[Any], Sequence[str]]


__all__ = [
    "age_bands", "build", "dates", "eras", "flat", "intervals", "japanese_regions", "mask", "order",
    "rounding",
]  # fmt: skip

_PARTS: dict[str, Callable[[dt.date], str]] = {
    "month": lambda day: f"{day:%Y-%m}",
    "quarter": lambda day: f"{day:%Y}-Q{(day.month + 2) // 3}",
    "year": lambda day: f"{day:%Y}",
    "decade": lambda day: f"{day.year // 10}0s",
}


def build(recipe: Mapping[str, Any]) -> Hierarchy:
    """Make a hierarchy from a builder's name and options, as a YAML file gives them."""
    name, known = str(recipe["builder"]), sorted({*__all__} - {"build"})
    try:
        made: Hierarchy = {name: globals()[name] for name in known}[name](
            **{option: value for option, value in recipe.items() if option != "builder"}
        )
    except (KeyError, TypeError):
        builders = ", ".join(known)
        raise InputError(
            f"There is no builder {shown(name)} with these options. Builders: {builders}."
        ) from None
    return made


def flat() -> Hierarchy:
    """Leave a value as it is, or take it away altogether."""
    return _each("values", lambda _: (), builder="flat")


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

    def interval(value: float, width: float) -> str:
        low = origin + math.floor((value - origin) / width) * width
        whole = all(isinstance(number, int) for number in (low, width, value))
        return f"{low}-{low + width - 1}" if whole else f"[{low:g}, {low + width:g})"

    return _each(
        "numbers", lambda value: [interval(_number(value), width) for width in widths],
        builder="intervals", widths=widths, origin=origin,
    )  # fmt: skip


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

    return _each("numbers", climb, builder="rounding", bases=bases)


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
    step = -1 if side == "end" else 1

    def climb(value: object) -> list[str]:
        signs = list(str(value))[::step]
        places = [place for place, sign in enumerate(signs) if sign.isalnum()]
        covered = [set(places[:number]) for number in hidden]
        written = [["*" if p in c else sign for p, sign in enumerate(signs)] for c in covered]
        return ["".join(line[::step]) for line in written]

    return _each("text", climb, builder="mask", hidden=hidden, side=side)


def dates(parts: Sequence[str] = ("month", "quarter", "year", "decade")) -> Hierarchy:
    """Keep less and less of a day: its month, quarter, year, decade.

    Examples
    --------
    >>> import pyarrow as pa
    >>> dates(["month", "year"]).over(pa.array(["2024-03-15"])).labels[1:3]
    (('2024-03',), ('2024',))
    """
    needs = f"days, and parts among {', '.join(_PARTS)}"
    return _each(
        needs, lambda value: [_PARTS[part](_day(value)) for part in parts],
        builder="dates", parts=parts,
    )  # fmt: skip


def order(fan_out: Sequence[int]) -> Hierarchy:
    """Group neighbors in the order of the values: so many values, then so many groups, and so on.

    The groups depend on the values met: on the next delivery they may differ.

    Examples
    --------
    >>> import pyarrow as pa
    >>> order([2]).over(pa.array(["a", "b", "c"])).labels[1]
    ('a – b', 'a – b', 'c – c')
    """

    def rule(values: list[Any]) -> list[tuple[str, ...]]:
        levels, size = [], 1
        for number in fan_out:
            size *= number
            groups = [values[at // size * size :][:size] for at in range(len(values))]
            levels.append([f"{group[0]} – {group[-1]}" for group in groups])
        return list(zip(*levels, strict=True)) or [() for _ in values]

    return Hierarchy(rule=rule, recipe={"builder": "order", "fan_out": list(fan_out)})


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
        "ages", lambda value: [band(_number(value), starts) for starts in bounds],
        builder="age_bands", bounds=[list(starts) for starts in bounds],
    )  # fmt: skip


def japanese_regions(levels: Sequence[str] = ("prefecture", "region")) -> Hierarchy:
    """Raise Japanese places: municipality, prefecture, region (the usual eight).

    A place is text that begins with its prefecture (``東京都千代田区``, ``Tokyo``), or the JIS
    code of a municipality or prefecture (JIS X 0401 and 0402: five digits, or six with the check
    digit and any leading zero).

    Examples
    --------
    >>> import pyarrow as pa
    >>> japanese_regions().over(pa.array(["東京都千代田区", "大阪府堺市"])).labels[1:3]
    (('東京都', '大阪府'), ('関東', '近畿'))
    """
    places = packaged("remedy/japan.yaml")["places"]

    def climb(value: object) -> list[str]:
        text = str(value).strip().lower()
        if text.isdigit():  # 1 or 13: a prefecture; 1101 or 131016: a municipality
            text = text.zfill(2 if len(text) < 3 else 5 + (len(text) > 5))[:2]  # noqa: PLR2004
        found = places[next((name for name in places if text.startswith(name)), "")]
        return [found[("prefecture", "region").index(level)] for level in levels]

    needs = "places that begin with a prefecture, or JIS codes; levels: prefecture, region"
    return _each(needs, climb, builder="japanese_regions", levels=levels)


def eras() -> Hierarchy:
    """Raise days or years to ten years of a Japanese era, then to the era.

    A year in which an era began belongs to the new era.

    Examples
    --------
    >>> import pyarrow as pa
    >>> eras().over(pa.array([1971, 1989])).labels[1:3]
    (('昭和40年代', '平成1年代'), ('昭和', '平成'))
    """
    starts = [
        (dt.date.fromisoformat(day), name)
        for day, name in packaged("remedy/japan.yaml")["eras"].items()
    ]

    def climb(value: Any) -> list[str]:  # noqa: ANN401 - a day, a year, or not
        day = dt.date(value, 12, 31) if isinstance(value, int) else _day(value)
        start, name = max(pair for pair in starts if pair[0] <= day)
        return [f"{name}{(day.year - start.year + 1) // 10 * 10 or 1}年代", name]

    return _each("days or years since 1868", climb, builder="eras")


def _each(needs: str, climb: Climb, **recipe: Any) -> Hierarchy:  # noqa: ANN401 - its options
    """Make a hierarchy whose rule looks at one value at a time."""

    def rule(values: list[Any]) -> list[Sequence[str]]:
        rows = []
        for value in values:
            with suppress(TypeError, ValueError, LookupError):
                rows.append(climb(value))
        if failed := len(values) - len(rows):
            raise InputError(
                f"The builder {recipe['builder']!r} needs {needs}: {failed:,} of "
                f"{len(values):,} values do not fit. Mend them, or take another hierarchy."
            )
        return rows

    plain = {name: list(v) if isinstance(v, tuple) else v for name, v in recipe.items() if v != 0}
    return Hierarchy(rule=rule, recipe=plain)


def _multiples(widths: Sequence[float]) -> None:
    if min(widths, default=0) <= 0 or any(b % a for a, b in pairwise(widths)):
        raise InputError(
            "Widths must be above 0, and each a multiple of the one before, as in 5, 10, 20: "
            "otherwise people who are equal on one level would differ on the next."
        )


def _number(value: Any) -> float:  # noqa: ANN401 - a number, or not
    if isinstance(value, bool | str | bytes) or not math.isfinite(value):
        raise TypeError
    return value if isinstance(value, int) else float(value)


def _day(value: Any) -> dt.date:  # noqa: ANN401 - a day, or not
    if isinstance(value, dt.datetime):
        return value.date()
    return value if isinstance(value, dt.date) else dt.date.fromisoformat(value)
