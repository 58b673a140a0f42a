"""Judgments: three values, evidence, and the figures that the project promises."""

import csv
import math
import os
import random
import sys
from collections import Counter
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from govkit.data.classify.column import column, masked
from govkit.data.classify.embedded import finds
from govkit.data.classify.judge import by_chance, judge

ROOT = Path(__file__).parents[3]
SHARED = Path(os.environ.get("GOVKIT_SHARED", ROOT.parent / "shared")) / "data" / "columns"
sys.path.insert(0, str(ROOT / "benchmarks"))
from people_table import SPECS, people_table  # noqa: E402 - a script beside the package


def seen(name, values, dtype="String"):
    counts = Counter(value for value in values if value is not None)
    missing = sum(value is None for value in values)
    return judge(
        column(
            name,
            dtype,
            rows=len(values),
            missing=missing,
            distinct=len(counts),
            pairs=counts.items(),
        )
    )


def random_digits(n, length, seed=1):
    source = random.Random(seed)  # noqa: S311 - no secret
    return ["".join(source.choices("0123456789", k=length)) for _ in range(n)]


TEMPERATURES = [20 + i / 10 for i in range(100)]
EMAILS = [f"user{i}@example.com" for i in range(40)]


@pytest.mark.parametrize(
    ("heading", "values", "kind"),
    [
        pytest.param("氏名", TEMPERATURES, "amount", id="a name of temperatures is no name"),
        pytest.param("生年月日", TEMPERATURES, "amount", id="nor are they birth days"),
        pytest.param("注文番号", EMAILS, "email", id="values alone suffice against a heading"),
        pytest.param("f_01", EMAILS, "email", id="and without one"),
        pytest.param(
            "f_01", random_digits(2000, 12), "undetermined", id="a tenth passes the digit by chance"
        ),
        pytest.param("f_01", ["123456789018"], "undetermined", id="a single hit proves nothing"),
        pytest.param(
            "order_id", random_digits(2000, 12), "order_no", id="order numbers are left alone"
        ),
        pytest.param(
            "マイナンバー",
            random_digits(50, 12),
            "national_id",
            id="a heading and the form suffice",
        ),
        pytest.param(
            "ip", [f"{i}.{i}.{i}.{i}" for i in range(1, 20)], "ip", id="addresses by heading"
        ),
        pytest.param(
            "x",
            [f"{i % 9}.{i % 7}.{i}.1" for i in range(1, 200)],
            "version",
            id="versions are no addresses",
        ),
        pytest.param("x", ["赤", "青", "緑"], "undetermined", id="unknown words stay undetermined"),
        pytest.param(
            "備考",
            ["資料を送付済み。", "在庫を確認する。"] * 20,
            "undetermined",
            id="free text without persons",
        ),
        pytest.param(
            "備考",
            ["資料を送付済み。"] * 50 + ["返信先taro@example.comまで"],
            "free_text",
            id="one address in free text",
        ),
        pytest.param(
            "商品名",
            ["ブラック", "ホワイト", "レッド"],
            "product_name",
            id="katakana products are no names",
        ),
        pytest.param(
            "色",
            ["Black", "White", "Brown", "Green"] * 20,
            "category",
            id="colors are no family names",
        ),
        pytest.param(
            "店舗電話番号",
            ["03-1234-5678", "06-2345-6789"],
            "organization",
            id="a shop's number is not a person's",
        ),
        pytest.param("氏名", ["ﾔﾏﾀﾞ ﾀﾛｳ", "ｽｽﾞｷ ﾊﾅｺ"], "name", id="half width is read"),
        pytest.param("氏名", [None, None], "undetermined", id="no values decide nothing"),
        pytest.param("氏名", [], "undetermined", id="no records decide nothing"),
        pytest.param(
            "x", ["佐藤花子様", "鈴木一郎様", "髙橋健一様"] * 5, "undetermined", id="three names"
        ),
        pytest.param("顧客名", ["株式会社青空", "有限会社緑"] * 9, "undetermined", id="a firm"),
        pytest.param("端末ID", [f"{n:016x}" for n in range(40)], "device_id", id="mixed script"),
        pytest.param("個人番号", ["********1234"] * 9, "national_id", id="masked numbers"),
        pytest.param(
            "電話", ["-", "N/A", "090-1234-5678"], "phone", id="signs for missing do not count"
        ),
    ],
)
def test_judgments(heading, values, kind):
    found = seen(heading, values)
    assert (found.recognizer.type if found.recognizer else "undetermined") == kind
    assert (found.reason is None) == (found.recognizer is not None)


def test_the_evidence_tells_the_rate_and_what_chance_would_give():
    found = seen(
        "cards",
        [
            f"411111111111{i:03d}{d}"
            for i in range(100)
            for d in range(10)
            if _luhn(f"411111111111{i:03d}{d}")
        ],
    )
    assert any(
        "100 of 100 values have an issuer's prefix" in line and "chance would give 10" in line
        for line in found.evidence
    )


