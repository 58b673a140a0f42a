"""For each rule what breaks it and what only just does not.

An example is a patch of the company in company.yaml: where, and what stands there instead
(``None``: nothing). Beside what breaks a rule stands the subject of the finding; a second word is
another rule that then speaks, too.
"""

from pathlib import Path

import yaml

COMPANY = yaml.safe_load((Path(__file__).parent / "company.yaml").read_text("utf-8"))
TODAY = "2026-11-22"
SHA, OTHER = "a" * 64, "b" * 64


def field(role, category, type_=None, appi_class="personal_information"):
    """Write a field."""
    return {"type": type_, "role": role, "category": category, "appi_class": appi_class}


FEWER = COMPANY["disclosures"]["table"] | {"persons": 497, "disclosed_on": "2026-04-01"}
ILL = "datasets/customers/fields/illness"
ABROAD = {"activities/study/recipients": ["abroad"]}
COOKIES = COMPANY["disclosures"]["consented"] | {
    "dataset": "visits", "fields": ["cookie"], "consent_fields": ["cookie"]}  # fmt: skip
WEB = {"systems/web": {"department": "IT", "datasets": ["visits"], "measures": ["web"]},
       "measures/web": COMPANY["measures"]["all"]}  # fmt: skip
STOPPED = {"activities/study/status": "stopped"}
RELEASED = {"disclosures/table/fields": ["age", "illness"]}
LETTERS = {"kind": "object", "outcome": "partly", "reason": "x", "closed_on": "2026-11-01",
           "received_on": "2026-10-01", "channel": "form",
           "identity_checked_on": "2026-10-01"}  # fmt: skip

OPT_OUT = COMPANY["disclosures"]["consented"] | {
    "ground": "opt_out", "announcement": "Site, 1 April 2026; filed with the PPC"}  # fmt: skip

