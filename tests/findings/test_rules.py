"""Every rule finds what it is about, and nothing at its edge; no condition is idle.

An example is a patch of the company in company.yaml: where, and what stands there instead
(``None``: nothing).
"""

import copy
import datetime as dt
import functools
import hashlib
from pathlib import Path

import pytest
import yaml

from govkit.findings import Facts, check_register, packs
from govkit.policy import Policy, Register, load_policy

HERE = Path(__file__).parent
COMPANY = yaml.safe_load((HERE / "company.yaml").read_text("utf-8"))
POLICY = load_policy(HERE.parents[1] / "data" / "samples" / "policy.yaml")
TODAY = "2026-11-22"
SHA, OTHER = "a" * 64, "b" * 64
ALL = [name for name in packs() if name != "suppressions"]
RULES = {rule.id: rule for pack in packs().values() for rule in pack.rules}


def _field(role, category, type_=None, appi_class="personal_information"):
    return {"type": type_, "role": role, "category": category, "appi_class": appi_class}


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


FEWER = COMPANY["disclosures"]["table"] | {"persons": 497, "disclosed_on": "2026-04-01"}
ILL = "datasets/customers/fields/illness"
ABROAD = {"activities/work/recipients": ["abroad"]}
WEB = {"systems/web": {"department": "IT", "datasets": ["visits"], "measures": ["web"]},
       "measures/web": COMPANY["measures"]["all"]}  # fmt: skip
STOPPED = {"activities/work/status": "stopped"}
RELEASED = {"disclosures/table/fields": ["age", "illness"]}
LETTERS = {"kind": "object", "outcome": "partly", "reason": "x", "closed_on": "2026-11-01",
           "received_on": "2026-10-01", "channel": "form", "identity_checked_on": "2026-10-01"}  # fmt: skip

