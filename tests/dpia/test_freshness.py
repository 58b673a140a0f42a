"""What CI says: open, no owner, overdue, not approved, stale; and the record of an approval."""

import datetime as dt
import json
from dataclasses import replace as replace_field
from functools import partial

import duckdb
import pandas as pd
import polars as pl
import pytest
from pydantic import create_model

import govkit as gk
from govkit.dpia import approve, assess_impact, check_dpia, load_dpia
from govkit.dpia.digests import digests
from govkit.errors import InputError
from govkit.records import open_store

TODAY = dt.date(2026, 11, 25)


@pytest.fixture
def store(tmp_path):
    return open_store(tmp_path / "records.sqlite", create=True)


def assessed(company, today=TODAY, **more):
    """Assess the copied company as it now is."""
    register = gk.load_register(company / "register")
    policy = gk.load_policy(company / "policy.yaml")
    judged = load_dpia(company / "dpia" / "checkup-release.yaml", register)
    return assess_impact(judged, register, policy, today=today, **more)


@pytest.fixture
def assess(company):
    return partial(assessed, company)


def agree(impact, store):
    """Approve as somebody of the staff does."""
    return approve(impact, store, by="S0001", reason="A test.")


def replace(path, old, new):
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def test_approved_and_unchanged_it_holds(assess, store):
    impact = assess()
    assert [one.kind for one in check_dpia(impact, store).problems] == ["approval"]
    assert [one.kind for one in check_dpia(impact).problems] == ["approval"]
    entry = agree(impact, store)
    assert (entry.kind, entry.key, entry.author) == ("approval", "checkup-release", "S0001")
    assert entry.policy_version == impact.subject.policy.version
    assert entry.content["digests"] == impact.digests
    assert set(impact.digests) == {"data", "register", "policy", "notebook", "answers"}
    found = check_dpia(assess(), store)
    assert (found.verdict.value, found.problems) == ("safe", ())
    assert store.verify().verdict.value == "safe"


def data(company):
    with (company / "client_records.csv").open("a") as file:
        file.write("x,HC-2025-02,1981,M,足立区,国民健康保険,2025-10,167.9,60.9,A,none\n")


CHANGES = {
    "data": data,
    "the entries of the register": lambda company: replace(
        company / "register" / "systems.yaml", "Analysis server without", "Analysis server with"
    ),
    "policy": lambda company: replace(
        company / "policy.yaml", "group_size: 20", "group_size: 19"
    ),
    "notebook": lambda company: (
        company / "notebooks" / "dpia" / "02_statistical_release.ipynb"
    ).write_text(json.dumps({"cells": [{"source": ["2"], "outputs": []}]})),
    "answers": lambda company: replace(
        company / "dpia" / "checkup-release.yaml", "Hardware.", "A flood."
    ),
    "recipes": lambda company: replace(
        company / "dpia" / "checkup-release.recipe.yaml", "birth_year: 3", "birth_year: 4"
    ),
}  # fmt: skip


@pytest.mark.parametrize("part", CHANGES)
def test_a_change_since_approval_is_stale(company, assess, store, part):
    agree(assess(), store)
    CHANGES[part](company)
    (problem,) = check_dpia(assess(), store).problems
    assert problem.kind == "stale"
    assert part in problem.message
    agree(assess(), store)
    assert check_dpia(assess(), store).problems == ()


def test_a_table_of_a_database_is_digested_too(company, store):
    """Data that are no plain file: rows that change are stale."""
    path = company / "records.duckdb"

    def fill(rows):
        with duckdb.connect(path) as connection:
            source = f"FROM '{company / 'client_records.csv'}' LIMIT {rows}"
            connection.execute(f"CREATE OR REPLACE TABLE people AS {source}")

    dataset = company / "register" / "datasets" / "client-checkups.yaml"
    replace(dataset, "client_records.csv", "records.duckdb::people")
    fill(300)
    agree(assessed(company), store)
    assert check_dpia(assessed(company), store).problems == ()
    fill(299)
    (problem,) = check_dpia(assessed(company), store).problems
    assert problem.message == "Since approval the data changed."


def swapped(people):
    """Two people exchange their diagnoses: every column still counts the same values."""
    other = people.copy()
    found = people.drop_duplicates("diagnosis").index[:2]
    other.loc[found, "diagnosis"] = people.loc[found[::-1], "diagnosis"].to_numpy()
    return other


def test_frames_are_told_apart_by_their_records(company):
    """Not by the order of rows or columns, nor by the engine that holds them."""
    people = pd.read_csv(company / "client_records.csv")
    forms = (people, people.sample(frac=1, random_state=1)[people.columns[::-1]],
             pl.from_pandas(people), people[:-1], swapped(people))  # fmt: skip
    first, same, engine, fewer, other = (
        assessed(company, data={"client-checkups": frame}).digests["data"] for frame in forms
    )
    assert first == same == engine
    assert len({first, fewer, other}) == 3


