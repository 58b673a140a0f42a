"""The commands about requests from individuals: ``govkit request …``."""

from __future__ import annotations

import datetime as dt
import sys
from functools import partial
from typing import TYPE_CHECKING

import typer

from govkit.cli_described import Given, Told, add, both, moment, saved
from govkit.errors import InputError
from govkit.files import packaged, unread

if TYPE_CHECKING:
    from pathlib import Path

    from govkit.records import RequestDesk
    from govkit.result import Result

app = typer.Typer(help="Requests from individuals, from arrival to closing.", no_args_is_help=True)
_SAID = packaged("cli_requests.yaml")
_IDENTIFIERS = ("identifier", "identifier_file")


def _run(name: str, given: Given) -> Result | Told:
    """Read a command's words, act at the desk, tell the answer."""
    from govkit.records import answers  # noqa: PLC0415 - each command loads its own room

    said, desk, output = _SAID["commands"][name], _desk(given), given.pop("output", None)
    if "person" in said:
        texts = [given.pop(part, None) for part in _IDENTIFIERS]
        given[said["person"]] = _identifiers(*texts)
    if by_hand := given.get("by_hand"):
        given["by_hand"] = {key: _count(n) for key, n in _pairs(by_hand, "=")}
    given |= {key: one.date() for key, one in given.items() if isinstance(one, dt.datetime)}
    act = getattr(type(desk), said["does"], None) or getattr(answers, said["does"])
    answer = act(desk, **given)
    if isinstance(answer, answers.Package):
        text = "\n".join(map(str, answer.write(output)))
        return Told(text=text, plain={"text": f"{text}\n"})
    if isinstance(answer, str | bytes):
        return saved(answer, output)
    step = hasattr(answer, "state")  # it was taken, whatever is still to do
    return Told(result=answer) if step else answer


def _desk(given: Given) -> RequestDesk:
    from govkit.records import RequestDesk, open_store  # noqa: PLC0415

    policy, register = both(given)
    at = moment(given.pop("at", None))
    store, data, author = (given.pop(part) for part in ("records", "data", "author"))
    return RequestDesk(open_store(store), policy, register, data, author, at)


def _identifiers(given: list[str] | None, file: Path | None) -> dict[str, list[str]]:
    """Collect values by their type; several of one type are alternatives."""
    found: dict[str, list[str]] = {}
    for kind, value in [*_pairs(given or [], "="), *_pairs(_lines(file) if file else [], ":")]:
        found.setdefault(kind, []).append(value)
    return found


def _lines(file: Path) -> list[str]:
    try:
        text = sys.stdin.read() if str(file) == "-" else file.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise unread(file, "cannot be read as UTF-8 text: check it.") from None
    lines = [line.strip().replace("：", ":", 1) for line in text.splitlines()]
    return [line for line in lines if line and not line.startswith("#")]


def _pairs(texts: list[str], mark: str) -> list[tuple[str, str]]:
    pairs = [
        (key.strip(), value.strip()) for key, _, value in (one.partition(mark) for one in texts)
    ]
    if not all(key and value for key, value in pairs):
        raise InputError(f"Write each as type{mark}value; one of {len(pairs)} is not so.")
    return pairs


def _count(text: str) -> int:
    if not text.isdecimal():
        raise InputError("Write how many records were found by hand, as in web-visits=0.")
    return int(text)


add(app, _SAID["commands"], {name: partial(_run, name) for name in _SAID["commands"]})
