"""Tables as files, and the two commands."""

from __future__ import annotations

import dataclasses
import json
import sys
from types import SimpleNamespace

import numpy as np
import pytest

from govkit import cli_tables
from govkit.errors import GovkitError, InputError, SourceError
from govkit.result import Verdict
from govkit.tables import (
    Certificate,
    Rules,
    audit,
    explanations,
    primary,
    read_jj,
    read_table,
    suppress,
    tabulate,
    to_frame,
    write_table,
)
from tests.tables.conftest import run

CELLS = {"area": list("NNNSSSWWW"), "sex": list("fmxfmxfmx"), "n": [1, 17, 20, 9, 8, 14, 30, 6, 9]}


@pytest.fixture
def protected():
    return suppress(tabulate(CELLS, ["area", "sex"], records="n"), Rules(threshold=3))


@pytest.mark.parametrize("ending", ["csv", "parquet", "xlsx"])
def test_what_is_withheld_is_in_no_file(protected, tmp_path, ending):
    path = write_table(protected.table, tmp_path / f"out.{ending}", rules=protected.rules)
    if ending == "xlsx":
        openpyxl = pytest.importorskip("openpyxl", reason="the extra 'excel' is not installed")
        book = openpyxl.load_workbook(path)
        cells = {row[:2]: row[2] for row in book["table"].iter_rows(min_row=2, values_only=True)}
        assert cells[("N", "f")] == "U"
        assert (book["table"].freeze_panes, book["table"].column_dimensions["A"].width) == ("A2", 7)
        assert sorted(map(str, cells.values())).count("M") == protected.secondary
        return
    again = read_table(path)
    assert again.suppressed.tolist() == protected.table.suppressed.tolist()
    assert np.isnan(again.values[again.suppressed]).all()
    assert audit(again).exact == 0
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


def test_secret_parameters(protected, tmp_path):
    openpyxl = pytest.importorskip("openpyxl", reason="the extra 'excel' is not installed")
    texts = {}
    for secret in (True, False):
        path = write_table(
            protected.table, tmp_path / "o.xlsx", rules=protected.rules, secret_parameters=secret
        )
        sheet = openpyxl.load_workbook(path)["rules"]
        texts[secret] = str(list(sheet.iter_rows(values_only=True)))
    assert "3" not in texts[True]
    assert "3" in texts[False]


def test_numbers_are_written_in_full(tmp_path):
    """A JJ file keeps every digit, a CSV of whole numbers has no point, a result no exponent."""
    paid = [1_234_567_890_123, 1_000_000_000_007, 2_000_000_000_011, 1_500_000_000_003]
    data = {"a": list("xxyy"), "b": list("pqpq"), "v": paid}
    found = suppress(tabulate(data, ["a", "b"], "v"), Rules(p_percent=10))
    table, _ = read_jj(write_table(found.table, tmp_path / "o.jj", levels=found.sensitive))
    assert table.values.tolist() == found.table.values.tolist()
    table.check_sums()
    plain = found.table.with_status(["s"] * len(found.table))
    assert f"Total,Total,{sum(paid)},s" in write_table(plain, tmp_path / "o.csv").read_text("utf-8")
    cost = dict(row[:2] for row in dataclasses.replace(found, cost=3037137.0).rows())["cost"]
    assert cost == "3,037,137"
    unknown = dataclasses.replace(found, cost=float("nan"))
    assert ("cost", "–", "") in unknown.rows()


def test_true_margins_are_not_changed(protected):
    frame = to_frame(protected.table)
    shown = frame[frame["status"] != "u"]
    assert frame.loc[0, "count"] == sum(CELLS["n"])
    assert shown["count"].notna().sum() == len(frame) - protected.primary - protected.secondary


