"""Values of single people that stand in labels, edges, words and files of an output."""

import json

import numpy as np
import pandas as pd
import pytest

import govkit as gk
from govkit.checked.trace import Trace
from govkit.errors import InputError


@pytest.fixture
def people():
    return pd.DataFrame({
        "name": [f"Person {i}" for i in range(60)], "area": list("NSEW") * 15,
        "income": np.arange(60) * 1000 + 20_500,
    })  # fmt: skip


@pytest.fixture
def s():
    return gk.session(threshold=5)


@pytest.mark.parametrize("suppress", [False, True])
def test_the_most_frequent_value_of_few_is_theirs(s, people, suppress):
    found = s.describe(people["name"], suppress=suppress)
    assert "Person" not in found._repr_html_()
    assert found.reasons == {"threshold": 2}
    assert pd.isna(found.frame.loc["top", "name"]) is suppress
    assert s.describe(people["area"]).verdict is gk.Verdict.SAFE


@pytest.mark.parametrize("bins", [4, np.int64(4), "auto"])
def test_bins_made_from_the_data_end_at_single_people(s, people, bins):
    found = s.hist(people, "income", bins=bins)
    assert (found.verdict, found.reasons) == (gk.Verdict.UNSAFE, {"extreme": 2})
    ends = [str(people["income"].min()), str(people["income"].max())]
    shown = found._repr_html_() + str(found.plot().to_dict())
    assert not any(end in shown for end in ends)
    rounded = gk.session(threshold=5).hist(people, "income", bins=bins, suppress=True)
    assert rounded.frame.index[0].left < people["income"].min()
    assert rounded.frame.index[-1].right > people["income"].max()
    assert "extreme" not in rounded.reasons


def test_bins_of_value_counts_are_those_of_a_histogram(s, people):
    found = s.value_counts(people["income"], bins=4)
    assert found.reasons == {"extreme": 2}
    rounded = gk.session(threshold=5).value_counts(people["income"], bins=4, suppress=True)
    assert rounded.frame.index.right.max() > people["income"].max()
    edges = s.value_counts(people["income"], bins=[0, 50_000, 90_000])
    assert edges.verdict is gk.Verdict.SAFE


def test_labels_that_stand_for_few_are_told(s, people):
    names = people["name"].where(people.index > 9, "N. N.")
    found = s.value_counts(names, suppress=True)
    assert (found.verdict, found.cells) == (gk.Verdict.REVIEW, 1)
    assert "label alone" in found.sentence
    assert s.value_counts(people["area"], suppress=True).verdict is gk.Verdict.SAFE


def test_a_figure_of_an_unsafe_output_hides_what_the_table_hides(s, people):
    found = s.value_counts(people["area"].where(people.index != 0, "X"))
    drawn = dict(zip(found.plot().data[0].x, found.plot().data[0].y, strict=True))
    assert (found.marks, drawn["X"]) == ({"threshold": [(4, 0)]}, None)
    assert drawn["S"] == 15


def test_no_value_of_text_is_a_formula(s, tmp_path):
    data = pd.DataFrame({"a": ["=1+1"] * 30})
    s.describe(data["a"])
    text = (s.finalize(tmp_path / "out") / "output_0_0.csv").read_text("utf-8")
    assert "\ntop,'=1+1" in text


def test_the_viewer_reads_names_whatever_windows_is_set_to(s, people, tmp_path):
    s.value_counts(people["area"].rename("地域"))
    body = (s.finalize(tmp_path / "out") / "results.json").read_bytes()
    assert body.isascii()
    assert "地域" in json.loads(body)["results"]["output_0"]["command"]


@pytest.mark.parametrize("reason", ["", " \n"])
def test_an_exception_has_a_reason(s, people, reason):
    s.value_counts(people["name"])
    with pytest.raises(InputError, match="needs a reason"):
        s.add_exception("output_0", reason)


@pytest.mark.parametrize(
    ("mine", "own"),
    [
        pytest.param(lambda s, d: s.groupby(d, d["area"])["income"].mean(),
                     lambda d: d.groupby(d["area"])["income"].mean(), id="by a column itself"),
        pytest.param(lambda s, d: s.groupby(d, [d["area"], d["income"] > 50_000])["income"].count(),
                     lambda d: d.groupby([d["area"], d["income"] > 50_000])["income"].count(),
                     id="by several"),
        pytest.param(lambda s, d: s.groupby(d, "area").sum(numeric_only=True),
                     lambda d: d.groupby("area").sum(numeric_only=True), id="numbers only"),
        pytest.param(lambda s, d: s.groupby(d, "area").agg(x=pd.NamedAgg("income", "mean")),
                     lambda d: d.groupby("area").agg(x=pd.NamedAgg("income", "mean")),
                     id="pd.NamedAgg"),
        pytest.param(lambda s, d: s.groupby(d.set_index("area"), "area")["income"].mean(),
                     lambda d: d.groupby("area")["income"].mean(), id="by a level of the index"),
    ],
)  # fmt: skip
def test_more_of_what_pandas_takes(s, people, mine, own):
    true = own(people)
    found, true = mine(s, people), true.to_frame() if isinstance(true, pd.Series) else true
    assert np.array_equal(found.frame.to_numpy(float), true.to_numpy(float))
    assert found.frame.index.tolist() == true.index.tolist()


def test_a_share_of_nobody_who_was_traced_is_refused():
    share, nowhere = pd.DataFrame({"a": [0.5]}), pd.DataFrame({"a": [np.nan]})
    with pytest.raises(InputError, match="cannot be checked"):
        Trace().cells(share, nowhere, share, shares=True)
    assert Trace().cells(share * 0, nowhere, share, shares=True) == []


def test_columns_of_one_name_are_refused_in_a_sentence(s, people):
    with pytest.raises(InputError, match="same name"):
        s.describe(people[["income", "income"]])
