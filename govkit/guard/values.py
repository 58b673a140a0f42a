"""What a text tells about one person: addresses, numbers, names; and what opens a database.

The forms are those of :mod:`govkit.data.classify.embedded`; here are the finer questions that a
single text raises: an address of a machine, a number beside a label, a day that looks like one.
"""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING

from govkit.data.classify.column import normalized
from govkit.data.classify.embedded import matches
from govkit.data.classify.headings import claims
from govkit.data.classify.kinds import named
from govkit.data.classify.validators import card, day, ip, standard
from govkit.guard.names import labeled
from govkit.guard.words import may_say, says, tokens, word
from govkit.roles import Role

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

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
_DAY = word("day").pattern
_BORN = re.compile(
    rf"(?:{word('birth_label').pattern})[^\d\n]{{0,40}}?({_DAY})|({_DAY})に?生(?:まれ|(?=[\s)）、。]|$))"
)
_CHOME = r"[一-鿿ぁ-んァ-ヺ]{2,12}\d{1,4}(?:-\d{1,4}){1,3}"
_HEAD = re.compile(r"[\w' ]{1,30}$")
_NUMBER_OF = re.compile(
    rf"(?:{word('person').pattern})"
    r"(?: |[=:#：]\s?|[ =:：]?#)(?=[A-Z]|[^ ]*-)[A-Z]{0,3}-?\d{4,12}(?![\w-])"
)
_AT = re.compile(r"%40| ?[(\[]at[)\]] ?")  # how links and careful people write it
_NUMBERED = re.compile(r"^(?!T\d{13}$).*\d{4}")  # T: the public number of an invoice's issuer
_CLAIMED = 0.8
_OTHERWISE = {"name", "email", "phone", "free_text"}  # they have kinds of their own


def value_kinds(text: str) -> Iterator[str]:
    """Give the kinds of personal values and secrets that a text holds, each once.

    Examples
    --------
    >>> list(value_kinds("返信先taro@example.comまで 氏名: 相沢 美咲"))
    ['email', 'name']
    """
    lines = dict.fromkeys(filter(word("hint").search, text.splitlines()))
    text = _AT.sub("@", normalized("\n".join(lines)))
    found = {_KIND[what] for what, found in matches(text) if _counts(what, found)}
    if labeled(text):
        found.add("name")
    held = tokens(text)
    for kind, words, pattern, counts in _FORMS:
        if words and not may_say(words, held):
            continue
        if kind not in found and any(map(counts, pattern.finditer(text))):
            found.add(kind)
    yield from sorted(found)


def _among_versions(found: re.Match[str]) -> bool:
    """Tell whether a line lists versions of programs, of which one looks like an address."""
    start = found.string.rfind("\n", 0, found.start()) + 1
    versions = word("version").findall(found.string[start:].partition("\n")[0])
    return found[0] in versions and not all(map(ip, versions))


def _identifies(found: re.Match[str]) -> bool:
    """Tell whether a label claims a number of one person, and the value passes its test."""
    before = found.string[max(0, found.start() - 40) : found.start()].rstrip(" '\")]")
    head = _HEAD.search(before)
    value, best = found[1], list(claims(head[0]).items())[:1] if head else []
    known = [named()[name] for name, claim in best if claim.score >= _CLAIMED]
    people = [one for one in known if one.role is Role.DIRECT and one.type not in _OTHERWISE]
    numbered = _NUMBERED.search(value) is not None and day(value) is None
    return any(
        one.passes(value) if one.valid else numbered and one.believable(value) for one in people
    )


def _counts(what: str, found: re.Match[str]) -> bool:
    """Leave out what only looks like it: digits of decimals, days, masks, numbers in columns."""
    if what == "an e-mail address":
        remote = found[0].startswith("git@") and found.string[found.end() :].startswith(":")
        office = word("office").fullmatch(found[0].partition("@")[0])
        return not remote and not office and word("mask").fullmatch(found[0]) is None
    if found.string[: found.start()].endswith("."):
        return False
    if what == "a postal address":
        return _of_a_person(found)
    if what == "a telephone number":
        spaced = found[0][0] not in "0+(" and " " in found[0] and "-" not in found[0]
        return day(found[0]) is None and not spaced
    if what == "an IP address":
        example = found[0].startswith(("1.", "2.", "3.", "8.8.")) or _among_versions(found)
        return not example and ip(found[0]) and ipaddress.ip_address(found[0]).is_global
    return True


def _of_a_person(found: re.Match[str]) -> bool:
    """Tell whether an address is that of no firm, by what stands before it."""
    before = " ".join(found.string[max(0, found.start() - 200) : found.start()].split())[-60:]
    firm, home = (
        max((one.end() for one in word(kind).finditer(before)), default=0)
        for kind in ("firm_place", "home_place")
    )
    return firm <= home


def _opens(found: re.Match[str]) -> bool:
    secret = found["a"] or found["b"] or found["c"]
    return bool(found["d"]) or word("no_secret").fullmatch(secret or "x" * 3) is None


_ALWAYS: Callable[[re.Match[str]], bool] = bool
# What has a form of its own, beyond those of classify: words that have to be near, and the test.
_FORMS = (
    ("address", "", word("street"), _of_a_person),
    ("identifier", "", word("after_label"), _identifies),
    ("identifier", "person", _NUMBER_OF, _ALWAYS),
    ("identifier", "", word("iban"), lambda found: standard("iban")(found[0])),
    ("card-number", "", word("card"), lambda found: card(found[0].replace(".", ""))),
    ("phone", "", word("called"), _ALWAYS),
    ("ip-address", "", word("ipv6"), lambda found: ipaddress.ip_address(found[0]).is_global),
    ("birth-date", "birth_label", _BORN, lambda found: day(found[1] or found[2]) is not None),
    ("user-path", "", word("user_path"), lambda found: not says("nobody", found[1])),
    ("credential", "", word("credential"), _opens),
)
