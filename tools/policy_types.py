"""Write the types of the models of policy, register and DPIA: entries.pyi in their rooms.

python tools/policy_types.py          after a change of govkit/policy or dpia/models/*.yaml
"""

from pathlib import Path

import yaml

POLICY = Path(__file__).parents[1] / "govkit" / "policy"
DPIA = POLICY.parent / "dpia"
PLAIN = {
    "text": "str", "key": "str", "date": "dt.date", "moment": "dt.datetime", "flag": "bool",
    "number": "int", "count": "int", "size": "int", "share": "float", "country": "str",
    "period": "str",
}  # fmt: skip
HEAD = """\
# Made by tools/policy_types.py from models/*.yaml; change those.
import datetime as dt
from typing import Literal

from govkit.policy.words import (
    AppiClass,
    Audience,
    Danger,
    Ground,
    Model,
    RequestKind,
    Role,
    SubjectGroup,
)
"""
TAIL = """
def declare(text: bytes, home: dict[str, object]) -> None: ...
"""
DPIA_HEAD = """\
# Made by tools/policy_types.py from models/dpia.yaml; change that.
import datetime as dt
from typing import Literal

from govkit.policy.words import Audience, Model
"""


def one(word: str) -> str:
    """Give the type of a word."""
    if "|" in word:
        return f"Literal[{', '.join(repr(part.strip()) for part in word.split('|'))}]"
    return "str" if word.startswith("->") else PLAIN.get(word, word)


def field(said: str | list[str]) -> str:
    """Give type and, where there is one, default."""
    if isinstance(said, list):
        least = said[0].endswith("+")
        return f"tuple[{one(said[0].rstrip('+ '))}, ...]" + ("" if least else " = ...")
    word, _, default = said.partition(" = ")
    if word.endswith(" or none"):
        return one(word.removesuffix(" or none")) + " | None = ..."
    return one(word) + (" = ..." if default or word == "flag" else "")


def stub(room: Path = POLICY) -> str:
    """Give the whole file of a room."""
    lines = [HEAD if room == POLICY else DPIA_HEAD]
    for name in ("policy", "register") if room == POLICY else ("dpia",):
        shapes = yaml.safe_load((room / "models" / f"{name}.yaml").read_text("utf-8"))
        for title, keys in shapes.items():
            lines.append(f"class {title}(Model):")
            lines += [f"    {key}: {field(k['is'])}" for key, k in keys.items() if key != "about"]
            lines.append("")
    return "\n".join(lines).rstrip() + "\n" + (TAIL if room == POLICY else "")


if __name__ == "__main__":
    for room in (POLICY, DPIA):
        (room / "entries.pyi").write_text(stub(room), encoding="utf-8")
