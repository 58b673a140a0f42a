"""What the person gets: the right records, harmless in every program, and letters that say so."""

import csv
import datetime as dt
import json
import re
from html.parser import HTMLParser
from itertools import product
from zoneinfo import ZoneInfo

import pytest

import govkit as gk
from govkit.errors import GovkitError, InputError
from govkit.records import RequestDesk, letter, open_store, package
from govkit.records.answers import LETTERS
from govkit.records.cases import LAW

NAME, MAIL = "渡辺 陽子", "watanabe_yoko9112@example.com"  # invented
AT = dt.datetime(2026, 5, 11, 9, tzinfo=ZoneInfo("Asia/Tokyo"))
HOSTILE = {
    "customer_id": ["C1", "C2"],
    "name": ["=cmd|' /C calc'!A0", "other"],
    "email": ["a@x.example", "b@x.example"],
    '"><script>alert(1)</script>': ["<img src=x onerror=alert(2)>", "x"],
    "+note\n": ["@SUM(1)", "x"],
    "seen": [dt.datetime(2026, 1, 1, tzinfo=dt.UTC), None],
    "gone": [None, None],
}


@pytest.fixture(scope="module")
def company(samples):
    return gk.load_policy(samples / "policy.yaml"), gk.load_register(samples / "register")


@pytest.fixture
def desk(tmp_path, samples, company):
    return RequestDesk(
        open_store(tmp_path / "records.sqlite", create=True),
        *company,
        {
            "customers": samples / "customers.parquet",
            "client-checkups": samples / "client_records.csv",
        },
        "S0021",
        AT,
    )


def decided(desk, kind, outcome="granted", reason=None, asked=None, *, gdpr=False):
    key = desk.open(kind, "email", gdpr=gdpr, person={"name": NAME, "email": MAIL}).key
    desk.confirm_identity(key, "Called back.")
    desk.search(key, asked)
    desk.decide(key, outcome, reason)
    return key


