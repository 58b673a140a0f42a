"""Requests from individuals, from arrival to closing: states, days, decisions, work to confirm.

APPI Articles 32 to 39 and GDPR Articles 12 to 22. The first day is not counted (Civil Code of Japan,
Article 140; Regulation (EEC) 1182/71); a last day that is a holiday is not moved, so nobody is late.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import yaml

from govkit.data.classify.embedded import finds
from govkit.errors import InputError, shown
from govkit.findings.periods import later
from govkit.records.locate import Data, Identifiers, Located, locate
from govkit.result import Result, Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping

    from govkit.policy import Policy, Register
    from govkit.records.chain import Entry
    from govkit.records.store import Store

LAW: dict[str, Any] = yaml.safe_load((files("govkit.records") / "requests.yaml").read_text("utf-8"))


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
    company = LAW["kinds"][kind]["days"] == "company"
    ends = [later(received, LAW["gdpr"]["days"])] if gdpr or not company else []
    if answer_days is not None:
        ends.append(received + dt.timedelta(days=answer_days))
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
        What still has to be confirmed: ``crm/customers`` or the name of a recipient.
    content
        Everything recorded, as in the register.
    """

    key: str
    kind: str
    state: str
    received_on: str
    due: str
    days_left: int | None
    outcome: str | None
    open_work: tuple[str, ...]
    content: Mapping[str, Any] = field(repr=False)
    entry: Entry = field(repr=False)
    person: str | None = field(repr=False)

    @property
    def verdict(self) -> Verdict:
        """Safe when done, unsafe when overdue, open to review until then."""
        if self.days_left is not None:
            return Verdict.UNSAFE if self.days_left < 0 else Verdict.REVIEW
        return Verdict.SAFE if self.state in {"closed", "withdrawn"} else Verdict.REVIEW

    @property
    def sentence(self) -> str:
        """The state in words."""
        word = LAW["kinds"][self.kind]["en"]
        if self.days_left is None:
            return f"{self.key}, {word}: {self.state}."
        when = f"{self.days_left:,} days left" if self.days_left >= 0 else (
            f"{-self.days_left:,} days over"
        )  # fmt: skip
        return f"{self.key}, {word}: {self.state}, due {self.due}, {when}."

    @property
    def next_step(self) -> str:
        """What may come next."""
        if self.open_work and self.state in {"decision", "answer"}:
            return f"To confirm: {', '.join(self.open_work)}."
        return f"Then: {' or '.join(after)}." if (after := LAW["states"][self.state]) else ""


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

    @property
    def verdict(self) -> Verdict:
        """Unsafe where one is overdue."""
        return Verdict.UNSAFE if self.overdue else Verdict.SAFE

    @property
    def sentence(self) -> str:
        """How many are open and overdue."""
        return f"{self.open:,} of {self.requests:,} requests are open, {self.overdue:,} overdue."

    def to_dict(self) -> dict[str, Any]:
        """Give the cases as plain JSON values."""
        return super(Cases, self).to_dict() | {"cases": [one.to_dict() for one in self.cases]}


