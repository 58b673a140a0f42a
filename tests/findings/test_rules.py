"""Every rule finds what it is about, and nothing at its edge; no condition is idle.

An example is a patch of the company in company.yaml: where, and what stands there instead
(``None``: nothing).
"""

import contextlib
import copy
import datetime as dt
import functools
import hashlib
import re
import runpy
from pathlib import Path

import pytest
from jinja2 import Environment, TemplateSyntaxError, UndefinedError

from govkit.findings import Facts, check_register, packs
from govkit.policy import Policy, Register, load_policy

HERE = Path(__file__).parent
EXAMPLES = runpy.run_path(str(HERE / "examples.py"))
COMPANY, BROKEN, SOUND = EXAMPLES["COMPANY"], EXAMPLES["BROKEN"], EXAMPLES["SOUND"]
field, FEWER, RELEASED = EXAMPLES["field"], EXAMPLES["FEWER"], EXAMPLES["RELEASED"]
POLICY = load_policy(HERE.parents[1] / "data" / "samples" / "policy.yaml")
TODAY = EXAMPLES["TODAY"]
ENVIRONMENT = Environment(autoescape=True)
SHA = EXAMPLES["SHA"]
ALL = [name for name in packs() if name != "suppressions"]
RULES = {rule.id: rule for pack in packs().values() for rule in pack.rules}


def company(patch):
    """Give policy and register of the company with some places changed."""
    whole = copy.deepcopy(COMPANY) | {"policy": POLICY.model_dump()}
    for place, value in patch.items():
        *way, last = place.split("/")
        inside = whole
        for step in way:
            inside = inside[int(step) if step.isdigit() else step]
        if value is None:
            del inside[last]
        else:
            inside[last] = value
    policy = Policy.model_validate(whole.pop("policy"))
    return policy, Register.model_validate(
        {kind: [_entry(kind, *pair) for pair in some.items()] for kind, some in whole.items()}
    )


def _entry(kind, key, one):
    titled = kind in {"datasets", "systems", "activities", "measures"}
    named = {"key": key} | ({"title": key} if titled else {}) | one
    if kind == "datasets":
        fields = [{"name": name} | column for name, column in one["fields"].items()]
        named |= {"owner": "Sales", "fields": fields}
    return named


def answer(patch, **given):
    options = {"packs": ALL, "today": dt.date.fromisoformat(TODAY)} | given
    return check_register(*company(patch), **options)


def found(patch, **given):
    return {(one.rule, one.subject) for one in answer(patch, **given).findings}


BREAKS = [
    pytest.param(rule, patch, subject, id=f"{rule} {number}")
    for rule, cases in BROKEN.items()
    for number, (patch, subject) in enumerate(cases)
]
HOLDS = [
    pytest.param(rule, patch, id=f"{rule} {number}")
    for rule, cases in SOUND.items()
    for number, patch in enumerate(cases)
]


@pytest.mark.parametrize("names", [ALL, *([name] for name in ALL)], ids="-".join)
def test_the_company_has_no_finding(names):
    assert found({}, packs=names) == set()


@pytest.mark.parametrize(("rule", "patch", "subject"), BREAKS)
def test_what_breaks_a_rule_is_found_and_nothing_else(rule, patch, subject):
    subject, *others = subject.split()
    assert found(patch) == {(name, subject) for name in (rule, *others)}


@pytest.mark.parametrize(("rule", "patch"), HOLDS)
def test_what_only_just_holds_is_left_alone(rule, patch):  # noqa: ARG001 - the name of the case
    assert found(patch) == set()


# With data, notebooks and files


PEOPLE = {
    "email": ["taro@example.com", "hana@example.org"] * 40,
    "age": [30, 41] * 40,
    "illness": ["diabetes", "asthma", "asthma", "diabetes"] * 20,
    "since": ["2026-01-31"] * 80,
}
DATED = {
    "datasets/customers/fields/since": field("none", "user", "date", "none"),
    "datasets/customers/fields/illness/type": "health",
}
GROUPS = {"age": [30] * 20 + [41] * 20, "illness": ["diabetes"] * 10 + ["asthma"] * 30}
MIXED = {"age": [30, 41] * 40, "illness": ["diabetes", "asthma", "asthma", "diabetes"] * 20}


