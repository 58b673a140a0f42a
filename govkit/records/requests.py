"""Requests from individuals, from arrival to closing: steps, decisions, work to confirm.

APPI Articles 32 to 39 and GDPR Articles 12 to 22.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from govkit.data.classify.embedded import finds
from govkit.errors import InputError, shown
from govkit.findings.periods import later
from govkit.records.cases import LAW, Case, Cases, cases_of, due, place_of, read_case
from govkit.records.locate import Data, Identifiers, Located, locate
from govkit.records.provision import handed_over
from govkit.result import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from govkit.policy import Policy, Register
    from govkit.records.store import Store

_OUTCOMES = ("granted", "partly", "refused")


@dataclass(frozen=True, repr=False)
class RequestDesk:
    """Where requests arrive and are carried through; each step is an entry of the store.

    A step that is not allowed raises :class:`~govkit.errors.InputError`, as does a text that holds
    what looks like personal data.

    Attributes
    ----------
    store
        As :func:`govkit.records.open_store` gives it.
    policy
        As :func:`govkit.load_policy` gives it.
    register
        As :func:`govkit.load_register` gives it.
    data
        Where the datasets lie, as :func:`locate` takes it.
    author
        Who acts: a staff number.
    at
        When: a moment with its distance from UTC; default: now. Days are the days there.
    """

    store: Store
    policy: Policy
    register: Register
    data: Data = "."
    author: str = ""
    at: dt.datetime | None = None

    def by(self, author: str, at: dt.datetime | None = None) -> RequestDesk:
        """Give the desk at which somebody else acts, at some moment."""
        return replace(self, author=author, at=at)

    @property
    def now(self) -> dt.datetime:
        """The moment of acting."""
        now = self.at or dt.datetime.now().astimezone()
        if now.tzinfo is None:
            raise InputError("A moment needs its distance from UTC, as in 2026-05-11T09:00+09:00.")
        return now

    def open(
        self, kind: str, channel: str, *, gdpr: bool = False, received_on: dt.date | None = None,
        person: Mapping[str, Any] | None = None,
    ) -> Case:  # fmt: skip
        """Take a request in, and give it a number and a last day.

        Parameters
        ----------
        kind
            As ``disclose``, ``correct``, ``erase``, ``access``.
        channel
            ``email``, ``letter``, ``telephone``, ``form`` or ``in_person``.
        gdpr
            Whether the GDPR applies; it always does to access, portability and objection.
        received_on
            When it arrived, if on an earlier day.
        person
            Name and identifiers as the person wrote them. They are kept beside the records and can
            be erased.
        """
        if kind not in LAW["kinds"]:
            known = ", ".join(LAW["kinds"])
            raise InputError(f"There is no kind of request {shown(kind)}: known are {known}.")
        handling, day = self.policy.requests, received_on or self.now.date()
        if day > self.now.date():
            raise InputError("A request cannot have arrived after today: correct the day.")
        gdpr = gdpr or LAW["kinds"][kind]["days"] != "company"
        promised = handling.answer_days if kind in handling.kinds else None
        content = {
            "received_on": f"{day}", "channel": channel, "kind": kind, "gdpr": gdpr,
            "due": f"{due(kind, day, promised, gdpr=gdpr)}", "fee_yen": handling.fee_yen,
            "details": {"state": "received"},
        }  # fmt: skip
        return self._write(None, content, person=person or None)

    def confirm_identity(self, key: str, method: str) -> Case:
        """Record that it is clear who asks, and by which method."""
        changes = {"identity_checked_on": f"{self.now.date()}"}
        return self._step(key, "identity", changes, identity=_impersonal(method))

    def search(
        self, key: str, identifiers: Identifiers | None = None, *,
        by_hand: Mapping[str, int] | None = None,
    ) -> Located:  # fmt: skip
        """Find the person in every dataset, and record counts alone.

        Parameters
        ----------
        identifiers
            As :func:`locate` takes them; they are not kept. Default: what is kept of the person of
            the case, as far as a dataset has a column for it.
        by_hand
            Datasets in which somebody looked, with the records found there; this holds instead of
            what was searched.
        """
        self._allow(self.case(key), "search")
        found = locate(self.register, identifiers or self.identifiers(key), self.data)
        found = found.completed(by_hand or {})
        kept = found.to_dict()
        located = {one["dataset"]: one for one in kept["found"] if one["matching"]}
        self._step(key, "search", {}, located=located, not_searched=found.not_searched)
        return found

    def decide(self, key: str, outcome: str, reason: str | None = None) -> Case:
        """Grant a request, wholly or partly, or refuse it; the last two need a reason (APPI 36).

        Granting what has to be done in systems lists the work: each system that holds the person's
        data, and each recipient that got them.
        """
        if outcome not in _OUTCOMES:
            raise InputError(f"The outcome is one of {', '.join(_OUTCOMES)}: name one.")
        case = self.case(key)
        rule, details = LAW["kinds"][case.kind], case.entry.content.get("details", {})
        self._allow(case, "decision")
        if outcome != "granted" and not (reason or "").strip():
            raise InputError("Give the reason: whoever is refused has to be told (APPI 36).")
        located = details.get("located", {})
        if outcome != "refused":
            _grantable(case, located, searched=not rule.get("unsearched"))
        work = self._work(located) if outcome != "refused" and rule.get("work") else []
        signed = {
            place_of(one): one
            for one in case.entry.content.get("confirmations", ())
            if one.get("confirmed_on")
        }
        work = [signed.get(place_of(one), one) for one in work]
        changes = {"outcome": outcome, "reason": _impersonal(reason), "confirmations": work}
        return self._step(key, "decision", changes)

    def extend(self, key: str, reason: str, until: dt.date | None = None) -> Case:
        """Set a later last day, with the reason that the person is told.

        Under the GDPR it can be two months after the law's own (the default), and only within the
        first month.
        """
        case, gdpr = self.case(key), LAW["gdpr"]
        received = dt.date.fromisoformat(case.received_on)
        last = later(received, gdpr["at_most"]) if case.entry.content.get("gdpr") else None
        until = until or last
        if case.days_left is None or until is None or f"{until}" <= case.due or not reason.strip():
            raise InputError(f"An open case is extended to a day after {case.due}, with a reason.")
        if last and (until > last or self.now.date() > later(received, gdpr["days"])):
            raise InputError(
                f"The GDPR allows until {last}, told within a month of receipt (12(3))."
            )
        changes = {"extended_to": f"{until}", "extension_reason": _impersonal(reason)}
        return self._step(key, None, changes)

    def confirm(self, key: str, place: str) -> Case:
        """Sign that the work is done in a place of the list: ``crm/customers``, or a recipient."""
        case = self.case(key)
        if place not in case.open_work or case.state not in {"decision", "answer"}:
            listed = ", ".join(case.open_work) or "no place"
            raise InputError(f"{shown(place)} is not open in {case.key}; open: {listed}.")
        signed = {"confirmed_on": f"{self.now.date()}", "confirmed_by": self.author}
        work = case.entry.content["confirmations"]
        done = [one | signed if place_of(one) == place else one for one in work]
        return self._step(key, None, {"confirmations": done})

    def answer(self, key: str) -> Case:
        """Record that the answer was sent."""
        return self._step(key, "answer", {}, answered_on=f"{self.now.date()}")

    def close(self, key: str, *, forget: bool = False) -> Case:
        """Close a case in which nothing is open; ``forget`` erases what is kept of the person."""
        case = self.case(key)
        if case.open_work:
            raise InputError(f"{case.key} has open work: confirm {', '.join(case.open_work)}.")
        closed = self._step(key, "closed", {"closed_on": f"{self.now.date()}"})
        if forget and case.person and self.person(key):
            self.store.erase(case.person, author=self.author, reason=f"{case.key} is closed.")
        return closed

    def withdraw(self, key: str) -> Case:
        """Record that the person took the request back."""
        return self._step(key, "withdrawn", {"closed_on": f"{self.now.date()}"}, withdrawn=True)

    def case(self, key: str) -> Case:
        """Give a request as it stands on the day of the desk."""
        history = self.store.entries("request", key)
        if not history:
            raise InputError(f"There is no request {shown(key)}: see govkit request list.")
        return read_case(history, self.now.date())

    def overdue(self) -> Cases:
        """Give the requests whose last day has passed."""
        return Cases.of(one for one in self.cases().cases if one.verdict is Verdict.UNSAFE)

    def cases(self) -> Cases:
        """Give all requests as they stand on the day of the desk, the earliest due first."""
        return cases_of(self.store, self.now.date())

    def person(self, key: str) -> dict[str, Any]:
        """Give what is kept of the person of a case; nothing where nothing is, or it was erased."""
        token = self.case(key).person
        return (self.store.person(token) if token else None) or {}

    def identifiers(self, key: str) -> dict[str, Any]:
        """Give what is kept of the person, as far as a dataset has a column for it."""
        fields = [one for dataset in self.register.datasets for one in dataset.fields]
        known = {one.type for one in fields} | {one.name for one in fields}
        return {kind: value for kind, value in self.person(key).items() if kind in known}

    def provisions(self, datasets: Iterable[str]) -> list[dict[str, Any]]:
        """Give what was handed to somebody from some datasets, not counting statistics."""
        some = set(datasets)
        return [
            one for one in handed_over(self.register, self.store)
            if one["dataset"] in some and one.get("recipient")
            if one.get("ground") != "statistical"
        ]  # fmt: skip

    def recipients(self, datasets: Iterable[str]) -> list[str]:
        """Name who gets data from some datasets, by what was done and what is being done."""
        some = set(datasets)
        doing = [one for one in self.register.activities if some.intersection(one.datasets)]
        got = {one["recipient"] for one in self.provisions(some)}
        return sorted(got.union(*(one.recipients for one in doing)))

    def _work(self, located: Mapping[str, Any]) -> list[dict[str, Any]]:
        listed: list[dict[str, Any]] = []
        for key in located:
            homes = [one.key for one in self.register.systems if key in one.datasets]
            listed += [{"dataset": key, "system": home} for home in homes] or [{"dataset": key}]
        return listed + [{"recipient": one} for one in self.recipients(located)]

    def _allow(self, case: Case, state: str) -> None:
        then = LAW["states"][case.state]["then"]
        if state not in then:
            next_one = f"next comes {' or '.join(then)}" if then else "nothing comes after that"
            raise InputError(f"{case.key} is at {case.state}: {next_one}, not {state}.")

    def _step(
        self, key: str, state: str | None, changes: Mapping[str, Any], **details: object
    ) -> Case:
        """Write a case anew, at its next state or at the same."""
        case = self.case(key)
        if state:
            self._allow(case, state)
        if self.now < case.entry.at:
            raise InputError(f"{case.key} has a later entry already: correct the time.")
        content = case.entry.content | dict(changes)
        content["details"] = content.get("details", {}) | {"state": state or case.state} | details
        return self._write(key, content, after=case.entry.number)

    def _write(
        self, key: str | None, content: Mapping[str, Any],
        person: Mapping[str, Any] | None = None, after: int | None = None,
    ) -> Case:  # fmt: skip
        entry = self.store.append(
            "request", key, content, author=self.author, policy_version=self.policy.version,
            person=person, at=self.now, after=after,
        )  # fmt: skip
        return self.case(entry.key)


def _grantable(case: Case, located: Mapping[str, Any], *, searched: bool) -> None:
    """Refuse to grant what could reach the wrong person."""
    if not case.entry.content.get("identity_checked_on"):
        raise InputError("Make sure first who asks: an answer to the wrong person is a leak.")
    if searched and not located:
        raise InputError(
            "No record of the person was found: search first, or refuse with a reason."
        )
    if unsure := [key for key, one in located.items() if not one["sure"]]:
        raise InputError(
            f"It is not sure whose records are meant in {', '.join(unsure)}: search again with a "
            "second identifier."
        )


def _impersonal(text: str | None) -> str | None:
    """Refuse personal data in what goes into the records."""
    if held := finds(text or ""):
        raise InputError(f"The text holds {held[0]}: the records know cases, not people.")
    return text
