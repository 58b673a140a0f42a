"""The data map of a register: it counts right, tells in text what it draws, and nothing runs."""

from __future__ import annotations

import datetime as dt
import json
import re
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govkit.output import Section, export_register, html_report, map_register
from govkit.output.data_map import LAYERS, graph
from govkit.output.processing import plain
from govkit.policy import Register, load_policy, load_register
from govkit.result import Verdict

SAMPLES = Path(__file__).parents[2] / "data" / "samples"
TODAY = dt.date(2026, 11, 22)
EVIL = '</script><b onclick="x()">`|]"} --> end;\n%%{init: {}}%% ##'


@pytest.fixture(scope="module")
def sample():
    return load_register(SAMPLES / "register"), load_policy(SAMPLES / "policy.yaml")


def company(word="plain", **changes):
    """A dataset, a system, an activity for two purposes, a recipient abroad; then the changes."""
    told = {
        "datasets": [{
            "key": "d", "title": word, "subject_group": "customer", "owner": "Sales",
            "fields": [
                {"name": word, "role": "direct"},
                {"name": "illness", "role": "sensitive", "appi_class": "special_care_required"},
            ],
        }],
        "systems": [
            {"key": "s", "title": word, "department": "IT", "datasets": ["d"], "sends_to": ["t"]},
            {"key": "t", "title": "Archive", "department": "IT"},
        ],
        "recipients": [{"key": "r", "name": word, "kind": "subcontractor", "country": "DE"}],
        "activities": [
            {"key": "a", "title": word, "datasets": ["d"], "purposes": ["p", "q"], "system": "s",
             "recipients": ["r"]},
            {"key": "b", "title": "Filing", "datasets": ["d"], "purposes": ["p"], "system": "t"},
        ],
    }  # fmt: skip
    return Register.model_validate(told | changes)


# What it says


def test_each_way_is_told_once():
    found = map_register(company(), today=TODAY)
    ways = [tuple(row[name] for name in LAYERS) for row in found.tables["flows"]]
    assert ways == [
        ("Customers and suppliers", "plain", "p", "plain", "plain (DE)"),
        ("Customers and suppliers", "plain", "q", "plain", "plain (DE)"),
        ("Customers and suppliers", "plain", "p", "Archive", "nobody outside"),
    ]
    assert (found.activities, found.datasets, found.recipients, found.abroad) == (2, 1, 1, 1)


def test_what_was_stopped_is_not_on_the_map():
    stopped = {"key": "a", "title": "x", "datasets": ["d"], "purposes": ["p"], "status": "stopped"}
    found = map_register(company(activities=[stopped]), today=TODAY)
    assert (found.activities, found.tables["flows"], found.verdict) == (0, [], Verdict.REVIEW)


def test_a_purpose_for_another_group_is_marked(sample):
    register, policy = sample
    told = [
        one.model_copy(update={"subject_group": "visitor"}) if one.key == "customers" else one
        for one in register.datasets
    ]
    changed = register.model_copy(update={"datasets": tuple(told)})
    changed.__dict__.pop("by_key", None)  # looked up anew
    assert "✗" not in str(map_register(register, policy).tables["purposes"])
    rows = map_register(changed, policy).tables["purposes"]
    marked = [(row["purpose"], name) for row in rows for name, text in row.items() if "✗" in text]
    assert {name for _, name in marked} == {"Website visitors"}
    assert len(marked) == 2  # both purposes of the customers


def test_special_care_tells_its_ground():
    activity = {"key": "a", "title": "x", "datasets": ["d"], "purposes": ["p"]}
    rows = map_register(company(activities=[activity])).tables["special care"]
    assert [(row["field"], row["consent or exception"]) for row in rows] == [("illness", "none")]
    activity |= {"special_care_consent": "form 7"}
    rows = map_register(company(activities=[activity])).tables["special care"]
    assert rows[0]["consent or exception"] == "form 7"


@pytest.mark.parametrize(
    ("days_left", "status", "due", "verdict"),
    [
        pytest.param(-1, "active", "passed", Verdict.UNSAFE, id="yesterday"),
        pytest.param(0, "active", "soon", Verdict.REVIEW, id="today"),
        pytest.param(90, "suspended", "soon", Verdict.REVIEW, id="the last day of soon"),
        pytest.param(91, "active", "", Verdict.SAFE, id="later"),
        pytest.param(-1, "ended", None, Verdict.SAFE, id="ended already"),
    ],
)
def test_contracts_about_to_end(days_left, status, due, verdict):
    day = TODAY + dt.timedelta(days_left)
    contract = {"key": "c", "kind": "subcontract", "parties": ["r"], "expires": str(day)}
    found = map_register(company(contracts=[contract | {"status": status}]), today=TODAY)
    assert [row["due"] for row in found.tables["calendar"]] == ([] if due is None else [due])
    assert len(found.tables["contracts"]) == bool(due)
    assert found.verdict is verdict


