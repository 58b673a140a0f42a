"""``frame.govkit``: govkit's questions, asked of a pandas data frame.

Importing govkit registers it; where pandas is not loaded yet, this waits until it is, so that
importing govkit stays cheap.
"""

from __future__ import annotations

import functools
import importlib.abc
import importlib.util
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from importlib.machinery import ModuleSpec

__all__ = ["Accessor", "offer"]

_ROOMS = {
    "anonymize": "remedy", "check": "microdata", "classify": "data", "count": "data",
    "explore": "checked", "risk": "microdata", "suda": "microdata", "tabulate": "tables",
}  # fmt: skip
_COUNTED = ("risk", "suda")  # these ask a table of counts
_CHECKED = ("crosstab", "describe", "groupby", "hist", "pivot_table", "value_counts")


class Accessor:
    """Ask govkit about a data frame: ``frame.govkit.check(["age", "sex"])``.

    ``check``, ``classify``, ``count``, ``anonymize``, ``tabulate`` and ``explore`` are govkit's,
    with the frame as the data; ``risk`` and ``suda`` take columns, which are counted first.
    ``crosstab`` (columns by name), ``pivot_table``, ``value_counts``, ``groupby``, ``hist`` and
    ``describe`` are those of a checked session: of the one given as ``session=``, or of a new one.
    """

    def __init__(self, frame: Any) -> None:  # noqa: ANN401 - pandas is not loaded for its type
        self._frame = frame

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - a function of a room
        """Give a function of a room, with the frame as its data."""
        if name not in (*_ROOMS, *_CHECKED):
            raise AttributeError(f"govkit has no {name!r} to ask of a data frame")
        room = importlib.import_module(f"govkit.{_ROOMS.get(name, 'checked')}")
        function = getattr(room, name, None) or getattr(room.Session, name)

        @functools.wraps(function)  # no partial: its representation would show the data
        def ask(*args: Any, **options: Any) -> Any:  # noqa: ANN401
            if name in _CHECKED:
                return self._checked(name, *args, **options)
            if name in _COUNTED:
                counted = importlib.import_module("govkit.data").count(self._frame, args[0])
                return function(counted, *args[1:], **options)
            return function(self._frame, *args, **options)

        return ask

    def __dir__(self) -> list[str]:
        """List what can be asked."""
        return sorted((*_ROOMS, *_CHECKED))

    def _checked(self, name: str, *args: Any, session: Any = None, **options: Any) -> Any:  # noqa: ANN401
        session = session or importlib.import_module("govkit.checked").session()
        if name != "crosstab":
            return getattr(session, name)(self._frame, *args, **options)
        axes = dict(zip(("index", "columns", "values"), args, strict=False)) | options
        for key, named in axes.items():
            if key in {"index", "columns", "values"} and named is not None:
                several = isinstance(named, list)
                axes[key] = [self._frame[one] for one in named] if several else self._frame[named]
        return session.crosstab(**axes)


def offer() -> None:
    """Register the accessor, now or once pandas is loaded."""
    if hasattr(sys.modules.get("pandas"), "DataFrame"):
        _register()
    else:
        sys.meta_path.insert(0, _AfterPandas())


def _register() -> None:
    import pandas as pd  # noqa: PLC0415 - it is loaded already

    pd.api.extensions.register_dataframe_accessor("govkit")(Accessor)


class _AfterPandas(importlib.abc.MetaPathFinder):
    """Waits for pandas to be imported, and is gone afterwards."""

    def find_spec(self, fullname: str, *_: object) -> ModuleSpec | None:
        """Let the others find pandas, and register the accessor after it has run."""
        if fullname != "pandas":
            return None
        sys.meta_path.remove(self)
        found = importlib.util.find_spec(fullname)
        if found is not None and found.loader is not None:
            run = found.loader.exec_module

            def run_and_register(module: Any) -> None:  # noqa: ANN401 - pandas
                run(module)
                _register()

            found.loader.exec_module = run_and_register  # type: ignore[method-assign]
        return found
