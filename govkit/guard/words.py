"""The words by which the guard knows a count, a share, a total: ``words.yaml``, compiled."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from govkit.files import packaged

_SPREAD = re.compile(r"(?<=[^\x00-\x7f]) (?=[^\x00-\x7f])")  # 人 数 is 人数
_EXPLAINED = re.compile(r"\s*[(（].*$")  # behind a title
_TOKEN = re.compile(r"[a-z]+|[一-龠ァ-ヺぁ-ん]")
_ESCAPE = re.compile(r"\\[a-zA-Z]|\?P<\w+>|\(\?[im]+:")


@cache
def word(name: str) -> re.Pattern[str]:
    """Give the expression of one kind of word; line breaks in the file mean nothing."""
    return _all()[name]


@lru_cache(16_384)
def says(name: str, text: str) -> bool:
    """Tell whether a heading or label, whole, is such a word.

    Examples
    --------
    >>> says("count", "人数"), says("count", "n_missing"), says("total", "All")
    (True, False, True)
    """
    return word(name).fullmatch(_SPREAD.sub("", text.strip())) is not None


def says_statistic(label: str) -> bool:
    """Tell whether a label names what summarizes a column."""
    return says("statistic", label) or says("extreme", label)


def says_people(text: str) -> bool:
    """Tell whether a title says that its numbers count people."""
    title = _EXPLAINED.sub("", text)
    return says("count", text) or word("several_text").search(title) is not None


@cache
def _all() -> dict[str, re.Pattern[str]]:
    written: dict[str, str] = packaged("guard/words.yaml")
    joined = {name: "".join(map(str.strip, lines.splitlines())) for name, lines in written.items()}
    for noun in ("people", "person"):
        listed = joined[noun].removeprefix("(?i:").removesuffix(")")
        joined = {name: one.replace(f"{{{noun}}}", listed) for name, one in joined.items()}
    return {name: re.compile(one) for name, one in joined.items()}


@cache
def _hints(name: str) -> frozenset[str]:
    found = _TOKEN.findall(_ESCAPE.sub(" ", word(name).pattern).lower())
    return frozenset(found).difference(word("common").pattern.split("|"))


def may_say(name: str, tokens: frozenset[str]) -> bool:
    """Tell whether a text of these words can hold such words at all, which is quickly seen."""
    return not tokens.isdisjoint(_hints(name))


@lru_cache(4)
def tokens(text: str) -> frozenset[str]:
    """Give the Latin words and the kanji of a text."""
    return frozenset(_TOKEN.findall(text.lower()))
