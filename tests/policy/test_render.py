"""The public page holds every statement of the policy, in both languages, and nothing unescaped."""

import html
import re
from pathlib import Path

import pytest

import govkit as gk
from govkit.errors import InputError
from govkit.policy import render_policy

POLICY = gk.load_policy(Path(__file__).parents[2] / "data" / "samples" / "policy.yaml")


def statements(language):
    said = [
        *POLICY.clauses, *POLICY.promises, *POLICY.purposes, *POLICY.disclosure_grounds,
        *POLICY.safety, POLICY.training, POLICY.requests,
    ]  # fmt: skip
    for one in said:
        yield getattr(one, f"text_{language}")
    for one in (*POLICY.clauses, *POLICY.regulations):
        yield getattr(one, f"title_{language}")
    for one in POLICY.thresholds:
        yield getattr(one, f"reason_{language}")
    for key in ("name", "address", "representative"):
        yield getattr(POLICY.organization, f"{key}_{language}")
    yield getattr(POLICY.requests, f"identity_{language}")
    yield POLICY.organization.contact_email


@pytest.mark.parametrize("as_html", [False, True], ids=["Markdown", "HTML"])
@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_page_says_all_that_the_policy_says(language, as_html):
    page = html.unescape(render_policy(POLICY, language, html=as_html))
    assert [text for text in statements(language) if text not in page] == []


@pytest.mark.parametrize("language", ["en", "ja"])
def test_both_forms_say_the_same_in_the_same_order(language):
    def words(page):
        page = re.sub(r"<(style|title)>.*?</\1>", "", page, flags=re.DOTALL)
        return re.sub(
            r"[\s#<>,、-]|<[^>]*>", "", html.unescape(re.sub(r"</?[a-z!][^>]*>", "", page))
        )

    plain = re.sub(r"<(\S+@\S+)>", r"\1", render_policy(POLICY, language))
    assert words(plain) == words(render_policy(POLICY, language, html=True))


def test_the_japanese_page_is_in_japanese():
    page = render_policy(POLICY, "ja")
    assert "2026年4月1日" in page
    assert "1区分あたり11人以上（過去に公表した結果との差分についても確認）" in page
    latin = re.sub(r"Cookie|IP|example|hoshinuma|privacy", "", page)
    assert re.findall(r"[A-Za-z]{2,}", latin) == []


def test_numbers_come_from_the_policy():
    requests = POLICY.requests.model_copy(update={"answer_days": 9, "fee_yen": 300})
    page = render_policy(POLICY.model_copy(update={"requests": requests}))
    assert "Answer within: 9 days" in page
    assert "Fee: 300 yen" in page


def test_what_is_not_there_is_not_announced():
    nobody = POLICY.organization.model_copy(
        update={"contact_email": None, "data_protection_officer": None}
    )
    page = render_policy(POLICY.model_copy(update={"organization": nobody, "reviewed_on": None}))
    assert "None" not in page
    assert "Write to:" not in page


def test_a_page_in_html_escapes_what_it_is_given():
    clause = POLICY.clauses[0].model_copy(update={"text_en": "<script>alert(1)</script>"})
    page = render_policy(POLICY.model_copy(update={"clauses": (clause,)}), html=True)
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_another_language_is_refused():
    with pytest.raises(InputError, match="'en' or 'ja'"):
        render_policy(POLICY, "de")
