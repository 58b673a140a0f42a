"""The gate: what is allowed, refused or for a person; and that it cannot be gone around."""

import csv
import dataclasses
import datetime as dt
import hashlib
import io
import json
import time

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govkit.assess import assess
from govkit.errors import GovkitError, InputError
from govkit.findings import check_register
from govkit.perturbation import controlled_rounding
from govkit.policy import Register, load_policy, load_register
from govkit.records import open_store
from govkit.records.difference import Release, cells_of, differences, table_of
from govkit.records.disclosures import Gate, Outcome
from govkit.records.provision import COLUMNS, as_html, provisions, retained, write
from govkit.tables import Rules, audit, suppress, tabulate, write_table

AT = dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def policy(samples):
    return load_policy(samples / "policy.yaml")


@pytest.fixture(scope="module")
def register(samples):
    return load_register(samples / "register")


@pytest.fixture
def gate(policy, register, tmp_path, samples):
    store = open_store(tmp_path / "records.sqlite", create=True)
    return Gate(policy=policy, register=register, store=store, folder=samples)


def changed(gate, kind, key, **parts):
    """Give the same gate over a register in which one entry is changed."""
    some = [one.model_copy(update=parts) if one.key == key else one
            for one in getattr(gate.register, kind)]  # fmt: skip
    parts = {name: getattr(gate.register, name) for name in Register.keys} | {kind: tuple(some)}
    return Gate(policy=gate.policy, register=Register(**parts), store=gate.store,
                folder=gate.folder)  # fmt: skip


def fresh(gate):
    """Give the same gate over a register in which nothing was disclosed before."""
    parts = {name: getattr(gate.register, name) for name in Register.keys} | {"disclosures": ()}
    return Gate(policy=gate.policy, register=Register(**parts), store=gate.store,
                folder=gate.folder)  # fmt: skip


def rules(decision):
    return {one.rule for one in decision.reasons}


def told(decision):
    return " ".join(one.text for one in decision.reasons)


SUBCONTRACTOR = {
    "dataset": "customers", "ground": "subcontractor", "recipient": "nagisa",
    "contract": "SC-2026-01", "purposes": ["transactions"], "fields": ["name", "postcode"],
}  # fmt: skip
CONSENT = {
    "dataset": "customers", "ground": "consent", "recipient": "hinode", "fields": ["email"],
    "consent_reference": "Form 7", "consent_recipients": ["hinode"],
    "consent_fields": ["email", "age"], "persons": 50,
}  # fmt: skip
LAW = {
    "dataset": "customers", "ground": "law", "recipient": "hinode", "fields": ["name"],
    "legal_reference": "Code of Criminal Procedure, Article 197", "request_document": "Inquiry 12",
}  # fmt: skip
SUCCESSION = {
    "dataset": "customers", "ground": "succession", "recipient": "hinode", "fields": ["name"],
    "purposes": ["transactions"],
}  # fmt: skip
OPT_OUT = {
    "dataset": "customers", "ground": "opt_out", "recipient": "hinode", "fields": ["name"],
    "announcement": "Site, 1 April 2026; filed with the PPC", "persons": 3000,
}  # fmt: skip
ABROAD = {"country": "US", "foreign_route": None}


# Every ground


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        pytest.param(SUBCONTRACTOR, set(), id="contract"),
        pytest.param(SUBCONTRACTOR | {"contract": None}, {"GK308"}, id="no contract"),
        pytest.param(SUBCONTRACTOR | {"recipient": "hinode"}, {"GK315"}, id="not its party"),
        pytest.param(SUBCONTRACTOR | {"purposes": ["service"]}, {"GK315"}, id="purpose out of it"),
        pytest.param(SUBCONTRACTOR | {"purposes": []}, {"GK311"}, id="no purpose"),
        pytest.param(SUBCONTRACTOR | {"own_purpose": True}, {"GK310"}, id="for itself"),
        pytest.param(CONSENT, set(), id="consent"),
        pytest.param(CONSENT | {"consent_reference": None}, {"GK302"}, id="consent not filed"),
        pytest.param(CONSENT | {"consent_recipients": ["nagisa"]}, {"GK302"}, id="for another"),
        pytest.param(CONSENT | {"fields": ["email", "phone"]}, {"GK302"}, id="for fewer items"),
        pytest.param(LAW, set(), id="law"),
        pytest.param(LAW | {"legal_reference": None}, {"GK312"}, id="no statute"),
        pytest.param(LAW | {"request_document": None}, {"GK316"}, id="no request document"),
        pytest.param(SUCCESSION, set(), id="succession"),
        pytest.param(SUCCESSION | {"purposes": ["recruiting"]}, {"GK311"}, id="other purpose"),
        pytest.param(SUCCESSION | {"purposes": []}, {"GK311"}, id="nobody says for what"),
        pytest.param(OPT_OUT, {"GK301"}, id="opt-out is not in this policy"),
        pytest.param(LAW | {"ground": None}, {"GK301"}, id="no ground"),
    ],
)
def test_each_ground_asks_for_its_own(gate, wanted, expected):
    found = gate.request(wanted, author="S0002", at=AT)
    assert rules(found) == expected
    assert found.outcome == (Outcome.REFUSED if expected else Outcome.ALLOWED)
    assert all(one.clause == "3" and one.text and one.fix for one in found.reasons)
    assert gate.store.latest("disclosure")[found.key].content["details"]["outcome"] == found.outcome


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        pytest.param(OPT_OUT, set(), id="announced"),
        pytest.param(OPT_OUT | {"announcement": None}, {"GK317"}, id="not announced"),
        pytest.param(OPT_OUT | {"dataset": "applicants", "fields": None}, {"GK317"}, id="health"),
    ],
)
def test_opt_out_where_the_policy_lists_it(gate, wanted, expected):
    ground = gate.policy.disclosure_grounds[0].model_copy(update={"ground": "opt_out"})
    more = (*gate.policy.disclosure_grounds, ground)
    policy = gate.policy.model_copy(update={"disclosure_grounds": more})
    listed = Gate(policy=policy, register=gate.register, store=gate.store)
    kept = {name: part for name, part in wanted.items() if part is not None}
    assert rules(listed.request(kept, author="S0002", at=AT)) == expected


