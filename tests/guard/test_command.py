# ruff: noqa: E501 - a case is a line
"""``govkit guard`` and ``govkit notebooks init`` as their users meet them."""

import io
import json
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import jsonschema
import pytest
import yaml

from govkit import cli
from govkit.findings import check_register
from govkit.guard import check_notebooks
from govkit.guard.allow import kinds
from govkit.policy import load_policy, load_register

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "data" / "samples"
LEAK = "Call 090-1234-5678"


@pytest.fixture
def govkit(capsys, monkeypatch):
    def command(*arguments):
        monkeypatch.setattr(sys, "argv", ["govkit", *map(str, arguments)])
        with pytest.raises(SystemExit) as stop:
            cli.main()
        return stop.value.code, *capsys.readouterr()

    return command


@pytest.fixture
def leaking(write, corpus):
    small = corpus.printed("3 of 600 customers")
    return write([corpus.code("a", corpus.printed(LEAK)), corpus.code("b", small)])


def test_a_finding_is_exit_code_1_and_the_contract_holds(govkit, leaking):
    code, out, err = govkit("guard", leaking, "--json")
    answer = json.loads(out)
    assert (code, err, answer["verdict"]) == (1, "", "unsafe")
    assert answer["leaks"] == [
        {"notebook": str(leaking), "cell": 1, "kind": "phone", "where": "output 1, stdout"},
        {"notebook": str(leaking), "cell": 2, "kind": "small-count", "where": "output 1, stdout"},
    ]
    code, out, _ = govkit("guard", leaking)
    assert code == 1
    assert "phone" in out
    assert "1234" not in out


def test_after_the_fix_nothing_is_left(govkit, leaking):
    code, out, _ = govkit("guard", leaking, "--fix", "--json")
    assert (code, json.loads(out)["cleared"]) == (0, 2)
    before, same = leaking.read_bytes(), leaking.stat().st_ino
    assert govkit("guard", leaking, "--fix")[0] == 0
    assert (leaking.read_bytes(), leaking.stat().st_ino) == (before, same)  # not written again


def test_strip_all(govkit, leaking):
    assert govkit("guard", leaking, "--strip-all")[0] == 0
    cells = json.loads(leaking.read_text("utf-8"))["cells"]
    assert [(one["outputs"], one["execution_count"]) for one in cells] == [([], None)] * 2


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        pytest.param(["--threshold", "3"], 1, id="three are enough"),
        pytest.param(["--audience", "internal"], 2, id="five by default"),
        pytest.param(
            ["--audience", "public", "--policy", SAMPLES / "policy.yaml"], 2, id="the policy's eleven"
        ),
    ],
)  # fmt: skip
def test_the_threshold(govkit, leaking, arguments, found):
    _, out, _ = govkit("guard", leaking, "--json", *arguments)
    assert json.loads(out)["found"] == found


@pytest.mark.parametrize("count", [10, 11])
def test_the_threshold_of_an_audience_is_exact(govkit, write, corpus, count):
    path = write([corpus.code("a", corpus.printed(f"{count} of 600 customers"))])
    policy = ["--policy", SAMPLES / "policy.yaml"]
    code, _, _ = govkit("guard", path, "--audience", "public", *policy)
    assert code == (1 if count < 11 else 0)


def test_the_register_knows_columns_that_nobody_else_can(govkit, write, corpus):
    """`checkup_grade` and `visit_month` say nothing to a stranger; the register knows them."""
    import pandas as pd

    frame = pd.DataFrame({"checkup_grade": ["B", "C"], "visit_month": ["2026-04", "2026-05"]})
    path = write([corpus.code("a", corpus.shown(frame))])
    assert govkit("guard", path)[0] == 0
    code, out, _ = govkit("guard", path, "--register", SAMPLES / "register", "--json")
    assert (code, [one["kind"] for one in json.loads(out)["leaks"]]) == (1, ["records"])


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(["none.ipynb"], id="no such file"),
        pytest.param([SAMPLES / "register"], id="a folder without notebooks"),
        pytest.param(["-"], id="nothing on standard input"),
        pytest.param([ROOT / "notebooks", "--fix", "--strip-all"], id="two ways to clear"),
        pytest.param([ROOT / "notebooks", "--threshold", "0"], id="threshold 0"),
        pytest.param([ROOT / "notebooks", "--audience", "all"], id="no such audience"),
        pytest.param([ROOT / "notebooks", "--policy", "p.yaml"], id="a policy without audience"),
        pytest.param([ROOT / "notebooks", "--register", "none"], id="no such register"),
        pytest.param([ROOT / "notebooks", "--ci", "--output", "none"], id="no such folder"),
    ],
)
def test_wrong_usage_is_exit_code_2_and_one_line(govkit, monkeypatch, arguments):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"")))
    code, _, err = govkit("guard", *arguments)
    assert code == 2
    assert err.startswith("govkit: ")
    assert len(err.splitlines()) == 1


def test_bad_notebooks_do_not_hide_the_others(govkit, write, corpus, tmp_path):
    write([corpus.code("a", corpus.printed(LEAK))])
    (tmp_path / "b.ipynb").write_text("{")
    code, out, err = govkit("guard", tmp_path, "--json")
    assert (code, json.loads(out)["found"], len(err.splitlines())) == (2, 1, 1)


