"""A register in other people's formats: nothing is lost that both sides can hold, nothing runs."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from pathlib import Path

import openpyxl
import pytest
import yaml
from fideslang.models import Taxonomy
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from govkit.errors import FilesError, InputError, SourceError
from govkit.output import FORMATS, export_register, import_register
from govkit.output.ropa import KINDS, as_key, dumped
from govkit.policy import Register, entries, load_policy, load_register, words

SAMPLES = Path(__file__).parents[2] / "data" / "samples"
HOSTILE = [
    "=cmd|'/c calc'!A0", "+1", "-1", "@SUM(A1)", "＝1", "'=1", " =1", "\t=1", "|x", "%0a",
    "a\nb;c、d；e", "back\\slash\\", "\\\n;", "<script>x</script>", 'say "no"', "x: y", "None",
    "null", "~", "no", "1.0", "007", "2026-01-01", "_x0041_", "#N/A", "NA", "日本語", "é̂", "😀",
    "{{ 7 * 7 }}", "{}", "[]", "[a, b]", "- a", "!!tag", "&a", "*a", "%YAML", "long " * 200,
]  # fmt: skip
letters = st.characters(exclude_categories=["Cs", "Cc", "Cn"], exclude_characters="\ufffe\uffff")
texts = st.sampled_from(HOSTILE) | st.text(letters, min_size=1, max_size=12)
keys = st.from_regex(r"\A[A-Za-z0-9_あ-ん漢][A-Za-z0-9_.あ漢-]{0,8}\Z")


def one(said, pools):
    """Draw what a key of a model may hold, as models/register.yaml says it."""
    word, _, _ = said.removesuffix(" or none").partition(" = ")
    plain = {
        "text": texts, "key": keys, "date": st.dates().map(str), "flag": st.booleans(),
        "number": st.integers(0, 99), "country": st.sampled_from(["JP", "NO", "US"]),
        "period": st.sampled_from(["P3Y", "P1Y6M"]), "moment": st.nothing(),
    }  # fmt: skip
    if "|" in word:
        drawn = st.sampled_from([part.strip() for part in word.split("|")])
    elif word.startswith("->"):
        drawn = st.sampled_from(pools[word[2:]])
    elif word in plain:
        drawn = plain[word]
    elif hasattr(words, word):
        drawn = st.sampled_from(list(map(str, getattr(words, word))))
    else:
        drawn = entry(getattr(entries, word), pools)
    return drawn | st.none() if said.endswith("or none") else drawn


def several(said, pools):
    least = int(said.endswith("+"))
    names = {"unique_by": lambda field: field["name"]} if said.startswith("DatasetField") else {}
    return st.lists(one(said.rstrip("+ "), pools), min_size=least, max_size=3, **names)


@st.composite
def entry(draw, model, pools, key=None):
    found = {}
    for name, said in model.keys.items():
        kind = said["is"]
        value = draw(several(kind[0], pools) if isinstance(kind, list) else one(kind, pools))
        if value is not None:
            found[name] = key if name == "key" and key else value
    return found


@st.composite
def registers(draw):
    """Draw a register of every kind of entry that is exchanged."""
    kinds = [kind for kind in KINDS if kind not in {"requests", "incidents", "training"}]
    pools = {
        kind: draw(st.lists(keys, min_size=1, max_size=2, unique_by=str.casefold)) for kind in kinds
    }
    found = {kind: [draw(entry(KINDS[kind], pools, key)) for key in pools[kind]] for kind in kinds}
    for one in found["systems"]:
        one["access"] = []
    return Register.model_validate(found)


def held(register):
    """Give what a register says, whatever the order of its entries."""
    return {
        kind: sorted(several, key=lambda one: json.dumps(one, sort_keys=True))
        for kind, several in dumped(register).items()
    }


def there_and_back(register, folder, kind, ending):
    file = export_register(register, folder / f"file{ending}", format=kind)
    return import_register(file, folder / "back")


few = settings(
    max_examples=8, deadline=None, suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],  # a register is too large to be made smaller
)  # fmt: skip


@few
@given(registers())
def test_excel_and_back_loses_nothing(tmp_path_factory, register):
    back = there_and_back(register, tmp_path_factory.mktemp("x"), "ropa-xlsx", ".xlsx")
    assert held(back) == held(register)


@few
@given(registers())
def test_fideslang_and_back_loses_nothing(tmp_path_factory, register):
    back = there_and_back(register, tmp_path_factory.mktemp("x"), "fideslang", ".yaml")
    assert held(back) == held(register)


@few
@given(registers())
def test_csv_and_back_keeps_the_activities(tmp_path_factory, register):
    back = there_and_back(register, tmp_path_factory.mktemp("x"), "ropa-csv", ".csv")
    assert held(back)["activities"] == held(register)["activities"]
    groups = {one.key: one.subject_group for one in register.datasets}
    used = {key for one in register.activities for key in one.datasets}
    for one in back.datasets:
        single = [a for a in register.activities if one.key in a.datasets and len(a.datasets) == 1]
        if one.key in used and len(single) == 1 == sum(
            one.key in a.datasets for a in register.activities
        ):
            assert one.subject_group == groups[one.key]


@few
@given(registers())
def test_fideslang_is_what_fideslang_expects(tmp_path_factory, register):
    path = tmp_path_factory.mktemp("x") / "f.yaml"
    export_register(register, path, format="fideslang")
    Taxonomy.model_validate(yaml.safe_load(path.read_text("utf-8")))


@pytest.fixture(scope="module")
def sample():
    return load_register(SAMPLES / "register")


@pytest.fixture(scope="module")
def policy():
    return load_policy(SAMPLES / "policy.yaml")


def tiny(**changes):
    """One activity on one dataset, with hostile words where a test wants them."""
    told = {"title": "Serve", "field": "name", "recipient": "Cloud", "category": None} | changes
    return Register.model_validate({
        "datasets": [{
            "key": "d", "title": told["title"], "subject_group": "customer", "owner": "Sales",
            "fields": [{"name": told["field"], "role": "direct", "category": told["category"]}],
        }],
        "recipients": [{"key": "r", "name": told["recipient"], "kind": "independent"}],
        "activities": [{
            "key": "a", "title": told["title"], "datasets": ["d"], "purposes": ["p"],
            "recipients": ["r"],
        }],
    })  # fmt: skip


# Records of processing activities


@pytest.mark.parametrize("word", HOSTILE)
def test_no_cell_of_a_csv_is_a_formula(tmp_path, word):
    path = export_register(tiny(title=word, recipient=word), tmp_path / "r.csv", format="ropa-csv")
    cells = [c for row in csv.reader(io.StringIO(path.read_text("utf-8-sig"))) for c in row]
    assert [c for c in cells if re.match(r"\s*[=+\-@＝＋－＠|%]", c)] == []
    assert import_register(path, tmp_path / "back").activities[0].title == word


@pytest.mark.parametrize("word", HOSTILE)
def test_no_cell_of_a_workbook_is_a_formula(tmp_path, word):
    path = export_register(tiny(title=word), tmp_path / "r.xlsx", format="ropa-xlsx")
    book = openpyxl.load_workbook(path)
    cells = [cell for sheet in book for row in sheet.rows for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n", "inlineStr"}
    assert [c.value for c in cells if c.data_type == "n" and c.value is not None] == []
    with zipfile.ZipFile(path) as parts:
        sheets = [name for name in parts.namelist() if "worksheets" in name]
        assert not any(b"<f>" in parts.read(name) or b"<f " in parts.read(name) for name in sheets)


def test_the_two_records_have_the_headings_of_article_30(tmp_path, sample, policy):
    path = export_register(sample, tmp_path / "r.xlsx", format="ropa-xlsx", policy=policy)
    book = openpyxl.load_workbook(path)
    controller, processor = book.worksheets[:2]
    assert [sheet.title for sheet in (controller, processor)] == [
        "Art. 30(1) controller 管理者", "Art. 30(2) processor 処理者",
    ]  # fmt: skip
    headings = [cell.value for cell in controller[1]]
    for point in "abcdefg":  # GDPR Article 30(1)(a) to (g)
        assert any(str(heading).startswith(f"({point}) ") for heading in headings)
    for heading in (
        "利用目的",
        "本人の区分",
        "個人データの項目",
        "提供先",
        "保存期間",
        "安全管理措置",
    ):
        assert any(heading in str(one) for one in headings)
    clients = {one.key for one in sample.activities if one.as_processor_for}
    column = [cell.value for cell in processor[1]].index("key")
    assert {row[column].value for row in processor.iter_rows(min_row=2)} == clients
    assert controller.freeze_panes == "B2"
    widths = [look.width for look in controller.column_dimensions.values()]
    assert min(widths) >= 12
    assert max(widths) <= 48


def test_a_text_too_long_for_a_cell_is_told(tmp_path):
    with pytest.raises(InputError, match="longer than a cell"):
        export_register(tiny(title="x" * 40_000), tmp_path / "r.xlsx", format="ropa-xlsx")
    assert list(tmp_path.iterdir()) == []


def test_somebody_elses_record_becomes_a_register(tmp_path):
    """Headings of other authorities' templates, a title row above, words in place of keys."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["Record of processing activities of Example GmbH"])
    sheet.append([])
    sheet.append(["Business function", "Purpose of processing", "Categories of individuals",
                  "Categories of personal data", "Recipients", "Retention schedule",
                  "Technical and organisational security measures", "Colour"])  # fmt: skip
    sheet.append(["Payroll", "Pay salaries", "Applicants", "Name; Bank account", "Tax office",
                  "10 years", "Encryption at rest", "blue"])  # fmt: skip
    path = tmp_path / "theirs.xlsx"
    book.save(path)
    back = import_register(path, tmp_path / "register")
    (activity,), (dataset,) = back.activities, back.datasets
    assert (activity.key, activity.title, activity.purposes) == (
        "Payroll", "Payroll", ("Pay-salaries",),
    )  # fmt: skip
    assert dataset.subject_group == "applicant"
    assert [one.strip() for one in activity.categories] == ["Name", "Bank account"]
    assert activity.retention.trigger == "10 years"
    assert [one.name for one in back.recipients] == ["Tax office"]
    assert [one.title for one in back.measures] == ["Encryption at rest"]
    assert back.systems[0].measures == ("Encryption-at-rest",)


