"""How long finding a person in a large table takes, as a ratio to a bare scan by DuckDB.

    python benchmarks/requests.py [--records 1000000]

The bare scan counts the records whose column equals one text exactly; ``locate`` finds every
spelling of it, counts the records that match in part and the people, and looks for empty columns.
Prints seconds of processor time, the best of five. The people are invented.
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from govkit.policy import Register
from govkit.policy.entries import Dataset
from govkit.records import locate

NAMES = [
    "スズキ サブロウ",
    "ｻﾄｳ ｱｲ",
    "たなか　はな",
    "ワタナベ ヨウコ",
    "伊藤 健一",
    "高橋 葵",
    "髙橋 蓮",
]
TYPES = {"customer_id": "internal_id", "name": "name", "email": "email", "phone": "phone"}


def write(path: Path, n: int) -> None:
    """Write so many people, every tenth without an e-mail address."""
    numbers = pa.array([at * 7919 % n for at in range(n)])  # in no order that a file could skip by
    text = numbers.cast(pa.string())
    ends = pc.utf8_lpad(text, 8, "0")
    parts = [pc.utf8_slice_codeunits(ends, at, at + 4) for at in (0, 4)]
    mails = pc.binary_join_element_wise("person", text, "@mail.example", "")
    names = pa.array([NAMES[at % 7] + str(at // 7 % 997) for at in numbers.to_pylist()])
    columns = {
        "customer_id": pc.binary_join_element_wise("C", ends, ""), "name": names,
        "email": pc.if_else(pc.equal(pc.bit_wise_and(numbers, 7), 0), None, mails),
        "phone": pc.binary_join_element_wise("090", *parts, "-"),
    }  # fmt: skip
    pq.write_table(pa.table(columns), path)


def best(job: Callable[[], object]) -> float:
    """Give seconds of processor time, the best of five."""
    taken = []
    for _ in range(5):
        start = time.process_time()
        job()
        taken.append(time.process_time() - start)
    return min(taken)


def main() -> None:
    """Search for one person by each kind of identifier, and by three at once."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=1_000_000)
    wanted = parser.parse_args()
    fields = [{"name": name, "type": kind, "role": "direct"} for name, kind in TYPES.items()]
    people = Dataset.model_validate({
        "key": "people", "title": "People", "subject_group": "customer", "owner": "Sales",
        "location": "people.parquet", "fields": fields,
    })  # fmt: skip
    person = {
        "customer_id": "C00000703", "name": "ワタナベ ヨウコ100", "email": "person703@mail.example",
        "phone": "090-0000-0703",
    }  # fmt: skip
    searches = [[name] for name in person] + [["name", "email", "phone"]]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "people.parquet"
        write(path, wanted.records)
        print(f"{wanted.records:,} records\nidentifiers        bare s  locate s  ratio  matching")
        for some in searches:
            same = " AND ".join(f"{name} = ?" for name in some)
            values = [person[name] for name in some]
            query = f"SELECT count(*) FROM '{path}' WHERE {same}"  # noqa: S608 - our own words
            bare = best(lambda q=query, v=values: duckdb.connect().execute(q, v).fetchall())
            asked = {TYPES[name]: person[name] for name in some}
            register = Register(datasets=(people,))
            ours = best(lambda r=register, a=asked, f=folder: locate(r, a, f))
            found = locate(register, asked, folder).matching
            print(f"{'+'.join(some):18} {bare:6.3f}  {ours:8.3f}  {ours / bare:5.1f}  {found:,}")


if __name__ == "__main__":
    main()
