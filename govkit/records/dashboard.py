"""The state of the records on one page: requests, disclosures, incidents, training, the chain."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from govkit import plots
from govkit.policy import Policy, Register
from govkit.records.cases import cases_of
from govkit.records.incidents import assess_incident
from govkit.records.store import Store
from govkit.records.training import training_status
from govkit.result import Result, Verdict

_SOON = 7  # days
Row = dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Overview(Result):
    """What is open of one kind of record.

    Unsafe where something is overdue or lacks its ground, for a person while it is open.

    Attributes
    ----------
    counts
        How many there are, by state.
    tables
        The cases, as text.
    bars
        What the figure shows; the table of the same name says it in text.
    """

    verdict: Verdict = field(repr=False)
    sentence: str = field(repr=False)
    counts: dict[str, int]
    tables: dict[str, list[Row]] = field(repr=False)
    bars: dict[str, int] = field(repr=False)

    def numbers(self) -> dict[str, Any]:
        """Give the counts."""
        return dict(self.counts)

    def to_dict(self) -> dict[str, Any]:
        """Give the counts and the tables."""
        return Result.to_dict(self) | {"tables": self.tables}

    def plot(self) -> Any:  # noqa: ANN401 - a figure
        """Draw how many there are of each."""
        figure = plots.bars(dict(self.bars), title=next(iter(self.tables)), x="cases")
        return figure.update_xaxes(dtick=max(1, max(self.bars.values(), default=0) // 5))


def dashboard(
    store: Store, policy: Policy | None = None, register: Register | None = None, *,
    staff: object = None, today: dt.date | None = None,
) -> dict[str, Result]:  # fmt: skip
    """Give the state of each kind of record by its heading; no value of a person is in it.

    Training is among them where policy and register are given, which say who needs what.
    """
    day = today or dt.datetime.now().astimezone().date()
    found: dict[str, Result] = {
        "Requests from individuals": _requests(store, day),
        "Disclosures": _disclosures(store),
        "Incidents": incidents_overview(store, register, day),
    }
    if policy and register:
        found["Training"] = training_status(policy, register, store, staff=staff, today=day)
    return found | {"Are the records as they were written?": store.verify()}


def _requests(store: Store, today: dt.date) -> Overview:
    found = cases_of(store, today)
    rows = [
        {"case": one.key, "asks for": one.kind, "received": one.received_on, "due": one.due,
         "state": _waits(one.days_left)}
        for one in found.cases if one.verdict is not Verdict.SAFE
    ]  # fmt: skip
    closed = found.requests - found.open
    return Overview(
        counts={"open": found.open, "overdue": found.overdue, "closed": closed},
        verdict=found.verdict if found.overdue or not rows else Verdict.REVIEW,
        sentence=found.sentence, tables={"Open requests by due date": rows},
        bars=Counter(row["state"] for row in rows),
    )  # fmt: skip


def _waits(days: int | None) -> str:
    if days is None:
        return "answered, not closed"
    return "overdue" if days < 0 else f"due within {_SOON} days" if days <= _SOON else "due later"


def _disclosures(store: Store) -> Overview:
    cases = store.events()["disclosures"]
    grounds = Counter(str(one.get("ground") or "none") for one in cases)
    made = Counter(str(one.get("ground") or "none") for one in cases
                   if one.get("status", "made") == "made")  # fmt: skip
    rows = [{"ground": name, "recorded": str(n), "made": str(made[name])}
            for name, n in sorted(grounds.items())]  # fmt: skip
    return Overview(
        counts={"recorded": len(cases), "made": made.total(), "without a ground": grounds["none"]},
        verdict=Verdict.UNSAFE if grounds["none"] else Verdict.SAFE,
        sentence=f"Disclosures recorded: {len(cases)}, without a ground: {grounds['none']}.",
        tables={"Disclosures by ground": rows}, bars=dict(grounds),
    )  # fmt: skip


def incidents_overview(
    store: Store, register: Register | None = None, today: dt.date | None = None
) -> Overview:
    """Give every incident with what is still to do, except those that were withdrawn."""
    now = dt.datetime.now().astimezone()
    now = dt.datetime.combine(today or now.date(), now.timetz())
    rows, answers, classes = [], [], Counter[str]()
    for key, entry in store.latest("incident").items():
        if entry.content.get("details", {}).get("withdrawn"):
            continue
        answer = assess_incident(entry.content, register=register, now=now)
        answers.append(answer)
        named = [one.replace("_", " ") for one in answer.classes]
        classes.update(named or ["none of the classes"])
        rows.append({
            "incident": key, "known since": entry.content["known_at"].replace("T", " "),
            "classes": ", ".join(named) or "–", "still to do": str(answer.open),
            "next due": (answer.next_due or "–").replace("T", " "), "state": answer.verdict.name,
        })  # fmt: skip
    late = sum(one.overdue for one in answers)
    return Overview(
        counts={"incidents": len(rows), "to do": sum(one.open for one in answers), "overdue": late},
        verdict=Verdict.worst([Verdict.SAFE, *(one.verdict for one in answers)]),
        sentence=f"Incidents: {len(rows)}, reports or notices overdue: {late}.",
        tables={"Incidents by class": rows}, bars=dict(classes),
    )  # fmt: skip
