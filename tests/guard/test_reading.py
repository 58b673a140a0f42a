# ruff: noqa: E501 - a case is a line
"""What the guard reads before it judges: values in text, what code asks for, words of headings."""

import pytest

from govkit.guard import check_outputs
from govkit.guard.asked import asked
from govkit.guard.literals import literals
from govkit.guard.names import mentions_names
from govkit.guard.printed import text_grids
from govkit.guard.values import value_kinds


@pytest.mark.parametrize(
    ("text", "values"),
    [
        pytest.param("row {'a': 1, 'b': [2]} done", [{"a": 1, "b": [2]}], id="a dictionary"),
        pytest.param('{"a": true, "b": null}', [{"a": True, "b": None}], id="JSON"),
        pytest.param("{'a': nan, 'b': <NA>}", [{"a": None, "b": None}], id="missing values"),
        pytest.param("Row(age=34, town='Leeds')", [{"age": 34, "town": "Leeds"}], id="keywords"),
        pytest.param("Index(['a', 'b'], name='town')", [{"town": ["a", "b"]}], id="a headed list"),
        pytest.param("[np.int64(3), -2]", [[3, -2]], id="calls and signs"),
        pytest.param("f(x) = [1, 2", [], id="open to the end"),
        pytest.param("({[a]}) (1, 2", [], id="nothing that holds two"),
        pytest.param("g = function() { draw([[1, 2], [3, 4]]); }", [[[1, 2], [3, 4]]], id="a script"),
        pytest.param("x = '{\"a\": [1, 2]}';", [{"a": [1, 2]}], id="JSON within a string"),
        pytest.param("[ 12  3   1]", [[12, 3, 1]], id="as NumPy prints"),
    ],
)  # fmt: skip
def test_values_stand_anywhere_in_text(text, values):
    assert list(literals(text)) == values


@pytest.mark.parametrize(
    ("source", "question", "answer"),
    [
        pytest.param("len(df[df.age > 90])", "number", True, id="how many have it"),
        pytest.param("(df.columns == 'age').sum()", "number", False, id="how many columns"),
        pytest.param("df[df.age > 90].mean()", "number", False, id="a mean of those"),
        pytest.param("df.age.tolist()", "listed", True, id="the values"),
        pytest.param("df.age.rank().tolist()", "listed", True, id="one for each"),
        pytest.param("df.groupby('town').age.mean().tolist()", "listed", False, id="the means"),
        pytest.param("%%sql\nselect town, count(*) from p group by 1", "counts", True, id="SQL"),
        pytest.param("for t, g in df.groupby('t'): print(t, len(g))", "counts", True, id="a loop"),
        pytest.param("for t in towns: print(t, len(t))", "counts", False, id="another loop"),
        pytest.param("!pip list\nthis is (no Python", "counts", False, id="no Python"),
    ],
)
def test_what_code_asks_for(source, question, answer):
    assert getattr(asked(source), question) is answer


