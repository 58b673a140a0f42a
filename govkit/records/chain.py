"""The chain: each entry is bound to all before it by a digest (SHA-256).

A digest is taken of the canonical JSON of an entry's parts, in the order of ``PARTS``; one of them
is the digest of the entry before. Who changes an entry breaks the chain at that place.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from govkit.errors import InputError
from govkit.result import Result, Verdict

GENESIS = "0" * 64
#: What a digest is taken of; ``content`` is the text of its canonical JSON.
PARTS = (
    "number", "kind", "key", "at", "author", "policy_version", "content", "person", "commitment",
    "previous",
)  # fmt: skip
ERASURE = "erasure"
Row = Mapping[Any, Any]
_LARGEST, _MOST = 1_000_000, 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry of the records; a later one with the same kind and key takes its place.

    Attributes
    ----------
    number
        Its place in the chain, from 1.
    kind, key
        What it is about: ``disclosure``, ``D-2026-004``.
    at, author, policy_version
        When (UTC) and by whom it was written, and which policy held.
    content
        What it says, as plain JSON.
    person
        The token under which the values of a person are kept apart, until they are erased.
    commitment
        Salted digest of these values.
    previous, digest
        Digest of the entry before, and its own.
    """

    number: int
    kind: str
    key: str
    at: dt.datetime
    author: str = field(repr=False)
    policy_version: str | None
    content: dict[str, Any] = field(repr=False)
    person: str | None = field(repr=False)
    commitment: str | None = field(repr=False)
    previous: str = field(repr=False)
    digest: str

    def to_dict(self) -> dict[str, Any]:
        """Give the entry as plain JSON values."""
        return asdict(self) | {"at": written_at(self.at)}


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Verification(Result):
    """Whether the chain holds, and where it does not.

    Attributes
    ----------
    entries, persons, erased
        How many entries there are, how many hold values of a person, of how many these are erased.
    last
        Digest of the last entry. Noted elsewhere, it shows later whether the end was cut off.
    breaks
        What is wrong, each with the number of the entry; the first hundred.
    """

    entries: int
    persons: int
    erased: int
    last: str
    breaks: tuple[str, ...]

    @property
    def verdict(self) -> Verdict:
        """Safe where nothing is wrong; no entries prove nothing."""
        if self.breaks:
            return Verdict.UNSAFE
        return Verdict.SAFE if self.entries else Verdict.REVIEW

    @property
    def sentence(self) -> str:
        """Say whether the records are as they were written, and where not."""
        if self.breaks:
            return f"The records were changed: {self.breaks[0]}."
        if not self.entries:
            return "There are no entries yet."
        if self.entries == 1:
            return "The one entry is as it was written."
        return (
            f"All {self.entries:,} entries are as they were written, each bound to the ones before."
        )

    @property
    def next_step(self) -> str:
        """What to do now."""
        if self.breaks:
            return (
                "Keep the file as it is, find out who had access, and restore a backup that holds."
            )
        return (
            f"Note the last digest elsewhere ({self.last}): it proves later that no end is missing."
        )


def canonical(content: object) -> str:
    """Write JSON in the one form that digests are taken of: keys sorted, no blanks.

    Raises
    ------
    InputError
        It is no plain JSON (text keys, finite numbers), or longer than a million characters.

    Examples
    --------
    >>> canonical({"b": [1, None], "a": "ä"})
    '{"a":"ä","b":[1,null]}'
    """
    try:
        text = json.dumps(
            content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
        )
        text.encode()
        plain = json.loads(text) == content
    except (TypeError, ValueError, RecursionError):
        plain = False
    if not plain:
        raise InputError(
            "An entry holds plain JSON (texts, finite numbers, lists, text keys): convert it first."
        )
    if len(text) > _LARGEST:
        raise InputError("An entry holds up to a million characters: refer to a file instead.")
    return text


def digest_of(row: Row) -> str:
    """Give the digest of an entry's parts."""
    return hashlib.sha256(canonical([row[part] for part in PARTS]).encode()).hexdigest()


def commitment_of(salt: str, values: str) -> str:
    """Give the salted digest that stands in an entry for the values of a person."""
    return hashlib.sha256(f"{salt}{values}".encode()).hexdigest()


def written_at(at: dt.datetime) -> str:
    """Write a moment in UTC, always of one length, so that its digest is always the same."""
    return at.astimezone(dt.UTC).isoformat(timespec="microseconds")


def read(row: Row) -> Entry:
    """Make an entry of what is stored.

    Raises
    ------
    InputError
        Somebody changed it into something that is no entry.
    """
    try:
        at, content = dt.datetime.fromisoformat(row["at"]), json.loads(row["content"])
    except (TypeError, ValueError, RecursionError):
        raise InputError(
            f"Entry {row['number']} cannot be read: see govkit records verify."
        ) from None
    kept = {part: row[part] for part in (*PARTS, "digest")}
    return Entry(**kept | {"at": at, "content": content})


def walk(rows: Iterable[Row], expect: str | None = None) -> Verification:
    """Follow the chain from its beginning and collect every place where it does not hold.

    Parameters
    ----------
    rows
        The entries in order, each with the ``salt`` and ``data`` of its person, or ``None``.
    expect
        A digest noted earlier, which the chain has to reach.
    """
    breaks, number, previous, persons = list[str](), 0, GENESIS, 0
    missing, erased, reached = dict[str, int](), set[str](), expect is None
    for row in rows:
        breaks += _broken(row, number, previous)
        number, previous = row["number"], row["digest"]
        reached |= previous == expect
        if row["person"] is not None:
            persons += 1
            if row["salt"] is None:
                missing[row["person"]] = number
            elif commitment_of(row["salt"], row["data"]) != row["commitment"]:
                breaks.append(f"the person of entry {number} was changed")
        if row["kind"] == ERASURE:
            erased.add(_token(row))
    lost = [n for token, n in missing.items() if token not in erased]
    breaks += [
        f"the person of entry {n} is gone, and no entry says that it was erased" for n in lost
    ]
    if not reached:
        breaks.append("the noted digest is not reached: the end was cut off, or all was rewritten")
    return Verification(
        entries=number, persons=persons, erased=len(missing) - len(lost), last=previous,
        breaks=tuple(breaks[:_MOST]),
    )  # fmt: skip


def _broken(row: Row, number: int, previous: str) -> Iterable[str]:
    """Say what is wrong with an entry that stands after another."""
    here = row["number"]
    if here != number + 1:
        yield f"entry {number + 1} is missing"
    if row["previous"] != previous:
        yield f"entry {here} does not follow the one before it"
    try:
        whole = digest_of(row) == row["digest"]
    except InputError:  # not even text
        whole = False
    if not whole:
        yield f"entry {here} was changed"


def _token(row: Row) -> str:
    """Give the token of the person that an entry says is erased; of no entry, nothing."""
    try:
        return str(read(row).content["token"])
    except (InputError, LookupError, TypeError):
        return ""
