"""Training: who completed which module, who has to, and whose completion has run out."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import Field, ValidationError

from govkit import plots
from govkit.errors import ColumnNotFoundError, InputError, SourceError, shown
from govkit.findings.packs import packs
from govkit.findings.periods import later
from govkit.policy import Policy, Register
from govkit.policy.words import Key, Model
from govkit.records.chain import Entry
from govkit.records.store import Store
from govkit.result import Result, Verdict

EXCEPTION = "exception"
_LARGEST, _LARGEST_KEYS, _PERCENT = 100_000, 5_000_000, 100
Answer = float | tuple[int, ...]
Row = dict[str, str]
M = TypeVar("M", bound=Model)


class Question(Model):
    """How a question is marked."""

    kind: Literal["single", "multiple", "order", "number"]
    choices: int = 0
    right: tuple[int, ...] = ()
    answer: float = 0
    tolerance: float = 0

    def marks(self, given: Answer) -> bool:
        """Tell whether an answer is right; of several choices, all and no other."""
        if isinstance(given, float):
            return self.kind == "number" and abs(given - self.answer) <= self.tolerance
        asked = given if self.kind == "order" else tuple(sorted(given))
        return self.kind != "number" and asked == self.right


class Quiz(Model):
    """The key of a module's quiz."""

    version: str | int
    digest: str
    least: int = Field(alias="pass")
    questions: tuple[Question, ...]


class Quizzes(Model):
    """The keys of all quizzes, as the site publishes them (``quizzes.json``)."""

    form: Literal["govkit-quizzes/1"] = Field(alias="schema")
    modules: dict[str, Quiz]


class Completion(Model):
    """The file that a training page writes when its quiz is passed; it holds no name."""

    form: Literal["govkit-training/1"] = Field(alias="schema")
    module: Key
    version: str | int
    digest: str
    answers: tuple[Answer, ...]
    score: int
    of: int
    date: dt.date


def record_completion(
    store: Store, file: str | PathLike[str], person: str, *, quizzes: str | PathLike[str],
    author: str, policy_version: str | None = None, today: dt.date | None = None,
) -> Entry:  # fmt: skip
    """Mark a completion file again and record it; the answers are not kept.

    Parameters
    ----------
    file
        As the training page wrote it.
    person
        Staff number, not a name.
    quizzes
        ``quizzes.json`` of the site.

    Raises
    ------
    SourceError
        A file cannot be opened.
    InputError
        It is no such file, of another version, not passed, of a day to come, or its score is not
        that of its answers; or it is recorded already.
    """
    done, known = _read(Completion, file, _LARGEST), _read(Quizzes, quizzes, _LARGEST_KEYS)
    quiz = known.modules.get(done.module)
    if quiz is None:
        raise InputError("The quizzes know no such module: use the quizzes of the same site.")
    if (str(done.version), done.digest) != (str(quiz.version), quiz.digest):
        raise InputError("The file is of another version of the quiz: take the present one.")
    if len(done.answers) != len(quiz.questions) or done.of != len(quiz.questions):
        raise InputError("The file does not answer every question once: take the quiz again.")
    pairs = zip(quiz.questions, done.answers, strict=True)
    score = sum(question.marks(answer) for question, answer in pairs)
    if score != done.score:
        raise InputError("The score is not that of the answers: the file was changed. Refused.")
    if score * _PERCENT < quiz.least * len(quiz.questions):
        raise InputError("The quiz is not passed: nothing is recorded. Take it again.")
    # A learner's day may have begun before that of the office.
    if done.date > (today or _today()) + dt.timedelta(days=1):
        raise InputError("The file is of a day to come: correct the clock and take the quiz again.")
    content = {
        "person": person, "module": done.module, "version": str(done.version), "passed": True,
        "completed_on": done.date.isoformat(), "details": {"score": score, "of": done.of},
    }  # fmt: skip
    if any(one.content == content for one in store.latest("training").values()):
        raise InputError("This completion is recorded already: nothing was written.")
    return store.append("training", None, content, author=author, policy_version=policy_version)


