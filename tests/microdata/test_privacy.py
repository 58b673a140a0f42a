"""The models against their papers, against slow independent formulas, and against misuse."""

from __future__ import annotations

import dataclasses
import importlib
import itertools
import math
from collections import Counter, defaultdict

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import govkit as gk
from govkit import microdata as m
from govkit.data import count
from govkit.errors import ColumnNotFoundError, InputError
from govkit.result import Verdict


@pytest.mark.parametrize(
    ("ages", "k", "violations", "verdict"),
    [
        pytest.param([30, 30, 30], 3, 0, Verdict.SAFE, id="just large enough"),
        pytest.param([30, 30, 41], 2, 1, Verdict.UNSAFE, id="one person alone"),
        pytest.param([None, 30, 30], 2, 1, Verdict.UNSAFE, id="alone, age missing"),
        pytest.param([], 2, 0, Verdict.REVIEW, id="no records prove nothing"),
    ],
)
def test_k_anonymity(engine, ages, k, violations, verdict):
    import pyarrow as pa

    columns = pa.table({"age": pa.array(ages, pa.int64())})
    result = m.k_anonymity(count(engine(columns), ["age"]), k)
    assert (result.violations, result.verdict) == (violations, verdict)


class TestPapers:
    """Worked examples, typed in."""

    # Li et al., ICDE 2007, section 4.2, p. 110: salaries 3k..11k, three records a class
    SALARY = (({3, 4, 5}, 0.375), ({6, 8, 11}, 1 / 6))

    @pytest.mark.parametrize(("salaries", "distance"), SALARY)
    def test_t_closeness_of_salaries(self, salaries, distance):
        everybody = list(range(3, 12))
        area = ["p" if pay in salaries else f"other {pay}" for pay in everybody]
        table = count({"area": area, "pay": everybody}, ["area", "pay"])
        answer = m.t_closeness(table, "pay")
        classes = answer.quasi.to_frame()["area"].tolist()
        assert answer.scores[classes.index("p")] == pytest.approx(distance)

    # the same paper, section 4.1.2: the tree of diseases, height 3
    DISEASES = {
        "flu": ("respiratory infection", "respiratory"),
        "pneumonia": ("respiratory infection", "respiratory"),
        "bronchitis": ("respiratory infection", "respiratory"),
        "pulmonary edema": ("vascular lung disease", "respiratory"),
        "pulmonary embolism": ("vascular lung disease", "respiratory"),
        "gastric ulcer": ("stomach disease", "digestive"),
        "stomach cancer": ("stomach disease", "digestive"),
        "gastritis": ("stomach disease", "digestive"),
        "colitis": ("colon disease", "digestive"),
        "colon cancer": ("colon disease", "digestive"),
    }

    @pytest.mark.parametrize(
        ("one", "other", "distance"),
        [
            ("flu", "bronchitis", 1 / 3),
            ("flu", "pulmonary embolism", 2 / 3),
            ("flu", "stomach cancer", 1),
        ],
    )
    def test_distance_in_the_tree(self, one, other, distance):
        """Two classes of one value each: both are half the distance of the values from Q."""
        table = count({"q": [1, 2], "s": [one, other]}, ["q", "s"])
        answer = m.t_closeness(table, "s", hierarchy=self.DISEASES)
        assert answer.measured == pytest.approx(distance / 2)
        assert answer.distance == "hierarchical"

    def test_entropy_of_equal_shares(self):
        """Machanavajjhala et al. 2007, def. 4.1: entropy at least log(l)."""
        table = count({"q": [1] * 3, "s": list("abc")}, ["q", "s"])
        assert m.entropy_l_diversity(table, "s", l=3).verdict is Verdict.SAFE

    def test_alpha_k_of_wong(self):
        """Wong et al. 2006, example: half of a class of two has the sensitive value."""
        table = count({"q": [1, 1], "s": ["HIV", "flu"]}, ["q", "s"])
        assert m.alpha_k_anonymity(table, "s", alpha=0.5, k=2).verdict is Verdict.SAFE
        assert m.alpha_k_anonymity(table, "s", alpha=0.49, k=2).verdict is Verdict.UNSAFE

    def test_p_sensitivity_of_truta(self):
        """Truta, Vinay 2006: three records a class, two illnesses in the poorest."""
        columns = {"q": [1] * 3 + [2] * 3, "s": ["a", "a", "b", "a", "b", "c"]}
        table = count(columns, ["q", "s"])
        assert m.p_sensitivity(table, "s", p=2, k=3).verdict is Verdict.SAFE
        assert m.p_sensitivity(table, "s", p=3, k=3).violations == 1
        assert m.p_sensitivity(table, "s", p=2, k=4).violations == 2