@dataclass(frozen=True)
class RequestDesk:
    """Where requests arrive and are carried through; each step is an entry of the store.

    Attributes
    ----------
    store
        As :func:`govkit.records.open_store` gives it.
    policy, register
        As :func:`govkit.load_policy` and :func:`govkit.load_register` give them.
    data
        Where the datasets lie, as :func:`locate` takes it.

    Notes
    -----
    Each step takes ``author``, and ``at``: a moment with its distance from UTC, default now. Its day
    is the day there. A step that is not allowed raises :class:`~govkit.errors.InputError`, as does a
    text that holds what looks like personal data.
    """

    store: Store
    policy: Policy
    register: Register
    data: Data = "."

    def open(
        self, kind: str, *, channel: str, author: str, gdpr: bool = False,
        received_on: dt.date | None = None, person: Mapping[str, Any] | None = None,
        at: dt.datetime | None = None,
    ) -> Case:  # fmt: skip
        """Take a request in and give it a number and a last day.

        Parameters
        ----------
        kind
            As ``disclose``, ``correct``, ``erase``, ``access``.
        channel
            ``email``, ``letter``, ``telephone``, ``form`` or ``in_person``.
        gdpr
            Whether the GDPR applies; it always does to access, portability and objection.
        received_on
            Where it arrived on an earlier day.
        person
            Name, address and identifiers as the person wrote them. They are kept beside the records
            and can be erased.
        """
        if kind not in LAW["kinds"]:
            known = ", ".join(LAW["kinds"])
            raise InputError(f"There is no kind of request {shown(kind)}: known are {known}.")
        at, handling = _moment(at), self.policy.requests
        day = received_on or at.date()
        if day > at.date():
            raise InputError("A request cannot have arrived after today: correct the day.")
        gdpr = gdpr or LAW["kinds"][kind]["days"] != "company"
        promised = handling.answer_days if kind in handling.kinds else None
        content = {
            "received_on": f"{day}", "channel": channel, "kind": kind, "gdpr": gdpr,
            "due": f"{due(kind, day, promised, gdpr=gdpr)}", "fee_yen": handling.fee_yen,
            "details": {"state": "received"},
        }  # fmt: skip
        return self._write(None, content, author, at, person)

    def confirm_identity(
        self, key: str, method: str, *, author: str, at: dt.datetime | None = None
    ) -> Case:
        """Record that it is clear who asks, and by which method."""
        at = _moment(at)
        changes = {"identity_checked_on": f"{at.date()}"}
        return self._step(key, "identity", author, at, changes, identity=_plain(method, "method"))

    def search(
        self, key: str, identifiers: Identifiers | None = None, *, author: str,
        at: dt.datetime | None = None,
    ) -> Located:  # fmt: skip
        """Find the person in every dataset, and record counts alone.

        Identifiers that are given here are not kept; without any, those of the person of the case
        are taken, as far as a dataset has a column for them.
        """
        self._allowed(self.case(key), "search")
        found = locate(self.register, identifiers or self.identifiers(key), self.data)
        kept = found.to_dict()
        located = {one["dataset"]: one for one in kept["found"] if one["matching"]}
        self._step(
            key, "search", author, _moment(at), {}, located=located,
            not_searched=kept["not_searched"], to_review=found.to_review,
        )  # fmt: skip
        return found

    def decide(
        self, key: str, outcome: str, *, author: str, reason: str | None = None,
        at: dt.datetime | None = None,
    ) -> Case:  # fmt: skip
        """Grant a request, wholly or partly, or refuse it; the last two need a reason (APPI 36).

        Granting what has to be done in systems lists the work: each system that holds the person's
        data and each recipient that got it.
        """
        case = self.case(key)
        rule, details = LAW["kinds"][case.kind], case.content["details"]
        if outcome != "granted" and not (reason or "").strip():
            raise InputError(f"Give the reason for {shown(outcome)} (APPI Article 36).")
        if outcome != "refused" and case.state == "received":
            raise InputError("Confirm first who asks: an answer to the wrong person is a leak.")
        if outcome != "refused" and case.state == "identity" and not rule.get("unsearched"):
            raise InputError("Search for the person first; without that only a refusal is possible.")
        work: list[dict[str, Any]] = []
        if outcome != "refused" and rule.get("work"):
            work = self._work(details.get("located", {}))
        changes = {"outcome": outcome, "reason": _plain(reason, "reason"), "confirmations": work}
        return self._step(key, "decision", author, _moment(at), changes)

    def extend(
        self, key: str, reason: str, *, author: str, until: dt.date | None = None,
        at: dt.datetime | None = None,
    ) -> Case:  # fmt: skip
        """Set a later last day, with the reason that the person is told.

        Under the GDPR it can be at most two months later than the law's own (the default), and only
        within the first month.
        """
        at, case = _moment(at), self.case(key)
        received = dt.date.fromisoformat(case.received_on)
        gdpr = case.content.get("gdpr")
        last = later(received, LAW["gdpr"]["at_most"]) if gdpr else None
        until = until or last
        if until is None or f"{until}" <= case.due:
            raise InputError(f"Name a day after {case.due} (until).")
        if last and (until > last or at.date() > later(received, LAW["gdpr"]["days"])):
            raise InputError(
                f"The GDPR allows until {last}, and only within a month of the receipt (12(3))."
            )
        if case.days_left is None:
            raise InputError(f"{case.key} is answered: there is nothing to extend.")
        told = _plain(reason, "reason")
        changes = {"extended_to": f"{until}", "extension_reason": told}
        return self._step(key, case.state, author, at, changes, again=True)

    def confirm(self, key: str, place: str, *, author: str, at: dt.datetime | None = None) -> Case:
        """Sign that the work is done in a place of the list: ``crm/customers``, or a recipient."""
        at, case = _moment(at), self.case(key)
        if place not in case.open_work or case.state not in {"decision", "answer"}:
            listed = ", ".join(case.open_work) or "nothing"
            raise InputError(f"{shown(place)} is not open in {case.key}: open are {listed}.")
        signed = {"confirmed_on": f"{at.date()}", "confirmed_by": author}
        work = [
            one | signed if _place(one) == place else one
            for one in case.content["confirmations"]
        ]  # fmt: skip
        return self._step(key, case.state, author, at, {"confirmations": work}, again=True)

    def answer(self, key: str, *, author: str, at: dt.datetime | None = None) -> Case:
        """Record that the answer was sent."""
        at = _moment(at)
        return self._step(key, "answer", author, at, {}, answered_on=f"{at.date()}")

    def close(
        self, key: str, *, author: str, forget: bool = False, at: dt.datetime | None = None
    ) -> Case:
        """Close a case in which nothing is open; ``forget`` erases what is kept of the person."""
        at, case = _moment(at), self.case(key)
        self._allowed(case, "closed")
        if case.open_work:
            raise InputError(f"{case.key} has open work: confirm {', '.join(case.open_work)}.")
        closed = self._step(key, "closed", author, at, {"closed_on": f"{at.date()}"})
        if forget and case.person and self.store.person(case.person) is not None:
            self.store.erase(case.person, author=author, reason=f"{case.key} is closed.")
        return closed

    def withdraw(self, key: str, *, author: str, at: dt.datetime | None = None) -> Case:
        """Record that the person took the request back."""
        at = _moment(at)
        changes = {"closed_on": f"{at.date()}"}
        return self._step(key, "withdrawn", author, at, changes, withdrawn=True)

    def case(self, key: str, *, on: dt.date | None = None) -> Case:
        """Give a request as it stands."""
        history = self.store.entries("request", key)
        if not history:
            raise InputError(f"There is no request {shown(key)}: see govkit request list.")
        return _case(history, on or _moment(None).date())

    def cases(self, *, on: dt.date | None = None) -> Cases:
        """Give all requests, the earliest due first; ``on`` is the day on which it is judged."""
        day = on or _moment(None).date()
        found = [self.case(key, on=day) for key in self.store.latest("request")]
        found.sort(key=lambda one: (one.due, one.key))
        return Cases(
            requests=len(found), open=sum(one.verdict is not Verdict.SAFE for one in found),
            overdue=sum(one.verdict is Verdict.UNSAFE for one in found), cases=tuple(found),
        )  # fmt: skip

    def person(self, key: str) -> dict[str, Any]:
        """Give what is kept of the person of a case; nothing where nothing is, or it was erased."""
        token = self.case(key).person
        return (self.store.person(token) if token else None) or {}

    def identifiers(self, key: str) -> dict[str, Any]:
        """Give what is kept of the person as far as a dataset has a column for it."""
        kinds = {kind for one in self.register.datasets for f in one.fields for kind in (f.type, f.name)}
        return {kind: value for kind, value in self.person(key).items() if kind in kinds}

    def _work(self, located: Mapping[str, Any]) -> list[dict[str, Any]]:
        """List each system and each recipient that has data of the person."""
        if not located:
            raise InputError("No record was found: refuse with that reason, or search again.")
        listed: list[dict[str, Any]] = []
        for key in located:
            homes = [one.key for one in self.register.systems if key in one.datasets]
            listed += [{"dataset": key, "system": home} for home in homes] or [{"dataset": key}]
        events = self.store.events()["disclosures"]
        given = [vars(one) for one in self.register.disclosures] + list(events)
        got = {
            one.get("recipient")
            for one in given
            if one["dataset"] in located and one.get("ground") != "statistical"
        }
        got |= {
            one
            for activity in self.register.activities
            if not located.keys().isdisjoint(activity.datasets)
            for one in activity.recipients
        }
        return listed + [{"recipient": one} for one in sorted(filter(None, got))]

    def _allowed(self, case: Case, state: str) -> None:
        if state not in LAW["states"][case.state]:
            after = " or ".join(LAW["states"][case.state]) or "nothing"
            raise InputError(f"{case.key} is at {case.state}: then comes {after}, not {state}.")

    def _step(
        self, key: str, state: str, author: str, at: dt.datetime, changes: Mapping[str, Any], *,
        again: bool = False, **details: object,
    ) -> Case:  # fmt: skip
        case = self.case(key)
        if not again:
            self._allowed(case, state)
        if at < case.entry.at:
            raise InputError(f"{case.key} has a later entry already: correct the time.")
        content = dict(case.content) | dict(changes)
        content["details"] = content["details"] | {"state": state} | details
        return self._write(key, content, author, at)

    def _write(
        self, key: str | None, content: dict[str, Any], author: str, at: dt.datetime,
        person: Mapping[str, Any] | None = None,
    ) -> Case:  # fmt: skip
        entry = self.store.append(
            "request", key, content, author=author, policy_version=self.policy.version,
            person=person, at=at,
        )  # fmt: skip
        return self.case(entry.key, on=at.date())


