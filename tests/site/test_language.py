"""What a Japanese page says of itself: its head, and what on it is still English."""

import re

import pytest

from govkit.site.words import words

SAID = words("ja")


def page(site, name):
    return (site / "ja" / f"{name}.html").read_text("utf-8")


@pytest.mark.parametrize(
    ("name", "note"),
    [
        pytest.param("tutorials/01_check_anonymization", "stored", id="a notebook"),
        pytest.param("howto/stop-a-service", "only_english", id="a page with its title only"),
        pytest.param("reference/data", "only_english", id="a page without translation"),
        pytest.param("training/use", None, id="a translated page"),
        pytest.param("howto/index", None, id="a short translated page"),
        pytest.param("reference/sample-policy-ja", None, id="a page in Japanese"),
    ],
)
def test_a_page_says_what_on_it_is_english(site, name, note):
    found = re.findall(r'<p class="gk-english[^>]*>([^<]*)</p>', page(site, name))
    assert found == ([SAID[note]] if note else [])


def test_a_japanese_page_that_was_never_english_is_read_aloud_as_japanese(site):
    article = page(site, "reference/sample-policy-ja").split("<article")[1]
    assert 'lang="en"' not in article


def test_the_head_of_a_module_is_written_as_japanese_is(site):
    text = page(site, "training/special-care")
    assert "採用担当者、データ分析担当者" in text
    assert re.search(r"\d{4}年\d{1,2}月\d{1,2}日", text)
    assert "（約6分）" in page(site, "training/path")


def test_guides_have_japanese_titles_in_lists(site):
    assert "サービスを止める" in page(site, "howto/index")
    assert "Stop a service" not in page(site, "howto/index")
