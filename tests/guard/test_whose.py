# ruff: noqa: E501 - a case is a line
"""Whose a value is: a person's, an office's, a firm's or a program's; and what an error quotes."""

import base64

import pytest

from govkit.guard import check_outputs
from govkit.guard.contents import bundle


def kinds(text, source=""):
    output = {"output_type": "stream", "name": "stdout", "text": text}
    return [leak.kind for leak in check_outputs([output], source)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("write to ruth.adebayo@fenwick-mills.co.uk", ["email"], id="a person's"),
        pytest.param("write to recruitment@fenwick-mills.co.uk", [], id="an office's"),
        pytest.param("maintainer: numbers-devel@lists.fenwick.org", [], id="a list's"),
        pytest.param("write to recruit.smith@fenwick-mills.co.uk", ["email"], id="begins like an office's"),
        pytest.param("本社 京都市中京区烏丸通3-2-1", [], id="a firm's address"),
        pytest.param("株式会社みやび\n大阪市北区梅田2-5-25", [], id="below the name of a firm"),
        pytest.param("勤務先 株式会社みやび 自宅 大阪市北区梅田2-5-25", ["address"], id="a home, after a firm"),
        pytest.param("京都市中京区烏丸通3-2-1", ["address"], id="an address, of whom nothing is said"),
        pytest.param("libtorch 12.8.1.77, nvidia driver 550.54.14", [], id="versions in a line"),
        pytest.param("libtorch==12.8.1.77 cudnn==9.1.0", [], id="versions, pinned"),
        pytest.param("login from 81.2.69.142 with client 2.14.3", ["ip-address"], id="an address beside a version"),
        pytest.param("session ada 81.2.69.142, session bo 93.184.216.34", ["ip-address"], id="addresses in a line"),
        pytest.param("ring 07911 123 456 after six", ["phone"], id="a number in three parts"),
    ],
)  # fmt: skip
def test_whose_a_value_is(text, found):
    assert kinds(text) == found


@pytest.mark.parametrize(
    ("head", "values", "found"),
    [
        pytest.param("full_name", ["Njoki Wanjala", "Thuy O'Rourke", "Aoife McGrath"], ["records"], id="names in no list"),
        pytest.param("patient", ["Njoki Wanjala", "Emma Thompson", "Aoife McGrath"], ["records"], id="one of them in the lists"),
        pytest.param("customer", ["Acme Pumps", "Globex Motors", "Initech Labs"], [], id="firms as customers"),
        pytest.param("customer", ["Marks Spencer", "Acme Pumps", "Initech Labs"], [], id="a firm with a person's name"),
        pytest.param("product", ["Njoki Wanjala", "Aoife McGrath", "Blue Kettle"], [], id="no heading of names"),
    ],
)  # fmt: skip
def test_names_that_stand_in_no_list(head, values, found):
    rows = "".join(f"| {value} | {n}.5 |\n" for n, value in enumerate(values, start=20))
    told = kinds(f"| {head} | basket |\n|---|---|\n{rows}")
    assert [kind for kind in told if kind == "records"] == found


@pytest.mark.parametrize(
    ("source", "text", "found"),
    [
        pytest.param("df['full_name'].astype(float)", "could not convert string to float: 'Njoki Wanjala'", ["records"], id="a name"),
        pytest.param("pd.to_datetime(df.birth_date)", "time data \"31.02.1961\" doesn't match", ["records"], id="a day of birth"),
        pytest.param("duckdb.sql('select birth_date::date from t')", "Could not convert string '1961-02-30' to DATE", ["records"], id="by SQL"),
        pytest.param("pl.col('full_name').cast(pl.Int64)", "conversion from `str` failed in column 'x' for 1 value: [\"Njoki Wanjala\"]", ["records"], id="behind its column"),
        pytest.param("df['age'].astype(int)", "invalid literal for int() with base 10: 'unknown'", [], id="no value"),
        pytest.param("df['pressure'].astype(float)", "could not convert string to float: '12 bar'", [], id="of a machine"),
        pytest.param("df['full_nmae']", "KeyError: 'full nmae'", [], id="the name of a column"),
        pytest.param("f()", "ValueError\n----> 3 frame = {'age': [31, 32], 'sex': ['F', 'M']}", [], id="code that a traceback repeats"),
        pytest.param("f()", "ValueError: frame = {'age': [31, 32], 'sex': ['F', 'M']}", ["records"], id="rows in a message"),
    ],
)  # fmt: skip
def test_what_an_error_quotes(source, text, found):
    output = {"output_type": "error", "evalue": "", "traceback": [text]}
    assert [leak.kind for leak in check_outputs([output], source)] == found


