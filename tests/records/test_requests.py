"""Requests: only allowed steps, days that hold at every end of a month, work that is signed off."""

import datetime as dt
import json
import re
from zoneinfo import ZoneInfo

import icalendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import govkit as gk
from govkit.errors import InputError
from govkit.records import RequestDesk, calendar, open_store
from govkit.records.cases import LAW, due

TOKYO = ZoneInfo("Asia/Tokyo")
PERSON = {"name": "渡辺 陽子", "email": "watanabe_yoko9112@example.com"}  # invented


def day(text):
    return dt.date.fromisoformat(text)


def moment(text):
    return dt.datetime.fromisoformat(text).replace(tzinfo=TOKYO)


@pytest.fixture(scope="module")
def company(samples):
    return gk.load_policy(samples / "policy.yaml"), gk.load_register(samples / "register")


@pytest.fixture
def desk(tmp_path, samples, company):
    return RequestDesk(
        open_store(tmp_path / "records.sqlite", create=True),
        *company,
        {"customers": samples / "customers.parquet"},
        "S0021",
        moment("2026-05-11T09:00"),
    )


def led_to(desk, state, kind="suspend", outcome="granted"):
    """Lead a new case to a state along the straight way."""
    key = desk.open(kind, "email", person=PERSON).key
    if state == "withdrawn":
        return desk.withdraw(key).key
    steps = {
        "received": lambda: None,
        "identity": lambda: desk.confirm_identity(key, "Called back."),
        "search": lambda: desk.search(key),
        "decision": lambda: desk.decide(key, outcome, "For a reason."),
        "answer": lambda: desk.answer(key),
        "closed": lambda: desk.close(key),
    }
    for name, step in steps.items():
        step()
        if name == state:
            break
    return key


# Days


@pytest.mark.parametrize(
    ("kind", "received", "days", "gdpr", "last"),
    [
        pytest.param("disclose", "2026-05-11", 14, False, "2026-05-25", id="the company's days"),
        pytest.param("disclose", "2026-12-25", 14, False, "2027-01-08", id="over the year's end"),
        pytest.param("erase", "2028-02-15", 14, False, "2028-02-29", id="to a leap day"),
        pytest.param("erase", "2027-02-15", 14, False, "2027-03-01", id="no leap day"),
        pytest.param("access", "2026-01-31", None, True, "2026-02-28", id="a shorter month"),
        pytest.param("access", "2028-01-31", None, True, "2028-02-29", id="a leap year's February"),
        pytest.param("access", "2028-02-29", None, True, "2028-03-29", id="from a leap day"),
        pytest.param("access", "2026-12-31", None, True, "2027-01-31", id="year's end, by month"),
        pytest.param("access", "2026-02-28", None, True, "2026-03-28", id="not the month's end"),
        pytest.param("access", "2026-05-11", 14, True, "2026-05-25", id="promised more than law"),
        pytest.param("erase", "2026-05-11", 60, True, "2026-06-11", id="law before the promise"),
    ],
)
def test_the_last_day(kind, received, days, gdpr, last):
    assert due(kind, day(received), days, gdpr=gdpr) == day(last)


@settings(deadline=None)
@given(st.dates(dt.date(2020, 1, 1), dt.date(2090, 1, 1)), st.integers(1, 400))
def test_a_day_later_is_never_due_earlier(received, days):
    later = received + dt.timedelta(days=1)
    for gdpr in (False, True):
        first = due("erase", received, days, gdpr=gdpr)
        assert received < first <= due("erase", later, days, gdpr=gdpr)
        assert not gdpr or (first - received).days <= 31


def test_every_kind_of_the_policy_has_a_rule_and_words():
    from govkit.policy.words import RequestKind
    from govkit.records.answers import _words

    assert set(LAW["kinds"]) == set(RequestKind)
    for language in ("en", "ja"):
        words = _words(language)
        assert set(words["asked"]) == set(RequestKind)
        assert set(words["done"]) == set(RequestKind) - {"purpose"}
        work = {kind for kind, rule in LAW["kinds"].items() if rule.get("work")}
        assert set(words["pending"]) == work


def test_a_kind_without_promise_or_law_is_refused():
    with pytest.raises(InputError, match="promises no days for disclose"):
        due("disclose", day("2026-05-11"), None)


