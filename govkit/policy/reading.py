"""YAML as people write it in a register: plain text in, line numbers kept, tricks refused.

Every scalar stays the text that stands in the file (``country: NO`` is Norway); what it means is
for the model to say. One reader for every YAML file of the library.
"""

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from govkit.errors import InputError, SourceError, shown

__all__ = ["line_of", "read_yaml"]

LARGEST = 5_000_000
_DEEPEST = 12
_PLAIN = "plain"
_Loader: Any = yaml.CBaseLoader if yaml.__with_libyaml__ else yaml.BaseLoader


class _TooDeepError(Exception):
    pass


class _Parser(_Loader):  # type: ignore[misc]
    """Compose nodes without guessing types, and not too deep."""

    depth = 0

    def resolve(self, *_: object) -> str:
        return _PLAIN

    def descend_resolver(self, *_: object) -> None:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise _TooDeepError

    def ascend_resolver(self) -> None:
        self.depth -= 1


class _RefusedError(Exception):
    def __init__(self, sentence: str, node: yaml.Node | yaml.Event | None = None) -> None:
        super().__init__(sentence)
        self.line = node.start_mark.line + 1 if node and node.start_mark else 1


def read_yaml(path: Path, name: str | None = None) -> Any:  # noqa: ANN401 - what the file holds
    """Read a file as texts, lists and mappings; nothing written is ``None``.

    Parameters
    ----------
    path
        The file, of at most 5 MB, in UTF-8.
    name
        What errors call it; default: its name without folders.

    Raises
    ------
    SourceError
        There is no such file, or it cannot be opened.
    InputError
        It is not plain YAML: the sentence gives file, line and what to do.
    """
    name = name or path.name
    try:
        return _value(_tree(path, path.stat().st_mtime_ns))
    except OSError:
        raise SourceError(f"{shown(name)} cannot be opened: check the path.") from None
    except _RefusedError as error:
        raise InputError(f"{name}:{error.line}: {error}") from None


def line_of(path: Path, inside: tuple[str | int, ...]) -> int:
    """Tell the line of the innermost part of ``inside`` that the file has, counted from 1."""
    node = _tree(path, path.stat().st_mtime_ns)
    line = node.start_mark.line if node else 0
    for part in inside:
        steps = {}
        if isinstance(node, yaml.MappingNode):
            steps = {key.value: (key, value) for key, value in node.value}
        elif isinstance(node, yaml.SequenceNode):
            steps = {at: (value, value) for at, value in enumerate(node.value)}
        if part not in steps:
            break
        line, node = steps[part][0].start_mark.line, steps[part][1]
    return int(line) + 1


@lru_cache(maxsize=4)
def _tree(path: Path, _changed: int) -> yaml.Node | None:
    """Compose a file; ``_changed`` is when it was, so that a new version is read anew."""
    if path.stat().st_size > LARGEST:
        raise _RefusedError("the file is larger than 5 MB: split it, one entry a file.")
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _RefusedError("the file is not UTF-8: save it as UTF-8.") from None
    try:
        if "*" in text:
            _refuse_aliases(text)
        node: yaml.Node | None = _Parser(text).get_single_node()
    except _TooDeepError:
        raise _RefusedError("lists and mappings are nested too deeply: flatten them.") from None
    except yaml.YAMLError as error:
        raise _refusal(error, text) from None
    return node


def _refuse_aliases(text: str) -> None:
    for event in yaml.parse(text, Loader=_Parser):
        if isinstance(event, yaml.AliasEvent):
            raise _RefusedError(
                "anchors and aliases (&, *) are not allowed: write the text out.", event
            )


def _refusal(error: yaml.YAMLError, text: str) -> _RefusedError:
    """Say in a sentence what the parser did not understand; its own words hold no text."""
    mark = getattr(error, "problem_mark", None)
    if mark is None:
        return _RefusedError("a character that YAML does not allow: remove it.")
    lines = text.splitlines() or [""]
    indent = re.match(r"\s*", lines[min(mark.line, len(lines) - 1)])
    if indent and "\t" in indent[0]:
        sentence = "a tab at the beginning of the line: indent with spaces."
    elif "document" in str(getattr(error, "problem", "")):
        sentence = "a second document (---): one file holds one."
    else:
        problem = re.sub(r"\s+'.*", "", str(getattr(error, "problem", "")), flags=re.DOTALL)
        sentence = f"this is not YAML ({problem}): check colons, quotes and indentation."
    refused = _RefusedError(sentence)
    refused.line = mark.line + 1
    return refused


def _value(node: yaml.Node | None) -> Any:  # noqa: ANN401
    if node is None:
        return None
    if node.tag != _PLAIN:
        raise _RefusedError("tags (!) are not allowed: remove it.", node)
    if isinstance(node, yaml.ScalarNode):
        return None if not node.style and node.value in {"", "~", "null"} else node.value
    if isinstance(node, yaml.SequenceNode):
        return [_value(part) for part in node.value]
    found: dict[str, Any] = {}
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode) or key.value in found:
            raise _RefusedError("a key stands twice, or is no word: remove or rename one.", key)
        found[key.value] = _value(value)
    return found
