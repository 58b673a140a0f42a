"""Find a person in everything the company holds, without copying it: counts, never values.

Each dataset of the register is asked where it is, by the columns that the register declares for the
types of the identifiers. What could not be asked is told, with the reason.
"""

from __future__ import annotations

import functools
import operator
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import narwhals as nw

from govkit.data.scan import reading, scan
from govkit.errors import GovkitError, InputError
from govkit.records.spellings import WAYS, pattern
from govkit.result import Result, Verdict

if TYPE_CHECKING:
    from govkit.policy import Register
    from govkit.policy.entries import Dataset

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
    """

    dataset: str
    by: tuple[str, ...]
    records: int
    matching: int
    persons: int
    to_review: int

    @property
    def sure(self) -> bool:
        """Whether it is one person, found by more than what many people share."""
        enough = len(self.by) > 1 or not set(self.by) <= set(WAYS["shared"])
        return self.matching > 0 and self.persons == 1 and enough


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

    @property
    def verdict(self) -> Verdict:
        """Safe where one person was found for sure and every dataset could be searched."""
        unclear = any(one.matching and not one.sure for one in self.found) or self.to_review
        sure = self.matching and not unclear and not self.not_searched
        return Verdict.SAFE if sure else Verdict.REVIEW

    @property
    def sentence(self) -> str:
        """What was found, in words."""
        places = sum(one.matching > 0 for one in self.found)
        many = len(self.not_searched)
        rest = f" {many} could not be searched: {', '.join(self.not_searched)}." if many else ""
        look = f" {self.to_review:,} more match only in part." if self.to_review else ""
        if not self.matching:
            return f"No record matches in {self.datasets} datasets.{look}{rest}"
        head = f"{self.matching:,} records match, in {places} of {self.datasets} datasets."
        return head + look + rest

    @property
    def next_step(self) -> str:
        """What to do before anything is handed over."""
        if self.persons > 1:
            return (
                f"{self.persons:,} different people match: ask for a second identifier, such as "
                "date of birth, postcode or customer number, and search again."
            )
        if any(one.matching and not one.sure for one in self.found):
            return "One identifier that others may share proves little: ask for a second one."
        if self.to_review:
            return "Look at the records that match only in part; they are not in the package."
        return "Search what could not be searched by hand." if self.not_searched else ""

    def to_dict(self) -> dict[str, Any]:
        """Give counts as plain JSON values."""
        found = [
            {name: getattr(one, name) for name in (*Found.__slots__, "sure")} for one in self.found
        ]
        return super(Located, self).to_dict() | {"found": found, "next_step": self.next_step}


def locate(register: Register, identifiers: Identifiers, data: Data) -> Located:
    """Search every dataset of the register for a person.

    Parameters
    ----------
    register
        Its datasets say which column holds what.
    identifiers
        By type, as ``{"name": "…", "email": "…"}``; several values of one type are alternatives,
        as an old and a new address; a column that has no type is named itself. A record matches
        where each type is found that its dataset has a column for.
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
    >>> locate(register, {"customer_id": "C-00001"}, "data/samples").found[0].matching
    1
    """
    found, failed = [], {}
    for search in _searches(register, identifiers, data):
        try:
            found.append(search.count())
        except GovkitError as error:
            failed[search.dataset.key] = str(error)
    return Located(
        datasets=len(found), matching=sum(one.matching for one in found),
        persons=max((one.persons for one in found), default=0),
        to_review=sum(one.to_review for one in found), found=tuple(found), not_searched=failed,
    )  # fmt: skip


def records_of(
    register: Register, identifiers: Identifiers, data: Data
) -> Iterator[tuple[Dataset, list[dict[str, Any]]]]:
    """Read the records in which one person was found for sure, dataset by dataset."""
    for search in _searches(register, identifiers, data):
        try:
            sure = search.count().sure
        except GovkitError:  # told by locate
            continue
        if sure:
            yield search.dataset, search.read()


@dataclass(frozen=True)
class _Search:
    """One dataset and what it is asked."""

    dataset: Dataset
    values: Mapping[str, tuple[str, ...]]
    data: Data

    def count(self) -> Found:
        """Count in the engine."""
        asked, mentioned = self._matches()
        touched, found = _any([*asked.values(), *mentioned]), _all(asked.values())
        filled = _any([~nw.col(name).is_null() for kind in asked for name in self._columns(kind)])
        with reading(self._source):
            row = self._frame.select(
                nw.len().alias("n"), found.sum().alias("matching"), touched.sum().alias("touched"),
                filled.sum().alias("filled"),
            ).collect("pyarrow").rows()[0]  # fmt: skip
            records, matching, some, full = (int(value or 0) for value in row)
            if records and not full:
                raise InputError(f"Its columns for {_listed(asked)} are empty: search it by hand.")
            persons = self._persons(found) if matching > 1 else matching
        return Found(
            dataset=self.dataset.key, by=tuple(asked), records=records, matching=matching,
            persons=persons, to_review=some - matching,
        )  # fmt: skip

    def read(self) -> list[dict[str, Any]]:
        """Read the records that match."""
        with reading(self._source):
            found = self._frame.filter(_all(self._matches()[0].values())).collect("pyarrow")
        return list(found.iter_rows(named=True))

    def _persons(self, found: nw.Expr) -> int:
        held = {one.type: one.name for one in reversed(self.dataset.fields) if self._has(one.name)}
        first = next((held[kind] for kind in WAYS["one_person"] if kind in held), None)
        direct = [one.name for one in self.dataset.fields if one.role == "direct"]
        names = [first] if first else [name for name in direct if self._has(name)]
        some = self._frame.filter(found).select(names or self._names).unique()
        return int(some.select(nw.len()).collect("pyarrow").item())

    def _matches(self) -> tuple[dict[str, nw.Expr], list[nw.Expr]]:
        """Give what each identifier asks of a record, and where free text mentions one."""
        if self.dataset.form != "personal":
            raise InputError(
                f"It is {self.dataset.form}: nobody may be identified in it (APPI 41(7), 43(5))."
            )
        asked = {
            kind: _any([_holds(name, kind, values) for name in self._columns(kind)])
            for kind, values in self.values.items() if self._columns(kind)
        }  # fmt: skip
        if not asked:
            raise InputError(
                f"It has no column for {_listed(self.values)}: ask for another identifier, or "
                "search it by hand."
            )
        texts = [
            one.name for one in self.dataset.fields
            if one.type in WAYS["mentions"] and self._has(one.name)
        ]  # fmt: skip
        mentions = [
            _holds(name, kind, values, inside=True)
            for name in texts for kind, values in self.values.items()
        ]  # fmt: skip
        return asked, mentions

    def _columns(self, kind: str) -> list[str]:
        declared = _declared(self.dataset, kind)
        return [name for name in declared if self._has(name)]

    def _has(self, name: str) -> bool:
        return name in self._names

    @functools.cached_property
    def _names(self) -> list[str]:
        with reading(self._source):
            return list(self._frame.collect_schema().names())

    @functools.cached_property
    def _frame(self) -> nw.LazyFrame[Any]:
        return scan(self._source)

    @functools.cached_property
    def _source(self) -> object:
        key, place = self.dataset.key, self.dataset.location
        if isinstance(self.data, Mapping):
            if key not in self.data:
                raise InputError("It was not given: name its file or frame.")
            return self.data[key]
        if not place:
            raise InputError("The register does not say where it lies: write its location.")
        return place if "://" in place else str(Path(self.data) / place)


def _searches(register: Register, identifiers: Identifiers, data: Data) -> Iterator[_Search]:
    values = {
        kind: (value,) if isinstance(value, str) else tuple(value)
        for kind, value in identifiers.items()
    }
    if not any(values.values()):
        raise InputError("There is no identifier: give one, as in 'email: …'.")
    held = [one for one in register.datasets if one.deleted_on is None]
    for kind, some in values.items():
        for value in some:
            pattern(kind, value)  # a value that finds nobody is told before anything is read
        if not any(_declared(one, kind) for one in held):
            raise InputError(f"No dataset has a column of type {kind}: write a type of the register.")
    yield from (_Search(one, values, data) for one in held)


def _declared(dataset: Dataset, kind: str) -> list[str]:
    return [one.name for one in dataset.fields if kind in {one.type, one.name}]


def _holds(name: str, kind: str, values: Sequence[str], *, inside: bool = False) -> nw.Expr:
    column = nw.col(name).cast(nw.String)
    return _any([column.str.contains(pattern(kind, one, inside=inside)) for one in values])


def _any(some: Sequence[nw.Expr]) -> nw.Expr:
    return functools.reduce(operator.or_, (one.fill_null(value=False) for one in some))


def _all(some: Any) -> nw.Expr:  # noqa: ANN401 - the values of a mapping
    return functools.reduce(operator.and_, some)


def _listed(names: Any) -> str:  # noqa: ANN401 - any names
    return ", ".join(names)
