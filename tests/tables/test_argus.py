"""Files of τ-ARGUS: descriptions with fixed-width or separated data, and JJ."""

from __future__ import annotations

import numpy as np
import pytest

from govkit.errors import GovkitError, InputError, MissingValuesError, SourceError
from govkit.tables import Rules, primary, read_jj, read_rda, suppress, tabulate, write_table

FIXED = """\
Industry 1 3 "99"
  <RECODEABLE>
  <HIERARCHICAL>
  <HIERLEVELS> 1 1 1 0 0
Region 4 2
  <RECODEABLE>
  <CODELIST> "region.cdl"
  <HIERARCHICAL>
  <HIERCODELIST> "region.hrc"
  <HIERLEADSTRING> "@"
Wgt 6 3
  <DECIMALS> 1
  <WEIGHT>
Turnover 9 6 999999
  <NUMERIC>
Firm 15 2
  <HOLDING>
Asked 17 1
  <REQUEST> "1" "2"
"""
ROWS = [("111", "1", 1, 90, "a", 1), ("111", "2", 1, 8, "b", 0), ("112", "1", 1, 20, "a", 0),
        ("121", "3", 2.5, 40, "c", 2), ("211", "3", 1, 7, "d", 0)]  # fmt: skip


@pytest.fixture
def files(tmp_path):
    (tmp_path / "x.rda").write_text(FIXED, "utf-8")
    (tmp_path / "region.hrc").write_text("N\n@ 1\n@ 2\nS\n@ 3\n", "utf-8")
    lines = [f"{i:3}{r:>2}{w:3}{t:6}{f:>2}{a}" for i, r, w, t, f, a in ROWS]
    (tmp_path / "x.asc").write_text("\n".join(lines) + "\n", "utf-8")
    return tmp_path


def test_fixed_width_records(files):
    found = read_rda(files / "x.rda", files / "x.asc")
    table = found.tabulate(["Industry", "Region"], "Turnover")
    assert table.values[0] == 90 + 8 + 20 + 2.5 * 40 + 7
    assert table.values[table.cell(Industry="11", Region="N")] == 118
    assert table.contributors[table.cell(Industry="11", Region="N")] == 2
    assert table.largest[table.cell(Region="N")].tolist() == [110, 8, 0]
    assert table.requesting[table.cell(Industry="1", Region="N")] == 110
    assert primary(table, Rules(request=70)).unsafe > 0
    assert found.tabulate(["Region"]).values[0] == 6.5


def test_a_holding_that_is_missing_is_refused(files):
    """No name is not a name that many share."""
    text = (files / "x.asc").read_text("utf-8")
    (files / "x.asc").write_text(text.replace(" d0", "  0"), "utf-8")
    with pytest.raises(MissingValuesError, match="'Firm' has 1 missing"):
        read_rda(files / "x.rda", files / "x.asc").tabulate(["Region"], "Turnover")


def test_a_description_of_the_program_itself(shared, tmp_path):
    """The description that comes with τ-ARGUS: its data file is not public, so one is made."""
    places = {1: "98", 4: "12345", 9: "3", 12: "2", 15: "2.5", 19: "70", 28: "70.25", 99: "1"}
    line = [" "] * 100
    for at, text in places.items():
        line[at - 1 : at - 1 + len(text)] = text
    data = tmp_path / "x.asc"
    data.write_text("".join(line) + "\n", "utf-8")
    found = read_rda(shared / "tables" / "Tau_TestW.rda", data)
    row = found.frame.iloc[0]
    assert (row["Year"], row["Size"], row["Region"], row["Request"]) == ("98", "3", "2", True)
    assert (row["Wgt"], row["Var1"], row["Var2"]) == (2.5, 70, 70.25)
    assert found.hierarchies["IndustryCode"] == {
        "Total": ["123"], "123": ["1234"], "1234": ["12345"],
    }  # fmt: skip
    assert found.hierarchies["Region"]["Nr"] == ["1", "2", "3"]
    assert found.tabulate(["IndustryCode", "Region"], "Var2").values[0] == 2.5 * 70.25


def test_separated_records(tmp_path):
    (tmp_path / "x.rda").write_text(
        '<SEPARATOR> ";"\nArea 2\n<RECODEABLE>\nV 4 999\n<NUMERIC>\n// a remark\n', "utf-8"
    )
    (tmp_path / "x.csv").write_text('"N";5\n"S";7\n', "utf-8")
    found = read_rda(tmp_path / "x.rda", tmp_path / "x.csv")
    assert found.tabulate(["Area"], "V").values.tolist() == [12, 5, 7]
    (tmp_path / "x.csv").write_text('"N";999\n', "utf-8")
    with pytest.raises(InputError, match="missing values"):
        read_rda(tmp_path / "x.rda", tmp_path / "x.csv").tabulate(["Area"], "V")


