"""Finding a person: every spelling, every engine, nobody else, and no silent skip."""

import datetime as dt
import re
import sqlite3
import unicodedata

import duckdb
import jaconv
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import govkit as gk
from govkit.errors import GovkitError, InputError
from govkit.policy import Register
from govkit.policy.entries import Dataset
from govkit.records import locate
from govkit.records.locate import records_of
from govkit.records.spellings import fold, pattern
from tests.conftest import calls


def register(columns, **more):
    """Give a register of one dataset; columns by name: type, and role after a slash."""
    fields = [
        {
            "name": name,
            "type": kind.partition("/")[0] or None,
            "role": kind.partition("/")[2] or "none",
        }
        for name, kind in columns.items()
    ]
    about = {"key": "people", "title": "People", "subject_group": "customer", "owner": "Sales"}
    return Register(datasets=(Dataset(**about | {"fields": fields} | more),))


PEOPLE = register({"id": "internal_id/direct", "name": "name/direct", "mail": "email/direct"})


def found(data, identifiers, known=PEOPLE):
    return locate(known, identifiers, {"people": data}).found[0]


@pytest.mark.parametrize(
    ("asked", "written", "said"),
    [
        pytest.param(["鈴木 三郎"], "スズキ サブロウ", "as it was given: give it in kana",
                     id="kanji alone"),
        pytest.param(["すずき さぶろう"], "鈴木 三郎", "give it in kanji", id="kana alone"),
        pytest.param(["鈴木 三郎", "スズキ サブロウ"], "佐藤 花子", "Nothing was found", id="both"),
        pytest.param(["Kari Nordmann"], "佐藤 花子", "Nothing was found", id="other letters"),
        pytest.param(["鈴木 三郎"], "鈴木 三郎", "proves little", id="found"),
    ],
)  # fmt: skip
def test_a_name_that_is_given_in_one_script_is_told(asked, written, said):
    """A person known by one spelling alone is not found by the other."""
    data = pa.table({"id": [1], "name": [written], "mail": ["x@example.com"]})
    answer = locate(PEOPLE, {"name": asked}, {"people": data})
    assert said in answer.next_step
    assert not any(name in answer.next_step for name in asked)
    told = [row["not searched"] for row in answer.tables[" "]]
    assert told == ([f"people, names in {said.split()[-1]}"] if "give it in" in said else [])
    assert locate(PEOPLE, {"name": [*asked, written]}, {"people": data}).matching == 1


# Spellings


