"""Bugs and quirks seen in pyCANON 1.3.6 and anjana 1.2.3: each is a case that govkit passes.

The expected numbers are computed by hand from the definitions.
"""

from __future__ import annotations

import json
import math

import numpy as np
import pandas as pd
import pytest

import govkit as gk
from govkit import microdata as m
from govkit.data import count
from govkit.errors import GovkitError, InputError


def one_class(*frequencies):
    """A table with one class in which value i occurs frequencies[i] times."""
    values = np.repeat(np.arange(len(frequencies)), frequencies).astype(str)
    return count({"q": ["same"] * len(values), "s": values.tolist()}, ["q", "s"])


@pytest.mark.parametrize(
    ("frequencies", "l", "c"),
    [((9, 1), 2, 9.0), ((8, 2, 2), 2, 2.0), ((8, 2, 2), 3, 4.0), ((3,), 2, math.inf)],
)
def test_01_recursive_takes_the_largest_frequency(frequencies, l, c):
    """R1 is the largest count: (9, 1) needs c above 9; sorted upwards it would be 2."""
    answer = m.recursive_cl_diversity(one_class(*frequencies), "s", l=l)
    assert answer.measured == c


def test_01_recursive_asks_for_less_not_for_at_most():
    """R1 < c * (...): with counts 9 and 1, c = 9 does not do and c = 9.001 does."""
    assert m.recursive_cl_diversity(one_class(9, 1), "s", c=9).violations == 1
    assert m.recursive_cl_diversity(one_class(9, 1), "s", c=9.001).violations == 0


@pytest.mark.parametrize("n", [2, 3, 4, 6, 7, 8, 10, 14, 15, 16, 19, 20])
def test_02_entropy_of_n_equal_shares_is_n(n):
    """int(exp(H)) gives n - 1 for these n; the float is n and passes a demand for n."""
    answer = m.entropy_l_diversity(one_class(*[2] * n), "s", l=n)
    assert answer.measured == pytest.approx(n, rel=1e-12)
    assert answer.violations == 0


def test_02_entropy_keeps_its_fraction():
    assert m.entropy_l_diversity(one_class(3, 1), "s").measured == pytest.approx(1.754765350603323)


def test_03_a_missing_quasi_identifier_is_counted(engine):
    """[1,1,1,2,2,NaN] has k = 1: dropping the person with the missing value gives 2."""
    table = count(engine({"a": [1.0, 1.0, 1.0, 2.0, 2.0, None]}), "a")
    assert m.k_anonymity(table, k=2).smallest == 1


def test_03_a_missing_value_among_two_columns(engine):
    """Twenty people alike and one unique person whose country is missing: k is 1, not 20."""
    columns = {"sex": ["f"] * 20 + ["other"], "country": ["JP"] * 20 + [None]}
    assert m.k_anonymity(count(engine(columns), ["sex", "country"]), k=2).smallest == 1


@pytest.mark.parametrize(
    "index",
    [[0, 2, 1, 3], [0, 1, 0, 1], list("wxyz"), [10, 11, 12, 13]],
    ids=["permuted", "duplicate", "text", "filtered"],
)
def test_04_the_index_does_not_matter(index):
    """Classes {x, x} and {x, y}: l is 1 whatever the index says."""
    frame = pd.DataFrame({"q": [1, 1, 2, 2], "s": ["x", "x", "x", "y"]}, index=index)
    assert m.distinct_l_diversity(count(frame, ["q", "s"]), "s").measured == 1


def test_04_a_filtered_frame():
    frame = pd.DataFrame({"q": [9, 1, 1, 2, 2], "s": ["z", "x", "x", "x", "y"]})
    answer = gk.check(frame[frame["q"] < 9], "q", sensitive="s", k=2)
    assert answer.k_anonymity.smallest == 2
    assert answer.sensitive["s"].distinct.measured == 1


def test_05_unused_categories_are_no_class():
    kinds = pd.CategoricalDtype(["x", "y", "never"])
    frame = pd.DataFrame({"q": pd.Series(["x", "x", "y", "y"], dtype=kinds), "s": [1, 2, 1, 2]})
    answer = gk.check(frame, "q", sensitive="s", k=2)
    assert (answer.k_anonymity.smallest, answer.sensitive["s"].distinct.measured) == (2, 2)


def test_06_the_second_reading_reaches_every_model():
    """facts: q=1111 2222, s1=xxyyxyxy, s2=aabbabab: l=2, alpha=.5, t=0 — or l=1, 1.0, .5."""
    columns = {"q": [1] * 4 + [2] * 4, "s1": list("xxyyxyxy"), "s2": list("aabbabab")}
    first = gk.check(columns, "q", sensitive=["s1", "s2"], k=2)
    second = gk.check(columns, "q", sensitive=["s1", "s2"], k=2, others_as_quasi=True)
    for name in ("s1", "s2"):
        one, other = first.sensitive[name], second.sensitive[name]
        assert (one.distinct.measured, one.alpha.measured, one.t.measured) == (2, 0.5, 0.0)
        assert (one.recursive.measured, one.basic_beta.measured) == (1.0, 0.0)
        assert (other.distinct.measured, other.alpha.measured, other.t.measured) == (1, 1.0, 0.5)
        assert math.isinf(other.recursive.measured)
        assert other.basic_beta.measured == 1.0
    assert first.k_anonymity.smallest == second.k_anonymity.smallest == 4


