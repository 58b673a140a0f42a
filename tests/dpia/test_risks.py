"""Levels: suggested by the data, decided by a person, never without a reason."""

from functools import partial

import pytest

from govkit.dpia import assess_impact as assess_impact_on
from govkit.dpia.entries import Risks
from govkit.dpia.risks import rate
from tests.dpia.conftest import TODAY

assess_impact = partial(assess_impact_on, today=TODAY)


def risks(**said):
    return Risks.model_validate({name: {} for name in Risks.model_fields} | said)


def level(n, reason="because"):
    return {"level": str(n), "reason": reason}


def rated(given, measured=(), *, special=False):
    return {one.key: one for one in rate(given, measured, special=special)}


def test_nothing_said_and_nothing_measured_is_open():
    found = rated(risks())["reidentification"]
    assert (found.severity.value, found.likelihood.value, found.high) == (None, None, False)


def test_the_data_suggest_and_nobody_has_to_agree(release):
    found = rated(risks(reidentification={"severity": level(4)}), release.measured, special=True)
    one = found["reidentification"]
    assert (one.likelihood.value, one.likelihood.suggested, one.likelihood.reason) == (4, 4, None)
    assert (one.likelihood_after.value, one.severity_after.value) == (2, 4)


def test_a_person_overrides_with_a_reason(release):
    said = {"severity": level(3), "likelihood": level(2, "Nobody outside has these columns."),
            "likelihood_after": level(3, "A new register of members is public.")}  # fmt: skip
    one = rated(risks(reidentification=said), release.measured, special=True)["reidentification"]
    assert (one.likelihood.value, one.likelihood.suggested, one.likelihood.overridden) == (
        2,
        4,
        True,
    )
    assert one.likelihood.reason == "Nobody outside has these columns."
    assert (one.likelihood_after.value, one.likelihood_after.suggested, one.high) == (3, 2, True)


@pytest.mark.parametrize(
    ("special", "decided", "overridden", "suggested"),
    [
        pytest.param(True, 2, True, 3, id="below the floor"),
        pytest.param(True, 3, False, 3, id="at the floor"),
        pytest.param(True, 4, False, 4, id="above it"),
        pytest.param(False, 1, False, None, id="no floor"),
    ],
)
def test_the_floor_of_severity(special, decided, overridden, suggested):
    given = risks(disappearance={"severity": level(decided)})
    one = rated(given, special=special)["disappearance"].severity
    assert (one.value, one.overridden, one.suggested) == (decided, overridden, suggested)
    again = risks(disappearance={"severity": level(4), "severity_after": level(decided)})
    assert rated(again, special=special)["disappearance"].severity_after.overridden is overridden


def test_the_floor_alone_is_no_answer():
    one = rated(risks(), special=True)["illegitimate_access"].severity
    assert (one.value, one.suggested) == (None, 3)


def test_after_is_as_before_where_nobody_says_otherwise():
    given = risks(disappearance={"severity": level(3), "likelihood": level(2)})
    one = rated(given)["disappearance"]
    assert (one.severity_after, one.likelihood_after) == (one.severity, one.likelihood)
    assert not one.high


@pytest.mark.parametrize(
    ("severity", "likelihood", "high"), [(3, 3, True), (4, 2, False), (2, 4, False), (4, 4, True)]
)
def test_high_is_severe_and_likely(severity, likelihood, high):
    given = risks(disappearance={"severity": level(severity), "likelihood": level(likelihood)})
    assert rated(given)["disappearance"].high is high


def test_a_high_risk_left_is_unsafe_an_open_question_is_for_a_person(changed, register, policy):
    def worse(content):
        content["risks"]["disappearance"] |= {"likelihood": {"level": 4, "reason": "It burns."}}

    impact = assess_impact(changed(worse), register, policy)
    assert (impact.verdict.value, impact.high_risks) == ("unsafe", ("disappearance",))
    assert "The data are lost." in impact.sentence
    asked = assess_impact(changed(lambda c: c["answers"].pop("retention")), register, policy)
    assert (asked.verdict.value, asked.open_questions) == ("review", 1)
    assert "Open questions: 1." in asked.sentence


def test_the_samples_are_safe(release, website):
    assert (release.verdict.value, website.verdict.value) == ("safe", "safe")
    assert ("risk: re-identification", "maximum × maximum → significant × limited", "") in (
        release.rows()
    )
    assert ("high risks", "none", "") in release.rows()