def test_a_japanese_record_in_cp932(tmp_path):
    path = tmp_path / "theirs.csv"
    path.write_bytes("業務名,利用目的,対象者\r\n採用,選考のため,応募者\r\n".encode("cp932"))
    back = import_register(path, tmp_path / "register")
    assert back.activities[0].purposes == ("選考のため",)
    assert back.datasets[0].subject_group == "applicant"


def test_a_title_above_the_headings_and_rows_of_different_length(tmp_path):
    path = tmp_path / "theirs.csv"
    path.write_text("Our record\n\nActivity,Purposes,Recipients\nPayroll,Pay\n,,\n", "utf-8")
    (activity,) = import_register(path, tmp_path / "register").activities
    assert (activity.title, activity.purposes) == ("Payroll", ("Pay",))


@pytest.mark.parametrize(
    ("name", "content", "error", "sentence"),
    [
        pytest.param("a.csv", b"colour,size\nblue,3\n", InputError, "needs a row", id="no record"),
        pytest.param(
            "a.xlsx", b"PK not a workbook", SourceError, "cannot be read", id="no workbook"
        ),
        pytest.param(
            "a.txt", b"Processing activity\nx\n", SourceError, "cannot be read", id="no table"
        ),
        pytest.param("a.yaml", b"- 1\n", InputError, "not fideslang", id="a list"),
        pytest.param("a.yaml", b"dataset: [{fides_key: a}]", InputError, "fideslang", id="half"),
        pytest.param("a.yaml", b"a: &a [1]\nb: *a\n", InputError, "aliases", id="aliases"),
    ],
)
def test_what_cannot_be_imported_is_told_in_a_sentence(tmp_path, name, content, error, sentence):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(error, match=sentence):
        import_register(tmp_path / name, tmp_path / "register")
    assert not (tmp_path / "register").exists()


