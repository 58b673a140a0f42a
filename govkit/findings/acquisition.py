"""Clause 1: personal information is obtained only by lawful and fair means."""

from govkit.findings.facts import Cases, Facts
from govkit.policy.words import AppiClass


def gk101(facts: Facts) -> Cases:
    """Find activities without means of acquisition."""
    for one in facts.activities:
        if one.acquisition is None:
            yield one, (), {}


def gk102(facts: Facts) -> Cases:
    """Find special-care data that some use of lacks consent and exception."""
    for one in facts.datasets.values():
        for at, column in enumerate(one.fields):
            if column.appi_class is AppiClass.SPECIAL_CARE:
                uses = [use for use in facts.users[one.key] if facts.covers(use, column)]
                if not uses or not all(
                    use.special_care_consent or use.special_care_exception for use in uses
                ):
                    yield one, ("fields", at), {}


def gk103(facts: Facts) -> Cases:
    """Find purposes that the people cannot know."""
    for one in facts.activities:
        noticed = one.acquisition is not None and one.acquisition.notice
        for at, key in enumerate(() if noticed else one.purposes):
            published = facts.purposes[key].published_on if key in facts.purposes else facts.today
            if published is None or published > facts.today:
                yield one, ("purposes", at), {"purpose": key}


def gk104(facts: Facts) -> Cases:
    """Find receipts that do not say how the provider acquired the data."""
    for one in facts.register.receipts:
        if not one.how_acquired:
            yield one, (), {"dataset": one.dataset}


def gk105(facts: Facts) -> Cases:
    """Find data of children without consent of their parents."""
    for one in facts.datasets.values():
        if one.under_16 and not one.parental_consent:
            yield one, ("under_16",), {"age": facts.numbers["child_age"]}
