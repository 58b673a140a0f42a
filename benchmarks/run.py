"""Measure govkit beside its peers, in one run, on the same seeded records.

    python benchmarks/run.py            everything: pyCANON alone takes half an hour
    python benchmarks/run.py --quick    30,000 and 300,000 records, without pyCANON's slow models
    python benchmarks/run.py --render   write the page again from the stored figures

Every measurement is a process of its own: CPU seconds (user and system), wall seconds and peak
memory are what the operating system counted for it. Contestants take turns (A B C A B C …), and
medians are reported, so that a busy machine troubles all of them alike. The full run writes
``benchmarks/results/full.json``, the page in docs/explanation and its charts; the quick run prints
its tables and keeps its figures in ``.bench/``, beside the data and pyCANON's own environment.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import report

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
STORE = ROOT / ".bench"
RESULTS = HERE / "results"
QUASI = ["age", "sex", "race", "marital", "education", "country", "workclass"]
SENSITIVE = "occupation"
PYCANON = "1.3.6"
FAST = ["pycanon-k", "pycanon-l", "pycanon-alpha"]
SLOW = [
    "pycanon-recursive", "pycanon-entropy-l", "pycanon-t", "pycanon-beta",
    "pycanon-enhanced-beta", "pycanon-delta",
]  # fmt: skip
LIMIT = 1800.0  # seconds of wall time for one call
PATIENCE, PATIENCE_PYCANON = 60.0, 5.0  # what took longer is not repeated
COMMAND = "govkit-command"
_PLACE = {"table", "records", "quasi", "sensitive"}
_KEPT = {"cpu_before", "cpu_call", "wall_call", "answer"}
_MEDIANS = ("cpu_process", "wall_process", "cpu_before", "cpu_call", "wall_call")


@dataclass
class Race:
    """Contestants that take turns on one table."""

    table: str
    records: int
    contestants: list[str]
    runs: int
    quasi: list[str] = field(default_factory=lambda: QUASI)
    sensitive: str = SENSITIVE


def races(*, quick: bool) -> list[Race]:
    """List what is measured."""
    readers = ["govkit", COMMAND, "duckdb-numbers", "duckdb-table", "polars", "pandas"]
    if quick:
        return [
            Race("people", 30_000, [*readers, *FAST], 3),
            Race("people", 300_000, [*readers, *FAST], 3),
        ]
    beside = ["govkit", "duckdb-numbers"]
    hard = {"table": "wide", "records": 3_000_000, "contestants": beside, "runs": 3}
    return [
        Race("people", 30_000, [*readers, *FAST, *SLOW], 5),
        Race("people", 300_000, [*readers, *FAST, *SLOW], 5),
        Race("people", 3_000_000, readers, 9),
        Race("people", 30_000_000, readers, 3),
        Race("people", 3_000_000, ["pycanon-k"], 1),
        Race("people", 300_000, ["govkit-spark"], 3),
        Race("people", 3_000_000, ["govkit-pandas", "govkit-polars"], 3),
        Race("people-csv", 3_000_000, beside, 3),
        Race("people-small-row-groups", 3_000_000, beside, 3),
        Race(**hard, quasi=[*QUASI, "postcode", "children", "hours", "housing"]),
        Race(**hard, sensitive="income"),
        Race(**hard, quasi=[*QUASI, "person"]),
        Race(**hard, quasi=[*QUASI, "remark"]),
    ]


def data(table: str, records: int) -> Path:
    """Give the file of a table, made if it is not there."""
    kind, _, rest = table.partition("-")
    path = STORE / "data" / f"{table}-{records}.{'csv' if rest == 'csv' else 'parquet'}"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        tell(f"making {path.name}")
        options = ["--wide"] * (kind == "wide") + ["--row-group", "1000"] * ("small" in rest)
        maker = [sys.executable, HERE / "make_data.py", str(records), path, *options]
        subprocess.run(maker, check=True)
    return path


def pycanon_python() -> str:
    """Give the Python of pyCANON's environment, made if it is not there: its pins are not ours."""
    folder = STORE / f"pycanon-{PYCANON}"
    python = folder / "bin" / "python"
    if not (folder / "ready").exists():
        tell("making pyCANON's environment")
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
        subprocess.run([python, "-m", "pip", "install", "-qq", f"pycanon=={PYCANON}"], check=True)
        (folder / "ready").touch()
    return str(python)


