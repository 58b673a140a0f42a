"""Each activity of a register with everything it touches: what every record and picture shows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import jinja2
import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

    from govkit.policy.policy import Policy, Purpose
    from govkit.policy.register import Activity, Dataset, Recipient, Register, Retention
    from govkit.policy.register import System as Place

__all__ = ["Processing", "environment", "kept_for", "plain", "processings", "words"]


@dataclass(frozen=True, slots=True)
class Processing:
    """An activity, and the entries that its keys name."""

    activity: Activity
    system: Place | None
    datasets: list[Dataset]
    recipients: list[Recipient]
    clients: list[Recipient]
    measures: list[str]
    purposes: list[Purpose]
    why: list[str]

    @property
    def categories(self) -> list[str]:
        """What kinds of personal information are used: as stated, or those of the datasets."""
        held = [f.category or f.type or f.name for d in self.datasets for f in d.fields if f.personal]
        return list(dict.fromkeys(self.activity.categories or held))


def processings(register: Register, policy: Policy | None = None) -> Iterator[Processing]:
    """Look up what each activity refers to; without a policy purposes are keys without a text."""
    known = register.by_key
    texts = {one.key: one for one in policy.purposes} if policy else {}
    for one in register.activities:
        system = known["systems"].get(one.system)
        yield Processing(
            one, system,
            [known["datasets"][key] for key in one.datasets],
            [known["recipients"][key] for key in one.recipients],
            [known["recipients"][key] for key in one.as_processor_for],
            [known["measures"][key].title for key in (system.measures if system else ())],
            [texts[key] for key in one.purposes if key in texts],
            [texts[key].text_en if key in texts else key for key in one.purposes],
        )  # fmt: skip


@cache
def words(name: str) -> Any:  # noqa: ANN401 - what the file holds
    """Read a file of words of this room."""
    return yaml.safe_load((files("govkit.output") / "texts" / f"{name}.yaml").read_text("utf-8"))


@cache
def environment() -> jinja2.Environment:
    """Give what fills the templates and expressions of this room that are not HTML."""
    made = jinja2.Environment(
        loader=jinja2.PackageLoader("govkit.output", "templates"), trim_blocks=True,
        lstrip_blocks=True, autoescape=False,  # noqa: S701 - plain text, escaped by `plain`
    )  # fmt: skip
    made.filters |= {"plain": plain, "kept_for": kept_for}
    made.globals["words"] = words("words")
    return made


def plain(text: object, mark: str = "&#", longest: int = 10_000) -> str:
    """Write any text so that Markdown (``&#``) or Mermaid (``#``) takes none of it for a sign.

    Examples
    --------
    >>> plain("a|b\\n<c>"), plain('"x"', "#")
    ('a&#124;b &#60;c&#62;', '#34;x#34;')
    """
    line = " ".join(str(text).split())
    line = line if len(line) <= longest else line[: longest - 1] + "…"
    return re.sub(r"[^\w ,.()/:…-]|_", lambda found: f"{mark}{ord(found[0])};", line)


def kept_for(retention: Retention) -> str:
    """Write how long something is kept in words.

    Examples
    --------
    >>> from govkit.policy.register import Retention
    >>> kept_for(Retention(period="P2Y6M", trigger="the contract ends"))
    '2 years 6 months after the contract ends'
    """
    units = words("words")["periods"]
    parts = [f"{n} {units[letter]}" for n, letter in re.findall(r"(\d+)(\w)", retention.period or "")]
    start = retention.trigger or retention.column
    parts += [f"after {start}"] if start else []
    parts += [f"until {retention.until}"] if retention.until else []
    return " ".join(parts) or "not stated"