@pytest.mark.parametrize(
    ("at", "received"),
    [
        pytest.param("2026-05-11T00:30+09:00", "2026-05-11", id="night in Tokyo, yesterday in UTC"),
        pytest.param("2026-05-11T23:30-10:00", "2026-05-11", id="evening in Honolulu"),
    ],
)
def test_a_day_is_the_day_where_the_desk_is(desk, at, received):
    case = desk.by("S1", dt.datetime.fromisoformat(at)).open("disclose", "form")
    assert case.received_on == received
    assert case.days_left == 14


def test_a_moment_without_its_zone_is_refused(desk):
    naive = desk.by("S1", dt.datetime(2026, 5, 11))  # noqa: DTZ001 - the test
    key = desk.open("disclose", "form").key
    with pytest.raises(InputError, match="as in 2026-05-11T09:00"):
        naive.case(key)
    with pytest.raises(InputError, match="as in 2026-05-11T09:00"):
        naive.open("disclose", "form")


# States


STATES = list(LAW["states"])
ACTS = {
    "identity": lambda desk, key: desk.confirm_identity(key, "Called back."),
    "search": lambda desk, key: desk.search(key, {"email": PERSON["email"]}),
    "decision": lambda desk, key: desk.decide(key, "refused", "No such data."),
    "answer": lambda desk, key: desk.answer(key),
    "closed": lambda desk, key: desk.close(key),
    "withdrawn": lambda desk, key: desk.withdraw(key),
}


@pytest.mark.parametrize("state", STATES)
def test_only_allowed_steps_are_taken_from(desk, state):
    """Each act is tried from each state; what is refused leaves no entry."""
    for act, does in ACTS.items():
        key = led_to(desk, state, kind="purpose" if state in {"answer", "closed"} else "suspend")
        if state == "decision" and act == "closed":
            continue  # refused for its open work, see below
        before = len(desk.store.entries("request", key))
        if act in LAW["states"][state]["then"]:
            does(desk, key)
            assert desk.case(key).state == act
        else:
            with pytest.raises(InputError, match=f"{key} is at {state}"):
                does(desk, key)
            assert len(desk.store.entries("request", key)) == before


@pytest.mark.parametrize(
    ("state", "outcome", "reason", "told"),
    [
        pytest.param("received", "granted", None, "Make sure first who asks", id="no identity"),
        pytest.param("identity", "granted", None, "search first", id="no search"),
        pytest.param("search", "refused", None, "APPI 36", id="refused without reason"),
        pytest.param("search", "partly", "  ", "APPI 36", id="partly, with spaces for a reason"),
        pytest.param(
            "search", "refused", "Ask taro@example.com", "e-mail", id="reason of a person"
        ),
        pytest.param("search", "perhaps", "Well.", "outcome", id="no such outcome"),
    ],
)
def test_what_cannot_be_decided(desk, state, outcome, reason, told):
    key = led_to(desk, state)
    with pytest.raises(InputError, match=told) as error:
        desk.decide(key, outcome, reason)
    assert "taro" not in str(error.value)
    assert desk.case(key).state == state


def test_a_refusal_needs_no_search_and_asks_for_no_work(desk):
    key = led_to(desk, "received")
    case = desk.decide(key, "refused", "Nobody proved who asks.")
    assert (case.outcome, case.open_work) == ("refused", ())
    desk.answer(key)
    assert desk.close(key).verdict == "safe"


def test_a_weak_or_ambiguous_search_cannot_be_granted(desk):
    key = led_to(desk, "identity")
    assert desk.search(key, {"name": "鈴木 三郎"}).persons == 2
    with pytest.raises(InputError, match="second identifier"):
        desk.decide(key, "granted")


def test_work_is_listed_by_system_and_recipient_and_closing_waits_for_it(desk):
    key = led_to(desk, "decision")
    assert desk.case(key).open_work == ("crm/customers", "nagisa")
    desk.answer(key)
    with pytest.raises(InputError, match="confirm crm/customers, nagisa"):
        desk.close(key)
    with pytest.raises(InputError, match="'crm' is not open"):
        desk.confirm(key, "crm")
    later = desk.by("S0012", moment("2026-05-13T10:00"))
    later.confirm(key, "crm/customers")
    with pytest.raises(InputError, match="confirm nagisa"):
        later.close(key)
    later.confirm(key, "nagisa")
    with pytest.raises(InputError, match="'nagisa' is not open"):
        later.confirm(key, "nagisa")
    closed = later.close(key).entry.content
    signed = {"confirmed_on": "2026-05-13", "confirmed_by": "S0012"}
    assert closed["confirmations"] == [
        {"dataset": "customers", "system": "crm"} | signed,
        {"recipient": "nagisa"} | signed,
    ]


