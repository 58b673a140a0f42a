"""Lists of words: places, countries, creeds, diseases, occupations and the names of people.

The lists are text files beside this module; each opens with where it comes from. Japanese names
with their readings come from the package japanese-personal-name-dataset (MIT).
"""

import importlib
import re
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from govkit.errors import MissingExtraError
from govkit.files import packaged

_KANA_SHIFT = {code: code + 0x60 for code in range(0x3041, 0x3097)}


class Names(NamedTuple):
    """Family and given names in one script."""

    family: frozenset[str]
    given: frozenset[str]


@cache
def lexicon(name: str) -> frozenset[str]:
    """Read a list of words; letters are small."""
    text = files("govkit.data.classify").joinpath(f"lexicons/{name}.txt").read_text("utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return frozenset(word.strip().lower() for line in lines for word in line.split("|"))


@cache
def special(kind: str) -> frozenset[str]:
    """Read one of the short lists, as ``gender`` or ``prefecture``."""
    text = files("govkit.data.classify").joinpath("lexicons/special.txt").read_text("utf-8")
    found = next(line for line in text.splitlines() if line.startswith(f"{kind}:"))
    return frozenset(found.partition(":")[2].split("|"))


def romaji(word: str) -> str:
    """Bring the spellings of one reading together: Hepburn, Kunrei, long vowels or none.

    Examples
    --------
    >>> romaji("juusho"), romaji("zyusyo"), romaji("jusho")
    ('jusho', 'jusho', 'jusho')
    """
    word = word.lower()
    for spelling, plain in _spellings():
        word = spelling.sub(plain, word)
    return word


@cache
def _spellings() -> list[tuple[re.Pattern[str], str]]:
    read = packaged("data/classify/lexicons/romaji.yaml")
    return [(re.compile(spelling), plain) for spelling, plain in read.items()]


def katakana(text: str) -> str:
    """Write hiragana as katakana."""
    return text.translate(_KANA_SHIFT)


@cache
def library(name: str) -> Any:  # noqa: ANN401 - a module
    """Load a module of the extra: names, readings, tests of numbers and addresses."""
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError:
        raise MissingExtraError("Names, numbers and addresses", "classify") from None


@cache
def names(script: str) -> Names:
    """Give names in ``"kanji"``, ``"kana"`` or ``"latin"``."""
    data = library("japanese_personal_name_dataset")
    men, women, families = data.load_dataset(include_last_names=True)
    readings = list(men.items()) + list(women.items())
    if script == "kanji":
        spelled = frozenset(kanji for _, entry in readings for kanji in entry["kanji"])
        return Names(frozenset(families), spelled)
    if script == "kana":
        family = frozenset(katakana(entry["reading"]) for entry in families.values())
        return Names(family, frozenset(katakana(reading) for reading, _ in readings))
    family = frozenset(romaji(entry["en"]) for entry in families.values())
    given = frozenset(romaji(entry["en"]) for _, entry in readings)
    return Names(family | lexicon("family_names_en"), given | lexicon("given_names_en"))


_VARIANTS = str.maketrans("髙﨑濵邊邉齋齊澤廣嶋眞惠栁", "高崎浜辺辺斎斉沢広島真恵柳")
_TITLE = re.compile(r"\s?(?:様|さん|殿|氏|先生|サマ|サン)$")


def _forms(part: str, script: str) -> tuple[str, ...]:
    if script == "kana":
        return (katakana(part),)
    if script == "latin":
        return part.lower(), romaji(part)
    return part, part.translate(_VARIANTS)


def is_family(value: str, script: str) -> bool:
    """Tell whether a word is a family name."""
    return any(form in names(script).family for form in _forms(value, script))


def is_given(value: str, script: str) -> bool:
    """Tell whether a word is a given name."""
    return any(form in names(script).given for form in _forms(value, script))


def is_full_name(value: str, script: str) -> bool:
    """Tell whether a value is a family and a given name, with or without a space.

    Examples
    --------
    >>> is_full_name("山田太郎", "kanji"), is_full_name("YAMADA, Taro", "latin")
    (True, True)
    """
    value = _TITLE.sub("", value)
    parts = [part for part in re.split(r"[\s,・=]+", value) if part.strip(".")]
    if script == "latin":
        parts = [part for part in parts if len(part.strip(".")) > 1]
    if len(parts) == 1 and script != "latin":
        return _splits(parts[0], script)
    if not 1 < len(parts) <= 3:  # noqa: PLR2004 - family, given, and at most a middle name
        return False
    first, last = parts[0], parts[-1]
    return (is_family(first, script) and is_given(last, script)) or (
        script == "latin" and is_given(first, script) and is_family(last, script)
    )


def _splits(word: str, script: str) -> bool:
    """Tell whether a word without a space is two names; of two characters, too much is."""
    at = range(1, min(len(word), 6)) if len(word) > 2 else ()  # noqa: PLR2004
    return any(is_family(word[:i], script) and is_given(word[i:], script) for i in at)
