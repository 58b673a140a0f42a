"""Search in Japanese, which has no spaces: every two characters that stand together are a word.

Sphinx cuts Japanese into words by itself, the same letters here so and there otherwise, and finds
a word only where it was cut as the reader typed it. Pairs are found wherever they stand.
"""

from __future__ import annotations

import re

from sphinx.search import SearchLanguage

LETTERS = "々〇ぁ-ゟァ-ヺー-ヿ㐀-鿿"
_RUNS = re.compile(rf"[{LETTERS}]+|[^\W{LETTERS}]+")
_JAPANESE = re.compile(f"[{LETTERS}]")


class JapaneseSearch(SearchLanguage):
    """Pairs of Japanese letters, and words of other letters as they are."""

    lang = "ja"
    language_name = "Japanese"
    js_splitter_code = f"""
var splitQuery = (query) =>
  (query.match(/[{LETTERS}]+|(?:(?![{LETTERS}])[\\p{{Letter}}\\p{{Number}}_])+/gu) ?? [])
    .flatMap((run) => /[{LETTERS}]/u.test(run) && run.length > 2
      ? Array.from({{ length: run.length - 1 }}, (_, i) => run.slice(i, i + 2))
      : [run]);
"""

    def split(self, input: str) -> list[str]:  # noqa: A002 - the signature is Sphinx'
        """Cut a text into what can be looked up."""
        return [part for run in _RUNS.findall(input) for part in _parts(run)]

    def word_filter(self, word: str) -> bool:
        """Leave out single characters, and numbers."""
        return len(word) > 1 and super().word_filter(word)


def _parts(run: str) -> list[str]:
    """Give the pairs of a run of Japanese letters.

    Examples
    --------
    >>> _parts("要配慮"), _parts("GDPR")
    (['要配', '配慮'], ['GDPR'])
    """
    if not _JAPANESE.match(run):
        return [run]
    return [run[at : at + 2] for at in range(len(run) - 1)] or [run]
