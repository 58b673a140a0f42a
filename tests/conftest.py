"""What all tests share: the engines, and the reference data where it is present."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import settings

# What has to be green draws the same cases each time. To search for new ones:
# pytest --hypothesis-profile=search
settings.register_profile("steady", derandomize=True, database=None, deadline=None)
settings.register_profile("search", max_examples=1000, deadline=None)
settings.load_profile("steady")

SHARED = Path(os.environ.get("GOVKIT_SHARED", Path(__file__).parents[2] / "shared")) / "data"


def calls(function, *arguments) -> int:
    """Count the Python calls that some work takes: a measure that no busy machine changes."""
    count = 0

    def told(*_):
        nonlocal count
        count += 1

    before = sys.getprofile()
    sys.setprofile(told)
    try:
        function(*arguments)
    finally:
        sys.setprofile(before)
    return count


@pytest.fixture
def ends():
    """Fail a test whose work does not end soon: no claim of speed, but a sign of life.

    What asks for this gives so much input that work growing faster than its input takes many
    minutes, where work growing with it takes about a second of this thread's own time.
    """
    start = time.thread_time()
    yield
    assert time.thread_time() - start < 60


@pytest.fixture(scope="session")
def spark():
    """A real Spark session on two local threads; needs a Java runtime."""
    if not (shutil.which("java") or os.environ.get("JAVA_HOME")):
        pytest.skip("Spark needs a Java runtime, and there is none on this machine")
    sql = pytest.importorskip("pyspark.sql", reason="the extra 'spark' is not installed")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # PySpark 4.3 warns of pandas 3, which it runs with
        session = (
            sql.SparkSession.builder.master("local[2]")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.shuffle.partitions", "2")
            .config("spark.sql.session.timeZone", "Asia/Tokyo")
            .getOrCreate()
        )
    yield session
    session.stop()


@pytest.fixture(scope="session")
def postgres():
    """A real PostgreSQL server on a socket of its own; skipped where its programs are missing."""
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin")) or [
        Path(shutil.which("initdb") or "").parent
    ]
    if not (programs[-1] / "initdb").exists():
        pytest.skip("PostgreSQL's programs (initdb, pg_ctl) are not on this machine")
    pytest.importorskip("psycopg", reason="the extra 'database' is not installed")
    # Not below pytest's own folder: a second run of pytest closes that to other users.
    folder = Path(tempfile.mkdtemp(prefix="govkit-postgres-"))
    as_user = []
    if Path.home() == Path("/root"):  # the server refuses to run as root
        shutil.chown(folder, "postgres")
        as_user = ["runuser", "-u", "postgres", "--"]

    def run(program, *options):
        subprocess.run(
            [*as_user, str(programs[-1] / program), "-D", str(folder / "data"), *options],
            check=True, capture_output=True, timeout=600, cwd=folder,
        )  # fmt: skip

    run("initdb", "-A", "trust", "-U", "govkit", "--no-sync")
    run(
        "pg_ctl",
        "-w",
        "-t",
        "600",
        "-l",
        str(folder / "log"),
        "-o",
        f"-h '' -k {folder} -p 54329",
        "start",
    )
    yield f"postgresql://govkit@/postgres?host={folder}&port=54329"
    run("pg_ctl", "-m", "immediate", "stop")
    shutil.rmtree(folder)


def table(columns) -> pa.Table:
    return columns if isinstance(columns, pa.Table) else pa.table(dict(columns))


def as_pandas(columns, _):
    return table(columns).to_pandas()


def as_pandas_arrow(columns, _):
    pandas = pytest.importorskip("pandas")
    return table(columns).to_pandas(types_mapper=pandas.ArrowDtype)


def as_polars(columns, _):
    return pytest.importorskip("polars").from_arrow(table(columns))


def as_polars_lazy(columns, _):
    return pytest.importorskip("polars").from_arrow(table(columns)).lazy()


def as_arrow(columns, _):
    return table(columns)


def as_duckdb(columns, _):
    duckdb = pytest.importorskip("duckdb")
    return duckdb.connect().from_arrow(table(columns))


def as_ibis(columns, _):
    ibis = pytest.importorskip("ibis", reason="the extra 'ibis' is not installed")
    return ibis.memtable(table(columns))


def as_parquet(columns, request):
    path = request.getfixturevalue("tmp_path") / "people.parquet"
    pq.write_table(table(columns), path, row_group_size=2)
    return path


def as_parquet_folder(columns, request):
    folder = request.getfixturevalue("tmp_path") / "people"
    folder.mkdir(exist_ok=True)
    whole = table(columns)
    for part in range(2):
        pq.write_table(whole.slice(part * 2, 2 if part == 0 else None), folder / f"{part}.parquet")
    return folder


def as_feather(columns, request):
    from pyarrow import feather

    path = request.getfixturevalue("tmp_path") / "people.feather"
    feather.write_feather(table(columns), str(path))
    return path


def as_spark(columns, request):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return request.getfixturevalue("spark").createDataFrame(table(columns))


ENGINES = {
    name.removeprefix("as_"): make for name, make in globals().items() if name.startswith("as_")
}


@pytest.fixture(params=ENGINES)
def engine(request):
    """A function that brings columns (a mapping or an Arrow table) into one of the engines."""
    if request.param == "spark":
        request.applymarker(pytest.mark.filterwarnings("ignore"))
    make = ENGINES[request.param]

    def bring(columns):
        return make(columns, request)

    bring.name = request.param
    return bring


@pytest.fixture(scope="session")
def shared():
    """The folder of reference data kept outside the repository."""
    if not SHARED.is_dir():
        pytest.skip("the reference data (../shared/data or GOVKIT_SHARED) is not on this machine")
    return SHARED


@pytest.fixture(scope="session")
def samples():
    """The folder of sample data."""
    return Path(__file__).parents[1] / "data" / "samples"
