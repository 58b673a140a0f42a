"""Incidents: whether and when a report is due, to whom, and by which article."""

import datetime as dt

import pytest

from govkit import Verdict, load_policy, load_register
from govkit.errors import InputError
from govkit.findings.packs import packs
from govkit.records import assess_incident, incident_content, report_incident
from govkit.records.incidents import INCIDENTS

KNOWN = "2026-11-20T10:00:00+09:00"
NOW = dt.datetime(2026, 11, 21, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def register(samples):
    return load_register(samples / "register")


def duties(answer):
    """Give the duties as ``{(article, due): state}``."""
    rows = answer.tables["duties"]
    return {(row["article"].split(";")[0], row["due"]): row["state"] for row in rows}


@pytest.mark.parametrize(
    ("facts", "reportable", "classes"),
    [
        pytest.param({"persons": 1}, False, [], id="one person of no class"),
        pytest.param({"persons": 0}, False, [], id="nobody"),
        pytest.param({"persons": 1_000}, False, [], id="a thousand are not more than a thousand"),
        pytest.param({"persons": 1_001}, True, ["large_scale"], id="more than a thousand"),
        pytest.param({"persons": 1, "classes": ["special_care"]}, True, ["special_care"],
                     id="one person is enough for (i)"),
        pytest.param({"persons": 1, "classes": ["property_damage"]}, True, ["property_damage"],
                     id="one person is enough for (ii)"),
        pytest.param({"persons": 1, "classes": ["improper_purpose"]}, True, ["improper_purpose"],
                     id="one person is enough for (iii)"),
        pytest.param({"classes": ["large_scale"]}, True, ["large_scale"], id="feared large"),
        pytest.param({"classes": ["special_care"]}, True, ["special_care"], id="class, no number"),
        pytest.param({}, None, [], id="nothing known"),
        pytest.param({"persons": 5_000, "highly_encrypted": True}, False, ["large_scale"],
                     id="highly encrypted"),
        pytest.param({"classes": ["special_care"], "details": {"pseudonymized": True}}, False,
                     ["special_care"], id="pseudonymized"),
        pytest.param({"persons": 5_000, "details": {"entrusted": True,
                     "client_told_on": "2026-11-21"}}, False, ["large_scale"],
                     id="the client was told"),
        pytest.param({"persons": 5_000, "details": {"client_told_on": "2026-11-21"}}, True,
                     ["large_scale"], id="a client was told whose data it was not"),
        pytest.param({"highly_encrypted": True}, False, [], id="encrypted, nothing counted"),
    ],
)  # fmt: skip
def test_who_has_to_report(facts, reportable, classes):
    answer = assess_incident({"known_at": KNOWN} | facts, now=NOW)
    assert (answer.reportable, list(answer.classes)) == (reportable, classes)
    for name in classes:
        if reportable:
            assert INCIDENTS["classes"][name]["article"] in answer.sentence
    assert ("2026-11-24" in answer.sentence) is bool(reportable)


def test_not_knowing_is_not_safe():
    answer = assess_incident({"known_at": KNOWN}, now=NOW)
    assert (answer.verdict, answer.open) == (Verdict.REVIEW, 0)
    assert "Count the persons" in answer.next_step
    assert assess_incident({"known_at": KNOWN, "persons": 3}, now=NOW).verdict is Verdict.SAFE


@pytest.mark.parametrize(
    ("known", "preliminary", "final", "improper"),
    [
        pytest.param("2026-11-20T10:00:00+09:00", "2026-11-24", "2026-12-21", "2027-01-18",
                     id="over the new year"),
        pytest.param("2024-01-30T10:00:00+09:00", "2024-02-03", "2024-02-28", "2024-03-29",
                     id="ends on the leap day"),
        pytest.param("2023-01-30T10:00:00+09:00", "2023-02-03", "2023-02-28", "2023-03-30",
                     id="no leap day"),
        pytest.param("2024-02-29T10:00:00+09:00", "2024-03-04", "2024-03-29", "2024-04-30",
                     id="known on the leap day"),
        pytest.param("2026-01-31T23:59:00+09:00", "2026-02-04", "2026-03-02", "2026-03-31",
                     id="from the end of a month"),
        pytest.param("2026-01-31T23:59:00+00:00", "2026-02-04", "2026-03-02", "2026-03-31",
                     id="the day where it was known, not in UTC"),
        pytest.param("2026-12-31T00:00:00+09:00", "2027-01-04", "2027-01-29", "2027-03-01",
                     id="known on the last day of the year"),
    ],
)  # fmt: skip
def test_the_clocks_of_the_act(known, preliminary, final, improper):
    for classes, last in ((["special_care"], final), (["improper_purpose"], improper)):
        answer = assess_incident({"known_at": known, "classes": classes}, now=NOW)
        due = [row["due"] for row in answer.tables["duties"]]
        assert due == [preliminary, last, ""]
        articles = [row["article"].partition(";")[0] for row in answer.tables["duties"]]
        assert articles == [
            "APPI 26(1), Rules 8(1)",
            "APPI 26(1), Rules 8(2)",
            "APPI 26(2), Rules 10",
        ]


@pytest.mark.parametrize(
    ("known", "last", "resting"),
    [
        pytest.param("2026-11-20", "2026-12-21", "2026-12-19", id="Saturday"),
        pytest.param("2026-01-31", "2026-03-02", "2026-03-01", id="Sunday"),
        pytest.param("2026-11-30", "2027-01-04", "2026-12-29", id="turn of the year"),
        pytest.param("2026-08-21", "2026-09-24", "2026-09-19", id="five days, one between two"),
        pytest.param("2026-04-04", "2026-05-07", "2026-05-03", id="a holiday on a Sunday"),
        pytest.param("2026-11-24", "2026-12-23", None, id="a working day"),
    ],
)
def test_a_day_of_rest_moves_what_an_order_sets(known, last, resting):
    """Act on Holidays of Administrative Organs, Article 2: it was told as late on the Monday."""
    content = {"known_at": f"{known}T09:00:00+09:00", "classes": ["special_care"]}
    done = content | {"final_on": last}
    first, final, _ = assess_incident(done, now=NOW).tables["duties"]
    assert (final["due"], final["state"]) == (last, "done")
    assert (f"; {resting} is a day of rest, so the next" in final["article"]) is bool(resting)
    ja = assess_incident(content, now=NOW, language="ja").tables["duties"][1]
    assert (f"。{resting}は行政機関の休日に当たる" in ja["article"]) is bool(resting)
    assert first["due"] == str(dt.date.fromisoformat(known) + dt.timedelta(days=4))


def test_what_is_due_promptly_or_within_hours_is_not_moved():
    """No law sets a period of days for them; that the day is one of rest is told all the same."""
    known = {"known_at": "2026-11-25T09:00:00+09:00", "classes": ["special_care"], "gdpr": True}
    answer = assess_incident(known, now=NOW)
    due = {row["article"].split(";")[0]: row for row in answer.tables["duties"]}
    first, authority = due["APPI 26(1), Rules 8(1)"], due["GDPR 33(1)"]
    assert (first["due"], authority["due"]) == ("2026-11-29", "2026-11-28T09:00:00+09:00")
    assert "2026-11-29 is a day of rest, which moves nothing" in first["article"]


def test_several_classes_take_the_longer_clock():
    both = ["special_care", "improper_purpose"]
    answer = assess_incident({"known_at": KNOWN, "classes": both}, now=NOW)
    assert ("APPI 26(1), Rules 8(2)", "2027-01-18") in duties(answer)


def test_the_numbers_are_those_of_the_packs(monkeypatch):
    """A new law is a new pack; the code has no number of its own."""
    pack = packs()["appi-current"]
    numbers = pack.numbers | {
        "preliminary_days": pack.numbers["preliminary_days"].model_copy(update={"value": 2}),
        "reportable_persons": pack.numbers["reportable_persons"].model_copy(update={"value": 10}),
    }
    changed = packs() | {"appi-current": pack.model_copy(update={"numbers": numbers})}
    monkeypatch.setattr("govkit.records.incidents.packs", lambda: changed)
    answer = assess_incident({"known_at": KNOWN, "persons": 11}, now=NOW)
    assert answer.reportable
    assert ("APPI 26(1), Rules 8(1)", "2026-11-21") in duties(answer)
    assert "more than 10 persons" in answer.sentence


@pytest.mark.parametrize(
    ("facts", "now", "state"),
    [
        pytest.param({}, "2026-11-24T23:59:00+09:00", "open", id="on the last day"),
        pytest.param({}, "2026-11-25T00:00:00+09:00", "overdue", id="a minute later"),
        pytest.param({}, "2026-11-24T15:30:00+00:00", "overdue", id="the next day in Japan"),
        pytest.param(
            {"preliminary_on": "2026-11-24"}, "2026-12-01T00:00:00Z", "done", id="in time"
        ),
        pytest.param({"preliminary_on": "2026-11-25"}, "2026-12-01T00:00:00Z", "late", id="late"),
    ],
)
def test_the_state_of_a_report(facts, now, state):
    content = {"known_at": KNOWN, "classes": ["special_care"]} | facts
    answer = assess_incident(content, now=dt.datetime.fromisoformat(now))
    assert answer.tables["duties"][0]["state"] == state
    assert (answer.verdict is Verdict.UNSAFE) is (state == "overdue")


@pytest.mark.parametrize(
    ("facts", "now", "state"),
    [
        pytest.param({}, "2026-11-23T10:00:00+09:00", "open", id="after 72 hours to the minute"),
        pytest.param({}, "2026-11-23T10:00:01+09:00", "overdue", id="a second later"),
        pytest.param({"authority_told_at": "2026-11-23T01:00:00Z"}, "2026-12-01T00:00:00Z", "done",
                     id="told from another zone"),
        pytest.param({"authority_told_at": "2026-11-23T02:00:00Z"}, "2026-12-01T00:00:00Z", "late",
                     id="told an hour late"),
    ],
)  # fmt: skip
def test_the_clock_of_the_gdpr_runs_by_the_hour(facts, now, state):
    content = {"known_at": KNOWN, "persons": 1, "gdpr": True} | facts
    answer = assess_incident(content, now=dt.datetime.fromisoformat(now))
    assert answer.tables["duties"][0] | {"done": ""} == {
        "to": "supervisory authority", "what": "notification within 72 hours", "done": "",
        "article": "GDPR 33(1)", "due": "2026-11-23T10:00:00+09:00", "state": state,
    }  # fmt: skip
    assert answer.reportable is False  # to the commission


@pytest.mark.parametrize(
    ("details", "gdpr", "articles"),
    [
        ({}, True, ["GDPR 33(1)"]),
        ({"unlikely_risk": True}, True, []),
        ({"high_risk": True}, True, ["GDPR 33(1)", "GDPR 34(1)"]),
        ({"high_risk": True}, False, []),
        ({"entrusted": True}, False, ["APPI 26(1) proviso, Rules 9; GDPR 33(2)"]),
    ],
)
def test_who_else_is_told(details, gdpr, articles):
    content = {"known_at": KNOWN, "persons": 1, "gdpr": gdpr, "details": details}
    found = assess_incident(content, now=NOW).tables["duties"]
    assert [row["article"] for row in found] == articles


def test_the_register_knows_whose_data_it_was(register):
    content = {"known_at": KNOWN, "persons": 1, "datasets": ["client-checkups"]}
    answer = assess_incident(content, register=register, now=NOW)
    assert [row["to"] for row in answer.tables["duties"]] == ["the client"]
    assert "special care-required fields of client-checkups" in answer.next_step
    told = content | {"classes": ["special_care"]}
    assert assess_incident(told, register=register, now=NOW).doubts == ()
    calm = content | {"datasets": ["web-visits"]}
    assert assess_incident(calm, register=register, now=NOW).verdict is Verdict.SAFE


def test_a_report_has_the_nine_items_in_order(register, samples):
    policy = load_policy(samples / "policy.yaml")
    content = {
        "known_at": KNOWN, "persons": 1_234, "datasets": ["customers"], "cause": "A label.",
        "details": {"prevention": "Two people check."},
    }  # fmt: skip
    for language in ("en", "ja"):
        text = report_incident(
            "I-2026-009", content, language=language, policy=policy, register=register, now=NOW
        )
        heads = [f"## {n}. {one[language]}" for n, one in enumerate(INCIDENTS["items"].values(), 1)]
        assert [line for line in text.splitlines() if line in heads] == heads
        for said in ("1,234", "A label.", "Two people check.", "I-2026-009", "2026-12-21"):
            assert said in text
        assert text.count(INCIDENTS["words"][language]["unknown"]) == 5
        assert "email" in text  # a field of the customers
    assert "星沼ワークス株式会社、東京都" in text
    assert "2026年11月20日10時0分" in text
    assert "確報（法第26条第1項・規則第8条第2項。2026-12-19は行政機関の休日に当たるため" in text
    assert "翌開庁日を期限とする）、期限：2026-12-21" in text
    assert not [one for one in INCIDENTS["duties"].values() if "APPI" in one["article_ja"]]


@pytest.mark.parametrize("ask", [assess_incident, lambda c, **o: report_incident("I", c, **o)])
def test_what_is_no_incident_is_told(ask):
    with pytest.raises(InputError, match="known_at"):
        ask({})
    with pytest.raises(InputError, match="known_at"):
        ask({"known_at": "2026-11-20T10:00:00"})  # no zone
    with pytest.raises(InputError, match="client_told_on: write a date"):
        ask({"known_at": KNOWN, "details": {"client_told_on": "soon"}})
    with pytest.raises(InputError, match="'en' or 'ja'"):
        ask({"known_at": KNOWN}, language="fr")


def test_a_pack_that_is_off_has_no_say(monkeypatch):
    pack = packs()["appi-2026-bill"]
    one = packs()["appi-current"].numbers["final_days"].model_copy(update={"value": 10})
    other = pack.model_copy(update={"numbers": {"final_days": one}})
    monkeypatch.setattr("govkit.records.incidents.packs", lambda: packs() | {pack.name: other})
    answer = assess_incident({"known_at": KNOWN, "classes": ["special_care"]}, now=NOW)
    assert ("APPI 26(1), Rules 8(2)", "2026-12-21") in duties(answer)


def test_facts_are_added_to_what_was_said_before():
    first = incident_content({"known_at": KNOWN, "persons": "3", "gdpr": True, "other": "x"})
    assert first == {"known_at": KNOWN, "persons": 3, "gdpr": True, "details": {"other": "x"}}
    second = incident_content(
        {"persons": None, "gdpr": False, "response": "y", "classes": []}, first
    )
    assert second == {
        "known_at": KNOWN, "persons": 3, "details": {"other": "x", "response": "y"}
    }  # fmt: skip