@pytest.mark.parametrize(
    ("kind", "asked", "written", "same"),
    [
        pytest.param("name", "スズキ サブロウ", "ｽｽﾞｷ ｻﾌﾞﾛｳ", True, id="half-width kana"),
        pytest.param("name", "スズキ サブロウ", "すずきさぶろう", True, id="hiragana, no space"),
        pytest.param("name", "すずき", "スス\u3099キ", True, id="the mark apart"),
        pytest.param("name", "すずき", "ｽｽﾞｷ", True, id="from hiragana to half-width"),
        pytest.param("name", "鈴木 三郎", "鈴木　三郎", True, id="full-width space"),
        pytest.param("name", "鈴木 三郎", " 鈴木・三郎　", True, id="dot, and space around"),
        pytest.param("name", "鈴木三郎", "鈴木三郎太", False, id="a longer name"),
        pytest.param("name", "鈴木三郎", "小鈴木三郎", False, id="a name before it"),
        pytest.param("name", "鈴木 三郎", "鈴木 三朗", False, id="another character"),
        pytest.param("name", "マリー", "ﾏﾘｰ", True, id="long vowel, half-width"),
        pytest.param("name", "マリー", "マリ－", True, id="a hyphen for the long vowel"),
        pytest.param("name", "マリー", "マリ", False, id="without the long vowel"),
        pytest.param("name", "ハナ", "バナ", False, id="voiced is another name"),
        pytest.param("name", "高橋", "髙橋", True, id="a variant of the character"),
        pytest.param("name", "吉田", "𠮷田", True, id="a variant beyond the first plane"),
        pytest.param("name", "斉藤", "斎藤", False, id="no variant: another name"),
        pytest.param("name", "Smith-Jones", "ＳＭＩＴＨ ＪＯＮＥＳ", True, id="full-width Latin"),
        pytest.param("name", "José", "Jose\u0301", True, id="accent apart"),
        pytest.param("name", "José", "Jose", False, id="without accent"),
        pytest.param("name", "Strauß", "Strauß", True, id="as typed always"),
        pytest.param("email", "A-b@X.example", "a-B@x.EXAMPLE", True, id="capitals"),
        pytest.param("email", "a-b@x.example", "ａ-ｂ＠ｘ.example", True, id="full-width mail"),
        pytest.param("email", "a-b@x.example", "ab@x.example", False, id="a hyphen in mail counts"),
        pytest.param("email", "a.b@x.example", "aXb@x.example", False, id="a point is a point"),
        pytest.param("phone", "03-0181-7506", "0301817506", True, id="no hyphens"),
        pytest.param("phone", "0301817506", "０３（０１８１）７５０６", True, id="full-width"),
        pytest.param("phone", "03-0181-7506", "+81 3 0181 7506", True, id="with its country"),
        pytest.param("phone", "+81-3-0181-7506", "0301817506", True, id="without its country"),
        pytest.param("phone", "03-0181-7506", "301817506", True, id="as a number"),
        pytest.param("phone", "03-0181-7506", "301817506.0", True, id="as a decimal number"),
        pytest.param("phone", "03-0181-7506", "13-0181-7506", False, id="another area"),
        pytest.param("postal_code", "〒066-0001", "０６６ー０００１", True, id="postcode"),
        pytest.param("postal_code", "066-0001", "660001", True, id="postcode as a number"),
        pytest.param("dob", "1982-07-05", "1982/7/5", True, id="day with slashes"),
        pytest.param("dob", "1982-07-05", "昭和57年7月5日", True, id="day by era"),
        pytest.param("dob", "1989年1月8日", "H1.1.8", True, id="first year of an era"),
        pytest.param("dob", "1989-05-01", "平成元年5月1日", True, id="first year in words"),
        pytest.param("dob", "19820705", "1982-07-05 00:00:00", True, id="as a moment"),
        pytest.param("dob", "1982-07-05", "1982", True, id="year alone"),
        pytest.param("dob", "1982-07-05", "1982-07-06", False, id="the next day"),
        pytest.param("dob", "1982-01-05", "1982-11-05", False, id="another month"),
        pytest.param("dob", "1982-07-05", "19820715", False, id="digits in between"),
        pytest.param("internal_id", "c-00001", "C00001", True, id="number with a hyphen"),
        pytest.param("internal_id", "C00001", "C000010", False, id="a longer number"),
    ],
)
def test_spellings(kind, asked, written, same):
    """In Python's engine of regular expressions and in DuckDB's alike."""
    asked = pattern(kind, asked)
    assert bool(re.search(asked, written)) is same
    question = "SELECT regexp_matches(?, ?)"
    assert duckdb.execute(question, [written, asked]).fetchone() == (same,)


@settings(deadline=None)
@example("-0¹")
@given(
    st.text(
        st.characters(codec="utf-8", exclude_categories=["Cc", "Cf", "Cs"]), min_size=2, max_size=30
    )
)
def test_whatever_is_written_is_found_as_written(text):
    try:
        asked = pattern("name", text)
    except InputError:
        return
    assert re.search(asked, text)
    assert re.search(asked, unicodedata.normalize("NFKC", text)) or len(fold(text)) != len(text)


KANA = st.text(st.sampled_from([chr(code) for code in range(0x30A1, 0x30F7)] + ["ー"]), min_size=2)


@settings(deadline=None)
@given(KANA, KANA)
def test_kana_are_the_same_as_jaconv_says_and_no_others(one, other):
    """jaconv is an independent program for kana and widths."""
    asked = pattern("name", one)
    assert re.search(asked, jaconv.kata2hira(one))
    assert re.search(asked, jaconv.z2h(one, kana=True, ascii=False, digit=False))
    assert bool(re.search(asked, other)) is (jaconv.kata2hira(one) == jaconv.kata2hira(other))


@pytest.mark.parametrize(
    ("kind", "value", "told"),
    [
        pytest.param("name", "", "too short", id="empty"),
        pytest.param("name", "---", "too short", id="separators alone would find everybody"),
        pytest.param("name", "　 ", "too short", id="spaces"),
        pytest.param("phone", "0", "too short", id="a digit"),
        pytest.param("name", "a\nb", "line break", id="newline"),
        pytest.param("name", "a\u200bb", "control character", id="zero-width space"),
        pytest.param("name", "x" * 201, "too long", id="endless"),
        pytest.param("dob", "yesterday", "1985-04-03", id="no date"),
        pytest.param("dob", "1985-13-01", "1985-04-03", id="no month"),
    ],
)
def test_what_can_find_nobody_is_refused_without_being_repeated(kind, value, told):
    with pytest.raises(InputError, match=told) as error:
        locate(register({"a": kind}), {kind: value}, {})
    assert not value.strip() or value not in str(error.value)


