"""The HIPAA Safe Harbor list, from what the columns are said to hold."""

from __future__ import annotations

from govkit.data import classify
from govkit.data.classify import recognizers
from govkit.microdata import safe_harbor
from govkit.microdata.safe_harbor import _LIST
from govkit.result import Verdict


def test_customers(samples):
    answer = safe_harbor(classify(samples / "customers.csv"))
    assert answer.items == {
        "A names": ("name", "name_kana"),
        "B places smaller than a state": ("postcode",),
        "C dates other than years, ages over 89": ("age", "registered_on"),
        "D telephone, E fax": ("phone",),
        "F e-mail addresses": ("email",),
        "R other unique numbers and codes": ("customer_id",),
    }
    assert "note" in answer.unclear
    assert answer.verdict is Verdict.UNSAFE
    assert answer.sentence.startswith("8 columns")


def test_what_is_clean_is_still_for_a_person():
    answer = safe_harbor(classify({"sex": ["f", "m"] * 9, "rating": [1, 2, 3] * 6}))
    assert (answer.items, answer.verdict) == ({}, Verdict.REVIEW)
    assert "photographs" in answer.sentence


def test_every_type_of_the_list_is_recognized_by_somebody():
    known = {one.type for one in recognizers()}
    assert {kind for kinds in _LIST["items"].values() for kind in kinds} - known == set()


def test_tables_are_named_and_no_value_is_shown(tmp_path):
    for name in ("one", "two"):
        text = "email,sex\n" + "".join(f"canary{i}@example.org,f\n" for i in range(9))
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    answer = safe_harbor(classify(tmp_path))
    assert len(answer.items["F e-mail addresses"]) == 2
    assert all("::email" in column for column in answer.items["F e-mail addresses"])
    for text in (repr(answer), answer._repr_html_(), str(answer.to_dict())):
        assert "canary" not in text