def test_reports_for_ci(govkit, leaking, tmp_path):
    (tmp_path / "b\x01<&.ipynb").write_bytes(leaking.read_bytes())
    (tmp_path / "c.ipynb").write_text("{")
    assert govkit("guard", tmp_path, "--ci", "--output", tmp_path)[0] == 2
    log = json.loads((tmp_path / "govkit-guard.sarif").read_text("utf-8"))
    schema = yaml.safe_load((ROOT / "tests" / "findings" / "sarif.yaml").read_text("utf-8"))
    jsonschema.validate(log, schema)
    results = log["runs"][0]["results"]
    assert [one["ruleId"] for one in results] == ["GKN001", "GKN003"] * 2
    place = results[1]["locations"][0]["physicalLocation"]["region"]["startLine"]
    assert leaking.read_text("utf-8").splitlines()[place - 1] == "  {"
    (suite,) = ET.parse(  # noqa: S314 - our own file
        tmp_path / "govkit-guard.xml"
    ).getroot()
    assert {key: suite.get(key) for key in ("tests", "failures", "errors")} == {
        "tests": "3", "failures": "2", "errors": "1",
    }  # fmt: skip
    assert "1234" not in json.dumps(log) + (tmp_path / "govkit-guard.xml").read_text("utf-8")


def test_standard_input_is_a_filter(leaking, monkeypatch, capsysbinary):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(leaking.read_bytes())))
    monkeypatch.setattr(sys, "argv", ["govkit", "guard", "--fix", "-"])
    with pytest.raises(SystemExit) as stop:
        cli.main()
    out = capsysbinary.readouterr().out
    check_notebooks([leaking], clear="leaks")
    assert (stop.value.code, out) == (0, leaking.read_bytes())


def test_what_leaks_is_an_event_for_the_register(leaking, govkit, tmp_path):
    leaks = check_notebooks([leaking]).to_dict()["leaks"]
    policy, register = load_policy(SAMPLES / "policy.yaml"), load_register(SAMPLES / "register")
    found = check_register(policy, register, events={"leaks": leaks}).findings
    assert {one.rule for one in found} == {"GK408"}
    assert "cell 1: phone" in found[0].message
    file = tmp_path / "leaks.json"
    file.write_text(govkit("guard", leaking, "--json")[1])
    day = ("--day", "2026-11-22")
    code, out, _ = govkit(
        "register", "check", SAMPLES / "register", "--leaks", file, *day, "--json"
    )
    assert (code, {one["rule"] for one in json.loads(out)["findings"]}) == (1, {"GK408"})


@pytest.mark.parametrize("text", ["{", "[]", '{"leaks": 3}', '{"leaks": [{"cell": 1}]}'])
def test_leaks_that_are_none(govkit, tmp_path, text):
    file = tmp_path / "leaks.json"
    file.write_text(text)
    code, _, err = govkit("register", "check", SAMPLES / "register", "--leaks", file)
    assert (code, len(err.splitlines())) == (2, 1)


# Allowances


@pytest.mark.parametrize(
    ("comment", "left"),
    [
        pytest.param("# govkit: allow phone because it is the help desk's", [], id="with a reason"),
        pytest.param("# govkit: allow phone, email because it is the help desk's", [], id="two kinds"),
        pytest.param("# govkit: allow all because it is the help desk's", [], id="all"),
        pytest.param("# govkit: allow phone", ["allow", "phone"], id="without a reason"),
        pytest.param("# govkit: allow phone because ok", ["allow", "phone"], id="no real reason"),
        pytest.param("# govkit: allow fone because it is a help desk", ["allow", "phone"], id="no such kind"),
        pytest.param("# govkit: allow because it is the help desk", ["allow", "phone"], id="no kind"),
        pytest.param("# govkit: allow email because it is the help desk", ["phone"], id="another kind"),
    ],
)  # fmt: skip
def test_an_allowance_needs_a_kind_and_a_reason(write, corpus, comment, left):
    path = write([corpus.code(f"{comment}\nf()", corpus.printed(LEAK))])
    assert sorted(leak.kind for leak in check_notebooks([path]).leaks) == left


def test_an_allowance_holds_for_its_cell_or_says_the_notebook(write, corpus):
    here = "# govkit: allow phone because it is the help desk"
    cells = [corpus.code(here, corpus.printed(LEAK)), corpus.code("b", corpus.printed(LEAK))]
    assert [leak.cell for leak in check_notebooks([write(cells)]).leaks] == [2]
    note = corpus.markdown(
        "<!-- govkit: allow phone in this notebook because it is the help desk -->"
    )
    answer = check_notebooks([write([note, *cells])])
    assert (answer.found, answer.allowed) == (0, 2)


def test_what_is_allowed_is_not_cleared(write, corpus):
    here = "# govkit: allow phone because it is the help desk"
    path = write([corpus.code(here, corpus.printed(LEAK))])
    before = path.read_bytes()
    check_notebooks([path], clear="leaks")
    assert path.read_bytes() == before


def test_every_kind_says_why_and_what_to_do():
    assert all(
        set(one) == {"id", "title", "title_ja", "why", "fix", "fix_ja"} for one in kinds().values()
    )