@pytest.mark.parametrize(
    ("kind", "key", "parts", "wanted", "rule", "outcome"),
    [
        pytest.param("contracts", "SC-2026-01", {"supervised_on": dt.date(2025, 11, 22)},
                     SUBCONTRACTOR, "GK309", Outcome.REFUSED, id="not supervised for 12 months"),
        pytest.param("contracts", "SC-2026-01", {"breach_clause": False}, SUBCONTRACTOR, "GK308",
                     Outcome.REFUSED, id="no clause on breaches"),
        pytest.param("contracts", "SC-2026-01", {"status": "suspended"}, SUBCONTRACTOR, "GK208",
                     Outcome.REFUSED, id="suspended"),
        pytest.param("contracts", "SC-2026-01", {"expires": dt.date(2026, 11, 22)}, SUBCONTRACTOR,
                     "GK308", Outcome.REFUSED, id="expired"),
        pytest.param("contracts", "SC-2026-01", {"scope_datasets": ("web-visits",)}, SUBCONTRACTOR,
                     "GK315", Outcome.REFUSED, id="dataset out of scope"),
        pytest.param("recipients", "hinode", ABROAD, CONSENT, "GK313", Outcome.REFUSED,
                     id="abroad without a route"),
        pytest.param("contracts", "HC-2025-01", {"provenance": "illegitimate"},
                     {"dataset": "client-checkups", "ground": "law", "recipient": "hinode",
                      "fields": ["sex"], "legal_reference": "x", "request_document": "y"},
                     "GK208", Outcome.REFUSED, id="illegitimate provenance blocks even law"),
    ],
)  # fmt: skip
def test_the_register_decides(gate, kind, key, parts, wanted, rule, outcome):
    sound = gate.request(wanted, author="S0002", at=AT)
    found = changed(gate, kind, key, **parts).request(wanted, author="S0002", at=AT)
    assert rule not in rules(sound)
    assert rule in rules(found)
    assert found.outcome is outcome


@pytest.mark.parametrize(
    "parts", [{"supervised_on": dt.date(2025, 1, 1)}, {"breach_clause": False}]
)
def test_a_contract_that_is_not_used_has_no_say(gate, parts):
    """A subcontract about the same data was held against every other ground."""
    found = changed(gate, "contracts", "SC-2026-01", **parts)
    assert rules(found.request(CONSENT, author="S0002", at=AT)) == set()


def test_supervised_twelve_months_ago_is_still_in_time(gate):
    found = changed(gate, "contracts", "SC-2026-01", supervised_on=dt.date(2025, 11, 23))
    assert rules(found.request(SUBCONTRACTOR, author="S0002", at=AT)) == set()


@pytest.mark.parametrize(
    ("wanted", "sentence"),
    [
        pytest.param({"fields": ["nmae"]}, "fields: 1 are no columns of the dataset: known are",
                     id="column misspelled"),
        pytest.param({"consent_fields": ["x", "=cmd()"]}, "consent_fields: 2 are no columns",
                     id="nor of the consent"),
        pytest.param({"ground": "because"}, "disclosure D-2026-004: 'ground': Input should be",
                     id="no such ground"),
        pytest.param({"persons": -1}, "'persons': Input should be greater", id="fewer than nobody"),
    ],
)  # fmt: skip
def test_what_is_no_disclosure_is_told_and_not_kept(gate, wanted, sentence):
    with pytest.raises(InputError, match=sentence) as stop:
        gate.request(CONSENT | wanted, author="S0002", at=AT)
    assert "nmae" not in str(stop.value)
    assert gate.store.entries() == ()


def test_the_day_is_that_of_the_office(gate, monkeypatch):
    """What is handed over in Tokyo on Thursday morning is still Wednesday in UTC."""
    now = dt.datetime.now(dt.UTC)
    east = now.hour > 10  # where the day is another one now, far from midnight
    monkeypatch.setenv("TZ", "XXX-14" if east else "XXX+12")
    time.tzset()
    try:
        key = gate.request(LAW, author="S0002").key
        made = gate.record(key, author="S0002").content["disclosed_on"]
    finally:
        monkeypatch.undo()
        time.tzset()
    assert made == str(now.date() + dt.timedelta(days=1 if east else -1))


def test_the_contract_that_the_data_came_under_has_a_say(gate):
    """Nothing of the disclosure names it; the dataset does."""
    wanted = LAW | {"dataset": "client-checkups", "fields": ["sex"]}
    ended = changed(gate, "contracts", "HC-2025-01", expires=dt.date(2026, 11, 22))
    assert rules(gate.request(wanted, author="S0002", at=AT)) == set()
    assert "GK210" in rules(ended.request(wanted, author="S0002", at=AT))


