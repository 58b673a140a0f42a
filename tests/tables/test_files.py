"""Tables as files, and the two commands."""

from __future__ import annotations

import json

import numpy as np
import pytest

from govkit.errors import GovkitError, InputError, SourceError
from govkit.result import Verdict
from govkit.tables import (
    Certificate,
    Rules,
    audit,
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


def test_jj_there_and_back(protected, tmp_path):
    path = write_table(protected.table, tmp_path / "o.jj")
    again, levels = read_jj(path)
    assert again.values.tolist() == protected.table.values.tolist()
    assert (again.equations @ again.values == 0).all()
    assert again.suppressed.tolist() == protected.table.suppressed.tolist()
    assert levels.shape == (len(again), 2)


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
    assert protected.verdict is Verdict.SAFE
