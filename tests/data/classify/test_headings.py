"""Headings: cut into words in three scripts, and what they claim first."""

import pytest

from govkit.data.classify.headings import claims
from govkit.data.classify.lexicons import romaji

FIRST = {
    "full_name": "氏名 お客様氏名 applicantName cust_nm 担当者名 oubosha_shimei "
    "ＮＡＭＥ 取引先担当者名 created_by",
    "kana_name": "フリガナ 氏名カナ name_kana ｶﾅ氏名 shimei_kana",
    "email": "メアド メールアドレス e-mail1 EmailAddr mail",
    "phone": "自宅TEL mobilePhoneNumber keitai_denwa 電話番号（携帯） phone2",
    "postal_code": "郵便番号 zipCode ｙｕｂｉｎ postcode",
    "address": "住所 addr1 zyuusyo jusho 自宅住所 mailing_address",
    "birth_date": "生年月日 dob DateOfBirth seinengappi seinen_gappi birthdate",
    "age": "年齢 年齢区分 age_group nenrei",
    "my_number": "個人番号 マイナンバー my_number",
    "drivers_license": "運転免許証番号 driverLicenseNo menkyo_bango",
    "customer_number": "顧客番号 会員ID employee_no 患者番号 kokyaku_cd",
    "order_number": "注文番号 transaction_id denpyo_bango sensor_id",
    "product_name": "商品名 product_name shohinmei",
    "date": "注文日 created_at 登録日時 keiyaku_bi",
    "amount": "注文金額 unit_price 気温 temperature",
    "organization": "店舗電話番号 store_address supplier_phone",
    "health": "既往歴 病名 medical_history kioreki",
    "criminal_record": "犯罪歴 zenka criminal_record",
}
CASES = [(heading, name) for name, listed in FIRST.items() for heading in listed.split()]


@pytest.mark.parametrize(("heading", "first"), CASES, ids=[heading for heading, _ in CASES])
def test_what_a_heading_claims_first(heading, first):
    assert next(iter(claims(heading))) == first


@pytest.mark.parametrize("heading", ["f_01", "x1", "column_17", "値", "", "   ", "<b>", "Z" * 500])
def test_a_heading_that_says_nothing_claims_nothing(heading):
    assert claims(heading) == {}


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ("notes_on_page", "order_number"),
        ("message", "age"),
        ("scenario_code", "credentials"),
        ("temperature", "full_name"),
    ],
)
def test_words_are_matched_whole_not_as_parts(heading, name):
    assert name not in claims(heading)


@pytest.mark.parametrize(
    "spelling", ["juusho", "jyusyo", "zyuusyo", "jûsho".replace("û", "uu"), "jusho"]
)
def test_romaji_comes_in_many_spellings(spelling):
    assert romaji(spelling) == "jusho"
