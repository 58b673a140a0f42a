"""``govkit anonymize`` and ``govkit safe-harbor`` as their users meet them."""

import json
import sys

import pytest
import yaml

import govkit as gk
from govkit import cli

LINES = "".join(
    f"canary{i}@example.org,{20 + i * 7 % 45},{'fm'[i % 2]},{'abc'[i % 3]}\n" for i in range(60)
)


def run(capsys, *arguments):
    """Run a command in this process, with the same door."""
    before, sys.argv = sys.argv, ["govkit", *map(str, arguments)]
    try:
        with pytest.raises(SystemExit) as stop:
            cli.main()
    finally:
        sys.argv = before
    return stop.value.code, *capsys.readouterr()


@pytest.fixture
def people(tmp_path):
    folder = tmp_path / "rules"
    folder.mkdir()
    (folder / "age.yaml").write_text("builder: intervals\nwidths: [10, 20]\n")
    (folder / "sex.csv").write_text("f;*\nm;*\n")
    path = tmp_path / "people.csv"
    path.write_text("email,age,sex,ill\n" + LINES, encoding="utf-8")
    return path


def options(people, *more):
    rules = people.parent / "rules"
    return ("anonymize", people, "-q", "age,sex", "--hierarchies", rules, "-s", "ill", *more)


@pytest.mark.parametrize("ending", ["csv", "parquet", "xlsx"])
def test_safe_records_are_written_and_the_recipe_replayed(capsys, people, ending):
    out, recipe = people.with_name(f"out.{ending}"), people.with_name("recipe.yaml")
    code, text, err = run(capsys, *options(people, "--output", out, "--recipe", recipe, "--json"))
    found = json.loads(text)
    assert (code, err, found["verdict"]) == (0, "", "safe")
    assert {"levels", "loss", "loss_metric", "suppressed_records", "suppressed_cells", "groups",
            "smallest_group", "nodes", "nodes_evaluated", "ties"} <= found.keys()  # fmt: skip
    again = gk.check(out, ["age", "sex"], sensitive="ill", k=5)
    assert again.verdict.value == "safe"
    assert again.k_anonymity.smallest == found["smallest_group"]
    assert "email" not in gk.scan(out).collect_schema().names()
    assert yaml.safe_load(recipe.read_text("utf-8"))["levels"] == found["levels"]
    before = out.read_bytes()
    replayed = ("anonymize", people, "--replay", recipe, "--hierarchies", people.parent / "rules")
    assert run(capsys, *replayed, "--output", out)[0] == 0
    assert ending == "xlsx" or out.read_bytes() == before


def test_what_a_person_reads(capsys, people):
    code, text, _ = run(capsys, *options(people, "--output", people.with_name("o.csv"), "--appi"))
    flat = " ".join(text.split())
    assert code == 0
    for words in ("✓ SAFE", "level of age", "Random counts are off", "five standards"):
        assert words in flat
    assert "canary" not in flat


def test_what_is_not_safe_is_not_written(capsys, people):
    out = people.with_name("out.csv")
    people.write_text("age,ill\n" + "30,x\n" * 6, encoding="utf-8")
    asked = ("anonymize", people, "-q", "age", "-s", "ill", "--method", "mondrian", "--l", 2)
    code, _, err = run(capsys, *asked, "--output", out)
    assert (code, out.exists()) == (2, False)
    assert "l is 2" in err
    asked = (*asked[:6], "--method", "local-suppression", "--output", out)
    code, text, _ = run(capsys, *asked)
    assert (code, out.exists()) == (1, False)
    assert "UNSAFE" in text


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (("--output", "out.doc"), ".csv, .xlsx or .parquet"),
        (("--output", "no-such-folder/out.csv"), "cannot be written"),
        (("--output", "out.csv", "--k", 1), "'k'"),
        (("--output", "out.csv", "--replay", "r.yaml"), "one of the two"),
        (("--output", "out.csv", "--drop", "nobody"), "nobody"),
        (("--output", "out.csv", "--loss", "magic"), "magic"),
        ((), "--output"),
    ],
)
def test_wrong_input_is_one_line(capsys, people, monkeypatch, more, words):
    monkeypatch.chdir(people.parent)
    code, text, err = run(capsys, *options(people, *more))
    assert (code, text) == (2, "")
    assert len(err.strip().splitlines()) == 1
    assert words in err
    assert "canary" not in err


def test_safe_harbor(capsys, people):
    code, text, _ = run(capsys, "safe-harbor", people, "--json")
    assert code == 1
    assert json.loads(text)["items"]["F e-mail addresses"] == ["email"]


def test_a_weight_that_is_no_number_names_its_column(capsys, people):
    code, _, err = run(capsys, "risk", people, "-q", "age", "--weight", "ill")
    assert (code, "'ill'" in err) == (2, True)


def test_what_somebody_who_knows_everything_still_finds_is_said(capsys, people):
    out = people.with_name("out.csv")
    asked = ("--method", "local-suppression", "--reading", "wildcard", "--output", out)
    _, text, _ = run(capsys, "anonymize", people, "-q", "age,sex,ill", *asked, "--json")
    found = json.loads(text)
    assert out.exists()
    assert "Who knows every column still finds" in found["sentence"]
    assert "wildcard reading" in found["sentence"]
