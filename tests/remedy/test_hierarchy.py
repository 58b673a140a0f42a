"""Hierarchies: what is read, what is refused with the line, and what a level means."""

import datetime as dt

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import govkit as gk
from govkit.errors import ColumnNotFoundError, InputError, SourceError
from govkit.remedy import Hierarchy, builders, generalize, load_hierarchies

ROWS = "30;30-39;*\n31;30-39;*\n45;40-49;*\n"
AGES = Hierarchy.of([line.split(";") for line in ROWS.split()])


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("age.csv", ROWS.encode()),
        ("age.csv", ROWS.replace(";", ",").encode()),
        ("age.csv", ROWS.replace(";", "\t").encode("utf-8-sig")),
        ("age.csv", ROWS.replace("\n", "\r\n").encode() + b"\r\n"),
        ("age.csv", ROWS.encode() * 2),
        ("age.yaml", b"'*':\n  30-39: [30, 31]\n  40-49: [45]\n"),
        ("age.yml", b"30-39: [30, 31]\n40-49: 45\n"),
        ("age.yaml", b"rows: [['30', 30-39, '*'], [31, 30-39, '*'], [45, 40-49, '*']]\n"),
    ],
)
def test_one_hierarchy_however_it_is_written(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content)
    assert Hierarchy.read(path) == AGES
    assert load_hierarchies(tmp_path) == {"age": AGES}
    assert load_hierarchies({"age": AGES.to_dict()}) == {"age": AGES}


def test_a_file_of_a_japanese_windows(tmp_path):
    path = tmp_path / "area.csv"
    path.write_bytes("新宿区;東京都\n堺市;大阪府\n".encode("cp932"))
    assert Hierarchy.read(path).labels[1] == ("東京都", "大阪府")


def test_words_that_yaml_takes_for_something_else_stay_words(tmp_path):
    path = tmp_path / "country.yaml"
    path.write_text("North: [NO, SE]\nSouth: [IT]\n")
    assert Hierarchy.read(path).labels[0] == ("NO", "SE", "IT")


def test_a_short_branch_of_a_tree_keeps_its_value_longer(tmp_path):
    path = tmp_path / "area.yaml"
    path.write_text("World: {Asia: {Japan: [Tokyo, Osaka]}, Mars: }\n")
    assert Hierarchy.read(path).labels == (
        ("Tokyo", "Osaka", "Mars"), ("Japan", "Japan", "Mars"), ("Asia", "Asia", "Mars"),
        ("World", "World", "World"),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("age.csv", b"", "is|rows"),
        ("age.csv", b"30;a;*\n31;a\n", "1 rows do not have 3 levels .* line 2"),
        ("age.csv", b"30;a;*\n\n31;a;+\n", "1 rows give a label another label .* line 3"),
        ("age.csv", b"30;a;*\n30;b;*\n", "1 rows give a label another label .* line 2"),
        ("age.yaml", b"- [", "holds no tree"),
        ("age.yaml", b"", "holds no tree"),
        ("age.yaml", b"sex.yaml", "holds no tree"),
        ("age.yaml", b"{builder: guess}", "no builder 'guess'"),
        ("age.yaml", b"{builder: intervals, width: 5}", "no builder 'intervals' with these"),
        ("age.yaml", b"{builder: intervals, widths: [5, 7]}", "each a multiple of the one before"),
        ("age.yaml", b"{builder: intervals, widths: []}", "above 0"),
    ],
)
def test_what_is_no_hierarchy_is_told_with_its_line(tmp_path, name, content, words):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(InputError, match=words) as raised:
        Hierarchy.read(path)
    assert "30" not in str(raised.value)


@pytest.mark.parametrize("given", [None, 5, {}, []])
def test_what_is_given_as_no_hierarchy(given):
    with pytest.raises(InputError, match="'age'"):
        load_hierarchies({"age": given})


def test_files_that_cannot_be_read(tmp_path):
    (tmp_path / "age.csv").write_bytes(b"\x81\xff\xff")
    with pytest.raises(SourceError, match=r"'age.csv' cannot be read"):
        Hierarchy.read(tmp_path / "age.csv")
    with pytest.raises(SourceError, match=r"There is no file 'sex.csv'"):
        Hierarchy.read(tmp_path / "sex.csv")
    (tmp_path / "empty").mkdir()
    with pytest.raises(SourceError, match="'empty' holds no hierarchy"):
        load_hierarchies(tmp_path / "empty")


