"""Earlier outputs count: what follows from all of them is computed, and withheld cells stay so."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

import govkit as gk
from govkit.errors import InputError
from govkit.result import Verdict


@pytest.fixture
def people():
    """Sixty people in three areas, of both sexes; one came late."""
    frame = pd.DataFrame({"area": list("NNSSEE") * 10, "sex": list("fm") * 30})
    return frame.assign(paid=np.arange(60.0) % 7 + 20, late=frame.index == 5)


def test_two_tables_safe_apart_tell_of_one_person_together(people):
    """The classic: a table of everybody, then one without the person who came late."""
    s = gk.session(threshold=5)
    assert s.value_counts(people["area"]).verdict is Verdict.SAFE
    second = s.value_counts(people["area"][~people["late"]])
    assert (second.verdict, second.unsafe, second.follows) == (Verdict.UNSAFE, 0, 1)
    assert "can be computed from this output and those before it: 1" in second.sentence


def test_what_followed_before_is_not_blamed_on_a_later_table(people):
    s = gk.session(threshold=5)
    s.value_counts(people["area"])
    s.value_counts(people["area"][~people["late"]])
    assert s.value_counts(people["sex"]).follows == 0


def test_two_people_whom_another_table_tells_apart_are_a_group_all_the_same(people):
    """One man, one woman: each may be 0, 1 or 2 of the difference, but that it is 2 is certain."""
    s = gk.session(threshold=5)
    s.value_counts(people["sex"])
    s.value_counts(people["area"])
    assert s.value_counts(people["area"].drop(index=[0, 1])).follows > 0


def test_shares_of_a_row_add_up_so_one_alone_is_not_withheld():
    """Cheapest would be a cell of another row; but a row's shares make a whole."""
    sizes = {("N", "f"): 3, ("N", "m"): 30, ("S", "f"): 6, ("S", "m"): 7, ("E", "f"): 8}
    rows = [pair for pair, n in sizes.items() for _ in range(n)]
    few = pd.DataFrame(rows, columns=["area", "sex"])
    s = gk.session(threshold=5, suppress=True)
    found = s.crosstab(few["area"], few["sex"], normalize="index")
    assert found.frame.loc["N"].isna().all()
    assert found.reasons == {"threshold": 1, "secondary": 1}
    assert found.frame.drop(index="N").notna().all(axis=None)


def test_with_suppression_the_one_cell_that_tells_is_withheld(people):
    s = gk.session(threshold=5, suppress=True)
    s.value_counts(people["area"])
    second = s.value_counts(people["area"][~people["late"]])
    assert (second.verdict, second.reasons) == (Verdict.SAFE, {"secondary": 1})
    assert second.frame["count"].dropna().to_dict() == {"N": 20, "S": 20}
    third = s.value_counts(people["area"][~people["late"]])
    assert third.frame["count"].isna().tolist() == second.frame["count"].isna().tolist()


def test_means_give_away_a_person_as_counts_do(people):
    s = gk.session(threshold=5, dominance=(), p_percent=None)
    s.groupby(people, "area")["paid"].mean()
    second = s.groupby(people[~people["late"]], "area")["paid"].mean()
    assert (second.unsafe, second.follows) == (0, 1)
    unlike = s.groupby(people, "sex")["late"].sum()
    assert unlike.follows == 0


def test_what_was_withheld_stays_withheld_in_later_tables(people):
    few = people.drop(people.index[(people["area"] == "N") & (people["sex"] == "f")][3:])
    s = gk.session(threshold=5, suppress=True)
    first = s.crosstab(few["area"], few["sex"])
    assert first.frame.isna().sum().sum() == 2  # the small cell, and one beside it
    rows = s.value_counts(few["area"])
    columns = s.value_counts(few["sex"])
    hidden = sum(o.withheld for o in (rows, columns))
    assert Verdict.UNSAFE not in {rows.verdict, columns.verdict}
    assert hidden > 0
    loud = gk.session(threshold=5)
    loud.crosstab(few["area"], few["sex"], suppress=True)
    assert loud.value_counts(few["area"]).follows + loud.value_counts(few["sex"]).follows > 0


