"""What of a text can be looked up: pairs of Japanese letters, and other words as they are."""

import pytest

from govkit.site.search import JapaneseSearch


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        pytest.param("要配慮", ["要配", "配慮"], id="pairs"),
        pytest.param("情報、報告", ["情報", "報告"], id="not across a comma"),
        pytest.param("GDPRの第33条", ["GDPR", "の第", "33", "条"], id="beside other letters"),
        pytest.param("k-anonymity", ["k", "anonymity"], id="English"),
        pytest.param("データ・マップ", ["デー", "ータ", "マッ", "ップ"], id="long vowels"),
        pytest.param("々〇ゟヿ鿿", ["々〇", "〇ゟ", "ゟヿ", "ヿ鿿"], id="the last letters"),
        pytest.param("", [], id="nothing"),
    ],
)
def test_a_text_is_cut(text, parts):
    assert JapaneseSearch({}).split(text) == parts


def test_a_single_letter_and_a_number_are_no_words():
    search = JapaneseSearch({})
    assert [one for one in search.split("第33条の要配慮") if search.word_filter(one)] == [
        "条の", "の要", "要配", "配慮",
    ]  # fmt: skip
