"""Find a person in everything the company holds, without copying it: counts, never values.

Each dataset of the register is asked where it is, by the columns that the register declares for the
types of the identifiers. What could not be asked is told, with the reason.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import reduce
from operator import and_, or_
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import narwhals as nw

from govkit.data.scan import reading, scan
from govkit.errors import GovkitError, InputError
from govkit.records.spellings import WAYS, other_script, pattern
from govkit.result import Result, Verdict

if TYPE_CHECKING:
    from govkit.policy import Register
    from govkit.policy.entries import Dataset, DatasetField

Identifiers = Mapping[str, str | Sequence[str]]
Data = Mapping[str, object] | str | os.PathLike[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What one dataset holds about the person.

    Attributes
    ----------
    dataset
        Its key in the register.
    by
        The identifiers that it could be asked by.
    records
        How many it holds.
    matching
        Records in which each of these identifiers is found.
    persons
        How many different people these are, by the dataset's own numbers.
    to_review
        Records in which only some are found, or free text that mentions one: a person has to look.
    sure
        Whether it is one person, found by more than what many people share.
    unread
        The script in which a name was not given, where nobody was found by the other one.
    """

    dataset: str
    by: tuple[str, ...]
    records: int
    matching: int
    persons: int
    to_review: int
    sure: bool
    unread: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Located(Result):
    """Where a person was found, and where nobody could look.

    Attributes
    ----------
    datasets
        How many were searched.
    matching, to_review
        Records, over all of them.
    persons
        The most different people in one dataset.
    found
        Each dataset that was searched.
    not_searched
        Each that was not, with the reason.
    """

    datasets: int
    matching: int
    persons: int
    to_review: int
    found: tuple[Found, ...] = field(repr=False)
    not_searched: dict[str, str]

    @classmethod
    def of(cls, found: Collection[Found], not_searched: dict[str, str]) -> Located:
        """Sum up what the datasets hold."""
        return cls(
            datasets=len(found), matching=sum(one.matching for one in found),
            persons=max((one.persons for one in found), default=0),
            to_review=sum(one.to_review for one in found), found=tuple(found),
            not_searched=not_searched,
        )  # fmt: skip

    @property
    def verdict(self) -> Verdict:
        """Safe where one person was found for sure and every dataset could be searched."""
        return Verdict.REVIEW if self.next_step else Verdict.SAFE

    @property
    def sentence(self) -> str:
        """What was found, in words."""
        places, missed = sum(one.matching > 0 for one in self.found), ", ".join(self.not_searched)
        return (
            f"Matching records: {self.matching:,}, in {places} of {self.datasets} datasets; "
            f"matching in part: {self.to_review:,}; not searched: {missed or 'none'}."
        )

    @property
    def next_step(self) -> str:
        """What to do before anything is handed over."""
        unsure = any(one.matching and not one.sure for one in self.found)
        unread = {one.unread: one.dataset for one in reversed(self.found) if one.unread}
        steps = {
            f"{self.persons:,} different people match: ask for a second identifier, such as date "
            "of birth, postcode or customer number, and search again.": self.persons > 1,
            "One identifier that others may share proves little: ask for a second one.": unsure,
            "Look at the records that match only in part; they are in no package.": self.to_review,
            **{
                f"Nobody was found in {key} by the name as it was given: give it in {script}, too, "
                "since one spelling does not find the other.": True
                for script, key in unread.items()
            },
            "Search by hand what could not be searched (--by-hand).": self.not_searched,
            "Nothing was found: ask for another identifier, or refuse.": not self.matching,
        }
        return next((step for step, needed in steps.items() if needed), "")

    @property
    def tables(self) -> dict[str, list[dict[str, Any]]]:
        """What was found in each dataset, and why it is not known of others."""
        names = [name for name in Found.__dataclass_fields__ if name != "unread"]
        found = [{name: getattr(one, name) for name in names} for one in self.found]
        missed = self.not_searched | {
            f"{one.dataset}, names in {one.unread}": "The name was not given so: add it, if it has "
            "such a spelling." for one in self.found if one.unread
        }  # fmt: skip
        return {"": found, " ": [{"not searched": key, "why": why} for key, why in missed.items()]}

    def completed(self, by_hand: Mapping[str, int]) -> Located:
        """Give the answer with what somebody found by looking, instead of what was searched."""
        kept = [one for one in self.found if one.dataset not in by_hand]
        rest = {key: why for key, why in self.not_searched.items() if key not in by_hand}
        if len(kept) + len(rest) + len(by_hand) != len(self.found) + len(self.not_searched):
            known = ", ".join([*(one.dataset for one in self.found), *self.not_searched])
            raise InputError(f"There is no such dataset to search by hand: known are {known}.")
        more = [
            Found(
                dataset=key, by=("hand",), records=n, matching=n, persons=min(n, 1), to_review=0,
                sure=n > 0,
            )
            for key, n in by_hand.items()
        ]  # fmt: skip
        return Located.of([*kept, *more], rest)

    def to_dict(self) -> dict[str, Any]:
        """Give counts as plain JSON values."""
        found = [asdict(one) | {"by": list(one.by)} for one in self.found]
        return super(Located, self).to_dict() | {"found": found, "next_step": self.next_step}