@pytest.mark.parametrize(
    ("source", "of"),
    [
        pytest.param("df['age'].max()", {"age"}, id="a method"),
        pytest.param("np.percentile(df.age, [0, 50, 100])", {"age"}, id="the ends of quantiles"),
        pytest.param("np.percentile(df.age, [5, 50, 95])", set(), id="inner quantiles"),
        pytest.param("oldest = df.age.max()\nprint(oldest)", {"age"}, id="by way of a variable"),
        pytest.param("oldest = df.age.max()\nprint('done')", set(), id="kept, not shown"),
        pytest.param("df.groupby('age').loss.max()", {"loss"}, id="what it is grouped by"),
        pytest.param("df[df.age > 60].loss.max()", {"loss"}, id="what rows are chosen by"),
        pytest.param("df.groupby('town').age.mean().max()", set(), id="the largest mean"),
        pytest.param("df.sort_values('age').iloc[-1]", {"age"}, id="the last in order"),
        pytest.param("df.sort_values('age')", set(), id="an order alone"),
        pytest.param("select max(age) from p", {"age"}, id="SQL"),
    ],
)
def test_of_what_code_asks_the_largest_or_smallest(source, of):
    assert set(asked(source).ends) & {"age", "loss"} == of


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("(Whitfield, Eleanor)", True, id="turned round"),
        pytest.param("Boston, Washington, Lincoln, Jackson", False, id="a list of places"),
        pytest.param("Franklin Street, San Jose", False, id="a street and a town"),
        pytest.param("Eleanor Moreau Ltd", False, id="a firm"),
        pytest.param("Morgan Stanley and Eleanor Moreau", True, id="a firm and a person"),
        pytest.param("相沢 翔です", False, id="one character is too few for a given name"),
        pytest.param("大島町の人口", False, id="three characters are too few"),
        pytest.param("承認は相沢美咲です", True, id="four characters, two names"),
        pytest.param("Yamada Taro called", True, id="the family name first, as in Japan"),
        pytest.param("Moreau Eleanor called", False, id="the family name first, elsewhere"),
        pytest.param("DELETED: YAMADA TARO", True, id="in capitals"),
        pytest.param("DELETED: GRAND TOTAL", False, id="a total in capitals"),
    ],
)
def test_names_in_running_text(text, found):
    assert mentions_names(text) is found


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        pytest.param("customer_id=C100423", ["identifier"], id="a number with its label"),
        pytest.param("customer_id=20261102", [], id="a day is no number"),
        pytest.param("登録番号 T1234567890123", [], id="the public number of an issuer"),
        pytest.param("see git@github.com:govkit/govkit.git", [], id="a remote of git"),
        pytest.param("mail=taro%40mailbox.example", ["email"], id="an address in a link"),
        pytest.param("年齢区分1-2", [], id="a class is no quarter"),
        pytest.param("昭和54年12月5日生産", [], id="made, not born"),
        pytest.param("S54.12.5生", ["birth-date"], id="a birthday in short"),
        pytest.param("ヤマダ タロウ 様", ["name"], id="a titled name in kana"),
        pytest.param("invalid for customer C100423", ["identifier"], id="a number behind a person"),
        pytest.param("12000 per customer 5123 yen", [], id="a price per person"),
        pytest.param("yamada (at) mailbox.example", ["email"], id="an address that hides its sign"),
        pytest.param("TEL 03 1234 5678", ["phone"], id="a telephone with blanks"),
        pytest.param("row 03 1234 5678", [], id="numbers with blanks"),
    ],
)
def test_forms_of_values(text, kinds):
    assert list(value_kinds(text)) == kinds


@pytest.mark.parametrize(
    ("text", "heads", "rows"),
    [
        pytest.param("- age: 34\n  sex: f\n- age: 51\n  sex: m", ("age", "sex"), [["34", "f"], ["51", "m"]], id="YAML"),
        pytest.param("   age  sex  \\\n0   34    f\n1   51    m\n\n   income\n0   52310\n1   48120", ("", "age", "sex", "income"), [["0", "34", "f", "52310"], ["1", "51", "m", "48120"]], id="a frame in two parts"),
        pytest.param("The first rows:\n   age   sex\n0   34     f\n1   51     m", ("", "age", "sex"), [["0", "34", "f"], ["1", "51", "m"]], id="under a title"),
        pytest.param("$ age <i64> 34, 51\n$ sex <str> 'f', 'm'", ("age", "sex"), [["34", "f"]], id="a glimpse"),
        pytest.param("  age sex    income\n1    34 f       52310\n2    51 m       48120", ("", "age", "sex", "income"), [["1", "34", "f", "52310"], ["2", "51", "m", "48120"]], id="a tibble"),
        pytest.param(r"\begin{tabular}{lr} \hline Town & n \\ Ely & 3 \\ \end{tabular}", ("Town", "n"), [["Ely", "3"]], id="LaTeX on one line"),
        pytest.param("\\begin{tabular}{llr}\n &  & n \\\\\n\\midrule\n\\multirow[t]{2}{*}{Ely} & f & 31 \\\\\n & m & 3 \\\\\n\\cline{1-3}\n\\end{tabular}", ("", "", "n"), [["\\multirow[t]{2}{*}{Ely}", "f", "31"], ["", "m", "3"]], id="LaTeX with labels left out"),
    ],
)  # fmt: skip
def test_tables_as_they_are_printed(text, heads, rows):
    assert (heads, rows) in [(grid.heads, grid.rows) for grid in text_grids(text)]


