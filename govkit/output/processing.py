"""Each activity of a register with everything it touches: what every record and picture shows."""

import json
import re
from functools import cache
from types import SimpleNamespace
from typing import Any

import jinja2

from govkit.files import packaged, templates
from govkit.policy import Policy, Register
from govkit.policy.entries import Recipient, Retention

_HOME = Recipient.model_fields["country"].default


def uses(register: Register, policy: Policy | None = None) -> list[SimpleNamespace]:
    """Look up what each activity refers to; without a policy purposes are keys without a text.

    Returns
    -------
    list of SimpleNamespace
        Per activity ``activity``, its ``system``, ``datasets``, ``groups``, ``recipients``, those
        ``abroad``, ``clients`` for whom it is done, ``contracts``, ``measures``, the texts of its
        purposes (``why``), and the ``categories`` of personal information: as stated, or those of
        the datasets.
    """
    texts = {one.key: one.text_en for one in policy.purposes} if policy else {}
    found = []
    for one in register.activities:
        use = SimpleNamespace(activity=one, why=[texts.get(key, key) for key in one.purposes])
        for name, kind in one.refers.items():
            value = getattr(one, name)
            keys = [value] if isinstance(value, str) else value or ()
            setattr(use, name, [register.by_key[kind][key] for key in keys])
        use.system = next(iter(use.system), None)
        use.groups = {held.subject_group for held in use.datasets}
        use.abroad = [to for to in use.recipients if to.country != _HOME]
        protecting = use.system.measures if use.system else ()
        use.measures = [register.by_key["measures"][key] for key in protecting]
        named = [f for d in use.datasets for f in d.fields if f.role != "none"]
        held = [one.category or one.type or one.name for one in named]
        use.categories = list(dict.fromkeys(use.activity.categories or held))
        found.append(use)
    return found


def words(name: str) -> Any:  # noqa: ANN401 - what the file holds
    """Read a file of words of this room."""
    return packaged(f"output/texts/{name}.yaml")


@cache
def environment() -> jinja2.Environment:
    """Give what fills the templates and expressions of this room that are not HTML."""
    made = templates("output").overlay(undefined=jinja2.Undefined)
    made.globals["words"] = words("words")
    made.policies["json.dumps_kwargs"] = {"default": lambda one: str(one) or None}  # undefined
    made.filters |= {"plain": plain, "kept_for": kept_for, "theirs": _theirs}
    made.filters["of"] = lambda key, table: table[key]
    made.tests["contains"] = lambda several, one: one in several
    return made


def _theirs(key: str) -> str:
    """Write a key with the signs that fideslang allows in one."""
    return re.sub(r"[^A-Za-z0-9_.-]", lambda sign: f"<{ord(sign[0]):x}>", key)


def filled(template: str, **about: object) -> str:
    """Fill a template of this room."""
    return environment().get_template(f"{template}.jinja").render(about)


def stated(template: str, **about: object) -> dict[str, Any]:
    """Fill a template of JSON and leave out what is not stated, at any depth."""

    def told(part: dict[str, Any]) -> dict[str, Any]:
        return {key: value for key, value in part.items() if value is not None}

    return dict(json.loads(filled(f"{template}.json", **about), object_hook=told))


def plain(text: object, mark: str = "&#", longest: int = 10_000) -> str:
    r"""Write any text so that Markdown (``&#``) or Mermaid (``#``) takes none of it for a sign.

    Examples
    --------
    >>> plain("a|b\n<c>"), plain('"x"', "#")
    ('a&#124;b &#60;c&#62;', '#34;x#34;')
    """
    line = " ".join(str(text).split())
    line = line if len(line) <= longest else line[: longest - 1] + "…"
    return re.sub(r"[^\w ,.()/:…-]|_", lambda found: f"{mark}{ord(found[0])};", line)


def kept_for(retention: Retention) -> str:
    """Write how long something is kept in words.

    Examples
    --------
    >>> from govkit.policy.entries import Retention
    >>> kept_for(Retention(period="P2Y6M", trigger="the end of the contract"))
    '2 years 6 months from the end of the contract'
    """
    units = words("words")["periods"]
    parts = [f"{n} {units[sign]}" for n, sign in re.findall(r"(\d+)(\w)", retention.period or "")]
    start = retention.trigger or retention.column
    parts += [f"from {start}"] if start else []
    parts += [f"until {retention.until}"] if retention.until else []
    return " ".join(parts) or "not stated"
