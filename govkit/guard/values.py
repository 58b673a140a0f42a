"""What a text tells about one person: addresses, numbers, names; and what opens a database.

The forms are those of :mod:`govkit.data.classify.embedded`; here are the finer questions that a
single text raises: an address of a machine, a day that looks like a number, a name beside a label.
"""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING

from govkit.data.classify.column import normalized
from govkit.data.classify.embedded import matches
from govkit.data.classify.headings import claims
from govkit.data.classify.kinds import named
from govkit.data.classify.lexicons import is_family, is_full_name, is_given
from govkit.data.classify.validators import card, day, ip, standard
from govkit.guard.words import may_say, says, tokens, word
from govkit.roles import Role

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_KIND = {
    "an e-mail address": "email",
    "a telephone number": "phone",
    "a card number": "card-number",
    "a My Number": "my-number",
    "a social security number": "social-security-number",
    "a postal address": "address",
    "a name with its title": "name",
    "an IP address": "ip-address",
}
_HINT = re.compile(
    r"@|\d\D{0,3}\d|[^\x00-\x7f]|[A-Z][a-z]+[ ,]|[:=]|/(?:home|Users)|AKIA|eyJ|gh[a-z]_|PRIVATE"
)
_WORD = r"[A-ZÀ-Þ][a-zà-ÿ’'-]+"
_LATIN = rf"{_WORD}(?: [A-Z]\.?)?,? {_WORD}"
_KANJI = r"[一-鿿々ヶぁ-んァ-ヺー]{1,6}[ \u3000]?[一-鿿々ぁ-んァ-ヺー]{1,6}"
_NAME = rf"({_LATIN}|{_KANJI})"
_TITLED = re.compile(rf"\b(?:Mr|Mrs|Ms|Miss|Dr|Prof)\.? (?:{_WORD} )?({_WORD})")
_LABELED = re.compile(
    rf"(?:{word('name_label').pattern})[\"']?\s*(?:[:：=は]|->|is\b)?\s*[\"'(]?(?={_NAME}(?![一-鿿]))"
)
_BOTH = re.compile(rf"(?<![\w.’'-])(?=({_WORD})(?: [A-Z]\.)? ({_WORD})(?![\w’-]| (?:Inc|Ltd|LLC|Corp|Co|Group|&)))")
_TURNED = re.compile(rf"(?:^|[(;|\"'\[]) ?({_WORD}), ({_WORD})(?: [A-Z]\.)? ?(?=$|[);|\"'\]])", re.MULTILINE)
_RUN = re.compile(r"(?<![一-鿿々])[一-鿿々]{4,5}(?![一-鿿々])")
_APART = re.compile(r"(?<![一-鿿々])([一-鿿々]{1,3})[ \u3000]([一-鿿々]{2,3})(?![一-鿿々])")
_QUOTED = re.compile(r"'([^'\\\n]{2,40})'|\"([^\"\\\n]{2,40})\"")
_DAYS = (
    r"(?:昭和|平成|令和|大正|明治|[STMHR])?[\d元][\d年月./-]{3,11}日?",
    r"\d{1,2} [A-Z][a-z]{2,8} \d{4}",
    r"[A-Z][a-z]{2,8} \d{1,2},? \d{4}",
)
_BORN = re.compile(
    rf"(?:{word('birth_label').pattern})[^\d\n]{{0,40}}?({'|'.join(_DAYS)})|({'|'.join(_DAYS)})に?生まれ"
)
_STREET = re.compile(
    r"\b\d{1,4}(?:-\d{1,4}){1,2},? (?:[A-Z][a-z]+,? ){0,2}[A-Z][a-z]+-(?:ku|shi|gun|cho|machi)\b"
    r"|\b\d{1,5} (?:[A-Z][a-z]+\.? ){1,3}[\w ]{0,20}, [A-Z][a-z]+(?: [A-Z][a-z]+)?,? [A-Z]{2} \d{5}\b"
    r"|[一-鿿ぁ-んァ-ヺ]{1,6}(?:市(?!場)|区(?!分)|町|村)[一-鿿ぁ-んァ-ヺ]{2,12}\d{1,4}(?:-\d{1,4}){1,3}"
    r"|(?:〒|(?i:郵便番号|postal code|postcode|zip code))\W{0,3}(?:\d{3}-?\d{4}|\d{5}|[A-Z]{1,2}\d\w? \d[A-Z]{2})(?!\d)"
    r"|\b\d{1,5} (?:[A-Z][a-z]+ ){1,2}(?:Street|St|Road|Rd|Avenue|Ave|Lane|Drive)\b"
)
_HEAD = re.compile(r"[\w' ]{1,30}$")
_AFTER_HEAD = re.compile(
    r"(?:[:：=] ?| (?=['\"(])|(?<=番号) ?|(?<=number) |(?<=[ _]no) |(?<=[ _]id) )['\"(\[]{0,2}"
    r"(?=[\w-]*\d)([\w-]{6,20})(?![\w-])"
)
_CARD = re.compile(r"(?<![\d.])\d{4}(?:\.\d{4}){3}(?![\d.])")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,4})?\b")
_CALLED = re.compile(r"(?<![\w-])(?:\(0\d{1,4}\) ?\d{1,4}-\d{4}|07\d{3} \d{6})(?!-?\d)")
_IPV6 = re.compile(r"(?<![\w:])(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}(?![\w:])", re.IGNORECASE)
_USER = re.compile(
    r"(?<![\w.~])(?:/home|/Users|[A-Za-z]:(?:\\+|/)Users)(?:\\+|/)([^\\/\s'\":,;|)]+)"
)
_CREDENTIAL = re.compile(
    r"\b[a-z][a-z0-9+.-]+://[^\s:/@'\"]{1,100}:(?P<a>[^\s@'\"/]{2,100})@"
    r"|(?i:\b(?:pwd|password|passwd|secret|api_?key|access_?token)\b)[\"']?\s*[=:]\s*"
    r"(?:[\"'](?P<b>[^\"'\s]{4,200})[\"']|(?P<c>[^\"'\s;,(){}\[\]]{4,200})(?=;))"
    r"|\b(?P<d>AKIA[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{36}|-----BEGIN [A-Z ]*PRIVATE KEY"
    r"|eyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]{10,})"
)
_NUMBERED = re.compile(r"^(?!T\d{13}$).*\d{4}")  # T: the public number of an invoice's issuer
_CLAIMED = 0.8
_OTHERWISE = {"name", "email", "phone", "free_text"}  # they have kinds of their own
_MASK = re.compile(r"[xX9*._%+-]+@[xX9*.-]+")
_HIDDEN = re.compile(
    r"\{.*|\$.*|%\w.*|\*+|<.*|x{3,}|\.{3}|_+|password|secret|none|null|env.*", re.IGNORECASE
)