@pytest.mark.parametrize(
    ("sensitive", "distinct", "poor", "entropy"),
    [("electcon", 10875, 579, 7846.278222), ("relat", 25300, 12, 11796.16432)],
)
def test_l_diversity_of_sdcmicro(shared, sensitive, distinct, poor, entropy):
    """Sums over records, as sdcMicro 5.8.1 gives them for its data set testdata."""
    keys = ["urbrur", "roof", "walls", "water", "sex", sensitive]
    table = count(shared / "sdcmicro" / "testdata.csv", keys)
    found = m.distinct_l_diversity(table, sensitive)
    assert (found.scores * found.quasi.counts).sum() == distinct
    assert found.records_at_risk == poor
    worth = m.entropy_l_diversity(table, sensitive)
    assert (worth.scores * worth.quasi.counts).sum() == pytest.approx(entropy, rel=1e-9)


rows = st.lists(
    st.tuples(st.integers(0, 2), st.sampled_from("pq"), st.integers(0, 4)), min_size=1, max_size=40
)


def slowly(people):
    """All models from their definitions, value by value, in plain Python."""
    n = len(people)
    everybody = Counter(s for *_, s in people)
    order = sorted(everybody)
    groups = defaultdict(Counter)
    for a, b, s in people:
        groups[a, b][s] += 1
    worst = defaultdict(list)
    for inside in groups.values():
        size = sum(inside.values())
        p = {s: inside[s] / size for s in order}
        q = {s: everybody[s] / n for s in order}
        most = sorted(inside.values(), reverse=True)
        worst["l"].append(len(inside))
        worst["alpha"].append(max(p.values()))
        worst["entropy"].append(math.exp(-sum(x * math.log(x) for x in p.values() if x)))
        for l in (2, 3):
            rest = sum(most[l - 1 :])
            worst[f"c{l}"].append(most[0] / rest if rest else math.inf)
        worst["beta"].append(max((p[s] - q[s]) / q[s] for s in order))
        worst["delta"].append(max(abs(math.log(p[s] / q[s])) if p[s] else math.inf for s in order))
        worst["equal"].append(sum(abs(p[s] - q[s]) for s in order) / 2)
        steps = itertools.accumulate(p[s] - q[s] for s in order)
        worst["ordered"].append(sum(map(abs, steps)) / max(len(order) - 1, 1))
        tree = [sum(abs(sum(p[s] - q[s] for s in order if s // w == node)) for node in range(5)) / 2
                for w in (1, 2, 4)]  # fmt: skip
        worst["tree"].append(sum(tree) / 3)
    return {name: (min if name in {"l", "entropy"} else max)(values)
            for name, values in worst.items()}  # fmt: skip


@given(rows)
@settings(deadline=None, max_examples=150)
def test_models_agree_with_their_definitions(people):
    a, b, s = zip(*people, strict=True)
    table = count({"a": a, "b": b, "s": s}, ["a", "b", "s"])
    truth = slowly(people)
    tree = {value: (value // 2, value // 4) for value in range(5)}
    measured = {
        "l": m.distinct_l_diversity(table, "s").measured,
        "alpha": m.alpha_k_anonymity(table, "s").measured,
        "entropy": m.entropy_l_diversity(table, "s").measured,
        "c2": m.recursive_cl_diversity(table, "s", l=2).measured,
        "c3": m.recursive_cl_diversity(table, "s", l=3).measured,
        "beta": m.basic_beta_likeness(table, "s").measured,
        "delta": m.delta_disclosure(table, "s").measured,
        "equal": m.t_closeness(table, "s", distance="equal").measured,
        "ordered": m.t_closeness(table, "s").measured,
        "tree": m.t_closeness(table, "s", hierarchy=tree).measured,
    }
    assert measured == pytest.approx(truth, rel=1e-9, abs=1e-12)


@given(rows)
@settings(deadline=None)
def test_the_ordered_distance_is_never_above_the_equal_one(people):
    """Why a column with missing values may be measured by the equal distance."""
    a, b, s = zip(*people, strict=True)
    table = count({"a": a, "b": b, "s": s}, ["a", "b", "s"])
    near = m.t_closeness(table, "s", distance="ordered").scores
    assert (near <= m.t_closeness(table, "s", distance="equal").scores + 1e-12).all()


@given(rows, st.integers(2, 5))
@settings(deadline=None)
def test_coarser_is_never_less_anonymous(people, k):
    a, b, _ = zip(*people, strict=True)
    table = count({"a": a, "b": b}, ["a", "b"])
    fine = m.k_anonymity(table, k)
    coarse = m.k_anonymity(table.rollup("a"), k)
    assert coarse.records_at_risk <= fine.records_at_risk
    assert coarse.smallest >= fine.smallest


def test_ordered_categories_are_measured_in_their_order():
    pay = pd.Categorical(
        ["low", "mid", "high", "high"], categories=["low", "mid", "high"], ordered=True
    )
    frame = pd.DataFrame({"q": [1, 1, 2, 2], "pay": pay})
    answer = m.t_closeness(count(frame, ["q", "pay"]), "pay")
    assert (answer.distance, answer.measured) == ("ordered", pytest.approx(0.375))


def test_a_missing_value_is_far_from_all_in_a_tree():
    table = count({"q": [1, 2], "s": ["flu", None]}, ["q", "s"])
    tree = {"flu": ("illness",)}
    assert m.t_closeness(table, "s", hierarchy=tree).measured == pytest.approx(0.5)


class TestWorstGroups:
    TABLE = count({"q": ["b", "a", "c", "c"], "s": [1, 1, 1, 2]}, ["q", "s"])

    def test_ties_stand_in_the_order_of_the_values(self):
        frame = m.k_anonymity(self.TABLE.rollup("q"), 2).worst_groups(2)
        assert frame.to_dict("list") == {"q": ["a", "b"], "records": [1, 1]}

    def test_the_score_stands_beside_the_group(self):
        frame = m.distinct_l_diversity(self.TABLE, "s").worst_groups()
        assert frame.columns.tolist() == ["q", "records", "l"]
        assert frame["l"].tolist() == [1, 1, 2]

    def test_none_or_a_negative_number(self):
        answer = m.k_anonymity(self.TABLE.rollup("q"), 2)
        assert answer.worst_groups(0).empty
        with pytest.raises(InputError, match="negative"):
            answer.worst_groups(-1)


CASES = {
    "k": lambda t: m.k_anonymity(t, k=1),
    "l": lambda t: m.distinct_l_diversity(t, "s", l=1),
    "k as text": lambda t: m.k_anonymity(t, k="5"),
    "l as text": lambda t: m.distinct_l_diversity(t, "s", l="2"),
    "entropy l": lambda t: m.entropy_l_diversity(t, "s", l=1),
    "entropy nan": lambda t: m.entropy_l_diversity(t, "s", l=math.nan),
    "c": lambda t: m.recursive_cl_diversity(t, "s", c=0),
    "alpha": lambda t: m.alpha_k_anonymity(t, "s", alpha=0),
    "alpha above 1": lambda t: m.alpha_k_anonymity(t, "s", alpha=1.1),
    "p above k": lambda t: m.p_sensitivity(t, "s", p=6, k=5),
    "beta": lambda t: m.basic_beta_likeness(t, "s", beta=0),
    "delta": lambda t: m.delta_disclosure(t, "s", delta=-1),
    "t": lambda t: m.t_closeness(t, "s", t=0),
    "distance": lambda t: m.t_closeness(t, "s", distance="crow"),
    "no hierarchy": lambda t: m.t_closeness(t, "s", distance="hierarchical"),
    "hierarchy with a hole": lambda t: m.t_closeness(t, "s", hierarchy={}),
    "uneven hierarchy": lambda t: m.t_closeness(t, "s", hierarchy={1: ("x",), 2: ()}),
}


@pytest.mark.parametrize("call", CASES.values(), ids=CASES)
def test_senseless_numbers_are_refused(call):
    with pytest.raises(InputError):
        call(count({"q": [1, 1], "s": [1, 2]}, ["q", "s"]))


def test_a_sensitive_column_that_was_not_counted():
    with pytest.raises(ColumnNotFoundError):
        m.distinct_l_diversity(count({"q": [1]}, ["q"]), "s")


class TestCheck:
    PEOPLE = {"age": [30, 30, 30, 41, 41, 52], "ill": ["flu", "flu", "none", "flu", "flu", "none"]}

    def test_one_read(self, monkeypatch):
        module = importlib.import_module("govkit.microdata.check")
        calls = []
        monkeypatch.setattr(module, "count", lambda *a, **k: calls.append(a) or count(*a, **k))
        module.check(self.PEOPLE, "age", sensitive="ill")
        assert len(calls) == 1

    def test_numbers(self):
        answer = gk.check(self.PEOPLE, "age", sensitive="ill", k=2)
        found = answer.to_dict()
        assert found["records"] == 6
        assert found["smallest_group"] == 1
        assert (found["groups_below_k"], found["records_below_k"]) == (1, 1)
        assert found["sensitive"]["ill"]["distinct_l"] == 1
        assert answer.singling_out == {"age": 0}
        assert "'age'" in answer.next_step

    @pytest.mark.parametrize(
        ("ages", "k", "step"),
        [
            ([], 2, "holds no records"),
            ([30], 2, "so few people"),
            ([30, 30, 41], 2, "Make 'age' coarser"),
            ([30, 30], 2, "Keep this answer"),
        ],
        ids=["nobody", "one person", "one alone", "safe"],
    )
    def test_the_next_step(self, ages, k, step):
        assert step in gk.check({"age": pd.Series(ages, dtype="int64")}, "age", k=k).next_step

    def test_the_same_numbers_as_each_model_alone(self):
        answer = gk.check(self.PEOPLE, "age", sensitive="ill", k=2, l=2, t=0.2, alpha=0.6)
        table = count(self.PEOPLE, ["age", "ill"])
        secret = answer.sensitive["ill"]
        assert secret.t == m.t_closeness(table, "ill", t=0.2)
        assert secret.alpha == m.alpha_k_anonymity(table, "ill", alpha=0.6, k=2)
        assert answer.k_anonymity == m.k_anonymity(table.rollup("age"), 2)

    def test_only_what_was_asked_for_decides(self):
        people = {"q": [1, 1, 2, 2], "s": ["a", "b", "a", "b"]}
        assert gk.check(people, "q", sensitive="s", k=2).verdict is Verdict.SAFE
        assert gk.check(people, "q", sensitive="s", k=2, alpha=0.4).verdict is Verdict.UNSAFE
        assert gk.check(people, "q", sensitive="s", k=2, entropy_l=2).verdict is Verdict.SAFE
        assert gk.check(people, "q", sensitive="s", k=2, l=3).verdict is Verdict.UNSAFE

    def test_a_group_that_shares_its_secret_is_never_safe(self):
        people = {"q": [1, 1], "s": ["a", "a"]}
        assert gk.check(people, "q", sensitive="s", k=2).verdict is Verdict.UNSAFE

    def test_a_column_on_both_sides(self):
        with pytest.raises(InputError, match="at once"):
            gk.check(self.PEOPLE, "age", sensitive="age")

    def test_several_secrets_in_the_same_classes(self):
        people = {"q": [1, 1, 2, 2], "s": ["a", "b", "a", "b"], "u": [1, 1, 1, 2]}
        answer = gk.check(people, "q", sensitive=["s", "u"], k=2)
        assert answer.sensitive["s"].distinct.measured == 2
        assert answer.sensitive["u"].distinct.measured == 1
        assert "'u'" in answer.sentence

    def test_frozen(self):
        answer = gk.check(self.PEOPLE, "age", k=2)
        with pytest.raises(dataclasses.FrozenInstanceError):
            answer.missing = "no"
        with pytest.raises(dataclasses.FrozenInstanceError):
            answer.k_anonymity.k = 3

    def test_no_value_of_a_person_in_words(self):
        people = {"age": [199, 198], "ill": ["Canary fever", "flu"]}
        answer = gk.check(people, "age", sensitive="ill", k=2)
        parts = [answer, answer.k_anonymity, *answer.sensitive.values()]
        parts += answer.sensitive["ill"].answers.values()
        for part in parts:
            for text in (repr(part), part.sentence, str(part.to_dict()), part._repr_html_()):
                assert "Canary" not in text
                assert "199" not in text

    def test_html_is_escaped(self):
        name = "<script>alert(1)</script>"
        answer = gk.check({"age": [1], name: ["x"]}, "age", sensitive=name, k=2)
        assert "<script>" not in answer._repr_html_()


def test_plots_hold_the_finding_and_no_names_of_files():
    people = {"age": [30] * 6 + [41], "sex": ["f"] * 6 + ["m"], "ill": list("aabbcca")}
    answer = gk.check(people, ["age", "sex"], sensitive="ill", k=5)
    assert "1 of 7 records" in answer.plot().layout.title.text
    assert "k=5" in answer.plot_k_curve().layout.title.text
    assert answer.plot_singling_out().layout.title.text
    assert "ill" in answer.sensitive["ill"].plot().layout.title.text
    for part in answer.sensitive["ill"].answers.values():
        assert part.plot().data


def test_plots_of_nobody():
    answer = gk.check({"age": pd.Series([], dtype="int64")}, "age")
    assert answer.plot() is not None
    assert answer.plot_k_curve() is not None
    assert answer.plot_singling_out() is not None


def test_the_curve_counts_what_the_model_counts():
    sizes = np.array([1, 2, 2, 5, 7])
    from govkit import plots

    curve = plots.k_curve(sizes, 5).data[0]
    expected = [int(sizes[sizes < k].sum()) for k in curve.x]
    assert list(curve.y) == expected
