"""Whether an assessment still holds, for CI; and the record that says a person approved it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from govkit.dpia.wording import words
from govkit.errors import InputError
from govkit.result import Result, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from govkit.dpia.impact import Impact
    from govkit.records import Entry, Store

_KIND = "approval"
_DATED = {"done", "dropped"}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that keeps an assessment from holding.

    Attributes
    ----------
    kind
        ``open`` question, missing ``owner``, ``overdue`` review or action, missing ``approval``,
        or ``stale``.
    where, message, fix
        File and line, what is the matter, and what to do.
    """

    kind: str
    where: str
    message: str
    fix: str


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Freshness(Result):
    """Whether an assessment is complete, approved and of today.

    Attributes
    ----------
    key
        The assessment.
    open, owner, overdue, approval, stale
        How many problems there are of each kind.
    problems
        Each of them.
    """

    key: str
    open: int
    owner: int
    overdue: int
    approval: int
    stale: int
    problems: tuple[Problem, ...] = field(repr=False)

    @property
    def verdict(self) -> Verdict:
        """Unsafe with any problem."""
        return Verdict.UNSAFE if self.problems else Verdict.SAFE

    @property
    def sentence(self) -> str:
        """Say whether it holds."""
        if not self.problems:
            return f"{self.key}: complete, approved, and nothing has changed since."
        return f"{self.key}: it does not hold. Things to do: {len(self.problems)}."

    def rows(self) -> list[tuple[str, str, str]]:
        """Give what a table shows: each problem."""
        return [(one.kind, one.where, f"{one.message} {one.fix}") for one in self.problems]

    def to_dict(self) -> dict[str, Any]:
        """Give the answer as plain JSON values."""
        listed = [{"kind": one.kind, "where": one.where, "message": one.message, "fix": one.fix}
                  for one in self.problems]  # fmt: skip
        return Result.to_dict(self) | {"problems": listed}


def check_dpia(impact: Impact, store: Store | None = None) -> Freshness:
    """Tell what keeps an assessment from holding, for CI.

    Parameters
    ----------
    impact
        The assessment, computed anew.
    store
        The records with its approval; without them it counts as not approved.
    """
    problems = (*_unfinished(impact), *_changed(impact, approval_of(impact, store)))
    kinds = [one.kind for one in problems]
    counted = {name: kinds.count(name) for name in ("open", "owner", "overdue", "approval", "stale")}
    return Freshness(key=impact.dpia.key, problems=problems, **counted)


def approval_of(impact: Impact, store: Store | None) -> Mapping[str, Any] | None:
    """Give the content of the latest approval of an assessment, if there is one."""
    found = store.latest(_KIND).get(impact.dpia.key) if store else None
    return found.content if found else None


def _unfinished(impact: Impact) -> Iterator[Problem]:
    dpia, today = impact.dpia, impact.today
    for inside, question in dpia.questions(measured=bool(impact.measured)):
        place = ".".join(map(str, inside))
        yield Problem("open", dpia.where(*inside), f"{place} is open: {question}", "Answer it.")
    if not dpia.owner:
        yield Problem("owner", dpia.where("owner"), "Nobody answers for the assessment.",
                      "Name an owner, by function.")  # fmt: skip
    for at, one in enumerate(dpia.plan):
        where = dpia.where("plan", at)
        if one.status not in _DATED and not (one.owner and one.due):
            yield Problem("owner", where, f"Action {one.key} has no owner, or no last day.",
                          "Write owner and due.")  # fmt: skip
        elif one.due and one.due < today and one.status not in _DATED:
            yield Problem("overdue", where, f"Action {one.key} was due on {one.due}.",
                          "Do it, or decide on another day.")  # fmt: skip
    if dpia.review_by and dpia.review_by < today:
        yield Problem("overdue", dpia.where("review_by"), f"Review was due on {dpia.review_by}.",
                      "Look at it again, and have it approved anew.")  # fmt: skip


def _changed(impact: Impact, approved: Mapping[str, Any] | None) -> Iterator[Problem]:
    dpia, named = impact.dpia, words()["parts"]
    if approved is None or approved["decision"] != "approved":
        yield Problem("approval", dpia.where(), "Nobody has approved the assessment.",
                      "Have it approved: govkit dpia approve.")  # fmt: skip
        return
    then, now = approved["digests"], impact.digests
    for name in named:
        if then.get(name) != now.get(name):
            yield Problem("stale", dpia.where(), f"Since approval {named[name]['en']} changed.",
                          "Look at what changed (govkit dpia run), and have it approved anew.")  # fmt: skip


def approve(
    impact: Impact, store: Store, *, by: str, decision: str = "approved", reason: str | None = None
) -> Entry:
    """Write down that a person approved (or rejected) an assessment, with the digest of all of it.

    The register's rules GK405 and GK406 hear of it as an ``assessment``, through
    ``store.events()``.

    Parameters
    ----------
    impact
        The assessment, computed anew.
    store
        The records.
    by
        Who decides: a staff number or a function.
    decision
        ``approved`` or ``rejected``.
    reason
        Of a rejection, or of an approval although a high risk remains.

    Raises
    ------
    InputError
        Questions are open, or a reason is missing.
    """
    if decision not in {"approved", "rejected"}:
        raise InputError("A decision is approved or rejected: write one of them.")
    left = [one for one in _unfinished(impact) if one.kind != "overdue"]
    if decision == "approved" and left:
        raise InputError(
            f"{left[0].where}: {left[0].message} {left[0].fix} ({len(left)} such things keep it "
            "from being approved: govkit dpia check.)"
        )
    if not reason and (decision == "rejected" or impact.verdict is not Verdict.SAFE):
        raise InputError(
            f"{impact.sentence} To decide all the same, or to reject it, write why: --reason."
        )
    version = next((one.version for one in impact.subject.policy.clauses), None)
    dpia, digests, day = impact.dpia, impact.digests, impact.today.isoformat()
    data = next((one.location for one in impact.subject.datasets if one.location), None)
    said = {
        "activity": dpia.activity, "decision": decision, "reason": reason, "approved_by": by,
        "approved_on": day, "review_by": dpia.review_by and dpia.review_by.isoformat(),
        "notebook": dpia.notebook, "notebook_sha256": impact.notebook_sha256,
        "data": data, "data_sha256": digests.get("data"),
    }  # fmt: skip
    store.append("assessment", dpia.key, said, author=by, policy_version=version)
    content = {"dpia": dpia.key, "activity": dpia.activity, "decision": decision, "by": by,
               "on": day, "reason": reason, "digests": digests,
               "risks": {r.key: [r.severity_after.value, r.likelihood_after.value]
                         for r in impact.risks}}  # fmt: skip
    return store.append(_KIND, dpia.key, content, author=by, policy_version=version)
