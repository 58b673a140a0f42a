"""Invent the people of Hoshinuma Works K.K., one table for each group of people in its policy.

    python data/samples/generate.py [FOLDER]

writes customers.csv (and the same, typed, as customers.parquet), applicants.csv,
client_records.csv and web_visits.csv. Every number comes from uniform draws of one seeded
generator per table, and every cell is formatted here, so the CSV files are the same bytes on
every run and machine.
"""

from __future__ import annotations

import csv
import io
import math
import sys
from bisect import bisect_right
from datetime import date, datetime, time, timedelta
from itertools import count, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq
import vocabulary as words
from draw import Draw

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

OLDEST = 90
Row = tuple[Any, ...]


class Name(NamedTuple):
    """How somebody is called, and what the name tells."""

    written: str
    kana: str
    romaji: tuple[str, str]  # given, family
    nationality: str


def japanese_name(draw: Draw, sex: str, birth_year: int) -> Name:
    """Draw a given name that was in fashion in the birth year."""
    family, family_kana, family_romaji, _ = draw.line(words.FAMILY_NAMES)
    fashions = words.FEMALE_NAMES if sex == "female" else words.MALE_NAMES
    names = fashions[max(year for year in fashions if year <= birth_year)].split()
    given, kana, romaji = draw.one(names, range(len(names) + 3, 3, -1)).split("/")
    return Name(f"{family} {given}", f"{family_kana} {kana}", (romaji, family_romaji), "日本")


def foreign_name(draw: Draw, sex: str) -> Name:
    """Draw a nationality and a name from there."""
    nationality, _, families, female, male = draw.line(words.FOREIGN_NAMES, 1)
    family, family_kana = draw.one(families.split(",")).split("/")
    given, kana = draw.one((female if sex == "female" else male).split(",")).split("/")
    return Name(
        f"{given} {family}", f"{family_kana} {kana}", (given.lower(), family.lower()), nationality
    )


def name_of(draw: Draw, sex: str, birth_year: int, foreign: float) -> Name:
    """Draw a name; ``foreign`` is the probability that it is not Japanese."""
    if draw.chance(foreign):
        return foreign_name(draw, sex)
    return japanese_name(draw, sex, birth_year)


def age_of(draw: Draw, fade: Callable[[int], float]) -> int:
    """Draw an age from the pyramid, where ``fade`` tells how likely an age is to appear here."""
    bands = sorted(words.AGE_PYRAMID)
    low = draw.one(bands, (words.AGE_PYRAMID[band] * fade(band) for band in bands))
    return draw.whole(low, min([band for band in bands if band > low], default=OLDEST) - 1)


def at_age(age: int, ages: Sequence[int], values: Sequence[float]) -> float:
    """Read a value off the line through the points given, flat before and after them."""
    after = bisect_right(ages, age)
    if after in (0, len(ages)):
        return values[min(after, len(ages) - 1)]
    share = (age - ages[after - 1]) / (ages[after] - ages[after - 1])
    return values[after - 1] + share * (values[after] - values[after - 1])


def email_of(draw: Draw, name: Name) -> str:
    """Make an address of the name, at a domain reserved for examples."""
    given, family = name.romaji
    start = draw.one([f"{given}.{family}", f"{family}_{given}", f"{given[0]}.{family}"], [4, 3, 2])
    domain = draw.one(
        ["example.com", "example.jp", "example.co.jp", "example.org"], [45, 30, 15, 10]
    )
    return f"{start}{draw.whole(1, 9999)}@{domain}"


def phone_of(draw: Draw) -> str:
    """Draw a number nobody has: in Japan no digit 0 follows a mobile or Tokyo prefix."""
    last = f"{draw.whole(0, 9999):04d}"
    prefix = draw.one(["090", "080", "070", "03"], [45, 30, 15, 10])
    return f"{prefix}-0{draw.whole(0, 999):03d}-{last}"


def postcode_of(draw: Draw, first: int, last: int) -> str:
    """Draw a postcode in the prefecture's range; most people live in few of the areas."""
    area = first + int((last + 1 - first) * draw.uniform() ** 2)
    return f"{area:03d}-{int(100 * draw.uniform() ** 3):04d}"


def occupation_of(draw: Draw, age: int, sex: str) -> list[str]:
    """Draw a line of the occupations that suits age and sex."""
    weights = [
        at_age(age, (18, 25, 40, 60, 70), [float(weight) for weight in line[3:]])
        * (float(line[2]) if sex == "female" else 1)
        for line in words.OCCUPATIONS
    ]
    line: list[str] = draw.one(words.OCCUPATIONS, weights)
    return line