def locate(register: Register, identifiers: Identifiers, data: Data) -> Located:
    """Search every dataset of the register for a person.

    Parameters
    ----------
    register
        Its datasets say which column holds what.
    identifiers
        By type, as ``{"name": "…", "email": "…"}``; several values of one type are alternatives,
        as an old and a new address; a column may also be named itself. A record matches where each
        type is found that its dataset has a column for.
    data
        The folder in which the datasets' ``location`` lies, or by the key of a dataset what
        :func:`govkit.scan` opens.

    Raises
    ------
    InputError
        There is no identifier, no dataset knows its type, or it is too short to find somebody by.

    Examples
    --------
    >>> from govkit.policy import load_register
    >>> register = load_register("data/samples/register")
    >>> locate(register, {"customer_id": "c-00001"}, "data/samples").matching
    1
    """
    found, failed = [], {}
    for dataset, values in _wanted(register, identifiers):
        try:
            one = _count(_ask(dataset, values, data))
            names = "" if one.matching else other_script(_names(dataset, values))
            found.append(replace(one, unread=names))
        except GovkitError as error:
            failed[dataset.key] = str(error)
    return Located.of(found, failed)


def records_of(
    register: Register, identifiers: Identifiers, data: Data, keys: Collection[str]
) -> Iterator[tuple[Dataset, list[dict[str, Any]]]]:
    """Read the records in which one person is found for sure, in some datasets."""
    for dataset, values in _wanted(register, identifiers):
        if dataset.key in keys and _count(asked := _ask(dataset, values, data)).sure:
            with reading(asked.source):
                rows = asked.frame.filter(asked.found).collect("pyarrow").select(asked.names)
                yield dataset, list(rows.iter_rows(named=True))


class _Asked(NamedTuple):
    """A dataset, where it lies, and what it is asked of each record."""

    dataset: Dataset
    source: object
    frame: nw.LazyFrame[Any]
    names: list[str]
    by: tuple[str, ...]
    found: nw.Expr
    touched: nw.Expr
    filled: nw.Expr


def _wanted(
    register: Register, identifiers: Identifiers
) -> Iterator[tuple[Dataset, dict[str, tuple[str, ...]]]]:
    """Give the datasets to search; an identifier that can find nobody is told before."""
    held = [one for one in register.datasets if one.deleted_on is None]
    values = {
        kind: (some,) if isinstance(some, str) else tuple(some)
        for kind, some in identifiers.items()
    }
    if not any(values.values()):
        raise InputError("There is no identifier: give one, as in 'email: …'.")
    fields = [column for one in held for column in one.fields]
    for kind, some in values.items():
        types = [one.type or kind for one in fields if _named(one, kind)]
        if not types:  # what was typed may be a value: it is not repeated
            known = ", ".join(sorted({one.type for one in fields if one.type}))
            raise InputError(f"No dataset has a column of a type given; known are {known}.")
        for value in some:
            pattern(types[0], value)
    return ((one, values) for one in held)


