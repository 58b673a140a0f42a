"""``%%checked``: run a cell, look at what it shows, and hide it when it is not safe."""

from __future__ import annotations

import contextlib
import sys
from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, Any

from IPython.core.error import UsageError
from IPython.display import HTML, display
from IPython.utils.capture import capture_output

from govkit.tables import Rules

if TYPE_CHECKING:
    from collections.abc import Iterator


_HIDDEN = (
    "<p style='border-left:6px solid #D55E00;padding:2px 0 2px 14px'><strong>✗ HIDDEN</strong> "
    "What this cell shows is not safe: {}. Its results are kept in the variables.</p>"
)


def load(shell: Any) -> None:  # noqa: ANN401 - IPython's
    """Give the shell the magic; ``%load_ext govkit`` calls this."""

    def checked(line: str, cell: str) -> None:
        """Run the cell and show what it gives only if nothing in it tells of a person.

        ``%%checked 20`` asks for at least 20 records behind each number; the default is the
        threshold for the public.
        """
        text = line.strip() or f"{Rules.for_audience('public').threshold:g}"
        if not text.isdigit() or int(text) < 1:
            raise UsageError(
                "%%checked takes one number, the fewest records of a cell: %%checked 10."
            )
        _run(shell, cell, int(text))

    shell.register_magic_function(checked, "cell")


def _run(shell: Any, cell: str, threshold: int) -> None:  # noqa: ANN401 - IPython's
    from govkit.guard import check_outputs  # noqa: PLC0415 - loads the recognizers

    failed: list[dict[str, Any]] = []
    with _followed(), capture_output() as caught, _kept_back(shell, failed):
        shell.run_cell(cell)
    outputs: list[dict[str, Any]] = [
        {"output_type": "stream", "name": name, "text": getattr(caught, name)}
        for name in ("stdout", "stderr")
    ]
    outputs += [{"output_type": "display_data", "data": dict(one.data), "metadata": {}}
                for one in caught.outputs]  # fmt: skip
    leaks = check_outputs(outputs + failed, cell, threshold=threshold)
    kinds = Counter(leak.kind for leak in leaks)
    if kinds:
        told = ", ".join(f"{kind} {n}" for kind, n in sorted(kinds.items()))
        display(HTML(_HIDDEN.format(told)))
    else:
        caught.show()
    if failed:
        words = "" if kinds else f": {failed[0]['evalue']}"
        raise UsageError(f"The cell stopped with {failed[0]['ename']}{words}")


@contextlib.contextmanager
def _followed() -> Iterator[None]:
    """Let what handlers of earlier cells write go where the cell's own output goes."""
    kept = {"stdout": sys.stdout, "stderr": sys.stderr}
    for name, stream in kept.items():
        stream.write = partial(_written, stream, name)  # type: ignore[method-assign]
    try:
        yield
    finally:
        for stream in kept.values():
            del stream.write


def _written(stream: Any, name: str, text: str) -> Any:  # noqa: ANN401 - a stream, what it gives
    now = getattr(sys, name)
    return type(stream).write(stream, text) if now is stream else now.write(text)


@contextlib.contextmanager
def _kept_back(shell: Any, failed: list[dict[str, Any]]) -> Iterator[None]:  # noqa: ANN401
    """Keep a traceback from being shown, whose values may be anybody's."""
    own = shell._showtraceback  # noqa: SLF001 - the one place where all shells show errors

    def keep(kind: type, value: object, lines: list[str]) -> None:
        failed.append({"output_type": "error", "ename": kind.__name__, "evalue": str(value),
                       "traceback": lines})  # fmt: skip

    shell._showtraceback = keep  # noqa: SLF001
    try:
        yield
    finally:
        shell._showtraceback = own  # noqa: SLF001
