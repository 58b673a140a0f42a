"""What stored outputs say, in the language of the site.

Verdicts and titles of figures stand beside the English, which stays as it was stored; the words
within a figure stand in its place.
"""

from __future__ import annotations

import html
import re
from functools import cache
from typing import Any

from govkit.files import packaged

_RESULT = re.compile(r"<p><strong>([^<]{1,20})</strong> (.*?)</p>")
_CAPTION = re.compile(r"(<figcaption>)(.*?)(?=<br><small>|</figcaption>)")
_WORD = re.compile(r'("(?:text|name|label)":)"((?:[^"\\]|\\.)*)"')


@cache
def _known(language: str) -> dict[str, Any]:
    """Give the words of a language, its sentences as patterns, the longest first."""
    found: dict[str, Any] = packaged("site/outputs.yaml").get(language)
    if not found:
        return {"said": {}, "sentences": [], "words": {}}
    pairs = dict(found["sentences"])
    for exercise in packaged("exercises.yaml").values():
        for said in exercise.values():
            if isinstance(said, dict) and language in said:
                pairs[said["en"].replace("{number}", "{}")] = said[language].replace("number", "1")
    ways = []
    for english in sorted(pairs, key=len, reverse=True):
        text = re.escape(english).replace(r"\{\}", "([^ ]+?)").replace(r"\{\.\.\.\}", "(.+)")
        ways.append((re.compile(rf"{text}(?: |$)"), pairs[english]))
    return found | {"sentences": ways}


def translated(text: str, language: str) -> str | None:
    """Say sentences of results in a language, or nothing where one of them is not known.

    Examples
    --------
    >>> translated("Open questions: 35.", "ja"), translated("Open doors: 35.", "ja")
    ('未回答の質問：35。', None)
    """
    parts = ""
    while text:
        ways = ((one.match(text), other) for one, other in _known(language)["sentences"])
        found, other = next((way for way in ways if way[0]), (None, ""))
        if found is None:
            return None
        parts += other.format("", *found.groups())
        text = text[found.end() :]
    return parts or None


def with_translation(raw: str, language: str) -> str:
    """Give stored HTML with what is known of it in a language.

    Examples
    --------
    >>> raw = "<div class='govkit-result'><p><strong>✓ SAFE</strong> Open questions: 0.</p></div>"
    >>> with_translation(raw, "ja").removeprefix(raw.removesuffix("</div>"))
    '<p class="gk-said" lang="ja">安全：未回答の質問：0。</p></div>'
    """
    known = _known(language)

    def result(found: re.Match[str]) -> str:
        other = translated(html.unescape(found[2]), language)
        if other is None or found[1] not in known["said"]:
            return found[0]
        said = html.escape(f"{known['said'][found[1]]}：{other}")
        return f'{found[0]}<p class="gk-said" lang="{language}">{said}</p>'

    def caption(found: re.Match[str]) -> str:
        other = translated(html.unescape(found[2]), language)
        said = f'<span lang="{language}">{html.escape(other)}</span><br>' if other else ""
        return f"{found[1]}{said}{found[2]}"

    def word(found: re.Match[str]) -> str:
        other = known["words"].get(found[2].replace("\\u003c", "<"))
        return f'{found[1]}"{other}"'.replace("<", "\\u003c") if other else found[0]

    if "govkit-figure" in raw:
        return _WORD.sub(word, _CAPTION.sub(caption, raw))
    return _RESULT.sub(result, raw) if "govkit-result" in raw else raw
