"""govkit assess and govkit disclose: what a person and a program see, and the exit codes."""

import json
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from govkit.assess import Assessment
from govkit.cli import main
from govkit.tables import Rules, suppress, tabulate, write_table

SAMPLES = Path(__file__).parents[1] / "data" / "samples"
REGISTER = ("--register", SAMPLES / "register")
ASKED = ("--dataset", "customers", "--author", "S0002", "--day", "2026-11-23")


@pytest.fixture
def govkit(capsys, monkeypatch, tmp_path):
    """Run the command line in this process; give its exit code and both outputs."""
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("GOVKIT_RECORDS", str(tmp_path / "records.sqlite"))

    def run(*words):
        monkeypatch.setattr(sys, "argv", ["govkit", *map(str, words)])
        with pytest.raises(SystemExit) as stop:
            main()
        out, err = capsys.readouterr()
        return SimpleNamespace(returncode=stop.value.code, stdout=out, stderr=err)

    return run


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    """A table of the customers that may be published, and its certificate."""
    path = tmp_path_factory.mktemp("table") / "t.csv"
    answer = suppress(
        tabulate(SAMPLES / "customers.csv", ["prefecture", "sex"]), Rules.for_audience("public")
    )
    answer.certificate.save(path.with_suffix(".npz"))
    return write_table(answer.table, path)


def test_assess(govkit, tmp_path):
    page, kept = tmp_path / "a.html", tmp_path / "a.json"
    words = ("assess", SAMPLES / "customers.csv", *REGISTER, "--audience", "public")
    done = govkit(*words, "--html", page, "--output", kept)
    assert done.returncode == 1
    assert "6 columns name people by themselves" in done.stdout
    assert "May this file be shown?" in page.read_text("utf-8")
    told = json.loads(govkit(*words, "--json").stdout)
    assert Assessment.from_dict(told) == Assessment.read(kept)


def test_assess_a_table(govkit, table):
    words = ("assess", table, *REGISTER, "--audience", "public", "--dataset", "customers")
    assert govkit(*words).returncode == 0
    assert govkit(*words, "--records-file", "--json").returncode == 1


def test_from_request_to_report(govkit, table, tmp_path):
    words = ("disclose", "request", *REGISTER, *ASKED, "--ground", "statistical", "--file", table)
    lost = govkit(*words)
    assert lost.returncode == 1
    assert "GK306 warning" in lost.stdout
    assert "The file of D-2026-002 is not at hand" in lost.stdout
    done = govkit(*words, "--data", SAMPLES, "--json")
    told = json.loads(done.stdout)
    assert (done.returncode, told["outcome"], told["key"]) == (0, "allowed", "D-2026-005")
    made = ("disclose", "record", told["key"], *REGISTER, "--author", "S0002", "--day",
            "2026-11-24", "--data", SAMPLES, "--file", table)  # fmt: skip
    assert govkit(*made).returncode == 0
    rows = json.loads(govkit("disclose", "list", *REGISTER, "--json").stdout)["disclosures"]
    assert [row["decision"] for row in rows] == [None] * 3 + ["needs a person", "allowed"]
    assert "D-2026-005" in govkit("disclose", "list", *REGISTER).stdout
    for name in ("p.csv", "p.html"):
        assert govkit("disclose", "report", *REGISTER, "--output", tmp_path / name).returncode == 0
        assert "D-2026-005" in (tmp_path / name).read_text("utf-8")
    show = ("disclose", "show", "D-2026-005", *REGISTER)
    entries = json.loads(govkit(*show, "--json").stdout)["entries"]
    assert [one["kind"] for one in entries] == ["disclosure", "disclosure"]
    assert "disclosure D-2026-005, entry 3" in govkit(*show).stdout


def test_evidence_is_read(govkit, table, tmp_path):
    kept = tmp_path / "a.json"
    govkit("assess", table, *REGISTER, "--audience", "public", "--dataset", "customers",
           "--output", kept)  # fmt: skip
    words = ("disclose", "request", *REGISTER, *ASKED, "--ground", "statistical", "--file", table,
             "--data", SAMPLES, "--evidence", kept)  # fmt: skip
    assert govkit(*words).returncode == 0
    kept.write_text(kept.read_text("utf-8").replace('"group_size": 11', '"group_size": 99'))
    done = govkit(*words)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "changed after it was made" in done.stderr


def test_refused_and_overridden(govkit):
    law = ("disclose", "request", *REGISTER, *ASKED, "--ground", "law", "--recipient", "hinode",
           "--fields", "name")  # fmt: skip
    assert govkit(*law).returncode == 1
    made = ("disclose", "record", "D-2026-004", *REGISTER, "--author", "S0002", "--day",
            "2026-11-24")  # fmt: skip
    assert govkit(*made).returncode == 2
    signed = ("disclose", "override", "D-2026-004", *REGISTER, "--author", "S0009", "--reason", "x")
    done = govkit(*signed)
    assert (done.returncode, done.stdout) == (0, "D-2026-004: override recorded (entry 2).\n")
    done = govkit(*made)
    assert done.returncode == 0
    assert "refused; it is recorded as made, and S0009 answers for it." in done.stdout
    assert "Keep this record until 2029-11-24." in done.stdout
    again = govkit("disclose", "override", "D-2026-004", *REGISTER, "--author", "S0009",
                   "--reason", "y", "--json")  # fmt: skip
    assert json.loads(again.stdout)["kind"] == "override"


def test_nobody_is_a_number_of_persons(govkit):
    """Zero was taken for left out."""
    told = govkit("disclose", "request", *REGISTER, *ASKED, "--ground", "law", "--persons", "0",
                  "--json")  # fmt: skip
    assert json.loads(told.stdout)["content"]["persons"] == 0


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        pytest.param(["show", "D-9"], "There are no records", id="no store"),
        pytest.param(["report", "--output", "x.pdf"], "There are no records", id="nor a report"),
        pytest.param(["request", *ASKED, "--ground", "law", "--recipient", "Taro"],
                     "no such entry of the register", id="nobody of that name"),
    ],
)  # fmt: skip
def test_wrong_usage_is_one_sentence(govkit, words, sentence):
    done = govkit("disclose", words[0], *words[1:], *REGISTER)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert sentence in done.stderr
    assert "Taro" not in done.stderr


def test_a_report_is_csv_or_html(govkit):
    govkit("disclose", "request", *REGISTER, *ASKED, "--ground", "law")
    done = govkit("disclose", "report", *REGISTER, "--output", "x.pdf")
    assert (done.returncode, "as .csv, .xlsx" in done.stderr) == (2, True)
