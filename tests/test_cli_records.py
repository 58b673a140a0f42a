"""``govkit records …``, ``incident …`` and ``training …`` as their users meet them."""

import json
import shutil
import sys
from pathlib import Path

import pytest
import typer

from govkit import cli, load_register, records
from govkit.records import open_store

SAMPLES = Path(__file__).parents[1] / "data" / "samples"
REGISTER = ("--register", str(SAMPLES / "register"))
KNOWN = ("--known-at", "2026-11-20T10:00:00+09:00")
KINDS = {"disclosures": "disclosure", "requests": "request", "incidents": "incident",
         "training": "training"}  # fmt: skip


@pytest.fixture
def govkit(capsys, monkeypatch, tmp_path):
    """Run a command in a folder of its own; gives exit code, output, errors."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GOVKIT_AUTHOR", "S0002")
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.delenv("GOVKIT_RECORDS", raising=False)

    def command(*arguments):
        monkeypatch.setattr(sys, "argv", ["govkit", *map(str, arguments)])
        with pytest.raises(SystemExit) as stop:
            cli.main()
        return stop.value.code, *capsys.readouterr()

    return command


@pytest.fixture
def begun(govkit):
    assert govkit("records", "migrate")[0] == 0
    return govkit


def test_records_begin_and_are_verified(govkit):
    code, out, err = govkit("records", "verify")
    assert (code, out) == (2, "")
    assert "govkit records migrate" in err
    govkit("records", "migrate")
    code, out, _ = govkit("records", "verify", "--json")
    assert (code, json.loads(out)["verdict"]) == (1, "review")  # nothing proves nothing
    govkit("incident", "open", *KNOWN, "--persons", "3")
    code, out, _ = govkit("records", "verify", "--json")
    answer = json.loads(out)
    assert (code, answer["entries"], answer["breaks"]) == (0, 1, [])
    assert govkit("records", "verify", "--expect", answer["last"])[0] == 0
    code, out, _ = govkit("records", "verify", "--expect", "0" * 64)
    assert code == 1
    assert "- the noted digest is not reached" in out


def test_the_place_is_named_by_an_option_or_the_environment(govkit, monkeypatch, tmp_path):
    monkeypatch.setenv("GOVKIT_RECORDS", str(tmp_path / "a.sqlite"))
    govkit("records", "migrate")
    govkit("records", "migrate", "--records", "b.sqlite")
    assert {one.name for one in tmp_path.iterdir()} == {"a.sqlite", "b.sqlite"}


def test_an_incident_from_opening_to_report(begun):
    code, out, _ = begun("incident", "open", *KNOWN, "--datasets", "customers", "--json")
    key = json.loads(out)["key"]
    assert code == 0
    begun("incident", "update", key, "--persons", "1001", "--cause", "A wrong address.")
    code, out, _ = begun("incident", "assess", key, "--now", "2026-11-26T09:00:00+09:00", "--json")
    answer = json.loads(out)
    assert (code, answer["verdict"], answer["reportable"], answer["overdue"]) == (
        1,
        "unsafe",
        True,
        1,
    )
    assert answer["duties"][0]["article"] == "APPI 26(1), Rules 8(1)"
    begun("incident", "update", key, "--preliminary-on", "2026-11-24")
    begun("incident", "update", key, "--final-on", "2026-12-01", "--persons-told-on", "2026-11-30")
    assert begun("incident", "list", *REGISTER, "--day", "2026-12-02")[0] == 0
    code, out, _ = begun("incident", "show", key, "--json")
    assert len(json.loads(out)["entries"]) == 4
    code, out, _ = begun("incident", "report", key, *REGISTER)
    assert out.startswith("# 個人データの漏えい等に関する報告")
    assert "A wrong address." in out
    assert begun("incident", "report", key, "--output", "r.md", "--language", "en")[0] == 0
    assert Path("r.md").read_text("utf-8").startswith("# Report of an incident")
    begun("incident", "open", *KNOWN)
    begun("incident", "update", "I-" + key[2:6] + "-002", "--withdrawn", "Recorded twice.")
    assert "Incidents: 1," in begun("incident", "list", "--day", "2026-12-02")[1]


def test_two_updates_at_the_same_moment_lose_nothing(begun, monkeypatch):
    """Each begins from what it read: the later one would have unsaid what the other said."""
    begun("incident", "open", *KNOWN)
    store = open_store("records.sqlite")
    key, whole = next(iter(store.latest("incident"))), records.incident_content

    def meanwhile(facts, old):
        store.append("incident", key, old | {"persons": 40}, author="S1")
        return whole(facts, old)

    monkeypatch.setattr(records, "incident_content", meanwhile)
    code, out, err = begun("incident", "update", key, "--cause", "A wrong address.")
    assert (code, out) == (2, "")
    assert "at the same moment" in err
    assert store.latest("incident")[key].content["persons"] == 40


def test_entries_tell_the_policy_that_held(begun):
    begun("incident", "open", *KNOWN)
    begun("incident", "open", *KNOWN, "--policy", SAMPLES / "policy.yaml")
    shutil.copy(SAMPLES / "policy.yaml", "policy.yaml")
    begun("incident", "open", *KNOWN)
    begun("training", "except", "S1", "basics", "--reason", "x", "--until", "2027-01-01")
    held = [one.policy_version for one in open_store("records.sqlite").entries()]
    assert held == [None, "3.0", "3.0", "3.0"]
    assert begun("incident", "open", *KNOWN, "--policy", "nothing.yaml")[0] == 2


def test_a_what_if_records_nothing(govkit, tmp_path):
    code, out, _ = govkit(
        "incident", "assess", *KNOWN, "--classes", "improper_purpose", "--gdpr", "--json"
    )
    answer = json.loads(out)
    assert (code, answer["reportable"]) == (1, True)
    assert [row["due"] for row in answer["duties"]] == [
        "2026-11-24", "2027-01-18", "", "2026-11-23T10:00:00+09:00"
    ]  # fmt: skip
    assert govkit("incident", "assess", *KNOWN, "--persons", "1000")[0] == 0
    assert list(tmp_path.iterdir()) == []


def test_training_from_a_file_to_the_list(begun):
    key = {"version": "1", "digest": "d", "pass": 100,
           "questions": [{"kind": "single", "choices": 2, "right": [0]}]}  # fmt: skip
    Path("quizzes.json").write_text(
        json.dumps({"schema": "govkit-quizzes/1", "modules": {"web-basics": key}})
    )
    done = {"schema": "govkit-training/1", "module": "web-basics", "version": "1", "digest": "d",
            "answers": [[0]], "score": 1, "of": 1, "date": "2026-11-20"}  # fmt: skip
    Path("done.json").write_text(json.dumps(done))
    record = ("training", "record", "done.json", "--person", "S0063", "--quizzes", "quizzes.json")
    code, out, _ = begun(*record)
    assert code == 0
    assert "recorded (entry 1)" in out
    code, out, err = begun(*record)
    assert (code, out) == (2, "")
    assert "already" in err
    assert json.loads(begun("training", "list", "--json")[1])["entries"][0]["number"] == 1
    assert "web-basics" in begun("training", "list")[1]
    overdue = ("training", "overdue", *REGISTER, "--day", "2027-10-13")
    code, out, _ = begun(*overdue, "--json")
    assert (code, json.loads(out)["expired"]) == (1, 12)
    begun("training", "except", "S0063", "basics", "--reason", "On leave.", "--until", "2027-12-01")
    assert json.loads(begun(*overdue, "--json")[1])["excepted"] == 1
    report = begun("training", "report", *REGISTER, "--day", "2026-11-25", "--output", "t.html")
    assert report[0] == 0, report
    assert "completion" in Path("t.html").read_text("utf-8")


def test_the_dashboard_is_one_page_without_persons(begun):
    store = open_store("records.sqlite")
    request = {"received_on": "2026-11-01", "channel": "form", "kind": "disclose",
               "due": "2026-11-15"}  # fmt: skip
    store.append("request", None, request, author="S1", person={"name": "Kari Nordmann"})
    store.append("request", None, request | {"due": "2026-12-24"}, author="S1")
    store.append("request", None, request | {"closed_on": "2026-11-09"}, author="S1")
    done = {"due": "2026-11-02", "details": {"state": "answer"}}
    store.append("request", None, request | done, author="S1")
    disclosure = {"dataset": "customers", "fields": ["age"], "ground": "law"}
    store._append("disclosure", None, disclosure, author="S1")
    store._append("disclosure", None, disclosure | {"status": "planned"}, author="S1")
    begun("incident", "open", *KNOWN, "--outline", "<script>alert(1)</script>")
    day = ("--day", "2026-11-26")
    code, out, _ = begun("records", "report", "--output", "r.html", *REGISTER, *day, "--json")
    parts = json.loads(out)["parts"]
    assert code == 1
    assert list(parts) == ["Requests from individuals", "Disclosures", "Incidents", "Training",
                           "Are the records as they were written?"]  # fmt: skip
    open_ = parts["Requests from individuals"]["tables"]["Open requests by due date"]
    assert [row["state"] for row in open_] == ["answered, not closed", "overdue", "due later"]
    assert parts["Disclosures"]["tables"]["Disclosures by ground"] == [
        {"ground": "law", "recorded": "2", "made": "1"}
    ]
    page = Path("r.html").read_text("utf-8")
    for word in ("2026-12-24", "Disclosures by ground", "due later", "departments", "overdue"):
        assert word in page
    assert "Kari" not in page + out
    assert "<script>alert" not in page
    assert begun("records", "report", "--output", "no/r.html")[0] == 2


def test_copies_and_erasure(begun, tmp_path):
    store = open_store("records.sqlite")
    request = {"received_on": "2026-11-01", "channel": "form", "kind": "disclose"}
    key = store.append("request", None, request, author="S1", person={"name": "Kari"}).key
    assert begun("records", "export", "all.csv")[0] == 0
    assert begun("records", "export", "all.xlsx", "--kind", "request")[0] == 0
    assert begun("records", "backup", "copy.jsonl")[0] == 0
    assert begun("records", "backup", "copy.sqlite")[0] == 0
    assert begun("records", "restore", "copy.jsonl", "--records", "new.sqlite")[0] == 0
    erase = ("records", "erase", key, "--reason", "Three years are over.")
    assert begun(*erase)[0] == 0
    code, out, err = begun(*erase)
    assert (code, out) == (2, "")
    assert "nothing was erased" in err
    assert begun("records", "verify")[0] == 0
    assert [one.name for one in tmp_path.iterdir() if b"Kari" in one.read_bytes()] != []
    assert b"Kari" not in Path("records.sqlite").read_bytes()


@pytest.mark.parametrize(
    "arguments",
    [
        ("incident", "open"),
        ("incident", "open", "--known-at", "Kari"),
        ("incident", "open", *KNOWN, "--classes", "Kari"),
        ("incident", "open", *KNOWN, "--persons", "-1"),
        ("incident", "update", "I-2026-404", "--persons", "1"),
        ("incident", "show", "I-2026-404"),
        ("incident", "report", "I-2026-404"),
        ("incident", "assess", *KNOWN, "--now", "Kari"),
        ("incident", "assess", *KNOWN, "--language", "fr"),
        ("training", "record", "no.json", "--person", "S1", "--quizzes", "no.json"),
        ("training", "except", "S1", "basics", "--reason", " ", "--until", "2027-01-01"),
        ("training", "overdue", "--register", "nothing"),
        ("records", "restore", "no.jsonl", "--records", "new.sqlite"),
        ("records", "erase", "R-1", "--reason", "x"),
        ("records", "export", "x.csv"),
        ("register", "check", SAMPLES / "register", "--records", "no.sqlite"),
    ],
)
def test_wrong_input_is_exit_code_2_and_one_line(begun, arguments):
    code, out, err = begun(*arguments)
    assert (code, out) == (2, "")
    assert err.startswith("govkit: ")
    assert len(err.splitlines()) == 1
    assert "Kari" not in err


def test_an_author_is_needed(begun, monkeypatch):
    monkeypatch.delenv("GOVKIT_AUTHOR")
    code, _, err = begun("incident", "open", *KNOWN)
    assert code == 2
    assert "author" in err


# Programs and people


def leaves(command, *words):
    inner = getattr(command, "commands", None)
    if inner is None:
        return [(words, command)]
    return [leaf for name, one in inner.items() for leaf in leaves(one, *words, name)]


@pytest.mark.parametrize(
    ("words", "command"),
    [
        pytest.param(words, command, id=" ".join(words))
        for words, command in leaves(typer.main.get_command(cli.app))
        if words[0] in {"records", "incident", "training", "request", "disclose", "assess"}
    ],
)
def test_every_command_has_json(words, command):
    assert "--json" in [name for one in command.params for name in one.opts], words


def test_what_was_only_told_to_people_is_json_as_well(begun):
    begun("incident", "open", *KNOWN)
    key = next(iter(open_store("records.sqlite").latest("incident")))
    for words, expected in [
        (("records", "migrate"), {"records": "records.sqlite"}),
        (("records", "export", "x.csv"), {"entries": 1, "file": "x.csv"}),
        (("records", "backup", "x.jsonl"), {"file": "x.jsonl"}),
        (("incident", "report", key, "--output", "r.md"), {"text": "r.md\n"}),
    ]:
        code, out, err = begun(*words, "--json")
        assert (code, json.loads(out), err) == (0, expected, "")
    assert json.loads(begun("incident", "report", key, "--json")[1])["text"].startswith("# ")


def test_tables_fit_a_terminal(begun, monkeypatch):
    """Numbers of cases were cut off: R-2026-…"""
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("GOVKIT_REGISTER", REGISTER[1])
    store = open_store("records.sqlite")
    request = {"received_on": "2026-11-01", "channel": "form", "kind": "stop_provision",
               "due": "2026-11-15", "outcome": "granted",
               "confirmations": [{"system": "crm", "dataset": "customers"}]}  # fmt: skip
    store.append("request", "R-2026-001", request, author="S1")
    begun("incident", "open", *KNOWN, "--persons", "1001", "--gdpr")
    for words, keys in [
        (("request", "list"), ["R-2026-001", "2026-11-15", "crm/customers"]),
        (("incident", "list"), ["2026-11-20", "2026-11-23", "10:00:00+09:00"]),
        (("incident", "assess", *KNOWN, "--gdpr", "--persons", "1001"), ["APPI 26(1),"]),
        (("disclose", "list", *REGISTER), ["D-2026-001", "2029-04-20"]),
    ]:
        code, out, _ = begun(*words)
        assert code < 2
        assert max(map(len, out.splitlines())) <= 80
        assert "…" not in out
        assert [key for key in keys if key not in out] == []


# The register's rules read from the records


@pytest.mark.parametrize("name", ["register", "register-with-mistakes"])
def test_the_rules_find_in_the_records_what_they_find_in_files(begun, tmp_path, name):
    """What happened moves from YAML to the store; every finding about it stays."""
    folder = tmp_path / name
    shutil.copytree(SAMPLES / name, folder)
    shutil.copy(SAMPLES / "policy.yaml", tmp_path)
    check = ("register", "check", folder, "--day", "2026-11-22", "--json")

    def found(*more):
        answer = json.loads(begun(*check, *more)[1])
        return {(one["rule"], one["subject"], one["message"]) for one in answer["findings"]}

    before, register, store = found(), load_register(folder), open_store("records.sqlite")
    for part, kind in KINDS.items():
        for one in getattr(register, part):
            content = one.model_dump(mode="json", exclude_defaults=True, exclude={"key"})
            store._append(kind, one.key, content, author="S0002")
        (folder / f"{part}.yaml").unlink(missing_ok=True)
    without = found()
    assert found("--records", "records.sqlite") == before
    lost = {rule for rule, _, _ in before ^ without}
    if name == "register-with-mistakes":
        assert {"GK302", "GK403", "GK407", "GK501"} <= lost


def test_a_correction_in_the_records_mends_a_finding(begun):
    """An overdue report is found until the day of the report is recorded."""
    check = ("register", "check", SAMPLES / "register", "--records", "records.sqlite",
             "--day", "2026-12-31", "--pack", "appi-current", "--json")  # fmt: skip
    begun("incident", "open", *KNOWN, "--classes", "special_care")
    key = next(iter(open_store("records.sqlite").latest("incident")))

    def found():
        return [one["message"] for one in json.loads(begun(*check)[1])["findings"]
                if one["rule"] == "GK407"]  # fmt: skip

    assert len(found()) == 2
    begun("incident", "update", key, "--preliminary-on", "2026-11-24")
    assert found() == [f"Incident {key}: final report due 2026-12-21."]  # the 19th is a Saturday
    begun("incident", "update", key, "--final-on", "2026-12-18")
    assert found() == []
