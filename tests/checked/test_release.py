"""The release folder: complete, checkable, readable by SACRO-Viewer; or not there at all."""

from __future__ import annotations

import hashlib
import json

import numpy as np
import pandas as pd
import pytest

import govkit as gk
from govkit.errors import InputError, SourceError

CANARY = "Quetzalcoatl-Xanthippe"


@pytest.fixture
def people():
    frame = pd.DataFrame({"area": list("NNSSEE") * 10, "sex": list("fm") * 30})
    frame.loc[59, "area"] = "=HYPERLINK(1)"
    return frame.assign(paid=np.arange(60.0) % 7 + 20)


@pytest.fixture
def s(people):
    """A session with one output of every kind: safe, unsafe with an exception, review."""
    s = gk.session(threshold=5)
    s.crosstab([people["area"], people["sex"]], people["paid"] > 22, name="open")
    s.add_exception("open", "Ordered by | the <b>ministry</b>\n# at once")
    s.pivot_table(people, index="area", columns="sex", values="paid", aggfunc=["mean", "count"],
                  suppress=True, name="spending")  # fmt: skip
    s.value_counts(people["sex"].where(people["paid"] > 20.5), name="some")
    s.add_comments("some", "the first\nof two")
    s.add_comments("some", "second")
    s.ols("paid ~ sex", data=people, name="model")
    return s


def results(folder):
    return json.loads((folder / "results.json").read_text("utf-8"))


def test_the_folder_has_what_the_viewer_looks_for(s, tmp_path):
    """What SACRO-Viewer's models.py asks of a folder (2025), and what it computes from it."""
    folder = s.finalize(tmp_path / "out")
    found = results(folder)
    major, minor, *_ = found["version"].split(".")
    assert (major, minor) >= ("0", "4")
    assert list(found["results"]) == ["open", "spending", "some", "model"]
    for name, record in found["results"].items():
        assert record["uid"] == name
        assert len(record["files"]) > 0
        for file in record["files"]:
            digest = (folder / "checksums" / f"{file['name']}.txt").read_text("utf-8")
            assert hashlib.sha256((folder / file["name"]).read_bytes()).hexdigest() == digest
            for places in file["sdc"]["cells"].values():
                assert all(len(place) == 2 for place in places)
        assert {"status", "type", "properties", "outcome", "command", "summary", "timestamp",
                "comments", "exception", "fair"} <= set(record)  # fmt: skip
    with pytest.raises(KeyError):
        json.loads((folder / "config.json").read_text("utf-8"))["version"]  # no second ACRO file
    statuses = {name: record["status"] for name, record in found["results"].items()}
    assert statuses == {"open": "fail", "spending": "pass", "some": "pass", "model": "pass"}
    assert found["results"]["model"]["type"] == "regression"


def test_the_marked_cells_are_those_of_the_file(s, tmp_path):
    """The viewer marks row x and column y + 1 of the file, below its one line of headings."""
    folder = s.finalize(tmp_path / "out")
    file = results(folder)["results"]["open"]["files"][0]
    rows = pd.read_csv(folder / file["name"])
    marked = {tuple(place) for place in file["sdc"]["cells"]["threshold"]}
    small = {(x, y - 1) for x, y in np.ndindex(rows.shape) if y > 1 and 0 < rows.iloc[x, y] < 5}
    assert marked == small
    assert len(marked) > 1
    file = results(folder)["results"]["spending"]["files"][0]
    rows = pd.read_csv(folder / file["name"])
    marked = {tuple(place) for places in file["sdc"]["cells"].values() for place in places}
    empty = {(x, y - 1) for x, y in np.ndindex(rows.shape) if pd.isna(rows.iloc[x, y])}
    assert marked <= empty
    assert file["sdc"]["summary"]["suppressed"] is True


def test_no_spreadsheet_runs_a_label(s, tmp_path):
    folder = s.finalize(tmp_path / "out")
    text = (folder / "spending_0.csv").read_text("utf-8")
    assert "\n'=HYPERLINK" in text
    assert "\n=HYPERLINK" not in text


def test_people_can_read_the_summary(s, tmp_path):
    text = (s.finalize(tmp_path / "out") / "summary.md").read_text("utf-8")
    assert "| open | ✗ UNSAFE |" in text
    assert "Ordered by \\| the \\<b>ministry\\</b> # at once" in text
    assert "- Comment: the first of two\n- Comment: second\n" in text


def test_an_unsafe_output_needs_a_reason(s, tmp_path, people):
    s.crosstab(people["area"], people["sex"], name="silent")
    with pytest.raises(InputError, match=r"^silent cannot be released as it is: make it again"):
        s.finalize(tmp_path / "out")
    assert list(tmp_path.iterdir()) == []
    s.remove_output("silent")
    assert s.finalize(tmp_path / "out").is_dir()