def test_printing_what_was_withheld_to_protect_others_gives_them_away(people):
    few = people.drop(people.index[(people["area"] == "N") & (people["sex"] == "f")][3:])
    s = gk.session(threshold=5)
    s.crosstab(few["area"], few["sex"], margins=True, suppress=True)
    large = few[~((few["area"] == "N") & (few["sex"] == "f"))]
    assert s.crosstab(large["area"], large["sex"]).follows > 0


def test_a_removed_output_no_longer_counts(people):
    s = gk.session(threshold=5)
    s.value_counts(people["area"], name="all")
    s.remove_output("all")
    assert s.value_counts(people["area"][~people["late"]]).verdict is Verdict.SAFE


def test_the_order_of_rows_does_not_matter_but_new_labels_do(people):
    s = gk.session(threshold=5)
    s.value_counts(people["area"])
    mixed = people[~people["late"]].sample(frac=1, random_state=1)
    assert s.value_counts(mixed["area"]).follows == 1
    strange = people[~people["late"]].sort_values("area").reset_index(drop=True)
    output = s.value_counts(strange["area"])
    assert output.verdict is Verdict.REVIEW
    assert "keep the index of the data" in output.sentence
    twice = s.value_counts(people["area"].set_axis([0] * 60))
    assert "keep the index of the data" in twice.sentence


def test_a_column_made_from_another_is_of_the_same_people(people):
    s = gk.session(threshold=5)
    s.crosstab(people["area"], people["sex"])
    assert s.crosstab(people["area"] == "N", people["sex"]).verdict is Verdict.SAFE


def test_people_who_join_later_are_seen(people):
    s = gk.session(threshold=5)
    s.value_counts(people["area"][:58])
    assert s.value_counts(people["area"]).follows > 0


@settings(deadline=None, max_examples=15)
@given(
    st.lists(st.tuples(*[st.sampled_from("ab")] * 3, st.booleans()), min_size=8, max_size=40),
    st.permutations([["x", "y"], ["y", "z"], ["x"], ["z", "x"]]),
    st.booleans(),
)
def test_no_attacker_computes_a_small_group(rows, tables, margins):
    """The attacker of another program (scipy), who knows every printed cell of every table.

    The unknowns are all combinations of the columns, empty ones too, each at least zero.
    """
    data = pd.DataFrame(rows, columns=["x", "y", "z", "in"])
    s, least = gk.session(threshold=3, suppress=True), 3
    unknown = list(itertools.product("ab", "ab", "ab", [False, True]))
    equations, sums, small = [], [], []
    for i, names in enumerate(tables):
        part = data if i % 2 else data[data["in"]]
        try:
            if len(names) == 1:
                found = s.value_counts(part[names[0]])
            else:
                found = s.crosstab(*(part[name] for name in names), margins=margins)
        except InputError:
            continue
        for _, cell in found.frame.stack(future_stack=True).reset_index().iterrows():  # noqa: PD013
            wanted = dict(zip(names, cell.iloc[:-1], strict=False))
            inside = np.array([
                (one[3] or i % 2) and all(one["xyz".index(name)] == label or label == "All"
                                          for name, label in wanted.items())
                for one in unknown
            ], float)  # fmt: skip
            number = cell.iloc[-1]
            if pd.isna(number):
                small.append(inside)
            else:
                equations.append(inside)
                sums.append(float(number))
    true = data.value_counts(["x", "y", "z", "in"]).reindex(unknown, fill_value=0).to_numpy()
    for inside in small:
        if not 0 < inside @ true < least:
            continue
        ends = []
        for sign in (1, -1):
            found = linprog(sign * inside, A_eq=np.array(equations) if equations else None,
                            b_eq=sums or None, bounds=(0, None))  # fmt: skip
            ends.append(sign * found.fun if found.status == 0 else sign * -np.inf)
        assert ends[1] - ends[0] > 1e-6, ends