# Statistics


@pytest.fixture
def release(samples, tmp_path):
    """Write a protected table of the customers, with its certificate beside it."""

    def make(by, name="table.csv", data=None, value=None):
        table = tabulate(data if data is not None else samples / "customers.csv", by, value)
        answer = suppress(table, Rules.for_audience("public"))
        answer.certificate.save((tmp_path / name).with_suffix(".npz"))
        return write_table(answer.table, tmp_path / name)

    return make


STATISTICS = {"dataset": "customers", "ground": "statistical", "audience": "public"}


def ask(gate, path, **options):
    return gate.request(STATISTICS, author="S0002", at=AT, file=path, **options)


def publish(gate, path, **options):
    found = ask(gate, path, **options)
    assert found.outcome is Outcome.ALLOWED, told(found)
    return gate.record(found.key, author="S0002", file=path, at=AT, **options)


def test_refused_repaired_allowed_made(gate, samples, release, tmp_path):
    raw = ask(gate, samples / "customers.csv")
    assert raw.outcome is Outcome.REFUSED
    assert {"GK304", "GK305"} <= rules(raw)
    assert [one.rule for one in raw.reasons].count("GK305") == 1  # told once, with every column
    blank = tabulate(samples / "customers.csv", ["prefecture", "sex"])
    bare = write_table(blank.with_status(["s"] * len(blank)), tmp_path / "bare.csv")
    assert rules(ask(gate, bare)) == {"GK304"}
    made = publish(gate, release(["prefecture", "sex"]))
    kept = gate.store.latest("disclosure")[made.key].content
    assert kept["status"] == "made"
    assert kept["disclosed_on"] == "2026-11-23"
    assert kept["retain_until"] == "2029-11-23"
    assert kept["check"]["artifact_sha256"] == kept["artifact_sha256"] == made.assessment.sha256
    found = check_register(gate.policy, gate.register, today=AT.date(), events=gate.store.events())
    assert found.findings == ()


def test_statistics_need_a_file(gate):
    assert "GK303" in rules(gate.request(STATISTICS, author="S0002", at=AT))


def test_the_file_holds_no_column_that_was_not_asked_for(gate, release, samples):
    wanted = STATISTICS | {"fields": ["prefecture"]}
    path = release(["prefecture", "sex"])
    assert "GK314" in rules(gate.request(wanted, author="S0002", at=AT, file=path))
    consent = gate.request(CONSENT, author="S0002", at=AT, file=samples / "customers.csv")
    assert "GK314" in rules(consent)


def test_evidence_of_this_very_file_spares_a_second_look(gate, release, monkeypatch):
    path = release(["prefecture", "sex"])
    evidence = assess(path, gate.policy, gate.register, audience="public", dataset="customers")
    monkeypatch.setattr("govkit.records.disclosures.assess", None)
    assert ask(gate, path, evidence=evidence).outcome is Outcome.ALLOWED


@pytest.mark.parametrize(
    ("options", "what"),
    [
        pytest.param({"audience": "internal"}, "group size", id="for a milder audience"),
        pytest.param({"dataset": "applicants"}, "dataset", id="as another dataset"),
    ],
)
def test_evidence_of_something_else_is_none(gate, release, options, what):
    path = release(["prefecture", "sex"])
    options = {"audience": "public", "dataset": "customers"} | options
    evidence = assess(path, gate.policy, gate.register, **options)
    found = ask(gate, path, evidence=evidence)
    assert found.outcome is Outcome.REFUSED
    assert any(one.rule == "GK303" and what in one.text for one in found.reasons)


def test_evidence_of_another_file_or_policy_is_none(gate, release, tmp_path):
    path = release(["prefecture", "sex"])
    other = tmp_path / "other.csv"
    other.write_bytes(path.read_bytes() + b"\n")
    options = {"audience": "public", "dataset": "customers"}
    evidence = assess(path, gate.policy, gate.register, **options)
    assert "another file" in told(ask(gate, other, evidence=evidence))
    later = gate.policy.model_copy(update={"version": "4.0"})
    newer = Gate(policy=later, register=gate.register, store=gate.store, folder=gate.folder)
    assert "another version of the policy" in told(ask(newer, path, evidence=evidence))


# Two tables, each safe, that give somebody away together


TREES = {"prefecture": {"Total": ["AB", "C"], "AB": ["A", "B"]}}


def counts(path, cells, variable="prefecture"):
    frame = pd.DataFrame(list(cells.items()), columns=[variable, "count"])
    frame.to_csv(path, index=False)
    return path


def test_overlapping_regions(gate, tmp_path):
    """25 people in A and B together, 22 in A: nobody said so, and 3 are in B."""
    gate = fresh(gate)
    first = counts(tmp_path / "a.csv", {"Total": 45, "AB": 25, "C": 20})
    second = counts(tmp_path / "b.csv", {"Total": 45, "A": 22, "BC": 23})
    assert ask(gate, second).outcome is Outcome.ALLOWED  # by itself
    publish(gate, first, hierarchies=TREES)
    found = ask(gate, second)
    assert found.outcome is Outcome.REFUSED
    assert rules(found) == {"GK306"}
    assert "gives away together with D-2026-002, exactly or too closely: 1." in told(found)