@pytest.mark.parametrize(
    ("text", "options", "message"),
    [
        pytest.param("a,n\nx,1\ny,2\nTotal,4\n", {}, "do not add up", id="not additive"),
        pytest.param("a,n\nx,1\ny,2\n", {}, "called like a total", id="no total"),
        pytest.param("a,n\nx,1\nx,1\nTotal,2\n", {}, "more than once", id="twice"),
        pytest.param("a,n,status\nx,1,q\nTotal,1,s\n", {}, "marks that are not", id="mark"),
        pytest.param("a,b\nx,y\n", {}, "No column holds numbers", id="no numbers"),
        pytest.param("a,n\nx,1\nTotal,1\n", {"value": "v"}, "no column 'v'", id="no column"),
    ],
)
def test_tables_that_cannot_be_read(tmp_path, text, options, message):
    (tmp_path / "t.csv").write_text(text, "utf-8")
    with pytest.raises(GovkitError, match=message):
        read_table(tmp_path / "t.csv", **options)


def test_files_that_are_not_what_they_should_be(protected, tmp_path):
    (tmp_path / "x.jj").write_text("hello", "utf-8")
    (tmp_path / "x.npz").write_text("hello", "utf-8")
    with pytest.raises(InputError, match="not a JJ file"):
        read_jj(tmp_path / "x.jj")
    with pytest.raises(SourceError, match="not a certificate"):
        Certificate.load(tmp_path / "x.npz")
    with pytest.raises(InputError, match="written as"):
        write_table(protected.table, tmp_path / "x.doc")
    with pytest.raises(SourceError, match="cannot be written"):
        write_table(protected.table, tmp_path / "no" / "x.csv")


def test_the_commands(tmp_path):
    lines = ["area,sex,n", *(",".join(map(str, row)) for row in zip(*CELLS.values(), strict=True))]
    (tmp_path / "in.csv").write_text("\n".join(lines), "utf-8")
    out, proof = tmp_path / "out.csv", tmp_path / "proof.npz"
    made = run("table", tmp_path / "in.csv", "--by", "area,sex", "--records", "n", "--threshold",
               3, "--output", out, "--certificate", proof, "--json")  # fmt: skip
    answer = json.loads(made.stdout)
    assert made.returncode == 0, made.stderr
    assert {"cells", "zero_cells", "primary", "secondary", "cost", "optimal", "gap", "verdict",
            "audit"} <= set(answer)  # fmt: skip
    assert {"attacked", "exact", "too_narrow"} <= set(answer["audit"])
    checked = run("audit", out, "--certificate", proof, "--json")
    assert (checked.returncode, json.loads(checked.stdout)["verdict"]) == (0, "safe")
    attacked = json.loads(run("audit", out, "--json").stdout)
    assert {"suppressed", "exact", "too_narrow", "intervals"} <= set(attacked)
    assert set(attacked["intervals"][0]) == {
        "cell", "lower", "upper", "required_lower", "required_upper",
    }  # fmt: skip
    plain = run("table", tmp_path / "in.csv", "--by", "area,sex", "--records", "n", "--threshold",
                3, "--protect", "none")  # fmt: skip
    assert plain.returncode == 1
    assert "UNSAFE" in plain.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param(["--by", "area"], "at least one rule", id="no rule"),
        pytest.param(["--by", "aera", "--threshold", "3"], "Did you mean", id="misspelt"),
        pytest.param(["--by", "area", "--dominance", "x"], "two numbers", id="dominance"),
        pytest.param(
            ["--by", "area", "--threshold", "3", "--hierarchies", "no"], "does not exist", id="dir"
        ),
    ],
)
def test_wrong_usage(tmp_path, arguments, message):
    (tmp_path / "in.csv").write_text("area,n\nx,1\n", "utf-8")
    made = run("table", tmp_path / "in.csv", *arguments)
    assert (made.returncode, made.stdout) == (2, "")
    assert message in made.stderr
    assert made.stderr.count("\n") == 1


def test_in_a_notebook(protected):
    page = protected._repr_html_()
    assert "<b>U</b>: withheld, unsafe by itself" in page
    assert page.count("title='withheld: protects others'") == protected.secondary
    assert ">1<" not in protected.table._repr_html_()
    figure = protected.plot()
    assert figure.layout.title.text.startswith("0 of 1 unsafe cells")
    cell = protected.table.cell(area="N", sex="f")
    assert protected.explain(cell) == "Withheld because it is unsafe by itself: threshold."
    beside = int(np.flatnonzero(protected.table.status == "m")[0])
    assert protected.explain(beside).startswith("Withheld to protect N · f: tables that fit all")
    assert protected.verdict is Verdict.SAFE