@pytest.mark.parametrize(
    "hostile",
    [
        "O'Brien",
        'a"; DROP TABLE people; --',
        "%%",
        "__",
        "' OR '1'='1",
        ".*",
        "[a-z]+",
        "a\\b",
        "(((",
        "$^",
    ],
)
@pytest.mark.parametrize("inside", [False, True])
def test_a_hostile_identifier_finds_itself_alone(hostile, inside):
    """Quotes, wildcards and SQL are letters like others."""
    columns = {"note": "free_text", "mail": "email"} if inside else {"mail": "email"}
    held = ["taro@example.com", hostile, None, "anybody"]
    data = (
        {"mail": held} if not inside else {"mail": ["x"] * 4, "note": [f"see {hostile}!", *"abc"]}
    )
    one = found(data, {"email": hostile}, register(columns))
    assert (one.matching, one.to_review) == ((0, 1) if inside else (1, 0))


# Engines


ROWS = {
    "id": ["1", "2", "3", "4"],
    "name": ["ｽｽﾞｷ ｻﾌﾞﾛｳ", "スズキ　サブロウ", None, "サトウ アイ"],
    "mail": ["a@x.example", None, "A@X.example", "b@x.example"],
}


def test_every_engine_finds_the_same(engine):
    data = engine(ROWS)
    by_name, by_mail = ({"name": "すずき さぶろう"}, {"email": "a@x.example"})
    both = found(data, by_name | by_mail)
    assert (both.matching, both.persons, both.to_review, both.sure) == (1, 1, 2, True)
    alone = found(data, by_name)
    assert (alone.records, alone.matching, alone.persons, alone.sure) == (4, 2, 2, False)
    ((_, rows),) = records_of(PEOPLE, {"email": "b@x.example"}, {"people": data}, ["people"])
    assert rows == [{"id": "4", "name": "サトウ アイ", "mail": "b@x.example"}]


@pytest.mark.filterwarnings("ignore:The 'future.infer_string' option")  # Ibis asks pandas for it
@pytest.mark.parametrize("kind", ["csv", "cp932", "parquet", "duckdb", "sqlite"])
def test_files_are_searched_where_they_are(tmp_path, kind):
    """The register's location leads to the data; nothing is written beside it."""
    table = pa.table(ROWS)
    place = {"csv": "p.csv", "cp932": "p.csv", "parquet": "p.parquet"}.get(
        kind, f"p.{kind}::people"
    )
    path = tmp_path / place.partition("::")[0]
    if kind in {"csv", "cp932"}:
        encoding = "utf-8" if kind == "csv" else kind
        table.to_pandas().to_csv(path, index=False, encoding=encoding)
    elif kind == "parquet":
        pq.write_table(table, path)
    elif kind == "duckdb":
        with duckdb.connect(path) as connection:
            connection.register("given", table)
            connection.execute("CREATE TABLE people AS SELECT * FROM given")
    else:
        with sqlite3.connect(path) as connection:
            table.to_pandas().to_sql("people", connection, index=False)
        connection.close()
    before = path.read_bytes()
    known = register({"id": "internal_id", "name": "name", "mail": "email"}, location=place)
    answer = locate(known, {"name": "スズキサブロウ", "email": "a@x.example"}, tmp_path)
    assert (answer.matching, answer.to_review, answer.not_searched) == (1, 2, {})
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_numbers_days_and_moments_are_searched_too():
    zone = pa.timestamp("us", tz="Asia/Tokyo")
    born = [dt.date(1982, 7, 5), dt.date(1990, 1, 1), None]
    data = pa.table({
        "phone": pa.array([301817506, 9012345678, None], pa.int64()),
        "born": pa.array(born), "year": pa.array([1982, 1990, 1982], pa.int16()),
        "seen": pa.array([dt.datetime(2026, 1, 1, 10, tzinfo=dt.UTC)] * 3, zone),
    })  # fmt: skip
    known = register({"phone": "phone", "born": "dob", "year": "dob", "seen": "date"})
    assert found(data, {"phone": "03-0181-7506"}, known).matching == 1
    assert found(data, {"dob": "1982-07-05"}, known).matching == 2
    assert found(data, {"seen": "2026-01-01"}, known).matching == 3


# Who is meant


