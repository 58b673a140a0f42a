"""The command line as its users meet it: a real process, its two streams, its exit code."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import typer

from govkit import cli, cli_described
from govkit.files import packaged

CSV = "age,sex,city,ill\n30,f,札幌,flu\n30,f,札幌,none\n41,m,東京,Canary fever\n"


@pytest.fixture
def people(tmp_path):
    path = tmp_path / "people.csv"
    path.write_text(CSV, encoding="utf-8")
    return path


def govkit(*arguments, cwd=None, env=()):
    """Run the installed command line as a child process."""
    return subprocess.run(
        [sys.executable, "-c", "from govkit.cli import main; main()", *map(str, arguments)],
        capture_output=True, text=True, encoding="utf-8", cwd=cwd, timeout=120, check=False,
        env={**os.environ, "PYTHONIOENCODING": "utf-8", "COLUMNS": "100", **dict(env)},
    )  # fmt: skip


def run(capsys, *arguments):
    """Run a command in this process: quicker, with the same door."""
    before, sys.argv = sys.argv, ["govkit", *map(str, arguments)]
    try:
        with pytest.raises(SystemExit) as stop:
            cli.main()
    finally:
        sys.argv = before
    out, err = capsys.readouterr()
    return stop.value.code, out, err


def test_json_is_one_object_and_nothing_else(people):
    options = ("--quasi-identifiers", "age,sex", "--sensitive", "ill", "--k", 2)
    done = govkit("check", people, *options, "--json")
    found = json.loads(done.stdout)
    assert (done.returncode, done.stderr) == (1, "")
    contract = {
        "records", "groups", "smallest_group", "k", "groups_below_k", "records_below_k",
        "missing", "verdict", "sensitive",
    }  # fmt: skip
    assert contract <= found.keys()
    assert {"distinct_l", "entropy_l", "recursive_c", "alpha", "t", "t_distance", "basic_beta",
            "enhanced_beta", "delta"} <= found["sensitive"]["ill"].keys()  # fmt: skip
    assert (found["records"], found["groups"], found["smallest_group"]) == (3, 2, 1)
    assert "Canary" not in done.stdout


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (("-q", "sex", "--k", 2), 1),
        (("-q", "ill", "--missing", "error"), 1),
        (("-q", "age", "--k", 1), 2),
        (("-q", "agee"), 2),
        (("-q", ""), 2),
        (("-q", "age,,sex"), 2),
        (("-q", "age", "--k", "many"), 2),
        (("-q", "age", "--l", 1, "-s", "ill"), 2),
        (("-q", "age", "-s", "age"), 2),
        (("-q", "age", "--missing", "wild"), 2),
        (("-q", "age", "--engine", "abacus"), 2),
        (("-q", "age", "--html", "no-such-folder/report.html"), 2),
        ((), 2),
    ],
)
def test_exit_codes(capsys, people, options, code):
    got, out, err = run(capsys, "check", people, *options)
    assert got == code
    if code == 2:
        assert out == ""
        assert len(err.strip().splitlines()) == 1
        assert err.startswith("govkit: ")
        assert "Traceback" not in err


def test_safe_is_zero(capsys, tmp_path):
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"age": [30, 30]}), path)
    assert run(capsys, "check", path, "-q", "age", "--k", 2)[0] == 0


def test_the_sentence_and_the_next_step(capsys, people):
    _, out, _ = run(capsys, "check", people, "-q", "age,sex", "-s", "ill", "--k", 2)
    flat = " ".join(out.split())
    assert "✗ UNSAFE" in flat
    assert "1 of 3 records are in groups smaller than 2" in flat
    assert "Next:" in flat
    assert "Canary" not in flat


def test_the_worst_groups_only_on_request(capsys, people):
    _, out, _ = run(capsys, "check", people, "-q", "city", "--k", 3)
    assert "東京" not in out
    _, out, _ = run(capsys, "check", people, "-q", "city", "--k", 3, "--worst", 1)
    assert "東京" in out
    assert "札幌" not in out


@pytest.mark.parametrize(
    "name",
    ['a"b; drop', "a,b", "two\nlines", "<b>bold</b>", "[red]markup[/red]", "--k", " spaced "],
)
def test_hostile_column_names(capsys, tmp_path, name):
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({name: [1, 1], "s": ["x", "y"]}), path)
    given = '"' + name.replace('"', '""') + '"' if "," in name or name.startswith(" ") else name
    code, out, err = run(
        capsys, "check", path, f"--quasi-identifiers={given}", "-s", "s", "--k", 2, "--json"
    )
    assert (code, err) == (0, "")
    assert json.loads(out)["smallest_group"] == 2
    code, _, _ = run(capsys, "check", path, f"--quasi-identifiers={given}", "--k", 2)
    assert code == 0


def test_the_report_is_whole_and_loads_nothing(capsys, people, tmp_path):
    report = tmp_path / "report.html"
    code, _, err = run(
        capsys, "check", people, "-q", "age,sex", "-s", "ill", "--k", 2, "--html", report
    )
    page = report.read_text(encoding="utf-8")
    assert code == 1
    assert str(report) in err.replace("\n", "")
    assert page.count('class="plot"') == 4
    own = re.sub(r"<script>.*?</script>", "", page, flags=re.DOTALL)  # Plotly's program apart
    assert not re.search(r"(?:src|href|url)\s*[=(]\s*[\"']?(?:https?:)?//", own)
    assert "Canary" not in page
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".govkit")] == []


def test_html_in_names_is_text(capsys, tmp_path):
    path = tmp_path / "a.parquet"
    name = "<img src=x onerror=alert(1)>"
    pq.write_table(pa.table({name: [1, 2], "</script><b>": ["x", "y"]}), path)
    report = tmp_path / "r.html"
    run(capsys, "check", path, "-q", name, "-s", "</script><b>", "--k", 2, "--html", report)
    page = report.read_text(encoding="utf-8")
    assert "<img src=x" not in page
    assert "</script><b>" not in page


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_report_that_cannot_be_written(capsys, people, tmp_path):
    tmp_path.chmod(0o500)
    code, _, err = run(capsys, "check", people, "-q", "age", "--html", tmp_path / "r.html")
    assert code == 2
    assert "cannot be written" in err


def test_an_old_report_survives_a_failed_one(capsys, people, tmp_path):
    report = tmp_path / "report.html"
    report.write_text("old", encoding="utf-8")
    assert run(capsys, "check", people, "-q", "nothing", "--html", report)[0] == 2
    assert report.read_text(encoding="utf-8") == "old"


def test_a_fault_of_our_own_shows_no_value(capsys, people, monkeypatch):
    def broken(*_, **__):
        raise RuntimeError("Canary fever")

    monkeypatch.setattr("govkit.microdata.check", broken)
    code, out, err = run(capsys, "check", people, "-q", "age")
    assert (code, out) == (2, "")
    assert "Canary" not in err
    assert "RuntimeError" in err


def test_demo(capsys, tmp_path):
    code, out, err = run(capsys, "demo", "--output", tmp_path / "demo")
    assert code == 0
    assert (tmp_path / "demo" / "report.html").stat().st_size > 1_000_000
    assert "Report:" in out
    assert len(err.strip().splitlines()) >= 4


def test_demo_json(capsys, tmp_path):
    code, out, _ = run(capsys, "demo", "--output", tmp_path, "--json")
    steps = json.loads(out)["steps"]
    assert code == 0
    assert {"safe", "unsafe"} <= {step["verdict"] for step in steps}


def test_usage(capsys):
    assert run(capsys, "--version")[:2] == (0, "govkit 0.1.0\n")
    assert run(capsys, "--help")[0] == 0
    code, _, err = run(capsys, "chek")
    assert code == 2
    assert "check" in err
    assert len(err.strip().splitlines()) == 1
    _, _, err = run(capsys, "check", "people.csv", "--kk", "3")
    assert re.search(r"--k\)\. See .*govkit.* check --help\.$", err.strip())  # of that command
    assert run(capsys)[::2] == (2, "")  # the help itself stands on standard output


@pytest.mark.parametrize(
    "command",
    [
        "check lost.csv -q age",
        "assess lost.csv --register data/samples/register --audience public",
        "audit data/samples/released/D-2026-002.csv --certificate lost.csv",
        "table lost.csv --by age --threshold 3",
    ],
)
def test_a_file_that_is_not_there_is_told_as_that(capsys, monkeypatch, command):
    monkeypatch.chdir(Path(__file__).parents[1])
    assert run(capsys, *command.split()) == (
        2,
        "",
        "govkit: There is no file 'lost.csv': check the path.\n",
    )


# In a process of its own, where the packages of the extras cannot be imported.
CORE = """
import json, sys
extras = {"jaconv", "stdnum", "sqlalchemy", "alembic", "openpyxl", "python_calamine", "ibis",
          "opendp", "polars", "pyspark", "phonenumbers", "japanese_personal_name_dataset"}
