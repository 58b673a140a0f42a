"""Write docs/reference/rules.md: what each rule finds, why, and what to do, from the packs.

python tools/rules_page.py [--check]
"""

from __future__ import annotations

import sys
from pathlib import Path

from govkit.findings import Case, Pack, Rule, packs

PAGE = Path(__file__).resolve().parents[1] / "docs" / "reference" / "rules.md"
HEAD = """\
# Rules

`govkit register check` knows {count} rules, and two more about suppressions. This page is written
by `tools/rules_page.py` from the packs in `govkit/findings/packs/`. How to read a condition stands
[at the end](#conditions).

| pack | version | on by default | what it is |
|---|---|---|---|
{packs}
"""
CLAUSES = {
    "1": "Acquisition", "2": "Use", "3": "Disclosure", "4": "Administration", "5": "Requests",
}  # fmt: skip
GIVEN = {"data": "the data", "notebooks": "what a guard found in notebooks"}
FOOT = """
## Conditions

A rule looks at *each* entry (called `one`), or at each of some parts *of* an entry (called `part`),
and finds those *when* the condition holds. These are expressions of Jinja: names with dots, `and`,
`or`, `not`, `in`, and filters such as `selectattr`. They can call what
{{class}}`~govkit.findings.Facts` offers, and nothing else. `numbers` are those of the packs:

| number | value | where it comes from |
|---|---|---|
{numbers}
"""


def page() -> str:
    """Give the page."""
    known = packs()
    listed = "".join(
        f"| `{pack.name}` | {pack.version} | {'yes' if pack.default else 'no'} | {pack.title} |\n"
        for pack in known.values()
    )
    rules = sorted(((rule, pack) for pack in known.values() for rule in pack.rules), key=_order)
    parts = [
        HEAD.format(count=len(rules) - len(known["suppressions"].rules), packs=listed.rstrip())
    ]
    for clause, title in CLAUSES.items():
        parts.append(f"## Clause {clause}: {title}\n")
        parts += [section(rule, pack, known) for rule, pack in rules if rule.clause == clause]
    numbers = "\n".join(
        f"| `{name}` | {shown(one.value)} | {one.source} |"
        for pack in known.values()
        for name, one in pack.numbers.items()
    )
    return "\n".join(parts) + FOOT.format(numbers=numbers)


def _order(pair: tuple[Rule, Pack]) -> str:
    return pair[0].id


def shown(value: int | tuple[str, ...]) -> str:
    """Write a number, or a list of words."""
    return f"{value:,}" if isinstance(value, int) else " ".join(value)


def section(rule: Rule, pack: Pack, known: dict[str, Pack]) -> str:
    """Write about one rule."""
    also = [other.name for other in known.values() if rule.id in other.also]
    named = ", ".join(f"`{name}`" for name in (pack.name, *also))
    need = f" Needs {GIVEN[rule.needs]}." if rule.needs in GIVEN else ""
    law = {"appi": "APPI", "appi_2019": "APPI of 2019", "gdpr": "GDPR"}
    refs = "; ".join(f"{law[key]} {text}" for key, text in rule.refs.items())
    return (
        f"({rule.id.lower()})=\n### {rule.id} {rule.title}\n\n"
        f"{rule.level.capitalize()}; {named}.{need} {refs}.\n\n"
        f"What\n: {rule.message['en']}\n: {rule.message['ja']}\n\n"
        f"Why\n: {rule.why}\n\n"
        f"How to fix\n: {rule.fix['en']}\n: {rule.fix['ja']}\n\n"
        f"```{{dropdown}} Condition\n{''.join(map(condition, rule.cases))}```\n"
    )


def condition(case: Case) -> str:
    """Write what a case looks for."""
    lines = {"each": case.each, "of": "" if case.of == "[none]" else case.of,
             "when": "" if case.when == "true" else case.when}  # fmt: skip
    return "".join(f"- *{word}* `` {text} ``\n" for word, text in lines.items() if text)


def main() -> int:
    """Write the page, or tell whether it is as the packs say."""
    fresh = page()
    if "--check" in sys.argv[1:]:
        return int(not PAGE.exists() or PAGE.read_text("utf-8") != fresh)
    PAGE.write_text(fresh, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