def _luhn(number):
    total = sum(sum(divmod(int(d) * (1 + i % 2), 10)) for i, d in enumerate(reversed(number)))
    return total % 10 == 0


@pytest.mark.parametrize(
    ("text", "what"),
    [
        pytest.param(
            "返信先taro@example.comまで", "an e-mail address", id="no space around an address"
        ),
        pytest.param("至急090-1234-5678へ", "a telephone number", id="no space around a number"),
        pytest.param("カード4111 1111 1111 1111で", "a card number", id="a card"),
        pytest.param("IPは203.0.113.10から", "an IP address", id="an IP address"),
        pytest.param("個人番号は123456789018です", "a My Number", id="a My Number"),
        pytest.param("担当の佐藤様より", "a name with its title", id="a name"),
        pytest.param("東京都千代田区へ送付", "a postal address", id="an address"),
    ],
)
def test_personal_data_inside_text(text, what):
    assert what in finds(text)


@pytest.mark.parametrize(
    "text",
    ["資料を3-4部送付", "お客様各位", "2024-01-02に納品", "4111 1111 1111 1112", "version 1.2.3"],
)
def test_harmless_text_is_left_alone(text):
    assert finds(text) == ()


@given(st.integers(1, 40), st.data())
def test_chance_is_the_upper_tail_of_the_binomial(trials, data):
    hits = data.draw(st.integers(0, trials))
    chance = data.draw(st.floats(0.01, 0.99))
    exact = sum(
        math.comb(trials, k) * chance**k * (1 - chance) ** (trials - k)
        for k in range(hits, trials + 1)
    )
    assert (
        by_chance(hits, trials, chance) == pytest.approx(exact, abs=1e-9) or hits <= trials * chance
    )


@given(st.text(max_size=60))
def test_a_mask_keeps_no_letter_and_no_digit(value):
    kept = {sign for sign in masked(value) if sign.isalnum()}
    assert kept <= set("9xXあア漢")


@given(st.permutations(EMAILS[:8]), st.sampled_from(["mail", "f_01", "備考"]))
def test_the_order_of_records_does_not_matter(values, heading):
    assert seen(heading, values) == seen(heading, sorted(values))


def figures(judged):
    pairs = [(found.recognizer, wanted, kind) for found, wanted, kind in judged]
    flagged = [(bool(r and r.personal), wanted) for r, wanted, _ in pairs]
    hits = sum(yes and wanted for yes, wanted in flagged)
    typed = sum(bool(r) and r.type == kind for r, wanted, kind in pairs if wanted)
    wanted = sum(want for _, want in flagged)
    left = sum(not yes for yes, want in flagged if not want)
    return hits / sum(yes for yes, _ in flagged), hits / wanted, typed / wanted, left


@pytest.mark.parametrize(
    ("headings", "recall", "typed"),
    [("ja", 0.97, 0.9), ("en", 0.97, 0.9), ("romaji", 0.97, 0.9), ("none", 0.85, 0.8)],
)
def test_figures_on_a_table_with_other_names_formats_and_headings(headings, recall, typed):
    table = people_table()
    judged = [
        (
            seen(f"f_{n}" if headings == "none" else getattr(spec, headings), table[spec.ja]),
            spec.role != "none",
            spec.type,
        )
        for n, spec in enumerate(SPECS)
    ]
    found = figures(judged)
    assert found[0] >= 0.97
    assert found[1] >= recall
    assert found[2] >= typed


@pytest.mark.skipif(not SHARED.is_dir(), reason="the labelled table is not part of the repository")
@pytest.mark.parametrize(
    ("headings", "recall", "typed"),
    [("column", 0.97, 0.9), ("romaji", 0.97, 0.9), ("anon", 0.85, 0.8)],
)
def test_figures_on_the_labelled_table(headings, recall, typed):
    table = pq.read_table(SHARED / "mixed.parquet")
    truth = list(csv.DictReader((SHARED / "truth.csv").read_text("utf-8").splitlines()))
    judged = [
        (seen(row[headings], table[row["column"]].to_pylist()), row["role"] != "none", row["type"])
        for row in truth
    ]
    precision, recalled, right, left = figures(judged)
    assert (precision >= 0.97, recalled >= recall, right >= typed, left) == (True, True, True, 10)
    special = {"individual_identification_code", "special_care_required"}
    hit = [
        found.recognizer is not None and found.recognizer.appi_class == row["appi"]
        for (found, _, _), row in zip(judged, truth, strict=True)
        if row["appi"] in special
    ]
    assert headings == "anon" or (all(hit), len(hit)) == (True, 8)
