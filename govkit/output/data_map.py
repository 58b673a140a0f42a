"""The data map of a register: who, what, why, where, to whom, and until when."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise, product
from typing import TYPE_CHECKING, Any

from govkit.output.processing import environment, kept_for, processings, words
from govkit.policy.words import AppiClass
from govkit.result import Result, Verdict

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

    from govkit.output.processing import Processing
    from govkit.policy.policy import Policy
    from govkit.policy.register import Register

__all__ = ["RegisterMap", "map_register"]

LAYERS = ("who", "what", "why", "where", "to whom")
_NODES = 20  # of one layer; more cannot be read
_LABEL = 70

Table = list[dict[str, str]]
Graph = tuple[list[tuple[int, str]], Counter[tuple[int, int]]]


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class RegisterMap(Result):
    """Where personal information comes from, where it goes, and when it has to go.

    Attributes
    ----------
    activities, datasets, recipients, abroad
        How many are on the map; ``abroad`` counts the recipients in another country than the data.
    special_care
        Fields of special care-required information.
    passed, soon
        Days of the calendar that lie behind, and those within the days asked for.
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
    today: dt.date = field(repr=False)
    tables: dict[str, Table] = field(repr=False)
    diagrams: dict[str, str] = field(repr=False)

    @property
    def verdict(self) -> Verdict:
        """Unsafe when a day has passed; an empty register and days to come are for a person."""
        if self.passed:
            return Verdict.UNSAFE
        return Verdict.REVIEW if self.soon or not self.activities else Verdict.SAFE

    @property
    def sentence(self) -> str:
        """Say how much the map holds and what is due."""
        return (
            f"Activities: {self.activities}, datasets: {self.datasets}, recipients: "
            f"{self.recipients} ({self.abroad} abroad). Days of deletion, contract or review that "
            f"have passed: {self.passed}, that come soon: {self.soon}."
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
            map_plots.flows(*_graph(self.tables["flows"]), LAYERS),
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
    uses = [one for one in processings(register, policy) if one.activity.status != "stopped"]
    calendar = _calendar(register, today, days)
    tables = {
        "flows": _flows(uses), "purposes": _purposes(uses, policy),
        "special care": _special_care(register, uses), "calendar": calendar,
        "contracts": [row for row in calendar if row["kind"] == "contract" and row["due"]],
    }  # fmt: skip
    due = Counter(row["due"] for row in calendar)
    return RegisterMap(
        activities=len(uses), datasets=len({held.key for use in uses for held in use.datasets}),
        recipients=len({to.key for use in uses for to in use.recipients}),
        abroad=len({to.key for use in uses for to in use.recipients
                    if to.country not in {held.country for held in use.datasets}}),
        special_care=len(tables["special care"]), passed=due["passed"], soon=due["soon"],
        today=today, tables=tables, diagrams=_diagrams(register, tables["flows"]),
    )  # fmt: skip


def _flows(uses: list[Processing]) -> Table:
    """Give each way that information takes once."""
    text = words("words")
    ways = (
        (text["groups"][held.subject_group][0], held.title, why,
         use.system.title if use.system else text["no system"], to)
        for use in uses
        for held, why, to in product(
            use.datasets, use.why or [text["no purpose"]],
            [f"{to.name} ({to.country})" for to in use.recipients] or [text["nobody"]])
    )  # fmt: skip
    return [dict(zip(LAYERS, way, strict=True)) for way in dict.fromkeys(ways)]


def _graph(flows: Table) -> Graph:
    """Number the names of each layer and count the ways between them; the rarest share a name."""
    places: dict[tuple[int, str], int] = {}
    numbered = []
    for layer, name in enumerate(LAYERS):
        names = [row[name] for row in flows]
        ranked = [one for one, _ in Counter(names).most_common()]
        rest = dict.fromkeys(ranked[_NODES:], f"{len(ranked) - _NODES:,} others")
        nodes = [(layer, rest.get(one, one)) for one in names]
        numbered.append([places.setdefault(node, len(places)) for node in nodes])
    return list(places), Counter(step for way in zip(*numbered, strict=True) for step in pairwise(way))


def _diagrams(register: Register, flows: Table) -> dict[str, str]:
    nodes, steps = _graph(flows)
    titles = {one.key: (LAYERS.index("where"), one.title) for one in register.systems}
    sends = [(titles[one.key], titles[to]) for one in register.systems for to in one.sends_to]
    known = [(nodes.index(a), nodes.index(b)) for a, b in sends if a in nodes and b in nodes]
    about = {"layers": LAYERS, "nodes": nodes, "steps": steps, "sends": known, "cut": _LABEL}
    names = ("mermaid", "graphviz")
    return {one: environment().get_template(f"{one}.jinja").render(about) for one in names}


def _purposes(uses: list[Processing], policy: Policy | None) -> Table:
    """Count the activities of each purpose and group; ✗ marks a group it was not stated for."""
    stated = {one.text_en: one.subject_group for one in policy.purposes} if policy else {}
    counts = Counter(
        pair for use in uses for pair in product(use.why, {one.subject_group for one in use.datasets})
    )
    return [
        {"purpose": why} | {
            name: f"{counts[why, group]}{' ✗' if stated and stated.get(why) != group else ''}"
            if counts[why, group] else "" for group, (name, _) in words("words")["groups"].items()
        }
        for why in dict.fromkeys([*stated, *(why for why, _ in counts)])
    ]  # fmt: skip


def _special_care(register: Register, uses: list[Processing]) -> Table:
    """List the fields of special care-required information and why they may be held."""
    grounds = {
        held.key: [use.activity.special_care_consent or use.activity.special_care_exception or "none"
                   for use in uses if held in use.datasets]
        for held in register.datasets
    }  # fmt: skip
    return [
        {"dataset": held.title, "field": one.name, "category": one.category or one.type or "",
         "consent or exception": "; ".join(dict.fromkeys(grounds[held.key]))}
        for held in register.datasets for one in held.fields
        if one.appi_class is AppiClass.SPECIAL_CARE
    ]  # fmt: skip


def _calendar(register: Register, today: dt.date, days: int) -> Table:
    """List what ends, the nearest day first; what has no day comes last."""
    parties = {key: one.name for key, one in register.by_key["recipients"].items()}
    ends: list[tuple[str, str, str, dt.date | None]] = [
        (kind, one.title, f"delete or return: {kept_for(one.retention)}", one.retention.until)
        for kind, entries in (("dataset", register.datasets), ("activity", register.activities))
        for one in entries if one.retention and not getattr(one, "deleted_on", None)
    ]  # fmt: skip
    ends += [
        ("contract", one.key, f"{one.kind} with {', '.join(parties[key] for key in one.parties)} "
         f"({one.status}, provenance {one.provenance}) ends", one.expires)
        for one in register.contracts if one.status != "ended" and not one.returned_on
    ]  # fmt: skip
    ends += [("assessment", one.key, "look again", one.review_by) for one in register.assessments]
    rows = []
    for kind, entry, what, day in ends:
        left = (day - today).days if day else days + 1
        due = "passed" if left < 0 else "soon" if left <= days else ""
        rows.append({"day": str(day or ""), "kind": kind, "entry": entry, "what": what, "due": due})
    return sorted(rows, key=lambda row: (row["day"] or "9999", row["kind"], row["entry"]))