def test_a_folder_in_the_style_of_arx(tmp_path):
    (tmp_path / "adult.csv").write_text("age;sex\n30;f\n")
    (tmp_path / "adult_hierarchy_age.csv").write_text(ROWS)
    assert load_hierarchies(tmp_path) == {"age": AGES}


def test_values_that_the_hierarchy_lacks_are_counted_not_shown():
    values = pa.array([30, 32, 99])
    with pytest.raises(InputError, match="'age' lacks 2 of the 3 values") as raised:
        AGES.fit(values, "age")
    assert "99" not in str(raised.value)
    assert AGES.absent(values).to_pylist() == [32, 99]


def test_unused_rows_are_counted_and_stay_leaves():
    fitted = AGES.fit(pa.array([30]))
    assert (fitted.rows, fitted.unused) == (3, 2)
    assert [leaves.tolist() for leaves in fitted.leaves] == [[1, 1], [2, 1], [3, 1]]


@pytest.mark.parametrize(
    ("rows", "codes"),
    [
        ([["30", "a", "*"], ["45", "b", "*"]], [[0, 1, 2], [0, 1, 2], [0, 0, 0]]),
        ([["30", "a", "*"], ["45", "b", "*"], ["", "b", "*"]], [[0, 1, 2], [0, 1, 1], [0, 0, 0]]),
        ([["30", "a"], ["45", "b"]], [[0, 1, 2], [0, 1, 2]]),
    ],
)
def test_where_a_missing_value_goes(rows, codes):
    fitted = Hierarchy.of(rows).fit(pa.array([30, 45]))
    assert [level.tolist() for level in fitted.codes] == codes


@pytest.mark.parametrize(
    ("values", "text"),
    [
        (pa.array([1.5]), "1.5"),
        (pa.array([True]), "true"),
        (pa.array([dt.date(2024, 1, 5)]), "2024-01-05"),
        (pa.array(["007"]), "007"),
    ],
)
def test_values_are_found_as_they_are_written(values, text):
    assert Hierarchy.of([[text, "*"]]).fit(values).codes[1].tolist() == [0, 0]


@given(st.lists(st.tuples(st.sampled_from([30, 31, 45, None]), st.sampled_from("ab")), min_size=1))
def test_generalizing_the_counts_is_counting_the_generalized(rows):
    """The law of roll-ups, for levels: raise each record by hand and count again."""
    way = {30: "30-39", 31: "30-39", 45: "40-49", None: None}
    raised = {"age": [way[age] for age, _ in rows], "sex": [sex for _, sex in rows]}
    table = gk.count({"age": [a for a, _ in rows], "sex": [s for _, s in rows]}, ["age", "sex"])
    found = generalize(table, {"age": AGES}, {"age": 1})
    assert found == gk.count({**raised, "age": pa.array(raised["age"], pa.string())}, table.keys)
    assert generalize(table, {"age": AGES}, {"age": 0}) == table
    assert len(generalize(table, {"age": AGES}, {"age": 2}).rollup("age")) == 1


def test_weights_and_order_come_along():
    data = {"age": pa.array(["b", "a"]).dictionary_encode(), "w": [1.5, 2.0]}
    tree = Hierarchy.of([["a", "*"], ["b", "*"]])
    found = generalize(gk.count(data, "age", weight="w"), {"age": tree}, {"age": 1})
    assert (found.weights.tolist(), found.ordered) == ([3.5], (False,))


def test_what_cannot_be_generalized_is_told():
    table = gk.count({"age": [30]}, "age")
    with pytest.raises(InputError, match="'age' has levels 0 to 2, not 3"):
        generalize(table, {"age": AGES}, {"age": 3})
    with pytest.raises(ColumnNotFoundError, match="no column 'sex'"):
        generalize(table, {"age": AGES}, {"sex": 1})
    with pytest.raises(ColumnNotFoundError, match="no column 'age'"):
        generalize(table, {}, {"age": 1})


# Builders


def levels(hierarchy, value):
    return [level[0] for level in hierarchy.over(pa.array([value])).labels[1:-1]]


