"""Finer tests of single values: check digits, dates, addresses of people and machines.

Where a well-kept library knows a number, it decides; our own are the numbers no library knows:
the driver's license (modulus 11), passports, and postal addresses of Japan.
"""

import contextlib
import datetime as dt
import ipaddress
import re
from collections.abc import Callable, Sequence
from functools import cache

from govkit.data.classify.lexicons import (
    is_family,
    is_full_name,
    is_given,
    lexicon,
    library,
    special,
)
from govkit.files import packaged

_LICENSE_WEIGHTS = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)


def digits(value: str) -> str:
    """Keep the digits alone."""
    return re.sub(r"[^0-9]", "", value)


def standard(*modules: str) -> Callable[[str], bool]:
    """Give the test that a number is one python-stdnum knows, as ``"jp.in_"`` for My Number."""

    def valid(value: str) -> bool:
        return any(library(f"stdnum.{module}").is_valid(value) for module in modules)

    return valid


def my_number(value: str) -> bool:
    """Tell whether the check digit of a My Number is right, however its digits are set apart."""
    return standard("jp.in_")(digits(value))


def corporate(value: str) -> bool:
    """Tell whether a value is a corporate number, or that of a qualified invoice issuer (T…)."""
    return standard("jp.cn")(value.upper().removeprefix("T"))


def name(part: str, script: str) -> Callable[[str], bool]:
    """Give the test of a name: ``full``, ``family`` or ``given``; kanji, kana or latin."""
    test = {"full": is_full_name, "family": is_family, "given": is_given}[part]
    return lambda value: test(value, script)


def begins_with_family(value: str) -> bool:
    """Tell whether kanji begin with a family name."""
    return any(is_family(value[:length], "kanji") for length in (1, 2, 3))


def drivers_license(value: str) -> bool:
    """Tell whether the 11th digit of a Japanese driver's license agrees with the first ten.

    Examples
    --------
    >>> drivers_license("308012345600"), drivers_license("308012345650")
    (False, True)
    """
    number = [int(digit) for digit in digits(value)]
    total = sum(w * d for w, d in zip(_LICENSE_WEIGHTS, number, strict=False))
    return (11 - total % 11) % 11 % 10 == number[10]


def card(value: str) -> bool:
    """Tell whether a number has the prefix of a card issuer, its length, and Luhn's digit."""
    number = digits(value)
    known = re.fullmatch(
        r"4\d{15}|4\d{12}|(?:5[1-5]|2[2-7])\d{14}|3[47]\d{13}|35\d{14}|3(?:0|6|8)\d{12}|6\d{15}"
        r"|(?:5[06-8]|6\d)\d{10,17}",
        number,
    )
    return known is not None and bool(library("stdnum.luhn").is_valid(number))


def email(value: str) -> bool:
    """Tell whether an e-mail address is well formed; nothing is looked up."""
    tester = library("email_validator")
    try:
        tester.validate_email(value, check_deliverability=False, test_environment=True)
    except tester.EmailNotValidError:
        return False
    return True


def phone(value: str) -> bool:
    """Tell whether a telephone number is in use in Japan, or abroad where it says so."""
    phones = library("phonenumbers")
    region = "JP" if value.startswith("+") or value[0] == "0" else "US"
    with contextlib.suppress(phones.NumberParseException):
        return bool(phones.is_valid_number(phones.parse(value, region)))
    return False


def ip(value: str) -> bool:
    """Tell whether a value is an address of IPv4 or IPv6, with a port or network or none."""
    value = re.sub(r"^(\d+\.\d+\.\d+\.\d+):\d+$", r"\1", value)
    try:
        ipaddress.ip_interface(value)
    except ValueError:
        return False
    return True


