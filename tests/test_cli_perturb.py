"""``govkit table --protect round …``: what is written, what is refused, what is remembered."""

import json
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import load_workbook

from govkit.cli import main

DATA = {
    "area": ["N"] * 14 + ["S"] * 8 + ["W"] * 7, "sex": ["f", "m"] * 14 + ["f"],
    "id": [f"p{n}" for n in range(29)], "paid": [3.0] * 29, "key": [n / 29 for n in range(29)],
}  # fmt: skip


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    pd.DataFrame(DATA).to_csv("people.csv", index=False)
    (tmp_path / "secret").write_bytes(b"a secret of the tests")
    (tmp_path / "short").write_bytes(b"short")

    def run(*words):
        given = ["govkit", "table", "people.csv", "--by", "area,sex", *words]
        monkeypatch.setattr("sys.argv", given)
        with pytest.raises(SystemExit) as stop:
            main()
        return stop.value.code, capsys.readouterr()

    return run


@pytest.mark.parametrize(
    "words",
    [
        ["--protect", "round", "--base", "3"],
        ["--protect", "random-round", "--base", "3", "--secret", "secret"],
        ["--protect", "small-count", "--base", "3"],
        ["--protect", "cell-key", "--person", "id", "--secret", "secret"],
        ["--protect", "cell-key", "--key", "key", "--noise", "4,3"],
        ["--protect", "cell-key", "--key", "key", "--value", "paid", "--delta", "0.5"],
    ],
)
def test_what_was_done_stands_in_the_file(run, tmp_path, words):
    code, done = run(*words, "--output", "out.csv", "--json")
    assert code == 0, done.err
    told = json.loads(done.out)
    assert told["verdict"] == "safe"
    frame = pd.read_csv(tmp_path / "out.csv")
    assert set(frame["note"]) == {told["note"]}
    assert len(frame) == told["cells"]
    assert "secret" not in done.out


def test_a_workbook_tells_it_beside_the_rules(run, tmp_path):
    run("--protect", "round", "--base", "3", "--output", "out.xlsx")
    rows = list(load_workbook(tmp_path / "out.xlsx")["rules"].values)
    assert any("rounded" in str(cell) for row in rows for cell in row)


def test_noise_is_paid_from_the_ledger(run, tmp_path):
    pytest.importorskip("opendp", reason="the extra 'privacy' is not installed")
    (tmp_path / "ledger.yaml").write_text("budgets:\n  people: 1.0\n")
    words = ["--protect", "noise", "--epsilon", "0.7", "--ledger", "ledger.yaml"]
    words += ["--dataset", "people", "--value", "paid", "--clamp", "0,5"]
    assert run(*words, "--output", "out.csv")[0] == 0
    code, done = run(*words, "--output", "again.csv")
    assert code == 2
    assert "budget" in done.err
    assert not (tmp_path / "again.csv").exists()


def test_another_noise_for_the_same_table_is_refused(run):
    words = ["--protect", "random-round", "--secret", "secret", "--ledger", "ledger.yaml"]
    assert run(*words)[0] == 0
    assert run(*words)[0] == 0
    code, done = run(*words, "--base", "3")
    assert code == 2
    assert "published before" in done.err


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--protect", "smear"], "--protect must be"),
        (["--protect", "noise"], "--epsilon"),
        (["--protect", "random-round"], "--secret"),
        (["--protect", "random-round", "--secret", "absent"], "cannot be read"),
        (["--protect", "random-round", "--secret", "short"], "16 bytes"),
        (["--protect", "cell-key", "--key", "key", "--noise", "3"], "two numbers"),
        (["--protect", "cell-key", "--key", "key", "--p-table", "absent"], "cannot be read"),
        (["--protect", "round", "--base", "1000"], "larger than every value"),
    ],
)
def test_wrong_use_is_told(run, words, sentence):
    code, done = run(*words, "--output", "out.csv")
    assert code == 2
    assert sentence in done.err
    assert not Path("out.csv").exists()
