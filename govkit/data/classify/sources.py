"""From a source to its data map: every table, every column, with progress on long work."""

import contextlib
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import narwhals as nw

from govkit.data.classify.column import LONGEST, Column, column
from govkit.data.classify.judge import Judgment, judge
from govkit.data.classify.power import distinction, pairs, separation
from govkit.data.classify.result import DataMap, Drift, Field, Pair
from govkit.data.places import tables
from govkit.data.sample import Distinct, distinct, stored
from govkit.data.scan import reading, scan
from govkit.errors import GovkitError, InputError

_HELD = 1_000_000  # cells up to which a table is held in memory
_HINT = r"@|0[0-9]{1,4}-[0-9]{1,4}-[0-9]{3,4}|0[5789]0[0-9]{8}"
_MOST_FOUND = 200
_TOLD = ("type", "category", "role", "personal", "appi_class")  # what a recognizer says of a column


def classify(
    source: object,
    *,
    sample: int | None = 2_000,
    seed: int = 0,
    declared: str | os.PathLike[str] | None = None,
    with_pairs: bool = True,
    progress: bool | None = None,
    **options: Any,  # noqa: ANN401 - the options of scan
) -> DataMap:
    """Tell, column by column, what is personal information, with the evidence.

    Parameters
    ----------
    source
        Whatever :func:`govkit.scan` opens; also a whole database, a folder of files or a workbook.
    sample
        Distinct values read per column, drawn by ``seed`` in the engine; ``None`` reads all.
    seed
        Changes the sample; the same seed gives the same answer everywhere.
    declared
        YAML file of a data map: what a person confirmed there stands above the scan.
    with_pairs
        Also measure how far pairs of columns tell records apart.
    progress
        Show a progress bar on standard error; by default where that is a terminal, not a notebook.
    **options
        ``delimiter``, ``encoding`` and ``engine`` of :func:`govkit.scan`.

    Returns
    -------
    DataMap
        A proposal; it stands when a person confirms it.

    Raises
    ------
    SourceError, InputError
        As :func:`govkit.scan`; of many tables, those that cannot be read are named in the answer.

    Examples
    --------
    >>> found = classify({"連絡先": ["taro@example.com", "hana@example.org"], "気温": [21.5, 19.0]})
    >>> [(field.type, field.role) for field in found.fields]
    [('email', <Role.DIRECT: 'direct'>), ('amount', <Role.NONE: 'none'>)]
    """
    if sample is not None and sample < 1:
        raise InputError(f"A sample holds at least 1 value, got {sample}: None reads all.")
    if declared is not None:
        from govkit.data.classify.declared import confirmed, read  # noqa: PLC0415 - needs Pydantic

        known = read(declared)
    listed, fields, pairs_found, unread = tables(source), [], [], []
    with _progress(progress) as advance:
        for table, part in listed:
            try:
                found, together = _table(
                    table, part, sample, seed, advance, with_pairs=with_pairs, **options
                )
            except GovkitError as error:
                if len(listed) == 1:
                    raise
                unread.append(f"{table} ({error})")
                continue
            fields += found
            pairs_found += together
    if declared is not None:
        fields = confirmed(fields, known)
    return DataMap(
        source=_called(source), tables=len(listed), columns=len(fields),
        personal=sum(one.personal is True for one in fields),
        undetermined=sum(one.personal is None for one in fields),
        fields=tuple(fields), pairs=tuple(pairs_found), unread=tuple(unread),
    )  # fmt: skip


def drift(
    source: object,
    declared: str | os.PathLike[str],
    **options: Any,  # noqa: ANN401 - the options of classify
) -> Drift:
    """Compare a delivery with what was declared of it.

    Parameters
    ----------
    source
        The delivery, or a :class:`DataMap` of it.
    declared
        YAML file that :meth:`DataMap.write` wrote and a person confirmed.
    **options
        Those of :func:`classify`.

    Returns
    -------
    Drift
        Unsafe where a personal column is undeclared, a type changed or a declared column is gone.
    """
    from govkit.data.classify.declared import compare, read  # noqa: PLC0415 - needs Pydantic

    known = read(declared)
    found = source if isinstance(source, DataMap) else classify(source, with_pairs=False, **options)
    return compare(found, known)


