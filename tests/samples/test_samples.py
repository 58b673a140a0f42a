"""The sample data: the same bytes again, nobody real in it, and the README tells the truth."""

import csv
import hashlib
import io
import ipaddress
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pyarrow.parquet as pq
import pytest

SAMPLES = Path(__file__).parents[2] / "data" / "samples"
README = (SAMPLES / "README.md").read_text(encoding="utf-8")
ENCODINGS = {
    "customers": "utf-8",
    "applicants": "cp932",
    "client_records": "utf-8",
    "web_visits": "utf-8",
    "cps": "ascii",
}
INVENTED = [name for name in ENCODINGS if name != "cps"]
HOST = re.compile(r"(?:@|https?://)([\w.-]+)")
PHONE = re.compile(r"\b0\d{1,3}-\d{2,4}-\d{4}\b")
DOCUMENTATION = [
    ipaddress.ip_network(network)
    for network in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")
]


def text(name):
    return (SAMPLES / f"{name}.csv").read_bytes().decode(ENCODINGS[name])


def rows(name):
    return list(csv.DictReader(io.StringIO(text(name), newline="")))


@pytest.fixture(scope="module")
def again(tmp_path_factory):
    folder = tmp_path_factory.mktemp("again")
    subprocess.run([sys.executable, SAMPLES / "generate.py", folder], check=True)
    return folder


@pytest.mark.parametrize("name", INVENTED)
def test_made_again_it_is_the_same_bytes(again, name):
    assert (again / f"{name}.csv").read_bytes() == (SAMPLES / f"{name}.csv").read_bytes()


def test_the_parquet_file_made_again_is_the_same_table(again):
    first, second = (pq.read_table(folder / "customers.parquet") for folder in (SAMPLES, again))
    assert first.equals(second)


def test_the_parquet_file_holds_what_the_csv_file_holds():
    typed = pq.read_table(SAMPLES / "customers.parquet").to_pylist()
    plain = [
        {column: "" if value is None else str(value) for column, value in row.items()}
        for row in typed
    ]
    assert plain == rows("customers")


@pytest.mark.parametrize("name", ENCODINGS)
def test_there_are_enough_records_in_a_small_file(name):
    assert len(rows(name)) >= 2000
    assert (SAMPLES / f"{name}.csv").stat().st_size < (1_000_000 if name == "cps" else 600_000)


def test_applicants_need_cp932():
    raw = (SAMPLES / "applicants.csv").read_bytes()
    assert raw.decode("cp932").count("\r\n") == raw.count(b"\n") == len(rows("applicants")) + 1
    for narrower in ("utf-8", "shift_jis"):
        with pytest.raises(UnicodeDecodeError):
            raw.decode(narrower)


def is_reserved(host):
    return re.search(r"(?:^|\.)example(?:\.(?:com|org|jp|co\.jp))?$", host) is not None


@pytest.mark.parametrize("name", INVENTED)
def test_no_domain_is_real(name):
    hosts = HOST.findall(text(name))
    assert text(name).count("@") + text(name).count("://") == len(hosts)
    assert not {host for host in hosts if not is_reserved(host)}


@pytest.mark.parametrize("name", INVENTED)
def test_no_telephone_number_is_assigned(name):
    numbers = PHONE.findall(text(name))
    assert not {number for number in numbers if number.split("-")[1][0] != "0"}


def test_telephone_numbers_are_where_they_are_looked_for():
    numbers = [row["phone"] for row in rows("customers") if row["phone"]]
    assert len(numbers) > 2500
    assert all(PHONE.fullmatch(number) for number in numbers)


def test_every_address_is_for_documentation():
    addresses = {ipaddress.ip_address(row["ip"]) for row in rows("web_visits")}
    assert {address.version for address in addresses} == {4, 6}
    assert all(any(address in network for network in DOCUMENTATION) for address in addresses)


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("customers", "customer_id"),
        ("customers", "email"),
        ("applicants", "応募者ID"),
        ("client_records", "record_id"),
    ],
)
def test_an_identifier_is_one_person(name, column):
    values = [row[column] for row in rows(name) if row[column]]
    assert len(values) == len(set(values))


def test_the_real_data_are_those_the_readme_tells_of():
    told = re.search(r"\*\*SHA-256\*\* of `cps.csv`: `(\w{64})`", README)
    assert told is not None
    assert hashlib.sha256((SAMPLES / "cps.csv").read_bytes()).hexdigest() == told[1]


@pytest.mark.parametrize("name", ENCODINGS)
def test_the_readme_explains_every_column_and_counts_the_records(name):
    section = README.split("The real table" if name == "cps" else f"### {name}\n")[1].split("\n##")[
        0
    ]
    explained = {
        column
        for line in section.splitlines()
        if line.startswith("| `")
        for column in re.findall(r"`([^`]+)`", line.split("|")[1])
    }
    assert explained == set(rows(name)[0])
    assert re.search(rf"^\| `{name}.csv`.*\| {len(rows(name)):,} \|", README, re.MULTILINE)


@pytest.mark.parametrize(
    ("line", "keys"),
    [
        ("customers: age, sex, postcode", {"age": 3, "sex": 9, "postcode": 8}),
        ("customers: age, sex, prefecture", {"age": 3, "sex": 9, "prefecture": 9}),
        ("customers: age in tens, sex, prefecture", {"age": 1, "sex": 9, "prefecture": 9}),
        ("customers: age in tens, prefecture", {"age": 1, "prefecture": 9}),
        ("applicants: date of birth, sex, prefecture", {"生年月日": 10, "性別": 9, "都道府県": 9}),
        ("applicants: year of birth, sex, prefecture", {"生年月日": 4, "性別": 9, "都道府県": 9}),
        (
            "client_records: year of birth, sex, municipality",
            {"birth_year": 4, "sex": 1, "municipality": 9},
        ),
        (
            "client_records: decade of birth, sex, municipality",
            {"birth_year": 3, "sex": 1, "municipality": 9},
        ),
        (
            "cps: age, sex, race, marital status, education",
            {"age": 2, "sex": 9, "race": 99, "marital_status": 99, "education": 99},
        ),
        ("cps: age in tens, sex, race", {"age": 1, "sex": 9, "race": 99}),
    ],
)
def test_the_readme_tells_how_anonymous_they_are(line, keys):
    """Each key is cut to its first characters: 4 of a date are its year, 1 of an age its tens."""
    records = rows(line.split(":")[0])
    groups = Counter(tuple(row[key][:cut] for key, cut in keys.items()) for row in records)
    alone, below = (
        sum(size for size in groups.values() if size < limit) / len(records) for limit in (2, 5)
    )
    figures = f"{len(groups):,} | {min(groups.values())} | {alone:.1%} | {below:.1%}"
    assert f"| {line} | {figures.replace('%', ' %')} |" in README
