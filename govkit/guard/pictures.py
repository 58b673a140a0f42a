"""Text that stands in picture files beside the picture.

PNG: W3C, "Portable Network Graphics (PNG) Specification (Third Edition)", 2025, chunks tEXt, zTXt
and iTXt. Other formats (JPEG comments, EXIF, XMP, GIF, PDF) are read as runs of letters.
"""

from __future__ import annotations

import base64
import binascii
import re
import struct
import zlib

from govkit.errors import InputError

_PNG = b"\x89PNG\r\n\x1a\n"
_MOST = 1_000_000
_RUNS = re.compile(rb"(?:[\x20-\x7e\n\t]|[\xc3-\xdf][\x80-\xbf]|[\xe3-\xe9][\x80-\xbf]{2}){6,}")
_WIDE = re.compile(rb"(?:[\x20-\x7e]\0){6,}")


def embedded_text(picture: str) -> str:
    """Give the text beside the picture in a file, which is given in base64.

    Raises
    ------
    InputError
        It is no base64.
    """
    try:
        body = base64.b64decode("".join(picture.split()), validate=True)
    except (binascii.Error, ValueError):
        raise InputError("a picture is no base64: run the cell again or clear its output") from None
    if body.startswith(_PNG):
        return "\n".join(_chunks(body))
    head = body[:_MOST]
    runs = _RUNS.findall(head) + [run.replace(b"\0", b"") for run in _WIDE.findall(head)]
    return "\n".join(run.decode("utf-8", "ignore") for run in runs)


def _chunks(body: bytes) -> list[str]:
    """Read the chunks of text; one that is damaged is left out, as viewers do."""
    at, found = len(_PNG), []
    while at + 8 <= len(body):
        length, kind = struct.unpack(">I4s", body[at : at + 8])
        content = body[at + 8 : at + 8 + length]
        at += length + 12
        if kind not in {b"tEXt", b"zTXt", b"iTXt", b"eXIf"}:
            continue
        key, _, text = content.partition(b"\0")
        if kind == b"iTXt":
            packed, text = text[:1] == b"\1", text[2:].split(b"\0", 2)[-1]
        else:
            packed, text = kind == b"zTXt", text[kind == b"zTXt" :]
        try:
            text = zlib.decompressobj().decompress(text, _MOST) if packed else text[:_MOST]
        except zlib.error:
            continue
        found.append(f"{key.decode('latin-1')}: {text.decode('utf-8', 'replace')}")
    return found