def value_kinds(text: str) -> Iterator[str]:
    """Give the kinds of personal values and secrets that a text holds, each once.

    Examples
    --------
    >>> list(value_kinds("返信先taro@example.comまで 氏名: 相沢 美咲"))
    ['email', 'name']
    """
    lines = dict.fromkeys(line for line in text.splitlines() if _HINT.search(line))
    text = normalized("\n".join(lines)).replace("%40", "@")
    found = {_KIND[what] for what, found in matches(text) if _counts(what, found)}
    held = tokens(text)
    labeled = may_say("name_label", held) and any(map(_named, _LABELED.finditer(text)))
    if labeled or any(
        is_family(one[1], "latin") for one in _TITLED.finditer(text)
    ):
        found.add("name")
    if _STREET.search(text):
        found.add("address")
    if any(map(_identifies, _AFTER_HEAD.finditer(text))):
        found.add("identifier")
    if any(standard("iban")(one) for one in _IBAN.findall(text)):
        found.add("identifier")
    if any(card(one.replace(".", "")) for one in _CARD.findall(text)):
        found.add("card-number")
    if _CALLED.search(text):
        found.add("phone")
    if any(ipaddress.ip_address(one).is_global for one in _IPV6.findall(text)):
        found.add("ip-address")
    if may_say("birth_label", held) and any(day(one[1] or one[2]) for one in _BORN.finditer(text)):
        found.add("birth-date")
    if any(not says("nobody", one[1]) for one in _USER.finditer(text)):
        found.add("user-path")
    if any(_opens(one) for one in _CREDENTIAL.finditer(text)):
        found.add("credential")
    yield from sorted(found)