def printed(text):
    return {"output_type": "stream", "name": "stdout", "text": text}


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        pytest.param("relapse 2/57 (3.5%)", ["small-count"], id="a fraction with its share"),
        pytest.param("tests 2/5 (40%)", [], id="of very few"),
        pytest.param("2.5% (1/40)", ["small-count"], id="a share with its fraction"),
        pytest.param("Only 1 patient remained", ["small-count"], id="one person"),
        pytest.param("for 1 patient a day", [], id="a rate"),
        pytest.param("Mean patients per ward: 3", [], id="a mean"),
        pytest.param("| salary | sex |\n|---|---|\n| 412000 | f |\n| 388000 | m |", ["records"], id="rows"),
        pytest.param("| sex | salary |\n|---|---|\n| f | 412000 |\n| m | 388000 |", [], id="groups come first"),
        pytest.param("| town | n | share |\n|---|---|---|\n| Ely | 40 | 0.025 |\n| York | 1560 | 0.975 |", [], id="shares of all"),
        pytest.param("| town | n | share |\n|---|---|---|\n| Ely | 40 | 0.025 |\n| York | 1560 | 0.5 |", ["small-percentage"], id="a share of the count beside it"),
        pytest.param("| sex | age |\n|---|---|\n| f | 41 |\n| m | 38 |", ["records"], id="ages without decimals"),
        pytest.param("| sex | age |\n|---|---|\n| f | 41.2 |\n| m | 38.9 |", [], id="mean ages"),
        pytest.param("Plans: 1 user 9 EUR, 5 users 39 EUR", [], id="a licence"),
        pytest.param("Mean patients: 3", [], id="an average"),
        pytest.param("回答者数：80\n満足 65.0%、普通 32.5%、不満 2.5%", ["small-percentage"], id="shares"),
        pytest.param("回答者数：80\n満足 65.0%、不満 2.5%", [], id="shares that make no whole"),
        pytest.param("Clinic A, n = 62\nanswer\nyes      54.8 %\nno       37.1 %\nunsure    8.1 %\nName: share, dtype: str", ["small-percentage"], id="a series of shares under prose"),
        pytest.param("Clinic A, n = 620\nanswer\nyes      54.8 %\nno       37.1 %\nunsure    8.1 %\nName: share, dtype: str", [], id="a series of shares of many"),
        pytest.param("対象者62名\n  継続: 91.9%\n  中止: 8.1%", ["small-percentage"], id="shares below their total"),
        pytest.param("対象者620名\n  継続: 91.9%\n  中止: 8.1%", [], id="shares below a large total"),
        pytest.param("90 staff of the depot, 3.3 % asked to leave", ["small-percentage"], id="a share of the staff"),
        pytest.param("900 staff of the depot, 3.3 % asked to leave", [], id="a share of a large staff"),
        pytest.param("Total patients: 143\n  vaccinated: 101\n  not vaccinated: 38", ["difference"], id="a total and its parts"),
        pytest.param("Total patients: 143\n  vaccinated: 101\n  not vaccinated: 42", [], id="parts that are the whole"),
        pytest.param("Total patients: 143\n  columns: 138", [], id="one number is no part"),
        pytest.param("Total patients: 14\n  folds: 5\n  seeds: 3", [], id="numbers far from the whole"),
        pytest.param("Patients: 143\n  doses: 101\n  visits: 38", [], id="nothing says that it is a total"),
        pytest.param("Total files: 143\n  read: 101\n  skipped: 38", [], id="a total of things"),
        pytest.param("We asked 412 members. Of these, 409 would come again.", ["difference"], id="nearly all of them"),
        pytest.param("We asked 412 members. Of these, 309 would come again.", [], id="many of them"),
        pytest.param("対象の会員は412名で、うち409名が更新しました。", ["difference"], id="nearly all of them, Japanese"),
        pytest.param("対象の会員は412名で、うち309名が更新しました。", [], id="many of them, Japanese"),
        pytest.param("対象の会員は98名で、うち95%が更新しました。", [], id="a share is no part"),
        pytest.param("Only two members were absent", ["small-count"], id="two people"),
        pytest.param("Only two members can open it", [], id="two people who may do something"),
        pytest.param("shape: (4, 3)\n│ statistic  ┆ age  ┆ salary │\n│ ---        ┆ ---  ┆ ---    │\n│ null_count ┆ 0.0  ┆ 0.0    │\n│ mean       ┆ 41.5 ┆ 388.0  │\n│ max        ┆ 88.0 ┆ 1890.0 │", ["extreme"], id="describe of Polars"),
        pytest.param("shape: (4, 3)\n│ statistic  ┆ age  ┆ salary │\n│ ---        ┆ ---  ┆ ---    │\n│ null_count ┆ 0.0  ┆ 0.0    │\n│ mean       ┆ 41.5 ┆ 388.0  │\n│ median     ┆ 40.0 ┆ 370.0  │", [], id="describe without its ends"),
        pytest.param("    num at risk  surv\n10          143  0.98\n20            4  0.51", ["small-count"], id="people at risk"),
        pytest.param("    num at risk  surv\n10          143  0.98\n20           54  0.51", [], id="many at risk"),
    ],
)  # fmt: skip
def test_sentences(text, kinds):
    assert [leak.kind for leak in check_outputs([printed(text)])] == kinds


