"""``pytest --govkit-guard notebooks/``: a test per notebook, beside those of nbval.

It stands outside the room, because pytest loads it in every run: it imports nothing until asked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options; thresholds may stand in the configuration, too."""
    group = parser.getgroup("govkit", "what notebooks tell about people")
    group.addoption("--govkit-guard", action="store_true", help="Look for leaks in notebooks.")
    parser.addini("govkit_guard_threshold", "Counts below it tell about people.", default="10")
    parser.addini("govkit_guard_sources", "Look at sources, too.", type="bool", default=True)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Take notebooks, if the option asks for it."""
    wanted = parent.config.getoption("--govkit-guard") and file_path.suffix == ".ipynb"
    if not wanted or ".ipynb_checkpoints" in file_path.parts:
        return None
    return _File.from_parent(parent, path=file_path)


class _File(pytest.File):
    def collect(self) -> Iterator[pytest.Item]:
        yield _Item.from_parent(self, name="govkit guard")


class LeakError(Exception):
    """A notebook tells something about people."""


class _Item(pytest.Item):
    def runtest(self) -> None:
        from govkit.errors import GovkitError  # noqa: PLC0415 - only where notebooks are tested
        from govkit.guard import check_notebooks  # noqa: PLC0415
        from govkit.guard.allow import kinds  # noqa: PLC0415

        threshold = str(self.config.getini("govkit_guard_threshold"))
        if not threshold.isdecimal():
            raise GovkitError("govkit_guard_threshold in the configuration is no number: write 10.")
        sources = bool(self.config.getini("govkit_guard_sources"))
        found = check_notebooks([self.path], threshold=int(threshold), sources=sources)
        if found.unread:
            raise GovkitError(found.unread[0])
        if found.leaks:
            lines = [
                f"cell {one.cell}: {one.kind} ({one.where}). {kinds()[one.kind]['fix']}"
                for one in found.leaks
            ]
            raise LeakError("\n".join([found.sentence, *lines]))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], *_: Any) -> str:  # noqa: ANN401 - of pytest
        """Tell the sentences; a traceback would add nothing."""
        return str(excinfo.value)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Name the notebook."""
        return self.path, 0, f"govkit guard: {self.path.name}"
