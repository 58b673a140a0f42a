"""How far a long computation is, for whoever looks, and nothing for a notebook to store."""

from __future__ import annotations

import contextlib
import sys
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@contextlib.contextmanager
def progress(
    what: str = "working", *, after: float = 1.0, notebook: bool = True
) -> Iterator[Callable[[int], None]]:
    """Show how much is left, in a notebook or on a terminal, and nowhere else.

    Parameters
    ----------
    what
        One word for what is done.
    after
        Seconds before anything is shown; the end takes it away again.
    notebook
        Whether a notebook shows it: what it leaves there is an empty output, so a notebook that is
        kept with its outputs had better not.

    Yields
    ------
    Callable
        To be told the number that is left: what ``progress=`` of ``tables.suppress`` and
        ``tables.audit`` take.

    Examples
    --------
    >>> with progress("protecting") as tell:
    ...     tell(3)
    """
    began, most, handles = time.monotonic(), 1, list[Any]()
    kernel = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    inside = getattr(kernel, "kernel", None) is not None

    def tell(left: int) -> None:
        nonlocal most
        most = max(most, left)
        if time.monotonic() - began < after:
            return
        if inside and notebook:
            bar = f"<progress value='{most - left}' max='{most}'></progress> {what}: {left:,} left"
            handles.extend([] if handles else [_display()])
            handles[0].update({"text/html": bar}, raw=True)
        elif not inside and sys.stderr.isatty():
            sys.stderr.write(f"\r\x1b[K{what}: {left:,} left")
            sys.stderr.flush()

    try:
        yield tell
    finally:
        for handle in handles:
            handle.update({"text/html": ""}, raw=True)
        if not inside and sys.stderr.isatty():
            sys.stderr.write("\r\x1b[K")


def _display() -> Any:  # noqa: ANN401 - IPython's handle
    from IPython.display import display  # noqa: PLC0415 - only a notebook has it

    return display({"text/html": ""}, raw=True, display_id=True)