@pytest.mark.parametrize("term", ["C(manager)[T.{}]", "full_name[T.{}]"])
def test_the_terms_of_a_model_may_be_people(term):
    people = ("Njoki Wanjala", "Emma Thompson", "Aoife McGrath")
    assert "records" in kinds("".join(f"{term.format(one)}   0.31\n" for one in people))


def test_the_terms_of_a_model_are_mostly_none():
    assert kinds("C(sex)[T.M]   0.31\nC(ward)[T.Stroke]  0.11\nC(ward)[T.Renal]  0.12\n") == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        pytest.param("df.groupby('ward').agg(oldest=('age', 'max'))", ["extreme"], id="named"),
        pytest.param("df.groupby('ward').agg({'age': 'max'})", ["extreme"], id="by column"),
        pytest.param("df.groupby('ward').agg({'age': ['mean', 'min']})", ["extreme"], id="several"),
        pytest.param("df.groupby('ward')['age'].agg('max')", ["extreme"], id="of one column"),
        pytest.param("df.pivot_table(index='ward', values='age', aggfunc='max')", ["extreme"], id="a pivot table"),
        pytest.param("df.groupby('ward').agg(age=('age', 'mean'))", [], id="a mean"),
        pytest.param("df.groupby('ward').agg({'power': 'max', 'age': 'mean'})", [], id="the end of something else"),
    ],
)  # fmt: skip
def test_ends_that_are_asked_for_by_their_name(source, found):
    assert kinds("ward\nStroke    91.5\nRenal     88.5\n", source) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("diagnosis    patients\nasthma       84\ngout         *\nTotal        87", ["difference"], id="two columns, a withheld cell"),
        pytest.param("Total students: 64\n\nclub\nchess    40\nrowing    20\nName: count, dtype: int64", ["difference"], id="a total before a list"),
        pytest.param("            precision    recall  support\n\n     cured       0.91      0.90       41\n      died       0.50      0.50        3\n", ["small-count"], id="the cases of a class"),
        pytest.param("shelf\nleft     3\nright    0\nName: boxes left, dtype: int64", [], id="numbers that a name heads"),
        pytest.param("shelf\nleft     3\nright    1\ndtype: int64", ["small-count"], id="sizes of groups"),
        pytest.param("   first name  births in Wales\n0      Olivia             2906\n1      Amelia             2663\n", [], id="how often names are given"),
        pytest.param("   first name  births in Wales\n0      Olivia             2906\n1      Amelia                3\n", ["small-count"], id="a name that few have"),
        pytest.param("   region  max\n0   Osaka  38.1\n1   Nara   37.0\n", ["extreme"], id="the largest by place, of what nobody says"),
        pytest.param("   gender  max\n0   women  38.1\n1   men    37.0\n", ["extreme"], id="the largest of people"),
    ],
)  # fmt: skip
def test_which_numbers_count_people(text, found):
    assert kinds(text) == found


def test_an_attached_drawing_is_kept_in_base64():
    drawing = base64.b64encode("<svg><text>申請者 榊原 千晶</text></svg>".encode()).decode()
    assert any("榊原" in str(piece) for _, piece in bundle({"image/svg+xml": drawing}))


def test_a_pie_keeps_its_counts_whatever_its_labels_are():
    pie = {"type": "pie", "labels": ["women", "men", "Osaka"], "values": [498, 31, 2]}
    output = {"output_type": "display_data", "data": {"application/vnd.plotly.v1+json": {"data": [pie]}}}  # fmt: skip
    source = "go.Pie(labels=['gender', 'address'], values=[498, 31, 2])"
    assert [leak.kind for leak in check_outputs([output], source)] == ["small-bar"]
