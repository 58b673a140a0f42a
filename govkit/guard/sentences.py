"""Numbers that tell about few people, in running text: counts, shares, ages, the largest of all."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from govkit.guard.counts import PERCENT, implies
from govkit.guard.words import may_say, says, tokens, word

if TYPE_CHECKING:
    from collections.abc import Iterator

    from govkit.guard.counts import Seen

_NEAR = 120
_DIGIT = re.compile(r"\d")
_FRACTION = re.compile(r"(?<![\d./])(\d{1,3})/(\d{2,6}) ?\([\d.]+ ?%\)|%\s?\((\d{1,3})/(\d{2,6})\)")
_SAYS_HOW_MANY = re.compile(r"^(.{2,40}?) ?[:：=] ?(\d[\d,]*) ?[人名]?$", re.MULTILINE)
_TOTAL = re.compile(r"\b(?:total|all|overall)\b|合計|全体|[全総]", re.IGNORECASE)
_ENDS_OF_R = re.compile(r"\b(?:Min|Max)\. *: *\S")
_WORDS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]


def text_kinds(text: str, threshold: int, seen: Seen) -> Iterator[str]:
    """Give the kinds of leaks of running text; remember the totals that it states."""
    text = text.replace("**", "")
    for total, _, _ in _said("total_text", text):
        seen.totals.add(_whole(total["n"]))
    if any(0 < number < threshold for number in _numbers_of_people(text, threshold)):
        yield "small-count"
    if any(_implies_few(text, threshold, seen)):
        yield "small-percentage"
    if any(_said("vignette", text)):
        yield "records"
    if any(_ends(text, seen)):
        yield "extreme"
    if any(0 < gap < threshold for gap in _gaps(text)):
        yield "difference"


def _numbers_of_people(text: str, threshold: int) -> Iterator[int]:
    for people, before, _ in _said("people_text", text):
        if not word("bound_text").search(before) and not word("rule_text").search(before):
            yield _spelled(next(filter(None, people.groupdict().values())))
    for found in _FRACTION.finditer(text):
        n, of = (int(part) for part in found.groups() if part)
        yield n if of >= threshold else 0
    yield from (_whole(n) for key, n in _SAYS_HOW_MANY.findall(text) if _people(key))


def _implies_few(text: str, threshold: int, seen: Seen) -> Iterator[bool]:
    """Tell of each share, or shares that make a whole, whether they come to a small count."""
    for whole, before, after in _said("of_text", text):
        total = _whole(whole["n"])
        for share in PERCENT.findall(before + after):
            yield 0 < float(share) / 100 * total < threshold
    for line in text.splitlines() if "%" in text or "％" in text else ():
        shares = PERCENT.findall(line)
        if len(shares) > 1 and abs(sum(map(float, shares)) - 100) < 1:
            yield implies([f"{share}%" for share in shares], seen, threshold)


def _ends(text: str, seen: Seen) -> Iterator[bool]:
    """Tell of each mention of a largest or smallest whether it is one person's value."""
    yield from (True for _ in _said("age_text", text))
    for _, before, after in _said("extreme_text", text):
        yield _about_people(before, after, seen)
    if (ends := _ENDS_OF_R.search(text)) is not None:
        yield any(map(seen.measured, text[: ends.start()].split()))


def _gaps(text: str) -> Iterator[int]:
    """Give how many people a stated total has more than the parts of it that are told."""
    for of, _, _ in _said("gap_text", text):
        yield _whole(of["n"]) - _whole(of["part"])
    said = [(key, _whole(n)) for key, n in _SAYS_HOW_MANY.findall(text)]
    for at, (key, whole) in enumerate(said):
        if _TOTAL.search(key) and _people(_TOTAL.sub("", key)):
            parts = [n for _, n in said[at + 1 :]]
            gap = whole - sum(parts)
            yield gap if len(parts) > 1 and gap * 10 < whole else 0


def _whole(number: str) -> int:
    return int(number.replace(",", "") or 0)


def _spelled(number: str) -> int:
    """Read a number of people in digits or as a word."""
    plain = number.lower().replace("single", "one")
    if plain in _WORDS:
        return _WORDS.index(plain) + 1
    return int(plain) if plain.isdecimal() else "一二三四五六七八九".index(plain) + 1


def _people(key: str) -> bool:
    """Tell whether words before a number say that it counts people."""
    plain = key.strip(" -*•")
    several = word("several_text").search(plain) is not None
    return several and not says("aggregate", plain) and not word("bound_text").search(plain)


def _said(kind: str, text: str) -> Iterator[tuple[re.Match[str], str, str]]:
    """Find words in running text, with what stands near them on their line."""
    for found in word(kind).finditer(text) if may_say(kind, tokens(text)) else ():
        before = text[max(0, found.start() - _NEAR) : found.start()].rpartition("\n")[2]
        yield found, before, text[found.end() : found.end() + _NEAR].partition("\n")[0]


def _about_people(before: str, after: str, seen: Seen) -> bool:
    """Tell whether words around "largest" name something of people, and a number follows."""
    around = f"{before[-12:]} {after[:24]}"
    parts = re.split(r"[:：=はが]", word("extreme_text").sub(" ", around))
    if _DIGIT.search(after[:40]) is not None and any(
        seen.personal(part.strip(" のof")) for part in parts
    ):
        return True
    topic = re.split(r"[:：\s]", before.strip(), maxsplit=1)[0]
    return re.match(r"[\W値額]{0,4}\d", after) is not None and seen.measured(topic)
