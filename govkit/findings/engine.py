"""Hold policy, register, data and events against each other, rule by rule."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from os import PathLike
from pathlib import Path
from typing import Any, get_args

from pydantic import ValidationError

from govkit.errors import InputError, SourceError, shown
from govkit.findings.answer import Finding, Findings
from govkit.findings.facts import Cases, Facts
from govkit.findings.packs import Level, Pack, Rule
from govkit.findings.packs import packs as all_packs
from govkit.policy import Policy, Register
from govkit.policy.entries import Suppression

__all__ = ["check_register"]

_KINDS = {get_args(field.annotation)[0]: kind for kind, field in Register.model_fields.items()
          if kind in Register.keys}  # fmt: skip
_HAPPENS = ("disclosures", "requests", "incidents", "training", "assessments")
_YAML = {".yaml", ".yml"}
Steps = tuple[str | int, ...]


def check_register(
    policy: Policy,
    register: Register,
    data: Mapping[str, object] | str | PathLike[str] | None = None,
    *,
    packs: Sequence[str] | None = None,
    today: dt.date | None = None,
    events: Mapping[str, Iterable[Any]] | None = None,
) -> Findings:
    """Hold the register against the policy, the law and, where given, the data.

    Parameters
    ----------
    policy, register
        As ``load_policy`` and ``load_register`` give them.
    data
        What :func:`govkit.scan` opens, by the key of its dataset; by the key of a disclosure, the
        file that is released. Or a folder with files of those names (or of a dataset's
        ``location``).
    packs
        Names of packs of rules; default: ``appi-current``, ``gdpr`` and the packs of installed
        packages that are on by default.
    today
        The day on which it is judged; default: today, UTC.
    events
        What is recorded elsewhere: ``disclosures``, ``requests``, ``incidents``, ``training``,
        ``assessments`` as in the register, and ``leaks`` of notebooks, each with ``notebook``,
        ``cell`` and ``kind``.

    Returns
    -------
    Findings
        Every place in which a rule is broken, with its file and line.

    Raises
    ------
    InputError
        There is no such pack, dataset or kind of event.
    SourceError
        The folder of data does not exist, or data cannot be read.

    Examples
    --------
    >>> from govkit.policy import load_policy, load_register
    >>> policy = load_policy("data/samples/policy.yaml")
    >>> check_register(policy, load_register("data/samples/register"), today=dt.date(2026, 11, 22))
    Findings(errors=0, warnings=0, suppressed=0, rules=46)
    """
    chosen, extra = _chosen(packs), dict(events or {})
    leaks = extra.pop("leaks", None)
    known = _with_events(register, extra)
    facts = Facts(
        policy=policy, register=known, data=_sources(data, known), leaks=tuple(leaks or ()),
        letters=_letters(known.folder), today=today or dt.datetime.now(tz=dt.UTC).date(),
        numbers={name: one.value for pack, _ in chosen for name, one in pack.numbers.items()},
    )  # fmt: skip
    given = {"register": True, "data": bool(facts.data), "notebooks": leaks is not None}
    asked = [(pack, rule) for pack, rule in chosen if given[rule.needs]]
    found = [one for pack, rule in asked for one in _found(facts, pack, rule)]
    kept, idle = _accepted(found, facts, {rule.id for _, rule in asked})
    again = replace(facts, unmatched=idle)
    house = all_packs()["suppressions"]
    kept += [one for rule in house.rules for one in _found(again, house, rule)]
    kept.sort(key=lambda one: (one.rule, one.subject, one.message))
    return Findings(
        errors=sum(one.level is Level.ERROR for one in kept),
        warnings=sum(one.level is Level.WARNING for one in kept),
        suppressed=len(found) - sum(one.rule not in _ids(house) for one in kept),
        rules=len(asked), findings=tuple(kept),
        not_checked=tuple(rule.id for _, rule in chosen if not given[rule.needs]),
        declared=(*house.rules, *(rule for _, rule in asked)),
    )  # fmt: skip


def _chosen(names: Sequence[str] | None) -> list[tuple[Pack, Rule]]:
    """Give the rules of some packs, and those that they include, with their own packs."""
    known = {name: pack for name, pack in all_packs().items() if name != "suppressions"}
    wanted = [name for name, pack in known.items() if pack.default] if names is None else names
    for name in wanted:
        if name not in known:
            raise InputError(f"There is no pack {shown(name)}: known are {', '.join(known)}.")
    also = {rule for name in wanted for rule in known[name].also}
    listed = [
        (pack, rule)
        for name, pack in known.items()
        for rule in pack.rules
        if name in wanted or rule.id in also
    ]
    return sorted(listed, key=lambda pair: pair[1].id)


def _ids(pack: Pack) -> set[str]:
    return {rule.id for rule in pack.rules}


def _with_events(register: Register, events: Mapping[str, Iterable[Any]]) -> Register:
    """Give a register that also holds what is recorded elsewhere."""
    if not events:
        return register
    if strange := sorted(set(events) - set(_HAPPENS)):
        kinds = ", ".join((*_HAPPENS, "leaks"))
        raise InputError(f"There are no events {shown(strange[0])}: known are {kinds}.")
    parts = {kind: (*getattr(register, kind), *events.get(kind, ())) for kind in Register.keys}
    try:
        return Register(**parts, folder=register.folder, places=register.places)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise InputError(f"events: {where}: {first['msg']}. Correct the record.") from None


def _letters(folder: Path | None) -> list[str]:
    """Name the files among the requests that are no YAML."""
    inside = sorted((folder / "requests").rglob("[!.]*")) if folder else []
    return [
        path.relative_to(folder or "").as_posix()
        for path in inside
        if path.is_file() and path.suffix not in _YAML and path.stem.lower() != "readme"
    ]


def _sources(
    data: Mapping[str, object] | str | PathLike[str] | None, register: Register
) -> dict[str, object]:
    """Give sources by dataset or disclosure."""
    keys = [one.key for one in (*register.datasets, *register.disclosures)]
    if data is None:
        return {}
    if isinstance(data, Mapping):
        if strange := [name for name in data if name not in keys]:
            raise InputError(
                f"The register has no dataset or disclosure {shown(strange[0])}: correct the name, "
                "or write the entry."
            )
        return dict(data)
    folder = Path(data)
    if not folder.is_dir():
        raise SourceError(f"There is no folder of data {shown(folder.name)}: check the path.")
    named: dict[str, object] = {path.stem: path for path in sorted(folder.iterdir(), reverse=True)}
    for one in register.datasets:
        file, mark, table = (one.location or "").partition("::")
        if file and (folder / Path(file).name).is_file():
            named[one.key] = f"{folder / Path(file).name}{mark}{table}"
    if not (found := {key: named[key] for key in keys if key in named}):
        raise InputError(f"{shown(folder.name)} holds no file named like a dataset of the register.")
    return found


def _found(facts: Facts, pack: Pack, rule: Rule) -> Iterator[Finding]:
    """Say in words, and with its place, what a condition finds."""
    cases: Cases = pack.conditions[rule.id](facts)
    for entry, inside, given in cases:
        subject, words = _named(facts.register, entry, inside)
        place = _place(facts, entry, inside)
        yield Finding(
            rule=rule.id, clause=rule.clause, level=rule.level, subject=subject,
            message=rule.say("en", words | given), message_ja=rule.say("ja", words | given),
            fix=rule.fix.en, fix_ja=rule.fix.ja, refs=rule.articles,
            file=place and place[0], line=place and place[1],
        )  # fmt: skip


def _named(register: Register, entry: Any, inside: Steps) -> tuple[str, dict[str, object]]:  # noqa: ANN401
    """Give the subject (``datasets/customers/email``) and the words that every message knows."""
    if isinstance(entry, str):
        return entry, {"file": entry}
    kind = _KINDS.get(type(entry), "policy")
    key = getattr(entry, "key", None) or (kind != "policy" and _number(register, kind, entry))
    names, part = [kind, *([str(key)] if key else [])], entry
    for step in inside:
        part = part[step] if isinstance(step, int) else getattr(part, step)
        names += [name] if (name := getattr(part, "key", None) or getattr(part, "name", None)) else []
    return "/".join(names), {type(entry).__name__.lower(): key, "field": ".".join(names[1:])}


def _place(facts: Facts, entry: Any, inside: Steps) -> tuple[str, int | None] | None:  # noqa: ANN401
    """Tell file and line."""
    register, folder = facts.register, facts.register.folder or Path()
    if isinstance(entry, str):
        beside = (folder / entry).is_file()
        return ((folder / entry).as_posix() if beside else entry), None
    if isinstance(entry, Policy):
        return entry.where(*inside)
    kind = _KINDS[type(entry)]
    key = getattr(entry, "key", None) or _number(register, kind, entry)
    place = register.where(kind, key, *inside)
    return place and ((folder / place[0]).as_posix(), place[1])


def _number(register: Register, kind: str, entry: Any) -> str:  # noqa: ANN401
    return str(getattr(register, kind).index(entry))


def _accepted(
    found: list[Finding], facts: Facts, asked: set[str]
) -> tuple[list[Finding], list[Suppression]]:
    """Give the findings that nobody accepts, and the suppressions that suppress nothing."""
    live = [one for one in facts.register.suppressions if one.until >= facts.today]
    accepted = {(one.rule, one.subject) for one in live}
    hit = {(one.rule, one.subject) for one in found}
    off = {name for pack in all_packs().values() for name in _ids(pack)} - asked
    idle = [one for one in live if (one.rule, one.subject) not in hit and one.rule not in off]
    return [one for one in found if (one.rule, one.subject) not in accepted], idle