def test_a_frame_with_lists_is_digested_as_far_as_it_can_be_counted(company):
    judged = company / "dpia" / "checkup-release.yaml"
    replace(judged, "    recipe: checkup-release.recipe.yaml\n", "")
    people = pd.read_csv(company / "client_records.csv")
    first, fewer = (
        assessed(company, data={"client-checkups": one.assign(tags=[["a"]] * len(one))}).digests
        for one in (people, people[:-1])
    )
    assert first["data"] != fewer["data"]


def test_a_notebook_that_is_not_there_is_told(company, assess, store):
    (company / "notebooks" / "dpia" / "02_statistical_release.ipynb").unlink()
    found = check_dpia(assess(), store).problems
    assert "The notebook is not there." in {one.message for one in found}
    with pytest.raises(InputError, match="The notebook is not there"):
        agree(assess(), store)


def test_a_version_that_knows_new_keys_leaves_approvals_as_they_are(release):
    """A key that nobody has written says nothing."""
    known = release.subject.activity
    newer = create_model("Newer", __base__=type(known), color=(str | None, None))
    subject = replace_field(release.subject, activity=newer.model_validate(known.model_dump()))
    assert digests(subject, release.dpia, {})["register"] == release.digests["register"]


def test_what_the_activity_does_not_touch_may_change(company, assess, store):
    agree(assess(), store)
    replace(company / "register" / "systems.yaml", "title: Recruiting files", "title: Files")
    notebook = company / "notebooks" / "dpia" / "02_statistical_release.ipynb"
    notebook.write_text(json.dumps({"cells": [{"source": ["1"], "outputs": ["run again"]}]}))
    assert check_dpia(assess(), store).problems == ()


@pytest.mark.parametrize(
    ("old", "new", "kind", "said"),
    [
        pytest.param("owner: Head of analysis\nnotebook", "owner:\nnotebook", "owner",
                     "Nobody answers", id="no owner"),
        pytest.param("owner: Analysis, start", "start", "owner", "Action A3 has no owner",
                     id="action"),
        pytest.param("  purposes: The", "  # The", "open", "answers.purposes is open",
                     id="question"),
        pytest.param('{level: 1, reason: "Restoring', '  # {level: 1, reason: "R', "open",
                     "risks.disappearance.likelihood is open", id="a level"),
        pytest.param("due: 2026-12-10", "due: 2026-11-24", "overdue", "A2 was due",
                     id="action due"),
        pytest.param("review_by: 2027-09-30", "review_by: 2026-11-24", "overdue", "Review was due",
                     id="review"),
    ],
)  # fmt: skip
def test_what_is_unfinished(company, assess, store, old, new, kind, said):
    path = company / "dpia" / "checkup-release.yaml"
    if kind == "overdue" and "due" in old:
        replace(path, "start: 2026-11-25, ", "")
        replace(path, "start: 2026-12-10, ", "")
    replace(path, old, new)
    problems = [one for one in check_dpia(assess(), store).problems if one.kind != "approval"]
    assert [one.kind for one in problems] == [kind]
    assert said in problems[0].message
    line = int(problems[0].where.split(":")[1])
    assert 0 < line <= len(path.read_text("utf-8").splitlines())
    if kind != "overdue":
        with pytest.raises(InputError, match="keep it from being approved"):
            agree(assess(), store)


def test_the_day_decides(assess, store):
    agree(assess(), store)
    late = check_dpia(assess(dt.date(2027, 10, 1)), store)
    assert {one.kind for one in late.problems} == {"overdue"}


def test_deciding_against_what_is_safe_needs_a_reason(company, assess, store):
    replace(
        company / "dpia" / "checkup-release.yaml", "    recipe: checkup-release.recipe.yaml\n", ""
    )
    impact = assess()
    with pytest.raises(InputError, match=r"A high risk remains: A person.*--reason"):
        approve(impact, store, by="S0001")
    with pytest.raises(InputError, match="--reason"):
        approve(impact, store, by="S0001", decision="rejected")
    with pytest.raises(InputError, match="approved or rejected"):
        approve(impact, store, by="S0001", decision="perhaps")
    assert store.entries() == ()
    approve(impact, store, by="S0001", decision="rejected", reason="People are alone in it.")
    assert "approval" in {one.kind for one in check_dpia(impact, store).problems}


def test_what_is_safe_needs_no_reason(release, store):
    assert approve(release, store, by="S0001").content["reason"] is None


def test_the_rules_of_the_register_hear_of_it(company, assess, store):
    register, policy = (
        gk.load_register(company / "register"),
        gk.load_policy(company / "policy.yaml"),
    )
    missing = register.model_copy(update={"assessments": ()})

    def rules():
        found = gk.check_register(policy, missing, today=TODAY, events=store.events()).findings
        return {one.rule for one in found} & {"GK405", "GK406"}

    assert rules() == {"GK405"}
    agree(assess(), store)
    assert rules() == set()
    data(company)
    assert rules() == {"GK406"}


def test_the_rules_compare_one_file_or_none(release, store):
    """Where an activity has several datasets, no digest of one of them stands for all."""
    first, *_ = release.subject.datasets
    subject = replace_field(release.subject, datasets=[first, first])
    approve(replace_field(release, subject=subject), store, by="S0001")
    entry = store.latest("assessment")["checkup-release"].content
    assert (entry["data"], entry["data_sha256"]) == (None, None)
