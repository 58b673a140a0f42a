"""Training: files are marked again, and whoever lacks a module is found."""

import datetime as dt
import json

import pytest

from govkit import Verdict, load_policy, load_register
from govkit.errors import ColumnNotFoundError, GovkitError, InputError, SourceError
from govkit.records import except_person, record_completion, training_status

TODAY = dt.date(2026, 11, 25)
QUIZZES = {
    "schema": "govkit-quizzes/1",
    "modules": {
        "basics": {
            "version": 2, "digest": "d" * 64, "pass": 75,
            "questions": [
                {"kind": "single", "choices": 3, "right": [1]},
                {"kind": "multiple", "choices": 4, "right": [0, 2]},
                {"kind": "order", "choices": 3, "right": [0, 1, 2]},
                {"kind": "number", "answer": 30, "tolerance": 0.5},
            ],
        }
    },
}  # fmt: skip
DONE = {
    "schema": "govkit-training/1", "module": "basics", "version": 2, "digest": "d" * 64,
    "answers": [[1], [0, 2], [0, 1, 2], 30], "score": 4, "of": 4, "date": "2026-11-25",
}  # fmt: skip


@pytest.fixture
def record(local, tmp_path):
    """Record a file with changes; the text of the file may be given as it is."""
    quizzes = tmp_path / "quizzes.json"
    quizzes.write_text(json.dumps(QUIZZES))

    def recorded(text=None, **changes):
        file = tmp_path / "govkit-basics-2026-11-25.json"
        file.write_text(json.dumps(DONE | changes) if text is None else text)
        return record_completion(local, file, "S0002", quizzes=quizzes, author="S0001", today=TODAY)

    return recorded


def test_a_completion_is_recorded_without_its_answers(record, local):
    entry = record()
    assert entry.content == {
        "person": "S0002", "module": "basics", "version": "2", "passed": True,
        "completed_on": "2026-11-25", "details": {"score": 4, "of": 4},
    }  # fmt: skip
    assert local.events()["training"] == [
        {name: value for name, value in entry.content.items() if name != "details"}
        | {"key": entry.key}
    ]


@pytest.mark.parametrize(
    "answers",
    [
        pytest.param([[1], [0, 2], [0, 1, 2], 29], id="a wrong number"),
        pytest.param([[1], [2, 0], [0, 2, 1], 30], id="a wrong order"),
        pytest.param([[1], [0], [0, 1, 2], 30], id="one of two choices"),
        pytest.param([[1], [0, 1, 2], [0, 1, 2], 30], id="a choice too many"),
        pytest.param([[0], [0, 2], [0, 1, 2], 30], id="a wrong choice"),
        pytest.param([[1], [0, 0, 2], [0, 1, 2], 30], id="a choice twice"),
        pytest.param([30, [0, 2], [0, 1, 2], 30], id="a number where a choice belongs"),
        pytest.param([[1], [0, 2], [0, 1, 2], [30]], id="a choice where a number belongs"),
    ],
)
def test_three_of_four_are_marked_so(record, answers):
    with pytest.raises(InputError, match="not that of the answers"):
        record(answers=answers)
    assert record(answers=answers, score=3).content["details"] == {"score": 3, "of": 4}


def test_a_tolerance_and_the_order_of_ticks_do_not_matter(record):
    assert record(answers=[[1], [2, 0], [0, 1, 2], 30.5]).content["details"]["score"] == 4


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        pytest.param({"score": 5}, "not that of the answers", id="edited score"),
        pytest.param({"answers": [[1], [0], [0, 1, 2], 2], "score": 2}, "not passed", id="failed"),
        pytest.param({"answers": [], "score": 0, "of": 0}, "every question", id="no answers"),
        pytest.param({"answers": [[1]] * 5, "of": 5}, "every question", id="too many answers"),
        pytest.param({"of": 3}, "every question", id="edited number of questions"),
        pytest.param({"version": 1}, "another version", id="older version"),
        pytest.param({"version": "2.0"}, "another version", id="version written otherwise"),
        pytest.param({"digest": "e" * 64}, "another version", id="other digest"),
        pytest.param({"module": "advanced"}, "no such module", id="unknown module"),
        pytest.param({"date": "2026-11-27"}, "day to come", id="future date"),
        pytest.param({"date": "yesterday"}, "'date'", id="no date"),
        pytest.param({"schema": "govkit-training/2"}, "'schema'", id="another form"),
        pytest.param({"name": "Kari"}, "'name'", id="a key too many"),
        pytest.param({"answers": "Kari"}, "'answers'", id="answers that are none"),
        pytest.param({"answers": [[1], [0, 2], [0, 1, 2], None]}, "'answers", id="not answered"),
        pytest.param({"module": "../Kari"}, "'module'", id="a module that is a path"),
    ],
)  # fmt: skip
def test_a_file_that_is_wrong_is_refused(record, local, changes, sentence):
    with pytest.raises(InputError, match=sentence) as caught:
        record(**changes)
    assert "Kari" not in str(caught.value)
    assert "\n" not in str(caught.value)
    assert local.entries() == ()


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("Kari", id="no JSON"),
        pytest.param("[" * 5_000 + "]" * 5_000, id="a deep nest"),
        pytest.param("[]", id="a list"),
        pytest.param('{"score": ' + "9" * 5_000 + "}", id="a huge number"),
        pytest.param(" " * 200_000, id="too large"),
    ],
)
def test_a_file_that_is_none_is_refused(record, text):
    with pytest.raises(InputError) as caught:
        record(text=text)
    assert "govkit-basics-2026-11-25.json" in str(caught.value)
    assert "Kari" not in str(caught.value)


def test_tomorrow_in_utc_is_today_in_japan(record):
    assert record(date="2026-11-26").content["completed_on"] == "2026-11-26"


