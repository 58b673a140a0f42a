"""What stored outputs say in Japanese: nothing that govkit says in a notebook is left out."""

import html
import json
import re
from pathlib import Path

import pytest

from govkit.files import packaged
from govkit.site.outputs import translated, with_translation
from govkit.site.plotly_mime import MIME

ROOT = Path(__file__).parents[2]
HELP = "write its Japanese into govkit/site/outputs.yaml"


@pytest.fixture(scope="module")
def outputs():
    """All stored outputs, by type."""
    found = {MIME: [], "text/html": []}
    for path in (ROOT / "notebooks").rglob("*.ipynb"):
        for cell in json.loads(path.read_text("utf-8"))["cells"]:
            for output in cell.get("outputs", ()):
                for kind in found.keys() & output.get("data", {}).keys():
                    found[kind].append(output["data"][kind])
    assert len(found[MIME]) > 25
    return found


def test_every_verdict_has_its_japanese(outputs):
    said = packaged("site/outputs.yaml")["ja"]["said"]
    pattern = rf"<strong>({'|'.join(map(re.escape, said))})</strong> (.*?)</p>"
    found = [one for text in outputs["text/html"] for one in re.findall(pattern, "".join(text))]
    assert len(found) > 50
    assert [text for _, text in found if not translated(html.unescape(text), "ja")] == [], HELP


def test_every_title_of_a_figure_has_its_japanese(outputs):
    titles = [one["layout"]["title"]["text"].replace("<br>", " ") for one in outputs[MIME]]
    assert [text for text in titles if not translated(html.unescape(text), "ja")] == [], HELP


def test_the_axes_and_legends_of_figures_have_their_japanese(outputs):
    known = packaged("site/outputs.yaml")["ja"]["words"]
    said = set()
    for one in outputs[MIME]:
        axes = [one["layout"].get(name, {}).get("title") or {} for name in ("xaxis", "yaxis")]
        said |= {axis.get("text") for axis in axes} | {trace.get("name") for trace in one["data"]}
    assert said - known.keys() - {None, "", "age"} == set(), HELP  # age: a column


@pytest.mark.parametrize(
    ("text", "japanese"),
    [
        pytest.param("Open questions: 3.", "未回答の質問：3。", id="a sentence"),
        pytest.param(
            "Cleared: 2. Open questions: 3.", "消去した箇所：2。未回答の質問：3。", id="two"
        ),
        pytest.param("Where the data go: a b c", "データの流れ：a b c", id="several words"),
        pytest.param(
            "5 records are left. You know one more thing about her: use it as well.",
            "まだ5件残っています。彼女について知っていることがもう一つあります。それも使ってください。",
            id="a hint of an exercise",
        ),
        pytest.param("Open questions: 3. And more.", None, id="not in part"),
        pytest.param("Open doors: 3.", None, id="unknown"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_sentences_are_translated_as_a_whole(text, japanese):
    assert translated(text, "ja") == japanese


def test_a_figure_has_both_titles_and_japanese_words():
    data = '{"title":{"text":"loss"},"name":"\\u003cb>who\\u003c/b>","x":["loss"]}'
    raw = f'<figure class="govkit-figure"><figcaption>Cleared: 2.</figcaption>{data}</figure>'
    text = with_translation(raw, "ja")
    assert '<span lang="ja">消去した箇所：2。</span><br>Cleared: 2.</figcaption>' in text
    assert '{"text":"損失"},"name":"\\u003cb>誰の\\u003c/b>","x":["loss"]' in text, "data stay"


def test_what_is_stored_stays_and_is_escaped():
    raw = (
        "<div class='govkit-result'><p><strong>✓ SAFE</strong> "
        "&#x27;&lt;i&gt;.csv&#x27; for the audience public: all 4 checks hold at groups of 11.</p>"
    )
    text = with_translation(raw, "ja")
    assert text.startswith(raw)
    assert '<p class="gk-said" lang="ja">安全：' in text
    assert "「&lt;i&gt;.csv」" in text
    assert with_translation(raw, "en") == raw
    assert with_translation("<p><strong>✓ SAFE</strong> Cleared: 2.</p>", "ja").count("<p>") == 1
