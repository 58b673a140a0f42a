"""The recognizers govkit brings, from the tables in ``kinds/``, and those of other packages."""

import re
from collections.abc import Callable, Iterator
from functools import cache
from importlib.metadata import entry_points
from typing import Any

from govkit.data.classify import conditions, validators
from govkit.data.classify.recognizer import Recognizer
from govkit.errors import InputError, shown
from govkit.files import packaged
from govkit.roles import AppiClass, Role

_CALL = re.compile(r"(\w+)(?:\((.*)\))?")


@cache
def recognizers() -> tuple[Recognizer, ...]:
    """Give every recognizer: our own, then those of installed packages.

    A package offers its own under the entry point group ``govkit.recognizers``: a
    :class:`Recognizer` or a sequence of them. A name that exists replaces ours.
    """
    known = {one.name: one for one in _own()}
    for point in sorted(entry_points(group="govkit.recognizers"), key=lambda p: p.name):
        loaded = point.load()
        for one in (loaded,) if isinstance(loaded, Recognizer) else tuple(loaded):
            if not isinstance(one, Recognizer):
                raise InputError(
                    f"Entry point {shown(point.name)} of group govkit.recognizers has to name a "
                    "Recognizer or a sequence of them."
                )
            known[one.name] = one
    return tuple(known.values())


def named() -> dict[str, Recognizer]:
    """Give every recognizer by its name."""
    return {one.name: one for one in recognizers()}


def general_words() -> dict[str, str]:
    """Give the words of headings that say whose a column is, or only that it is a number."""
    words: dict[str, str] = packaged("data/classify/lexicons/headings.yaml")
    return words


def _own() -> Iterator[Recognizer]:
    for table in ("people", "codes", "things"):
        for entry in packaged(f"data/classify/kinds/{table}.yaml"):
            yield Recognizer(**{key: _meant(key, written) for key, written in entry.items()})


def _meant(key: str, written: Any) -> Any:  # noqa: ANN401 - text, a number, a function
    """Turn what a table says under a key into what a recognizer holds."""
    match key:
        case "role":
            return Role(written)
        case "appi_class":
            return AppiClass(written)
        case "valid":
            return _function(written, vars(validators))
        case "also":
            return _function(written, vars(conditions))
    return written


def _function(written: str | dict[str, Any], known: dict[str, Any]) -> Callable[[Any], Any]:
    """Find ``name``; or call ``name(a, b)``, or a mapping's ``test`` with its other keys."""
    name, options = written, {}
    if isinstance(written, dict):
        options = {key: said for key, said in written.items() if key != "test"}
        name = written["test"]
    called = _CALL.fullmatch(str(name))
    if called is None or called[1] not in known:
        raise InputError(f"There is no test {shown(name)} for recognizers.")
    test: Callable[..., Any] = known[called[1]]
    given = () if called[2] is None else [part.strip() for part in called[2].split(",")]
    made: Callable[[Any], Any] = test(*given, **options) if given or options else test
    return made
