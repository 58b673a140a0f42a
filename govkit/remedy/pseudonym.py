"""Names and numbers of people: replaced by a keyed hash, and the five standards of Japanese law.

A keyed hash keeps apart who is different and together who is the same. Who holds the key can tell
who is who, so that pseudonyms are personal data all the same, and the key never lies beside the
data.

* HMAC: H. Krawczyk, M. Bellare and R. Canetti, RFC 2104, 1997 (with SHA-256, FIPS 180-4).
"""

import hmac
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from govkit.data import DataMap
from govkit.data.classify import AppiClass, Role, classify
from govkit.data.encode import taken
from govkit.errors import InputError, SourceError
from govkit.files import packaged
from govkit.microdata import Check
from govkit.microdata.answers import answer
from govkit.remedy.records import Records, Same, changed, held
from govkit.result import Result, Verdict

_SHORTEST_KEY = 32
_LINKS = {"internal_id", "pseudonym", "cookie_id", "device_id", "order_no"}


def read_key(source: str | os.PathLike[str], output: str | os.PathLike[str] | None = None) -> bytes:
    """Read a key from a file, or from an environment variable (``env:NAME``).

    Parameters
    ----------
    source
        The file or the variable; at least 32 bytes.
    output
        Where the data will be written: a key in its folder, or below, is refused.

    Raises
    ------
    SourceError
        No such file or variable.
    InputError
        The key is short, or lies beside the data.
    """
    text = os.fspath(source)
    try:
        if text.startswith("env:"):
            key = os.environ[text[4:]].encode()
        else:
            key = Path(text).read_bytes().strip()
    except (OSError, KeyError):
        raise SourceError("The key cannot be read: name a file, or env:NAME.") from None
    beside = output and Path(text).resolve().is_relative_to(Path(output).resolve().parent)
    if beside and not text.startswith("env:"):
        raise InputError("The key lies beside the data: keep it in another place.")
    return _long(key)


def pseudonymize(data: object, columns: Sequence[str], *, key: bytes) -> Same:
    """Replace the values of columns by their keyed hash (HMAC, Krawczyk et al. 1997).

    It has 64 hexadecimal digits. Equal values get equal pseudonyms, in every column and every
    delivery with the same key. A missing value stays missing.

    Examples
    --------
    >>> table = pseudonymize({"id": [7, None, 7]}, ["id"], key=b"k" * 32)
    >>> first, second, third = table["id"].to_pylist()
    >>> len(first), second, first == third
    (64, None, True)
    """
    frame, arrays = held(data), {}
    for name in columns:
        records = Records.of(frame, [name])
        texts = records.table.values[0].cast(pa.large_string()).to_pylist()
        hashed = [hmac.digest(_long(key), text.encode(), "sha256").hex() for text in texts]
        arrays[name] = taken(pa.array(hashed, pa.large_string()), records.codes[0])
    return changed(frame, arrays)


def _long(key: bytes) -> bytes:
    if len(key) < _SHORTEST_KEY:
        raise InputError(f"The key has {len(key)} bytes: take {_SHORTEST_KEY} random ones or more.")
    return key


@answer
class AppiStandards(Result):
    """The five standards for anonymously processed information, as far as numbers can tell.

    Attributes
    ----------
    standards
        Per item of Article 34 of the Enforcement Rules its ``text``, ``state`` (``"met"``,
        ``"not met"`` or ``"needs a person"``), the ``number`` it was computed from, what that
        number is ``of``, and the ``columns`` it was found in.
    """

    standards: dict[str, dict[str, Any]]

    @property
    def states(self) -> list[str]:
        """How each of them stands."""
        return [part["state"] for part in self.standards.values()]

    @property
    def verdict(self) -> Verdict:
        """Unsafe when one is not met; the fifth always needs a person, so never safe."""
        return Verdict.UNSAFE if "not met" in self.states else Verdict.REVIEW

    @property
    def sentence(self) -> str:
        """How many are met, not met, or for a person to decide."""
        numbers = map(self.states.count, ("met", "not met", "needs a person"))
        words = (
            "Of the five standards for anonymously processed information {} are met, {} are not, "
        )
        return (words + "and {} need a person.").format(*numbers)

    def rows(self) -> list[tuple[str, str, str]]:
        """Give one row per standard: what it asks, how it stands, the number behind it."""
        return [
            (f"({item}) {part['text']}", part["state"],
             f"{part['number']:,} {part['of']}" + "".join(f" · {c}" for c in part["columns"]))
            for item, part in self.standards.items()
        ]  # fmt: skip


def appi_standards(data: object, found: Check, roles: DataMap | None = None) -> AppiStandards:
    """Hold data against the five standards for anonymously processed information.

    The Act on the Protection of Personal Information, Article 43, and its Enforcement Rules,
    Article 34. What no number can settle is left to a person.

    Parameters
    ----------
    data
        The data that would be given away.
    found
        Its check.
    roles
        What its columns hold, where a person confirmed it; default: ``govkit.classify``.
    """
    frame, whole = held(data), found.k_anonymity
    fields = (roles or classify(frame)).fields
    tables = {name: Records.of(frame, [name]).table for name in frame.columns}
    rare = {name: int((t.counts[: len(t.values[0])] < whole.k).sum()) for name, t in tables.items()}
    look = [f.name for f in fields if f.personal is None or f.type == "free_text"]
    code = [f.name for f in fields if f.appi_class is AppiClass.CODE]
    link = [f.name for f in fields if f.type in _LINKS]
    direct = [f.name for f in fields if f.role is Role.DIRECT and f.name not in {*code, *link}]
    small, quasi, few = whole.records_at_risk, list(whole.quasi.keys), [n for n in rare if rare[n]]
    counted = [(len(bad), bad, look) for bad in (direct, code, link)]
    counted += [(sum(rare.values()), [], few), (small, quasi if small else [], quasi)]
    texts = packaged("remedy/appi.yaml")
    standards = {}
    for (item, (text, of)), (n, bad, seen) in zip(texts.items(), counted, strict=True):
        state = "not met" if bad else "needs a person" if seen else "met"
        told = {"text": text, "state": state, "number": n, "of": of, "columns": bad or seen}
        standards[item] = told
    return AppiStandards(standards=standards)
