r"""Personal data inside longer text, where no space need stand around it.

Patterns look for ASCII neighbors, never for ``\b``: Python sees no word boundary between kana or
kanji and Latin letters, so ``\b`` misses the address in ``返信先taro@example.comまで``.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import NamedTuple

from govkit.data.classify import validators
from govkit.files import packaged


class Find(NamedTuple):
    """One kind of personal data inside text, and how many values hold it."""

    what: str
    values: int
    confidence: float


class _Kind(NamedTuple):
    what: str
    pattern: re.Pattern[str]
    valid: Callable[[str], bool]
    values: int
    confidence: float


@cache
def _kinds() -> list[_Kind]:
    found = []
    for one in packaged("data/classify/embedded.yaml"):
        form = "|".join(one["forms"])
        form = rf"(?<![a-z0-9-])(?:{form})(?![a-z0-9]|-\d)" if "alone" in one else form
        valid = getattr(validators, one["valid"]) if "valid" in one else bool
        pattern = re.compile(form, re.IGNORECASE)
        found.append(_Kind(one["what"], pattern, valid, one["values"], one["confidence"]))
    return found


# Every kind holds "@", a title, a place, or two digits near each other.
_HINT = re.compile(r"@|\d\D{0,3}\d|[様氏殿県都府道]|さん|先生|くん|ちゃん")


def finds(text: str) -> tuple[str, ...]:
    """Name what personal data a text holds.

    Examples
    --------
    >>> finds("返信先taro@example.comまで"), finds("次回の訪問日を調整中。")
    (('an e-mail address',), ())
    """
    return tuple(dict.fromkeys(what for what, _ in matches(text)))


def matches(text: str) -> Iterator[tuple[str, re.Match[str]]]:
    """Give every place of a text that holds personal data, kind by kind.

    Examples
    --------
    >>> [(what, found.span()) for what, found in matches("返信先taro@example.comまで")]
    [('an e-mail address', (3, 19))]
    """
    for kind in _kinds():
        for found in kind.pattern.finditer(text):
            if kind.valid(found[found.lastindex or 0]):
                yield kind.what, found


def search(values: Iterable[str]) -> list[Find]:
    """Count the values that hold each kind, the surest kind first."""
    counted = Counter(what for text in values if _HINT.search(text) for what in finds(text))
    found = [Find(kind.what, counted[kind.what], kind.confidence) for kind in _kinds()
             if counted[kind.what] >= kind.values]  # fmt: skip
    return sorted(found, key=lambda find: -find.confidence)
