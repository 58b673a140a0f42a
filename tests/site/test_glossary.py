"""The glossary in two languages, and which words of a page lead to it."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
TERMS = yaml.safe_load((ROOT / "docs/glossary.yaml").read_text("utf-8"))
PAGES = {
    "en": """\
# Consent in a title

`consent` as code, then Consents in the text, and consent again.
A quasi-identifier; nonconsent. [consent](glossary.md)

## More

Special care comes before personal information.
""",
    "ja": "# 個人情報という題\n\n"
    "個人情報保護方針と要配慮個人情報と個人情報です。個人情報は二度目です。\n",
}


@pytest.fixture(scope="module", params=["en", "ja"])
def built(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp(request.param)
    source = folder / "src"
    source.mkdir()
    (source / "index.md").write_text(PAGES[request.param], "utf-8")
    (source / "glossary.md").write_text("# G\n\n:::{glossary-page}\n:::\n", "utf-8")
    (source / "glossary.yaml").write_text(yaml.safe_dump(TERMS, allow_unicode=True), "utf-8")
    (source / "conf.py").write_text(
        "extensions = ['myst_nb', 'govkit.site']\nmyst_enable_extensions = ['colon_fence']\n"
        f"language = '{request.param}'\nsuppress_warnings = ['toc.not_included']\n",
        "utf-8",
    )
    done = subprocess.run(
        [sys.executable, "-m", "sphinx", "-q", "-W", "-b", "html", "src", "out"],
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return request.param, folder / "out"


def test_every_term_is_told_in_both_languages():
    assert len(TERMS) >= 60
    for language in ("en", "ja"):
        names = [one[language]["term"] for one in TERMS]
        spellings = [*names, *(also for one in TERMS for also in one[language].get("also", ()))]
        assert len({name.lower() for name in spellings}) == len(spellings), "a spelling twice"
        assert all(one[language]["about"].strip() for one in TERMS)
    assert all(one["ja"]["about"].endswith("。") for one in TERMS)
    assert all(re.fullmatch(r"[ぁ-んー]+", one["ja"]["kana"]) for one in TERMS)


def test_terms_are_linked_where_they_are_first_used(built):
    language, out = built
    text = (out / "index.html").read_text("utf-8")
    linked = re.findall(r'<a class="reference internal" href="(glossary.html#[^"]*)"[^>]*>'
                        r'<span class="gk-term">([^<]*)</span>', text)  # fmt: skip
    wanted = {
        "en": ["Consents", "quasi-identifier", "Special care", "personal information"],
        "ja": ["個人情報保護方針", "要配慮個人情報", "個人情報"],
    }
    assert [shown for _, shown in linked] == wanted[language]
    page = (out / "glossary.html").read_text("utf-8")
    assert all(f'id="{target.partition("#")[2]}"' in page for target, _ in linked)


def test_the_glossary_names_the_other_language(built):
    language, out = built
    page = (out / "glossary.html").read_text("utf-8")
    assert "gk-term" not in page, "the glossary does not link to itself"
    other = {"en": "ja", "ja": "en"}[language]
    assert [one for one in TERMS if one[other]["term"].replace("&", "&amp;") not in page] == []
    between = {"en": "個人情報 · Where it stands: APPI 2(1)", "ja": "personal information（根拠"}
    assert between[language] in page, "the name and the law are told apart"
    order = re.findall(r'<dt id="term-[^"]*">([^<]*)<', page)
    assert len(order) == len(TERMS)