def test_a_decision_made_anew_keeps_what_was_signed(desk):
    key = led_to(desk, "decision")
    desk.confirm(key, "nagisa")
    assert desk.decide(key, "partly", "A part is kept by law.").open_work == ("crm/customers",)


def test_recorded_disclosures_add_recipients_and_statistics_do_not(desk):
    given = {"dataset": "customers", "fields": ["name"], "audience": "recipient"}
    desk.store._append(
        "disclosure", None, given | {"recipient": "nordlicht", "ground": "consent"}, author="S1"
    )
    desk.store._append(
        "disclosure", None, given | {"recipient": "hinode", "ground": "statistical"}, author="S1"
    )
    key = led_to(desk, "decision")
    assert desk.case(key).open_work == ("crm/customers", "nagisa", "nordlicht")


def test_time_does_not_run_backwards(desk):
    key = led_to(desk, "identity")
    with pytest.raises(InputError, match="later entry"):
        desk.by("S1", moment("2026-05-10T09:00")).search(key)
    with pytest.raises(InputError, match="after today"):
        desk.open("disclose", "form", received_on=day("2026-05-12"))


def test_two_at_the_same_moment_lose_nothing(desk, monkeypatch):
    """While one signs, another does: what the other wrote holds, and the one is told to repeat."""
    key = led_to(desk, "decision")
    whole, append = type(desk.store).append, type(desk.store).append

    def between(store, *words, **more):
        monkeypatch.setattr(type(store), "append", whole)
        desk.confirm(key, "nagisa")
        return append(store, *words, **more)

    monkeypatch.setattr(type(desk.store), "append", between)
    with pytest.raises(InputError, match="at the same moment"):
        desk.confirm(key, "crm/customers")
    assert desk.case(key).open_work == ("crm/customers",)
    assert desk.store.entries()[-1].content["confirmations"][1]["recipient"] == "nagisa"
    desk.confirm(key, "crm/customers")
    assert desk.case(key).open_work == ()


# Extension


@pytest.mark.parametrize(
    ("kind", "on", "until", "told"),
    [
        pytest.param("access", "2026-05-20", None, None, id="GDPR: two months more by default"),
        pytest.param("access", "2026-06-11", None, None, id="GDPR: on the last day of the month"),
        pytest.param("access", "2026-06-12", None, "within a month", id="GDPR: told too late"),
        pytest.param("access", "2026-05-20", "2026-08-12", "until 2026-08-11", id="GDPR: too long"),
        pytest.param("disclose", "2026-05-20", "2026-06-25", None, id="APPI: a day of our own"),
        pytest.param("disclose", "2026-05-20", None, "a day after", id="APPI: which day?"),
        pytest.param("disclose", "2026-05-20", "2026-05-25", "a day after", id="no extension"),
    ],
)
def test_an_extension(desk, kind, on, until, told):
    key = led_to(desk, "identity", kind=kind)
    then = desk.by("S1", moment(f"{on}T09:00"))
    if told:
        with pytest.raises(InputError, match=told):
            then.extend(key, "Many systems.", until and day(until))
    else:
        case = then.extend(key, "Many systems.", until and day(until))
        assert (case.due, case.state) == (until or "2026-08-11", "identity")
        assert case.entry.content["due"] < case.due


def test_an_answered_case_is_not_extended_and_a_reason_is_needed(desk):
    with pytest.raises(InputError, match="with a reason"):
        desk.extend(led_to(desk, "search"), " ", day("2026-07-01"))
    with pytest.raises(InputError, match="An open case"):
        desk.extend(led_to(desk, "answer"), "Many systems.", day("2026-07-01"))


# Lists


def test_overdue_begins_the_day_after_the_last(desk):
    key = led_to(desk, "search")
    on = {text: desk.by("S1", moment(text)) for text in ("2026-05-25T23:59", "2026-05-26T00:01")}
    last, after = on.values()
    assert (last.case(key).days_left, last.case(key).verdict) == (0, "review")
    assert (last.cases().overdue, last.overdue().requests) == (0, 0)
    assert (after.case(key).days_left, after.cases().verdict) == (-1, "unsafe")
    assert [one.key for one in after.overdue().cases] == [key]


def test_a_last_day_of_rest_is_told_and_not_moved(desk):
    at = desk.by("S1", moment("2026-05-09T09:00"))
    resting, working = (
        at.open("disclose", "form", received_on=day(f"2026-05-0{n}")) for n in (9, 8)
    )
    assert "due 2026-05-23 (a day of rest in Japan; it is not moved), days left" in resting.sentence
    assert "due 2026-05-22, days left" in working.sentence


