"""Is an assessment needed? Computed from register and data, decided by a person in writing."""

from functools import partial

import pytest

from govkit.dpia import assess_impact as assess_impact_on
from govkit.dpia.dpia import Dpia
from govkit.dpia.screening import screen
from govkit.dpia.subject import Subject
from tests.dpia.conftest import TODAY

assess_impact = partial(assess_impact_on, today=TODAY)


def criteria(screening):
    return {one.key: one for one in screening.criteria}


def judged(**more):
    return Dpia.model_validate(
        {"key": "x", "title": "x", "activity": "x", "answers": {}, "decision": {},
         "risks": {"illegitimate_access": {}, "unwanted_modification": {}, "disappearance": {},
                   "reidentification": {}}} | more
    )  # fmt: skip


@pytest.mark.parametrize(
    ("activity", "people", "met"),
    [
        pytest.param("site-statistics", 958, {"systematic_monitoring"}, id="visitors, few"),
        pytest.param(
            "site-statistics", 1000, {"systematic_monitoring", "large_scale"}, id="a thousand"
        ),
        pytest.param("orders", 999, {"sensitive"}, id="payments are financial"),
        pytest.param("hiring", None, {"sensitive", "vulnerable_subjects"}, id="applicants"),
        pytest.param(
            "checkup-analysis", None, {"sensitive", "large_scale"}, id="as the register says"
        ),
    ],
)
def test_the_nine(register, policy, activity, people, met):
    found = screen(Subject.of(register, policy, activity), judged(), people=people)
    assert {one.key for one in found.criteria if one.met and one.of == "wp248"} == met
    assert (found.met, found.suggested, found.needed) == (len(met), len(met) >= 2, len(met) >= 2)


def test_what_is_computed_is_not_said_to_be_written_only(register, policy):
    """The register names large scale as well; without data nobody can count."""
    subject = Subject.of(register, policy, "checkup-analysis")
    counted, declared = (
        criteria(screen(subject, judged(), people=people))["large_scale"] for people in (3200, None)
    )
    assert (counted.by, counted.why["en"]) == ("computed", "3,200 people in the data")
    assert (declared.by, declared.why["en"]) == ("declared", "written in the register")


def test_the_lists_of_the_ico_and_of_japan(register, policy):
    found = criteria(
        screen(Subject.of(register, policy, "checkup-analysis"), judged(), people=3200)
    )
    assert found["ico_special_large"].met
    assert found["appi_special_care"].met
    assert found["appi_special_care"].why["ja"].startswith("該当項目：height_cm")
    assert found["appi_code"].met is False
    assert found["ico_harm"].met is None


def test_what_the_data_hold_counts_although_nobody_declared_it(register, policy):
    """Diseases in a column: sensitive, care-required, and severe until somebody says why."""
    fields = tuple(one for one in register.by_key["datasets"]["customers"].fields
                   if one.name in {"customer_id", "prefecture"})  # fmt: skip
    made = with_datasets(register, customers={"fields": fields})
    people = {"customer_id": ["a", "b", "c"] * 20, "prefecture": ["x"] * 60}
    dpia = judged(activity="newsletter")
    plain = assess_impact(dpia, made, policy, data={"customers": people})
    assert criteria(plain.screening)["sensitive"].met is False
    assert plain.risks[0].severity.suggested is None
    found = assess_impact(
        dpia,
        made,
        policy,
        data={"customers": people | {"病名": ["糖尿病", "高血圧症", "喘息"] * 20}},
    )
    assert criteria(found.screening)["sensitive"].why["en"] == "columns: 病名"
    assert criteria(found.screening)["appi_special_care"].met
    assert found.risks[0].severity.suggested == 3


@pytest.mark.parametrize(
    ("columns", "people", "met"),
    [
        pytest.param(["customer_id", "email"], 1200, True, id="the column with most people"),
        pytest.param(["email"], 999, False, id="a person with two records is one person"),
        pytest.param([], 1200, True, id="records, where nothing tells people apart"),
    ],
)
def test_people_are_counted_without_a_scenario(register, policy, columns, people, met):
    ids = [f"C{n}" for n in range(1200)]
    data = {"customer_id": ids, "email": [f"p{n % 999}@example.jp" for n in range(1200)]}
    data = {"age": [30] * 1200} | {name: data[name] for name in columns}
    impact = assess_impact(
        judged(activity="newsletter"), register, policy, data={"customers": data}
    )
    one = criteria(impact.screening)["large_scale"]
    assert (one.met, one.why["en"]) == (met, f"{people:,} people in the data" if met else "")


