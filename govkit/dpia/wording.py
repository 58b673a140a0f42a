"""The words of this room, and what fills its templates."""

import html
import json
import re
from functools import cache
from typing import Any

import jinja2
import yaml

from govkit.files import packaged, templates
from govkit.plots import _short


def words(name: str = "words") -> Any:  # noqa: ANN401 - what the file holds
    """Read a file of words."""
    return packaged(f"dpia/texts/{name}.yaml")


@cache
def environment(*, page: bool = False) -> jinja2.Environment:
    """Give what fills templates; in pages every text is escaped."""
    made = templates("dpia", page=page)
    made.filters |= {
        "plain": plain, "scalar": scalar, "short": _short, "wrapped": _wrapped,
        "keys": lambda model: type(model).keys,
        "rich": lambda text: html.escape(str(text), quote=False).replace("\n", "<br>"),
        "say": lambda found, language: found.get(language, found["en"]),
        "asked": lambda said, language: said["what" if language == "en" else language],
        "called": lambda entry, language: entry.called(language),
    }  # fmt: skip
    made.globals |= {"w": words(), "screening": words("screening")}
    return made


def stated(template: str, **about: object) -> Any:  # noqa: ANN401 - what the template says
    """Fill a template of JSON; of linked data what is not stated is left out."""
    text = environment().get_template(f"{template}.json.jinja").render(about)
    lean = template == "dpv"
    return json.loads(text, object_pairs_hook=lambda pairs: {
        key: value for key, value in pairs if not lean or value not in (None, [], {})
    })  # fmt: skip


def plain(text: object) -> str:
    r"""Write any text so that Markdown takes none of it for a sign; lines are kept.

    Examples
    --------
    >>> plain("a|b <script>")
    'a&#124;b &#60;script&#62;'
    """
    quiet = re.sub(
        r"[^\w ,.()/:;?!'%+・、。（）「」：\n–—-]|_", lambda s: f"&#{ord(s[0])};", str(text)
    )
    return re.sub(r"\s*\n\s*", "<br>", quiet.strip())


def scalar(text: object) -> str:
    """Write a text as YAML that is read back as it was, on one line."""
    line = yaml.safe_dump(str(text), allow_unicode=True, width=10_000, default_style='"')
    return str(line).strip()


def _wrapped(text: str, width: int = 14, most: int = 5) -> str:
    """Break a text for a narrow box, Japanese where it is full, and cut what is too long for it."""
    from rich.console import Console  # noqa: PLC0415 - only figures wrap
    from rich.text import Text  # noqa: PLC0415

    lines = [one.plain for one in Text(" ".join(text.split())).wrap(Console(), width)]
    kept = lines if len(lines) <= most else [*lines[: most - 1], "…"]
    return "<br>".join(map(_short, kept))