@pytest.mark.parametrize(
    ("patch", "data", "expected"),
    [
        pytest.param(DATED, {"customers": PEOPLE}, set(), id="as declared"),
        pytest.param(
            DATED,
            {"customers": PEOPLE | {"phone": ["090-1234-5678", "080-8765-4321"] * 40}},
            {("GK204", "datasets/customers/phone")},
            id="undeclared column",
        ),
        pytest.param(
            DATED,
            {"customers": {name: PEOPLE[name] for name in ("age", "illness", "since")}},
            {("GK205", "datasets/customers/email")},
            id="declared column absent",
        ),
        pytest.param(
            DATED,
            {"customers": PEOPLE | {"age": PEOPLE["email"]}},
            {("GK205", "datasets/customers/age")},
            id="another type",
        ),
        pytest.param(
            DATED | {"datasets/customers/fields/note": field("none", "user", None, "none")},
            {"customers": PEOPLE | {"note": PEOPLE["email"]}},
            {("GK205", "datasets/customers/note")},
            id="declared as not personal",
        ),
        pytest.param(
            DATED,
            {"customers": PEOPLE | {"since": ["2021-11-21"] + ["2021/11/22"] * 79}},
            {("GK402", "datasets/customers")},
            id="one record past retention",
        ),
        pytest.param({}, {"table": {"age": [30] * 11}}, set(), id="groups large enough"),
        pytest.param(
            {},
            {"table": {"age": [30] * 11 + [41] * 10}},
            {("GK304", "disclosures/table")},
            id="a small group in the released file",
        ),
        pytest.param(
            {"disclosures/table/count_column": "people"},
            {"table": {"age": [30, 41], "people": [11, 10]}},
            {("GK304", "disclosures/table")},
            id="a small cell in a released table of counts",
        ),
        pytest.param(
            {"disclosures/table/count_column": "people"},
            {"table": {"age": [30, 41, 50], "people": [11, 12, 0]}},
            set(),
            id="an empty cell is nobody",
        ),
        pytest.param(
            {},
            {"table": {"age": [30] * 11, "who": ["taro@example.com"] * 11}},
            {("GK305", "disclosures/table/who")},
            id="an address in the released file",
        ),
        pytest.param(
            {"disclosures/before": FEWER | {"persons": 100}},
            {"table": {"age": [30] * 20 + [41] * 30}, "before": {"age": [30] * 13 + [41] * 30}},
            {("GK306", "disclosures/table")},
            id="cells that differ by seven",
        ),
        pytest.param(
            {"disclosures/before": FEWER | {"persons": 100}},
            {"table": {"age": [30] * 24 + [41] * 30}, "before": {"age": [30] * 13 + [41] * 30}},
            set(),
            id="cells that differ by eleven",
        ),
        pytest.param(
            RELEASED | {"disclosures/table/check/k": 20}, {"table": MIXED}, set(), id="mixed groups"
        ),
        pytest.param(
            RELEASED | {"disclosures/table/check/k": 20, "disclosures/table/audience": "internal"},
            {"table": {"age": [30] * 40 + [41] * 40, "illness": ["asthma"] * 60 + ["flu"] * 20}},
            {("GK307", "disclosures/table")},
            id="everybody of one age has one illness",
        ),
    ],
)
def test_data_is_looked_at(patch, data, expected):
    assert found(patch, data=data) == expected


def test_what_a_guard_found_in_a_notebook_is_a_finding():
    leaks = [{"notebook": "notebooks/a.ipynb", "cell": 3, "kind": "email", "where": "text"}]
    (one,) = answer({}, events={"leaks": leaks}).findings
    assert (one.rule, one.subject, one.file) == ("GK408", "notebooks/a.ipynb", "notebooks/a.ipynb")
    assert "cell 3" in one.message
    assert found({}, events={"leaks": []}) == set()


@pytest.mark.parametrize(
    ("approved", "expected"), [(None, set()), (SHA, {("GK406", "assessments/A1")})]
)
def test_an_assessment_of_other_data_is_stale(tmp_path, approved, expected):
    path = tmp_path / "records.csv"
    path.write_text("code\nxx\n")
    digest = approved or hashlib.sha256(path.read_bytes()).hexdigest()
    patch = {"assessments/A1/data_sha256": digest}
    assert found(patch, data={"records": path}) == expected
    assert found(patch | {"assessments/A1/decision": "open"}, data={"records": path}) == set()


def test_a_check_of_another_file_is_no_check(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("age\n" + "30\n" * 11)
    assert found({}, data={"table": path}) == {("GK303", "disclosures/table")}
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert found({"disclosures/table/check/artifact_sha256": digest}, data={"table": path}) == set()


# No part of a condition is idle


WITH_DATA = {"GK204", "GK205", "GK307", "GK406", "GK408"}
CASES = [
    pytest.param(rule, at, id=f"{name} {at}")
    for name, rule in sorted(RULES.items())
    if name in BROKEN and name not in WITH_DATA
    for at, case in enumerate(rule.cases)
    if not case.of.startswith(("found(", "[older")) and case.each != "letters"
]
NUMBERS = {name: one.value for pack in packs().values() for name, one in pack.numbers.items()}


COMPANIES = [("", {}), *(case.values[:2] for case in (*BREAKS, *HOLDS))]


@functools.cache
def names(number):
    policy, register = company(COMPANIES[number][1])
    today = dt.date.fromisoformat(TODAY)
    return Facts(policy=policy, register=register, today=today, numbers=NUMBERS).names()


def hits(case, number):
    """Count what a case finds in a company; a weaker condition may also fail there."""
    try:
        return len(list(case.find(names(number))))
    except (UndefinedError, TypeError, AttributeError):
        return -1


@pytest.mark.parametrize(("rule", "at"), CASES)
def test_every_part_of_a_condition_decides_something(rule, at):
    case = rule.cases[at]
    parts = re.split(r"\s+and\s+", case.when)
    weaker = ["false", "true"] if case.when != "true" else ["false"]
    for number in range(len(parts) if len(parts) > 1 else 0):
        text = " and ".join(part for other, part in enumerate(parts) if other != number)
        with contextlib.suppress(TemplateSyntaxError):  # a part of a longer expression
            ENVIRONMENT.compile_expression(text)
            weaker.append(text)
    own = [at for at, one in enumerate(COMPANIES) if one[0] == rule.id]
    order = dict.fromkeys([*own, *range(len(COMPANIES))])
    others = [case.model_copy(update={"when": text}) for text in weaker]
    idle = [other.when for other in others if all(hits(other, n) == hits(case, n) for n in order)]
    assert idle == []
