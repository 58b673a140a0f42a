"""The numbers: counted by hand, counted again with pandas, and never certified by a remedy."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import govkit as gk
from govkit.dpia import assess_impact, suggest
from govkit.dpia.entries import Scenario
from govkit.dpia.numbers import measure
from govkit.dpia.subject import Subject
from govkit.errors import ColumnNotFoundError, InputError


@pytest.fixture
def measured(register, policy, tmp_path):
    """Measure invented records in a scenario of client-checkups."""

    def run(data, recipe=None, **asked):
        if recipe:
            (tmp_path / "r.yaml").write_text(recipe.to_yaml())
            asked["recipe"] = "r.yaml"
        about = {"key": "s", "title": "s", "dataset": "client-checkups"} | asked
        scenario = Scenario.model_validate(about)
        subject = Subject.of(register, policy, "checkup-analysis")
        return measure(data, scenario, subject, tmp_path)

    return run


@pytest.mark.parametrize(
    ("aspect", "number", "level"),
    [
        pytest.param("singling_out", 0.0, 1, id="nobody"),
        pytest.param("singling_out", 1 / 20, 1, id="twenty people, 0.05"),
        pytest.param("singling_out", 0.0501, 2, id="just above"),
        pytest.param("singling_out", 0.09, 2, id="0.09"),
        pytest.param("singling_out", 1 / 11, 2, id="eleven people, which 0.09 stands for"),
        pytest.param("singling_out", 1 / 10, 3, id="ten people"),
        pytest.param("singling_out", 1 / 5, 3, id="five people, 0.2"),
        pytest.param("linkability", 0.2001, 4, id="fewer than five"),
        pytest.param("linkability", 1.0, 4, id="alone"),
        pytest.param("inference", 0.2, 1, id="a fifth"),
        pytest.param("inference", 0.61, 4, id="nearly certain"),
    ],
)
def test_the_suggested_likelihood(aspect, number, level):
    assert suggest(aspect, number) == level


@given(st.floats(0, 1), st.floats(0, 1))
def test_more_risk_never_suggests_less(a, b):
    low, high = sorted((a, b))
    for aspect in ("singling_out", "linkability", "inference"):
        assert suggest(aspect, low) <= suggest(aspect, high)


def test_counted_by_hand(measured):
    people = {
        "birth_year": [1980] * 4 + [1990] * 2 + [2000],
        "diagnosis": list("aabb") + list("cc") + ["a"],
    }
    found = measured(people, quasi_identifiers=["birth_year"], sensitive=["diagnosis"], k=3).before
    assert (found.people, found.groups, found.smallest, found.unique, found.below) == (
        7,
        3,
        1,
        1,
        3,
    )
    assert (found.singling_out, found.linkability) == (1.0, 1.0)
    assert found.average == pytest.approx(3 / 7)
    assert found.different == 1
    # everybody: a 3/7, b 2/7, c 2/7; the pair of c is farthest: (3/7 + 2/7 + 5/7) / 2
    assert found.inference == pytest.approx(5 / 7)
    assert found.verdict.value == "unsafe"


def test_a_sample_of_a_population_is_linked_less_easily(measured):
    people = {"birth_year": [1980] * 10}
    asked = {"quasi_identifiers": ["birth_year"], "k": 5, "sensitive": ["diagnosis"]}
    with pytest.raises(ColumnNotFoundError):
        measured(people, **asked)
    people["diagnosis"] = ["a", "b"] * 5
    found = measured(people, sampling_fraction=0.1, **asked).before
    assert (found.singling_out, found.linkability) == (0.1, pytest.approx(0.01))
    assert found.population == 0


def test_a_person_with_many_records_is_one_person(measured):
    visits = {"device": ["a"] * 9 + ["b"] * 2, "who": ["x"] * 9 + ["x", "y"]}
    found = measured(
        visits, quasi_identifiers=["device"], sensitive=["who"], person="who", k=2
    ).before
    assert (found.people, found.groups, found.smallest) == (2, 2, 1)
    assert (found.unique, found.below) == (1, 1)
    assert found.singling_out == 1.0
    assert found.crowds == {1: 1, 2: 1}  # x is alone in one group, y shares the other
    without = measured(visits, quasi_identifiers=["device"], sensitive=["who"], k=2).before
    assert (without.people, without.smallest, without.below) == (11, 2, 0)


def test_the_same_with_pandas(website, samples):
    visits = pd.read_csv(samples / "web_visits.csv", dtype=str, keep_default_na=False)
    # a mask leaves all other signs, also that of the distance from UTC
    visits["month"] = visits["visited_at"].str[:7] + visits["visited_at"].str[19]
    groups = visits.groupby(["device", "month"])
    kept = visits[groups["page"].transform("size") >= 30]
    people = kept.groupby(["device", "month"])["cookie_id"].nunique()
    found = website.measured[0].after
    assert found.suppressed == len(visits) - len(kept)
    assert sorted(found.sizes.tolist()) == sorted(people.tolist())
    assert (found.people, found.smallest) == (kept["cookie_id"].nunique(), people.min())
    assert website.measured[0].before.people == visits["cookie_id"].nunique()


def test_the_release_fails_first_and_passes_then(release, register, policy):
    (one,) = release.measured
    assert (one.before.verdict.value, one.after.verdict.value) == ("unsafe", "safe")
    assert (one.before.smallest, one.after.smallest, one.after.k) == (1, 20, 20)
    bare = one.scenario.model_copy(update={"recipe": None})
    judged = release.dpia.model_copy(update={"scenarios": (bare,)})
    first = assess_impact(judged, register, policy, today=release.today)
    assert (first.verdict.value, first.high_risks) == ("unsafe", ("reidentification",))
    assert "3,200 of 3,200 people are in groups smaller than 20" in first.sentence


def test_a_remedy_never_certifies_itself(measured):
    """A recipe made for k=2 does not fulfil what the policy asks for."""
    people = {"birth_year": list(range(1950, 2000)), "diagnosis": ["a", "b"] * 25}
    rules = {"birth_year": {"builder": "intervals", "widths": [2, 4]}}
    made = gk.anonymize(people, "birth_year", sensitive="diagnosis", hierarchies=rules, k=2)
    found = measured(people, made.recipe, quasi_identifiers=["birth_year"], sensitive=["diagnosis"])
    assert (found.after.k, found.after.smallest) == (20, 2)
    assert found.verdict.value == "unsafe"


@pytest.mark.parametrize(
    "data",
    [
        pytest.param({"birth_year": [], "diagnosis": []}, id="nobody"),
        pytest.param({"birth_year": [1980], "diagnosis": ["a"]}, id="one person"),
        pytest.param({"birth_year": [None] * 3, "diagnosis": [None] * 3}, id="all missing"),
        pytest.param({"birth_year": [10**30, "=cmd()", "<b>"], "diagnosis": list("abc")}, id="odd"),
    ],
)
def test_data_at_the_edge(measured, data):
    data = {name: pd.Series(values, dtype=object) for name, values in data.items()}
    found = measured(pd.DataFrame(data).astype("string"), quasi_identifiers=["birth_year"],
                     sensitive=["diagnosis"]).before  # fmt: skip
    assert found.verdict.value == ("review" if not found.people else "unsafe")
    assert found.sentence


def test_a_recipe_that_leaves_nothing_to_know(measured):
    people = {"birth_year": [1980] * 4, "sex": ["f", "m"] * 2}
    made = gk.anonymize(people, "sex", hierarchies={"sex": {"builder": "flat"}}, k=2,
                        direct_identifiers=["birth_year"])  # fmt: skip
    with pytest.raises(InputError, match="takes away every column that somebody may know"):
        measured(people, made.recipe, quasi_identifiers=["birth_year"], sensitive=["sex"])


def test_a_recipe_has_nothing_to_do_where_nobody_is(measured):
    rules = {"birth_year": {"builder": "intervals", "widths": [2, 4]}}
    people = {"birth_year": [1980] * 4, "diagnosis": ["a", "b"] * 2}
    made = gk.anonymize(people, "birth_year", sensitive="diagnosis", hierarchies=rules, k=2)
    nobody = pd.DataFrame({"birth_year": [], "diagnosis": []}, dtype="string")
    found = measured(nobody, made.recipe, quasi_identifiers=["birth_year"], sensitive=["diagnosis"])
    assert (found.verdict.value, found.after) == ("review", None)


def test_a_scenario_without_a_column_to_know(register):
    held = [
        one.model_copy(update={"fields": tuple(f for f in one.fields if f.role != "quasi")})
        for one in register.datasets
    ]
    made = register.model_copy(update={"datasets": tuple(held)})
    scenario = Scenario(key="s", title="s", dataset="client-checkups")
    subject = Subject.of(made, None, "checkup-analysis")
    with pytest.raises(InputError, match="has no column that somebody may know"):
        measure({}, scenario, subject, None)


def test_no_value_of_a_person_is_shown(measured):
    data = {"birth_year": ["Quillfeather"] * 2, "diagnosis": ["Quillfeather", "x"]}
    found = measured(data, quasi_identifiers=["birth_year"], sensitive=["diagnosis"])
    assert "Quillfeather" not in repr(found) + found.sentence + str(found.to_dict())
    assert np.array_equal(found.before.sizes, [2])


def test_people_who_are_too_much_alike_are_named(measured):
    """A group of twenty with one diagnosis: unsafe, and the sentence says why."""
    people = {"birth_year": [1980] * 20, "diagnosis": ["a"] * 20}
    found = measured(people, quasi_identifiers=["birth_year"], sensitive=["diagnosis"]).before
    assert (found.below, found.verdict.value) == (0, "unsafe")
    assert "Fewest different hidden values in a group: 1; wanted: 2." in found.sentence
    assert "求める種類：2" in found.said("ja")


def test_another_bound_after_the_measures_counts_the_data_again(measured):
    """What is left out of the file may ask for larger groups: before is held to the same."""
    people = {"birth_year": [1950 + n % 40 for n in range(400)], "sex": ["f", "m"] * 200,
              "diagnosis": ["a", "b", "c", "d"] * 100}  # fmt: skip
    rules = {"birth_year": {"builder": "intervals", "widths": [20]}}
    made = gk.anonymize(people, "birth_year", hierarchies=rules, k=2, sensitive="sex",
                        direct_identifiers=["diagnosis"])  # fmt: skip
    asked = {"quasi_identifiers": ["birth_year"], "audience": "internal"}
    found = measured(people, made.recipe, sensitive=["sex", "diagnosis"], **asked)
    assert (found.before.k, found.after.k) == (5, 5)
    assert (found.before.below, found.after.below) == (0, 0)
    assert measured(people, sensitive=["sex", "diagnosis"], **asked).before.below == 400