def day(value: str) -> dt.date | None:
    """Read a day in any usual writing, Japanese eras included.

    Examples
    --------
    >>> day("令和5年3月2日"), day("S58.3.2"), day("1990/2/30")
    (datetime.date(2023, 3, 2), datetime.date(1983, 3, 2), None)
    """
    forms, eras, months = _days()
    found = next(filter(None, (form.fullmatch(value) for form in forms)), None)
    if found is None:
        return None
    said = found.groupdict()
    year = eras.get(said.get("era"), 0) + int(said["year"].replace("元", "1"))
    month = int(said.get("month") or months.get(said["word"].lower(), 0))
    try:
        return dt.date(year, month, int(said["day"]))
    except ValueError:
        return None


@cache
def _days() -> tuple[list[re.Pattern[str]], dict[str | None, int], dict[str, int]]:
    read = packaged("data/classify/lexicons/days.yaml")
    return [re.compile(form) for form in read["forms"]], read["eras"], read["months"]


def is_day(value: str) -> bool:
    """Tell whether a value is a day."""
    return day(value) is not None


def one_of(*lists: str) -> Callable[[str], bool]:
    """Give a test that a value is a word of a list, capitals aside; see ``listed``."""

    def valid(value: str) -> bool:
        return any(value.lower() in listed(name) for name in lists)

    return valid


def listed(name: str) -> frozenset[str]:
    """Give the words of a list; of the short ones by ``":gender"``."""
    return special(name[1:]) if name.startswith(":") else lexicon(name)


def occupation(value: str) -> bool:
    """Tell whether a value is an occupation, or ends with one: ``和紙職人``, ``Sales manager``."""
    known = lexicon("occupations")
    low = value.lower()
    heads = re.split(r"[\s,/()・-]+", low)
    if low.isascii():
        return low in known or not known.isdisjoint(heads)
    return low in known or any(low[i:] in known for i in range(1, len(low) - 1))


def disease(value: str) -> bool:
    """Tell whether a value names a disease, alone or with a stage, side or year."""
    known, low = lexicon("diseases"), value.lower()
    if low in known:
        return True
    parts = re.split(
        r"[\s,、，・/;()。]+", re.sub(r"(の?(疑い|既往|術後|手術|治療中|入院))+$", "", low)
    )
    return any(part[at:] in known for part in parts for at in range(max(1, len(part) - 1)))


def disease_or_none(value: str) -> bool:
    """Tell whether a value names a disease, or that there is none."""
    return disease(value) or value.lower() in special("neutral")


def region(value: str) -> bool:
    """Tell whether a value is a prefecture or a state, however shortened."""
    if any(value + end in special("prefecture") for end in ("", *"都道府県")):
        return True
    low = re.sub(r"[- ]?(ken|to|fu|prefecture)$", "", value.lower())
    return low in special("prefecture_romaji") or value.lower() in special("state")


@cache
def _towns() -> frozenset[str]:
    names = lexicon("municipalities")
    cities = {re.sub(r"(?<=市).+区$", "", name) for name in names}
    wards = {name.partition("市")[2] for name in names if re.search(r".市.+区$", name)}
    towns = {name.partition("郡")[2] for name in names if "郡" in name}
    return names | cities | wards | towns - {""}


def municipality(value: str) -> bool:
    """Tell whether a value is a city, ward, town or village of Japan, or a large city abroad.

    Examples
    --------
    >>> municipality("横浜市磯子区"), municipality("東京都千代田区"), municipality("横浜駅前店")
    (True, True, False)
    """
    if value.isascii():
        low = re.sub(r"[-, ]+(shi|ku|cho|machi|mura|city)$", "", value.lower())
        return low in lexicon("municipalities_romaji") or low in special("city_en")
    rest = re.sub(r"^(北海道|東京都|(?:京都|大阪)府|.{2,3}?県)", "", value.replace(" ", ""))
    return rest in _towns()


def holds(forms: Sequence[str]) -> Callable[[str], bool]:
    """Give a test that a value holds one of some expressions."""
    form = re.compile("|".join(forms), re.IGNORECASE)
    return lambda value: form.search(value) is not None
