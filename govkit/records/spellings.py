"""Every way in which an identifier may be written, as one pattern that an engine can search for.

Width and compatibility follow Unicode's NFKC; katakana, hiragana and half-width kana are one, as
are capitals and small letters; hyphens and spaces may stand between. What counts as the same stands
in ``spellings.yaml``.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from typing import Any

from govkit.errors import InputError
from govkit.files import packaged

_LONGEST, _LEAST = 200, 2
WAYS: dict[str, Any] = packaged("records/spellings.yaml")
_VARIANTS = {ord(other): group[0] for group in WAYS["variants"] for other in group[1:]}
_BEYOND = (*range(0x20000, 0x2A6E0), *range(0x2F800, 0x2FA20))
_HIRAGANA = {code: code - 0x60 for code in range(0x30A1, 0x30F7)}
_AROUND = "[\\s\u3000]*"
_KANJI, _KANA = re.compile("[\u3005\u3400-\u9fff]"), re.compile("[\u3041-\u309f\u30fc\\s・]+")
_YEAR = re.compile(r"(\d{4})[\D]?(0?[1-9]|1[0-2])[\D]?(0?[1-9]|[12]\d|3[01])\D?")


def fold(text: str) -> str:
    """Bring a text to one spelling.

    Examples
    --------
    >>> fold("ｽｽﾞｷ Ｔａｒｏ") == fold("すずき taro")
    True
    """
    plain = unicodedata.normalize("NFKC", text.translate(_VARIANTS)).casefold()
    return plain.translate(_HIRAGANA)


def other_script(names: Iterable[str]) -> str:
    """Say in which script a name may stand, too, and was not given; of other letters nothing.

    Examples
    --------
    >>> other_script(["渡辺 陽子"]), other_script(["渡辺 陽子", "ﾜﾀﾅﾍﾞ ﾖｳｺ"]), other_script(["Kari"])
    ('kana', '', '')
    """
    folded = [fold(one) for one in names]
    kana = any(_KANA.fullmatch(one) for one in folded)
    kanji = any(_KANJI.search(one) for one in folded)
    return "" if kana == kanji else "kanji" if kana else "kana"


def pattern(kind: str, value: str, *, inside: bool = False) -> str:
    """Give the regular expression of all spellings of a value.

    Parameters
    ----------
    kind
        The type of the identifier, as ``email``, ``name``, ``phone`` or ``dob``.
    value
        What somebody wrote.
    inside
        Whether more text may stand around it.

    Raises
    ------
    InputError
        The value is too short, too long, no date, or holds a control character. The message does
        not repeat it.

    Examples
    --------
    >>> bool(re.search(pattern("phone", "03-0181-7506"), "＋81 3 0181 7506"))
    True
    """
    value = value.strip()
    if any(unicodedata.category(char) in {"Cc", "Cf", "Cs"} for char in value):
        raise InputError(f"The {kind} holds a line break or control character: write it plainly.")
    way = next((way for way, kinds in WAYS["types"].items() if kind in kinds), "text")
    between = WAYS["between"].get(way, WAYS["between"]["digits"])
    drop = fold(between) if way != "date" else ""
    folded = "".join(char for char in fold(value) if char not in drop)
    if not _LEAST <= len(folded) <= _LONGEST:
        raise InputError(f"The {kind} is too short or too long to find somebody by: write it out.")
    gap = f"[{re.escape(between)}]*" if between else ""
    found = {"phone": _phone, "date": _date, "digits": _digits}.get(way, _text)(folded, gap)
    found = f"(?:{re.escape(value)}|{gap}{found}{gap})"
    return found if inside else rf"^{_AROUND}{found}(?:\.0+)?{_AROUND}$"


def _text(folded: str, gap: str) -> str:
    return gap.join(map(_spelled, folded))


def _digits(folded: str, gap: str) -> str:
    """Let zeros at the front be lost, as numbers lose them."""
    rest = folded.lstrip("0")
    zeros = f"{_spelled('0')}*{gap}" if rest != folded else ""
    return zeros + _text(rest, gap)


def _phone(folded: str, gap: str) -> str:
    """Let the country stand before, or the first zero be lost as numbers lose it."""
    rest = re.sub(r"^(?:\+81|0081)?0?", "", folded)
    plus, eight, one, zero = map(_spelled, "+810")
    return f"(?:{plus}?{eight}{one}{gap}{zero}?|{zero})?{gap}{_text(rest, gap)}"


def _date(folded: str, gap: str) -> str:
    """Let the day, or month and day, be absent: some columns hold the year alone."""
    found = _YEAR.fullmatch(folded)
    if found is None:
        raise InputError("The date cannot be read: write it as 1985-04-03.")
    year, month, day = (_text(part.lstrip("0"), "") for part in found.groups())
    spans = [(int(found[1]) - era["before"], era) for era in WAYS["eras"]]
    eras = [
        f"(?:{era['written']}){gap}{'(?:元|1)' if n == 1 else _text(str(n), '')}"
        for n, era in spans if 0 < n <= era["last"] - era["before"]
    ]  # fmt: skip
    mark, zero = r"[\s/.\-／．－年月日]?", f"{_spelled('0')}?"
    end = r"(?:[ T]\d\d:.*)?"
    return f"(?:{'|'.join([year, *eras])}){mark}(?:{zero}{month}{mark}(?:{zero}{day}{mark}{end})?)?"


def _spelled(char: str) -> str:
    """Give all that reads as a letter, also as a base with its mark behind it."""
    parts = unicodedata.normalize("NFD", char)
    apart = "".join(map(_any, parts))
    return _any(char) if parts == char else f"(?:{_any(char)}|{apart})"


def _any(char: str) -> str:
    twins = {*_twins().get(char, char), char, *WAYS["also"].get(char, "")}
    return f"[{re.escape(''.join(sorted(twins)))}]" if len(twins) > 1 else re.escape(char)


@cache
def _twins() -> dict[str, str]:
    """Give, per letter of the one spelling, all that is brought to it."""
    found: dict[str, str] = defaultdict(str)
    for code in (*range(0x21, 0xD800), *range(0xE000, 0x10000), *_BEYOND):
        found[fold(chr(code))] += chr(code)
    return {letter: some for letter, some in found.items() if len(letter) == 1 < len(some)}