@pytest.mark.parametrize(
    ("prepare", "sentence"),
    [
        pytest.param(lambda place: (place / "out").mkdir(), "'out' exists already", id="a folder"),
        pytest.param(
            lambda place: (place / "out").symlink_to("gone"), "exists already", id="a link"
        ),
        pytest.param(lambda place: place.rmdir(), "cannot be written", id="no place"),
    ],
)
def test_where_it_cannot_be_written_nothing_is(s, tmp_path, prepare, sentence):
    place = tmp_path / "place"
    place.mkdir()
    prepare(place)
    before = sorted(place.rglob("*")) if place.exists() else []
    with pytest.raises(SourceError, match=sentence):
        s.finalize(place / "out")
    assert (sorted(place.rglob("*")) if place.exists() else []) == before


def test_a_full_disk_leaves_nothing_behind(s, tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.write_bytes", full)
    with pytest.raises(SourceError, match="no space left on device"):
        s.finalize(tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


def test_an_empty_session_writes_nothing(tmp_path):
    with pytest.raises(InputError, match="no output yet"):
        gk.session().finalize(tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


def test_what_is_said_of_outputs(s, capsys):
    s.rename_output("some", "sexes")
    assert list(s.outputs) == ["open", "spending", "sexes", "model"]
    assert (s.outputs["sexes"].name, s.outputs["sexes"].comments[1]) == ("sexes", "second")
    for wrong in ("open", "a/b", "", "x" * 61):
        with pytest.raises(InputError, match="cannot be called"):
            s.rename_output("sexes", wrong)
    with pytest.raises(InputError, match="There is no output 'some': there are open, spending"):
        s.add_comments("some", "late")
    s.print_outputs()
    assert "sexes: SAFE value_counts(data='sex')" in capsys.readouterr().out
    assert repr(s) == "Session(threshold=5, outputs=4)"


def test_numbers_are_given_in_order():
    s, data = gk.session(threshold=2), pd.Series(list("aabb"))
    s.value_counts(data)
    s.rename_output("output_0", "output_1")
    assert s.value_counts(data).name == "output_2"


def test_no_value_of_a_person_is_in_what_is_said(tmp_path):
    """A canary: the cells and headings of tables are printed; nothing else may tell a value."""
    data = pd.DataFrame({"name": [CANARY, "b", "c"] * 4, "n": 7654321.125})
    s = gk.session(threshold=2, suppress=True)
    for output in (s.describe(data[["n"]]), s.hist(data, "n"),
                   s.groupby(data, "name")["n"].mean(suppress=True)):  # fmt: skip
        said = repr(output) + output.sentence + output.call + str(output.to_dict()) + repr(s)
        assert CANARY not in said
        assert "7654321" not in said
    folder = s.finalize(tmp_path / "out")
    assert CANARY not in (folder / "results.json").read_text("utf-8")
    assert CANARY not in (folder / "summary.md").read_text("utf-8")
    assert not [path for path in folder.rglob("*") if CANARY in path.name]


@pytest.mark.parametrize("method", ["ols", "logit", "probit"])
def test_regressions_are_those_of_statsmodels(people, method):
    api = pytest.importorskip("statsmodels.api", reason="the extra 'session' is not installed")
    formula = pytest.importorskip("statsmodels.formula.api")
    data = people.assign(yes=(people["paid"] + people.index % 3 > 23).astype(float))
    s = gk.session(threshold=5)
    exog = api.add_constant(data[["paid"]].rename(columns={"paid": "x"}) % 5)
    outcome = "paid" if method == "ols" else "yes"
    model = {"ols": api.OLS, "logit": api.Logit, "probit": api.Probit}[method]
    options = {} if method == "ols" else {"disp": 0}
    true = model(data[outcome], exog).fit(**options)
    found = getattr(s, method)(data[outcome], exog)
    assert np.allclose(found.frame["coef"], true.params)
    assert np.allclose(found.frame["std err"], true.bse)
    assert found.frames[1].loc["records", "value"] == 60
    again = getattr(formula, method)(f"{outcome} ~ sex", data=data).fit(**options)
    assert np.allclose(
        getattr(s, method)(f"{outcome} ~ sex", data=data).frame["coef"], again.params
    )
    assert {one.verdict for one in s.outputs.values()} == {gk.Verdict.SAFE}


def test_a_regression_needs_degrees_of_freedom_and_both_sides(people):
    pytest.importorskip("statsmodels", reason="the extra 'session' is not installed")
    s = gk.session(threshold=5)
    few = s.ols("paid ~ sex", data=people[:11])
    assert (few.verdict, few.reasons) == (gk.Verdict.UNSAFE, {"degrees_of_freedom": 1})
    enough = gk.session(threshold=5, degrees_of_freedom=9).ols("paid ~ sex", data=people[:11])
    assert enough.verdict is gk.Verdict.SAFE
    alone = people.assign(me=people.index == 3)
    mine = s.ols("paid ~ me", data=alone)
    assert (mine.verdict, mine.reasons) == (gk.Verdict.UNSAFE, {"implicit_table": 1})
