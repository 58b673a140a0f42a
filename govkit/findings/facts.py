"""What a condition may speak of: policy, register, data, the day, and who belongs to whom."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from itertools import accumulate
from typing import Any

from govkit.data.classify.embedded import finds
from govkit.findings.evidence import Evidence, Words
from govkit.findings.periods import later
from govkit.policy import Register
from govkit.policy.entries import (
    Activity,
    Contract,
    Dataset,
    DatasetField,
    Disclosure,
    Retention,
    Suppression,
    System,
)

__all__ = ["Facts"]


@dataclass(frozen=True, kw_only=True)
class Facts(Evidence):
    """The names that a condition may use, beside the kinds of entries of the register.

    Of ``activities``, ``disclosures`` and ``datasets`` those that are stopped or deleted are left
    out; ``register`` has them all.

    Attributes
    ----------
    leaks
        What a guard found in notebooks: ``notebook``, ``cell``, ``kind``.
    letters
        Files among the requests that are no YAML.
    numbers
        The numbers of the packs.
    unmatched
        Suppressions that suppressed nothing.
    """

    leaks: Sequence[Mapping[str, object]] = ()
    letters: Sequence[str] = ()
    numbers: Mapping[str, Any] = field(default_factory=dict)
    unmatched: Sequence[Suppression] = ()

    def names(self) -> dict[str, object]:
        """Give everything that a condition may name."""
        entries = {kind: getattr(self.register, kind) for kind in Register.keys}
        own = {name: getattr(self, name) for name in dir(self) if not name.startswith("_")}
        return entries | own | {"later": later, "finds": finds}

    # What there is

    @cached_property
    def activities(self) -> list[Activity]:
        """The activities that are not stopped."""
        return [one for one in self.register.activities if one.status != "stopped"]

    @cached_property
    def disclosures(self) -> list[Disclosure]:
        """The disclosures that are not stopped."""
        return [one for one in self.register.disclosures if one.status != "stopped"]

    @cached_property
    def datasets(self) -> list[Dataset]:
        """The datasets that are still held."""
        return [one for one in self.register.datasets if one.deleted_on is None]

    @cached_property
    def purposes(self) -> dict[str, Any]:
        """The listed purposes by key."""
        return {one.key: one for one in self.policy.purposes}

    def entry(self, kind: str, key: str | None) -> Any:  # noqa: ANN401 - an entry of any kind
        """Give an entry of the register by its key, or ``None``."""
        return self.register.by_key[kind].get(key)

    # Who uses what, and why

    @cached_property
    def _users(self) -> dict[str, list[Activity]]:
        return _by(self.activities, lambda one: one.datasets)

    @cached_property
    def _categories(self) -> dict[str, frozenset[str]]:
        return {one.key: frozenset(one.categories) for one in self.activities}

    def _uses(self, dataset: Dataset, column: DatasetField) -> list[Activity]:
        within = _within(column.category)
        users = self._users[dataset.key]
        return [one for one in users if not self._categories[one.key].isdisjoint(within)]

    def useless(self, dataset: Dataset) -> list[DatasetField]:
        """Give the personal fields that no activity uses."""
        return [one for one in dataset.fields if one.personal and not self._uses(dataset, one)]

    def unconsented(self, dataset: Dataset) -> Iterator[DatasetField]:
        """Find special-care fields that some activity uses without consent or exception."""
        for one in dataset.fields:
            if one.appi_class == "special_care_required":
                uses = self._uses(dataset, one)
                asked = [use.special_care_consent or use.special_care_exception for use in uses]
                if not asked or not all(asked):
                    yield one

    def groups(self, activity: Activity) -> set[str]:
        """Give the groups of people for whom an activity has a listed purpose."""
        listed = [self.purposes.get(key) for key in activity.purposes]
        return {one.subject_group for one in listed if one}

    def earlier(self, key: str) -> set[str]:
        """Give the purposes for which a dataset is, or was, used."""
        uses = [one for one in self.register.activities if key in one.datasets]
        return {purpose for use in uses for purpose in use.purposes}

    def linked(self, visits: Dataset) -> list[str]:
        """Name the datasets about identified people that visitors' data is joined with."""
        return [
            one.key
            for one in self.datasets
            if one.key in visits.joined_with or visits.key in one.joined_with
            if any(c.role == "direct" and "referable" not in c.appi_class for c in one.fields)
        ]

    # Contracts

    @cached_property
    def _contracts(self) -> dict[str, list[Contract]]:
        of = self.register.by_key["contracts"]
        pairs = [(key, one) for one in self.register.contracts for key in one.scope_datasets]
        pairs += [(one.key, of[key]) for one in self.register.datasets for key in one.contracts]
        found: dict[str, list[Contract]] = defaultdict(list)
        for key, one in dict.fromkeys((key, one.key) for key, one in pairs):
            found[key].append(of[one])
        return found

    def clients(self, dataset: Dataset) -> list[Contract]:
        """Give the clients' contracts that cover what a client provided."""
        provided = dataset.subject_group == "client_provided"
        return [one for one in self._contracts[dataset.key] if provided and one.kind == "client"]

    def over(self, contract: Contract) -> bool:
        """Tell whether a contract has come to its end."""
        expired = contract.expires is not None and contract.expires < self.today
        return contract.status == "ended" or expired

    def outside(self, activity: Activity) -> Iterator[Words]:
        """Find uses of client data that no contract names."""
        for key in activity.datasets:
            contracts = self.clients(self.entry("datasets", key))
            allowed = {use for one in contracts for use in one.scope_purposes
                       if key in one.scope_datasets}  # fmt: skip
            for use in activity.purposes if contracts else ():
                if use not in allowed:
                    yield {"dataset": key, "use": use, "contract": [one.key for one in contracts]}

    def left(self, contract: Contract) -> list[str]:
        """Name the data held under a contract and no other in force with the same parties."""
        return [
            one.key
            for one in self.datasets
            if contract in (known := self._contracts[one.key])
            and all(self.over(other) for other in known if other.parties == contract.parties)
        ]

    def stops(self, use: Activity | Disclosure) -> Iterator[Words]:
        """Find contracts that stop a use, with the systems and recipients concerned."""
        activity = isinstance(use, Activity)
        datasets, named = (use.datasets, use.contracts) if activity else ((use.dataset,), (use.contract,))
        for one in self.register.contracts:
            ...