def note_of(draw: Draw, name: Name) -> str | None:
    """Write what a salesperson types into a free field, at times more than there should be."""
    return draw.one(
        [
            None,
            "Prefers e-mail, not phone",
            "請求書は郵送、宛名は旧姓",
            "Asked for a quote; 折り返し希望",
            f"家族の携帯 {phone_of(draw)}",
            f"CC: {email_of(draw, name)}",
            'Says "call after 18:00"',
        ],
        [88, 4, 2, 3, 1, 1, 1],
    )


def satisfaction_of(draw: Draw, spend: int, payment: str) -> int:
    """Draw one to five stars: big spenders are happier, late payers are not."""
    typical = 3.3 + (spend > 100_000) * 0.5 - (payment == "late") * 1.1
    return min(5, max(1, round(typical + draw.bell())))


CUSTOMER_COLUMNS = (
    *("customer_id", "relationship", "name", "name_kana", "email", "phone", "postcode"),
    *("prefecture", "age", "sex", "occupation", "annual_spend_yen", "payment_record"),
    *("satisfaction", "registered_on", "note"),
)


def customer(draw: Draw, number: int) -> Row:
    """Invent one customer, client or supplier."""
    sex = draw.one(["female", "male"], [52, 48])
    age = age_of(draw, lambda age: 0.45 if age < 25 else at_age(age, (60, 90), (1, 0.15)))
    name = name_of(draw, sex, words.CLOSING_DAY.year - age, foreign=0.03)
    relationship = draw.one(["customer", "client", "supplier"], [84, 11, 5])
    prefecture, _, _, first, last = draw.line(words.PREFECTURES, 2)
    occupation, wealth, *_ = occupation_of(draw, age, sex)
    scale = {"customer": 38_000, "client": 240_000, "supplier": 0}[relationship] * float(wealth)
    spend = round(scale * math.exp(0.85 * draw.bell()) / 100) * 100
    payment = draw.one(["on_time", "reminded", "late"], [86, 11 / float(wealth), 3])
    registered = words.CLOSING_DAY - timedelta(int(3650 * draw.uniform() ** 1.6))
    return (
        f"C{number:05d}",
        relationship,
        name.written,
        name.kana,
        draw.or_missing(email_of(draw, name), 0.03),
        draw.or_missing(phone_of(draw), 0.09),
        draw.or_missing(postcode_of(draw, int(first), int(last)), 0.01),
        prefecture,
        draw.or_missing(age, 0.015),
        draw.or_missing(sex, 0.02),
        draw.or_missing(occupation, 0.06),
        spend,
        payment,
        draw.or_missing(satisfaction_of(draw, spend, payment), 0.35),
        registered.isoformat(),
        note_of(draw, name),
    )


APPLICANT_COLUMNS = (
    *("応募者ID", "氏名", "フリガナ", "生年月日", "性別", "国籍", "都道府県", "最終学歴"),
    *("応募職種", "経験年数", "希望年収(円)", "応募日", "選考結果", "健康・障害に関する申告"),
)


def applicant_age(draw: Draw, school_end: int) -> int:
    """Draw an age; most people apply in the first years after school."""
    return school_end + int(42 * draw.uniform() ** 2.4)


def near_tokyo(draw: Draw) -> str:
    """Draw a prefecture, by its Japanese name; people apply from where the company is."""
    capital = ("Tokyo", "Kanagawa", "Saitama", "Chiba")
    weights = (float(line[2]) * (4 if line[0] in capital else 1) for line in words.PREFECTURES)
    name: str = draw.one(words.PREFECTURES, weights)[1]
    return name


def screening_of(draw: Draw, experience: int, *, fits: bool) -> str:
    """Draw how far an applicant came; experience and a fitting education help."""
    strength = 0.6 + 0.05 * min(experience, 12) + 0.5 * fits
    weights = [52 / strength, 22, 9 * strength, 6 * strength, 8 * strength]
    result: str = draw.one(words.SCREENING_RESULTS, weights)
    return result


def salary_of(draw: Draw, typical: float, experience: int, sex: str) -> int:
    """Draw an expected salary in yen; women ask for less, as they do in surveys."""
    asked = typical * (1 + 0.03 * min(experience, 20)) * (0.95 if sex == "female" else 1)
    return 100_000 * round(asked / 10 * math.exp(0.13 * draw.bell()))


def health_of(draw: Draw, sex: str, age: int) -> str:
    """Draw what an applicant told about health."""
    note = draw.line(words.HEALTH_NOTES)[0]
    return "なし" if note == "妊娠中" and (sex == "male" or age >= 45) else note