def _read(model: type[M], file: str | PathLike[str], largest: int) -> M:
    """Read a file of JSON as a model; nothing of it is repeated in an error."""
    path = Path(file)
    try:
        if path.stat().st_size > largest:
            raise InputError(f"{shown(path.name)} is too large to be such a file: choose another.")
        return model.model_validate_json(path.read_bytes())
    except OSError:
        raise SourceError(f"{shown(path.name)} cannot be opened: check the path.") from None
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = shown(".".join(map(str, first["loc"])) or "the whole")
        raise InputError(f"{shown(path.name)}: {where}: {first['msg']}.") from None


def except_person(
    store: Store, person: str, module: str, *, reason: str, until: dt.date, author: str,
    policy_version: str | None = None,
) -> Entry:  # fmt: skip
    """Record why somebody need not have a module until a day.

    Raises
    ------
    InputError
        There is no reason.
    """
    if not reason.strip():
        raise InputError("An exception needs a reason: a leave, a training elsewhere.")
    said = {"person": person, "module": module, "reason": reason, "until": until.isoformat()}
    return store.append(EXCEPTION, None, said, author=author, policy_version=policy_version)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class TrainingStatus(Result):
    """Who has the training that their role needs.

    Attributes
    ----------
    people, duties
        Whom it is about, and how many modules they need together.
    valid, expired, missing, excepted
        How these stand.
    soon
        How many of the valid ones run out within the days asked for.
    tables
        ``overdue``: what is expired or missing; ``soon``; ``exceptions``; ``departments``:
        completion by department.
    """

    people: int
    duties: int
    valid: int
    expired: int
    missing: int
    excepted: int
    soon: int
    tables: dict[str, list[Row]] = field(repr=False)

    @property
    def verdict(self) -> Verdict:
        """Unsafe while somebody lacks a module; nobody who needs one proves nothing."""
        if self.expired or self.missing:
            return Verdict.UNSAFE
        return Verdict.SAFE if self.duties else Verdict.REVIEW

    @property
    def sentence(self) -> str:
        """Say how many of the needed modules are valid."""
        return (
            f"{self.valid + self.excepted} of {self.duties} needed completions of {self.people} "
            f"people are valid or excepted; missing: {self.missing}, run out: {self.expired}, "
            f"running out soon: {self.soon}."
        )

    @property
    def next_step(self) -> str:
        """What to do now."""
        late = self.expired + self.missing
        return "Have them take the modules, or withdraw the access." if late else "Nothing is open."

    def to_dict(self) -> dict[str, Any]:
        """Give the numbers, and the tables."""
        return Result.to_dict(self) | {"tables": self.tables}

    def plot(self) -> Any:  # noqa: ANN401 - a figure
        """Draw completion by department; the table has the same numbers."""
        done = {row["department"]: float(row["percent"]) for row in self.tables["departments"]}
        return plots.bars(done, title=self.sentence, x="per cent of needed completions")


def training_status(
    policy: Policy, register: Register, store: Store, *, staff: object = None, days: int = 30,
    today: dt.date | None = None,
) -> TrainingStatus:  # fmt: skip
    """Hold completions against what the policy asks of each role.

    Parameters
    ----------
    policy, register
        Whose roles need what; who has which role, where (``systems.access``). Completions of the
        register count, too.
    staff
        A table with ``person`` and ``department``, and perhaps ``role``: anything that
        :func:`govkit.scan` opens. Default: the department of a system is that of its people.
    days
        How far ahead "soon" reaches.
    today
        The day of the question; default: today.

    Raises
    ------
    ColumnNotFoundError
        The table of staff lacks a column.
    """
    today = today or _today()
    passed = [one for one in _completions(register, store) if one["passed"]]
    excepted = [one.content for one in store.latest(EXCEPTION).values()]
    rows = list(_rows(policy, list(_people(register, staff)), passed, excepted, today))
    state = {word: [row for row in rows if row["state"] == word] for word in _STATES}
    limit = later(today, f"P{days}D").isoformat()
    soon = [row for row in state["valid"] if row["until"] <= limit]
    return TrainingStatus(
        people=len({row["person"] for row in rows}), duties=len(rows),
        **{word: len(some) for word, some in state.items()}, soon=len(soon),
        tables={
            "overdue": state["missing"] + state["expired"], "soon": soon,
            "exceptions": state["excepted"], "departments": _departments(rows),
        },
    )  # fmt: skip


