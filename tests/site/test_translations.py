"""Nothing of the translated pages is missing, uncertain or stale; and the check sees it if so."""

import subprocess
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def tool():
    spec = spec_from_file_location("translations", ROOT / "tools" / "translations.py")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def catalog(**messages):
    made = Catalog(locale="ja")
    for key, text in messages.items():
        made.add(key, text)
    return made


@pytest.mark.parametrize(
    ("page", "have", "wrong"),
    [
        pytest.param("index", {"a": "甲", "b": "乙"}, "", id="complete"),
        pytest.param("index", {"a": "甲"}, "untranslated: 'b'", id="a new sentence"),
        pytest.param("index", {"a": "甲", "b": ""}, "untranslated: 'b'", id="an empty one"),
        pytest.param("index", {"a": "甲", "b": "乙", "c": "丙"}, "stale: 'c'", id="an old one"),
        pytest.param("index", {"a": "甲", "b": "1. 乙"}, "escape the dot", id="a list by accident"),
        pytest.param("index", None, "is not translated", id="a new page"),
        pytest.param("training/new", None, "is not translated", id="a new training page"),
        pytest.param("reference/data", None, "", id="the reference may stay English"),
        pytest.param("reference/data", {"a": "甲"}, "", id="or be translated in part"),
        pytest.param("reference/data", {"c": "丙"}, "stale: 'c'", id="but not be stale"),
    ],
)
def test_what_is_wrong_is_said(tool, page, have, wrong):
    given = None if have is None else catalog(**have)
    found = tool.problems(page, catalog(a="", b=""), given)
    assert [wrong in one for one in found] == ([True] if wrong else [])


@pytest.mark.parametrize(
    ("english", "japanese", "wrong"),
    [
        pytest.param("See `k`.", "`k`を見る。", "", id="the same code"),
        pytest.param("See `k`.", "`l`を見る。", "`k` is not in both", id="other code"),
        pytest.param("Read [this](a.md).", "[これ](a.md)を読む。", "", id="the same link"),
        pytest.param("Read [this](a.md).", "[これ](b.md)を読む。", "b.md", id="another link"),
        pytest.param("Read [this](a.md).", "これを読む。", "a.md", id="no link"),
        pytest.param("{doc}`a`: {n} left", "{doc}`a`：残り{n}件", "", id="the same places"),
        pytest.param("{doc}`a`", "{ref}`a`", "{doc} is not in both", id="another role"),
        pytest.param("{n} left", "残り{m}件", "{n} is not in both", id="another place"),
        pytest.param("**One.** Two.", "**一**。二。", "", id="bold"),
        pytest.param("**One.** Two.", "**一。**二。", "does not read", id="bold that is none"),
        pytest.param("See `k`.", "", "untranslated", id="nothing to compare"),
    ],
)
def test_what_has_to_stay_is_compared(tool, english, japanese, wrong):
    there, have = catalog(**{english: ""}), catalog(**{english: japanese})
    found = "; ".join(tool.problems("index", there, have))
    assert wrong in found
    assert bool(wrong) == bool(found)


def test_a_conflict_is_said_before_anything_is_read_or_written(tool, tmp_path, monkeypatch, capsys):
    torn = tmp_path / "training" / "use.po"
    torn.parent.mkdir()
    text = 'msgid "a"\n<<<<<<< ours\nmsgstr "甲"\n=======\nmsgstr "乙"\n>>>>>>> theirs\n'
    torn.write_text(text, "utf-8")
    monkeypatch.setattr(tool, "CATALOGS", tmp_path)
    monkeypatch.setattr(tool.sys, "argv", ["translations.py", "--update"])
    assert tool.main() == 1
    assert capsys.readouterr().out == "training/use: a conflict that git could not resolve\n"
    assert torn.read_text("utf-8") == text


def test_an_uncertain_translation_is_said(tool):
    have = catalog(a="甲")
    have.add("b", "乙", flags=["fuzzy"])
    assert tool.problems("index", catalog(a="", b=""), have) == ["index: fuzzy: 'b'"]


def test_the_site_is_translated():
    done = subprocess.run(
        [sys.executable, "tools/translations.py"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