# rule: patches that break it, each with the subject of the finding
BROKEN = {
    "GK101": [({"activities/mail/acquisition": None}, "activities/mail")],
    "GK102": [({"activities/mail/special_care_consent": None}, "datasets/customers/illness")],
    "GK103": [
        ({"policy/purposes/1/published_on": None}, "activities/mail/service"),
        ({"policy/purposes/1/published_on": "2026-11-23"}, "activities/mail/service"),
    ],
    "GK104": [({"receipts/R1/how_acquired": None}, "receipts/R1")],
    "GK105": [({"datasets/customers/under_16": True}, "datasets/customers")],
    "GK201": [({"activities/mail/purposes": ["service", "advertising"]}, "activities/mail")],
    "GK202": [({"activities/mail/purposes": ["hiring"],
                "disclosures/merger/purposes": ["hiring"]}, "activities/mail")],
    "GK203": [({"datasets/customers/fields/x": _field("quasi", "user.contacts")},
               "datasets/customers/x")],
    "GK206": [
        ({"contracts/C1/signed": None}, "datasets/records"),
        ({"contracts/C1/status": "draft"}, "datasets/records"),
        ({"datasets/records/contracts": [], "contracts/C1/scope_datasets": []}, "datasets/records"),
    ],
    "GK207": [
        ({"contracts/C1/scope_purposes": []}, "activities/work"),
        ({"contracts/C1/scope_datasets": []}, "activities/work"),
    ],
    "GK208": [
        ({"contracts/C1/provenance": "illegitimate"}, "activities/work"),
        ({"contracts/C1/status": "suspended"}, "activities/work"),
        ({"contracts/S1/status": "suspended", "disclosures/printing/ground": "law",
          "disclosures/printing/legal_reference": "x"}, "disclosures/printing"),
    ],
    "GK209": [({"contracts/C1/provenance_warranty": False}, "contracts/C1")],
    "GK210": [({"contracts/C1/expires": "2026-11-21"}, "contracts/C1")],
    "GK211": [
        ({"datasets/visits/joined_with": ["customers"]}, "datasets/visits"),
        ({"datasets/customers/joined_with": ["visits"]}, "datasets/customers"),
    ],
    "GK212": [({"disclosures/cookies": {
        "dataset": "visits", "fields": ["cookie"], "recipient": "buyer", "ground": "consent",
        "consent_reference": "x", "consent_recipients": ["buyer"], "consent_fields": ["cookie"],
        "persons": 9, "disclosed_on": "2026-11-01"}}, "disclosures/cookies")],
    "GK213": [({"policy/purposes/1/replaces": "hiring"}, "policy/service")],
    "GK301": [
        ({"disclosures/court/ground": None}, "disclosures/court"),
        ({"disclosures/printing/ground": "joint_use"}, "disclosures/printing"),
    ],
    "GK302": [
        ({"disclosures/consented/consent_reference": None}, "disclosures/consented"),
        ({"disclosures/consented/consent_recipients": ["sub"]}, "disclosures/consented"),
        ({"disclosures/consented/consent_fields": ["age"]}, "disclosures/consented"),
    ],
    "GK303": [
        ({"disclosures/table/check": None}, "disclosures/table"),
        ({"disclosures/table/check/result": "review"}, "disclosures/table"),
        ({"disclosures/table/artifact_sha256": OTHER}, "disclosures/table"),
    ],
    "GK304": [
        ({"disclosures/table/check/k": 10}, "disclosures/table"),
        (RELEASED | {"disclosures/table/check/k": 19}, "disclosures/table"),
    ],
    "GK305": [
        ({"disclosures/table/fields": ["age", "email"]}, "disclosures/table/email"),
        ({"datasets/customers/fields/age/appi_class": "individual_identification_code"},
         "disclosures/table/age"),
    ],
    "GK306": [({"disclosures/before": FEWER}, "disclosures/table")],
    "GK308": [
        ({"disclosures/printing/contract": None}, "disclosures/printing"),
        ({"contracts/S1/signed": None}, "disclosures/printing"),
        ({"contracts/S1/status": "draft"}, "disclosures/printing"),
        ({"contracts/S1/expires": "2026-11-21", "contracts/S1/returned_on": TODAY},
         "disclosures/printing"),
        ({"contracts/S1/breach_clause": False}, "contracts/S1"),
        ({"contracts/S1/reentrust": "free"}, "contracts/S1"),
        ({"contracts/S1/return_or_delete": False}, "contracts/S1"),
    ],
    "GK309": [
        ({"contracts/S1/supervised_on": "2025-11-21"}, "contracts/S1"),
        ({"contracts/S1/supervised_on": None}, "contracts/S1"),
    ],
    "GK310": [({"disclosures/printing/own_purpose": True}, "disclosures/printing")],
    "GK311": [({"disclosures/merger/purposes": ["service", "hiring"]}, "disclosures/merger")],
    "GK312": [({"disclosures/court/legal_reference": None}, "disclosures/court")],
    "GK313": [
        (ABROAD | {"recipients/abroad/country": "US"}, "recipients/abroad"),
        (ABROAD | {"recipients/abroad/foreign_route": "consent"}, "recipients/abroad"),
        ({"disclosures/printing/recipient": "abroad", "recipients/abroad/foreign_route": None},
         "recipients/abroad"),
    ],
    "GK314": [
        ({"disclosures/consented/persons": None}, "disclosures/consented"),
        ({"disclosures/consented/disclosed_on": None}, "disclosures/consented"),
        ({"disclosures/consented/retain_until": "2029-04-30"}, "disclosures/consented"),
        ({"disclosures/consented/deleted_on": "2026-06-01"}, "disclosures/consented"),
        ({"disclosures/consented/until": "2026-05-02"}, "disclosures/consented"),
    ],
    "GK401": [
        (WEB | {"measures/all/against": ["loss", "leakage"]}, "datasets/customers"),
        (WEB | {"measures/all/status": "planned"}, "datasets/customers"),
        ({"systems/crm/datasets": ["visits", "records"]}, "datasets/customers"),
    ],
    "GK402": [
        ({"datasets/records/retention": None}, "datasets/records"),
        ({"datasets/visits/retention/until": "2026-11-21"}, "datasets/visits"),
    ],
    "GK403": [
        ({"training/requests/passed": False}, "systems/crm"),
        ({"training/basics/completed_on": "2025-11-21"}, "systems/crm"),
        ({"training/basics/valid_until": "2026-11-21"}, "systems/crm"),
        ({"systems/crm/access": [{"person": "e2", "role": "guest"}]}, "systems/crm"),
    ],
    "GK404": [
        ({"regulations/handling/adopted_on": "2025-11-21"}, "regulations/handling"),
        ({"policy/regulations/1/reviewed_on": "2025-11-21"}, "policy/subcontractors"),
        ({"policy/reviewed_on": "2025-11-21"}, "policy"),
    ],
    "GK405": [
        ({"activities/mail/screening": ["sensitive", "matching"]}, "activities/mail"),
        ({"activities/work/screening": ["sensitive", "matching"],
          "assessments/A1/review_by": "2026-11-21"}, "activities/work"),
        ({"activities/work/screening": ["sensitive", "matching"],
          "assessments/A1/decision": "not_required"}, "activities/work"),
    ],
    "GK407": [
        ({"incidents/I1/preliminary_on": None}, "incidents/I1"),
        ({"incidents/I1/final_on": None}, "incidents/I1"),
        ({"incidents/I1/authority_told_at": None}, "incidents/I1"),
        ({"incidents/I1/classes": [], "incidents/I1/persons": 1001,
          "incidents/I1/final_on": None}, "incidents/I1"),
        ({"incidents/I1/known_at": "2026-09-22T00:00:00+09:00",
          "incidents/I1/classes": ["improper_purpose"], "incidents/I1/final_on": None},
         "incidents/I1"),
    ],
    "GK409": [
        ({"datasets/records/form": "pseudonymized",
          "datasets/records/fields/card": _field("none", "user.financial.credit_card")},
         "datasets/records/card"),
        ({"datasets/records/form": "pseudonymized", "activities/work/contacts_people": True},
         "activities/work"),
    ],
    "GK410": [({"datasets/records/form": "anonymized"}, "datasets/records")],
    "GK501": [
        ({"requests/Q2/due": None}, "requests/Q2"),
        ({"requests/Q2/due": "2026-11-21"}, "requests/Q2"),
        ({"requests/Q2/extended_to": "2026-11-21"}, "requests/Q2"),
    ],
    "GK502": [
        ({"requests/Q1/outcome": "refused"}, "requests/Q1"),
        ({"requests/Q1/outcome": "partly"}, "requests/Q1"),
    ],
    "GK503": [({"requests/Q1/identity_checked_on": None}, "requests/Q1")],
    "GK504": [
        ({"requests/Q1/confirmations/0/confirmed_on": None}, "requests/Q1"),
        ({"requests/Q1/confirmations": []}, "requests/Q1"),
        ({"requests/Q3": LETTERS}, "requests/Q3"),
    ],
    "GK505": [({"policy/organization/contact_email": None}, "policy")],
    "GK506": [({"requests/Q1/note": "返信先taro@example.comまで"}, "requests/Q1")],
}  # fmt: skip

