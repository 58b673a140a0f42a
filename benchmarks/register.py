"""How long a large register takes: 2,000 datasets of 50 fields, loaded and checked.

    python benchmarks/register.py [--datasets 2000] [--fields 50]

Prints seconds of processor time; the register is made in a temporary folder, the same each time.
"""

import argparse
import tempfile
import time
from pathlib import Path

import govkit as gk

FIELD = (
    "  - {{name: column_{}, type: email, category: user.contact.email, role: direct, "
    "appi_class: personal_information, confirmed_by: Data office, confirmed_on: 2026-04-01}}\n"
)


def write(folder: Path, datasets: int, fields: int) -> None:
    """Write a register of so many datasets, a system and an activity for every ten of them."""
    for kind in ("datasets", "systems", "activities"):
        (folder / kind).mkdir(parents=True)
    columns = "".join(FIELD.format(number) for number in range(fields))
    for number in range(datasets):
        (folder / "datasets" / f"d{number}.yaml").write_text(
            f"key: d{number}\ntitle: Dataset {number}\nsubject_group: customer\nowner: Sales\n"
            f"retention: {{period: P5Y, trigger: end of the contract}}\nfields:\n{columns}",
            encoding="utf-8",
        )
    measures = (
        "{key: all, title: All, kind: organizational, against: [loss, falsification, leakage]}"
    )
    (folder / "measures.yaml").write_text(f"- {measures}\n", encoding="utf-8")
    for first in range(0, datasets, 10):
        keys = ", ".join(f"d{number}" for number in range(first, min(first + 10, datasets)))
        (folder / "systems" / f"s{first}.yaml").write_text(
            f"key: s{first}\ntitle: System\ndepartment: Sales\ndatasets: [{keys}]\n"
            "measures: [all]\n",
            encoding="utf-8",
        )
        (folder / "activities" / f"a{first}.yaml").write_text(
            f"key: a{first}\ntitle: Orders\nsystem: s{first}\ndatasets: [{keys}]\n"
            "categories: [user]\npurposes: [transactions]\nlegal_basis: contract\n"
            "acquisition: {means: Order form, notice: Order form}\n",
            encoding="utf-8",
        )


def main() -> None:
    """Make a register, load it, check it where this version can."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--datasets", type=int, default=2000)
    parser.add_argument("--fields", type=int, default=50)
    wanted = parser.parse_args()
    policy = gk.load_policy(Path(__file__).parents[1] / "data" / "samples" / "policy.yaml")
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder), wanted.datasets, wanted.fields)
        start = time.process_time()
        register = gk.load_register(folder)
        loaded = time.process_time()
        print(f"load   {loaded - start:6.2f} s")
        found = gk.check_register(policy, register)
        print(f"check  {time.process_time() - loaded:6.2f} s   {len(found.findings)} findings")
        print(f"total  {time.process_time() - start:6.2f} s")


if __name__ == "__main__":
    main()