def test_no_label_is_a_formula(tmp_path):
    """A category that a workbook would run: it stays text, and so does a heading."""
    openpyxl = pytest.importorskip("openpyxl", reason="the extra 'excel' is not installed")
    data = {"=area()": ["=1+1", "=1+1", "@SUM(A1)", "-2\x07"], "n": [5, 6, 7, 8]}
    found = suppress(tabulate(data, ["=area()"], records="n"), Rules(threshold=2))
    path = write_table(found.table, tmp_path / "o.xlsx")
    cells = [cell for row in openpyxl.load_workbook(path)["table"].iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} == {"s", "n"}
    assert [cell.value for cell in cells if cell.column == 1] == [
        "=area()", "Total", "-2", "=1+1", "@SUM(A1)",
    ]  # fmt: skip


def test_a_workbook_can_be_read_again(protected, tmp_path):
    pytest.importorskip("openpyxl", reason="the extra 'excel' is not installed")
    path = write_table(protected.table, tmp_path / "o.xlsx")
    again = read_table(path, ["area", "sex"], value="count")
    assert again.status.tolist() == protected.table.status.tolist()
    assert audit(again).exact == 0


def test_a_table_can_have_its_own_words(tmp_path):
    """Totals called differently per variable, whole numbers as categories, counts and shares."""
    text = "year,area,v,n,top\nsum,all,30,9,8\n2024,all,10,4,8\n2025,all,20,5,6\n"
    text += "sum,A,30,9,8\n2024,A,10,4,8\n2025,A,20,5,6\n"
    (tmp_path / "t.csv").write_text(text, "utf-8")
    table = read_table(
        tmp_path / "t.csv", ["year", "area"], value="v", counts="n", largest=["top"],
        total={"year": "sum", "area": "all"},
    )  # fmt: skip
    assert table.values[table.cell(year="2024")] == 10
    unsafe = primary(table, Rules(threshold=5, dominance=((1, 75),)))
    assert unsafe.reasons == {"threshold": 2, "dominance": 2}


CSV = "area,sex,n\n" + "\n".join(
    ",".join(map(str, row)) for row in zip(*CELLS.values(), strict=True)
)


@pytest.fixture
def source(tmp_path):
    (tmp_path / "in.csv").write_text(CSV, "utf-8")
    return tmp_path / "in.csv"


def test_every_withheld_cell_is_explained(source, protected):
    why = explanations(protected)
    assert len(why) == protected.primary + protected.secondary
    assert why["because"].str.startswith("Withheld ").all()
    asked = ("table", source, "--by", "area,sex", "--records", "n", "--threshold", 3, "--explain")
    assert run(*asked).stdout.count("unsafe by itself: threshold") == protected.primary
    withheld = json.loads(run(*asked, "--json").stdout)["withheld"]
    assert [cell["mark"] for cell in withheld] == why["mark"].tolist()


@pytest.mark.parametrize(
    ("options", "least"),
    [
        pytest.param(["--audience", "internal"], 5, id="internal"),
        pytest.param(["--audience", "recipient"], 10, id="named recipient"),
        pytest.param(["--audience", "public"], 11, id="public"),
        pytest.param(["--audience", "special-care"], 20, id="special care"),
        pytest.param(["--audience", "public", "--threshold", "2"], 11, id="contributors stay"),
    ],
)
def test_thresholds_by_audience(source, options, least):
    made = run("table", source, "--by", "area,sex", "--records", "n", *options, "--json")
    below = sum(n < least for n in CELLS["n"])
    assert json.loads(made.stdout)["primary"] == below


def test_thresholds_of_the_policy(source, monkeypatch):
    held = [SimpleNamespace(audience="public", group_size=7)]
    room = SimpleNamespace(load_policy=lambda _: SimpleNamespace(thresholds=held))
    monkeypatch.setitem(sys.modules, "govkit.policy", room)
    start = ("table", source, "--by", "area,sex", "--records", "n", "--policy", "policy.yaml")
    made = run(*start, "--audience", "public", "--json")
    assert json.loads(made.stdout)["primary"] == sum(n < 7 for n in CELLS["n"])
    other = run(*start, "--audience", "internal")
    assert (other.returncode, "no threshold for the audience" in other.stderr) == (2, True)
    assert "name --audience" in run(*start).stderr


