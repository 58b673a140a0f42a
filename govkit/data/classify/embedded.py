r"""Personal data inside longer text, where no space need stand around it.

Patterns look for ASCII neighbors, never for ``\b``: Python sees no word boundary between kana or
kanji and Latin letters, so ``\b`` misses the address in ``返信先taro@example.comまで``.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from govkit.data.classify import validators
from govkit.data.classify.lexicons import names


class Find(NamedTuple):
    """One kind of personal data inside text, and how many values hold it."""

    what: str
    values: int
    confidence: float


def _surname(found: re.Match[str]) -> bool:
    family = names("kanji").family
    return any(found[1][:length] in family for length in (1, 2, 3))


def _my_number(found: re.Match[str]) -> bool:
    return bool(validators.standard("jp.in_")(validators.digits(found[1])))


_ALWAYS: Callable[[re.Match[str]], bool] = bool
_OCTET = r"(?:25[0-5]|2[0-4]\d|1?\d?\d)"
_NUMBER_FORMS = (
    r"0[5789]0[- ]?\d{4}[- ]?\d{4}",
    r"0\d{1,4}-\d{1,4}-\d{3,4}",
    r"0\d{1,3}\(\d{2,4}\)\d{4}",
    r"\+\d{1,3}[- ]\d{1,4}[- ]\d{3,4}[- ]?\d{3,4}",
    r"\(?\d{3}\)?[- .]\d{3}[- .]\d{4}",
)
_BEFORE, _AFTER = r"(?<![a-z0-9-])", r"(?![a-z0-9]|-\d)"
_EMAIL = r"(?<![a-z0-9._%+-])[a-z0-9._%+-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,24}(?![a-z0-9])"
_PHONE = rf"{_BEFORE}(?:{'|'.join(_NUMBER_FORMS)}){_AFTER}"
_CARD = rf"{_BEFORE}(?:\d{{4}}[ -]?){{3}}\d{{4}}{_AFTER}"
_PLACE = r"(?:東京都|北海道|(?:京都|大阪)府|[一-龠]{2,3}県)[一-龠ぁ-んァ-ヺ]{1,7}[市区町村郡]"
_TITLED = r"(?<![一-龠])([一-鿿豈-﫿々]{2,5}) ?(?:様|さん|氏(?![一-龠])|殿|先生|くん|ちゃん)"
_MINE = r"(?:マイナンバー|個人番号)\D{0,6}(\d{4}[ -]?\d{4}[ -]?\d{4})(?![0-9])"
# what, pattern, finer test, values needed, confidence
_KINDS = (
    ("an e-mail address", _EMAIL, _ALWAYS, 1, 0.95),
    ("a telephone number", _PHONE, _ALWAYS, 1, 0.9),
    ("a card number", _CARD, lambda found: validators.card(found[0]), 2, 0.9),
    ("a My Number", _MINE, _my_number, 1, 0.95),
    ("a social security number", rf"{_BEFORE}\d{{3}}-\d{{2}}-\d{{4}}{_AFTER}", _ALWAYS, 1, 0.85),
    ("a postal address", _PLACE, _ALWAYS, 2, 0.8),
    ("a name with its title", _TITLED, _surname, 2, 0.8),
    ("an IP address", rf"(?<![0-9.])(?:{_OCTET}\.){{3}}{_OCTET}(?![0-9.])", _ALWAYS, 3, 0.7),
)
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
    for what, pattern, test, _, _ in _KINDS:
        for found in re.finditer(pattern, text, re.IGNORECASE):
            if test(found):
                yield what, found


def search(values: Iterable[str]) -> list[Find]:
    """Count the values that hold each kind, the surest kind first."""
    counted = Counter(what for text in values if _HINT.search(text) for what in finds(text))
    found = [
        Find(what, counted[what], confidence)
        for what, _, _, least, confidence in _KINDS
        if counted[what] >= least
    ]
    return sorted(found, key=lambda find: -find.confidence)