def command(contestant: str, race: Race) -> list[str]:
    """Give the command line of one measurement."""
    if contestant == COMMAND:
        path = str(data(race.table, race.records))
        start = [sys.executable, "-c", "from govkit.cli import main; main()", "check", path]
        return [*start, "-q", ",".join(race.quasi), "-s", race.sensitive, "--json"]
    peer = contestant.startswith("pycanon")
    path = str(data(f"{race.table}-csv" if peer else race.table, race.records))
    python = pycanon_python() if peer else sys.executable
    script = str(HERE / "contestants.py")
    return [python, script, contestant, path, ",".join(race.quasi), race.sensitive]


def measured(line: list[str], limit: float = LIMIT) -> dict[str, Any]:
    """Run one process to its end and tell what it took; ``failed`` when there is no answer."""
    places = [str(ROOT), os.environ.get("PYTHONPATH", "")]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, places))}
    started = time.perf_counter()
    with tempfile.TemporaryFile() as out:
        child = subprocess.Popen(line, stdout=out, stderr=subprocess.DEVNULL, env=environment)
        watch = threading.Timer(limit, child.kill)
        watch.start()
        _, status, used = os.wait4(child.pid, 0)
        late = not watch.is_alive()
        watch.cancel()
        child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        text = out.read().decode()
    taken = {
        "cpu_process": used.ru_utime + used.ru_stime,
        "wall_process": time.perf_counter() - started,
        "peak_mb": used.ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10),
    }
    if late or child.returncode not in {0, 1} or not text.strip():
        return taken | {"failed": "over the limit" if late else f"exit code {child.returncode}"}
    return taken | {key: value for key, value in json.loads(text).items() if key in _KEPT}


def run(race: Race) -> list[dict[str, Any]]:
    """Let the contestants take turns, and give each one's medians."""
    lines = {name: command(name, race) for name in race.contestants}
    samples: dict[str, list[dict[str, Any]]] = {name: [] for name in lines}
    for turn in range(race.runs):
        for name, line in lines.items():
            done = samples[name]
            patience = PATIENCE_PYCANON if name.startswith("pycanon") else PATIENCE
            if any("failed" in one or one["wall_process"] > patience for one in done):
                continue
            done.append(measured(line))
            shown = f"{done[-1]['cpu_process']:9.3f} CPU s {done[-1]['peak_mb']:7.0f} MB"
            tell(f"{race.table} {race.records:>10,} {turn + 1} {name:22} {shown}")
    return [_summary(race, name, done) for name, done in samples.items()]


def _summary(race: Race, name: str, samples: list[dict[str, Any]]) -> dict[str, Any]:
    place = {key: value for key, value in asdict(race).items() if key in _PLACE}
    summary = {"contestant": name, **place, "runs": len(samples)}
    for key in _MEDIANS:
        found = [one[key] for one in samples if key in one]
        if found:
            summary[key] = round(statistics.median(found), 4)
    summary["peak_mb"] = round(max(one["peak_mb"] for one in samples), 1)
    summary["cpu_samples"] = [round(one.get("cpu_call", one["cpu_process"]), 4) for one in samples]
    return summary | {key: samples[-1][key] for key in ("answer", "failed") if key in samples[-1]}


def about() -> dict[str, Any]:
    """Say when and on what kind of machine, with which versions; no names of machines."""
    from importlib.metadata import version

    packages = ("govkit", "duckdb", "polars", "pandas", "pyarrow", "numpy", "pyspark")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    versions = {"Python": platform.python_version()} | {name: version(name) for name in packages}
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "machine": f"{os.cpu_count()} cores ({platform.machine()}), {memory:.0f} GB of memory, "
        f"{platform.system()}",
        "versions": versions | {"pyCANON": PYCANON},
    }


def tell(text: str) -> None:
    """Report progress on standard error."""
    print(text, file=sys.stderr, flush=True)


def main() -> None:
    """Measure, store, and write or print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="a couple of minutes, no page")
    parser.add_argument("--render", action="store_true", help="only write the page again")
    given = parser.parse_args()
    target = STORE / "quick.json" if given.quick else RESULTS / "full.json"
    if not given.render:
        figures = about() | {"measures": []}
        target.parent.mkdir(parents=True, exist_ok=True)
        for race in races(quick=given.quick):
            figures["measures"] += run(race)
            target.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    figures = json.loads(target.read_text(encoding="utf-8"))
    if given.quick:
        print(report.tables(figures))
    else:
        report.write(figures, ROOT / "docs")


if __name__ == "__main__":
    main()
