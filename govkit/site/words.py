"""What the extension says on a page, in the language of the site."""

from __future__ import annotations

from functools import cache
from typing import Any

from govkit.files import packaged


@cache
def words(language: str) -> dict[str, Any]:
    """Give the words of a language; what it lacks is said in English.

    Examples
    --------
    >>> words("ja")["answer_shown"]
    '正解と理由'
    >>> words("no")["answer_shown"]
    'Answer and reasons'
    """
    known: dict[str, dict[str, Any]] = packaged("site/words.yaml")
    return known["en"] | known.get(language, {})