def with_datasets(register, **changes):
    """Give the register with some datasets changed."""
    datasets = tuple(one.model_copy(update=changes.get(one.key.replace("-", "_"), {}))
                     for one in register.datasets)  # fmt: skip
    return register.model_copy(update={"datasets": datasets})


def test_datasets_that_the_register_links_are_matched(register, policy):
    made = with_datasets(register, web_visits={"joined_with": ("customers",)})
    found = screen(Subject.of(made, policy, "site-statistics"), judged())
    assert criteria(found)["matching"].met
    assert found.needed


PEOPLE = [f"person{n}@example.jp" for n in range(300)]


@pytest.mark.parametrize(
    ("visits", "met", "why"),
    [
        pytest.param({"email": PEOPLE[200:]}, True, "customers.email = web-visits.email",
                     id="one name"),
        pytest.param({"メール": PEOPLE[200:]}, True, "customers.email = web-visits.メール",
                     id="called otherwise"),
        pytest.param({"email": [f"x{n}@example.jp" for n in range(300)]}, False, "", id="others"),
        pytest.param({"email": [*PEOPLE[:1], *(f"x{n}@example.jp" for n in range(300))]}, False, "",
                     id="one by chance"),
        pytest.param({"page": ["/"] * 9}, False, "", id="no identifier"),
        pytest.param(None, True, "several datasets are linked", id="no data to look at"),
    ],
)  # fmt: skip
def test_the_data_tell_whether_datasets_can_be_matched(register, policy, visits, met, why):
    used = tuple(
        one.model_copy(update={"datasets": ("customers", "web-visits")}
                       if one.key == "site-statistics" else {})
        for one in register.activities
    )  # fmt: skip
    made = register.model_copy(update={"activities": used})
    data = {"customers": {"email": PEOPLE}} | ({} if visits is None else {"web-visits": visits})
    impact = assess_impact(judged(activity="site-statistics"), made, policy, data=data)
    one = criteria(impact.screening)["matching"]
    assert one.met is met
    assert why in one.why["en"]
    assert criteria(impact.screening)["ico_matching"].met is met


def test_a_person_decides_otherwise_in_both_directions(website, register, policy):
    assert (website.screening.suggested, website.screening.needed) == (False, True)
    assert "decided otherwise" in website.screening.sentence
    subject = Subject.of(register, policy, "checkup-analysis")
    off = judged(need={"needed": False, "reason": "Covered by the assessment of the client."})
    found = screen(subject, off)
    assert (found.suggested, found.needed) == (True, False)


def test_a_person_decides_about_one_criterion(register, policy):
    said = {"criterion": "large_scale", "met": False, "reason": "A pilot with ten people."}
    found = screen(
        Subject.of(register, policy, "checkup-analysis"), judged(screening=[said]), people=3200
    )
    one = criteria(found)["large_scale"]
    assert (one.met, one.computed, one.by, one.why["en"]) == (
        False,
        True,
        "decided",
        said["reason"],
    )
    assert not found.suggested


def test_rules_of_the_register_are_heard(register, policy, changed):
    systems = tuple(one.model_copy(update={"measures": ()}) for one in register.systems)
    made = register.model_copy(update={"systems": systems})
    impact = assess_impact(changed(lambda _: None), made, policy)
    assert {one.rule for one in impact.findings} == {"GK401"}
    assert (impact.errors > 0, impact.verdict.value) == (True, "review")
    assert {one.subject.split("/")[1] for one in impact.findings} <= {"client-checkups", "analysis"}


def test_columns_without_a_purpose_and_old_records(register, policy, changed):
    activities = tuple(
        one.model_copy(update={"categories": ("user.demographic",)}) for one in register.activities
    )
    keep = {"retention": register.by_key["datasets"]["web-visits"].retention.model_copy(
        update={"period": "P1M"})}  # fmt: skip
    datasets = tuple(
        one.model_copy(update=keep if one.key == "web-visits" else {}) for one in register.datasets
    )
    made = register.model_copy(update={"activities": activities, "datasets": datasets})
    impact = assess_impact(changed(lambda _: None, "site-statistics"), made, policy)
    assert "web-visits.page" in impact.unused
    assert impact.old["web-visits"] > 3000
    assert {"GK203", "GK402"} <= {one.rule for one in impact.findings}
