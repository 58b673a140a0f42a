"""``govkit register check`` as its users meet it."""

import json
import shutil
import sys
from pathlib import Path

import pytest

from govkit import cli

SAMPLES = Path(__file__).parents[2] / "data" / "samples"
DAY = ("--day", "2026-11-22")


@pytest.fixture
def check(capsys, monkeypatch):
    def command(*arguments):
        monkeypatch.setattr(sys, "argv", ["govkit", "register", "check", *map(str, arguments)])
        with pytest.raises(SystemExit) as stop:
            cli.main()
        return stop.value.code, *capsys.readouterr()

    return command


def test_no_finding_is_exit_code_0(check):
    code, out, err = check(SAMPLES / "register", *DAY, "--json")
    assert (code, err, json.loads(out)["findings"]) == (0, "", [])


def test_errors_are_exit_code_1(check, tmp_path):
    sarif = tmp_path / "findings.sarif"
    code, out, _ = check(SAMPLES / "register-with-mistakes", *DAY, "--sarif", sarif)
    assert code == 1
    assert "error GK208" in out
    assert "analysis.yaml:" in out
    assert json.loads(sarif.read_text("utf-8"))["version"] == "2.1.0"


def test_a_long_path_stays_in_one_piece(check, tmp_path):
    register = tmp_path / ("deep-" * 20) / "register"
    shutil.copytree(SAMPLES / "register-with-mistakes", register)
    _, out, _ = check(register, *DAY, "--policy", SAMPLES / "policy.yaml")
    assert f"{register.as_posix()}/activities/newsletter.yaml:1\n" in out


def test_warnings_alone_are_exit_code_0(check, tmp_path):
    register = tmp_path / "register"
    shutil.copytree(SAMPLES / "register", register)
    shutil.copy(SAMPLES / "policy.yaml", tmp_path)
    (register / "receipts.yaml").write_text(
        "[{key: R, dataset: customers, sender: hinode, received_on: 2026-04-01}]"
    )
    code, out, _ = check(register, *DAY, "--json")
    answer = json.loads(out)
    assert (code, answer["errors"], answer["warnings"], answer["verdict"]) == (0, 0, 1, "review")


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param([SAMPLES / "nothing"], id="no such folder"),
        pytest.param([SAMPLES / "register", "--pack", "appi"], id="no such pack"),
        pytest.param([SAMPLES / "register", "--data", SAMPLES / "register"], id="no data there"),
        pytest.param([SAMPLES / "register", "--policy", SAMPLES / "x.yaml"], id="no such policy"),
    ],
)
def test_wrong_input_is_exit_code_2_and_one_line(check, arguments):
    code, out, err = check(*arguments, *DAY, "--json")
    assert (code, out) == (2, "")
    assert err.startswith("govkit: ")
    assert len(err.splitlines()) == 1
