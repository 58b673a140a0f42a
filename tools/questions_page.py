"""Write docs/reference/dpia-questions.md: every question of an impact assessment, from the models.

python tools/questions_page.py [--check]
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from govkit.dpia import entries
from govkit.dpia.wording import words

PAGE = Path(__file__).resolve().parents[1] / "docs" / "reference" / "dpia-questions.md"
HEAD = """\
# Questions of an impact assessment

Written by `tools/questions_page.py` from `govkit/dpia/models/dpia.yaml` and `govkit/dpia/texts/`.
Each key stands in `dpia/NAME.yaml`; [how to write it](../howto/write-a-dpia.md). A number under
*CNIL* is the question's number in the PIA software of the French authority.
"""
INTRO = """\
Two criteria of WP248 are enough. *Computed* ones need nobody; the rest a person writes, in the
register or under `screening`.
"""
ORDERED = ("DpiaFile", "Criterion", "Need", "Answers", "InPlace", "Scenario", "Risks", "Risk",
           "Judgment", "Opinion", "Action", "Decision")  # fmt: skip


def page() -> str:
    """Give the page."""
    parts = [HEAD]
    for name in ORDERED:
        model: Any = getattr(entries, name)
        parts.append(f"## {name}\n\n{model.__doc__}\n")
        parts.append("| key | is | asks | in Japanese | CNIL | law |\n|---|---|---|---|---|---|")
        parts += [row(key, said) for key, said in model.keys.items()]
        parts.append("")
    return "\n".join([*parts, levels(), orders(), criteria()])


def row(key: str, said: dict[str, Any]) -> str:
    """Write one key."""
    kind = f"[{said['is'][0]}]" if isinstance(said["is"], list) else said["is"]
    law = [
        f"{act} {said[name]}" for name, act in (("gdpr", "GDPR"), ("appi", "APPI")) if name in said
    ]
    number = said.get("cnil", "")
    cells = (f"`{key}`", f"`{kind}`", said["what"], said["ja"], number, "; ".join(law))
    return "| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |"


def levels() -> str:
    """Write the scale, and what a measured number suggests."""
    lines = ["## Levels\n", "| level | word | in Japanese | ICO severity | ICO likelihood | DPV |",
             "|---|---|---|---|---|---|"]  # fmt: skip
    for n, one in words()["levels"].items():
        lines.append(f"| {n} | {one['en']} | {one['ja']} | {one['ico_severity']} | "
                     f"{one['ico_likelihood']} | {one['dpv']} |")  # fmt: skip
    lines += ["\nWhat is measured suggests the likelihood of re-identification:\n",
              "| measured | 1 | 2 | 3 | 4 |", "|---|---|---|---|---|"]  # fmt: skip
    for name, bounds in words()["bounds"].items():
        cells = " | ".join(bound(one) for one in bounds)
        lines.append(f"| {words()['aspects'][name]['en']} | {cells} | above |")
    floor = words()["floor"]
    lines.append(f"\nSeverity is at least {floor['level']} where {floor['en']}; a person may "
                 "decide otherwise, in writing.\n")  # fmt: skip
    return "\n".join(lines)


def bound(one: dict[str, Any]) -> str:
    """Write one bound."""
    people = f" (a group of {one['people']})" if "people" in one else ""
    return f"up to {one['most']:g}{people}"


def orders() -> str:
    """Write which section stands where in the order of each authority."""
    lines = ["## Sections in the order of others\n"]
    for name in ("ico", "ppc"):
        lines.append(f"**{words()['subtitles'][name]['en']}**\n")
        for part in words()["orders"][name]:
            inside = "; ".join(f"{n} {words()['sections'][n]['en']}" for n in part["sections"])
            lines.append(f"- {part['en']} ({part['ja']}): {inside}")
        lines.append("")
    return "\n".join(lines)


def criteria() -> str:
    """Write the screening."""
    said = words("screening")
    lines = [
        "## Screening\n",
        INTRO,
        "| criterion | of | what | in Japanese | computed |",
        "|---|---|---|---|---|",
    ]
    for key, one in said["criteria"].items():
        when = "yes" if "when" in one else ""
        lines.append(
            f"| `{key}` | {said['sources'][one['of']]} | {one['en']} | {one['ja']} | {when} |"
        )
    return "\n".join(lines) + "\n"


def main() -> int:
    """Write the page, or tell whether it is as the models say."""
    fresh = page()
    if "--check" in sys.argv[1:]:
        return int(not PAGE.exists() or PAGE.read_text("utf-8") != fresh)
    PAGE.write_text(fresh, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