@pytest.mark.parametrize(
    "values", [["x", None, "y", "x"], [1.0, None, 2.0, 1.0]], ids=["text", "float"]
)
def test_07_a_missing_sensitive_value_is_a_value(engine, values):
    table = count(engine({"q": [1, 1, 1, 1], "s": values}), ["q", "s"])
    assert m.distinct_l_diversity(table, "s").measured == 3
    assert m.alpha_k_anonymity(table, "s").measured == 0.5
    assert m.entropy_l_diversity(table, "s").measured == pytest.approx(2 * math.sqrt(2))
    assert m.t_closeness(table, "s").distance == "equal"  # a missing value has no place in an order


def test_07_three_missing_of_four():
    """[NaN, NaN, NaN, 1]: alpha is .75 — the missing value fills three quarters."""
    table = count({"q": [1] * 4, "s": [None, None, None, 1.0]}, ["q", "s"])
    assert m.alpha_k_anonymity(table, "s").measured == 0.75


def test_08_an_absent_value_makes_delta_infinite():
    columns = {"q": [1, 1, 2, 2], "s": ["a", "a", "a", "b"]}
    answer = m.delta_disclosure(count(columns, ["q", "s"]), "s", delta=10)
    assert math.isinf(answer.measured)
    assert answer.finite == pytest.approx(math.log(2))
    assert answer.violations == 1  # ln(1.333) and ln(0) in the first class only


def test_08_no_value_absent_is_finite():
    columns = {"q": [1] * 3 + [2] * 3, "s": list("aab") + list("abb")}
    answer = m.delta_disclosure(count(columns, ["q", "s"]), "s")
    assert answer.measured == answer.finite == pytest.approx(math.log(1.5))


def test_09_enhanced_beta_says_that_no_beta_holds():
    """D = 9 against -ln p = 2.30: no beta satisfies the model; facts, item 9."""
    columns = {"q": [1] + [2] * 9, "s": ["rare"] + ["common"] * 9}
    answer = m.enhanced_beta_likeness(count(columns, ["q", "s"]), "s", beta=100)
    assert answer.measured == pytest.approx(-math.log(0.1))
    assert not answer.satisfiable
    assert answer.violations
    assert m.basic_beta_likeness(count(columns, ["q", "s"]), "s").measured == pytest.approx(9)


def test_09_enhanced_beta_that_holds():
    columns = {"q": [1] * 3 + [2] * 3, "s": list("aab") + list("abb")}
    answer = m.enhanced_beta_likeness(count(columns, ["q", "s"]), "s", beta=0.5)
    assert answer.satisfiable
    assert (answer.measured, answer.violations) == (pytest.approx(1 / 3), 0)


def test_12_json_is_json_even_with_infinities():
    columns = {"q": [1, 1], "s": ["a", "a"]}
    found = gk.check(columns, "q", sensitive="s", k=2).to_dict()
    text = json.dumps(found, allow_nan=False)
    secret = json.loads(text)["sensitive"]["s"]
    assert secret["recursive_c"] is None
    assert "fewer than 2 values" in secret["reasons"]["recursive_c"]


def test_12_no_records():
    answer = gk.check(pd.DataFrame({"q": [], "s": []}), "q", sensitive="s")
    assert answer.verdict is gk.Verdict.REVIEW
    assert answer.k_anonymity.smallest == 0
    json.dumps(answer.to_dict(), allow_nan=False)


def test_12_one_sensitive_number_in_all_classes():
    table = count({"q": [1, 2], "s": [7, 7]}, ["q", "s"])
    assert m.t_closeness(table, "s").measured == 0.0


def test_12_a_sensitive_column_given_as_text_is_one_column():
    assert list(gk.check({"q": [1], "salary": [2]}, "q", sensitive="salary").sensitive) == [
        "salary"
    ]


def test_12_a_sensitive_date_has_an_order():
    days = pd.to_datetime(["2024-01-01", "2024-01-02", "2024-01-03", "2024-01-04"])
    table = count(pd.DataFrame({"q": [1, 1, 2, 2], "s": days}), ["q", "s"])
    answer = m.t_closeness(table, "s")
    assert (answer.distance, answer.measured) == ("ordered", pytest.approx(1 / 3))


def test_12_duplicate_column_names():
    with pytest.raises(InputError, match="more than once"):
        gk.check(pd.DataFrame([[1, 2]], columns=["a", "a"]), "a")


def test_12_semicolons_and_types_of_their_own(tmp_path):
    path = tmp_path / "people.csv"
    path.write_text("a;b\n1;x\n1;x\n", encoding="utf-8")
    assert gk.check(path, ["a", "b"], k=2).k_anonymity.smallest == 2


def test_13_a_missing_value_is_not_let_through():
    """age=[20]*4+[60]*4+[NaN], k=3: the ninth person stands alone."""
    answer = gk.check({"age": [20] * 4 + [60] * 4 + [None]}, "age", k=3)
    assert (answer.verdict, answer.k_anonymity.records_at_risk) == (gk.Verdict.UNSAFE, 1)


def test_13_an_unknown_column_is_a_sentence():
    with pytest.raises(GovkitError, match="There is no column 'agee'"):
        gk.check({"age": [1]}, "agee")


def test_13_more_k_than_records():
    answer = gk.check({"age": [1, 1]}, "age", k=100)
    assert (answer.verdict, answer.k_anonymity.records_at_risk) == (gk.Verdict.UNSAFE, 2)