def _ask(dataset: Dataset, values: Mapping[str, Sequence[str]], data: Data) -> _Asked:
    """Say in the engine's language what a dataset is asked; refuse with the reason."""
    if dataset.form != "personal":
        raise InputError(
            f"It is {dataset.form}: nobody may be identified in it (APPI 41(7), 43(5))."
        )
    columns = {kind: [one for one in dataset.fields if _named(one, kind)] for kind in values}
    if not any(columns.values()):
        raise InputError(f"It has no column for {', '.join(values)}: ask for another identifier.")
    source = _source(dataset, data)
    with reading(source):
        frame = scan(source)
        schema = dict(frame.collect_schema())
    columns = {
        kind: held for kind, some in columns.items()
        if (held := [one for one in some if one.name in schema])
    }  # fmt: skip
    found = {
        kind: _any(_holds(one.name, one.type or kind, values[kind]) for one in some)
        for kind, some in columns.items()
    }
    if not found:
        raise InputError("The columns that the register names are not in the data: correct it.")
    if any(schema[one.name].is_nested() for some in columns.values() for one in some):
        raise InputError("A column of it holds lists or structures: search it by hand.")
    texts = [
        one.name for one in dataset.fields if one.type in WAYS["mentions"] and one.name in schema
    ]
    mentioned = [
        _holds(name, kind, some, inside=True) for name in texts for kind, some in values.items()
    ]
    filled = _any(~nw.col(one.name).is_null() for some in columns.values() for one in some)
    return _Asked(
        dataset=dataset, source=source, frame=frame, names=list(schema), by=tuple(found),
        found=reduce(and_, found.values()), touched=_any([*found.values(), *mentioned]),
        filled=filled,
    )  # fmt: skip


def _count(asked: _Asked) -> Found:
    """Count in the engine, in one pass; a second tells several people apart."""
    sums = {"matching": asked.found, "touched": asked.touched, "filled": asked.filled}
    with reading(asked.source):
        counts = [one.cast(nw.Int64).sum().alias(name) for name, one in sums.items()]
        row = asked.frame.select(nw.len().alias("records"), *counts).collect("pyarrow")
        records, matching, touched, filled = (
            int(row.item(0, name) or 0) for name in ("records", *sums)
        )
        if records and not filled:
            raise InputError(f"Its columns for {', '.join(asked.by)} are empty: search it by hand.")
        persons = _persons(asked) if matching > 1 else matching
    enough = len(asked.by) > 1 or not set(asked.by) <= set(WAYS["shared"])
    return Found(
        dataset=asked.dataset.key, by=asked.by, records=records, matching=matching,
        persons=persons, to_review=touched - matching, sure=persons == 1 and enough,
    )  # fmt: skip


def _persons(asked: _Asked) -> int:
    """Count the people by the surest column that tells them apart, or by all that name them."""
    held = [one for one in asked.dataset.fields if one.name in asked.names]
    sure = [one.name for kind in WAYS["one_person"] for one in held if one.type == kind][:1]
    names = sure or [one.name for one in held if one.role == "direct"] or asked.names
    some = asked.frame.filter(asked.found).select(names).unique().select(nw.len())
    return int(some.collect("pyarrow").rows()[0][0])


def _names(dataset: Dataset, values: Mapping[str, Sequence[str]]) -> list[str]:
    """Give what is asked of the columns of a dataset that hold names."""
    held = [one for one in dataset.fields if one.type == "name"]
    kinds = [kind for kind in values if any(_named(one, kind) for one in held)]
    return [one for kind in kinds for one in values[kind]]


def _named(column: DatasetField, kind: str) -> bool:
    return kind in {column.type, column.name}


def _source(dataset: Dataset, data: Data) -> object:
    if isinstance(data, Mapping):
        if dataset.key not in data:
            raise InputError("It was not given: name its file or frame.")
        return data[dataset.key]
    if not dataset.location:
        raise InputError("The register does not say where it lies: write its location.")
    return dataset.location if "://" in dataset.location else str(Path(data) / dataset.location)


def _holds(name: str, kind: str, values: Sequence[str], *, inside: bool = False) -> nw.Expr:
    column = nw.col(name).cast(nw.String)
    return _any(column.str.contains(pattern(kind, one, inside=inside)) for one in values)


def _any(some: Iterable[nw.Expr]) -> nw.Expr:
    return reduce(or_, some)  # a missing value is neither found nor not found, and not counted