def test_exit_codes_of_a_proof(source, tmp_path):
    out, proof = tmp_path / "out.csv", tmp_path / "proof.npz"
    asked = ("table", source, "--by", "area,sex", "--records", "n", "--threshold", 3)
    assert run(*asked, "--output", out, "--certificate", proof, "--insiders").returncode == 0
    assert run("audit", out, "--certificate", proof).returncode == 0
    lines = out.read_text("utf-8").splitlines()
    at = next(i for i, line in enumerate(lines) if line.endswith(",m"))
    area, sex, *_ = lines[at].split(",")
    lines[at] = f"{area},{sex},{CELLS['n'][0]},s"  # one secondary cell is printed after all
    out.write_text("\n".join(lines), "utf-8")
    assert run("audit", out, "--certificate", proof).returncode == 1
    out.write_text("\n".join(lines[:-1]), "utf-8")
    wrong = run("audit", out, "--certificate", out)
    assert (wrong.returncode, wrong.stdout) == (2, "")
    small = tmp_path / "small.csv"
    small.write_text("a,n\nx,1\nTotal,1\n", "utf-8")
    other = run("audit", small, "--certificate", proof)
    assert (other.returncode, "another number of cells" in other.stderr) == (2, True)


def test_the_records_are_not_written_over(source):
    asked = ("table", source, "--by", "area,sex", "--records", "n", "--threshold", 3)
    for option in ("--output", "--certificate"):
        made = run(*asked, option, source)
        assert (made.returncode, "write to another file" in made.stderr) == (2, True)
    assert source.read_text("utf-8") == CSV


def test_nothing_to_withhold_is_said_so(source):
    made = run("table", source, "--by", "area", "--records", "n", "--threshold", 2)
    assert "Nothing has to be withheld: none of 4 cells is unsafe." in made.stdout


def test_no_time_writes_no_file(source, tmp_path):
    asked = ("table", source, "--by", "area,sex", "--records", "n", "--threshold", 3)
    made = run(*asked, "--time-limit", 0, "--output", tmp_path / "o.csv", "--json")
    assert (made.returncode, json.loads(made.stdout)["verdict"]) == (1, "review")
    assert not (tmp_path / "o.csv").exists()


def test_progress_tells_the_open_cells(protected):
    told = []
    suppress(
        dataclasses.replace(protected.table, status=None), protected.rules, progress=told.append
    )
    assert told
    assert told == sorted(told, reverse=True)
    assert told[-1] == 0
    with cli_tables._progress(hide=True) as tell:
        tell(7)


def test_described_data_from_the_command_line(tmp_path):
    (tmp_path / "x.rda").write_text("A 1 1\n<RECODEABLE>\nB 2 1\n<RECODEABLE>\nV 3 3\n<NUMERIC>\n")
    rows = "".join(f"{a}{s}{n:3}\n" for a, s, n in zip(*CELLS.values(), strict=True))
    (tmp_path / "x.asc").write_text(rows)
    out = tmp_path / "o.jj"
    made = run("table", tmp_path / "x.asc", "--rda", tmp_path / "x.rda", "--by", "A,B", "--value",
               "V", "--threshold", 1, "--p-percent", 10, "--output", out, "--json")  # fmt: skip
    assert (made.returncode, made.stderr) == (0, "")
    again = json.loads(run("audit", out, "--json").stdout)
    assert (again["verdict"], again["suppressed"]) == ("safe", 13)


@pytest.mark.parametrize("name", ["upper", "values", "moves"])
def test_a_broken_certificate_is_refused(protected, tmp_path, name):
    """Indices beyond the table or arrays of another size never reach the sums."""
    held = protected.certificate
    if name == "moves":
        moves = held.moves.copy()
        moves.indices = moves.indices + 10**6
        held = dataclasses.replace(held, moves=moves)
    else:
        held = dataclasses.replace(held, **{name: getattr(held, name)[1:]})
    with pytest.raises(SourceError, match="not a certificate"):
        Certificate.load(held.save(tmp_path / "p.npz"))


