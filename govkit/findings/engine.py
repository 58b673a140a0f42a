"""Hold policy, register, data and events against each other, rule by rule."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from os import PathLike
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from govkit.errors import InputError, SourceError, shown
from govkit.findings.answer import Finding, Findings
from govkit.findings.facts import Facts
from govkit.findings.packs import Pack, Rule
from govkit.findings.packs import packs as all_packs
from govkit.policy import Policy, Register
from govkit.policy.loading import kinds_of

_KINDS = {model: kind for kind, model in kinds_of(Register).items()}
_HOUSE = "suppressions"
Words = dict[str, str]
Place = tuple[str | None, int | None]


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
        There is no such pack or dataset, or an event is wrong.
    SourceError
        The folder of data does not exist, or data cannot be read.

    Examples
    --------
    >>> from govkit.policy import load_policy, load_register
    >>> policy = load_policy("data/samples/policy.yaml")
    >>> check_register(policy, load_register("data/samples/register"), today=dt.date(2026, 11, 22))
    Findings(errors=0, warnings=0, suppressed=0, rules=43)
    """
    chosen, recorded = _chosen(packs), dict(events or {})
    leaks = recorded.pop("leaks", None)
    register = _with_events(register, recorded)
    facts = Facts(
        policy=policy, register=register, data=_sources(data, register), leaks=tuple(leaks or ()),
        letters=_letters(register.folder), today=today or dt.datetime.now(tz=dt.UTC).date(),
        numbers={name: one.value for pack, _ in chosen for name, one in pack.numbers.items()},
    )  # fmt: skip
    given = {"register": True, "data": bool(facts.data), "notebooks": leaks is not None}
    asked = [rule for _, rule in chosen if given[rule.needs]]
    found = list(_found(facts, asked))
    kept, suppressed = _judged(facts, found, {rule.id for rule in asked})
    return Findings(
        findings=tuple(sorted(kept, key=lambda one: (one.rule, one.subject, one.message))),
        errors=sum(one.level == "error" for one in kept),
        warnings=sum(one.level == "warning" for one in kept),
        suppressed=suppressed, rules=len(asked),
        declared=(*all_packs()[_HOUSE].rules, *asked),
        not_checked=tuple(rule.id for _, rule in chosen if not given[rule.needs]),
    )  # fmt: skip


def _judged(facts: Facts, found: list[Finding], asked: set[str]) -> tuple[list[Finding], int]:
    """Leave out what is suppressed, count that, and judge the suppressions themselves."""
    live = [one for one in facts.register.suppressions if one.until >= facts.today]
    accepted = {(one.rule, one.subject) for one in live}
    hit = {(one.rule, one.subject) for one in found}
    off = {rule.id for pack in all_packs().values() for rule in pack.rules} - asked
    idle = [one for one in live if (one.rule, one.subject) not in hit and one.rule not in off]
    kept = [one for one in found if (one.rule, one.subject) not in accepted]
    own = _found(replace(facts, unmatched=idle), all_packs()[_HOUSE].rules)
    return [*kept, *own], len(found) - len(kept)


def _chosen(names: Sequence[str] | None) -> list[tuple[Pack, Rule]]:
    """Give the rules of some packs, and those that they include, with their own packs."""
    known = {name: pack for name, pack in all_packs().items() if name != _HOUSE}
    wanted = [name for name, pack in known.items() if pack.default] if names is None else names
    if strange := [name for name in wanted if name not in known]:
        raise InputError(f"There is no pack {shown(strange[0])}: known are {', '.join(known)}.")
    also = {rule for name in wanted for rule in known[name].also}
    pairs = [(pack, rule) for pack in known.values() for rule in pack.rules]
    listed = [pair for pair in pairs if pair[0].name in wanted or pair[1].id in also]
    return sorted(listed, key=lambda pair: pair[1].id)


def _with_events(register: Register, events: Mapping[str, Iterable[Any]]) -> Register:
    """Give a register that also holds what is recorded elsewhere."""
    parts = {kind: getattr(register, kind) for kind in Register.keys}
    more = {kind: (*parts.get(kind, ()), *some) for kind, some in events.items()}
    try:
        return Register(**(parts | more), folder=register.folder, places=register.places)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise InputError(f"events: {where}: {first['msg']}. Correct it.") from None


def _letters(folder: Path | None) -> list[str]:
    """Name the files among the requests that are no YAML."""
    inside = sorted((folder / "requests").rglob("[!.]*")) if folder else []
    letters = [path for path in inside if path.is_file() and path.suffix not in {".yaml", ".yml"}]
    return [path.as_posix() for path in letters if path.stem.lower() != "readme"]


def _sources(
    data: Mapping[str, object] | str | PathLike[str] | None, register: Register
) -> dict[str, object]:
    """Give sources by dataset or disclosure; of a folder, the files that are named so."""
    keys = register.by_key["datasets"].keys() | register.by_key["disclosures"].keys()
    if data is None or isinstance(data, Mapping):
        named = dict(data or {})
    elif Path(data).is_dir():
        here = {path.name: path for path in sorted(Path(data).iterdir(), reverse=True)}
        places = {one.key: Path(one.location or "").name for one in register.datasets}
        named = {path.stem: path for path in here.values() if path.stem in keys}
        named |= {key: here[name] for key, name in places.items() if name in here}
    else:
        raise SourceError(f"There is no folder of data {shown(Path(data).name)}: check the path.")
    if (data is not None and not named) or not named.keys() <= keys:
        raise InputError("No data found: name it as the register names its dataset or disclosure.")
    return named


def _found(facts: Facts, rules: Iterable[Rule]) -> Iterator[Finding]:
    """Say in words, and with its place, what each rule finds."""
    names = facts.names()
    for rule in rules:
        for case, entry, part, given in rule.find(names):
            subject, own, (file, line) = _placed(facts.register, entry, case.at, part)
            words = own | given
            yield Finding(
                rule=rule.id, clause=rule.clause, level=rule.level, subject=subject,
                message=rule.say("en", words), message_ja=rule.say("ja", words),
                fix=rule.fix["en"], fix_ja=rule.fix["ja"], refs=rule.refs, file=file, line=line,
            )  # fmt: skip


def _placed(register: Register, entry: Any, at: str | None, part: Any) -> tuple[str, Words, Place]:  # noqa: ANN401
    """Give the subject (``datasets/customers/email``), words for the message, file and line."""
    if isinstance(entry, str):
        return entry, {"file": entry}, (entry, None)
    name, listed = _name(part) if at else None, getattr(entry, at) if at else ()
    inside = [_name(each) or each for each in listed] if isinstance(listed, tuple) else []
    wanted = name or part
    way = ([at] if at else []) + ([inside.index(wanted)] if wanted in inside else [])
    if isinstance(entry, Policy):
        return "/".join(filter(None, ("policy", name))), {}, entry.where(*way) or (None, None)
    kind = _KINDS[type(entry)]
    key = _name(entry) or str(getattr(register, kind).index(entry))
    file, line = register.where(kind, key, *way) or (None, None)
    words = {type(entry).__name__.lower(): key, "field": f"{key}.{name}"}
    place = (register.folder / file).as_posix() if register.folder and file else None
    return "/".join(filter(None, (kind, key, name))), words, (place, line)


def _name(entry: object) -> str | None:
    own = vars(entry) if isinstance(entry, BaseModel) else {}  # a missing attribute costs more
    return own.get("key") or own.get("name") or getattr(entry, "name", None)
