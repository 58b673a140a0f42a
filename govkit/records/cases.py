"""A request as it stands, and the day on which it is due.

The first day is not counted (Civil Code of Japan, Article 140; Regulation (EEC) 1182/71). A last
day of rest is told, and not moved, so that nobody is late.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from govkit.errors import InputError
from govkit.files import packaged
from govkit.findings.periods import later, workday
from govkit.result import Result, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from govkit.records.chain import Entry
    from govkit.records.store import Store

LAW: dict[str, Any] = packaged("records/requests.yaml")


def due(kind: str, received: dt.date, answer_days: int | None, *, gdpr: bool = False) -> dt.date:
    """Give the last day for an answer: the law's or the company's, whichever comes first.

    Parameters
    ----------
    kind
        What is asked for.
    received
        The day of arrival; it is not counted.
    answer_days
        What the company promises for this kind; ``None`` where it promises nothing.
    gdpr
        Whether the GDPR's month holds for a request under the APPI, too.

    Examples
    --------
    >>> due("access", dt.date(2028, 1, 31), None), due("disclose", dt.date(2026, 12, 25), 14)
    (datetime.date(2028, 2, 29), datetime.date(2027, 1, 8))
    """
    by_law = gdpr or LAW["kinds"][kind]["days"] != "company"
    ends = [later(received, LAW["gdpr"]["days"])] if by_law else []
    if answer_days is not None:
        ends.append(later(received, f"P{answer_days}D"))
    if not ends:
        raise InputError(f"The policy promises no days for {kind}: add it to requests.kinds.")
    return min(ends)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case(Result):
    """A request as it stands.

    Attributes
    ----------
    key, kind, state
        Case number, what is asked for, and the last step that was taken.
    received_on, due
        Days as ``2026-05-11``; ``due`` with its extension.
    days_left
        Until then, on the day that was asked for; below zero is overdue, ``None`` when answered.
    outcome
        ``granted``, ``partly``, ``refused`` or not yet.
    open_work
        What still has to be confirmed: ``crm/customers``, or the key of a recipient.
    entry
        The newest entry of the store.
    person
        Under which token the values of the person are kept.
    """

    key: str
    kind: str
    state: str
    received_on: str
    due: str
    days_left: int | None
    outcome: str | None
    open_work: tuple[str, ...]
    entry: Entry = field(repr=False)
    person: str | None = field(repr=False)

    @property
    def verdict(self) -> Verdict:
        """Safe when done, unsafe when overdue, until then for review."""
        if (self.days_left or 0) < 0:
            return Verdict.UNSAFE
        return Verdict.REVIEW if LAW["states"][self.state]["then"] else Verdict.SAFE

    @property
    def sentence(self) -> str:
        """The state in words."""
        word = LAW["kinds"][self.kind]["en"]
        left = "" if self.days_left is None else f", days left: {self.days_left:,}"
        due = dt.date.fromisoformat(self.due)
        rest = " (a day of rest in Japan; it is not moved)" if workday(due) != due else ""
        return f"{self.key}, {word}: {self.state}, due {self.due}{rest}{left}."

    def to_dict(self) -> dict[str, Any]:
        """Give the case as plain JSON values, with what comes next."""
        return super(Case, self).to_dict() | {"next_step": self.next_step}

    @property
    def next_step(self) -> str:
        """What comes next."""
        work = f" Open: {', '.join(self.open_work)}." if self.open_work else ""
        return str(LAW["states"][self.state]["next"]) + work


@dataclass(frozen=True, slots=True, kw_only=True)
class Cases(Result):
    """Requests by the day on which they are due.

    Attributes
    ----------
    requests, open, overdue
        How many.
    cases
        Each of them, the earliest due first.
    """

    requests: int
    open: int
    overdue: int
    cases: tuple[Case, ...] = field(repr=False)

    @classmethod
    def of(cls, cases: Iterable[Case]) -> Cases:
        """Count some cases."""
        some = sorted(cases, key=lambda one: (one.due, one.key))
        done = sum(one.verdict is Verdict.SAFE for one in some)
        late = sum(one.verdict is Verdict.UNSAFE for one in some)
        return cls(requests=len(some), open=len(some) - done, overdue=late, cases=tuple(some))

    @property
    def verdict(self) -> Verdict:
        """Unsafe where one is overdue."""
        return Verdict.UNSAFE if self.overdue else Verdict.SAFE

    @property
    def sentence(self) -> str:
        """How many are open and overdue."""
        return f"{self.open:,} of {self.requests:,} requests are open, {self.overdue:,} overdue."

    @property
    def tables(self) -> dict[str, list[dict[str, Any]]]:
        """The cases as a list shows them."""
        names = ("key", "kind", "state", "due", "days_left", "outcome", "open_work")
        return {"": [{name: getattr(one, name) for name in names} for one in self.cases]}

    def to_dict(self) -> dict[str, Any]:
        """Give the cases as plain JSON values."""
        return super(Cases, self).to_dict() | {"cases": [one.to_dict() for one in self.cases]}


def read_case(history: Sequence[Entry], day: dt.date) -> Case:
    """Read a case off its entries, as it stands on some day."""
    last, content = history[-1], history[-1].content
    recorded = "closed" if content.get("closed_on") else "received"  # without steps of ours
    state = content.get("details", {}).get("state", recorded)
    until = content.get("extended_to") or content.get("due") or content["received_on"]
    done = state in {"answer", "closed", "withdrawn"}
    work = content.get("confirmations") or ()
    return Case(
        key=last.key, kind=content["kind"], state=state, received_on=content["received_on"],
        due=until, days_left=None if done else (dt.date.fromisoformat(until) - day).days,
        outcome=content.get("outcome"), entry=last,
        open_work=tuple(place_of(one) for one in work if not one.get("confirmed_on")),
        person=next((one.person for one in history if one.person), None),
    )  # fmt: skip


def cases_of(store: Store, day: dt.date) -> Cases:
    """Give all requests as they stand on some day, the earliest due first."""
    histories: dict[str, list[Entry]] = defaultdict(list)
    for one in store.entries("request"):
        histories[one.key].append(one)
    return Cases.of(read_case(history, day) for history in histories.values())


def place_of(work: Mapping[str, Any]) -> str:
    """Name a place of work to confirm: ``crm/customers``, or a recipient."""
    return "/".join(filter(None, map(work.get, ("system", "dataset", "recipient"))))