def test_a_file_that_is_not_there(tmp_path):
    for name in ("a.csv", "a.xlsx", "a.yaml"):
        with pytest.raises(SourceError, match="a\\."):
            import_register(tmp_path / name, tmp_path / "register")


# Writing a register


def test_nothing_is_overwritten(tmp_path, sample):
    path = export_register(sample, tmp_path / "r.xlsx", format="ropa-xlsx")
    (tmp_path / "register").mkdir()
    (tmp_path / "register" / "mine.txt").write_text("keep")
    with pytest.raises(InputError, match="exists already"):
        import_register(path, tmp_path / "register")
    assert [p.name for p in (tmp_path / "register").iterdir()] == ["mine.txt"]


def test_a_wrong_entry_leaves_no_folder_behind(tmp_path, sample):
    path = export_register(sample, tmp_path / "r.xlsx", format="ropa-xlsx")
    book = openpyxl.load_workbook(path)
    sheet = book["datasets"]
    column = [cell.value for cell in sheet[1]].index("subject_group") + 1
    sheet.cell(2, column).value = "everybody-Kari-Nordmann"
    book.save(path)
    with pytest.raises(FilesError) as caught:
        import_register(path, tmp_path / "register")
    assert "Kari" not in str(caught.value)
    assert [p.name for p in tmp_path.iterdir()] == ["r.xlsx"]


