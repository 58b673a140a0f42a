"""``frame.govkit``: govkit's questions, asked of a pandas data frame.

Importing govkit registers it; where pandas is not loaded yet, this waits until it is, so that
importing govkit stays cheap.
"""

from __future__ import annotations

import importlib.abc
import importlib.util
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType

    import pandas as pd

__all__ = ["Accessor", "offer"]

_ROOMS = {
    "anonymize": "remedy", "check": "microdata", "classify": "data", "count": "data",
    "explore": "checked", "risk": "microdata", "suda": "microdata", "tabulate": "tables",
}  # fmt: skip
_CHECKED = ("crosstab", "describe", "groupby", "hist", "pivot_table", "value_counts")


class Accessor:
    """Ask govkit about a data frame: ``frame.govkit.check(["age", "sex"])``.

    ``check``, ``classify``, ``risk``, ``suda``, ``count``, ``anonymize``, ``tabulate`` and
    ``explore`` are govkit's own, with the frame as the data. ``crosstab`` (columns by name),
    ``pivot_table``, ``value_counts``, ``groupby``, ``hist`` and ``describe`` are those of a checked
    session: of the one given as ``session=``, or of a new one.
    """

    def __init__(self, frame: pd.DataFrame) -> None:
        self._frame = frame

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - a function of a room
        if name in _ROOMS:
            function = getattr(importlib.import_module(f"govkit.{_ROOMS[name]}"), name)
            return _bound(function, self._frame)
        if name in _CHECKED:
            return lambda *args, session=None, **options: self._checked(
                name, session, args, options
            )
        raise AttributeError(f"govkit has no {name!r} to ask of a data frame")

    def __dir__(self) -> list[str]:
        return sorted((*_ROOMS, *_CHECKED))

    def _checked(
        self,
        name: str,
        session: Any,
        args: Sequence[Any],
        options: dict[str, Any],  # noqa: ANN401
    ) -> Any:  # noqa: ANN401 - an output, or groups
        from govkit.checked import session as begin  # noqa: PLC0415 - loads pandas and the tables

        data = self._frame
        if name == "crosstab":
            options |= dict(zip(("index", "columns", "values"), args, strict=False))
            for key in {"index", "columns", "values"} & set(options):
                named = options[key]
                if isinstance(named, list):
                    options[key] = [data[one] for one in named]
                elif isinstance(named, str):
                    options[key] = data[named]
            return (session or begin()).crosstab(**options)
        return getattr(session or begin(), name)(data, *args, **options)


def _bound(function: Any, frame: pd.DataFrame) -> Any:  # noqa: ANN401 - the function of a room
    import functools  # noqa: PLC0415 - only here

    return functools.wraps(function)(functools.partial(function, frame))


def offer() -> None:
    """Register the accessor, now or once pandas is loaded."""
    if hasattr(sys.modules.get("pandas"), "DataFrame"):
        _register()
    elif not any(isinstance(one, _AfterPandas) for one in sys.meta_path):
        sys.meta_path.insert(0, _AfterPandas())


def _register() -> None:
    import pandas as pd  # noqa: PLC0415 - it is loaded already

    pd.api.extensions.register_dataframe_accessor("govkit")(Accessor)


class _AfterPandas(importlib.abc.MetaPathFinder):
    """Waits for pandas to be imported, and is gone afterwards."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        del path, target
        if fullname != "pandas":
            return None
        sys.meta_path.remove(self)
        found = importlib.util.find_spec(fullname)
        if found is not None and found.loader is not None:
            load = found.loader.exec_module

            def then_register(module: ModuleType) -> None:
                load(module)
                _register()

            found.loader.exec_module = then_register  # type: ignore[method-assign]
        return found