def _table(
    table: str, source: object, sample: int | None, seed: int,
    advance: Callable[[str, float], None], *, with_pairs: bool, **options: Any,  # noqa: ANN401
) -> tuple[list[Field], list[Pair]]:  # fmt: skip
    frame = scan(source, **options)
    with reading(source):
        frame = stored(frame)
        names = {name: str(name) for name in frame.collect_schema().names()}  # pandas knows 0, 1
        frame = frame.rename(names)
        records = int(frame.select(nw.len().alias("n")).collect()["n"][0])
        if frame.implementation.is_duckdb() and records * len(names) <= _HELD:
            frame = frame.collect("pyarrow").lazy()  # a query per column costs more than the data
        fields = []
        for number, name in enumerate(names.values(), 1):
            fields.append(_field(frame, table, name, records, sample=sample, seed=seed))
            advance(f"{table}: {name}", number / len(names))
        return fields, pairs(frame, fields) if with_pairs else []


def _field(
    frame: nw.LazyFrame[Any], table: str, name: str, records: int, *, sample: int | None, seed: int
) -> Field:
    dtype = frame.collect_schema()[name]
    if dtype == nw.Binary or dtype.is_nested():
        drawn, kind = Distinct((), 0, records, 0), "binary" if dtype == nw.Binary else "nested"
    else:
        drawn, kind = _draw(frame, name, sample, seed), str(dtype)
    seen = column(
        name, kind, rows=records, missing=records - drawn.filled, distinct=drawn.distinct,
        pairs=drawn.values,
    )  # fmt: skip
    found = judge(seen)
    clear = found.recognizer is not None and found.recognizer.personal
    if seen.sampled and dtype == nw.String and not clear and (more := _hinted(frame, name)):
        found = judge(replace(seen, found=more))
    return _written(table, seen, drawn, found)


def _draw(frame: nw.LazyFrame[Any], name: str, sample: int | None, seed: int) -> Distinct:
    try:
        return distinct(frame, name, size=sample, seed=seed, longest=LONGEST)
    except (TypeError, ValueError, ArithmeticError):  # values of several types in one column
        text = frame.select(nw.col(name).cast(nw.String))
        return distinct(text, name, size=sample, seed=seed, longest=LONGEST)


def _hinted(frame: nw.LazyFrame[Any], name: str) -> tuple[str, ...]:
    """Let the engine look through every record of a text for an address or a number."""
    text = nw.col(name).str.slice(0, LONGEST)
    hits = frame.select(text).filter(nw.col(name).str.contains(_HINT)).unique().sort(name)
    drawn = hits.head(_MOST_FOUND).collect().to_dict(as_series=False)[name]
    return tuple(str(value) for value in drawn)


def _written(table: str, seen: Column, drawn: Distinct, found: Judgment) -> Field:
    r = found.recognizer
    told = {name: getattr(r, name, None) for name in _TOLD}
    return Field(
        table=table, name=seen.name, **told, confidence=round(found.confidence, 4),
        evidence=found.evidence, undetermined=None if r else found.reason,
        recognizer=r.name if r else None, proposed=r.type if r else "undetermined",
        records=seen.rows, missing=seen.missing, distinct=seen.distinct,
        distinction=distinction(drawn.distinct, drawn.filled),
        separation=separation(drawn.alike, drawn.filled),
    )  # fmt: skip


def _called(source: object) -> str:
    """Name a source without its folder, host or password."""
    if not isinstance(source, str | os.PathLike):
        return type(source).__name__
    text = re.sub(r"^[a-z][a-z0-9+]*://.*/", "", os.fspath(source), flags=re.IGNORECASE)
    location, mark, table = text.partition("::")
    return Path(location).absolute().name + mark + table


@contextlib.contextmanager
def _progress(wanted: bool | None) -> Iterator[Callable[[str, float], None]]:
    from rich.console import Console  # noqa: PLC0415 - slow to import
    from rich.markup import escape  # noqa: PLC0415
    from rich.progress import Progress  # noqa: PLC0415

    console = Console(stderr=True)
    shown = console.is_terminal and not console.is_jupyter if wanted is None else wanted
    with Progress(console=console, transient=True, disable=not shown) as bar:
        task = bar.add_task("Reading", total=1.0)
        yield lambda text, share: bar.update(task, description=escape(text), completed=share)