def test_a_key_cannot_lead_out_of_the_folder(tmp_path, sample):
    path = export_register(sample, tmp_path / "r.xlsx", format="ropa-xlsx")
    book = openpyxl.load_workbook(path)
    book["measures"].cell(2, 1).value = "../../evil"
    book.save(path)
    with pytest.raises(FilesError):
        import_register(path, tmp_path / "register")
    assert [p.name for p in tmp_path.iterdir()] == ["r.xlsx"]


def test_an_edited_cell_changes_the_register(tmp_path, sample):
    path = export_register(sample, tmp_path / "r.xlsx", format="ropa-xlsx")
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    column = [cell.value for cell in sheet[1]].index("title") + 1
    sheet.cell(2, column).value = "Another title"
    book.save(path)
    assert "Another title" in [
        one.title for one in import_register(path, tmp_path / "register").activities
    ]


@given(st.text(max_size=100))
def test_any_text_gives_a_key_and_a_key_stays(text):
    key = as_key(text)
    assert as_key(key) == key
    assert not re.search(r"[/\\\s]", key)
    assert not key.startswith(".")


# fideslang


def test_fideslang_itself_accepts_the_sample(tmp_path, sample, policy):
    path = export_register(sample, tmp_path / "f.yaml", format="fideslang", policy=policy)
    taxonomy = Taxonomy.model_validate(yaml.safe_load(path.read_text("utf-8")))
    again = tmp_path / "again.yaml"
    again.write_text(yaml.safe_dump(json.loads(taxonomy.model_dump_json(exclude_none=True))))
    assert held(import_register(again, tmp_path / "back")) == held(sample)


def test_roles_survive_fides(tmp_path, sample):
    found = yaml.safe_load(
        export_register(sample, tmp_path / "f.yaml", format="fideslang").read_text("utf-8")
    )
    for one in found[
        "dataset"
    ]:  # Fides sorts fields by name and keeps no key that it does not know
        for collection in one["collections"]:
            collection["fields"] = sorted(
                ({"name": f["name"], "data_categories": f.get("data_categories")}
                 for f in collection["fields"]), key=lambda f: f["name"])  # fmt: skip
    (tmp_path / "sorted.yaml").write_text(yaml.safe_dump(found))
    assert held(import_register(tmp_path / "sorted.yaml", tmp_path / "back")) == held(sample)


def test_what_is_changed_in_fides_counts(tmp_path, sample):
    path = export_register(sample, tmp_path / "f.yaml", format="fideslang")
    found = yaml.safe_load(path.read_text("utf-8"))
    system = next(one for one in found["system"] if len(one["privacy_declarations"]) > 1)
    gone = system["privacy_declarations"].pop()
    found["dataset"][0]["name"] = "Renamed in Fides"
    found["dataset"][0]["collections"][0]["fields"][0]["data_categories"] = ["user.location"]
    path.write_text(yaml.safe_dump(found), "utf-8")
    back = import_register(path, tmp_path / "back")
    pairs = {(a.key, p) for a in back.activities for p in a.purposes}
    assert (gone["name"].partition(": ")[0], gone["data_use"]) not in pairs
    assert "Renamed in Fides" in [one.title for one in back.datasets]
    assert "user.location" in [f.category for d in back.datasets for f in d.fields]


THEIRS = """
dataset:
  - fides_key: shop
    data_subjects: [customer]
    collections:
      - name: orders
        fields:
          - {name: email, data_categories: [user.contact.email]}
          - name: address
            fields:
              - {name: city, data_categories: [user.contact.address.city]}
          - {name: diagnosis, data_categories: [user.health_and_medical]}
          - {name: row}
      - name: visits
        fields: [{name: ip, data_categories: [user.device.ip_address]}]
system:
  - fides_key: web
    system_type: Service
    egress: [{fides_key: elsewhere, type: system}, {fides_key: user, type: user}]
    dataset_references: [shop]
    privacy_declarations:
      - name: Sell things
        data_use: essential.service
        data_categories: [user.contact.email]
        retention_period: 5 years
        legal_basis_for_processing: Contract
        third_parties: Parcel services
    data_security_practices: Encrypted disks
"""


