"""Training pages: what their front matter tells, when it is overdue, what is refused."""

import datetime as dt
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

from govkit.errors import InputError
from govkit.site import read_module, read_modules
from govkit.site.training import law_in
from govkit.site.words import words

ROOT = Path(__file__).parents[2]
PAGE = """\
---
module: tried
version: "1"
roles: [everyone]
minutes: 5
owner: Head of Analysis
reviewed: 2026-08-31
review_months: 6
law: ["APPI 27(1)"]
---

# A page
"""


@pytest.mark.parametrize(
    ("today", "overdue"),
    [
        pytest.param(dt.date(2027, 2, 27), False, id="the day before"),
        pytest.param(dt.date(2027, 2, 28), True, id="the day, in a month without a 31st"),
        pytest.param(dt.date(2030, 1, 1), True, id="long ago"),
        pytest.param(dt.date(2026, 8, 30), True, id="reviewed in the future"),
        pytest.param(dt.date(2026, 8, 31), False, id="reviewed today"),
    ],
)
def test_a_page_is_overdue_from_its_day_on(today, overdue):
    past_review = runpy.run_path(str(ROOT / "tools/reviewed.py"))["past_review"]
    found = past_review([read_module(PAGE, "training/tried")], today)
    assert bool(found) is overdue
    assert all("training/tried" in one and "Head of Analysis" in one for one in found)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        pytest.param("minutes: 5", "minutes: five", "write minutes", id="minutes in words"),
        pytest.param("owner: Head of Analysis\n", "", "write owner", id="nobody keeps it"),
        pytest.param("2026-08-31", "last summer", "write reviewed", id="no date"),
        pytest.param("[everyone]", "[evryone]", "no role evryone", id="a role nobody knows"),
        pytest.param("[everyone]", "everyone", "write roles", id="a role that is no list"),
    ],
)
def test_a_head_that_cannot_be_read_is_refused(old, new, sentence):
    with pytest.raises(InputError, match=sentence):
        read_module(PAGE.replace(old, new), "training/tried")


@pytest.mark.parametrize("text", ["# A page", "---\ntitle: x\n---\n", "---\n- a\n---\n", ""])
def test_a_page_that_names_no_module_is_no_training_page(text):
    assert read_module(text, "page") is None


def test_the_pages_of_the_site_are_reviewed():
    done = subprocess.run(
        [sys.executable, "tools/reviewed.py", "2099-01-01"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    some = bool(read_modules(ROOT / "docs"))
    assert done.returncode == int(some), "in 2099 every page is overdue"
    assert ("due on" in done.stdout) is some


def test_both_languages_say_everything():
    english, japanese = words("en"), words("ja")
    assert english.keys() == japanese.keys()
    assert english["script"].keys() == japanese["script"].keys()
    assert english["roles"].keys() == japanese["roles"].keys()
    for key, text in [*japanese["script"].items(), *japanese["roles"].items()]:
        assert text, key
        assert not text.isascii(), key


@pytest.mark.parametrize("language", ["en", "ja"])
def test_places_for_numbers_are_the_same_in_both_languages(language):
    import re

    for key, text in words("en")["script"].items():
        other = words(language)["script"][key]
        assert set(re.findall(r"{\w+}", text)) == set(re.findall(r"{\w+}", other)), key


@pytest.mark.parametrize(
    ("cited", "japanese"),
    [
        ("APPI 27(5)(i)", "個人情報保護法第27条第5項第1号"),
        ("APPI 26-2(1)", "個人情報保護法第26条の2第1項"),
        ("APPI 26(2); APPI Rules 8(1)", "個人情報保護法第26条第2項、施行規則第8条第1項"),
        ("APPI Rules 7", "個人情報保護法施行規則第7条"),
        ("GDPR 4(1); GDPR 4(5); GDPR 5(1)(a)", "GDPR第4条（1）、第4条（5）、第5条第1項(a)"),
        ("APPI 23; APPI 27(1)", "個人情報保護法第23条、第27条第1項"),
        ("GDPR 6(1)(f); GDPR recital 26", "GDPR第6条第1項(f)、前文第26項"),
        ("APPI 2(1); GDPR 5", "個人情報保護法第2条第1項、GDPR第5条"),
    ],
)
def test_citations(cited, japanese):
    assert law_in(cited, words("ja")) == japanese
    assert law_in(cited, words("en")).replace(", ", "; ").split("; ")[0] == cited.split("; ")[0]
