"""The exercises: the right answer is right, and each usual mistake gets its own hint."""

from pathlib import Path

import nbformat
import numpy as np
import pandas as pd
import polars as pl
import pytest
import yaml

import govkit as gk
from govkit.errors import GovkitError, InputError
from govkit.exercises import check

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "data" / "samples"
TEXTS = yaml.safe_load((ROOT / "govkit" / "exercises.yaml").read_text("utf-8"))
MORE = ["1940s C", "1950s A", "1960s D", "1970s D", "1980s D", "2000s C"]


def hint(exercise, name):
    """Give the beginning of what is said, up to the number in it."""
    before, _, after = TEXTS[exercise][name]["en"].partition("{number}")
    return before or after


@pytest.fixture(scope="module")
def customers():
    return pd.read_csv(SAMPLES / "customers.csv")


@pytest.fixture(scope="module")
def table():
    people = pd.read_csv(SAMPLES / "client_records.csv")
    people["born"] = (people["birth_year"].clip(1940) // 10 * 10).astype(str) + "s"
    return gk.tabulate(people, ["born", "checkup_grade"])


@pytest.fixture(scope="module")
def dpia():
    return yaml.safe_load((SAMPLES / "training" / "dpia.yaml").read_text("utf-8"))


@pytest.fixture(scope="module")
def visitors(dpia):
    known = dpia["scenarios"][0]["quasi_identifiers"]
    return pd.read_csv(SAMPLES / "web_visits.csv").groupby("cookie_id")[known].first()


def withheld(table, cells, unsafe=True):
    """Withhold the unsafe cells, or all but one of them, and others."""
    small = gk.tables.primary(table, gk.tables.Rules(threshold=20)).mask.copy()
    small[small.nonzero()[0][0]] = unsafe
    status = np.where(small, "u", "s")
    for cell in cells:
        born, grade = cell.split()
        status[table.cell(born=born, checkup_grade=grade)] = "m"
    return table.with_status(status)


@pytest.mark.parametrize("engine", [pd.DataFrame, pl.from_pandas], ids=["pandas", "polars"])
@pytest.mark.parametrize(
    ("query", "said"),
    [
        pytest.param("prefecture == 'Tottori' and occupation == 'nurse'", "right", id="she"),
        pytest.param("prefecture == 'Tottori'", "several", id="one fact"),
        pytest.param("prefecture == 'Hama'", "none", id="nobody"),
        pytest.param("customer_id == 'C00001'", "another", id="somebody else"),
        pytest.param("occupation.isna()", "several", id="missing"),
    ],
)
def test_single_out(customers, engine, query, said):
    answer = check("single-out", engine(customers.query(query)))
    assert hint("single-out", said) in answer.sentence
    assert answer.right == (said == "right")


@pytest.mark.parametrize(
    ("number", "said"),
    [
        pytest.param(154, "right", id="right"),
        pytest.param(np.int64(154), "right", id="a number of numpy"),
        pytest.param(143, "dropped", id="missing occupations dropped"),
        pytest.param(793, "below_five", id="groups below five"),
        pytest.param(0, "more", id="too few"),
        pytest.param(3000, "fewer", id="everybody"),
    ],
)
def test_count_alone(customers, number, said):
    answer = check("count-alone", number, customers)
    assert hint("count-alone", said) in answer.sentence
    assert answer.verdict == ("safe" if said == "right" else "review")


@pytest.mark.parametrize(
    ("more", "said"),
    [
        pytest.param(MORE, "right", id="the solution"),
        pytest.param([], "computed", id="only the unsafe"),
        pytest.param(MORE[:5], "computed", id="one too few"),
        pytest.param([*MORE, "1990s C"], "dear", id="one too many"),
    ],
)
def test_repair_table(table, more, said):
    answer = check("repair-table", withheld(table, more))
    assert hint("repair-table", said) in answer.sentence
    assert answer.right == (said == "right")


def test_an_unsafe_cell_that_is_printed(table):
    answer = check("repair-table", withheld(table, MORE, unsafe=False))
    assert answer.sentence == TEXTS["repair-table"]["shown"]["en"].replace("{number}", "1")


def test_a_cell_that_is_known_too_closely():
    people = pd.DataFrame({"row": list("AAABBB"), "column": list("XYZXYZ")})
    table = gk.tabulate(people.loc[people.index.repeat([1, 0, 40, 50, 60, 70])], ["row", "column"])
    status = np.full(len(table), "s")
    for cell in ("AX", "AY", "BX", "BY"):
        status[table.cell(row=cell[0], column=cell[1])] = "m"
    assert (
        hint("repair-table", "close") in check("repair-table", table.with_status(status)).sentence
    )


@pytest.mark.parametrize(
    ("level", "said"), [(4, "right"), (2, "copied"), (3, "scale")], ids=["right", "copied", "other"]
)
def test_likelihood(visitors, level, said):
    assert hint("dpia-likelihood", said) in check("dpia-likelihood", level, visitors).sentence


@pytest.mark.parametrize(
    ("exercise", "answer", "said"),
    [
        pytest.param("dpia-unowned", {"P3", "P4"}, "right", id="unowned"),
        pytest.param("dpia-unowned", ["P4", "P3"], "right", id="a list will do"),
        pytest.param("dpia-unowned", {"P3"}, "missing", id="no day forgotten"),
        pytest.param("dpia-unowned", {"P2", "P3", "P4"}, "extra", id="all that are open"),
        pytest.param(
            "dpia-unproven", {"disappearance", "reidentification"}, "right", id="unproven"
        ),
        pytest.param("dpia-unproven", set(), "missing", id="none"),
        pytest.param(
            "dpia-unproven",
            {"disappearance", "reidentification", "illegitimate_access"},
            "extra",
            id="what was done",
        ),
    ],
)
def test_reading_an_assessment(dpia, exercise, answer, said):
    marked = check(exercise, answer, dpia)
    assert hint(exercise, said) in marked.sentence
    assert marked.right == (said == "right")


def test_an_assessment_in_which_severity_falls(dpia):
    lower = dpia | {"risks": {"x": {"severity": {"level": 3}, "severity_after": {"level": 2}}}}
    lower["risks"]["x"]["likelihood"] = {"level": 1}
    assert check("dpia-unproven", {"x"}, lower).right


@pytest.mark.parametrize(
    ("exercise", "answer", "given", "words"),
    [
        pytest.param("no-such", 1, None, "The exercises, in en and ja", id="exercise"),
        pytest.param("single-out", None, None, "cannot read", id="no frame"),
        pytest.param("single-out", {"age": [1]}, None, "prefecture", id="no such column"),
        pytest.param("count-alone", "many", {"prefecture": [], "occupation": []}, "whole number",
                     id="words"),
        pytest.param("count-alone", 1.5, {"prefecture": [], "occupation": []}, "whole number",
                     id="a fraction"),
        pytest.param("count-alone", 1, None, "cannot read", id="no customers"),
        pytest.param("repair-table", pd.DataFrame(), None, "with_status", id="not a table"),
        pytest.param("dpia-unowned", "P3", {"plan": []}, "set of names", id="one name"),
        pytest.param("dpia-unowned", 3, {"plan": []}, "set of names", id="a number"),
        pytest.param("dpia-unproven", {"x"}, {"plan": []}, "assessment", id="half an assessment"),
        pytest.param("dpia-unproven", {"x"}, None, "assessment", id="no assessment"),
    ],
)  # fmt: skip
def test_an_answer_of_another_kind(exercise, answer, given, words):
    with pytest.raises(GovkitError, match=words):
        check(exercise, answer, given)


def test_an_unknown_language(customers):
    with pytest.raises(InputError, match="en and ja"):
        check("count-alone", 1, customers, language="fr")


def test_hints_in_japanese_hold_the_same_numbers(customers):
    assert "154人" in check("count-alone", 154, customers, language="ja").sentence
    for exercise in TEXTS.values():
        for said in exercise.values():
            if isinstance(said, dict) and "en" in said:
                assert ("{number}" in said["en"]) >= ("{number}" in said["ja"])
                assert said["ja"].endswith(("。", "？"))


def test_no_value_of_a_person_in_an_answer(customers):
    found = customers.query("prefecture == 'Tottori' and occupation == 'nurse'")
    assert repr(check("single-out", found)) == "Marked(exercise='single-out', right=True)"


@pytest.mark.parametrize("path", sorted((ROOT / "notebooks/training").glob("*.ipynb")), ids=str)
def test_the_stored_attempts_are_wrong_and_the_solution_is_folded(path):
    notebook = nbformat.read(path, as_version=4)
    outputs = str([cell.get("outputs", "") for cell in notebook.cells])
    assert "Right" not in outputs
    assert "exercises.check" in str(notebook)
    assert "<summary>Solution</summary>" in str(notebook)


@pytest.mark.parametrize(
    ("smallest", "level"),
    [
        pytest.param(4, 4, id="above 0.2"),
        pytest.param(5, 3, id="0.2 itself"),
        pytest.param(11, 3, id="above 0.09"),
        pytest.param(12, 2, id="below 0.09"),
        pytest.param(20, 1, id="0.05 itself"),
    ],
)
def test_the_borders_of_the_levels_belong_to_the_lower_one(smallest, level):
    known = TEXTS["dpia-likelihood"]["columns"]
    assert check("dpia-likelihood", level, dict.fromkeys(known, ["x"] * smallest)).right