def test_a_completion_is_recorded_once(record):
    record()
    with pytest.raises(InputError, match="already"):
        record()
    record(date="2026-11-24")


def test_files_that_are_not_there(local, tmp_path):
    with pytest.raises(SourceError, match=r"'no\.json' cannot be opened"):
        record_completion(local, tmp_path / "no.json", "S1", quizzes="x", author="S1")


# Who has what they need


@pytest.fixture(scope="module")
def company(samples):
    return load_policy(samples / "policy.yaml"), load_register(samples / "register")


def status(company, store, today=TODAY, **options):
    return training_status(*company, store, today=today, **options)


def test_the_sample_company_is_trained(company, local):
    answer = status(company, local)
    assert (answer.verdict, answer.people, answer.duties) == (Verdict.SAFE, 6, 12)
    assert answer.valid == 12
    assert {row["percent"] for row in answer.tables["departments"]} == {"100"}


@pytest.mark.parametrize(
    ("today", "valid", "soon", "verdict"),
    [
        pytest.param("2027-09-04", 12, 0, Verdict.SAFE, id="a month and a day before"),
        pytest.param("2027-09-05", 12, 2, Verdict.SAFE, id="a month before the first runs out"),
        pytest.param("2027-10-05", 12, 12, Verdict.SAFE, id="the last day of the first two"),
        pytest.param("2027-10-06", 10, 10, Verdict.UNSAFE, id="the day after"),
        pytest.param("2028-02-29", 0, 0, Verdict.UNSAFE, id="long after"),
    ],
)
def test_completions_run_out(company, local, today, valid, soon, verdict):
    answer = status(company, local, dt.date.fromisoformat(today))
    assert (answer.valid, answer.soon, answer.verdict) == (valid, soon, verdict)
    assert answer.expired == 12 - valid


def test_a_newer_completion_counts(company, local):
    again = {"person": "S0002", "module": "basics", "version": "2", "passed": True,
             "completed_on": "2027-10-01"}  # fmt: skip
    local.append("training", None, again, author="S0001")
    local.append("training", None, again | {"person": "S0063", "passed": False}, author="S0001")
    local.append("training", None, again | {"person": "S0012", "valid_until": "2027-10-02"},
                 author="S0001")  # fmt: skip
    answer = status(company, local, dt.date(2027, 10, 13))
    held = [one for one in answer.tables["overdue"] if one["module"] == "basics"]
    assert sorted(one["person"] for one in held) == ["S0012", "S0031", "S0044", "S0057", "S0063"]


def test_an_exception_counts_until_its_day(company, local):
    for person in ("S0063", "S0099"):
        except_person(
            local, person, "basics", reason="On leave.", until=dt.date(2027, 12, 1), author="S0001"
        )
    later = dt.date(2027, 11, 30)
    answer = status(company, local, later)
    assert answer.excepted == 1
    assert answer.tables["exceptions"][0]["reason"] == "On leave."
    assert [row for row in answer.tables["overdue"] if row["person"] == "S0063"] == []
    assert status(company, local, later + dt.timedelta(days=2)).excepted == 0
    assert status(company, local).excepted == 0  # a valid completion needs none
    with pytest.raises(InputError, match="reason"):
        except_person(local, "S1", "basics", reason=" ", until=later, author="S1")


def test_departments_come_from_a_list_of_staff(company, local, tmp_path):
    staff = tmp_path / "staff.csv"
    staff.write_text(
        "person,department,role\nS0002,=HQ,administrator\nS0012,Sales,\nS0099,Sales,sales\n,Sales,\n",
        "utf-8",
    )
    answer = status(company, local, staff=staff)
    assert answer.tables["departments"] == [
        {"department": "=HQ", "needed": "2", "held": "2", "percent": "100"},
        {"department": "Sales", "needed": "4", "held": "2", "percent": "50"},
        {"department": "–", "needed": "8", "held": "8", "percent": "100"},
    ]
    assert {row["person"] for row in answer.tables["overdue"]} == {"S0099"}
    assert answer.plot().data[0].x == (50, 100, 100)
    staff.write_text("person,section\nS0002,HQ\n", "utf-8")
    with pytest.raises(ColumnNotFoundError, match="department"):
        status(company, local, staff=staff)


def test_a_role_that_the_policy_does_not_name_needs_any_module(company, local):
    policy, register = company
    duties = [one for one in policy.training.required if one.role != "web"]
    other = policy.model_copy(
        update={"training": policy.training.model_copy(update={"required": tuple(duties)})}
    )
    answer = training_status(other, register, local, today=TODAY)
    assert answer.verdict is Verdict.SAFE
    bare = register.model_copy(update={"training": ()})
    rows = training_status(other, bare, local, today=TODAY).tables["overdue"]
    assert [row["module"] for row in rows if row["person"] == "S0063"] == ["any"]


def test_nobody_who_needs_training_proves_nothing(company, local):
    policy, register = company
    bare = register.model_copy(update={"systems": ()})
    assert training_status(policy, bare, local, today=TODAY).verdict is Verdict.REVIEW


def test_the_finding_says_the_same(company, local):
    """GK403 of the register's rules and the overdue list agree, day by day."""
    from govkit.findings import check_register

    policy, register = company
    for day in ("2026-11-25", "2027-10-05", "2027-10-06", "2027-10-13"):
        today = dt.date.fromisoformat(day)
        found = check_register(policy, register, today=today, events=local.events())
        open_ = any(one.rule == "GK403" for one in found.findings)
        assert open_ is (status(company, local, today).verdict is Verdict.UNSAFE)


def test_errors_are_of_the_house():
    assert issubclass(ColumnNotFoundError, GovkitError)