# rule: patches that break it, each with the subject of the finding
BROKEN = {
    "GK101": [({"activities/mail/acquisition": None}, "activities/mail")],
    "GK102": [
        ({"activities/mail/special_care_consent": None}, "datasets/customers/illness"),
        ({f"{ILL}/category": "user.biometric"}, "datasets/customers/illness GK203"),
    ],
    "GK103": [
        ({"policy/purposes/1/published_on": None}, "activities/mail/service"),
        ({"policy/purposes/1/published_on": "2026-11-23"}, "activities/mail/service"),
    ],
    "GK104": [({"receipts/R1/how_acquired": None}, "receipts/R1")],
    "GK105": [({"datasets/customers/under_16": True}, "datasets/customers")],
    "GK201": [
        ({"activities/mail/purposes": ["service", "advertising"]}, "activities/mail"),
        ({"activities/mail/purposes": ["x"], "disclosures/merger/purposes": ["x"]},
         "activities/mail"),
    ],
    "GK202": [({"activities/mail/purposes": ["hiring"],
                "disclosures/merger/purposes": ["hiring"]}, "activities/mail")],
    "GK203": [({"datasets/customers/fields/x": field("quasi", "user.contacts")},
               "datasets/customers/x")],
    "GK206": [
        ({"contracts/C1/kind": "joint_use"}, "datasets/records"),
        ({"contracts/C1/signed": None}, "datasets/records"),
        ({"contracts/C1/status": "draft"}, "datasets/records"),
        ({"datasets/records/contracts": [], "contracts/C1/scope_datasets": []}, "datasets/records"),
    ],
    "GK207": [
        ({"contracts/C1/scope_purposes": []}, "activities/study"),
        ({"contracts/C1/scope_datasets": []}, "activities/study"),
    ],
    "GK208": [
        ({"contracts/C1/provenance": "illegitimate"}, "activities/study"),
        ({"contracts/C1/status": "suspended"}, "activities/study"),
        ({"contracts/S1/status": "suspended", "disclosures/printing/ground": "law",
          "disclosures/printing/legal_reference": "x",
          "disclosures/printing/request_document": "y"}, "disclosures/printing"),
    ],
    "GK209": [({"contracts/C1/provenance_warranty": False}, "contracts/C1")],
    "GK210": [
        ({"contracts/C1/expires": "2026-11-21"}, "contracts/C1"),
        ({"contracts/C1/expires": "2026-11-21", "contracts/J1": {
            "kind": "joint_use", "parties": ["sub"], "scope_datasets": ["records"]}},
         "contracts/C1"),
        ({"contracts/C1/expires": "2026-11-21", "contracts/C2": COMPANY["contracts"]["C1"] | {
            "status": "ended", "returned_on": TODAY}}, "contracts/C1"),
    ],
    "GK211": [
        ({"datasets/visits/joined_with": ["customers"]}, "datasets/visits"),
        ({"datasets/customers/joined_with": ["visits"]}, "datasets/customers"),
    ],
    "GK212": [({"disclosures/cookies": COOKIES}, "disclosures/cookies")],
    "GK213": [({"policy/purposes/1/replaces": "hiring"}, "policy/service")],
    "GK301": [
        ({"disclosures/court/ground": None}, "disclosures/court"),
        ({"disclosures/printing/ground": "joint_use"}, "disclosures/printing"),
    ],
    "GK302": [
        ({"disclosures/consented/consent_reference": None}, "disclosures/consented"),
        ({"disclosures/consented/consent_reference": None,
          "disclosures/consented/consent_recipients": [],
          "disclosures/consented/consent_fields": []}, "disclosures/consented"),
        ({"disclosures/consented/consent_recipients": ["sub"]}, "disclosures/consented"),
        ({"disclosures/consented/consent_fields": ["age"]}, "disclosures/consented"),
    ],
    "GK303": [
        ({"disclosures/table/check": None}, "disclosures/table"),
        ({"disclosures/table/check/result": "review"}, "disclosures/table"),
        ({"disclosures/table/check/result": "unsafe", "disclosures/table/approved_by": "S9"},
         "disclosures/table"),
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
    "GK311": [
        ({"disclosures/merger/purposes": ["service", "hiring"]}, "disclosures/merger"),
        ({"disclosures/merger/purposes": ["client-service"]}, "disclosures/merger"),
    ],
    "GK312": [
        ({"disclosures/court/legal_reference": None}, "disclosures/court"),
        ({"disclosures/court/legal_reference": None, "disclosures/court/request_document": None},
         "disclosures/court"),
    ],
    "GK313": [
        (ABROAD | {"recipients/abroad/country": "US"}, "recipients/abroad"),
        (ABROAD | {"recipients/abroad/foreign_route": "consent"}, "recipients/abroad"),
        ({"disclosures/printing/recipient": "abroad", "contracts/S1/parties": ["sub", "abroad"],
          "recipients/abroad/foreign_route": None},
         "recipients/abroad"),
    ],
    "GK314": [
        ({"disclosures/consented/persons": None}, "disclosures/consented"),
        ({"disclosures/consented/disclosed_on": None}, "disclosures/consented"),
        ({"disclosures/consented/retain_until": "2029-04-30"}, "disclosures/consented"),
        ({"disclosures/consented/deleted_on": "2026-06-01"}, "disclosures/consented"),
        ({"disclosures/consented/until": "2026-05-02"}, "disclosures/consented"),
    ],
    "GK315": [
        ({"contracts/S1/parties": ["client"]}, "disclosures/printing"),
        ({"disclosures/printing/purposes": ["transactions"]}, "disclosures/printing"),
        ({"contracts/S1/scope_datasets": ["visits"]}, "disclosures/printing"),
    ],
    "GK316": [({"disclosures/court/request_document": None}, "disclosures/court")],
    "GK317": [
        ({"disclosures/list": OPT_OUT | {"fields": ["illness"]}}, "disclosures/list GK301"),
        ({"disclosures/list": OPT_OUT | {"announcement": None}}, "disclosures/list GK301"),
    ],
    "GK401": [
        (WEB | {"measures/all/against": ["loss", "leakage"]}, "datasets/customers"),
        (WEB | {"measures/all/status": "planned"}, "datasets/customers"),
        ({"systems/crm/datasets": ["visits", "records"]}, "datasets/customers"),
    ],
    "GK402": [
        ({"datasets/records/retention": None}, "datasets/records"),
        ({"datasets/records/retention": {"trigger": "the end"}}, "datasets/records"),
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
        ({"regulations/other": {"version": "1", "adopted_on": "2025-11-21"}}, "regulations/other"),
    ],
    "GK405": [
        ({"activities/mail/screening": ["sensitive", "matching"]}, "activities/mail"),
        ({"activities/study/screening": ["sensitive", "matching"],
          "assessments/A1/review_by": "2026-11-21"}, "activities/study"),
        ({"activities/study/screening": ["sensitive", "matching"],
          "assessments/A1/decision": "not_required"}, "activities/study"),
        ({"activities/study/screening": ["sensitive", "matching"],
          "assessments/A1/decision": "rejected", "assessments/A1/reason": "Too risky"},
         "activities/study"),
        ({"activities/study/screening": ["sensitive", "matching"],
          "assessments/A1/decision": "not_required", "assessments/A1/reason": "Small",
          "assessments/A1/review_by": "2026-11-21"}, "activities/study"),
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
          "datasets/records/fields/card": field("none", "user.financial.credit_card")},
         "datasets/records/card"),
        ({"datasets/records/form": "pseudonymized", "activities/study/contacts_people": True},
         "activities/study"),
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
    "GK203": [{"datasets/customers/fields/x": field("none", "user.contacts", None, "none")},
              {"datasets/customers/fields/x": field("quasi", "user.contact.url")}],
    "GK206": [{"contracts/C1/scope_datasets": ["records"], "datasets/records/contracts": []}],
    "GK207": [{"activities/study/purposes": ["client-service"]}],
    "GK208": [{"contracts/C1/provenance": "illegitimate", "datasets/records/deleted_on": TODAY}
              | STOPPED,
              {"contracts/S1/status": "suspended", "disclosures/printing/status": "stopped"}],
    "GK209": [{"contracts/C1/provenance_warranty": False, "contracts/C1/status": "draft",
               "datasets/records/subject_group": "customer",
               "activities/study/purposes": ["service"]}],
    "GK210": [{"contracts/C1/expires": "2026-11-21", "contracts/C1/returned_on": TODAY},
              {"contracts/C1/expires": "2026-11-21",
               "contracts/C2": COMPANY["contracts"]["C1"]},
              {"contracts/C1/status": "ended", "datasets/records/deleted_on": TODAY} | STOPPED],
    "GK211": [{"datasets/visits/joined_with": ["records"]},
              {"datasets/records/joined_with": ["visits"]},
              {"datasets/customers/joined_with": ["records"]},
              {"datasets/records/joined_with": ["customers"]},
              {"datasets/visits/joined_with": ["visits"]}],
    "GK212": [{"disclosures/cookies": {
        "dataset": "visits", "fields": ["cookie"], "recipient": "sub", "contract": "S1",
        "ground": "subcontractor"}},
        {"disclosures/cookies": COOKIES | {"referable_consent_confirmed": True}}],
    "GK213": [{"policy/purposes/1/replaces": "transactions",
               "policy/purposes/1/compatible_with": ["transactions"]},
              {"policy/purposes/1/replaces": "hiring",
               "policy/purposes/1/change_consent": "Form 9"}],
    "GK301": [{"disclosures/court/ground": None, "disclosures/court/status": "stopped"}],
    "GK302": [{"disclosures/consented/fields": ["email", "age"]},
              {"disclosures/court/consent_reference": "Form 7"}],
    "GK303": [{"disclosures/table/check/k": None},
              {"disclosures/table/check/result": "review", "disclosures/table/approved_by": "S9"}],
    "GK304": [{"disclosures/table/check/k": 10, "disclosures/table/audience": "recipient"},
              RELEASED | {"disclosures/table/check/k": 20},
              {"disclosures/court/check": COMPANY["disclosures"]["table"]["check"] | {"k": 1}}],
    "GK305": [{"disclosures/table/fields": ["illness"], "disclosures/table/check/k": 20}],
    "GK306": [{"disclosures/before": FEWER | {"persons": 489}},
              {"disclosures/before": FEWER | {"persons": 500}},
              {"disclosures/before": FEWER | {"dataset": "records", "fields": ["code"]}},
              {"disclosures/court/persons": 3,
               "disclosures/other": COMPANY["disclosures"]["court"] | {"persons": 1}}],
    "GK308": [{"contracts/S1/reentrust": "forbidden"},
              {"contracts/S2": COMPANY["contracts"]["S1"] | {
                  "status": "ended", "breach_clause": False, "reentrust": None,
                  "return_or_delete": False, "returned_on": TODAY}},
              {"contracts/S2": COMPANY["contracts"]["S1"] | {
                  "expires": "2026-11-21", "breach_clause": False, "reentrust": None,
                  "return_or_delete": False, "supervised_on": None, "returned_on": TODAY}},
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
    "GK315": [{"disclosures/printing/contract": "C1", "disclosures/printing/ground": "law",
               "disclosures/printing/legal_reference": "x",
               "disclosures/printing/request_document": "y"}],
    "GK316": [{"disclosures/consented/legal_reference": "Act 1"}],
    "GK401": [{"measures/all/against": ["leakage"],
               "measures/more": {"kind": "backup", "against": ["loss", "falsification"]},
               "systems/crm/measures": ["all", "more"]}],
    "GK402": [{"datasets/records/retention": None,
               "activities/study/retention": {"until": "2027-01-01"}}],
    "GK403": [{"systems/crm/access": [{"person": "e1", "role": "guest"}]}],
    "GK404": [{"policy/regulations/0/reviewed_on": None},
              {"policy/regulations/1/reviewed_on": "2025-11-22"},
              {"policy/reviewed_on": "2025-11-22"},
              {"policy/regulations/0/review_months": 24,
               "regulations/handling/adopted_on": "2024-11-22"}],
    "GK405": [{"activities/mail/screening": ["sensitive", "sensitive"]},
              {"activities/study/screening": ["sensitive", "matching"]},
              {"activities/study/screening": ["sensitive", "matching"],
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
    "GK409": [{"datasets/records/fields/card": field("none", "user.financial.credit_card")},
              {"datasets/records/form": "pseudonymized"},
              {"activities/mail/contacts_people": True}],
    "GK410": [{"datasets/records/form": "anonymized",
               "datasets/records/items_published_on": TODAY}],
    "GK501": [{"requests/Q2/due": "2026-11-01", "requests/Q2/extended_to": TODAY},
              {"requests/Q2/due": None, "requests/Q2/extended_to": TODAY},
              {"requests/Q1/due": None}],
    "GK502": [{"requests/Q1/outcome": "refused", "requests/Q1/reason": "Not ours"}],
    "GK503": [{"requests/Q1/identity_checked_on": None, "requests/Q1/outcome": "refused",
               "requests/Q1/reason": "Nobody could tell who asked"}],
    "GK504": [{"requests/Q1/confirmations": [], "requests/Q1/kind": "disclose"},
              {"requests/Q2/kind": "erase"}],
    "GK505": [{"policy/organization/contact_email": "privacy@hoshinuma.example"}],
    "GK506": [{"requests/Q1/note": "Answered with the third template."}],
}  # fmt: skip
