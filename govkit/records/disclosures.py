"""The gate of clause 3: what may be handed over, decided from policy, register and file.

The rules of ``govkit.findings`` judge a disclosure that is planned as they judge those that were
made. Statistics also need an assessment of the very file, and are subtracted from everything that
was disclosed of the same dataset before.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from govkit.assess import Assessment, assess, digest_of
from govkit.errors import GovkitError, InputError, shown
from govkit.files import packaged
from govkit.findings import Facts, check_register, packs
from govkit.policy.entries import Disclosure
from govkit.records.decision import Decision, Outcome, Reason
from govkit.records.difference import Release, cells_of, differences, table_of
from govkit.records.provision import handed_over, items, provisions, retained
from govkit.records.store import validated
from govkit.result import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from govkit.policy import Policy, Register
    from govkit.records.chain import Entry
    from govkit.records.store import Store

__all__ = ["Decision", "Gate", "Outcome", "Reason"]

_SAID = packaged("records/reasons.yaml")
_PACK = "gate"
_BOUND = ("subcontractor", "succession")  # they carry the purposes they were given, no others
#: What the gate says of a disclosure, whatever is asked for.
_OURS = {"status", "disclosed_on", "approved_by", "retain_until", "deleted_on", "artifact_sha256",
         "check", "details"}  # fmt: skip
_ASKED = {"subcontractor": "GK309"}  # elsewhere a warning; this ground asks for it
Plain = dict[str, Any]
File = str | PathLike[str]


@dataclass(frozen=True, kw_only=True)
class Gate:
    """Policy, register and records, and the folder in which earlier files are looked for."""

    policy: Policy
    register: Register
    store: Store
    folder: Path | None = None

    def request(
        self, wanted: Mapping[str, Any], *, author: str, file: File | None = None,
        evidence: Assessment | None = None, at: dt.datetime | None = None, **assessing: Any,  # noqa: ANN401
    ) -> Decision:  # fmt: skip
        """Decide whether something may be disclosed, and keep question and answer.

        Parameters
        ----------
        wanted
            A disclosure, with the keys of the register: ``dataset``, ``ground``, ``recipient``, …;
            what the gate itself says (``status``, ``approved_by``, …) is not taken from it.
        author
            Who asks.
        file
            The very file that is to be handed over; statistics need one.
        evidence
            An assessment of that file; without it the file is assessed.
        at
            When; default: now. Days are the days there.
        **assessing
            ``hierarchies``, ``certificate`` and the like: see :func:`govkit.assess`.

        Returns
        -------
        Decision
            Allowed, refused, or for a person to decide; with every reason.

        Raises
        ------
        InputError
            What is asked for is no disclosure, or names what the register does not have.
        """
        at, known = at or dt.datetime.now().astimezone(), self._newest()
        key = wanted.get("key") or self._next(at.year)
        self._refuse_made(key)
        asked = {name: part for name, part in wanted.items() if name not in _OURS}
        found = self._decided({**asked, "key": key}, file, evidence, at.date(), assessing)
        self._append("disclosure", key, found.content, author, at, known)
        return found

    def approve(
        self, key: str, *, author: str, reason: str, at: dt.datetime | None = None
    ) -> Entry:
        """Let a named person decide what the gate left to one.

        Raises
        ------
        InputError
            There is nothing to decide, or no reason.
        """
        return self._signed("approval", key, Outcome.PERSON, author, reason, at)

    def override(
        self, key: str, *, author: str, reason: str, at: dt.datetime | None = None
    ) -> Entry:
        """Let a named person answer for a disclosure that the gate refused; errors as above."""
        return self._signed("override", key, Outcome.REFUSED, author, reason, at)

    def record(
        self, key: str, *, author: str, file: File | None = None,
        evidence: Assessment | None = None, at: dt.datetime | None = None, **assessing: Any,  # noqa: ANN401
    ) -> Decision:  # fmt: skip
        """Keep that a disclosure was made, after a last look: others may have come in between.

        Raises
        ------
        InputError
            It is refused, waits for a person, is of another file, or was made already.
        """
        newest = self._newest()
        at, now = at or dt.datetime.now().astimezone(), self._latest(key)
        details, digest = now.content["details"], now.content.get("artifact_sha256")
        if digest and (file is None or digest_of(file) != digest):
            raise InputError(f"Disclosure {key} was decided for one very file: name that file.")
        self._refuse_made(key)
        signed = self._signature(now)
        if details["outcome"] != Outcome.ALLOWED and signed is None:
            way = "approve" if details["outcome"] == Outcome.PERSON else "override"
            raise InputError(
                f"Disclosure {key} is not allowed ({details['outcome']}): a named person has to "
                f"{way} it first, with a reason (govkit disclose {way})."
            )
        made = {name: part for name, part in now.content.items() if name not in _OURS}
        made |= {"key": key, "status": "made", "disclosed_on": str(at.date())}
        made |= {"approved_by": signed.author} if signed else {}
        made["retain_until"] = str(retained(made))
        found = self._decided(made, file, evidence, at.date(), assessing)
        known = {one["text"] for one in details["reasons"]} if signed else set()
        if new := [one for one in found.reasons if one.text not in known]:
            raise InputError(
                f"Disclosure {key} cannot be recorded: {new[0].text} {new[0].fix} "
                "Then request it again."
            )
        content = found.content | {"details": found.content["details"] | {"withdrawn": False}}
        self._append("disclosure", key, content, author, at, newest)
        return dataclasses.replace(found, content=content)

    def _decided(
        self, wanted: Mapping[str, Any], file: File | None, evidence: Assessment | None,
        day: dt.date, assessing: Plain,
    ) -> Decision:  # fmt: skip
        """Decide, without keeping it."""
        planned: Plain = {"status": "planned", "audience": "recipient", **wanted}
        self._refuse_unknown(planned)
        own, found, new = [], None, None
        known = [one.name for one in self.register.by_key["datasets"][planned["dataset"]].fields]
        if file is not None:
            own += _named_columns(planned, file)
            planned["artifact_sha256"] = digest_of(file)
        elif planned.get("ground") != "statistical":
            _refuse_columns(planned, known)
        planned.setdefault("fields", known)
        validated("disclosure", planned["key"], planned)
        if planned.get("ground") == "statistical":
            found, new, more = self._statistics(planned, file, evidence, assessing)
            own += more
        if planned.get("ground") in _BOUND and not planned.get("purposes"):
            own.append(reason("no_purpose"))
        settled = {one.rule for one in own if one.level == "error"} | (
            {"GK303"} if found else set()
        )
        own += [one for one in self._judged(planned, day) if one.rule not in settled]
        levels = {one.level for one in own}
        outcome = Outcome.REFUSED if "error" in levels else Outcome.PERSON
        outcome = outcome if levels & {"error", "warning"} else Outcome.ALLOWED
        planned["details"] = {
            "outcome": str(outcome), "withdrawn": outcome is Outcome.REFUSED,
            "reasons": [dataclasses.asdict(one) for one in own],
            "file": Path(file).name if file else None,
            "bytes": Path(file).stat().st_size if file else None,
            "assessment": found.run if found else None,
            "cells": cells_of(new.table) if new and new.table else None,
            "changed_by": new.changed_by if new else None,
            "items": items(self.policy, self.register, planned),
        }  # fmt: skip
        return Decision(
            key=planned["key"], ground=str(planned.get("ground")), outcome=outcome,
            reasons=tuple(sorted(own, key=lambda one: one.level)), content=planned,
            assessment=found,
        )  # fmt: skip

    def _statistics(
        self, planned: Plain, file: File | None, evidence: Assessment | None,
        assessing: Plain,
    ) -> tuple[Assessment | None, Release | None, list[Reason]]:  # fmt: skip
        """Assess the file, then subtract it from what was disclosed before."""
        if file is None:
            return None, None, [reason("no_file")]
        found = evidence or assess(
            file, self.policy, self.register, audience=planned["audience"],
            dataset=planned["dataset"], **assessing,
        )  # fmt: skip
        special = found.special_care
        asked = self.policy.group_size(planned["audience"], special_care=special)
        same = {
            "file": found.sha256 == planned["artifact_sha256"],
            "group size": found.group_size >= asked,
            "dataset": found.dataset == planned["dataset"],
            "version of the policy": found.policy_version == self.policy.version,
        }  # fmt: skip
        own = [reason("evidence", what=what) for what, held in same.items() if not held]
        own += [
            Reason(rule=step.rule, clause="3", text=step.sentence, fix=step.next_step,
                   level="error" if step.verdict is Verdict.UNSAFE else "warning")
            for step in found.checks if step.verdict is not Verdict.SAFE
        ]  # fmt: skip
        planned["check"] = {
            "run": found.run, "artifact_sha256": found.sha256, "k": found.smallest,
            "rule": "table audit" if found.kind == "table" else "k-anonymity",
            "result": str(found.verdict),
        }  # fmt: skip
        options = assessing | {"table": found.kind == "table"}
        new = Release.of(planned["key"], file, **options)
        planned.setdefault("persons", new.people())
        earlier = list(self._earlier(planned))
        own += [reason(key, **words) for key, words in differences(new, earlier, found.group_size)]
        return found, new, own

    def _earlier(self, planned: Plain) -> Iterator[Release]:
        """Give the statistics of the same dataset that were disclosed, as far as at hand."""
        for one in handed_over(self.register, self.store):
            same = (one["dataset"], one.get("ground")) == (planned["dataset"], "statistical")
            if not same or one["key"] == planned["key"]:
                continue
            details = one.get("details", {})
            if cells := details.get("cells"):
                changed = details.get("changed_by")
                yield Release(key=one["key"], table=table_of(cells), changed_by=changed)
            else:
                path = self._at_hand(one.get("artifact_sha256"), details.get("bytes"))
                yield Release.at_hand(one["key"], path)

    def listed(self) -> list[Plain]:
        """List what was asked for and disclosed, with what the gate said to it."""
        asked = {key: dict(one.content) for key, one in self.store.latest("disclosure").items()}
        known = {one.key: one.model_dump(mode="json") for one in self.register.disclosures}
        names = ("dataset", "recipient", "ground", "status", "disclosed_on", "retain_until")
        return [
            {"key": key} | {name: one.get(name) for name in names}
            | {"decision": one.get("details", {}).get("outcome")}
            for key, one in sorted((known | asked).items())
        ]  # fmt: skip

    def provisions(self, **only: str | None) -> list[dict[str, str]]:
        """Give the records of provision, all or only those of a recipient or dataset."""
        chosen = [one for one in handed_over(self.register, self.store)
                  if all(one.get(name) == word for name, word in only.items() if word)]  # fmt: skip
        return provisions(self.policy, self.register, chosen)

    def _at_hand(self, digest: str | None, size: int | None) -> Path | None:
        """Find a file by its digest, wherever it lies in the folder."""
        inside = sorted(self.folder.rglob("*")) if self.folder and digest else []
        return next(
            (path for path in inside if path.is_file()
             and size in {None, path.stat().st_size} and digest_of(path) == digest), None,
        )  # fmt: skip

    def _judged(self, planned: Plain, day: dt.date) -> list[Reason]:
        """Ask the rules, and take what they say of it, its contracts and its recipient."""
        events = self.store.events()
        others = [one for one in events["disclosures"] if one["key"] != planned["key"]]
        chosen = [name for name, pack in packs().items() if pack.default and name != "suppressions"]
        found = check_register(
            self.policy, self.register, packs=[*chosen, _PACK], today=day,
            events=events | {"disclosures": [*others, planned]},
        )  # fmt: skip
        facts = Facts(policy=self.policy, register=self.register, today=day)
        held = facts.covering(self.register.by_key["datasets"][planned["dataset"]])
        came_under = (one.key for one in held if one.kind == "client")
        about = {f"disclosures/{planned['key']}", f"recipients/{planned.get('recipient')}"}
        about |= {f"contracts/{key}" for key in (planned.get("contract"), *came_under)}
        asked = _ASKED.get(str(planned.get("ground")))
        return [
            Reason(rule=one.rule, clause=one.clause, text=one.message, fix=one.fix,
                   level="error" if one.rule == asked else one.level)
            for one in found.findings if "/".join(one.subject.split("/")[:2]) in about
        ]  # fmt: skip

    def _refuse_unknown(self, planned: Plain) -> None:
        """Refuse names that the register does not have; what was given is not repeated."""
        for name, kind in Disclosure.refers.items():
            given = planned.get(name)
            listed = [given] if isinstance(given, str) else given or []
            if set(listed) - self.register.by_key[kind].keys() or (name == "dataset" and not given):
                known = ", ".join(self.register.by_key[kind]) or "none"
                raise InputError(f"{name}: no such entry of the register: known are {known}.")

    def _refuse_made(self, key: str) -> None:
        """Refuse what would take the place of a disclosure that was made."""
        if any(one["key"] == key for one in handed_over(self.register, self.store)):
            raise InputError(
                f"Disclosure {shown(key)} was made already: ask anew, under a number of its own."
            )

    def _latest(self, key: str) -> Entry:
        entry = self.store.latest("disclosure").get(key)
        if entry is None:
            raise InputError(
                "There is no such disclosure in the records: see govkit disclose list."
            )
        return entry

    def _signature(self, decided: Entry) -> Entry | None:
        """Give the approval or override of this very decision."""
        kinds = {Outcome.PERSON: "approval", Outcome.REFUSED: "override"}
        kind = kinds.get(decided.content["details"]["outcome"])
        signed = self.store.entries(kind, decided.key) if kind else ()
        return next((one for one in signed if one.content.get("decision") == decided.digest), None)

    def _signed(
        self, kind: str, key: str, outcome: Outcome, author: str, why: str, at: dt.datetime | None
    ) -> Entry:
        decided = self._latest(key)
        if (is_so := decided.content["details"]["outcome"]) != outcome:
            raise InputError(
                f"The gate's answer on {key} was '{is_so}': an {kind} is for '{outcome}'."
            )
        if not why.strip():
            raise InputError(f"An {kind} needs a reason: write one (--reason).")
        return self._append(kind, key, {"decision": decided.digest, "reason": why}, author, at)

    def _append(
        self, kind: str, key: str, content: Plain, author: str, at: dt.datetime | None,
        after: int | None = None,
    ) -> Entry:  # fmt: skip
        kept = {name: part for name, part in content.items() if name != "key"}
        return self.store._append(  # noqa: SLF001 - the one that may
            kind, key, kept, author=author, policy_version=self.policy.version, at=at,
            after=after, whole_kind=True,
        )  # fmt: skip

    def _newest(self) -> int:
        """Give the number of the newest entry about disclosures: what a decision rests on."""
        return max((one.number for one in self.store.latest("disclosure").values()), default=0)

    def _next(self, year: int) -> str:
        """Give the next number that neither the register nor the records have."""
        head = f"D-{year}-"
        known = {**self.register.by_key["disclosures"], **self.store.latest("disclosure")}
        tails = [key.removeprefix(head) for key in known]
        last = max((int(tail) for tail in tails if tail.isdecimal()), default=0)
        return f"{head}{last + 1:03}"


def _refuse_columns(planned: Plain, known: list[str]) -> None:
    """Refuse columns that no file and no dataset has; what was given is not repeated."""
    missing = {
        part: sum(name not in known for name in planned.get(part) or ())
        for part in ("fields", "consent_fields")
    }
    for part, n in missing.items():
        if n:
            columns = ", ".join(map(shown, known))
            raise InputError(f"{part}: {n} are no columns of the dataset: known are {columns}.")


def reason(key: str, **words: Any) -> Reason:  # noqa: ANN401 - what the sentence needs
    """Give a reason of our own, as ``reasons.yaml`` words it."""
    said = _SAID[key]
    text = said["text"].format(**words)
    return Reason(rule=said["rule"], clause="3", level=said["level"], text=text, fix=said["fix"])


def _named_columns(planned: Plain, file: File) -> list[Reason]:
    """Compare the columns of a file with what is asked for; nothing asked for is everything."""
    table = None if planned.get("ground") == "statistical" else False
    try:
        held = Release.of("", file, table=table).columns()
    except GovkitError:
        return [reason("unread")]
    wanted = planned.setdefault("fields", held)
    more = [shown(name) for name in held if name not in wanted]
    return [reason("columns", columns=", ".join(more))] if more else []