# rule: patches at the edge that break nothing at all
SOUND = {
    "GK101": [{"activities/mail/acquisition": None, "activities/mail/status": "stopped",
               "datasets/customers/deleted_on": TODAY}],
    "GK102": [{"activities/mail/special_care_consent": None,
               "activities/mail/special_care_exception": "APPI 20(2)(ii)"}],
    "GK103": [{"policy/purposes/1/published_on": TODAY},
              {"policy/purposes/1/published_on": None,
               "activities/mail/acquisition": {"means": "Form", "notice": "On the form"}}],
    "GK104": [{"receipts/R1/confirmed_by": "Analyst"}],
    "GK105": [{"datasets/customers/under_16": True, "datasets/customers/parental_consent": "x"}],
    "GK201": [{"activities/mail/purposes": ["service", "transactions"]}],
    "GK202": [{"activities/mail/purposes": ["service", "hiring"]}],
    "GK203": [{"datasets/customers/fields/x": _field("none", "user.contacts", None, "none")},
              {"datasets/customers/fields/x": _field("quasi", "user.contact.url")}],
    "GK206": [{"contracts/C1/scope_datasets": ["records"], "datasets/records/contracts": []}],
    "GK207": [{"activities/work/purposes": ["client-service"]}],
    "GK208": [{"contracts/C1/provenance": "illegitimate", "datasets/records/deleted_on": TODAY}
              | STOPPED,
              {"contracts/S1/status": "suspended", "disclosures/printing/status": "stopped"}],
    "GK209": [{"contracts/C1/provenance_warranty": False, "contracts/C1/status": "draft",
               "datasets/records/subject_group": "customer",
               "activities/work/purposes": ["service"]}],
    "GK210": [{"contracts/C1/expires": "2026-11-21", "contracts/C1/returned_on": TODAY},
              {"contracts/C1/expires": "2026-11-21",
               "contracts/C2": COMPANY["contracts"]["C1"]}],
    "GK211": [{"datasets/visits/joined_with": ["records"]},
              {"datasets/records/joined_with": ["visits"]},
              {"datasets/customers/joined_with": ["records"]}],
    "GK212": [{"disclosures/cookies": {
        "dataset": "visits", "fields": ["cookie"], "recipient": "sub", "contract": "S1",
        "ground": "subcontractor"}}],
    "GK213": [{"policy/purposes/1/replaces": "transactions",
               "policy/purposes/1/compatible_with": ["transactions"]},
              {"policy/purposes/1/replaces": "transactions",
               "policy/purposes/1/change_consent": "Form 9"}],
    "GK301": [{"disclosures/court/ground": None, "disclosures/court/status": "stopped"}],
    "GK302": [{"disclosures/consented/fields": ["email", "age"]}],
    "GK303": [{"disclosures/table/check/k": None}],
    "GK304": [{"disclosures/table/check/k": 10, "disclosures/table/audience": "recipient"},
              RELEASED | {"disclosures/table/check/k": 20}],
    "GK305": [{"disclosures/table/fields": ["illness"], "disclosures/table/check/k": 20}],
    "GK306": [{"disclosures/before": FEWER | {"persons": 489}},
              {"disclosures/before": FEWER | {"persons": 500}},
              {"disclosures/before": FEWER | {"dataset": "records", "fields": ["code"]}}],
    "GK308": [{"contracts/S1/reentrust": "forbidden"},
              {"contracts/S2": COMPANY["contracts"]["S1"] | {
                  "status": "ended", "breach_clause": False, "reentrust": None,
                  "return_or_delete": False, "returned_on": TODAY}},
              {"contracts/C1/reentrust": "free"}],
    "GK309": [{"contracts/S1/supervised_on": None, "contracts/S1/signed": "2025-11-22"},
              {"contracts/S2": COMPANY["contracts"]["S1"] | {
                  "status": "ended", "supervised_on": None, "returned_on": TODAY}}],
    "GK310": [{"disclosures/consented/own_purpose": True}],
    "GK311": [{"disclosures/merger/purposes": []},
              {"disclosures/court/purposes": ["hiring"]}],
    "GK312": [{"disclosures/consented/legal_reference": "Act 1"}],
    "GK313": [ABROAD,
              {"recipients/abroad/foreign_route": None},
              ABROAD | {"recipients/abroad/country": "US",
                        "recipients/abroad/foreign_route": "consent",
                        "recipients/abroad/foreign_reference": "Form 8"},
              {"disclosures/court/recipient": "abroad", "recipients/abroad/country": "US"}],
    "GK314": [{"disclosures/consented/retain_until": None},
              {"disclosures/consented/contract": "S1",
               "disclosures/consented/retain_until": "2027-05-01"},
              {"disclosures/consented/status": "planned", "disclosures/consented/persons": None}],
    "GK401": [{"measures/all/against": ["leakage"],
               "measures/more": {"kind": "backup", "against": ["loss", "falsification"]},
               "systems/crm/measures": ["all", "more"]}],
    "GK402": [{"datasets/records/retention": None,
               "activities/work/retention": {"until": "2027-01-01"}}],
    "GK403": [{"systems/crm/access": [{"person": "e1", "role": "guest"}]}],
    "GK404": [{"policy/regulations/0/reviewed_on": None}],
    "GK405": [{"activities/mail/screening": ["sensitive", "sensitive"]},
              {"activities/work/screening": ["sensitive", "matching"]},
              {"activities/work/screening": ["sensitive", "matching"],
               "assessments/A1/decision": "not_required", "assessments/A1/reason": "Small"}],
    "GK407": [{"incidents/I1/highly_encrypted": True, "incidents/I1/final_on": None},
              {"incidents/I1/classes": [], "incidents/I1/persons": 1000,
               "incidents/I1/final_on": None},
              {"incidents/I1/known_at": "2026-09-23T00:00:00+09:00",
               "incidents/I1/classes": ["improper_purpose"], "incidents/I1/final_on": None},
              {"incidents/I1/known_at": "2026-11-19T23:00:00+09:00",
               "incidents/I1/preliminary_on": None, "incidents/I1/final_on": None,
               "incidents/I1/authority_told_at": None},
              {"incidents/I1/gdpr": False, "incidents/I1/authority_told_at": None}],
    "GK409": [{"datasets/records/fields/card": _field("none", "user.financial.credit_card")},
              {"datasets/records/form": "pseudonymized"},
              {"activities/mail/contacts_people": True}],
    "GK410": [{"datasets/records/form": "anonymized", "datasets/records/items_published_on": TODAY}],
    "GK501": [{"requests/Q2/due": "2026-11-01", "requests/Q2/extended_to": TODAY},
              {"requests/Q1/due": None}],
    "GK502": [{"requests/Q1/outcome": "refused", "requests/Q1/reason": "Not ours"}],
    "GK503": [{"requests/Q1/identity_checked_on": None, "requests/Q1/outcome": "refused",
               "requests/Q1/reason": "Nobody could tell who asked"}],
    "GK504": [{"requests/Q1/confirmations": [], "requests/Q1/kind": "disclose"},
              {"requests/Q2/kind": "erase"}],
    "GK505": [{"policy/organization/contact_email": "privacy@hoshinuma.example"}],
    "GK506": [{"requests/Q1/note": "Answered with the third template."}],
}  # fmt: skip


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