PEOPLE = pd.DataFrame(
    [("Nara", "f", 14), ("Gifu", "f", 3), ("Mie", "f", 13), ("Nara", "m", 30), ("Gifu", "m", 30),
     ("Mie", "m", 30)], columns=["prefecture", "sex", "n"],
)  # fmt: skip


def withheld(other, value=None):
    """Protect the three of Gifu with the help of another prefecture."""
    table = tabulate(PEOPLE, ["prefecture", "sex"], value, records=None if value else "n")
    status = np.full(len(table), "s")
    for name in ("Gifu", other):
        for sex in ("f", "m"):
            status[table.cell(prefecture=name, sex=sex)] = "m"
    status[table.cell(prefecture="Gifu", sex="f")] = "u"
    return table.with_status(status)


def kept(table):
    """Give a table as the records give it back."""
    return table_of(json.loads(json.dumps(cells_of(table))))


@pytest.mark.parametrize("value", [None, "n"], ids=["counts", "sums"])
@pytest.mark.parametrize("known", [True, False], ids=["certificate", "published cells alone"])
def test_each_protects_another_neighbor(value, known):
    """What one withholds beside the small cell the other prints; each is safe by itself."""
    one, two = withheld("Mie", value), withheld("Nara", value)
    assert [audit(each).exact for each in (one, two)] == [0, 0]
    new = Release(key="two", table=kept(two), true=two if known else None)
    before = Release(key="one", table=kept(one))
    (key, words), = differences(new, [before], 11)  # fmt: skip
    assert (key, words["others"]) == ("stacked", "one")
    assert words["n"] == (2 if value else 1)  # both sums of Gifu; 30 men are enough people
    again = Release(key="again", table=kept(one))
    assert list(differences(again, [before], 11)) == []


def test_three_tables_of_which_any_two_are_safe(gate, tmp_path):
    """a + b, b + c and a + c tell a: the stack is one system, not a list of pairs."""
    gate, people = fresh(gate), {"a": 3, "b": 20, "c": 20, "d": 20}
    outcomes = []
    for one, two in (("ab", "cd"), ("bc", "ad"), ("ac", "bd")):
        tree = {"prefecture": {"Total": [one, two], one: list(one), two: list(two)}}
        cells = {"Total": 63} | {group: sum(people[x] for x in group) for group in (one, two)}
        path = counts(tmp_path / f"{one}.csv", cells)
        found = ask(gate, path, hierarchies=tree)
        outcomes.append(found.outcome)
        if found.outcome is Outcome.ALLOWED:
            gate.record(found.key, author="S0002", file=path, at=AT, hierarchies=tree)
    assert outcomes == [Outcome.ALLOWED, Outcome.ALLOWED, Outcome.REFUSED]


def test_fewer_people_than_before(gate, samples, tmp_path, release):
    """The table of everybody less four: what is left when it is subtracted."""
    fewer = pd.read_csv(samples / "customers.csv").iloc[4:]
    fewer.to_csv(tmp_path / "fewer.csv", index=False)
    found = ask(gate, release(["prefecture"], data=tmp_path / "fewer.csv"))
    assert found.outcome is Outcome.REFUSED
    assert any("Subtracting D-2026-002" in one.text for one in found.reasons)


def test_many_other_people_are_for_a_person(gate, tmp_path):
    gate = fresh(gate)
    publish(gate, counts(tmp_path / "a.csv", {"Total": 90, "A": 50, "B": 40}))
    found = ask(gate, counts(tmp_path / "b.csv", {"Total": 170, "A": 90, "B": 80}))
    assert found.outcome is Outcome.PERSON
    assert rules(found) == {"GK306"}


def test_sums_and_counts_are_two_systems(gate, release):
    publish(gate, release(["occupation", "sex"], "count.csv"))
    publish(gate, release(["occupation", "sex"], "sum.csv", value="annual_spend_yen"))


def test_an_earlier_file_is_found_by_its_digest_or_asked_for(gate, release, samples, tmp_path):
    path = release(["prefecture", "sex"])
    lost = Gate(policy=gate.policy, register=gate.register, store=gate.store)
    found = ask(lost, path)
    assert (found.outcome, rules(found)) == (Outcome.PERSON, {"GK306"})
    assert "D-2026-002" in told(found)
    shelf = tmp_path / "shelf" / "deep"
    shelf.mkdir(parents=True)
    (shelf / "renamed.csv").write_bytes((samples / "released" / "D-2026-002.csv").read_bytes())
    near = Gate(policy=gate.policy, register=gate.register, store=gate.store, folder=tmp_path)
    assert ask(near, path).outcome is Outcome.ALLOWED


# Figures that were changed a little


@pytest.fixture(params=[".csv", ".xlsx"])
def rounded(request, samples, tmp_path):
    """Write a table as govkit table --protect round does, with its footnote."""
    table = tabulate(samples / "customers.csv", ["prefecture", "sex"])
    answer = controlled_rounding(table, 5)
    return write_table(answer.table, tmp_path / f"rounded{request.param}", note=answer.note)


def test_a_changed_table_is_for_a_person(gate, rounded):
    """It was taken for records in which the footnote names people."""
    first = ask(fresh(gate), rounded)
    assert (first.outcome, rules(first)) == (Outcome.PERSON, {"GK303"})
    assert "controlled rounding" in told(first)
    found = ask(gate, rounded)  # something was published before
    assert (found.outcome, rules(found)) == (Outcome.PERSON, {"GK303", "GK306"})
    assert f"The figures of {found.key} were changed a little" in told(found)