def test_a_service_has_to_stop_when_the_client_got_the_data_illegitimately():
    """Clause 2 of the policy: what is concerned is named, until it was stopped."""
    contract = {"key": "c", "kind": "client", "parties": ["r"], "provenance": "illegitimate"}
    activity = {"key": "a", "title": "Analyze", "datasets": ["d"], "purposes": ["p"],
                "system": "s", "recipients": ["r"], "contracts": ["c"]}  # fmt: skip
    told = {"contracts": [contract], "activities": [activity]}
    found = map_register(company("plain", **told), today=TODAY)
    (row,) = found.tables["contracts"]
    assert "stop Analyze; systems: plain; recipients: plain" in row["what"]
    assert (found.stop, found.verdict) == (1, Verdict.UNSAFE)
    activity |= {"status": "stopped"}
    assert map_register(company("plain", **told), today=TODAY).stop == 0


def test_the_calendar_begins_with_the_nearest_day_and_keeps_what_has_none(sample):
    rows = map_register(*sample, today=TODAY).tables["calendar"]
    days = [row["day"] for row in rows]
    assert days == sorted(days, key=lambda day: day or "9999")
    assert any("15 years from first contact" in row["what"] for row in rows if not row["day"])


def test_the_same_register_gives_the_same_map(sample):
    one, other = (map_register(*sample, today=TODAY).to_dict() for _ in range(2))
    assert json.dumps(one) == json.dumps(other)


# What it draws


def test_every_figure_has_its_text(sample):
    found = map_register(*sample, today=TODAY)
    flows, purposes, calendar = found.figures()
    assert sum(flows.data[0].link.value) == 4 * len(found.tables["flows"])
    assert len(purposes.data[0].z) == len(found.tables["purposes"])
    dated = [row for row in found.tables["calendar"] if row["day"]]
    assert sum(len(trace.x) for trace in calendar.data) == len(dated)
    page = html_report("t", [Section(title="t", text="t", result=found, figures=found.figures())])
    for table in found.tables.values():
        for row in table:
            assert row[next(iter(row))].replace("'", "&#39;") in page


@given(
    st.lists(st.tuples(*[st.integers(0, 40).map(str)] * 5), max_size=60).map(
        lambda ways: [dict(zip(LAYERS, way, strict=True)) for way in ways]
    )
)
def test_no_way_is_lost_when_names_are_put_together(flows):
    nodes, steps = graph(flows)
    for layer in range(4):
        assert sum(n for (a, _), n in steps.items() if nodes[a][0] == layer) == len(flows)
    for layer in range(5):
        assert sum(at == layer for at, _ in nodes) <= 21


def test_an_empty_register_draws_empty_figures():
    assert [figure.to_json() and len(figure.data) for figure in map_register(Register()).figures()]


# Hostile words


@settings(max_examples=200)
@given(st.text())
def test_no_sign_of_markdown_or_mermaid_survives(text):
    for mark in ("#", "&#"):
        safe = plain(text, mark)
        assert re.fullmatch(rf"(?:[\w ,.()/:…-]|{mark}\d+;)*", safe)
        assert "_" not in safe
    back = re.sub(r"&#(\d+);", lambda found: chr(int(found[1])), plain(text))
    assert back == " ".join(text.split())


def test_hostile_words_stay_words(tmp_path):
    found = map_register(company(EVIL), today=TODAY)
    for text in found.diagrams.values():
        assert EVIL not in text
        assert "<b" not in text
    mermaid = found.diagrams["mermaid"]
    assert all(
        re.fullmatch(r' *(flowchart LR|end|subgraph \w+\["[a-z ]+"\]|n\d+\["[^"<>`|{}]*"\]|'
                     r"n\d+ --> n\d+|n\d+ -\. sends \.-> n\d+|)", line)
        for line in mermaid.splitlines()
    )  # fmt: skip
    graphviz = found.diagrams["graphviz"]
    assert all(line.count('"') in {0, 2} for line in graphviz.splitlines())
    page = export_register(company(EVIL), tmp_path / "m.md", format="markdown").read_text("utf-8")
    assert "<b" not in page
    rows = [line for line in page.splitlines() if line.startswith("|")]
    assert {line.count("|") for line in rows if "DE" in line} == {6}
    figures = "".join(figure.to_json() for figure in found.figures())
    assert "<b onclick" not in figures
    assert "\\u003cb onclick" not in figures


def test_very_long_words_are_cut_in_pictures_and_kept_in_tables():
    found = map_register(company("word " * 2_000), today=TODAY)
    assert max(map(len, found.diagrams["mermaid"].splitlines())) < 600
    assert len(found.tables["flows"][0]["what"]) == 10_000


def test_graphviz_reads_its_diagram(tmp_path):
    found = map_register(company(EVIL), today=TODAY)
    path = tmp_path / "m.dot"
    path.write_text(found.diagrams["graphviz"], "utf-8")
    try:
        drawn = subprocess.run(["dot", "-Tsvg", path], capture_output=True, check=True)
    except FileNotFoundError:
        pytest.skip("Graphviz is not installed, so nobody can draw the diagram")
    assert b"onclick" in drawn.stdout
    assert b"<b " not in drawn.stdout