def test_the_company_has_no_finding():
    assert found({}) == set()


@pytest.mark.parametrize(("rule", "patch", "subject"), BREAKS)
def test_what_breaks_a_rule_is_found_and_nothing_else(rule, patch, subject):
    assert found(patch) == {(rule, subject)}


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
    "datasets/customers/fields/since": _field("none", "user", "date", "none"),
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
            DATED | {"datasets/customers/fields/note": _field("none", "user", None, "none")},
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


def test_special_care_data_that_nothing_uses_has_no_consent_either():
    patch = {f"{ILL}/category": "user.biometric"}
    subject = "datasets/customers/illness"
    assert found(patch) == {("GK102", subject), ("GK203", subject)}


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


@functools.cache
def names(rule, sort, at):
    patch = (BROKEN[rule][at][0] if sort == "broken" else SOUND[rule][at]) if sort else {}
    policy, register = company(patch)
    today = dt.date.fromisoformat(TODAY)
    return Facts(policy=policy, register=register, today=today, numbers=NUMBERS).names()


def hits(case, rule, sort):
    some = {"broken": BROKEN, "sound": SOUND}[sort][rule]
    return [bool(list(case.find(names(rule, sort, at)))) for at in range(len(some))]


@pytest.mark.parametrize(("rule", "at"), CASES)
def test_every_case_of_a_rule_finds_something_of_its_own(rule, at):
    others = [case for case in rule.cases if case != rule.cases[at]]
    alone = hits(rule.cases[at], rule.id, "broken")
    rest = [any(found) for found in zip(*(hits(c, rule.id, "broken") for c in others), strict=True)]
    assert any(
        mine and not theirs
        for mine, theirs in zip(alone, rest or [False] * len(alone), strict=True)
    )
