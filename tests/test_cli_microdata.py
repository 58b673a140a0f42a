"""``govkit risk`` and ``govkit suda`` as their users meet them."""

from __future__ import annotations

import json
import sys

import pytest

from govkit import cli

CSV = """age,sex,home,w
30,f,1,10
30,f,1,20
41,m,2,5
,m,2,5
52,Canary,3,40
"""


@pytest.fixture
def people(tmp_path):
    path = tmp_path / "people.csv"
    path.write_text(CSV, encoding="utf-8")
    return path


@pytest.fixture
def run(capsys, monkeypatch):
    def command(*arguments):
        monkeypatch.setattr(sys, "argv", ["govkit", *map(str, arguments)])
        with pytest.raises(SystemExit) as stop:
            cli.main()
        out, err = capsys.readouterr()
        return stop.value.code, out, err

    return command


def test_risk_keeps_the_contract(run, people):
    code, out, err = run("risk", people, "-q", "age,sex", "--json")
    found = json.loads(out)
    assert (code, err) == (1, "")
    assert {
        "records", "sample_uniques", "records_below", "highest_risk", "average_risk",
        "expected_reidentifications", "population_uniques", "weighted", "verdict",
    } <= found.keys()  # fmt: skip
    assert found["records_below"] == {"2": 3, "3": 5, "5": 5, "10": 5}
    assert (found["records"], found["sample_uniques"], found["weighted"]) == (5, 3, False)
    assert found["average_risk"] == pytest.approx(0.8)
    assert found["population_uniques"] == {}


def test_both_readings_of_missing_values(run, people):
    _, out, _ = run("risk", people, "-q", "age,sex", "--alpha", 0.5, "--json")
    readings = json.loads(out)["readings"]
    assert readings["category"]["sample_uniques"] == 3
    assert readings["wildcard"]["records_below"]["2"] == 2
    assert readings["wildcard"]["alpha"] == 0.5
    _, out, _ = run("risk", people, "-q", "age,sex", "--missing", "wildcard", "--alpha", 0.5)
    assert "2 2 3 if missing is a value of its own records" in " ".join(out.split())
    _, out, _ = run("risk", people, "-q", "age,sex", "--alpha", 0.5)
    assert "2 if missing is any value (alpha 0.5)" in " ".join(out.split())
    code, _, err = run("risk", people, "-q", "age", "--missing", "error")
    assert (code, err.count("\n")) == (2, 1)


def test_weights_population_and_households(run, people, tmp_path):
    everybody = tmp_path / "everybody.csv"
    everybody.write_text("sex,age\n" + "f,30\n" * 50 + "m,41\n" * 7, encoding="utf-8")
    options = ("--weight", "w", "--household", "home", "--population", everybody, "--k", 4)
    _, out, _ = run("risk", people, "-q", "age,sex", *options, "--json")
    found = json.loads(out)
    assert found["weighted"] is True
    assert set(found["population_uniques"]) == {"pitman", "zayatz", "snb", "dankar"}
    assert (found["k_map"]["population"], found["k_map"]["records_at_risk"]) == ("counted", 2)
    assert found["household"]["households"] == 3
    assert found["attackers"]["journalist"]["highest"] == 1


def test_suda_keeps_the_contract(run, people):
    code, out, err = run("suda", people, "-q", "age,sex", "--json")
    found = json.loads(out)
    assert (code, err) == (1, "")
    assert (found["records"], found["uniques"]) == (5, 3)
    # 41 and 52 by age alone, Canary by sex alone; the hole never singles anybody out
    assert (found["score_sum"], found["score_max"]) == (3, 2)
    assert found["contribution"] == pytest.approx({"age": 200 / 3, "sex": 100 / 3})
    assert found["partial"] is False
    _, out, _ = run("suda", people, "-q", "age,sex", "--maximum", 1)
    assert "partial" in out


def test_values_only_on_request(run, people):
    for command in ("risk", "suda"):
        for options in ((), ("--json",)):
            _, out, err = run(command, people, "-q", "age,sex", *options)
            assert "Canary" not in out + err
        _, out, _ = run(command, people, "-q", "age,sex", "--worst", 5)
        assert "Canary" in out


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("risk", "-q", "age,home", "--household", "home"), "at once"),
        (("risk", "-q", "age", "--household", "hoem"), "Did you mean 'home'"),
        (("risk", "-q", "age", "--weight", "sex"), "'sex' does not hold numbers"),
        (("risk", "-q", "age", "--threshold", "0"), "threshold"),
        (("risk", "-q", "age", "--sampling-fraction", "7"), "fraction"),
        (("risk", "-q", "age", "--k", "1"), "k must be"),
        (("risk", "-q", "age", "--alpha", "2"), "alpha"),
        (("risk", "-q", "age", "--population", "nobody.csv"), "no file"),
        (("suda", "-q", "age", "--maximum", "0"), "at least one"),
        (("suda", "-q", "age", "--fraction", "1"), "fraction"),
        (("suda", "-q", "agee"), "Did you mean 'age'"),
        (("suda",), "--quasi-identifiers"),
    ],
)
def test_wrong_use_is_one_sentence(run, people, arguments, word):
    name, *options = arguments
    code, out, err = run(name, people, *options)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert word in err
    assert "Canary" not in err


@pytest.mark.parametrize("name", ['a"b; drop', "[red]x[/red]", "<b>", "年齢", "a\tb"])
def test_hostile_column_names(run, tmp_path, name):
    path = tmp_path / "people.csv"
    quoted = '"' + name.replace('"', '""') + '"'
    path.write_text(f"{quoted},sex\n1,f\n2,f\n", encoding="utf-8")
    for command in ("risk", "suda"):
        code, out, err = run(command, path, "-q", f"{quoted},sex")
        assert (code, err) == (1, "")
        assert "sex" in out
        if name.startswith("["):
            assert name in out