def test_an_answered_case_is_never_overdue(desk):
    key = led_to(desk, "answer")
    late = desk.by("S1", moment("2027-01-01T09:00"))
    assert late.case(key).days_left is None
    assert (late.cases().open, late.cases().overdue) == (1, 0)


def test_cases_come_by_their_day(desk):
    keys = [desk.open("access", "form").key, desk.open("disclose", "form").key]
    assert [one.key for one in desk.cases().cases] == keys[::-1]
    assert json.dumps(desk.cases().to_dict())


def test_a_request_from_elsewhere_is_read(desk):
    """Entries may come from the register as it was: without our own steps."""
    old = {"received_on": "2026-05-01", "channel": "letter", "kind": "erase"}
    at = moment("2026-05-02T09:00")
    desk.store.append("request", "C-1", old, author="S1", at=at)
    desk.store.append("request", "C-2", old | {"closed_on": "2026-05-02"}, author="S1", at=at)
    assert (desk.case("C-1").state, desk.case("C-2").state) == ("received", "closed")
    assert desk.confirm_identity("C-1", "Called back.").state == "identity"


def test_unknown_cases_and_kinds_are_told(desk):
    with pytest.raises(InputError, match="no request 'R-9'"):
        desk.case("R-9")
    with pytest.raises(InputError, match="known are purpose, disclose"):
        desk.open("everything", "form")
    with pytest.raises(InputError, match="channel"):
        desk.open("disclose", "pigeon")


# The register's rules, and the person


def test_the_rules_read_the_store(desk):
    """GK501 to GK504 judge what the desk wrote; a case led to its end breaks none."""
    key = led_to(desk, "decision")
    for place in desk.case(key).open_work:
        desk.confirm(key, place)
    desk.answer(key)
    desk.close(key)
    led_to(desk, "withdrawn")
    led_to(desk, "search")

    def rules(today):
        found = gk.check_register(
            desk.policy, desk.register, today=day(today), events=desk.store.events()
        )
        return {one.rule for one in found.findings}

    assert rules("2026-05-20") == set()
    assert rules("2026-05-26") == {"GK501"}
    led_to(desk, "decision")
    assert rules("2026-05-20") == {"GK504"}


def test_no_value_of_the_person_is_in_an_entry_and_it_can_be_forgotten(desk, tmp_path):
    key = desk.open("erase", "email", person=PERSON).key
    desk.confirm_identity(key, "Called back.")
    desk.search(key)
    desk.search(key, {"phone": "03-0892-1722", "email": PERSON["email"]})
    desk.decide(key, "granted")
    for place in desk.case(key).open_work:
        desk.confirm(key, place)
    desk.answer(key)
    written = json.dumps(
        [one.to_dict() for one in desk.store.entries()], ensure_ascii=False, default=str
    )
    written = re.sub("[0-9a-f]{32,}", "", written)  # a digest may hold any four digits by chance
    for value in (*PERSON.values(), "渡辺", "03-0892-1722", "1722"):
        assert value not in written
        assert value not in repr(desk.case(key))
    assert desk.person(key) == PERSON
    desk.close(key, forget=True)
    assert desk.person(key) == {}
    assert desk.store.verify().verdict == "safe"
    raw = b"".join(path.read_bytes() for path in tmp_path.glob("records.sqlite*"))
    assert PERSON["email"].encode() not in raw


# The calendar


def test_the_calendar_is_read_back_and_knows_no_person(desk):
    keys = [led_to(desk, "identity"), led_to(desk, "search", kind="access")]
    led_to(desk, "answer")
    text = calendar(desk)
    assert all(value.encode() not in text for value in PERSON.values())
    events = {str(one["uid"]): one for one in icalendar.Calendar.from_ical(text).walk("VEVENT")}
    assert events.keys() == {f"{key}@govkit" for key in keys}
    first, second = (events[f"{key}@govkit"] for key in keys)
    assert first.decoded("dtstart") == day("2026-05-25")
    assert second.decoded("dtstart") == day("2026-06-11")
    assert first.decoded("dtstamp") == dt.datetime(2026, 5, 11, tzinfo=dt.UTC)
    assert str(first["summary"]) == f"{keys[0]}: answer due (suspension of use)"
    assert first.walk("VALARM")[0].decoded("trigger") == dt.timedelta(days=-3)


def test_an_empty_calendar_is_one_too(desk):
    assert icalendar.Calendar.from_ical(calendar(desk)).walk("VEVENT") == []