def test_an_earlier_changed_table_is_not_taken_as_exact(gate, rounded, release):
    """Sums over rounded figures do not add up: the attack would compute nonsense, or nothing."""
    gate = fresh(gate)
    first = ask(gate, rounded)
    gate.approve(first.key, author="S0009", reason="The ledger was looked at.", at=AT)
    gate.record(first.key, author="S0002", file=rounded, at=AT)
    found = ask(gate, release(["prefecture", "sex"]))
    assert (found.outcome, rules(found)) == (Outcome.PERSON, {"GK306"})
    assert f"The figures of {first.key} were changed a little (controlled rounding)" in told(found)


def test_what_a_person_approved_is_no_finding_for_ever(gate, rounded):
    """Rounded figures are never safe by themselves: nobody could answer what was found of them."""
    first = ask(gate, rounded)
    planned = gate.store.events()
    gate.approve(first.key, author="S0009", reason="The ledger was looked at.", at=AT)
    gate.record(first.key, author="S0002", file=rounded, at=AT)
    said = [check_register(gate.policy, gate.register, today=AT.date(), events=events)
            for events in (planned, gate.store.events())]  # fmt: skip
    assert [{one.rule for one in one.findings} for one in said] == [{"GK303"}, set()]


def test_a_column_that_is_called_note_is_no_footnote(tmp_path):
    frame = pd.DataFrame({"note": ["Total", "a", "b"], "count": [40, 20, 20]})
    frame.to_csv(tmp_path / "t.csv", index=False)
    assert Release.of("D", tmp_path / "t.csv").table.by == ("note",)


@pytest.mark.parametrize("rules", [{}, {"a": []}, {"note": ["Cells", 5]}, {"a": ["note"]}])
def test_a_sheet_of_rules_of_somebody_else_is_no_footnote(tmp_path, rules):
    path = tmp_path / "t.xlsx"
    with pd.ExcelWriter(path) as book:
        frame = pd.DataFrame({"area": ["Total", "a", "b"], "count": [40, 20, 20]})
        frame.to_excel(book, sheet_name="x", index=False)
        pd.DataFrame(rules).to_excel(book, sheet_name="rules", index=False)
    found = Release.of("D", path)
    assert (found.changed_by, found.table.by) == (None, ("area",))


def test_what_was_only_planned_is_neither_subtracted_nor_handed_out(gate, release):
    planned = changed(gate, "disclosures", "D-2026-002", status="planned")
    nowhere = dataclasses.replace(planned, folder=None)
    assert ask(nowhere, release(["prefecture", "sex"])).outcome is Outcome.ALLOWED
    assert "D-2026-002" not in [row["Number"] for row in nowhere.provisions()]


def test_what_was_stopped_had_been_handed_out(gate, release):
    """It was left out of the record of provision, and nothing was subtracted from it."""
    stopped = changed(gate, "disclosures", "D-2026-002", status="stopped")
    nowhere = dataclasses.replace(stopped, folder=None)
    assert "The file of D-2026-002 is not at hand" in told(ask(nowhere, release("prefecture")))
    assert "D-2026-002" in [row["Number"] for row in nowhere.provisions()]


def test_the_sample_is_what_the_register_says_was_published(samples, register, tmp_path):
    table = suppress(tabulate(samples / "customers.csv", "prefecture"), Rules(threshold=11)).table
    path = write_table(table, tmp_path / "t.csv")
    released = samples / "released" / "D-2026-002.csv"
    assert path.read_bytes() == released.read_bytes()
    entry = register.by_key["disclosures"]["D-2026-002"]
    assert entry.artifact_sha256 == hashlib.sha256(released.read_bytes()).hexdigest()
    assert entry.check.k == table.values.min()


# Files of records


def people(path, *groups):
    """Write records: per group its columns, and how many there are."""
    rows = [group for group, n in groups for _ in range(n)]
    pd.DataFrame(rows, columns=["prefecture", "sex", "age"]).to_csv(path, index=False)
    return path


NARA, GIFU = ("Nara", "f", "30-39"), ("Gifu", "f", "30-39")


@pytest.mark.parametrize(
    ("then", "now", "outcome", "word"),
    [
        pytest.param([(NARA, 30), (GIFU, 30)], [(NARA, 30), (GIFU, 30)], Outcome.ALLOWED, "",
                     id="the same people"),
        pytest.param([(NARA, 30), (GIFU, 30)], [(NARA, 28), (GIFU, 30)], Outcome.REFUSED,
                     "Subtracting", id="two have gone"),
        pytest.param([(NARA, 30), (GIFU, 30)], [(NARA, 30), (GIFU, 30), (("Mie", "m", "x"), 40)],
                     Outcome.ALLOWED, "", id="forty have come"),
        pytest.param([(NARA, 30), (GIFU, 30)],
                     [(("Nara", "f", "30-34"), 30), (("Gifu", "f", "30-34"), 30)],
                     Outcome.PERSON, "'age' have other categories", id="other age groups"),
        pytest.param([(NARA, 30), (GIFU, 30)],
                     [(("Nara", "f", "30-34"), 27), (("Gifu", "f", "30-34"), 33)],
                     Outcome.REFUSED, "Subtracting", id="one moved, seen through other groups"),
    ],
)  # fmt: skip
def test_records_are_subtracted(gate, tmp_path, then, now, outcome, word):
    gate = dataclasses.replace(fresh(gate), folder=tmp_path)
    publish(gate, people(tmp_path / "then.csv", *then))
    found = ask(gate, people(tmp_path / "now.csv", *now))
    assert found.outcome is outcome, told(found)
    assert word in told(found)


