"""How far a long computation is, for whoever looks, and nothing for a notebook to store."""

from __future__ import annotations

import contextlib
import sys
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["progress"]


@contextlib.contextmanager
def progress(what: str = "working", *, after: float = 1.0) -> Iterator[Callable[[int], None]]:
    """Show how much is left, in a notebook or on a terminal, and nowhere else.

    Parameters
    ----------
    what
        One word for what is done.
    after
        Seconds before anything is shown; the end takes it away again.

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
    began, most, drawn = time.monotonic(), 1, None

    def tell(left: int) -> None:
        nonlocal most, drawn
        most = max(most, left)
        if time.monotonic() - began >= after:
            drawn = _draw(drawn, f"{what}: {left:,} left", most - left, most)

    try:
        yield tell
    finally:
        if drawn is not None:
            _draw(drawn, "", 0, 0)


def _draw(drawn: Any, words: str, done: int, most: int) -> Any:  # noqa: ANN401 - a display handle
    kernel = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    if getattr(kernel, "kernel", None) is not None:
        from IPython.display import HTML, display  # noqa: PLC0415 - only a notebook has it

        bar = HTML(f"<progress value='{done}' max='{most}'></progress> {words}" if most else "")
        if drawn is None:
            return display(bar, display_id=True)
        drawn.update(bar)
        return drawn
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\x1b[K{words}")
        sys.stderr.flush()
    return True