@pytest.mark.parametrize(
    ("hierarchy", "value", "expected"),
    [
        (builders.intervals([5, 20]), 40, ["40-44", "40-59"]),
        (builders.intervals([10], 15), 14, ["5-14"]),
        (builders.intervals([5]), -3, ["-5--1"]),
        (builders.intervals([0.5, 1]), 1.75, ["[1.5, 2)", "[1, 2)"]),
        (builders.rounding([10, 100]), 45, ["50", "100"]),
        (builders.rounding([0.1]), 0.26, ["0.3"]),
        (builders.mask([4, 7]), "150-0001", ["150-****", "***-****"]),
        (builders.mask([2], side="start"), "03-1234", ["**-1234"]),
        (builders.mask([2]), 12345, ["123**"]),
        (builders.dates(), dt.date(2024, 3, 15), ["2024-03", "2024-Q1", "2024", "2020s"]),
        (builders.dates(["year"]), dt.datetime(2024, 12, 31, 23), ["2024"]),  # noqa: DTZ001
        (builders.age_bands(), 64, ["40-64", "20-64"]),
        (builders.age_bands([[18]]), 17.5, ["0-17"]),
        (builders.age_bands([[18]]), 18, ["18+"]),
        (builders.japanese_regions(), "東京都千代田区", ["東京都", "関東"]),
        (builders.japanese_regions(), "京都府京都市", ["京都府", "近畿"]),
        (builders.japanese_regions(), "Okinawa", ["Okinawa", "Kyushu-Okinawa"]),
        (builders.japanese_regions(["region"]), 1101, ["北海道"]),
        (builders.japanese_regions(["prefecture"]), "131016", ["東京都"]),
        (builders.japanese_regions(["prefecture"]), 47, ["沖縄県"]),
        (builders.eras(), dt.date(1989, 1, 7), ["昭和60年代", "昭和"]),
        (builders.eras(), dt.date(1989, 1, 8), ["平成1年代", "平成"]),
        (builders.eras(), 2019, ["令和1年代", "令和"]),
        (builders.eras(), "1912-07-29", ["明治40年代", "明治"]),
        (builders.flat(), "x", []),
        (builders.order([2]), "x", ["x – x"]),
    ],
)
def test_what_a_builder_makes_of_a_value(hierarchy, value, expected):
    assert levels(hierarchy, value) == expected
    assert load_hierarchies({"a": hierarchy.to_dict()})["a"].to_dict() == hierarchy.to_dict()


@pytest.mark.parametrize(
    ("hierarchy", "values"),
    [
        (builders.intervals([5]), ["30", "x"]),
        (builders.intervals([5]), [float("inf"), float("-inf")]),
        (builders.rounding([5]), [True, False]),
        (builders.dates(), ["2024-02-30", "today"]),
        (builders.dates(["week"]), ["2024-02-20", "2024-02-21"]),
        (builders.japanese_regions(), ["Paris", "48"]),
        (builders.japanese_regions(["country"]), ["東京都", "大阪府"]),
        (builders.eras(), [1800, 1801]),
    ],
)
def test_values_that_a_builder_cannot_take_are_counted(hierarchy, values):
    with pytest.raises(InputError, match=r"needs .* 2 of 2 values do not fit"):
        hierarchy.over(pa.array(values))


def test_47_prefectures_in_8_regions():
    codes = [f"{number:02}" for number in range(1, 48)]
    prefectures, regions = builders.japanese_regions().over(pa.array(codes)).labels[1:3]
    assert (len(set(prefectures)), len(set(regions))) == (47, 8)
    assert prefectures[12] == "東京都"
    with pytest.raises(InputError):
        builders.japanese_regions().over(pa.array(["00"]))


def test_order_groups_neighbors_evenly():
    found = builders.order([2, 2]).over(pa.array(["a", "b", "c", "d", "e"])).labels
    assert found[1] == ("a – b", "a – b", "c – d", "c – d", "e – e")
    assert found[2] == ("a – d",) * 4 + ("e – e",)


@given(st.lists(st.integers(-500, 500), min_size=1, unique=True))
def test_levels_of_numbers_are_nested(ages):
    values = pa.array(sorted(ages))
    for hierarchy in (builders.intervals([5, 10, 50]), builders.rounding([2, 10, 100])):
        fitted = hierarchy.fit(values)
        for low, high in zip(fitted.codes, fitted.codes[1:], strict=False):
            pairs = np.unique(np.stack([low[:-1], high[:-1]]), axis=1)
            assert len(np.unique(pairs[0])) == pairs.shape[1]


def test_a_rule_shows_itself_and_no_values():
    assert repr(builders.mask([4])) == "Hierarchy(builder='mask', hidden=[4], side='end')"
    assert repr(AGES) == "Hierarchy(rows=3, levels=3)"