def test_records_and_tables_are_held_against_each_other(gate, tmp_path):
    gate = dataclasses.replace(fresh(gate), folder=tmp_path)
    table = counts(tmp_path / "t.csv", {"Total": 60, "Nara": 28, "Gifu": 32})
    records = people(tmp_path / "r.csv", (NARA, 30), (GIFU, 30))
    publish(gate, table)
    assert "Subtracting" in told(ask(gate, records))
    other = dataclasses.replace(gate, store=open_store(tmp_path / "two.sqlite", create=True))
    publish(other, records)
    assert "Subtracting" in told(ask(other, table))


def test_records_after_two_tables_by_the_same_variable(gate, tmp_path):
    gate = dataclasses.replace(fresh(gate), folder=tmp_path)
    publish(gate, counts(tmp_path / "t.csv", {"Total": 60, "Nara": 30, "Gifu": 30}))
    publish(gate, counts(tmp_path / "u.csv", {"Total": 60, "Nara": 30, "Gifu": 30}))
    publish(gate, people(tmp_path / "r.csv", (NARA, 30), (GIFU, 30)))


cells = st.lists(st.integers(0, 40), min_size=4, max_size=4)


@settings(max_examples=25, deadline=None)
@given(cells)
def test_a_table_published_twice_tells_nothing_new(sizes):
    table = tabulate({"a": list("xxyy"), "b": list("pqpq"), "n": sizes}, ["a", "b"], records="n")
    status = np.where(table.values == 0, "z", np.where(table.values < 11, "u", "s"))
    if (status == "u").sum() in {0, len(status)}:
        return
    marked = table.with_status(status)
    said = list(differences(Release(key="2", table=kept(marked)),
                            [Release(key="1", table=kept(marked))], 11))  # fmt: skip
    assert said == []


@settings(max_examples=25, deadline=None)
@given(cells, cells)
def test_what_the_gate_calls_small_is_the_brute_force_difference(one, two):
    """Groups of two files of records, subtracted by hand."""
    names = [("x", "p"), ("x", "q"), ("y", "p"), ("y", "q")]
    frames = [pd.DataFrame([name for name, n in zip(names, sizes, strict=True) for _ in range(n)],
                           columns=["a", "b"]) for sizes in (one, two)]  # fmt: skip
    if min(map(len, frames)) == 0:
        return
    said = dict(differences(Release(key="2", source=frames[1]),
                            [Release(key="1", source=frames[0])], 11))  # fmt: skip
    small = [abs(a - b) for a, b in zip(one, two, strict=True) if 0 < abs(a - b) < 11]
    if "other_codes" not in said:
        assert said.get("gap", {"n": 0})["n"] == len(small)


def test_a_hole_does_not_change_how_the_others_are_written():
    """30 in a column with a missing value stays 30: the two groups of 20 are the same."""
    whole = Release(key="1", source=pd.DataFrame({"age": [30] * 20 + [40] * 20}))
    holed = Release(key="2", source=pd.DataFrame({"age": [30] * 20 + [None] * 20}))
    assert list(differences(holed, [whole], 11)) == []


# Approval, override, and that nothing goes around them


def test_what_waits_for_a_person_is_made_after_an_approval(gate, release):
    lost = Gate(policy=gate.policy, register=gate.register, store=gate.store)
    path = release(["prefecture", "sex"])
    found = ask(lost, path)
    with pytest.raises(InputError, match="a named person has to approve it first"):
        lost.record(found.key, author="S0002", file=path, at=AT)
    with pytest.raises(InputError, match="override is for 'refused'"):
        lost.override(found.key, author="S0009", reason="x", at=AT)
    lost.approve(found.key, author="S0009", reason="Compared by hand", at=AT)
    made = lost.record(found.key, author="S0002", file=path, at=AT)
    assert made.content["approved_by"] == "S0009"
    kinds = [one.kind for one in gate.store.entries(key=found.key)]
    assert kinds == ["disclosure", "approval", "disclosure"]


@pytest.mark.parametrize("kind", ["disclosure", "override", "erasure"])
def test_nothing_is_written_past_the_gate(gate, kind):
    """Whoever held the store could write a disclosure as made, and an answer for it."""
    made = LAW | {"status": "made", "details": {"outcome": "allowed"}}
    way = "erase" if kind == "erasure" else "govkit disclose"
    with pytest.raises(InputError, match=f"of the kind {kind} is written by .*{way} alone"):
        gate.store.append(kind, "D-2026-009", made, author="S0002")
    assert gate.store.entries() == ()


def test_nobody_says_of_a_disclosure_what_the_gate_says(gate):
    """What was asked for as made was kept as made, whatever the gate answered."""
    said = {"status": "made", "disclosed_on": "2026-01-01", "approved_by": "S0009",
            "check": {"run": "A-1", "result": "safe"}, "details": {}}  # fmt: skip
    found = gate.request(LAW | {"request_document": None} | said, author="S0002", at=AT)
    kept = gate.store.latest("disclosure")[found.key].content
    assert kept["details"]["outcome"] == "refused"
    assert kept["status"] == "planned"
    assert {"disclosed_on", "approved_by", "check"} & kept.keys() == set()