TABLE = """\
<SEPARATOR> ","
<SAFE> S
<UNSAFE> U
<PROTECT> P
Area
  <RECODEABLE>
  <TOTCODE> T
Size
  <RECODEABLE>
  <TOTCODE> "ALL"
Value
  <NUMERIC>
Cost
  <NUMERIC>
  <COST>
N
  <FREQUENCY>
Top1
  <MAXSCORE>
Top2
  <MAXSCORE>
State
  <STATUS>
Low
  <NUMERIC>
  <LOWERPL>
High
  <NUMERIC>
  <UPPERPL>
"""
CELLS = """\
T,ALL,100,1,12,20,18,S,0,0
T,a,40,1,5,20,10,S,0,0
T,b,60,1,7,18,9,S,0,0
N,ALL,30,1,4,20,6,S,0,0
N,a,20.5,1,1,20,0.5,U,2,3
N,b,9.5,1,3,6,2,S,0,0
S,ALL,70,1,8,18,10,P,0,0
S,a,19.5,1,4,10,5,S,0,0
S,b,50.5,1,4,18,9,S,0,0
"""


def test_a_table_with_levels(tmp_path):
    (tmp_path / "t.rda").write_text(TABLE, "utf-8")
    (tmp_path / "t.tab").write_text(CELLS, "utf-8")
    table, levels = read_rda(tmp_path / "t.rda", tmp_path / "t.tab").table()
    cell = table.cell(Area="N", Size="a")
    assert (table.status[cell], levels.lower[cell], levels.upper[cell]) == ("u", 2, 3)
    assert levels.unsafe == 1
    assert (suppress(table, levels).secondary, suppress(table, levels).audit.insiders) == (3, 1)
    by_rules = primary(table, Rules(threshold=2, p_percent=10))
    assert by_rules.reasons == {"threshold": 1, "p_percent": 1}


def test_jj_there_and_back(tmp_path):
    data = {"area": list("NNSSWW"), "sex": list("fmfmfm"), "n": [1, 17, 9, 8, 30, 6]}
    table = tabulate(data, ["area", "sex"], records="n")
    found = suppress(table, Rules(threshold=3))
    path = write_table(found.table, tmp_path / "o.jj", levels=found.sensitive)
    again, levels = read_jj(path)
    assert again.values.tolist() == table.values.tolist()
    assert (again.equations != table.equations).nnz == 0
    assert again.suppressed.tolist() == found.table.suppressed.tolist()
    assert np.allclose(levels, np.stack([found.sensitive.lower, found.sensitive.upper], axis=1))
    twice = write_table(again, tmp_path / "p.jj", levels=found.sensitive)
    assert twice.read_text("utf-8") == path.read_text("utf-8")
    total = path.read_text("utf-8").splitlines()[-1]
    assert "(-1)" in total
    assert total.count("(1)") == 2


@pytest.mark.parametrize(
    ("rda", "data", "error", "message"),
    [
        pytest.param("A 1 1\n<RECODEABLE>\nV 2 3\n<NUMERIC>", "x ab\n", InputError,
                     "does not hold numbers", id="text where a number stands"),
        pytest.param("A one 1\n<RECODEABLE>", "x\n", InputError, "not what its description",
                     id="no position"),
        pytest.param('<SEPARATOR> ","\nA 1\nB 1', "x\n", InputError, "not what its description",
                     id="a column too few"),
        pytest.param("A 1 1\n<HIERCODELIST> no.hrc", "x\n", SourceError, "no.hrc", id="no tree"),
        pytest.param("A 1 1\n<HIERLEVELS> x", "x\n", InputError, "HIERLEVELS", id="no digits"),
        pytest.param("A 1 1", None, SourceError, "There is no file", id="no data"),
    ],
)  # fmt: skip
def test_what_cannot_be_read(tmp_path, rda, data, error, message):
    (tmp_path / "x.rda").write_text(rda, "utf-8")
    if data is not None:
        (tmp_path / "x.asc").write_text(data, "utf-8")
    with pytest.raises(error, match=message) as caught:
        read_rda(tmp_path / "x.rda", tmp_path / "x.asc")
    assert isinstance(caught.value, GovkitError)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("hello", "not a JJ file", id="text"),
        pytest.param(
            "0\n1\n0 5 5 s 0 9 0 0 0\n1\n7 1 : 0 (1)\n", "does not sum to 0", id="shifted"
        ),
        pytest.param("0\n1\n0 5 5 q 0 9 0 0 0\n0\n", "not a JJ file", id="mark"),
    ],
)
def test_jj_that_cannot_be_read(tmp_path, text, message):
    (tmp_path / "x.jj").write_text(text, "utf-8")
    with pytest.raises(InputError, match=message):
        read_jj(tmp_path / "x.jj")