def lists_names(text: str) -> bool:
    """Tell whether a text is mostly names: a list of them, one a line, or one alone.

    Examples
    --------
    >>> lists_names("['相沢 美咲', '桐山 直樹']"), lists_names("['Tokyo', 'John Smith', 'Osaka']")
    (True, False)
    """
    quoted = [first or second for first, second in _QUOTED.findall(text)]
    return mostly_names(quoted) or mostly_names(text.splitlines())


def mentions_names(text: str) -> bool:
    """Tell whether a full name stands in running text, without a label or a title.

    In Latin letters given name and family name have to be in the lists; in kanji the whole run of
    four or five characters has to be two names.

    Examples
    --------
    >>> mentions_names("approved by Eleanor Moreau."), mentions_names("最終確認は相沢美咲が行いました")
    (True, True)
    >>> mentions_names("San Francisco and King Street lead; Kaplan Meier"), mentions_names("東京都")
    (False, False)
    """
    text = normalized(text)
    pairs = [(*one.groups(), False) for one in _BOTH.finditer(text)]
    pairs += [(given, family, True) for family, given in _TURNED.findall(text)]
    for given, family, turned in pairs:
        if word("no_name").fullmatch(given) or word("no_name").fullmatch(family):
            continue
        if is_given(given, "latin") and is_family(family, "latin"):
            return word("firm").search(f"{given} {family}") is None or turned
    return any(
        is_family(run[:at], "kanji") and is_given(run[at:], "kanji")
        for run in _RUN.findall(text) for at in ((2, 3) if len(run) > 3 else ())  # noqa: PLR2004
        if len(run) - at > 1
    ) or any(is_family(a, "kanji") and is_given(b, "kanji") for a, b in _APART.findall(text))  # fmt: skip


def mostly_names(values: Iterable[str]) -> bool:
    """Tell whether at least half of some values are full names, by the lists of names."""
    distinct = [value for value in dict.fromkeys(map(normalized, values)) if value][:200]
    names = sum(map(is_name, distinct))
    if len(distinct) > 2 and all(re.fullmatch(_LATIN, value) for value in distinct):  # noqa: PLR2004
        names = sum(is_given(part, "latin") for value in distinct for part in value.split()[:1])
    return names > 0 and names * 2 >= len(distinct)


def is_name(value: str) -> bool:
    """Tell whether a value is a person's full name, in kanji or Latin letters, or in kana."""
    if value.isascii() or re.fullmatch(_LATIN, value):
        return re.fullmatch(_LATIN, value) is not None and is_full_name(value, "latin")
    if re.fullmatch(r"[ァ-ヺー ]+|[ぁ-んー ]+", value):
        return " " in value and is_full_name(value, "kana")
    return re.fullmatch(_KANJI, value) is not None and is_full_name(value, "kanji")


def _named(found: re.Match[str]) -> bool:
    name = normalized(found[1])
    return is_name(name) or is_name(" ".join(name.split(" ")[:2]))


def _identifies(found: re.Match[str]) -> bool:
    """Tell whether a label claims a number of one person, and the value passes its test."""
    before = found.string[max(0, found.start() - 40) : found.start()].rstrip(" '\")]")
    head = _HEAD.search(before)
    value, best = found[1], list(claims(head[0]).items())[:1] if head else []
    known = [named()[name] for name, claim in best if claim.score >= _CLAIMED]
    people = [one for one in known if one.role is Role.DIRECT and one.type not in _OTHERWISE]
    numbered = _NUMBERED.search(value) is not None and day(value) is None
    return any(one.passes(value) if one.valid else numbered and one.believable(value) for one in people)


def _counts(what: str, found: re.Match[str]) -> bool:
    """Leave out what only looks like it: digits of decimals, days, masks, numbers in columns."""
    if what == "an e-mail address":
        remote = found[0].startswith("git@") and found.string[found.end() :].startswith(":")
        return not remote and _MASK.fullmatch(found[0]) is None
    if found.string[: found.start()].endswith("."):
        return False
    if what == "a telephone number":
        spaced = found[0][0] not in "0+(" and " " in found[0] and "-" not in found[0]
        return day(found[0]) is None and not spaced
    if what == "an IP address":
        return (
            ip(found[0])
            and ipaddress.ip_address(found[0]).is_global
            and not found[0].startswith(("1.", "2.", "3.", "8.8."))
        )
    return True


def _opens(found: re.Match[str]) -> bool:
    secret = found["a"] or found["b"] or found["c"]
    return bool(found["d"]) or _HIDDEN.fullmatch(secret or "x" * 3) is None