def test_what_was_made_stays_made(gate):
    """Asked for anew under its number, it was planned again, and nothing was subtracted from it."""
    key = gate.request(LAW, author="S0002", at=AT).key
    gate.record(key, author="S0002", at=AT)
    for again in (
        lambda: gate.request(LAW | {"key": key}, author="S0002", at=AT),
        lambda: gate.request(LAW | {"key": "D-2026-002"}, author="S0002", at=AT),  # the register's
        lambda: gate.record(key, author="S0002", at=AT + dt.timedelta(days=1)),
    ):
        with pytest.raises(InputError, match="was made already"):
            again()
    assert gate.store.latest("disclosure")[key].content["disclosed_on"] == "2026-11-23"


def test_an_approval_of_something_else_is_none(gate, release):
    path = release(["prefecture", "sex"])
    found = ask(dataclasses.replace(gate, folder=None), path)
    assert found.outcome is Outcome.PERSON
    gate.store.append("approval", found.key, {"by": "S0009"}, author="S0009")
    with pytest.raises(InputError, match="approve it first"):
        gate.record(found.key, author="S0002", file=path, at=AT)


def test_what_was_refused_is_made_after_an_override_alone(gate):
    found = gate.request(LAW | {"request_document": None}, author="S0002", at=AT)
    with pytest.raises(InputError, match="a named person has to override it first"):
        gate.record(found.key, author="S0002", at=AT)
    with pytest.raises(InputError, match="needs a reason"):
        gate.override(found.key, author="S0009", reason=" ", at=AT)
    with pytest.raises(InputError, match="approval is for 'needs a person'"):
        gate.approve(found.key, author="S0009", reason="x", at=AT)
    gate.override(found.key, author="S0009", reason="The court's letter follows", at=AT)
    made = gate.record(found.key, author="S0002", at=AT)
    assert made.content["approved_by"] == "S0009"
    assert [one.key for one in gate.store.latest("override").values()] == [found.key]
    assert {"GK316"} == rules(made)


def test_an_approval_is_of_one_decision(gate, release):
    lost = Gate(policy=gate.policy, register=gate.register, store=gate.store)
    path = release(["prefecture", "sex"])
    found = ask(lost, path)
    lost.approve(found.key, author="S0009", reason="Compared by hand", at=AT)
    lost.request(STATISTICS | {"key": found.key}, author="S0002", at=AT, file=path)
    with pytest.raises(InputError, match="approve it first"):
        lost.record(found.key, author="S0002", file=path, at=AT)


def test_two_that_were_allowed_side_by_side(gate, tmp_path):
    """Both were asked before either was made; the second is looked at again."""
    gate = fresh(gate)
    first = counts(tmp_path / "a.csv", {"Total": 45, "AB": 25, "C": 20})
    second = counts(tmp_path / "b.csv", {"Total": 45, "A": 22, "BC": 23})
    one, two = ask(gate, first, hierarchies=TREES), ask(gate, second)
    assert {one.outcome, two.outcome} == {Outcome.ALLOWED}
    gate.record(one.key, author="S0002", file=first, at=AT, hierarchies=TREES)
    with pytest.raises(InputError, match="cannot be recorded: Withheld cells"):
        gate.record(two.key, author="S0002", file=second, at=AT)


@pytest.mark.parametrize("step", ["request", "record"])
def test_what_somebody_else_recorded_meanwhile_is_not_overlooked(gate, monkeypatch, step):
    mine = gate.request(SUBCONTRACTOR, author="S0057", at=AT)
    decide, once = Gate._decided, iter([True])

    def meanwhile(self, *parts):
        found = decide(self, *parts)
        if next(once, False):
            gate.request(CONSENT, author="S0031", at=AT)
        return found

    monkeypatch.setattr(Gate, "_decided", meanwhile)
    before = gate.store.entries("disclosure")
    asked = LAW if step == "request" else mine.key
    with pytest.raises(InputError, match="at the same moment"):
        getattr(gate, step)(asked, author="S0057", at=AT)
    assert len(gate.store.entries("disclosure")) == len(before) + 1  # the other one's alone


def test_another_file_than_the_one_decided(gate, release, tmp_path):
    path = release(["prefecture", "sex"])
    found = ask(gate, path)
    for other in (None, counts(tmp_path / "b.csv", {"Total": 45, "A": 22, "B": 23})):
        with pytest.raises(InputError, match="one very file"):
            gate.record(found.key, author="S0002", file=other, at=AT)
    assert gate.store.latest("disclosure")[found.key].content["status"] == "planned"


@pytest.mark.parametrize(
    ("wanted", "sentence"),
    [
        pytest.param({"dataset": "nobody"}, "dataset: no such entry", id="dataset"),
        pytest.param({}, "dataset: no such entry", id="no dataset"),
        pytest.param(SUBCONTRACTOR | {"recipient": "Taro"}, "recipient: no such", id="recipient"),
        pytest.param(SUBCONTRACTOR | {"contract": "X1"}, "contract: no such", id="contract"),
        pytest.param(SUBCONTRACTOR | {"persons": -1}, "persons", id="persons"),
        pytest.param(SUBCONTRACTOR | {"ground": "love"}, "ground", id="ground"),
        pytest.param(SUBCONTRACTOR | {"fee": 1}, "fee", id="unknown key"),
    ],
)
def test_wrong_requests(gate, wanted, sentence):
    with pytest.raises(GovkitError, match=sentence) as error:
        gate.request(wanted, author="S0002", at=AT)
    assert "Taro" not in str(error.value)
    assert gate.store.entries() == ()