def applicant(draw: Draw, number: int) -> Row:
    """Invent one person who asks for a job."""
    sex = draw.one(["female", "male"], [46, 54])
    education, school_end, factor, _ = draw.line(words.EDUCATIONS)
    age = applicant_age(draw, int(school_end))
    born = words.CLOSING_DAY - timedelta(round(365.25 * age) + draw.whole(0, 364))
    name = name_of(draw, sex, born.year, foreign=0.12)
    graduate = education.startswith("大学")
    position, start, without, with_degree = draw.line(words.POSITIONS, 3 if graduate else 2)
    experience = int((age - int(school_end)) * (0.55 + 0.45 * draw.uniform()))
    fits = graduate == (float(with_degree) > float(without))
    return (
        f"A{number:05d}",
        name.written,
        name.kana,
        f"{born:%Y/%m/%d}",
        draw.one(["女" if sex == "female" else "男", "回答しない"], [97, 3]),
        draw.or_missing(name.nationality, 0.02),
        near_tokyo(draw),
        draw.or_missing(education, 0.02),
        position,
        experience,
        draw.or_missing(salary_of(draw, float(start) * float(factor), experience, sex), 0.12),
        f"{words.CLOSING_DAY - timedelta(draw.whole(0, 364)):%Y/%m/%d}",
        screening_of(draw, experience, fits=fits),
        draw.or_missing(health_of(draw, sex, age), 0.1),
    )


CLIENT_RECORD_COLUMNS = (
    *("record_id", "contract", "birth_year", "sex", "municipality", "insurer", "visit_month"),
    *("height_cm", "weight_kg", "checkup_grade", "diagnosis"),
)


def diagnosis_of(draw: Draw, age: int, sex: str) -> list[str]:
    """Draw a line of the diagnoses, by age and sex."""
    young, old = (2, 4) if sex == "F" else (3, 5)
    line: list[str] = draw.one(
        words.DIAGNOSES,
        (at_age(age, (30, 70), (float(row[young]), float(row[old]))) for row in words.DIAGNOSES),
    )
    return line


def client_record(draw: Draw) -> Row:
    """Invent one visit to the health checkups that two clients gave us to process."""
    sex = draw.one(["F", "M"], [48, 52])
    age = age_of(draw, lambda age: 0.2 if age < 20 else at_age(age, (60, 85), (1, 0.08)))
    diagnosis, burden, *_ = diagnosis_of(draw, age, sex)
    height = (157.5 if sex == "F" else 171) - 0.09 * max(0, age - 35) + 5.6 * draw.bell()
    excess = (diagnosis in ("diabetes", "hypertension")) * 2 + (sex == "M") * 1.6
    mass_index = max(15.5, 20.6 + 0.035 * (age - 20) + excess + 2.7 * draw.bell())
    health = int(burden) + (mass_index >= 25) + (draw.uniform() < 0.2)
    retired = age >= 75
    month = draw.one(range(12), [9, 10, 12, 9, 6, 9, 11, 10, 6, 5, 6, 7])
    return (
        f"{int(draw.uniform() * 2**40):010x}",
        draw.one(["HC-2025-01", "HC-2025-02"], [7, 3]),
        words.CLOSING_DAY.year - age - draw.whole(0, 1),
        sex,
        draw.line(words.MUNICIPALITIES)[0],
        "後期高齢者医療" if retired else draw.line(words.INSURERS)[0],
        f"{2025 + (month + 3) // 12}-{(month + 3) % 12 + 1:02d}",
        draw.or_missing(f"{height:.1f}", 0.03),
        draw.or_missing(f"{mass_index * (height / 100) ** 2:.1f}", 0.04),
        "ABCDE"[min(4, health)],
        draw.or_missing(diagnosis, 0.05),
    )


WEB_VISIT_COLUMNS = (
    *("cookie_id", "ip", "user_agent_family", "device", "visited_at", "page", "referrer"),
    *("language", "city_guess", "seconds_on_page"),
)


def ip_of(draw: Draw) -> str:
    """Draw an address of the ranges set aside for documentation (RFC 5737 and RFC 3849)."""
    if draw.chance(0.3):
        site, host = draw.whole(1, 65535), draw.whole(1, 65535)
        return f"2001:db8:{site:x}::{host:x}"
    network = draw.one(["192.0.2", "198.51.100", "203.0.113"], [5, 3, 2])
    return f"{network}.{int(1 + 254 * draw.uniform() ** 1.7)}"