def test_somebody_elses_fideslang_becomes_a_register(tmp_path):
    (tmp_path / "theirs.yaml").write_text(THEIRS)
    back = import_register(tmp_path / "theirs.yaml", tmp_path / "register")
    roles = {f"{d.key}.{f.name}": (f.role, f.appi_class) for d in back.datasets for f in d.fields}
    assert roles == {
        "shop.orders.email": ("direct", "personal_information"),
        "shop.orders.address.city": ("quasi", "personal_information"),
        "shop.orders.diagnosis": ("sensitive", "special_care_required"),
        "shop.orders.row": ("none", "none"),
        "shop.visits.ip": ("direct", "personally_referable_information"),
    }
    assert {f.confirmed_by for d in back.datasets for f in d.fields} == {None}
    (activity,) = back.activities
    assert activity.datasets == ("shop.orders", "shop.visits")
    assert (activity.title, activity.purposes) == ("Sell things", ("essential.service",))
    assert (activity.legal_basis, activity.retention.trigger) == ("contract", "5 years")
    assert {one.key for one in back.systems} == {"web", "elsewhere"}
    assert [one.name for one in back.recipients] == ["Parcel services"]
    assert [one.title for one in back.measures] == ["Encrypted disks"]


# Data Privacy Vocabulary

#: Checked by hand against the term lists of DPV 2.0 to 2.3 (w3id.org/dpv).
DPV = {
    "ContractPerformance", "Consent", "ControllerProcessorAgreement", "Customer", "DataController",
    "DataProcessingRecord", "DataProcessor", "DataSubject", "Duration", "IdentifyingPersonalData",
    "JobApplicant", "JointDataControllers", "JointDataControllersAgreement", "LegalObligation",
    "LegitimateInterest", "OrganisationalMeasure", "PersonalData", "PersonalDataProcess",
    "PhysicalMeasure", "PublicInterest", "Purpose", "Recipient", "Representative",
    "SensitivePersonalData", "StorageDuration", "TechnicalMeasure", "ThirdParty",
    "UntilTimeDuration", "Visitor", "VitalInterest", "hasAddress", "hasContact", "hasCountry",
    "hasDataController", "hasDataSource", "hasDataSubject", "hasDuration", "hasIdentifier",
    "hasLegalBasis", "hasLegalMeasure", "hasName", "hasPersonalData", "hasProcess", "hasPurpose",
    "hasRecipient", "hasRepresentative", "hasStorageCondition",
    "hasTechnicalOrganisationalMeasure",
}  # fmt: skip


@few
@given(registers())
def test_only_terms_that_the_vocabulary_defines(tmp_path_factory, register):
    path = tmp_path_factory.mktemp("x") / "d.jsonld"
    linked = json.loads(export_register(register, path, format="dpv").read_text(encoding="utf-8"))
    used = set(terms(linked))
    assert {term for term in used if term.startswith("dpv:")} <= {f"dpv:{term}" for term in DPV}
    assert {term.partition(":")[0] for term in used} <= {"dpv", "dct", "@id", "@type", "@context"}


def terms(part):
    """Walk over the keys and the types of JSON-LD, and what it names by @id in the vocabulary."""
    if isinstance(part, list):
        for inner in part:
            yield from terms(inner)
    elif isinstance(part, dict):
        for key, value in part.items():
            yield key
            if key == "@type" or (key == "@id" and str(value).startswith("dpv:")):
                yield value
            elif key != "@context":
                yield from terms(value)


def test_the_vocabulary_tells_who_answers_for_it(tmp_path, sample, policy):
    path = export_register(sample, tmp_path / "d.jsonld", format="dpv", policy=policy)
    linked = json.loads(path.read_text("utf-8"))
    assert linked["dpv:hasDataController"]["dpv:hasName"] == policy.organization.name_en
    assert len(linked["dpv:hasProcess"]) == len(sample.activities)


# Everything


@pytest.mark.parametrize("kind", FORMATS)
def test_nothing_about_single_persons_leaves(tmp_path, sample, kind):
    """Staff numbers, cases and training records stay in the register."""
    path = export_register(sample, tmp_path / "out", format=kind)
    content = path.read_bytes()
    if kind == "ropa-xlsx":
        with zipfile.ZipFile(path) as parts:
            content = b"".join(map(parts.read, parts.namelist()))
    persons = {one.person for one in sample.training}
    persons |= {one.person for system in sample.systems for one in system.access}
    assert persons
    for number in persons | {one.key for one in (*sample.requests, *sample.incidents)}:
        assert number.encode() not in content


def test_an_unknown_format(tmp_path, sample):
    with pytest.raises(InputError, match="known are ropa-csv"):
        export_register(sample, tmp_path / "x", format="pdf")