def test_two_of_one_name_are_two_people_and_a_second_identifier_is_asked_for(samples):
    known = gk.load_register(samples / "register")
    several = locate(known, {"name": "鈴木　三郎"}, samples)
    assert (several.matching, several.persons, several.verdict) == (2, 2, "review")
    assert "2 different people match: ask for a second identifier" in several.next_step
    one = locate(known, {"name": "鈴木　三郎", "postal_code": "066-0001"}, samples)
    customers = {each.dataset: each for each in one.found}["customers"]
    assert (customers.matching, customers.persons, customers.sure) == (1, 1, True)


def test_many_records_of_one_person_are_one_person():
    data = {"id": ["1", "1", "1", "2"], "name": ["A B"] * 3 + ["C D"], "mail": [None] * 4}
    one = found(data, {"name": "A B"})
    assert (one.matching, one.persons) == (3, 1)


def test_several_values_of_one_type_are_alternatives():
    data = {"id": ["1"], "name": ["旧姓 花"], "mail": ["new@x.example"]}
    asked = {"name": ["新姓 花", "旧姓 花"], "email": ["old@x.example", "new@x.example"]}
    assert found(data, asked).sure


@pytest.mark.parametrize(
    ("asked", "sure"),
    [
        pytest.param({"email": "a@x.example"}, True, id="an address is one person's"),
        pytest.param({"name": "A B"}, False, id="a name alone"),
        pytest.param({"internal_id": "1"}, False, id="a number, of which dataset?"),
        pytest.param({"id": "01"}, True, id="the column named itself"),
        pytest.param({"name": "A B", "internal_id": "01"}, True, id="two that agree"),
    ],
)
def test_what_suffices(asked, sure):
    data = {"id": ["01", "02"], "name": ["A B", "C D"], "mail": ["a@x.example", None]}
    if asked == {"internal_id": "1"}:
        data["id"], asked = ["11", "02"], {"internal_id": "11"}
    assert found(data, asked).sure is sure


def test_free_text_that_mentions_somebody_is_for_review():
    known = register({"mail": "email", "note": "free_text/direct"})
    data = {"mail": ["a@x.example", "b@x.example", None], "note": [None, "cc: A@x.example", "none"]}
    one = found(data, {"email": "a@x.example"}, known)
    assert (one.matching, one.to_review) == (1, 1)


# What could not be searched


@pytest.mark.parametrize(
    ("columns", "data", "more", "told"),
    [
        pytest.param({"mail": "email"}, {"mail": [None, None]}, {}, "are empty", id="all missing"),
        pytest.param({"mail": "email"}, {"other": ["a"]}, {}, "not in the data", id="no column"),
        pytest.param({"x": "name"}, {"x": ["a"]}, {}, "no column for email", id="no such type"),
        pytest.param(
            {"mail": "email"}, {"mail": ["a@x.example"]}, {"form": "pseudonymized"},
            "nobody may be identified", id="pseudonymized",
        ),
        pytest.param({"mail": "email"}, {"mail": [["a@x.example"]]}, {}, "lists", id="lists"),
        pytest.param({"mail": "email"}, object(), {}, "cannot read", id="no data at all"),
    ],
)  # fmt: skip
def test_what_is_not_searched_is_told_with_its_reason(columns, data, more, told):
    known = register(columns, **more)
    others = register({"mail": "email"}).datasets[0].model_copy(update={"key": "others"})
    both = Register(datasets=(*known.datasets, others))
    answer = locate(
        both, {"email": "a@x.example"}, {"people": data, "others": {"mail": ["b@x.example"]}}
    )
    assert told in answer.not_searched["people"]
    assert "not searched: people" in answer.sentence
    assert (answer.verdict, answer.datasets) == ("review", 1)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param("mail,mail\na@x.example,b\n", "more than once", id="a name twice"),
        pytest.param("mail,Mail\na@x.example,b\n", "more than once", id="twice but for capitals"),
        pytest.param("", "empty", id="an empty file"),
        pytest.param('mail\n"a@x.example\n', "quote", id="an open quote"),
        pytest.param(None, "no file", id="no file"),
    ],
)
def test_a_broken_file_is_told_and_the_others_are_searched(tmp_path, text, told):
    if text is not None:
        (tmp_path / "p.csv").write_text(text)
    (tmp_path / "good.csv").write_text("mail\na@x.example\n")
    bad = register({"mail": "email"}, location="p.csv").datasets[0]
    good = bad.model_copy(update={"key": "good", "location": "good.csv"})
    lost = bad.model_copy(update={"key": "lost", "location": None})
    answer = locate(Register(datasets=(bad, good, lost)), {"email": "a@x.example"}, tmp_path)
    assert answer.matching == 1
    assert told in answer.not_searched["people"]
    assert "write its location" in answer.not_searched["lost"]


