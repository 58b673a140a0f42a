"""Margins, contributors and equations; what is refused."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govkit.errors import ColumnNotFoundError, GovkitError, InputError, MissingValuesError
from govkit.tables import link, read_hrc, tabulate

FIRMS = {
    "area": ["N", "N", "N", "S", "S"],
    "kind": ["a", "a", "b", "a", "a"],
    "firm": ["f", "f", "g", "f", "h"],
    "paid": [3.0, 4.0, 5.0, 6.0, 1.0],
}


def test_margins_and_contributors(engine):
    table = tabulate(engine(FIRMS), ["area", "kind"], "paid", contributor="firm")
    found = {
        table.label(i): (v, n, c, tuple(x))
        for i, (v, n, c, x) in enumerate(
            zip(table.values, table.counts, table.contributors, table.largest, strict=True)
        )
    }
    assert found[("Total", "Total")] == (19, 5, 3, (13, 5, 1))
    assert found[("N", "a")] == (7, 2, 1, (7, 0, 0))
    assert found[("S", "Total")] == (7, 2, 2, (6, 1, 0))
    assert found[("S", "b")] == (0, 0, 0, (0, 0, 0))
    table.check_sums()


def test_the_same_table_from_every_engine(engine):
    """pandas, DuckDB, Parquet, Spark and the others: every array to the last digit."""
    data = FIRMS | {"w": [2.0, 1.5, 1.0, 1.0, 3.0], "ask": [1, 0, 0, 0, 1], "n": [1, 2, 1, 1, 3]}
    options = {"contributor": "firm", "weights": "w", "request": "ask"}
    tables = [
        tabulate(source, ["area", "kind"], "paid", **options) for source in (engine(data), data)
    ]
    for name in ("values", "counts", "contributors", "largest", "weighted", "holders",
                 "requesting"):  # fmt: skip
        one, other = (getattr(table, name).tolist() for table in tables)
        assert one == other, name
    assert tables[0].variables[0].labels == tables[1].variables[0].labels


def test_every_record_its_own_contributor(engine):
    table = tabulate(engine(FIRMS), ["area"], "paid", largest=2)
    assert table.largest.tolist() == [[6, 5], [5, 4], [6, 1]]
    assert table.contributors.tolist() == [5, 3, 2]


def test_weights_count_for_the_value_and_not_for_the_share():
    table = tabulate(FIRMS | {"w": [2, 1, 1, 1, 3]}, "area", "paid", weights="w")
    assert table.values.tolist() == [24, 15, 9]
    assert table.largest[1].tolist() == [5, 4, 3]
    assert table.weighted[1].tolist() == [5, 4, 6]


def test_trees_that_are_not_nested():
    by_coast = {"east": ["A", "B"], "west": ["C", "D"]}
    by_climate = {"warm": ["B", "C"], "cold": ["A", "D"]}
    data = {"area": list("ABCDD"), "n": [1, 2, 4, 8, 16]}
    table = tabulate(data, "area", records="n", hierarchies={"area": [by_coast, by_climate]})
    found = {table.label(i)[0]: v for i, v in enumerate(table.values)}
    assert found["Total"] == 31
    assert (found["east"], found["west"], found["warm"], found["cold"]) == (3, 28, 6, 25)
    assert table.equations.shape[0] == 6


def test_a_partial_second_tree_does_not_sum_to_the_total():
    union = {"EU": ["A", "B"]}
    table = tabulate({"area": list("AABC")}, "area", hierarchies={"area": [None, union]})
    assert table.values[table.cell(area="EU")] == 3
    assert table.values[table.cell()] == 4
    table.check_sums()


def test_deep_trees_are_rolled_up_level_by_level(tmp_path):
    path = tmp_path / "area.hrc"
    path.write_text("N\n@N1\n@@N11\n@@N12\n@N2\nS\n", "utf-8")
    assert read_hrc(path)["N1"] == ["N11", "N12"]
    data = {"area": ["N11", "N12", "N2", "S", "S"]}
    table = tabulate(data, "area", hierarchies={"area": path})
    found = {table.label(i)[0]: v for i, v in enumerate(table.values)}
    assert found == {"Total": 5, "N": 3, "N1": 2, "N11": 1, "N12": 1, "N2": 1, "S": 2}


def test_linked_tables_share_their_cells():
    data = {"a": list("xxyy"), "b": list("pqpq"), "c": list("uuvv")}
    joint = link(tabulate(data, ["a", "b"]), tabulate(data, ["b", "c"]))
    assert joint.by == ("a", "b", "c")
    assert len(joint) == 9 + 9 - 3
    joint.check_sums()


@pytest.mark.parametrize(
    ("trees", "message"),
    [
        pytest.param({"N": ["A"]}, "1 categories of 'area' are absent", id="absent"),
        pytest.param({"N": ["A", "B"], "S": ["B"]}, "two parents", id="two parents"),
        pytest.param({"N": ["S"], "S": ["N"], "T": ["A", "B"]}, "cycle", id="cycle"),
        pytest.param({}, "mapping of groups", id="nothing"),
    ],
)
def test_trees_that_are_no_trees(trees, message):
    with pytest.raises(InputError, match=message):
        tabulate({"area": ["A", "B"]}, "area", hierarchies={"area": trees})


@pytest.mark.parametrize(
    ("change", "options", "error"),
    [
        pytest.param({"firm": ["f", None, "g", "f", "h"]}, {}, MissingValuesError, id="firm"),
        pytest.param({"paid": [3.0, None, 1.0, 1.0, 1.0]}, {}, MissingValuesError, id="value"),
        pytest.param({"paid": [3.0, float("inf"), 1.0, 1.0, 1.0]}, {}, InputError, id="infinite"),
        pytest.param({"paid": [3.0, -4.0, 1.0, 1.0, 1.0]}, {}, InputError, id="negative"),
        pytest.param({"paid": list("abcde")}, {}, InputError, id="text"),
        pytest.param({}, {"hierarchies": {"size": {}}}, InputError, id="unused tree"),
        pytest.param({}, {"weights": "no"}, ColumnNotFoundError, id="no such column"),
        pytest.param({"w": [1, 1, -1, 1, 1]}, {"weights": "w"}, InputError, id="weight"),
    ],
)
def test_bad_input_is_refused_without_a_value(change, options, error):
    with pytest.raises(error) as caught:
        tabulate(FIRMS | change, ["area"], "paid", contributor="firm", **options)
    assert isinstance(caught.value, GovkitError)
    assert "-4" not in str(caught.value)


def test_no_digit_of_a_total_is_lost():
    """Yen have thirteen digits and more; the order of the records does not show all the same."""
    paid = [1_234_567_890_123, 3, 77, 1_000_000_000_001]
    table = tabulate({"area": list("NNSS"), "paid": paid}, "area", "paid")
    assert table.values.tolist() == [sum(paid), sum(paid[:2]), sum(paid[2:])]
    assert table.largest[0, 0] == paid[0]
    assert "2,234,567,890,204" in table._repr_html_()
    tenths = [0.1, 0.2, 0.3] * 7
    forth, back = (tabulate({"a": ["x"] * 21, "v": v}, "a", "v") for v in (tenths, tenths[::-1]))
    assert forth.values.tolist() == back.values.tolist() == [4.2, 4.2]
    with pytest.raises(InputError, match="larger unit"):
        tabulate(pd.DataFrame({"a": ["x"], "v": [2**60 + 1]}), "a", "v")


def test_a_contributor_may_be_a_variable():
    table = tabulate(FIRMS, "firm", "paid", contributor="firm")
    assert table.contributors.tolist() == [3, 1, 1, 1]


def test_negative_values_can_be_allowed():
    table = tabulate(FIRMS | {"paid": [3, -4, 1, 1, 1]}, "area", "paid", negative="allow")
    assert table.signed
    assert table.largest[1].tolist() == [4, 3, 1]


def test_a_missing_category_is_a_category():
    table = tabulate({"area": ["N", None, None]}, "area")
    assert table.values[table.cell(area="(missing)")] == 2
    with pytest.raises(MissingValuesError):
        tabulate({"area": ["N", None]}, "area", missing="error")


records = st.lists(
    st.tuples(st.sampled_from("ABC"), st.sampled_from("xy"), st.sampled_from("fgh"),
              st.integers(0, 50)), min_size=1, max_size=25,
)  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(records)
def test_margins_equal_counting_again(rows):
    data = dict(zip(("a", "b", "firm", "v"), map(list, zip(*rows, strict=True)), strict=True))
    table = tabulate(data, ["a", "b"], "v", contributor="firm")
    assert np.abs(table.equations @ table.values).max() < 1e-9
    for column in ("a", "b"):
        again = tabulate(data, [column], "v", contributor="firm")
        for i in range(len(again)):
            cell = table.cell(**{column: again.label(i)[0]})
            assert table.values[cell] == again.values[i]
            assert table.contributors[cell] == again.contributors[i]
            assert table.largest[cell].tolist() == again.largest[i].tolist()
