"""How many planted leaks are found, and how often work that leaks nothing is disturbed."""

import json
from pathlib import Path

import pytest

from govkit.guard import check_notebooks
from govkit.guard.allow import kinds
from govkit.guard.watch import notebook_leaks

# What the page on leaks tells is not found.
KNOWN_MISSES = {
    "en one name as result",  # the family name stands in no list
    "en name in a KeyError",
    "fourth: a single applicant",  # prose says such things of anybody
    "fourth: total and its parts in text",
    "fifth: two tables that differ by three",  # two columns of one table
    "fifth: differences of two frames",
    "sixth: rows between two times",  # a number of a badge, without anything else
    "sixth: grid of divisions with roles",
    "sixth: percents of a small class",
    "sixth: sankey of people",
    "sixth: number of a licence with its label behind",
}


def look(corpus, cells, metadata, sources):
    whole = corpus.notebook(cells, **metadata)
    return notebook_leaks(whole, "a.ipynb", threshold=10, known=(), sources=sources)[0]


@pytest.fixture(scope="module")
def judged(corpus, second, third, fourth):
    """Per plant: what is found in it, and what in its twin."""
    return [
        (
            plant,
            look(corpus, plant.cells, plant.metadata[0], plant.sources),
            look(corpus, plant.twin, plant.metadata[1], plant.sources),
        )
        for plant in [
            *corpus.every(), *second.every(), *third.every(),
            *fourth.every(), *fourth.every("fifth"), *fourth.every("sixth"),
        ]
    ]  # fmt: skip


def found(plant, leaks):
    return any(
        (leak.cell, leak.part) == (plant.at, plant.part) and leak.kind in plant.kinds
        for leak in leaks
    )


def test_there_are_plants_of_every_kind(judged):
    planted = {kind for plant, _, _ in judged for kind in plant.kinds}
    assert planted == set(kinds()) - {"allow"}
    assert len(judged) > 200
    assert len({plant.name for plant, _, _ in judged}) == len(judged)


def test_recall_and_precision(judged):
    missed = {plant.name for plant, leaks, _ in judged if not found(plant, leaks)}
    alarms = [leak for plant, leaks, _ in judged for leak in leaks]
    beside = [leak for plant, leaks, _ in judged for leak in leaks if leak.cell != plant.at]
    disturbed = {plant.name: clean for plant, _, clean in judged if clean}
    assert missed == KNOWN_MISSES
    assert 1 - len(missed) / len(judged) >= 0.95
    assert disturbed == {}
    assert 1 - len(beside) / len(alarms) >= 0.95


def calm(second, fourth):
    return [*second.calm(), *fourth.calm(), *fourth.calm("fifth"), *fourth.calm("sixth")]


def test_the_pages_tell_these_numbers(judged, second, fourth):
    """What the pages claim of today is what is measured here."""
    plants, missed = len(judged), len(KNOWN_MISSES)
    clean = plants + len(calm(second, fourth))
    leaks = Path("docs/explanation/leaks.md").read_text("utf-8")
    recall = f"{1 - missed / plants:.3f}"
    assert f"| {plants} | | | {plants - missed}: recall {recall} | 0 of {clean} clean" in leaks
    page = Path("docs/explanation/benchmarks.md").read_text("utf-8")
    assert f"| {plants} | {recall} | {clean} | 0 (precision 1.000) |" in page


def test_work_that_leaks_nothing_is_not_disturbed(corpus, second, fourth):
    disturbed = {
        name: leaks
        for name, cells in calm(second, fourth)
        if (leaks := look(corpus, cells, {}, True))
    }
    assert disturbed == {}


def test_this_project_leaks_nothing():
    answer = check_notebooks(["notebooks"], sources=True)
    assert (answer.unread, [leak.to_dict() for leak in answer.leaks]) == ((), [])


def test_no_finding_repeats_a_value(judged, corpus):
    """Names, addresses and numbers of the plants stand nowhere in what is said of them."""
    said = json.dumps([leak.to_dict() for _, leaks, _ in judged for leak in leaks])
    values = [*corpus.FAMILY, *corpus.GIVEN, *corpus.MYOJI, *corpus.NAMAE]
    values += ["mailbox.example", "clinic.example", "ehoshino", "s3cr3tPw", "90-1234"]
    assert [value for value in values if value in said] == []