class Page(HTMLParser):
    """Which elements a page has, and their text."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.text = [], ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        assert not any(name.startswith("on") or name == "src" for name, _ in attrs)

    def handle_data(self, data):
        self.text += data


# The package


@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_package_has_records_purposes_recipients_sources_and_provisions(desk, tmp_path, language):
    key = decided(desk, "access")
    files = package(desk, key, language=language).write(tmp_path / "out")
    assert [path.name for path in files] == [f"{key}.json", f"{key}.csv", f"{key}.html"]
    whole = json.loads(files[0].read_text("utf-8"))
    (part,) = whole["datasets"]
    (record,) = part["records"]
    assert (record["name"], record["email"], len(record)) == (NAME, MAIL, 16)
    assert part["source"].startswith("From the people themselves")
    assert part["purposes"] == [
        getattr(one, f"text_{language}")
        for one in desk.policy.purposes
        if one.subject_group == "customer"
    ]
    assert part["recipients"] == ["Nagisa Mailing K.K. (なぎさメーリング株式会社)"]
    (provision,) = part["provisions"]  # of D-2026-001; D-2026-002 is statistics
    assert (provision["day"], provision["items"]) == (
        "2026-04-20",
        ["name", "postcode", "prefecture"],
    )
    with files[1].open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {(row["item"], row["value"]) for row in rows} >= {("name", NAME), ("email", MAIL)}
    page = Page(files[2].read_text("utf-8"))
    assert (
        part["retention"]
        == {"en": "15 years (first contact)", "ja": "15年 (first contact)"}[language]
    )
    assert not re.search(r"object at|built-in|None", page.text)
    for said in (
        NAME,
        MAIL,
        key,
        *part["purposes"],
        {"en": "2026-04-20", "ja": "2026年4月20日"}[language],
        {"en": "name, postcode", "ja": "name、postcode"}[language],
        "Nagisa",
        whole["company"]["name"],
    ):
        assert said in page.text


def test_recorded_disclosures_are_in_the_package(desk):
    made = {
        "dataset": "customers", "fields": ["email"], "recipient": "nordlicht", "ground": "consent",
        "disclosed_on": "2026-05-02", "until": "2026-05-09",
    }  # fmt: skip
    desk.store._append("disclosure", None, made, author="S1")
    desk.store._append("disclosure", None, made | {"status": "planned"}, author="S1")
    (part,) = package(desk, decided(desk, "disclose")).content["datasets"]
    assert [one["day"] for one in part["provisions"]] == ["2026-04-20", "2026-05-02"]
    assert "Nordlicht Webdienste GmbH" in part["recipients"]


def test_records_of_provision_come_without_the_data_itself(desk):
    (part,) = package(desk, decided(desk, "records")).content["datasets"]
    assert part["records"] == []
    assert len(part["provisions"]) == 1


def test_a_package_comes_in_languages_that_are_known(desk):
    with pytest.raises(InputError, match="'en' or 'ja'"):
        package(desk, decided(desk, "disclose"), language="fr")


def test_what_a_client_provided_is_the_clients_to_answer(desk):
    key = decided(desk, "disclose", asked={"record_id": "c607768e37"})
    assert package(desk, key, {"record_id": "c607768e37"}).content["datasets"] == []


def test_another_persons_record_never_comes_along(desk):
    """Of two of one name only the one whose other identifier agrees; a name alone gives nobody."""
    asked = {"name": "鈴木 三郎", "postal_code": "066-0001"}
    key = decided(desk, "disclose", asked=asked)
    (part,) = package(desk, key, asked).content["datasets"]
    assert [one["customer_id"] for one in part["records"]] == ["C00001"]
    assert package(desk, key, {"name": "鈴木 三郎"}).content["datasets"] == []


@pytest.mark.parametrize(
    ("kind", "outcome"),
    [
        pytest.param("disclose", "refused", id="refused"),
        pytest.param("erase", "granted", id="no request for data"),
    ],
)
def test_no_package_without_a_granted_request_for_data(desk, kind, outcome):
    with pytest.raises(InputError, match="only a granted request for data"):
        package(desk, decided(desk, kind, outcome, "No."))
    with pytest.raises(InputError, match="only a granted"):
        package(desk, desk.open("disclose", "form").key)


def test_hostile_data_is_harmless_in_every_program(desk, tmp_path):
    fields = [{"name": name, "role": "none"} for name in HOSTILE]
    for at, type_ in ((0, "internal_id"), (1, "name"), (2, "email")):
        fields[at] |= {"type": type_, "role": "direct"}
    kept = desk.register.datasets[0].model_dump() | {"key": "customers", "fields": fields}
    register = gk.Register(datasets=[kept])
    there = RequestDesk(desk.store, desk.policy, register, {"customers": HOSTILE}, "S1", AT)
    key = decided(there, "disclose", asked={"email": "a@x.example"})
    paths = package(there, key, {"email": "a@x.example"}).write(tmp_path / "out")
    page = Page(paths[2].read_text("utf-8"))
    assert not {"script", "img", "a", "link"} & set(page.tags)
    assert "<img src=x onerror=alert(2)>" in page.text
    with paths[1].open(encoding="utf-8", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert [cell for cell in cells if cell[:1] in set("=+-@\t\r")] == []
    assert "'=cmd|' /C calc'!A0" in cells
    record = json.loads(paths[0].read_text("utf-8"))["datasets"][0]["records"][0]
    assert record["name"] == HOSTILE["name"][0]
    assert record["seen"].startswith("2026-01-01 00:00:00+00:00")
    assert record["gone"] is None


def test_a_package_shows_nothing_of_the_person_when_printed(desk, tmp_path):
    made = package(desk, decided(desk, "disclose"))
    assert NAME not in repr(made)
    (tmp_path / "file").write_text("")
    with pytest.raises(GovkitError, match="cannot be made"):
        made.write(tmp_path / "file" / "out")


# Letters


@pytest.mark.parametrize("kind", LAW["kinds"])
def test_every_letter_of_a_kind(desk, kind):
    """Each names the person, the company, the case and its days, and leaves no gap."""
    key = decided(desk, kind, "partly", "The note names somebody else.")
    desk.extend(key, "Many systems.", dt.date(2026, 6, 30))
    for which, language in product(LETTERS, ["en", "ja"]):
        text = letter(desk, key, which, language)
        organization = desk.policy.organization
        assert (f"{NAME} 様" if language == "ja" else f"Dear {NAME},") in text
        assert getattr(organization, f"name_{language}") in text
        assert organization.contact_email in text
        assert text.count(key) >= 2
        assert not re.search(r"None|Undefined|\{\{|\}\}| \n|\n{4,}", text)
        day = {"ja": "2026年6月30日", "en": "30 June 2026"}[language]
        assert (day in text) is (which in {"acknowledge", "extend"})
        assert ("The note names somebody else." in text) is (which == "answer")


def test_letters_know_what_is_done_and_what_is_not(desk):
    key = decided(desk, "suspend")
    assert "利用を停止することといたしました" in letter(desk, key, "answer", "ja")
    assert "We will stop using" in letter(desk, key)
    for place in desk.case(key).open_work:
        desk.confirm(key, place)
    assert "利用を停止いたしました" in letter(desk, key, "answer", "ja")
    assert "We have stopped using" in letter(desk, key)


@pytest.mark.parametrize("gdpr", [False, True])
def test_a_refusal_gives_reason_and_remedy(desk, gdpr):
    key = decided(desk, "erase", "refused", "The tax law has us keep it until 2031.", gdpr=gdpr)
    for language, words in {
        "ja": ("理由：", "監督機関"),
        "en": ("The reason:", "judicial remedy"),
    }.items():
        text = letter(desk, key, "answer", language)
        assert f"{words[0]}{'' if language == 'ja' else ' '}The tax law" in text
        assert (words[1] in text) is gdpr


def test_the_purposes_are_those_of_the_persons_data(desk):
    text = letter(desk, decided(desk, "purpose"), "answer", "ja")
    assert "・お取引に関するご連絡のため" in text
    assert "採用選考" not in text


def test_nobody_is_invented(desk):
    """After the values are erased, or without any, the letter greets nobody by name."""
    key = desk.open("disclose", "form").key
    assert "ご請求者 様" in letter(desk, key, "acknowledge", "ja")
    assert "Dear Sir or Madam," in letter(desk, key, "acknowledge")
    kept = desk.open("disclose", "form", person={"name": ["一行\n二行", "Other"]}).key
    assert "一行 二行 様" in letter(desk, kept, "acknowledge", "ja")


@pytest.mark.parametrize(
    ("which", "language", "told"),
    [
        pytest.param("answer", "en", "no outcome", id="not decided"),
        pytest.param("extend", "ja", "no extended_to", id="not extended"),
        pytest.param("postcard", "en", "no letter 'postcard'", id="no such letter"),
        pytest.param("identify", "fr", "'en' or 'ja'", id="no such language"),
    ],
)
def test_letters_that_cannot_be_written(desk, which, language, told):
    with pytest.raises(InputError, match=told):
        letter(desk, desk.open("disclose", "form").key, which, language)
