"""Whether an assessment still holds, for CI; and the record that says a person approved it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from govkit.dpia.wording import words
from govkit.errors import InputError
from govkit.result import Result, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from govkit.dpia.impact import Impact
    from govkit.records import Entry, Store

_KINDS = ("open", "owner", "overdue", "approval", "stale")


@dataclass(frozen=True, slots=True, kw_only=True)
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
    problems
        What keeps it from holding; the numbers count them by kind.
    """

    key: str
    problems: tuple[Problem, ...]

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

    def numbers(self) -> dict[str, Any]:
        """Count the problems of each kind."""
        kinds = [one.kind for one in self.problems]
        return {"key": self.key} | {name: kinds.count(name) for name in _KINDS}

    def rows(self) -> list[tuple[str, str, str]]:
        """Give what a table shows: each problem."""
        return [(one.kind, one.where, f"{one.message} {one.fix}") for one in self.problems]

    def to_dict(self) -> dict[str, Any]:
        """Give the answer as plain JSON values."""
        return Result.to_dict(self) | {"problems": [asdict(one) for one in self.problems]}


def check_dpia(impact: Impact, store: Store | None = None) -> Freshness:
    """Tell what keeps an assessment from holding, for CI.

    Parameters
    ----------
    impact
        The assessment, computed anew.
    store
        The records with its approval; without them it counts as not approved.
    """
    found = store.latest("approval").get(impact.dpia.key) if store else None
    problems = (*_unfinished(impact), *_changed(impact, found.content if found else {}))
    return Freshness(key=impact.dpia.key, problems=problems)


def _problem(name: str, where: str, **filled: object) -> Problem:
    said = words("problems")[name]
    message = said["message"].format(**filled)
    return Problem(kind=said["kind"], where=where, message=message, fix=said["fix"])


def _unfinished(impact: Impact) -> Iterator[Problem]:
    dpia, today = impact.dpia, impact.today
    for inside, question in dpia.questions(measured=bool(impact.measured)):
        place = ".".join(map(str, inside))
        yield _problem("open", dpia.where(*inside), place=place, question=question)
    if dpia.notebook and not impact.digests.get("notebook"):
        yield _problem("notebook", dpia.where("notebook"))
    if not dpia.owner:
        yield _problem("owner", dpia.where("owner"))
    for at, one in enumerate(dpia.plan):
        missing, late = not (one.owner and one.due), one.due and one.due < today
        if one.status == "open" and (missing or late):
            name = "action_owner" if missing else "action"
            yield _problem(name, dpia.where("plan", at), key=one.key, day=one.due)
    if dpia.review_by and dpia.review_by < today:
        yield _problem("review", dpia.where("review_by"), day=dpia.review_by)


def _changed(impact: Impact, approved: Mapping[str, Any]) -> Iterator[Problem]:
    if approved.get("decision") != "approved":
        yield _problem("approval", impact.dpia.where())
        return
    for name, part in words()["parts"].items():
        if approved["digests"].get(name) != impact.digests.get(name):
            yield _problem("stale", impact.dpia.where(), part=part["en"])


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
        Of a rejection, or of an approval although it is not plainly safe.

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
            f"{impact.sentence} To approve it all the same, or to reject it, write why: --reason."
        )
    dpia, digests, day = impact.dpia, impact.digests, impact.today.isoformat()
    datasets = impact.subject.datasets
    single = datasets[0] if len(datasets) == 1 else None  # the rule compares one file
    version = impact.subject.policy.version
    said = {
        "activity": dpia.activity, "decision": decision, "reason": reason, "approved_by": by,
        "approved_on": day, "review_by": dpia.review_by and dpia.review_by.isoformat(),
        "notebook": dpia.notebook, "notebook_sha256": impact.notebook_sha256,
        "data": single and single.location, "data_sha256": digests.get("data") if single else None,
    }  # fmt: skip
    store.append("assessment", dpia.key, said, author=by, policy_version=version)
    levels = {r.key: [r.severity_after.value, r.likelihood_after.value] for r in impact.risks}
    content = {"activity": dpia.activity, "decision": decision, "by": by, "on": day,
               "reason": reason, "digests": digests, "risks": levels}  # fmt: skip
    return store.append("approval", dpia.key, content, author=by, policy_version=version)