def test_an_empty_table_is_searched_and_a_deleted_one_is_not_asked():
    assert found({"id": [], "name": [], "mail": []}, {"name": "A B"}).records == 0
    gone = register({"mail": "email"}, deleted_on=dt.date(2026, 1, 1))
    with pytest.raises(InputError, match="No dataset has a column of a type given"):
        locate(gone, {"email": "a@x.example"}, {})


def test_a_search_by_hand_completes_the_answer():
    answer = locate(PEOPLE, {"name": "A B"}, {})
    assert answer.not_searched == {"people": "It was not given: name its file or frame."}
    by_hand = answer.completed({"people": 2})
    assert (by_hand.matching, by_hand.not_searched, by_hand.verdict) == (2, {}, "safe")
    assert by_hand.found[0].sure
    assert not answer.completed({"people": 0}).found[0].sure
    with pytest.raises(InputError, match="no such dataset to search by hand: known are people"):
        by_hand.completed({"person": 1})


def test_who_looked_knows_better_than_the_search():
    """Two of one name: somebody compared the records, and one is the person's."""
    data = {"id": ["1", "2"], "name": ["A B", "A B"], "mail": [None, None]}
    answer = locate(PEOPLE, {"name": "A B"}, {"people": data})
    looked = answer.completed({"people": 1})
    assert (answer.verdict, looked.verdict) == ("review", "safe")
    assert (looked.datasets, looked.matching, looked.found[0].by) == (1, 1, ("hand",))


def test_a_value_in_the_place_of_its_type_is_not_repeated():
    with pytest.raises(InputError, match="known are email, internal_id, name") as error:
        locate(PEOPLE, {"Quillfeather": "name"}, {})
    assert "Quillfeather" not in str(error.value)


def test_no_identifier_is_no_search():
    for nothing in ({}, {"name": []}):
        with pytest.raises(InputError, match="no identifier"):
            locate(PEOPLE, nothing, {})


# What is read, and what is said


def test_only_sure_records_are_read():
    data = {"people": ROWS}
    mail = {"email": "b@x.example"}
    ((dataset, rows),) = records_of(PEOPLE, mail, data, ["people"])
    assert (dataset.key, [row["id"] for row in rows]) == ("people", ["4"])
    assert list(records_of(PEOPLE, {"name": "スズキサブロウ"}, data, ["people"])) == []
    assert list(records_of(PEOPLE, mail, data, [])) == []


def test_the_index_of_a_pandas_frame_is_no_item_of_the_person():
    frame = pa.table(ROWS).to_pandas().set_axis(list("pqrs"))
    ((_, rows),) = records_of(PEOPLE, {"email": "b@x.example"}, {"people": frame}, ["people"])
    assert rows[0].keys() == ROWS.keys()


def test_no_value_is_in_an_answer():
    canary = "Quillfeather"
    data = {"id": ["1", "2"], "name": [canary, canary], "mail": [None, f"{canary}@x.example"]}
    answer = locate(PEOPLE, {"name": canary}, {"people": data})
    said = (
        f"{answer} {answer.to_dict()} {answer.sentence} {answer.next_step} {answer._repr_html_()}"
    )
    assert canary not in said
    with pytest.raises(GovkitError) as error:
        locate(PEOPLE, {"name": f"{canary}\n"[:-1] + "\n" + canary}, {"people": data})
    assert canary not in str(error.value)


def test_a_large_file_is_searched_in_the_engine(tmp_path):
    """A million records take as many Python calls as ten; benchmarks/requests.py has the time."""

    def search(n):
        numbers = pa.array(range(n)).cast(pa.string())
        mails = pa.compute.binary_join_element_wise(numbers, "@x.example", "")
        names = pa.array(["ｽｽﾞｷ ｻﾌﾞﾛｳ", "サトウ アイ"] * (n // 2))
        people = pa.table({"id": numbers, "name": names, "mail": mails})
        pq.write_table(people, tmp_path / "p.parquet")
        wanted = {"name": "スズキ サブロウ", "email": "6@x.example"}
        one = found(tmp_path / "p.parquet", wanted)
        assert (one.matching, one.to_review) == (1, n // 2 - 1)
        return calls(found, tmp_path / "p.parquet", wanted)

    assert search(1_000_000) < 1.1 * search(10)