def test_a_file_that_is_no_table_is_for_a_person(gate, tmp_path):
    (tmp_path / "letter.pdf").write_bytes(b"%PDF-1.7")
    found = gate.request(LAW, author="S0002", at=AT, file=tmp_path / "letter.pdf")
    assert (found.outcome, rules(found)) == (Outcome.PERSON, {"GK314"})


def test_tables_that_no_numbers_fit_are_for_a_person():
    """A total that is smaller than its members, as in rounded tables."""
    table = withheld("Mie")
    values = table.values.copy()
    values[table.cell(sex="f")] = 1
    strange = dataclasses.replace(table, values=values)
    said = differences(Release(key="2", table=kept(table)), [Release(key="1", table=kept(strange))],
                       11)  # fmt: skip
    assert [key for key, _ in said] == ["other_people"]
    both = [Release(key=key, table=kept(strange)) for key in "12"]
    assert [key for key, _ in differences(both[0], both[1:], 11)] == ["incomparable"]


def test_without_a_ground_nothing_is_made_unless_somebody_answers_for_it(gate):
    wanted = {name: part for name, part in LAW.items() if name != "ground"}
    found = gate.request(wanted, author="S0002", at=AT)
    assert rules(found) == {"GK301"}
    gate.override(found.key, author="S0009", reason="x", at=AT)
    assert gate.record(found.key, author="S0002", at=AT).content["retain_until"] == "2029-11-23"


def test_numbers_go_on_after_those_of_the_register(gate):
    keys = [gate.request(LAW, author="S0002", at=AT).key for _ in range(2)]
    assert keys == ["D-2026-004", "D-2026-005"]
    assert fresh(gate).request(LAW, author="S0002", at=AT).key == "D-2026-006"


# The record of provision


@pytest.mark.parametrize(
    ("made", "until"),
    [
        pytest.param({"ground": "consent"}, "2029-03-31", id="three years"),
        pytest.param({"ground": "consent", "until": "2026-12-31"}, "2029-12-31", id="last day"),
        pytest.param({"ground": "consent", "contract": "C"}, "2027-03-31", id="contract: one year"),
        pytest.param({"ground": "opt_out", "contract": "C"}, "2029-03-31", id="never of opt-out"),
        pytest.param({"ground": "statistical"}, "2029-03-31", id="statistics too"),
    ],
)
def test_how_long_a_record_is_kept(made, until):
    assert str(retained({"disclosed_on": "2026-03-31"} | made)) == until


def test_the_record_has_every_item(gate):
    found = gate.request(CONSENT | {"purposes": ["service"]}, author="S0002", at=AT)
    gate.record(found.key, author="S0002", at=AT)
    row, = gate.provisions(recipient="hinode", dataset="customers")[-1:]  # fmt: skip
    held = {name: row[said] for name, said in COLUMNS.items()}
    assert {name for name, text in held.items() if not text} == {"until", "transfer", "approved_by"}
    assert held["recipient"].startswith("Hinode Institute")
    assert held["source"].startswith("From the people themselves")
    assert held["retain_until"] == "2029-11-23"
    assert held["basis"] == "consent reference: Form 7"


def test_what_the_register_recorded_is_handed_out_too(gate):
    rows = gate.provisions()
    assert [row["Number"] for row in rows] == ["D-2026-003", "D-2026-001", "D-2026-002"]
    assert "designated_country" in rows[0][COLUMNS["transfer"]]


def test_received_data_says_from_whom(policy, register):
    one = {"key": "D-1", "dataset": "client-checkups", "ground": "law", "fields": ["sex"],
           "disclosed_on": "2026-01-01"}  # fmt: skip
    (row,) = provisions(policy, register, [one])
    assert "Checkups that the foundation carried out itself" in row[COLUMNS["source"]]


def test_names_are_kept_as_they_were(gate, tmp_path):
    found = gate.request(CONSENT, author="S0002", at=AT)
    gate.record(found.key, author="S0002", at=AT)
    renamed = changed(gate, "recipients", "hinode", name="Other K.K.")
    text = write(renamed.provisions(), tmp_path / "p.csv").read_text("utf-8")
    assert text.count("Other K.K.") == 1  # D-2026-002 stands in the register alone
    assert text.count("Hinode Institute") == 1


def test_what_is_handed_out_runs_nothing(tmp_path):
    row = dict.fromkeys(COLUMNS.values(), "") | {
        "Number": "=cmd()",
        "Country": "<script>x</script>",
    }
    page, table = as_html([row]), write([row], tmp_path / "p.csv").read_text("utf-8")
    assert "<script" not in page
    assert list(csv.reader(io.StringIO(table)))[1][0] == "'=cmd()"
    with pytest.raises(InputError, match=r"\.csv, \.xlsx"):
        write([row], tmp_path / "p.pdf")
    assert write([], tmp_path / "none.csv").read_bytes().startswith(b"\xef\xbb\xbfNumber,")
    assert "Nothing was provided" in as_html([])
