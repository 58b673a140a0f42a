"""Clause 5: people ask for disclosure, correction and suspension of use, and get an answer."""

from govkit.data.classify.embedded import finds
from govkit.findings.facts import Cases, Facts

_ENDING = {"suspend", "erase", "delete", "stop_provision", "object"}


def gk501(facts: Facts) -> Cases:
    """Find open requests without a due day, or past it."""
    for one in facts.register.requests:
        due = one.extended_to or one.due
        if one.closed_on is None and due is None:
            yield one, (), {"problem": "no_due"}
        elif one.closed_on is None and due is not None and due < facts.today:
            yield one, ("due",), {"problem": "over", "days": (facts.today - due).days}


def gk502(facts: Facts) -> Cases:
    """Find refusals, whole or in part, without a reason."""
    for one in facts.register.requests:
        if one.outcome in {"refused", "partly"} and not one.reason:
            yield one, ("outcome",), {}


def gk503(facts: Facts) -> Cases:
    """Find answers given to somebody whose identity nobody checked."""
    for one in facts.register.requests:
        if one.outcome in {"granted", "partly"} and one.identity_checked_on is None:
            yield one, (), {}


def gk504(facts: Facts) -> Cases:
    """Find suspensions and erasures that a place has not confirmed."""
    for one in facts.register.requests:
        if one.kind in _ENDING and one.outcome in {"granted", "partly"}:
            for at, place in enumerate(one.confirmations):
                if place.confirmed_on is None:
                    words = {"place": place.dataset or place.recipient or "nowhere"}
                    yield one, ("confirmations", at), words
            if not one.confirmations:
                yield one, (), {"place": "nowhere"}


def gk505(facts: Facts) -> Cases:
    """Find a policy without an address to write to."""
    if not facts.policy.organization.contact_email:
        yield facts.policy, ("organization",), {}


def gk506(facts: Facts) -> Cases:
    """Find letters beside the register, and notes of requests that hold personal data."""
    for name in facts.letters:
        yield name, (), {"problem": "letter"}
    for one in facts.register.requests:
        if held := finds(one.note or ""):
            yield one, ("note",), {"problem": "note", "held": held}
