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
