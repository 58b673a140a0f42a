"""What the extension says on a page, in the language of the site."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

import yaml


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
    known: dict[str, dict[str, Any]] = yaml.safe_load(
        (files("govkit.site") / "words.yaml").read_text("utf-8")
    )
    return known["en"] | known.get(language, {})