sys.modules.update(dict.fromkeys(extras))
from govkit.cli import main
for command in json.loads(sys.argv[1]):
    sys.argv = ["govkit", *command.split()]
    try:
        main()
    except SystemExit as stop:
        print(stop.code, flush=True)
"""


def test_without_an_extra_every_command_names_the_packages_to_install(people, tmp_path):
    folder, sheet = "data/samples/register", tmp_path / "sheet.xlsx"
    sheet.write_bytes(b"")
    asked = {
        f"classify {people}": "jaconv", f"safe-harbor {people}": "jaconv",
        f"anonymize {people} -q age --output {tmp_path}/safe.csv": "jaconv",
        "records migrate": "sqlalchemy", "request list": "sqlalchemy",
        f"disclose list --register {folder}": "sqlalchemy", "incident list": "sqlalchemy",
        "dpia check data/samples/dpia/site-statistics.yaml": "sqlalchemy",
        f"check {sheet} -q age": "calamine",
        f"register export {folder} --format ropa-xlsx --output {tmp_path}/r.xlsx": "openpyxl",
        "check postgresql://host/base::people -q age": "ibis",
        f"table {people} --by age --protect noise --epsilon 1 --ledger {tmp_path}/l.yaml"
        " --dataset d": "opendp",
        f"check {people} -q age --engine polars": "polars",
    }  # fmt: skip
    child = subprocess.run(
        [sys.executable, "-c", CORE, json.dumps(list(asked))],
        capture_output=True, text=True, check=True, cwd=Path(__file__).parents[1],
    )  # fmt: skip
    told = [line for line in child.stderr.splitlines() if line.startswith("govkit: ")]
    assert len(told) == len(asked), child.stderr
    for line, (command, package) in zip(told, asked.items(), strict=True):
        assert re.search(rf"pip install .*{package}", line), (command, line)
    assert child.stdout.count("2\n") >= len(asked)


def test_a_closed_pipe_is_no_error(people):
    program = "from govkit.cli import main; main()"
    child = subprocess.Popen(
        [sys.executable, "-c", program, "check", people, "-q", "age,sex"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    child.stdout.close()  # as `head` does when it has seen enough
    with child.stderr as words:
        assert words.read() == ""
    child.wait(timeout=60)


def test_adult(shared):
    """The file that ARX ships, semicolons and all: 4 columns, 2,087 groups, k = 1."""
    done = govkit(
        "check", shared / "arx" / "adult.csv", "-q", "age,sex,race,native-country", "--json"
    )
    found = json.loads(done.stdout)
    assert (found["records"], found["groups"], found["smallest_group"]) == (30162, 2087, 1)
    assert (found["verdict"], done.returncode) == ("unsafe", 1)


# How commands are described


def described(said):
    """Give every description of a command under a mapping of YAML, with its name."""
    for name, one in said.items():
        if isinstance(one, dict) and "options" in one:
            yield name, one
        elif isinstance(one, dict):
            yield from described(one)


DESCRIPTIONS = ["cli", "cli_records", "cli_requests", "cli_disclose", "cli_dpia"]


@pytest.mark.parametrize("file", DESCRIPTIONS)
def test_every_word_of_a_description_is_understood(file):
    # A word that is misspelled would be passed over: an option that is needed no longer would be.
    words = {"default", "needed", "argument", "min", "env", "names", "metavar"}
    for name, command in described(packaged(f"{file}.yaml")):
        assert command.keys() <= {"help", "json", "options", "does", "person"}, name
        for option, said in command["options"].items():
            kind, *others = said
            assert kind in cli_described._KINDS, (name, option)
            assert set(others) <= words, (name, option)


def test_what_is_described_is_a_command_and_the_other_way_around():
    def names(app):
        yield from (one.name for one in app.registered_commands)
        for group in app.registered_groups:
            yield from names(group.typer_instance)

    said = [name for file in DESCRIPTIONS for name, _ in described(packaged(f"{file}.yaml"))]
    assert sorted(said) == sorted(names(cli.app))


def commands(group, path=()):
    """Give every command with its words."""
    for name, one in group.commands.items():
        inner = (*path, name)
        yield from commands(one, inner) if hasattr(one, "commands") else [(" ".join(inner), one)]


def test_every_command_has_json():
    """The contract of the design: whatever is asked, a program can ask it."""
    known = dict(commands(typer.main.get_command(cli.app)))
    assert {"check", "dpia new", "register export", "policy render"} < known.keys()
    without = [
        name for name, one in known.items() if not any("--json" in o.opts for o in one.params)
    ]
    assert without == []


SAMPLES = Path(__file__).parents[1] / "data" / "samples"


@pytest.mark.parametrize(
    ("command", "words"),
    [
        pytest.param("check", ["customers.csv", "-q", "age,sex"], id="check"),
        pytest.param("classify", ["web_visits.csv"], id="classify"),
        pytest.param("safe-harbor", ["web_visits.csv"], id="safe-harbor"),
        pytest.param(
            "assess",
            ["web_visits.csv", "--register", "register", "--audience", "public"],
            id="assess",
        ),
        pytest.param("guard", ["../../notebooks/05_safe_tables.ipynb"], id="guard"),
        pytest.param("register check", ["register"], id="register check"),
        pytest.param("register show", ["register"], id="register show"),
    ],
)
def test_the_keys_of_json_stand_in_the_reference(capsys, monkeypatch, command, words):
    """A contract that nobody wrote down is none."""
    monkeypatch.chdir(SAMPLES)
    _, out, _ = run(capsys, *command.split(), *words, "--json")
    page = (SAMPLES.parents[1] / "docs" / "reference" / "command-line.md").read_text("utf-8")
    (part,) = (one for one in page.split("\n## ") if f"`{command} --json`" in one.split("\n")[0])
    assert json.loads(out).keys() - set(re.findall(r"`([a-z_0-9]+)`", part)) == set()