def _case(history: tuple[Entry, ...], day: dt.date) -> Case:
    last = history[-1]
    content, state = last.content, last.content.get("details", {}).get("state", "closed")
    work = content.get("confirmations") or ()
    until = content.get("extended_to") or content["due"]
    done = state in {"answer", "closed", "withdrawn"}
    return Case(
        key=last.key, kind=content["kind"], state=state, received_on=content["received_on"],
        due=until, days_left=None if done else (dt.date.fromisoformat(until) - day).days,
        outcome=content.get("outcome"),
        open_work=tuple(_place(one) for one in work if not one.get("confirmed_on")),
        content=content, entry=last, person=next((one.person for one in history if one.person), None),
    )  # fmt: skip


def _place(work: Mapping[str, Any]) -> str:
    return "/".join(filter(None, map(work.get, ("system", "dataset", "recipient"))))


def _moment(at: dt.datetime | None) -> dt.datetime:
    at = at or dt.datetime.now().astimezone()
    if at.tzinfo is None:
        raise InputError("A moment needs its distance from UTC, as in 2026-05-11T09:00+09:00.")
    return at


def _plain(text: str | None, what: str) -> str | None:
    """Refuse personal data in what goes into the records."""
    if text and (held := finds(text)):
        raise InputError(f"The {what} holds {held[0]}: write it without; the case number suffices.")
    return text
