"""What `make demo` and `make lab` install is enough for what README.md then has people type."""

import re
from pathlib import Path

SCRIPT = (Path(__file__).parents[1] / "tools" / "venv.sh").read_text("utf-8")


def test_the_commands_of_the_readme_run_after_make_demo():
    core = re.search(r"^core=(\S+)$", SCRIPT, re.MULTILINE)[1]
    assert {"classify", "excel", "records"} <= set(core.split(","))


def test_every_notebook_runs_after_make_lab():
    lab = re.search(r'^ *notebook\) extras="\[(\S+)\]"', SCRIPT, re.MULTILINE)[1]
    assert {"$core", "session", "privacy", "notebook"} <= set(lab.split(","))
