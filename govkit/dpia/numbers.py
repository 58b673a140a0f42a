"""What the data say about being found: before the measures, and measured again after them.

Singling out, linkability and inference are the three questions of the Article 29 Working Party,
Opinion 05/2014 (WP216).
"""

from __future__ import annotations

import dataclasses
from dataclasses import field
from typing import TYPE_CHECKING, Any

import numpy as np

from govkit.data import count
from govkit.dpia.wording import words
from govkit.errors import InputError, SourceError, shown
from govkit.microdata import distinct_l_diversity, risk, t_closeness
from govkit.microdata.answers import answer
from govkit.remedy import Recipe, replay
from govkit.result import Result, Verdict

if TYPE_CHECKING:
    from pathlib import Path

    from govkit.data import FrequencyTable
    from govkit.data.arrays import Codes
    from govkit.dpia.entries import Scenario
    from govkit.dpia.subject import Subject


@answer
class Numbers(Result):
    """How easily somebody is found in one form of the data.

    Attributes
    ----------
    people, groups, smallest
        People, groups of equal columns, and the people in the smallest group.
    k, below, unique
        Wanted smallest group; people in smaller ones; people alone in theirs.
    singling_out, linkability
        Largest chance of a prosecutor, who knows that somebody is in the data, and of a
        journalist, who does not; the same where nothing is known of the population.
    inference
        Largest gain in certainty about a hidden column, 0 to 1: half the sum of the differences
        between a group's shares and everybody's (t-closeness with the equal distance).
    average
        Average chance of being found.
    population
        Estimated share of the population that is unique; ``None`` where nothing is known of it.
    different, wanted_different
        Fewest different values of a hidden column in a group, and how many are wanted.
    suppressed
        Records that are left out.
    sizes
        People per group.
    crowds
        How many people share the smallest group that they are in with how many: each person once.
    """

    people: int
    groups: int
    smallest: int
    k: int
    below: int
    unique: int
    singling_out: float
    linkability: float
    inference: float
    average: float
    population: float | None
    different: int | None
    wanted_different: int
    suppressed: int
    sizes: Any = field(repr=False, compare=False)
    crowds: dict[int, int] = field(repr=False, compare=False)

    @property
    def alike(self) -> bool:
        """Whether a group has fewer different hidden values than wanted."""
        return self.different is not None and self.different < self.wanted_different

    @property
    def verdict(self) -> Verdict:
        """Unsafe where people in a group are too few, or too much alike."""
        if not self.people:
            return Verdict.REVIEW
        return Verdict.UNSAFE if self.below or self.alike else Verdict.SAFE

    @property
    def sentence(self) -> str:
        """Say how many people are in groups that are too small, or too much alike."""
        return self.said("en")

    def said(self, language: str) -> str:
        """Say it in a language."""
        parts = (["measured"] + ["alike"] * self.alike) if self.people else ["nobody"]
        text = words()["marks"][language]["space"].join(words()[one][language] for one in parts)
        return str(text).format_map(self.numbers())

    @property
    def suggested(self) -> dict[str, int]:
        """Give the likelihood, 1 to 4, that each measured number suggests."""
        return {name: suggest(name, getattr(self, name)) for name in words()["bounds"]}


def suggest(aspect: str, measured: float) -> int:
    """Suggest a likelihood from 1 to 4 for a measured number.

    A chance of being found keeps a bound where it is at most that, or the chance in the group that
    the bound stands for: 0.09 is the rounded 1/11, so that a group of eleven keeps it.

    Examples
    --------
    >>> [suggest("singling_out", x) for x in (0.05, 1 / 11, 0.2, 0.21)]
    [1, 2, 3, 4]
    """
    for bound in words()["bounds"][aspect]:
        if measured <= max(bound["most"], 1 / bound.get("people", np.inf)):
            return int(bound["level"])
    return 4


@answer
class Measured(Result):
    """One scenario: the data as they are, and as they are after its recipe.

    Attributes
    ----------
    scenario
        What is handed on.
    known, hidden
        Columns that somebody may know, and that must stay hidden.
    before, after
        The numbers; ``after`` where there is a recipe.
    """

    scenario: Scenario = field(repr=False)
    known: tuple[str, ...]
    hidden: tuple[str, ...]
    before: Numbers
    after: Numbers | None

    @property
    def last(self) -> Numbers:
        """The numbers of what is handed on."""
        return self.after or self.before

    @property
    def verdict(self) -> Verdict:
        """That of what is handed on."""
        return self.last.verdict

    @property
    def sentence(self) -> str:
        """Say it of what is handed on."""
        return self.last.sentence