def test_cells_that_have_to_be_printed_from_the_command_line(source, tmp_path, protected):
    """A variable without a column is at its total; what names no cell is refused."""
    asked = ("table", source, "--by", "area,sex", "--records", "n", "--threshold", 3)
    hidden = np.flatnonzero(protected.table.status == "m")
    row = dict(zip(("area", "sex"), protected.table.label(int(hidden[0])), strict=True))
    (tmp_path / "keep.csv").write_text("area,sex\n{area},{sex}\n".format(**row), "utf-8")
    out = tmp_path / "out.csv"
    made = run(*asked, "--publish", tmp_path / "keep.csv", "--output", out, "--json")
    assert (made.returncode, json.loads(made.stdout)["verdict"]) == (0, "safe"), made.stderr
    again = read_table(out)
    assert again.status[again.cell(**row)] == "s"
    for text, message in (
        ("area,sxe\nN,f\n", "Did you mean 'sex'"), ("sex\nq\n", "1 of 1 rows name no cell"),
        ("area,sex\nN,f\n", "1 cells are unsafe and have to be published"),
    ):  # fmt: skip
        (tmp_path / "keep.csv").write_text(text, "utf-8")
        made = run(*asked, "--publish", tmp_path / "keep.csv")
        assert (made.returncode, message in made.stderr) == (2, True), made.stderr


def test_a_column_can_be_the_cost(tmp_path):
    """What nobody misses is withheld first: the cells of the west have no readers."""
    rows = "".join(
        f"{a},{s},{n},{1 + 99 * (a != 'W')}\n" for a, s, n in zip(*CELLS.values(), strict=True)
    )
    (tmp_path / "in.csv").write_text(f"area,sex,n,readers\n{rows}", "utf-8")
    asked = ("table", tmp_path / "in.csv", "--by", "area,sex", "--records", "n", "--threshold", 3)
    out = tmp_path / "out.csv"
    made = run(*asked, "--cost", "readers", "--output", out, "--json")
    table = read_table(out)
    withheld = {table.label(int(cell)) for cell in np.flatnonzero(table.status == "m")}
    assert (made.returncode, json.loads(made.stdout)["cost"]) == (0, 102)
    assert sum(area == "W" for area, _ in withheld) == 2
    wrong = run(*asked, "--cost", "raeders")
    assert (wrong.returncode, "Did you mean 'readers'" in wrong.stderr) == (2, True)


def test_insiders_and_what_they_know_from_the_command_line(tmp_path, protected):
    out = tmp_path / "theirs.csv"
    frame = to_frame(protected.table, mask=False).assign(people=protected.table.counts)
    frame.to_csv(out, index=False)
    asked = ("audit", out, "--by", "area,sex", "--value", "count", "--json")
    told = json.loads(run(*asked, "--counts", "people", "--insiders").stdout)
    assert (told["insiders"], told["insiders_open"], told["exact"]) == (1, 3, 0)
    silent = json.loads(run(*asked, "--insiders").stdout)
    assert silent["insiders"] is None
    assert "cannot be tested" in silent["sentence"]
    told = run(*asked[:-1], "--counts", "people", "--all-insiders").stdout
    assert "known to the one behind" in told
    (tmp_path / "me.csv").write_text("area,sex,value\nN,f,1\n", "utf-8")
    mine = json.loads(run(*asked, "--known", tmp_path / "me.csv").stdout)
    assert (mine["suppressed"], mine["exact"], mine["verdict"]) == (3, 3, "unsafe")
    for text in ("area,sex\nN,f\n", "area,sex,value\nN,f,one\n", "area,sex,value\nN,f,\n"):
        (tmp_path / "me.csv").write_text(text, "utf-8")
        wrong = run(*asked, "--known", tmp_path / "me.csv")
        assert (wrong.returncode, "a number in every row" in wrong.stderr) == (2, True)
