"""Every recognizer that tests values: what passes, and what comes close and does not."""

import importlib.metadata
import re
import runpy
from pathlib import Path

import pytest

from govkit.data.classify import AppiClass, Recognizer, Role, kinds, recognizers
from govkit.data.classify.validators import day
from govkit.errors import InputError

KNOWN = {one.name: one for one in recognizers()}
CASES = {
    "full_name": ("山田太郎|佐藤 花子|高橋　健一", "横浜駅前店|営業部|東京"),
    "family_name": ("佐藤|鈴木|五十嵐", "商品|横浜駅前店"),
    "given_name": ("太郎|花子|健一", "営業部|完了"),
    "kana_name": ("サトウ タロウ|すずき はなこ", "ワイヤレスイヤホン ブラック|タロウ"),
    "kana_family_name": ("サトウ|すずき", "ブラック"),
    "kana_given_name": ("タロウ|はなこ", "イヤホン"),
    "romaji_name": ("Taro Yamada|YAMADA, Taro|Satoh Hanako|Ann T. Lee", "Wireless Speaker|Taro"),
    "romaji_family_name": ("Yamada|Smith|Itoh", "Wireless"),
    "romaji_given_name": ("Taro|James|Hanako", "Wireless"),
    "email": ("taro@example.com|a.b+c@mail.example.co.jp", "taro@|@example|a@b@example.com"),
    "phone": ("090-1234-5678|+81 90 1234 5678|(212) 555-2368", "000-0000-0000|123456789012"),
    "fax": ("03-1234-5678", "12-34"),
    "postal_code": ("100-0001|〒100-0001|1000001", "100-00|1000-0001"),
    "postal_code_abroad": ("12345-6789|SW1A 1AA|K1A 0B1", "12345|100-0001"),
    "region": ("東京都|神奈川|北海道|Osaka-fu|texas", "横浜市|Tokio"),
    "region_code": ("CA|NY", "ZZ|CAL"),
    "city": ("横浜市磯子区|東京都千代田区|山北町|Yokohama-shi|London", "横浜駅前店|神奈川県"),
    "address": ("東京都千代田区千代田1-1|〒231-0017 横浜市中区港町1丁目1番", "東京都|横浜駅前店"),
    "address_abroad": ("12 Main Street|1-1 Chiyoda, Chiyoda-ku", "Main topics|12 apples"),
    "birth_date": ("1980-05-06|昭和55年5月6日|S55.5.6|19800506|6 May 1980", "1980-13-01|hello you"),
    "date": ("2024/01/31|令和元年5月1日", "2024/02/30"),
    "time": ("2024-01-31 10:20:30|10:20|2024-01", "2024-01-31-5"),
    "age": ("30代|45歳|20-29歳", "30|30円"),
    "gender": ("男|女性|Female|回答しない", "犬|AB"),
    "nationality": ("日本|アメリカ|Viet Nam|Japanese|韓国籍", "横浜|Blue"),
    "occupation": ("看護師|和紙職人|Sales manager|Engineer, biomedical", "りんご|printer paper"),
    "employer": ("株式会社青空|Example Ltd.|青空商事", "営業部"),
    "education": ("大卒|高校卒|Bachelor's degree", "経理部"),
    "marital_status": ("未婚|Married", "open"),
    "coordinates": ("35.681236|139.767125|35.6812, 139.7671", "12.5|35.12345678901234"),
    "health": ("高血圧|2型糖尿病 治療中|asthma|なし", "赤|プリンター"),
    "disability": ("身体障害|なし", "営業部"),
    "religion": ("浄土真宗|Catholic", "営業部"),
    "criminal_record": ("窃盗|前科なし", "営業部"),
    "race": ("Asian|白人", "Blue"),
    "union_membership": ("組合員|非組合員", "会員"),
    "my_number": ("123456789018|1234 5678 9018", "123456789012|12345678901"),
    "drivers_license": ("308012345650", "308012345600"),
    "passport": ("TK1234567|MZ7654321", "T1234567|TK123456"),
    "pension_number": ("1234-567890", "12345-67890"),
    "health_insurance": ("協会1234-567|記号12 番号345", "協会|1234.567"),
    "residence_card": ("AB12345678CD", "AB1234567CD"),
    "us_ssn": ("536-22-1234", "000-22-1234|536221234"),
    "national_id_abroad": ("54362315K|X-invalid|11010519491231002X", "12345678A"),
    "bank_account": ("0001-123-1234567|10120-12345671", "0001-123"),
    "iban": ("DE89 3704 0044 0532 0130 00", "DE89 3704 0044 0532 0130 01"),
    "credit_card": ("4111 1111 1111 1111|378282246310005", "4111 1111 1111 1112|9111111111111111"),
    "ip_address": ("192.168.0.1|2001:db8::1|10.0.0.1:8080", "999.1.1.1|1.2.3"),
    "cookie_id": ("GA1.2.123456789.1234567890|1c5bf292-61fd-4f4e-9192-392957e7dfce", "GA1.2|abc"),
    "user_agent": ("Mozilla/5.0 (X11; Linux x86_64)", "Mozilla"),
    "device_id": ("00:1b:44:11:3a:b7", "00:1b:44:11:3a"),
    "pseudonym": ("d41d8cd98f00b204e9800998ecf8427e", "d41d8cd98f00b204e9800998ecf8427"),
    "social_account": ("@taro_y", "taro_y"),
    "corporate_number": ("1180301018771|T1180301018771", "1180301018772"),
    "product_code": ("4901234567894", "4901234567890"),
    "amount": ("1,200円|12.5|-3", "A12"),
    "version": ("1.2.3|v10.0.1-beta", "1|1.2"),
    "link": ("https://example.com/a|/var/log/x.txt", "example"),
    "truth_value": ("true|有|0", "maybe"),
}  # fmt: skip
CASES["national_id_abroad"] = ("54362315K|11010519491231002X", "12345678A")


