"""Packs of rules: what they look at is Python, everything that is said about them is YAML."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import StrEnum
from functools import cache
from importlib.metadata import entry_points
from importlib.resources import files
from os import PathLike
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from govkit.errors import InputError, shown
from govkit.findings import acquisition, administration, disclosure, requests, suppressions, use
from govkit.policy.loading import read_model
from govkit.policy.words import Key, Model

__all__ = ["Level", "Pack", "Rule", "packs", "read_pack"]

_GROUP = "govkit.findings"
_OWN = ("suppressions", "appi-current", "gdpr", "appi-2026-bill")


class Level(StrEnum):
    """How bad a finding is: an error breaks a promise, a warning endangers one."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Text(Model):
    """A sentence in both languages; words in braces are filled in."""

    en: str
    ja: str


class References(Model):
    """The articles a rule rests on; none where the law has no such article."""

    appi: str | None = None
    appi_2019: str | None = None
    gdpr: str | None = None


class Number(Model):
    """A number that a rule rests on, and where it comes from."""

    value: int | tuple[str, ...]
    source: str


class Rule(Model):
    """One rule as declared; the condition of the same name, in small letters, finds its cases.

    Attributes
    ----------
    id, clause, level, title
        Its name, the clause of the policy it watches over, how bad a finding is, and its heading.
    needs
        What has to be given beside policy and register before anything can be found.
    message, fix
        What is said of a case, and what to do about it.
    why
        What the rule protects.
    refs
        Articles: the Act in its current numbering and in that of 2019, and the GDPR.
    words
        How the words that a condition gives are written in either language.
    """

    id: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2,8}\d{3,4}$")]
    clause: str
    level: Level
    needs: Literal["register", "data", "notebooks"] = "register"
    title: str
    message: Text
    why: str
    fix: Text
    refs: References
    words: dict[str, Text] = {}

    @property
    def articles(self) -> dict[str, str]:
        """The articles by law; laws without one are left out."""
        return self.refs.model_dump(exclude_none=True)

    def say(self, language: str, words: Mapping[str, object]) -> str:
        """Write the message about one case, ``language`` being ``en`` or ``ja``."""
        filled = {name: self._written(value, language, words) for name, value in words.items()}
        return str(getattr(self.message, language)).format(**filled)

    def _written(self, value: object, language: str, words: Mapping[str, object]) -> str:
        if isinstance(value, tuple | list):
            listed = [self._written(one, language, words) for one in value]
            return ", ".join(listed) or {"en": "none", "ja": "なし"}[language]
        known = self.words.get(str(value))
        if known is None:
            return f"{value:,}" if isinstance(value, int) else str(value)
        return str(getattr(known, language)).format(**words)


class Pack(Model):
    """Rules that belong to one law or one company, in one version.

    Attributes
    ----------
    name, version, title
        What it is called.
    default
        Whether it is on where nobody names packs.
    numbers
        The numbers its conditions ask for.
    also
        Rules of other packs that this one includes.
    rules
        Its own rules, with ``conditions`` by their names in small letters.
    """

    name: Key
    version: str
    title: str
    default: bool = False
    numbers: dict[str, Number] = {}
    also: tuple[str, ...] = ()
    rules: tuple[Rule, ...]
    conditions: dict[str, Callable[..., Iterator[Any]]] = Field(
        default={}, exclude=True, repr=False
    )


def read_pack(path: str | PathLike[str], conditions: Mapping[str, object]) -> Pack:
    """Read a pack of rules.

    Parameters
    ----------
    path
        Its YAML file; those in ``govkit/findings/packs`` are examples.
    conditions
        Functions by name, such as the ``vars()`` of a module: rule ``AB101`` has ``ab101``.

    Raises
    ------
    FilesError
        Keys are unknown, missing or of the wrong kind.
    InputError
        It is not plain YAML, or a rule has no condition.
    """
    pack = read_model(Pack, path)
    wanted = {rule.id: conditions.get(rule.id.lower()) for rule in pack.rules}
    if lacking := [name for name, found in wanted.items() if not callable(found)]:
        raise InputError(
            f"{Path(path).name}: rule {lacking[0]} has no condition: write {lacking[0].lower()}()."
        )
    return pack.model_copy(update={"conditions": wanted})


@cache
def packs() -> dict[str, Pack]:
    """Give every pack by its name: our own, then those of installed packages.

    A package offers its own as a :class:`Pack` under the entry point group ``govkit.findings``.
    """
    rooms = (suppressions, acquisition, use, disclosure, administration, requests)
    conditions = {name: value for room in rooms for name, value in vars(room).items()}
    own = (files("govkit.findings") / "packs" / f"{name}.yaml" for name in _OWN)
    known = {pack.name: pack for pack in (read_pack(Path(str(path)), conditions) for path in own)}
    for point in sorted(entry_points(group=_GROUP), key=lambda p: p.name):
        pack = point.load()
        if not isinstance(pack, Pack):
            raise InputError(
                f"Entry point {shown(point.name)} of group {_GROUP} has to name a Pack: see "
                "govkit.findings.read_pack."
            )
        known[pack.name] = pack
    return known
