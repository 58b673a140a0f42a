"""What a condition may look at: policy, register, data, the day, and who belongs to whom."""

import calendar
import datetime as dt
import hashlib
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from itertools import accumulate
from os import PathLike
from pathlib import Path
from typing import Any

import narwhals as nw

from govkit.data import DataMap, classify, count, scan
from govkit.policy import Policy, Register
from govkit.policy.events import Disclosure, TrainingRecord
from govkit.policy.policy import Purpose
from govkit.policy.register import Activity, Contract, Dataset, DatasetField, Suppression, System
from govkit.policy.words import AppiClass, Role, SubjectGroup

__all__ = ["Case", "Cases", "Facts", "later"]

#: An entry of the register (or the policy, or a file's name), the way to the faulty line inside it
#: (``("fields", 3)``), and the words that the message needs.
Case = tuple[Any, tuple[str | int, ...], dict[str, object]]
Cases = Iterator[Case]


def later(day: dt.date, period: str, sign: int = 1) -> dt.date:
    """Give the day a period after (or with ``sign=-1`` before) another.

    A month without that day ends earlier.

    Examples
    --------
    >>> later(dt.date(2024, 1, 31), "P1M"), later(dt.date(2024, 2, 29), "P1Y2W", -1)
    (datetime.date(2024, 2, 29), datetime.date(2023, 2, 14))
    """
    n = {unit: sign * int(number) for number, unit in re.findall(r"(\d+)([YMWD])", period)}
    months = day.year * 12 + day.month - 1 + n.get("Y", 0) * 12 + n.get("M", 0)
    year, month = months // 12, months % 12 + 1
    moved = dt.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
    return moved + dt.timedelta(weeks=n.get("W", 0), days=n.get("D", 0))


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What a condition may look at.

    Attributes
    ----------
    policy, register
        As loaded; what happened since is in the register, too.
    data
        Sources by the key of their dataset or, of released files, of their disclosure.
    leaks
        What a guard found in notebooks: ``notebook``, ``cell``, ``kind``.
    letters
        Names of files beside the register that are no YAML.
    today
        The day on which everything is judged.
    numbers
        The numbers of the packs.
    unmatched
        Suppressions that suppressed nothing.
    """

    policy: Policy
    register: Register
    today: dt.date
    data: Mapping[str, object] = field(default_factory=dict)
    leaks: Sequence[Mapping[str, object]] = ()
    letters: Sequence[str] = ()
    numbers: Mapping[str, Any] = field(default_factory=dict)
    unmatched: Sequence[Suppression] = ()
    _maps: dict[str, DataMap] = field(default_factory=dict, repr=False)

    @cached_property
    def purposes(self) -> dict[str, Purpose]:
        """The listed purposes by key."""
        return {one.key: one for one in self.policy.purposes}

    @cached_property
    def datasets(self) -> dict[str, Dataset]:
        """The datasets that are still held, by key."""
        return {one.key: one for one in self.register.datasets if one.deleted_on is None}

    @cached_property
    def activities(self) -> list[Activity]:
        """The activities that are not stopped."""
        return [one for one in self.register.activities if one.status != "stopped"]

    @cached_property
    def disclosures(self) -> list[Disclosure]:
        """The disclosures that are not stopped."""
        return [one for one in self.register.disclosures if one.status != "stopped"]

    @cached_property
    def users(self) -> dict[str, list[Activity]]:
        """Per dataset the activities that use it."""
        return _by(self.activities, lambda one: one.datasets)

    @cached_property
    def systems(self) -> dict[str, list[System]]:
        """Per dataset the systems that hold it."""
        return _by(self.register.systems, lambda one: one.datasets)

    @cached_property
    def contracts(self) -> dict[str, list[Contract]]:
        """Per dataset the contracts that the dataset, or the contract's scope, names."""
        of = self.register.by_key["contracts"]
        named = _by(self.register.contracts, lambda one: one.scope_datasets)
        for one in self.register.datasets:
            named[one.key] += [of[key] for key in one.contracts if of[key] not in named[one.key]]
        return named

    def clients(self, dataset: Dataset) -> list[Contract]:
        """Give the clients' contracts that cover what a client provided."""
        provided = dataset.subject_group is SubjectGroup.CLIENT_PROVIDED
        return [one for one in self.contracts[dataset.key] if provided and one.kind == "client"]

    def over(self, contract: Contract) -> bool:
        """Tell whether a contract has come to its end."""
        expired = contract.expires is not None and contract.expires < self.today
        return contract.status == "ended" or expired

    def covers(self, activity: Activity, column: DatasetField) -> bool:
        """Tell whether an activity uses this kind of data; ``user.name`` holds ``user.name.first``."""
        return not self._categories[activity.key].isdisjoint(_within(column.category))

    @cached_property
    def _categories(self) -> dict[str, frozenset[str]]:
        return {one.key: frozenset(one.categories) for one in self.register.activities}

    def disclosed(self, disclosure: Disclosure) -> list[DatasetField]:
        """Give the declared fields that a disclosure hands over."""
        dataset = self.register.by_key["datasets"][disclosure.dataset]
        return [one for one in dataset.fields if one.name in disclosure.fields]

    def group_size(self, disclosure: Disclosure) -> int:
        """Give the smallest group that the policy allows in what is disclosed."""
        special = any(one.appi_class is AppiClass.SPECIAL_CARE for one in self.disclosed(disclosure))
        return self.policy.group_size(disclosure.audience, special_care=special)

    def map(self, key: str) -> DataMap:
        """Classify a source, once."""
        if key not in self._maps:
            self._maps[key] = classify(self.data[key], with_pairs=False, progress=False)
        return self._maps[key]

    def keys(self, disclosure: Disclosure, *roles: Role) -> list[str]:
        """Name the disclosed columns in a released file that people may be grouped by."""
        present = set(scan(self.data[disclosure.key]).collect_schema().names())
        wanted = roles or (Role.QUASI, Role.SENSITIVE, Role.DIRECT)
        return [
            one.name
            for one in self.disclosed(disclosure)
            if one.role in wanted and one.name in present
        ]

    def cells(self, disclosure: Disclosure, columns: Sequence[str]) -> dict[Any, int]:
        """Count the people behind each combination of columns in a released file."""
        table = count(self.data[disclosure.key], columns, weight=disclosure.count_column)
        sizes = table.counts if table.weights is None else table.weights.astype(int)
        rows = table.to_frame().iloc[:, : len(columns)].astype(str).itertuples(index=False)
        return dict(zip(map(tuple, rows), map(int, sizes), strict=True))

    @cached_property
    def passed(self) -> dict[str, list[TrainingRecord]]:
        """Per person the training passed."""
        return _by([one for one in self.register.training if one.passed], lambda one: [one.person])

    def older(self, key: str, column: str, day: dt.date) -> int:
        """Count the records of a source from before a day."""
        dated = nw.col(column).cast(nw.String).str.slice(0, 10).str.replace_all("/", "-")
        return int(scan(self.data[key]).filter(dated < str(day)).select(nw.len()).collect().item())

    def digest(self, name: str | None) -> str | None:
        """Give the SHA-256 of a source, or of a file near the register; ``None`` if there is none."""
        folder = self.register.folder or Path()
        given = self.data.get(name or "")
        places = [Path(given)] if isinstance(given, str | PathLike) else []
        places += [place / name for place in (folder, *folder.resolve().parents) if name]
        found = next((place for place in places if place.is_file()), None)
        return hashlib.sha256(found.read_bytes()).hexdigest() if found else None


@cache
def _within(category: str | None) -> tuple[str, ...]:
    """Give a category and all that hold it."""
    return tuple(accumulate((category or "").split("."), "{}.{}".format))


def _by(entries: Sequence[Any], keys: Any) -> dict[str, list[Any]]:  # noqa: ANN401
    found: dict[str, list[Any]] = defaultdict(list)
    for one in entries:
        for key in keys(one):
            found[key].append(one)
    return found
