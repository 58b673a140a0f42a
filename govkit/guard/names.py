"""Names of people in text: a list of them, one beside a label, one in a sentence."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from govkit.data.classify.column import normalized
from govkit.data.classify.lexicons import is_family, is_full_name, is_given, lexicon
from govkit.guard.words import may_say, tokens, word

if TYPE_CHECKING:
    from collections.abc import Iterable

_WORD = r"(?:[A-Z][’']|Ma?c|[A-Z][a-z]+-)?[A-ZÀ-Þ][a-zà-ÿ’'-]+"
_LATIN = rf"{_WORD}(?: [A-Z]\.?)?,? {_WORD}"
_KANJI = r"[一-鿿々ヶぁ-んァ-ヺー]{1,6}[ \u3000]?[一-鿿々ぁ-んァ-ヺー]{1,6}"
_NAME = rf"({_LATIN}|{_KANJI})"
_TITLED = re.compile(rf"\b(?:Mr|Mrs|Ms|Miss|Dr|Prof)\.? (?:{_WORD} )?({_WORD})")
_LABELED = re.compile(
    rf"(?:{word('name_label').pattern})[\"']?\s*(?:[:：=は]|->|is\b)?\s*[\"'(]?(?={_NAME}(?![一-鿿]))"
)
_BOTH = re.compile(
    rf"(?<![\w.’'-])(?=({_WORD})(?: [A-Z]\.)? ({_WORD})(?![\w’-]| (?:Inc|Ltd|LLC|Corp|Co|Group|&)))"
)
_LOUD = re.compile(r"(?<![\w.’'-])(?=([A-Z]{3,}),? ([A-Z]{3,})(?![\w’'-]))")
_KANA = re.compile(r"([ァ-ヺー]{2,8}[ \u3000]?[ァ-ヺー]{2,8}) ?(?:様|さん|殿|氏)")
_TURNED = re.compile(
    rf"(?:^|[(;|\"'\[]) ?({_WORD}), ({_WORD})(?: [A-Z]\.)? ?(?=$|[);|\"'\]])", re.MULTILINE
)
_RUN = re.compile(r"(?<![一-鿿々])[一-鿿々]{4,5}(?![一-鿿々])")
_APART = re.compile(r"(?<![一-鿿々])([一-鿿々]{1,3})[ \u3000]([一-鿿々]{2,3})(?![一-鿿々])")
_CUTS = (2, 3)  # characters of the family name, where no blank stands
_QUOTED = re.compile(r"'([^'\\\n]{2,40})'|\"([^\"\\\n]{2,40})\"")


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
    >>> mentions_names("approved by Eleanor Moreau."), mentions_names("確認は相沢美咲が行いました")
    (True, True)
    >>> mentions_names("San Francisco and King Street lead; Kaplan Meier"), mentions_names("東京都")
    (False, False)
    """
    text = normalized(text)
    pairs = {*_BOTH.findall(text), *_LOUD.findall(text)}
    turned = [pair[::-1] for pair in pairs if _japanese(*pair)]
    turned += [pair[::-1] for pair in _TURNED.findall(text)]
    latin = any(
        is_given(given, "latin") and is_family(family, "latin")
        for given, family in [*pairs, *turned]
        if not any(map(word("no_name").fullmatch, (given, family)))
        and not word("firm").fullmatch(f"{given} {family}")
    )
    parts = [
        *_APART.findall(text),
        *((run[:at], run[at:]) for run in _RUN.findall(text) for at in _CUTS),
    ]
    return latin or any(
        len(given) > 1 and is_family(family, "kanji") and is_given(given, "kanji")
        for family, given in parts
    )


def _japanese(*words: str) -> bool:
    """Tell whether words are no English names: of Japanese ones the family name comes first."""
    english = lexicon("family_names_en") | lexicon("given_names_en")
    return not any(one.lower() in english for one in words)


def mostly_names(values: Iterable[str]) -> bool:
    """Tell whether at least half of some values are full names, by the lists of names."""
    distinct = [value for value in dict.fromkeys(map(normalized, values)) if value][:200]
    names = sum(map(is_name, distinct))
    if len(distinct) > 2 and all(re.fullmatch(_LATIN, value) for value in distinct):  # noqa: PLR2004
        names = sum(is_given(part, "latin") for value in distinct for part in value.split()[:1])
    return names > 0 and names * 2 >= len(distinct)


def formed_as_names(values: Iterable[str], *, sure: bool) -> bool:
    """Tell whether what stands under a heading of names has their form, though no list has them.

    Where the heading says no more than ``customer`` or ``patient``, some have to be in the lists.

    Examples
    --------
    >>> formed_as_names(["Siobhan O'Sullivan", "Arjun Venkataraman"], sure=True)
    True
    >>> formed_as_names(["Acme Pumps", "Globex Foods"], sure=False)
    False
    """
    distinct = dict.fromkeys(map(normalized, values))
    if not all(re.fullmatch(_LATIN, one) and not word("firm").search(one) for one in distinct):
        return False
    ends = [re.split(r",? ", one)[:: len(one.split()) - 1] for one in distinct]
    listed = sum(is_given(one, "latin") or is_family(other, "latin") for one, other in ends)
    return sure or listed * 4 >= len(distinct)


def is_name(value: str) -> bool:
    """Tell whether a value is a person's full name, in kanji or Latin letters, or in kana."""
    if value.isascii() or re.fullmatch(_LATIN, value):
        return re.fullmatch(_LATIN, value) is not None and is_full_name(value, "latin")
    if re.fullmatch(r"[ァ-ヺー ]+|[ぁ-んー ]+", value):
        return " " in value and is_full_name(value, "kana")
    return re.fullmatch(_KANJI, value) is not None and is_full_name(value, "kanji")


def labeled(text: str) -> bool:
    """Tell whether a name stands beside a label or a title."""
    told = may_say("name_label", tokens(text)) and any(map(_named, _LABELED.finditer(text)))
    told = told or any(is_full_name(one, "kana") for one in _KANA.findall(text))
    return told or any(
        is_family(one[1], "latin") and not word("no_name").fullmatch(one[1])
        for one in _TITLED.finditer(text)
    )


def _named(found: re.Match[str]) -> bool:
    name = normalized(found[1])
    return is_name(name) or is_name(" ".join(name.split(" ")[:2]))
