"""Packs of rules, declared in YAML: what is looked for, and everything that is said about it."""

import operator
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from importlib.metadata import entry_points
from importlib.resources import files
from os import PathLike
from typing import Annotated, Any, Literal

from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment
from pydantic import Field, StringConstraints

from govkit.errors import InputError, shown
from govkit.policy.loading import read_model
from govkit.policy.words import Key, Model

_GROUP = "govkit.findings"
_ENVIRONMENT = SandboxedEnvironment(undefined=StrictUndefined)
_ENVIRONMENT.tests["has"] = operator.contains
_ENVIRONMENT.tests["before"] = lambda day, other: day is not None and day < other
_PLAIN = {"[none]": (None,), "true": True}  # the defaults need no evaluation
_OWN = ("suppressions", "appi-current", "gdpr", "appi-2026-bill", "gate")
Language = Literal["en", "ja"]
Texts = dict[Language, str]


@cache
def _compiled(text: str) -> Callable[..., Any]:
    if text in _PLAIN:
        return lambda _: _PLAIN[text]
    return _ENVIRONMENT.compile_expression(text, undefined_to_none=False)


class Case(Model):
    """What a rule looks for; all but ``at`` are expressions of Jinja, which can do no harm.

    Attributes
    ----------
    each
        The entries looked at; each is called ``one`` in what follows.
    of
        The parts of an entry looked at, each called ``part``: keys, fields, or the words that the
        message needs.
    at
        The key of the entry at which the part, or the mistake, stands.
    when
        What makes it a finding.
    give
        Words that the message needs.
    """

    each: str
    of: str = "[none]"
    at: str | None = None
    when: str = "true"
    give: dict[str, str] = Field(default={})

    def find(self, names: Mapping[str, object]) -> Iterator[tuple[Any, Any, dict[str, Any]]]:
        """Give entry, part and words of each finding."""
        for one in _compiled(self.each)(names):
            here = {**names, "one": one}
            for part in _compiled(self.of)(here):
                here["part"] = part
                if _compiled(self.when)(here):
                    words = {word: _compiled(text)(here) for word, text in self.give.items()}
                    yield one, part, (part if isinstance(part, dict) else {}) | words


class Number(Model):
    """A number that a rule rests on, and where it comes from."""

    value: int | tuple[str, ...]
    source: str


class Rule(Model):
    """One rule.

    Attributes
    ----------
    id, clause, level, title
        Its name, the clause of the policy it watches over, how bad a finding is, and its heading.
    needs
        What has to be given beside policy and register before anything can be found.
    cases
        What it looks for.
    message, fix
        What is said of a finding, and what to do about it, in English and Japanese.
    why
        What the rule protects.
    refs
        Articles by law: ``appi``, ``appi_2019`` (the numbering of 2019) and ``gdpr``.
    words
        How words that the cases give are written in either language.
    """

    id: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2,8}\d{3,4}$")]
    clause: str
    level: Literal["error", "warning", "info"]
    needs: Literal["register", "data", "notebooks"] = "register"
    title: str
    cases: tuple[Case, ...] = Field(min_length=1)
    message: Texts
    why: str
    fix: Texts
    refs: dict[str, str] = Field(default={})
    words: dict[str, Texts] = Field(default={})

    def find(self, names: Mapping[str, object]) -> Iterator[tuple[Case, Any, Any, dict[str, Any]]]:
        """Give case, entry, part and words of each finding.

        Raises
        ------
        InputError
            A case is no expression, or names something that does not exist.
        """
        try:
            yield from ((case, *found) for case in self.cases for found in case.find(names))
        except TemplateError as error:
            raise InputError(f"Rule {self.id} cannot be evaluated: {error}. Correct it.") from None

    def say(self, language: Language, words: Mapping[str, Any]) -> str:
        """Write the message about one finding."""
        filled = {name: self._written(value, language, words) for name, value in words.items()}
        return self.message[language].format(**filled)

    def _written(self, value: object, language: Language, words: Mapping[str, Any]) -> str:
        if isinstance(value, tuple | list):
            listed = [self._written(one, language, words) for one in value]
            return ", ".join(listed) or {"en": "none", "ja": "なし"}[language]
        known = self.words.get(str(value))
        return known[language].format(**words) if known else str(value)


class Pack(Model):
    """Rules that belong to one law or one company, in one version.

    Attributes
    ----------
    name, version, title
        What it is called.
    default
        Whether it is on where nobody names packs.
    numbers
        The numbers that its rules rest on.
    also
        Rules of other packs that this one includes.
    rules
        Its own rules.
    """

    name: Key
    version: str
    title: str
    default: bool = False
    numbers: dict[str, Number] = Field(default={})
    also: tuple[str, ...] = ()
    rules: tuple[Rule, ...]


def read_pack(path: str | PathLike[str]) -> Pack:
    """Read a pack of rules; those in ``govkit/findings/packs`` are examples.

    Raises
    ------
    FilesError
        Keys are unknown, missing or of the wrong kind.
    """
    return read_model(Pack, path)


@cache
def packs() -> dict[str, Pack]:
    """Give every pack by its name: our own, then those of installed packages.

    A package offers its own as a :class:`Pack` under the entry point group ``govkit.findings``.
    """
    folder = files("govkit.findings") / "packs"
    known = {name: read_pack(str(folder / f"{name}.yaml")) for name in _OWN}
    for point in sorted(entry_points(group=_GROUP), key=lambda p: p.name):
        pack = point.load()
        if not isinstance(pack, Pack):
            raise InputError(
                f"Entry point {shown(point.name)} of group {_GROUP} has to name a Pack."
            )
        known[pack.name] = pack
    return known