def measure(data: object, scenario: Scenario, subject: Subject, folder: Path) -> Measured:
    """Measure a scenario, and measure again what its recipe leaves.

    Parameters
    ----------
    data
        The records: what ``govkit.scan`` takes.
    scenario
        What is handed on, to whom, and what somebody may know.
    subject
        The activity: roles of the columns, and the policy's smallest groups.
    folder
        Where the recipe and its hierarchies are.

    Raises
    ------
    InputError, SourceError
        No column is named that somebody may know, or the recipe is not there or does not fit.
    """
    held = subject.register.by_key["datasets"][scenario.dataset]
    roles = {
        role: [f.name for f in held.fields if f.role == role] for role in ("quasi", "sensitive")
    }
    quasi = list(scenario.quasi_identifiers or roles["quasi"])
    hidden = [name for name in scenario.sensitive or roles["sensitive"] if name not in quasi]
    if not quasi:
        raise InputError(
            "The scenario has no column that somebody may know: write quasi_identifiers, or "
            "confirm roles in the register."
        )
    about: Any = {"scenario": scenario, "known": tuple(quasi), "hidden": tuple(hidden)}
    before = _numbers(data, quasi, hidden, _k(scenario, subject, quasi + hidden), scenario)
    if scenario.recipe is None or not before.people:
        return Measured(**about, before=before, after=None)
    place, given = folder / scenario.recipe, scenario.hierarchies
    if not place.is_file():
        raise SourceError(f"There is no recipe {shown(place.name)} beside it: correct its name.")
    recipe = Recipe.read(place)
    dropped = [one for one in recipe.direct_identifiers or () if one != scenario.person]
    if recipe.direct_identifiers:  # people are counted by theirs, which is left out afterwards
        recipe = recipe.model_copy(update={"direct_identifiers": tuple(dropped)})
    trees = folder / given if given else None
    made = replay(data, recipe, hierarchies=trees, with_utility=False)
    left = {*recipe.columns} - {*made.dropped}
    kept, secret = ([name for name in some if name in left] for some in (quasi, hidden))
    if not kept:
        raise InputError(
            "The recipe takes away every column that somebody may know, so nothing can be measured "
            "after it: name one that it keeps under quasi_identifiers."
        )
    k = _k(scenario, subject, kept + secret)
    return Measured(
        **about, before=dataclasses.replace(before, k=k, below=_below(before.crowds, k)),
        after=_numbers(made.data, kept, secret, k, scenario, made.suppressed_records),
    )  # fmt: skip


def _k(scenario: Scenario, subject: Subject, columns: list[str]) -> int:
    """Give the wanted group: the scenario's own, or the policy's for what is handed on."""
    special = bool(subject.special({*columns}))
    return scenario.k or subject.policy.group_size(scenario.audience, special_care=special)


def _numbers(
    data: object, quasi: list[str], hidden: list[str], k: int, scenario: Scenario, gone: int = 0
) -> Numbers:
    person = [scenario.person] if scenario.person else []
    whole = count(data, list(dict.fromkeys([*quasi, *hidden, *person])))
    crowd = _people(whole, quasi, person)
    crowds = _crowds(crowd, whole.rollup([*quasi, *person]).codes[-1] if person else None)
    found = risk(crowd, sampling_fraction=scenario.sampling_fraction)
    groups = [(_people(whole, [*quasi, name], person), name) for name in hidden]
    gains = [t_closeness(table, name, distance="equal").measured for table, name in groups]
    values = [int(distinct_l_diversity(table, name).measured) for table, name in groups]
    attackers = found.attackers
    return Numbers(
        people=sum(crowds.values()), groups=len(crowd), smallest=min(crowds, default=0), k=k,
        below=_below(crowds, k), unique=crowds.get(1, 0),
        singling_out=attackers["prosecutor"]["highest"],
        linkability=attackers["journalist"]["highest"],
        inference=max(gains, default=0.0), average=attackers["prosecutor"]["average"],
        population=found.population.uniques.get("dankar"), different=min(values, default=None),
        wanted_different=scenario.l, suppressed=gone, sizes=crowd.counts, crowds=crowds,
    )  # fmt: skip


def _crowds(crowd: FrequencyTable, who: Codes | None) -> dict[int, int]:
    """Count people by the size of the smallest group they are in; ``who`` is in each, in order."""
    sizes, people = crowd.counts, crowd.counts
    if who is not None:
        each = np.repeat(sizes, sizes)
        order = np.lexsort((each, who))
        sizes = each[order][np.unique(who[order], return_index=True)[1]]
        people = np.ones(len(sizes), np.int64)
    found, which = np.unique(sizes, return_inverse=True)
    return dict(zip(found.tolist(), np.bincount(which, people).astype(int).tolist(), strict=True))


def _below(crowds: dict[int, int], k: int) -> int:
    return sum(people for size, people in crowds.items() if size < k)


def _people(table: FrequencyTable, keys: list[str], person: list[str]) -> FrequencyTable:
    """Count by some columns: records, or where people have several, each person once a group."""
    if not person:
        return table.rollup(keys)
    each = table.rollup([*keys, *person])
    return dataclasses.replace(each, counts=np.ones(len(each), np.int64)).rollup(keys)
