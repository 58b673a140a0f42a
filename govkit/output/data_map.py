"""The data map of a register: who, what, why, where, to whom, and until when."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from govkit.output.processing import filled, stated, uses
from govkit.plots import Figure
from govkit.policy import Policy, Register
from govkit.result import Result, Verdict

LAYERS = ("who", "what", "why", "where", "to whom")
_NODES = 20  # of one layer; more cannot be read

Table = list[dict[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class RegisterMap(Result):
    """Where personal information comes from, where it goes, and when it has to go.

    Attributes
    ----------
    activities, datasets, recipients, abroad
        How many are on the map; ``abroad`` counts the recipients outside Japan.
    special_care
        Fields of special care-required information.
    passed, soon
        Days of the calendar that lie behind, and those within the days asked for.
    stop
        Contracts whose information was obtained illegitimately while something is done with it.
    tables
        What the figures show, as text: ``flows``, ``purposes``, ``special care``, ``calendar``,
        ``contracts``; one dictionary a row.
    diagrams
        The data-flow diagram as text for ``mermaid`` and ``graphviz``.
    """

    activities: int
    datasets: int
    recipients: int
    abroad: int
    special_care: int
    passed: int
    soon: int
    stop: int
    today: dt.date = field(repr=False)
    tables: dict[str, Table] = field(repr=False)
    diagrams: dict[str, str] = field(repr=False)

    @property
    def verdict(self) -> Verdict:
        """Unsafe when a day has passed or a service has to stop.

        For a person are days to come, a purpose that was not stated for the group (✗), special
        care without a ground, and an empty register.
        """
        if self.passed or self.stop:
            return Verdict.UNSAFE
        marked = any("✗" in text for row in self.tables["purposes"] for text in row.values())
        grounds = [row["consent or exception"].split("; ") for row in self.tables["special care"]]
        doubt = marked or any("none" in ground for ground in grounds) or not self.activities
        return Verdict.REVIEW if self.soon or doubt else Verdict.SAFE

    @property
    def sentence(self) -> str:
        """Say how much the map holds and what is due."""
        return (
            f"Activities: {self.activities}, datasets: {self.datasets}, recipients: "
            f"{self.recipients} ({self.abroad} abroad). Days of deletion, contract or review that "
            f"have passed: {self.passed}, that come soon: {self.soon}. "
            f"Services to stop: {self.stop}."
        )

    def to_dict(self) -> dict[str, Any]:
        """Give the numbers, and the tables behind the figures."""
        return Result.to_dict(self) | {"tables": self.tables, "diagrams": self.diagrams}

    def plot(self) -> Figure:
        """Draw who → what → why → where → to whom."""
        return self.figures()[0]

    def figures(self) -> list[Figure]:
        """Draw the flows, the purposes by group, and the calendar; ``tables`` says it in text."""
        from govkit.output import map_plots  # noqa: PLC0415 - charts load when they are drawn

        calendar = [row for row in self.tables["calendar"] if row["day"]]
        return [
            map_plots.flows(*graph(self.tables["flows"]), LAYERS),
            map_plots.matrix(self.tables["purposes"]),
            map_plots.calendar(calendar, self.today),
        ]


def map_register(
    register: Register, policy: Policy | None = None, *, today: dt.date | None = None,
    days: int = 90,
) -> RegisterMap:  # fmt: skip
    """Draw the data map of a register.

    Parameters
    ----------
    register
        What the company does; activities that were stopped are left out.
    policy
        The texts of the purposes, and for whom they are; without it purposes are shown by key.
    today
        The day to count from; default: today in UTC.
    days
        How far ahead "soon" reaches.

    Examples
    --------
    >>> from govkit.policy import Register
    >>> map_register(Register()).verdict
    <Verdict.REVIEW: 'review'>
    """
    today = today or dt.datetime.now(dt.UTC).date()
    used = [one for one in uses(register, policy) if one.activity.status != "stopped"]
    about = {"register": register, "policy": policy, "uses": used, "today": today}
    tables = stated("map", soon=today + dt.timedelta(days), **about)
    tables["flows"] = [
        dict(way) for way in dict.fromkeys(tuple(r.items()) for r in tables["flows"])
    ]
    tables["calendar"].sort(key=lambda row: (row["day"] or "9999", row["kind"], row["entry"]))
    ends = [row for row in tables["calendar"] if row["kind"] == "contract" and row["due"]]
    nodes, steps = graph(tables["flows"])
    places = {one.key: (LAYERS.index("where"), one.title) for one in register.systems}
    sends = [(places[one.key], places[to]) for one in register.systems for to in one.sends_to]
    drawn = {
        "layers": LAYERS, "nodes": nodes, "steps": steps,
        "sends": [[nodes.index(end) for end in way] for way in sends if {*way} <= {*nodes}],
    }  # fmt: skip
    due = Counter(row["due"] for row in tables["calendar"])
    return RegisterMap(
        activities=len(used),
        datasets=len({held.key for use in used for held in use.datasets}),
        recipients=len({to.key for use in used for to in use.recipients}),
        abroad=len({to.key for use in used for to in use.abroad}),
        special_care=len(tables["special care"]), passed=due["passed"], soon=due["soon"],
        stop=due["stop"], today=today, tables=tables | {"contracts": ends},
        diagrams={name: filled(name, **drawn) for name in ("mermaid", "graphviz")},
    )  # fmt: skip


def graph(flows: Table) -> tuple[list[tuple[int, str]], Counter[tuple[int, int]]]:
    """Give each name a number and count the ways between them; the rarest share one.

    Returns
    -------
    nodes
        Per name its layer, from 0, and the name; at most twenty names a layer.
    steps
        How many ways lead from one node, by its place, to another.
    """
    places: dict[tuple[int, str], int] = {}
    numbered = []
    for layer, name in enumerate(LAYERS):
        names = [row[name] for row in flows]
        ranked = [one for one, _ in Counter(names).most_common()]
        rest = dict.fromkeys(ranked[_NODES:], f"{len(ranked) - _NODES:,} others")
        nodes = [(layer, rest.get(one, one)) for one in names]
        numbered.append([places.setdefault(node, len(places)) for node in nodes])
    steps = Counter(step for way in zip(*numbered, strict=True) for step in pairwise(way))
    return list(places), steps
