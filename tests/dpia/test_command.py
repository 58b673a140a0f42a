"""``govkit dpia`` as its users meet it: files, exit codes, one line on standard error."""

import json
import sys
from pathlib import Path

import pytest
import yaml

from govkit.cli import main

ROOT = Path(__file__).parents[2]
DAY = ("--day", "2026-11-25")


@pytest.fixture
def govkit(capsys, monkeypatch, company):
    """Run the command line in the folder of the copied company."""
    monkeypatch.chdir(company)
    monkeypatch.delenv("GOVKIT_RECORDS", raising=False)

    def run(*words):
        monkeypatch.setattr(sys, "argv", ["govkit", "dpia", *map(str, words)])
        monkeypatch.setenv("COLUMNS", "200")
        with pytest.raises(SystemExit) as stop:
            main()
        return stop.value.code, *capsys.readouterr()

    return run


def test_new_run_check_approve(govkit, company):
    told = govkit("new", "checkup-analysis")  # the register is the folder of that name
    assert (told[0], "govkit dpia check dpia/checkup-analysis.yaml" in told[2]) == (0, True)
    begun = company / "dpia" / "checkup-analysis.yaml"
    code, out, err = govkit("run", begun, *DAY, "--output", "begun.md")
    assert (code, "Report: begun.md" in err) == (1, True)
    assert "300 of 300 people are in groups smaller than 20" in out
    code, out, _ = govkit("check", begun, *DAY)
    assert (code, out.count("  open ")) == (1, 35)
    again = govkit("new", "checkup-analysis", "--register", "register")
    assert (again[0], "is there already" in again[2]) == (2, True)

    known = "dpia/checkup-release.yaml"
    refused = govkit("approve", known, "--by", "S0001", "--decision", "rejected", *DAY)
    assert (refused[0], "--reason" in refused[2]) == (2, True)
    code, out, _ = govkit("approve", known, "--by", "S0001", "--reason", "A pilot.", *DAY, "--json")
    assert (code, json.loads(out)["kind"]) == (0, "approval")
    assert govkit("check", known, *DAY)[0] == 0
    data = company / "client_records.csv"
    data.write_text("".join(data.read_text("utf-8").splitlines(keepends=True)[:-1]), "utf-8")
    code, out, _ = govkit("check", known, *DAY, "--json")
    (found,) = json.loads(out)["assessments"]
    assert (code, found["stale"], found["problems"][0]["kind"]) == (1, 1, "stale")


def test_export_and_import(govkit, company):
    known = "dpia/checkup-release.yaml"
    assert govkit("export", known, "--format", "cnil", "--output", "pia.json", *DAY)[0] == 0
    made = ("import", "pia.json", "--register", "register", "--output")
    assert govkit(*made, "dpia/again.yaml")[0] == 0
    written, read = (yaml.safe_load((company / "dpia" / name).read_text("utf-8"))
                     for name in ("checkup-release.yaml", "again.yaml"))  # fmt: skip
    assert read["answers"] == written["answers"]
    assert govkit(*made, "dpia/again.yaml")[0] == 2  # it is there already
    code, out, _ = govkit("run", known, *DAY, "--json")
    answer = json.loads(out)
    assert (code, answer["schema"], answer["measured"][0]["scenario"]) == (
        0, "govkit-dpia/1", "research-file",
    )  # fmt: skip


def test_ci_names_the_whole_folder(govkit, company):
    (company / "dpia" / "site-statistics.yaml").unlink()  # its data are not copied
    files = sorted((company / "dpia").glob("*.yaml"))
    assert sum(path.name.endswith(".recipe.yaml") for path in files) == 2
    code, out, _ = govkit("check", *files, *DAY, "--json")
    found = {one["key"]: one["approval"] for one in json.loads(out)["assessments"]}
    assert (code, found) == (1, {"checkup-release": 1, "checkup-release-ja": 1})
    code, _, err = govkit("check", company / "dpia" / "checkup-release.recipe.yaml")
    assert (code, "only recipes" in err) == (2, True)


def test_what_a_scenario_lacks_is_told_with_its_line(govkit, company):
    path = company / "dpia" / "checkup-release.yaml"
    written = path.read_text("utf-8")
    for old, new, said in (
        ("checkup-release.recipe", "nothing.recipe", "There is no recipe 'nothing.recipe.yaml'"),
        ("birth_year, sex,", "birth_yeer, sex,", "Did you mean 'birth_year'?"),
    ):
        path.write_text(written.replace(old, new), "utf-8")
        code, _, err = govkit("run", path, *DAY)
        assert code == 2
        assert "govkit: checkup-release.yaml:41: There is no " in err
        assert said in err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(["run", "dpia/nothing.yaml"], "cannot be opened", id="no file"),
        pytest.param(["new", "nothing", "--register", "register"], "no activity", id="no activity"),
        pytest.param(["new", "orders", "--register", "nowhere"], "no folder", id="no register"),
        pytest.param(
            ["run", "dpia/checkup-release.yaml", "--data", "nowhere"],
            "no folder of data", id="no data",
        ),
        pytest.param(
            ["export", "dpia/checkup-release.yaml", "--format", "docx", "--output", "x"],
            "no format 'docx'", id="no format",
        ),
        pytest.param(
            ["check", "dpia/checkup-release.yaml", "--records", "nothing.sqlite"],
            "no records in", id="no records",
        ),
        pytest.param(
            ["run", "dpia/checkup-release.yaml", "--output", "no/folder.html"],
            "cannot be written", id="no place",
        ),
    ],
)  # fmt: skip
def test_wrong_usage_is_one_line_and_exit_code_2(govkit, words, said):
    code, out, err = govkit(*words)
    assert (code, out) == (2, "")
    assert said in err
    assert len(err.strip().splitlines()) == 1


def test_an_import_that_does_not_fit_writes_nothing(govkit, company):
    pia = {"pia": {"name": "x"}, "answers": [], "measures": [], "evaluations": [], "comments": []}
    (company / "pia.json").write_text(json.dumps(pia))
    code, _, err = govkit("import", "pia.json", "--register", "register", "--activity", "ghost",
                          "--output", "dpia/ghost.yaml")  # fmt: skip
    assert (code, "no such entry among activities" in err) == (2, True)
    assert not (company / "dpia" / "ghost.yaml").exists()


def test_the_page_of_questions_is_as_the_models_say():
    space = {"__name__": "questions_page", "__file__": str(ROOT / "tools" / "questions_page.py")}
    exec((ROOT / "tools" / "questions_page.py").read_text("utf-8"), space)  # noqa: S102 - our own
    written = (ROOT / "docs" / "reference" / "dpia-questions.md").read_text("utf-8")
    assert written == space["page"](), "run: python tools/questions_page.py"


def test_the_template_takes_other_parameters(tmp_path):
    papermill = pytest.importorskip("papermill")
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of its own dependencies
        made = papermill.execute_notebook(
            ROOT / "notebooks" / "dpia" / "template.ipynb", tmp_path / "out.ipynb",
            {"activity": "site-statistics", "thresholds": {"k": 3}, "seed": 7,
             "judgments": "../../data/samples/dpia/site-statistics.yaml"},
            cwd=ROOT / "notebooks" / "dpia", progress_bar=False, kernel_name="python3",
        )  # fmt: skip
    texts = "".join(str(cell.get("outputs")) for cell in made.cells)
    assert "Wanted smallest group: 3" in texts
    assert "monthly-figures: " in texts
    assert "0 questions are open." in texts