def result(text):
    return {"output_type": "execute_result", "data": {"text/plain": text}, "metadata": {}}


@pytest.mark.parametrize(
    ("source", "text", "kinds"),
    [
        pytest.param("df.at[17, 'diagnosis']", "'asthma'", ["records"], id="one cell"),
        pytest.param("summary.loc['mean', 'age']", "44.1", [], id="a mean out of a table"),
        pytest.param("df.age.tolist()", "[34, 51, 28]", ["records"], id="the values of a column"),
        pytest.param("df.age.diff().mean()", "3.2", [], id="a computed number"),
        pytest.param("for r in df.itertuples(): print(r.age, r.sex)", "34, f\n51, m\n28, f", ["records"], id="rows without headings"),
        pytest.param("print(np.histogram(df.age)[0])", "[212 301 74 2]", ["small-bar"], id="bars as NumPy prints them"),
        pytest.param("print(f'{len(df[df.age > 90])} rows left')", "3 rows left", ["small-count"], id="within a sentence"),
        pytest.param("print(f'{len(df[df.age > 90])} rows left')", "312 rows left", [], id="enough"),
        pytest.param("df.groupby('team')['salary'].agg(['count', 'max'])", "      count   max\nteam\nEly      41  9120\nYork     52  8840", ["extreme"], id="the largest per group"),
        pytest.param("df[df.age > 40].groupby('team')['orders'].agg(['count', 'max'])", "      count   max\nteam\nEly      41  9120\nYork     52  8840", [], id="the largest of no person's value"),
        pytest.param("plot(df.age, size=8)", "[12, 3, 41]", [], id="the size of points is no count"),
        pytest.param("df.groupby('town').size().tolist()", "[12, 3, 41]", ["small-bar"], id="the size of groups is one"),
    ],
)  # fmt: skip
def test_a_result_is_what_its_cell_asked_for(source, text, kinds):
    assert [leak.kind for leak in check_outputs([result(text)], source)] == kinds


@pytest.mark.parametrize(
    ("ages", "kinds"),
    [
        pytest.param([34, 51, 28], ["records"], id="a cloud of people"),
        pytest.param([20, 30, 40], [], id="a curve over ages"),
    ],
)
def test_points_of_people_stand_in_no_order(ages, kinds):
    titles = {"xaxis": {"title": {"text": "age"}}, "yaxis": {"title": {"text": "salary"}}}
    trace = {"type": "scatter", "mode": "markers", "x": ages, "y": [52310, 48120, 39900]}
    data = {"application/vnd.plotly.v1+json": {"data": [trace], "layout": titles}}
    output = {"output_type": "display_data", "data": data, "metadata": {}}
    assert [leak.kind for leak in check_outputs([output])] == kinds


def test_numbers_on_an_axis_are_no_bars():
    """Only of Matplotlib is it known which numbers stand on an axis."""
    page = "<svg><text>count</text><text>0</text><text>5</text><text>10</text></svg>"
    output = {"output_type": "display_data", "data": {"image/svg+xml": page}, "metadata": {}}
    assert check_outputs([output]) == []
