"""What a condition may speak of: policy, register, data, the day, and who belongs to whom."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from itertools import accumulate
from typing import Any

from govkit.data.classify.embedded import finds
from govkit.findings.evidence import Evidence
from govkit.findings.periods import later, workday
from govkit.policy import Register, entries


@dataclass(frozen=True, kw_only=True)
class Facts(Evidence):
    """The names that a condition may use.

    The kinds of entries of the register are among them (``datasets``), without what is deleted
    or stopped; ``register`` has everything.

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
    unmatched: Sequence[entries.Suppression] = ()
    _indexes: dict[tuple[str, str], dict[str, list[Any]]] = field(default_factory=dict, init=False)

    def names(self) -> dict[str, object]:
        """Give everything that a condition may name."""
        own = {name: getattr(self, name) for name in dir(self) if not name.startswith("_")}
        return self._live | own | {"later": later, "workday": workday, "finds": finds}

    @cached_property
    def _live(self) -> dict[str, list[Any]]:
        return {
            kind: [
                one
                for one in getattr(self.register, kind)
                if getattr(one, "status", "") != "stopped"
                if kind != "datasets" or not one.deleted_on
            ]
            for kind in Register.keys
        }

    def by(self, kind: str, key: str) -> dict[str, list[Any]]:
        """Give entries by what they name: ``by("systems", "datasets")["customers"]``."""
        if (kind, key) not in self._indexes:
            index = self._indexes[kind, key] = defaultdict(list)
            for one in self._live[kind]:
                named = getattr(one, key)
                for name in named if isinstance(named, tuple) else (named,):
                    index[name].append(one)
        return self._indexes[kind, key]

    def entry(self, kind: str, key: str) -> Any:  # noqa: ANN401 - an entry of any kind
        """Give an entry of the register by its key, or ``None``."""
        return self.register.by_key[kind].get(key)

    def uses(
        self, dataset: entries.Dataset, column: entries.DatasetField
    ) -> list[entries.Activity]:
        """Give the activities that use a field: they name its category, or one that holds it."""
        users, within = self.by("activities", "datasets")[dataset.key], _within(column.category)
        return [one for one in users if not self._categories[one.key].isdisjoint(within)]

    @cached_property
    def _categories(self) -> dict[str, frozenset[str]]:
        return {one.key: frozenset(one.categories) for one in self.register.activities}

    def useless(self, dataset: entries.Dataset) -> list[entries.DatasetField]:
        """Give the personal fields that no activity uses."""
        return [one for one in dataset.fields if one.role != "none" and not self.uses(dataset, one)]

    def covering(self, dataset: entries.Dataset) -> list[entries.Contract]:
        """Give the contracts that the dataset, or that their scope, names."""
        scoped = self.by("contracts", "scope_datasets")[dataset.key]
        named = [self.entry("contracts", key) for key in dataset.contracts]
        return scoped + [one for one in named if one not in scoped]

    def stops(self, use: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401 - activity or disclosure
        """Find contracts that stop a use, with the systems and recipients concerned."""
        activity = isinstance(use, entries.Activity)
        touched = set(use.datasets) if activity else {use.dataset}
        named = use.contracts if activity else {use.contract}
        for one in self.register.contracts:
            reason = "illegitimate" if one.provenance == "illegitimate" else one.status
            data = touched if one.kind == "client" else ()
            under = {key for key in data if one in self.covering(self.entry("datasets", key))}
            if reason in {"illegitimate", "suspended"} and (under or one.key in named):
                yield {"contract": one.key, "reason": reason} | self._reach(use, under or touched)

    def _reach(self, use: Any, datasets: set[str]) -> dict[str, Any]:  # noqa: ANN401
        """Say which systems hold some datasets and who gets them."""
        systems = {one.key for key in datasets for one in self.by("systems", "datasets")[key]}
        got = {one.recipient for key in datasets for one in self.by("disclosures", "dataset")[key]}
        systems.add(getattr(use, "system", None))
        got.update(getattr(use, "recipients", ()))
        return {"systems": sorted(filter(None, systems)), "recipients": sorted(filter(None, got))}

    def untrained(self, system: entries.System) -> int:
        """Count the people who can open a system without valid training for their role."""
        duties = {one.role: one for one in self.policy.training.required}
        return sum(not self._valid(one.person, duties.get(one.role)) for one in system.access)

    def _valid(self, person: str, duty: entries.TrainingDuty | None) -> bool:
        """Look for every module of the duty; a role that the policy does not name needs any."""
        period = f"P{duty.valid_months if duty else self.numbers['training_months']}M"
        valid = {
            one.module
            for one in self.by("training", "person")[person]
            if one.passed and (one.valid_until or later(one.completed_on, period)) >= self.today
        }
        return valid.issuperset(duty.modules) if duty else bool(valid)


@cache
def _within(category: str | None) -> tuple[str, ...]:
    """Give a category and all that hold it: ``user``, ``user.name``, ``user.name.first``."""
    return tuple(accumulate((category or "").split("."), "{}.{}".format))
