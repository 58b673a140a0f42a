"""govkit register and govkit policy: what a person and a program see, and the exit codes."""

import json
import re
import shutil
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

import govkit as gk
from govkit.cli import main

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / "data" / "samples"
DAY = ("--day", "2026-11-30")
CANARY = "Quillfeather"


@pytest.fixture
def govkit(capsys, monkeypatch):
    """Run the command line in this process; give its exit code and both outputs."""

    def run(*words):
        monkeypatch.setattr(sys, "argv", ["govkit", *map(str, words)])
        monkeypatch.setenv("COLUMNS", "200")
        with pytest.raises(SystemExit) as stop:
            main()
        out, err = capsys.readouterr()
        return SimpleNamespace(returncode=stop.value.code, stdout=out, stderr=err)

    return run


def planted():
    text = (SAMPLES / "register-with-mistakes" / "README.md").read_text("utf-8")
    return sorted(re.findall(r"^\| (GK\d{3}) \| (\S+)", text, re.MULTILINE))


def test_the_sample_register_has_no_finding(govkit):
    done = govkit("register", "check", SAMPLES / "register", *DAY, "--json")
    assert (done.returncode, json.loads(done.stdout)["findings"]) == (0, [])


def test_the_one_with_mistakes_has_exactly_the_documented_ones(govkit, tmp_path):
    folder = SAMPLES / "register-with-mistakes"
    sarif = tmp_path / "findings.sarif"
    done = govkit("register", "check", folder, *DAY, "--json", "--sarif", sarif)
    found = json.loads(done.stdout)["findings"]
    assert done.returncode == 1
    assert sorted((one["rule"], one["subject"]) for one in found) == planted()
    results = json.loads(sarif.read_text("utf-8"))["runs"][0]["results"]
    assert len(results) >= len(found)


def test_a_finding_is_told_with_place_and_remedy(govkit):
    done = govkit("register", "check", SAMPLES / "register-with-mistakes", *DAY)
    assert "error GK201" in done.stdout
    assert "activities/newsletter.yaml:7" in done.stdout
    assert done.stdout.count("\n") > 60


def test_only_the_rules_asked_for(govkit):
    done = govkit(
        "register", "check", SAMPLES / "register-with-mistakes", "--pack", "gdpr", "--json"
    )
    rules = {one["rule"] for one in json.loads(done.stdout)["findings"]}
    assert "GK405" in rules


def test_mistakes_are_lines_and_hold_no_value(govkit, tmp_path):
    (tmp_path / "systems.yaml").write_text(f"kee: {CANARY}\ntitle: [{CANARY}]\n")
    shutil.copy(SAMPLES / "policy.yaml", tmp_path)
    done = govkit("register", "check", tmp_path)
    lines = done.stderr.splitlines()
    assert (done.returncode, done.stdout) == (2, "")
    assert lines[0].endswith("holds 4 mistakes:")
    assert "systems.yaml:1: unknown key 'kee': did you mean 'key'?" in lines
    assert CANARY not in done.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(["register", "check", "nowhere"], "no folder 'nowhere'", id="no folder"),
        pytest.param(["policy", "render", "no.yaml"], "'no.yaml' cannot be opened", id="no file"),
        pytest.param(
            ["policy", "render", SAMPLES / "policy.yaml", "--language", "de"], "'en' or 'ja'",
            id="another language",
        ),
        pytest.param(
            ["policy", "render", SAMPLES / "policy.yaml", "--output", "nowhere/p.html"], "written",
            id="no folder to write to",
        ),
    ],
)  # fmt: skip
def test_wrong_input_is_one_sentence(govkit, words, said):
    done = govkit(*words)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_register_without_a_policy(govkit, tmp_path):
    shutil.copytree(SAMPLES / "register", tmp_path / "deep" / "register")
    done = govkit("register", "check", tmp_path / "deep" / "register", *DAY)
    assert done.returncode == 2
    assert "--policy" in done.stderr
    given = ("--policy", SAMPLES / "policy.yaml")
    assert govkit("register", "check", tmp_path / "deep" / "register", *given, *DAY).returncode == 0


def test_the_way_from_data_to_a_checked_register(govkit, tmp_path):
    done = govkit("register", "init", SAMPLES / "web_visits.csv", "--output", tmp_path / "register")
    assert (done.returncode, done.stdout) == (0, "")
    again = govkit(
        "register", "init", SAMPLES / "web_visits.csv", "--output", tmp_path / "two", "--json"
    )
    told = {"files": [(tmp_path / "two/datasets/web_visits.yaml").as_posix()], "not_read": []}
    assert json.loads(again.stdout) == told
    shutil.copy(SAMPLES / "policy.yaml", tmp_path)
    found = json.loads(govkit("register", "check", tmp_path / "register", "--json").stdout)
    assert {one["rule"] for one in found["findings"]} >= {"GK203", "GK401", "GK402"}


def test_the_public_page(govkit, tmp_path):
    shown = govkit("policy", "render", SAMPLES / "policy.yaml")
    assert shown.stdout.startswith("# Personal Information Protection Policy\n")
    told = govkit("policy", "render", SAMPLES / "policy.yaml", "--json")
    assert json.loads(told.stdout)["text"] == shown.stdout
    page = tmp_path / "privacy.html"
    govkit("policy", "render", SAMPLES / "policy.yaml", "--language", "ja", "--output", page)
    assert '<html lang="ja">' in page.read_text("utf-8")


def test_the_data_map(govkit, tmp_path):
    page = tmp_path / "map.html"
    done = govkit("register", "show", SAMPLES / "register", "--json", "--output", page)
    assert json.loads(done.stdout)["activities"] == 5
    assert "Nordlicht" in page.read_text("utf-8")


@pytest.mark.parametrize(
    ("format_", "name"),
    [("ropa-csv", "r.csv"), ("fideslang", "r.yaml"), ("dpv", "r.json"), ("markdown", "r.md")],
)
def test_exports(govkit, tmp_path, format_, name):
    words = ("--format", format_, "--output", tmp_path / name)
    assert govkit("register", "export", SAMPLES / "register", *words).returncode == 0
    assert "Nordlicht" in (tmp_path / name).read_text("utf-8-sig")


def test_what_was_exported_comes_back(govkit, tmp_path):
    file = tmp_path / "fides.yaml"
    govkit("register", "export", SAMPLES / "register", "--format", "fideslang", "--output", file)
    done = govkit("register", "import", file, "--output", tmp_path / "again")
    assert done.returncode == 0
    again = gk.load_register(tmp_path / "again")
    assert list(again.by_key["activities"]) == list(
        gk.load_register(SAMPLES / "register").by_key["activities"]
    )