def test_each_recognizer_that_tests_values_has_its_cases():
    assert {one.name for one in recognizers() if one.tests_values} == set(CASES)


@pytest.mark.parametrize("name", CASES)
def test_what_passes_and_what_does_not(name):
    good, bad = CASES[name]
    assert {
        value: KNOWN[name].passes(value.replace("\u3000", " ")) for value in good.split("|")
    } == dict.fromkeys(good.split("|"), True)
    assert {value: KNOWN[name].passes(value) for value in bad.split("|")} == dict.fromkeys(
        bad.split("|"), False
    )


@pytest.mark.parametrize("one", recognizers(), ids=lambda one: one.name)
def test_each_recognizer_is_whole(one):
    assert re.fullmatch(r"[a-z_]+", one.name)
    assert re.fullmatch(r"[a-z_]+", one.type)
    assert one.personal == (one.appi_class is not AppiClass.NONE)
    assert one.words or one.tests_values or one.name in {"label", "organization"}
    assert 0 <= one.chance < one.least <= 1
    assert 0 <= one.alone < 1


WANTED = (
    "name email phone postal_code address region city dob age gender nationality occupation "
    "employer education income national_id passport drivers_license pension_no health_insurance_no "
    "resident_record bank_account credit_card ip cookie_id user_agent device_id geo internal_id "
    "pseudonym health disability criminal religion race union biometric free_text order_no "
    "product_code corporate_no amount date version category"
)


def test_the_types_of_the_issue_are_all_there():
    assert set(WANTED.split()) <= {one.type for one in recognizers()}


def test_the_identification_codes_of_the_law_are_classed_as_such():
    codes = {one.name for one in recognizers() if one.appi_class is AppiClass.CODE}
    assert codes == {
        "my_number", "drivers_license", "passport", "pension_number", "health_insurance",
        "resident_record_code", "residence_card", "biometric",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("written", "read"),
    [
        pytest.param("令和元年5月1日", "2019-05-01", id="first year of an era"),
        pytest.param("S58.3.2", "1983-03-02", id="era by its letter"),
        pytest.param("大正10年1月9日", "1921-01-09", id="Taisho"),
        pytest.param("31/12/1999", "1999-12-31", id="day first where it cannot be a month"),
        pytest.param("13.2.2024", "2024-02-13", id="the first day that cannot be a month"),
        pytest.param("12-2-2024", "2024-12-02", id="month first where it can be one"),
        pytest.param("Sep 9, 1974", "1974-09-09", id="English"),
        pytest.param("9 September 1974", "1974-09-09", id="English, day first"),
        pytest.param("1974-09-09T00:00:00", "1974-09-09", id="midnight"),
        pytest.param("昭和99年1月41日", "None", id="no such day"),
    ],
)
def test_days_in_every_writing(written, read):
    assert str(day(written)) == read


class Point:
    name = "badge"

    def __init__(self, offered):
        self.offered = offered

    def load(self):
        return self.offered


@pytest.fixture
def offered(monkeypatch):
    def offer(one):
        found = importlib.metadata.entry_points
        monkeypatch.setattr(
            kinds, "entry_points",
            lambda group: [Point(one)] if group == "govkit.recognizers" else found(group=group),
        )  # fmt: skip
        kinds.recognizers.cache_clear()

    yield offer
    kinds.recognizers.cache_clear()


def test_another_package_can_add_a_recognizer(offered):
    badge = Recognizer(
        name="badge", type="internal_id", category="user.unique_id", role=Role.DIRECT,
        pattern=r"B-\d{6}", alone=0.9,
    )  # fmt: skip
    offered([badge])
    assert recognizers()[-1] == badge


def test_what_is_no_recognizer_is_refused(offered):
    offered("a string")
    with pytest.raises(InputError, match=r"govkit\.recognizers"):
        recognizers()


def test_a_category_without_a_role_is_refused():
    with pytest.raises(InputError, match="category"):
        Recognizer(name="x", type="x", category="user.name")


def test_the_page_of_recognizers_is_as_the_code_says():
    script = runpy.run_path(str(Path(__file__).parents[3] / "tools" / "recognizers_page.py"))
    written = script["PAGE"].read_text(encoding="utf-8")
    assert written == script["page"](), "run python tools/recognizers_page.py"