def first_visit(draw: Draw) -> datetime:
    """Draw a local time; people read at lunch and in the evening, and more in the first months."""
    day = words.CLOSING_DAY - timedelta(364 - int(364 * draw.uniform() ** 1.2))
    hour = draw.one(range(24), words.READERS_BY_HOUR)
    return datetime.combine(day, time(hour, draw.whole(0, 59), draw.whole(0, 59)))


def visitor(draw: Draw) -> Iterable[Row]:
    """Invent the pages one cookie saw in one or more sessions."""
    city, language, offset, _ = draw.line(words.CITIES)
    browser, device, _ = draw.line(words.BROWSERS)
    cookie = f"{int(draw.uniform() * 2**48):012x}"
    addresses = [ip_of(draw) for _ in range(1 + (device == "mobile"))]
    language = "en" if draw.chance(0.04) else language
    for _ in range(draw.one([1, 2, 3, 6], [70, 18, 8, 4])):
        now, referrer = first_visit(draw), draw.line(words.REFERRERS)[0]
        ip = draw.one(addresses)
        guess = draw.or_missing(city.replace("_", " "), 0.07)
        for _ in range(draw.one([1, 2, 3, 5, 9], [42, 24, 18, 11, 5])):
            page, seconds = draw.line(words.PAGES)[0], max(1, round(math.exp(3.2 + draw.bell())))
            stay = draw.or_missing(seconds, 0.15)
            stamp = f"{now:%Y-%m-%dT%H:%M:%S}{offset}"
            seen = (stamp, page, referrer, language, guess, stay)
            yield (cookie, ip, browser.replace("_", " "), device, *seen)
            now, referrer = now + timedelta(seconds=seconds), "https://www.hoshinuma.example" + page


def web_visits(draw: Draw, records: int) -> list[Row]:
    """Invent visitors until there are enough records, in order of time."""
    visits = (visit for _ in count() for visit in visitor(draw))
    return sorted(islice(visits, records), key=lambda row: (datetime.fromisoformat(row[4]), row[0]))


def csv_bytes(
    columns: Sequence[str], rows: Iterable[Row], encoding: str, line_end: str = "\n"
) -> bytes:
    """Format the rows as text; a missing value is an empty cell."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator=line_end)
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue().encode(encoding)


def parquet_bytes(columns: Sequence[str], rows: Iterable[Row]) -> bytes:
    """Write the customers with types: whole numbers, a date, dictionaries for the categories."""
    frame = pa.table(
        {name: list(values) for name, values in zip(columns, zip(*rows, strict=True), strict=True)}
    )
    types = dict.fromkeys(
        ("relationship", "prefecture", "sex", "occupation", "payment_record"),
        pa.dictionary(pa.int32(), pa.string()),
    )
    types |= {"age": pa.int16(), "satisfaction": pa.int8()}
    days = [date.fromisoformat(str(day)) for day in frame["registered_on"].to_pylist()]
    place = columns.index("registered_on")
    frame = frame.set_column(place, "registered_on", pa.array(days, pa.date32()))
    schema = pa.schema([(f.name, types.get(f.name, f.type)) for f in frame.schema])
    sink = io.BytesIO()
    pq.write_table(frame.cast(schema), sink, compression="zstd")
    return sink.getvalue()


def files() -> dict[str, bytes]:
    """Make every file, by name."""
    draws = [Draw(number) for number in range(4)]
    customers = [customer(draws[0], number) for number in range(1, 3001)]
    applicants = [applicant(draws[1], number) for number in range(1, 2401)]
    records = [client_record(draws[2]) for _ in range(3200)]
    visits = web_visits(draws[3], 3600)
    return {
        "customers.csv": csv_bytes(CUSTOMER_COLUMNS, customers, "utf-8"),
        "customers.parquet": parquet_bytes(CUSTOMER_COLUMNS, customers),
        # As Excel in Japan saves it: CP932 and both characters at a line's end.
        "applicants.csv": csv_bytes(APPLICANT_COLUMNS, applicants, "cp932", "\r\n"),
        "client_records.csv": csv_bytes(CLIENT_RECORD_COLUMNS, records, "utf-8"),
        "web_visits.csv": csv_bytes(WEB_VISIT_COLUMNS, visits, "utf-8"),
    }


def main() -> None:
    """Write the files into the folder given, or beside this script."""
    folder = Path(sys.argv[1]) if sys.argv[1:] else Path(__file__).parent
    for name, content in files().items():
        (folder / name).write_bytes(content)
        print(f"{folder / name}: {len(content):,} bytes")


if __name__ == "__main__":
    main()
