"""What a heading says: cut into words, Japanese or Latin, and looked up.

``appl_nm``, ``applicantName``, ``応募者氏名`` and ``oubosha_shimei`` all come to the same: a
person, and that person's name. In all three languages the last word tells what the column is, those
before it whose it is: a shop's telephone is not a person's.
"""

import itertools
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from govkit.data.classify.kinds import general_words, named, recognizers
from govkit.data.classify.lexicons import katakana, library, romaji
from govkit.data.classify.lexicons import special as special_words

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_RUNS = re.compile(r"[a-z]+|[0-9]+|[^\W_a-z0-9]+")
_LONGEST_PHRASE = 5


@dataclass(frozen=True, slots=True)
class Claim:
    """How strongly a heading speaks for one recognizer, and by which word."""

    score: float
    word: str


@cache
def _dictionary() -> dict[str, frozenset[str]]:
    """Give per written form of a word the recognizers and general meanings it stands for."""
    found: dict[str, set[str]] = {}
    general = ((f":{meaning}", listed) for meaning, listed in general_words().items())
    for meaning, listed in [*general, *((r.name, r.words) for r in recognizers())]:
        for word in listed.split():
            for form in _forms(word):
                found.setdefault(form, set()).add(meaning)
    return {form: frozenset(meanings) for form, meanings in found.items()}


def _forms(word: str) -> Iterable[str]:
    plain = katakana(unicodedata.normalize("NFKC", word).lower().replace("_", ""))
    yield plain
    if re.fullmatch(r"[\u3041-\u3096ー]+", word):
        yield romaji(library("jaconv").kana2alphabet(word).replace("-", ""))


@cache
def words(heading: str) -> tuple[str, ...]:
    """Cut a heading into the words that are known, in order.

    Examples
    --------
    >>> words("applicantName"), words("appl_nm"), words("応募者氏名")
    (('applicant', 'name'), ('appl', 'nm'), ('応募者', '氏名'))
    """
    text = _CAMEL.sub(" ", unicodedata.normalize("NFKC", heading)).lower()
    found: list[str] = []
    for part in _mixed().split(katakana(unicodedata.normalize("NFC", text))):
        if part in _dictionary():
            found.append(part)
            continue
        for latin, group in itertools.groupby(_RUNS.findall(part), str.isascii):
            runs = list(group)
            found += _latin(runs) if latin else _cut("".join(runs), whole=False)
    return tuple(found)


@cache
def _mixed() -> re.Pattern[str]:
    """Find the words that are written half in Latin letters, as 端末ID or IPアドレス."""
    both = [w for w in _dictionary() if re.search("[a-z]", w) and re.search(r"[^\W\da-z_]", w)]
    listed = "|".join(map(re.escape, sorted(both, key=len, reverse=True)))
    return re.compile(rf"(?<![a-z])({listed})(?![a-z])")


def _known(word: str) -> str | None:
    dictionary = _dictionary()
    return next((form for form in (word, romaji(word)) if form in dictionary), None)


def _latin(runs: list[str]) -> list[str]:
    """Join neighbors that form one word (``date of birth``); cut those that hide two."""
    found: list[str] = []
    position = 0
    while position < len(runs):
        for length in range(min(_LONGEST_PHRASE, len(runs) - position), 0, -1):
            if word := _known("".join(runs[position : position + length])):
                found.append(word)
                position += length
                break
        else:
            found += _cut(romaji(runs[position]), whole=True)
            position += 1
    return found


def _cut(run: str, *, whole: bool) -> list[str]:
    """Cut a run so that the squares of the lengths of known words sum to most.

    Latin letters have to be used up wholly, and by words of at least two letters.
    """
    dictionary, run = _dictionary(), run[:60]
    shortest = 2 if whole else 1
    best: list[tuple[float, list[str]] | None] = [(0, [])] + [None] * len(run)
    for end in range(1, len(run) + 1):
        before = best[end - 1]
        options = [] if whole or before is None else [before]
        for start in range(max(0, end - 14), end - shortest + 1):
            previous = best[start]
            if previous is not None and run[start:end] in dictionary:
                score = previous[0] + (end - start) ** 2
                options.append((score, [*previous[1], run[start:end]]))
        best[end] = max(options, key=lambda option: option[0], default=None)
    last = best[-1]
    cut = last[1] if last else []
    short = [word for word in cut if len(word) == 2]  # noqa: PLR2004 - "no", "id"
    return [] if whole and (len(short) > 1 or short[:1] == cut) else cut


@cache
def claims(heading: str) -> dict[str, Claim]:
    """Tell for which recognizers a heading speaks, and how strongly (0 to 1).

    Examples
    --------
    >>> {name: claim.score for name, claim in claims("倉庫電話番号").items()}
    {'organization': 0.85, 'phone': 0.27}
    """
    dictionary = _dictionary()
    found = words(heading)
    kinds = [dictionary[word] for word in found]
    whole = _whole(heading, found)
    # A word of one character (名, 性) means something only where it stands alone.
    special = [
        {m for m in kind if not m.startswith(":")}
        if len(word) > 1 or (whole and len(found) == 1)
        else set()
        for word, kind in zip(found, kinds, strict=True)
    ]
    heads = [position for position, meanings in enumerate(special) if meanings]
    if not heads:
        return _general(found, kinds, whole=whole)
    last = heads[-1]
    if _owner(kinds[last + 1 :]) == ":person":  # 取引先担当者名: of the person, not of the supplier
        return _general(found[last + 1 :], kinds[last + 1 :], whole=True)
    claimed: dict[str, Claim] = {}
    owner = _owner(kinds[:last])
    for position in heads:
        score = 0.9 if position == last else 0.5
        for name in sorted(special[position]):
            of_thing = owner == ":thing" and named()[name].type in special_words("owned")
            claim = Claim(score * (0.3 if of_thing else 1), found[position])
            claimed[name] = max(claimed.get(name, claim), claim, key=lambda c: c.score)
            if of_thing and position == last:
                claimed["organization"] = Claim(0.85, found[position])
    return {name: claimed[name] for name in sorted(claimed, key=lambda n: (-claimed[n].score, n))}


def _whole(heading: str, found: tuple[str, ...]) -> bool:
    """Tell whether the known words are all that a heading says."""
    letters = re.sub(r"[\W\d_]", "", unicodedata.normalize("NFKC", heading))
    return sum(map(len, found)) >= len(letters)


def _owner(kinds: list[frozenset[str]]) -> str | None:
    for kind in reversed(kinds):
        if kind & {":person", ":thing"}:
            return ":person" if ":person" in kind else ":thing"
    return None


def _general(
    found: tuple[str, ...], kinds: list[frozenset[str]], *, whole: bool
) -> dict[str, Claim]:
    """Read a heading that holds only general words, as ``customer no`` or ``商品名``."""
    owner = _owner(kinds)
    for word, kind in zip(reversed(found), reversed(kinds), strict=True):
        if ":day" in kind:
            return {"date": Claim(0.8, word)}
        if ":kind" in kind:
            return {"status": Claim(0.8, word)}
        if ":number" in kind and owner:
            return {"customer_number" if owner == ":person" else "order_number": Claim(0.85, word)}
        if ":name" in kind and owner != ":thing":
            score = 0.8 if owner else 0.7 if whole else 0.5  # hobby_name is no person's
            return dict.fromkeys(("full_name", "given_name"), Claim(score, word))
        if ":name" in kind:
            return {"label": Claim(0.85, word)}
    thing = "label" if owner == ":thing" else "full_name"
    return {thing: Claim(0.5, found[-1])} if owner else {}
