"""Reference records of the microdata tests: made on the spot from the seeded program."""

from __future__ import annotations

import subprocess
import sys

import pytest

SEVEN = ["age", "sex", "race", "marital-status", "education", "native-country", "workclass"]


@pytest.fixture(scope="session")
def adults(shared, tmp_path_factory):
    """30,000 seeded synthetic records, whole (``rate`` 0) or with 2 % of the cells missing."""

    def made(rate):
        path = tmp_path_factory.mktemp("adults") / "adults.csv"
        program = shared / "synthetic" / "make_adult_like.py"
        subprocess.run([sys.executable, program, "30000", path, str(rate)], check=True)
        return path

    return {rate: made(rate) for rate in (0, 0.02)}


@pytest.fixture(scope="session")
def seven():
    """The seven quasi-identifiers of the synthetic records."""
    return SEVEN