_STATES = ("valid", "expired", "missing", "excepted")


def _completions(register: Register, store: Store) -> Iterator[dict[str, Any]]:
    known = [one.model_dump(mode="json") for one in register.training]
    yield from known + store.events()["training"]


def _people(register: Register, staff: object) -> Iterator[tuple[str, str, str]]:
    """Give person, department and role of everybody who needs training."""
    access = [(one, who) for one in register.systems for who in one.access]
    if staff is None:
        yield from dict.fromkeys(
            (who.person, one.department or "–", who.role) for one, who in access
        )
        return
    from govkit.data import scan  # noqa: PLC0415 - engines load when they are needed

    frame = scan(staff)
    for column in ("person", "department"):
        if column not in frame.collect_schema().names():
            raise ColumnNotFoundError(column, frame.collect_schema().names())
    rows = frame.collect().iter_rows(named=True)
    known = ({key: str(v) for key, v in row.items() if v is not None} for row in rows)
    listed = [row for row in known if "person" in row]
    home = {row["person"]: row.get("department", "–") for row in listed}
    roles = [(who.person, who.role) for _, who in access]
    roles += [(row["person"], row["role"]) for row in listed if "role" in row]
    yield from ((person, home.get(person, "–"), role) for person, role in dict.fromkeys(roles))


def _rows(
    policy: Policy, people: list[tuple[str, str, str]], passed: list[dict[str, Any]],
    excepted: list[dict[str, Any]], today: dt.date,
) -> Iterator[Row]:  # fmt: skip
    """Give a row for each module that somebody needs; the strictest role counts."""
    months, needed = packs()["appi-current"].numbers["training_months"].value, dict[Any, Any]()
    duties = {one.role: (one.modules, one.valid_months) for one in policy.training.required}
    for person, department, role in people:
        modules, valid = duties.get(role, (("any",), months))
        for module in modules:
            old = needed.get((person, module), (department, role, valid))
            needed[person, module] = min(old, (department, role, valid), key=lambda one: one[2])
    for (person, module), (department, role, valid) in needed.items():
        until = max(
            (one.get("valid_until") or _end(one["completed_on"], valid) for one in passed
             if one["person"] == person and module in {one["module"], "any"}), default="",
        )  # fmt: skip
        free = [one for one in excepted if (one["person"], one["module"]) == (person, module)
                and one["until"] >= today.isoformat()]  # fmt: skip
        state = "valid" if until >= today.isoformat() else "expired" if until else "missing"
        yield {
            "person": person, "department": department, "role": role, "module": module,
            "state": "excepted" if free and state != "valid" else state,
            "until": free[0]["until"] if free and state != "valid" else until,
            "reason": free[0]["reason"] if free and state != "valid" else "",
        }  # fmt: skip


def _today() -> dt.date:
    return dt.datetime.now().astimezone().date()


def _end(completed_on: str, months: int) -> str:
    return later(dt.date.fromisoformat(completed_on), f"P{months}M").isoformat()


def _departments(rows: Iterable[Row]) -> list[Row]:
    """Count by department how many needed completions there are, and how many hold."""
    counts: dict[str, list[bool]] = {}
    for row in rows:
        counts.setdefault(row["department"], []).append(row["state"] in {"valid", "excepted"})
    return [
        {"department": name, "needed": str(len(held)), "held": str(sum(held)),
         "percent": f"{sum(held) / len(held):.0%}".removesuffix("%")}
        for name, held in sorted(counts.items())
    ]  # fmt: skip
