"""What somebody accepts for a time: the acceptance itself can be out of date."""

from govkit.findings.facts import Cases, Facts
from govkit.policy.register import Suppression


def gk001(facts: Facts) -> Cases:
    """Find suppressions past their last day."""
    for one in facts.register.suppressions:
        if one.until < facts.today:
            yield one, (), _words(one)


def gk002(facts: Facts) -> Cases:
    """Find suppressions in force that suppress nothing."""
    for one in facts.unmatched:
        yield one, (), _words(one)


def _words(one: Suppression) -> dict[str, object]:
    return {"suppressed": one.rule, "of": one.subject, "by": one.by, "date": one.until}
