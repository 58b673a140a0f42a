"""YAML as people write it in a register: plain text in, line numbers kept, tricks refused.

Every scalar stays the text that stands in the file (``country: NO`` is Norway); what it means is
for the model to say. One reader for every YAML file that a user writes.
"""

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from govkit.errors import InputError, SourceError, shown

_LARGEST, _DEEPEST, _PLAIN = 5_000_000, 12, "plain"
_Loader: Any = yaml.CBaseLoader if yaml.__with_libyaml__ else yaml.BaseLoader


class _RefusedError(Exception):
    def __init__(self, sentence: str, mark: Any = None) -> None:  # noqa: ANN401 - of C or Python
        super().__init__(sentence)
        self.line = mark.line + 1 if mark else 1


class _Parser(_Loader):  # type: ignore[misc]
    """Compose nodes without guessing types; C code would crash on a very deep one."""

    depth = 0

    def resolve(self, *_: object) -> str:
        return _PLAIN

    def descend_resolver(self, parent: yaml.Node | None, _: object) -> None:
        self.depth += 1
        if parent and self.depth > _DEEPEST:
            sentence = "lists and mappings are nested too deeply: flatten them."
            raise _RefusedError(sentence, parent.start_mark)

    def ascend_resolver(self) -> None:
        self.depth -= 1


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
    line: int = node.start_mark.line if node else 0
    for part in inside:
        pairs = node.value if isinstance(node, yaml.MappingNode) else []
        found = (pair for pair in pairs if pair[0].value == part)
        if isinstance(node, yaml.SequenceNode) and isinstance(part, int):
            found = ((one, one) for one in node.value[part : part + 1])
        key, node = next(found, (None, None))
        line = key.start_mark.line if key else line
    return line + 1


@lru_cache(maxsize=4)
def _tree(path: Path, _changed: int) -> Any:  # noqa: ANN401 - the root node, None of an empty file
    """Compose a file; ``_changed`` is when it was, so that a new version is read anew."""
    if path.stat().st_size > _LARGEST:
        raise _RefusedError("the file is larger than 5 MB: split it, one entry a file.")
    try:
        text = path.read_bytes().decode("utf-8-sig")
        for event in yaml.parse(text, Loader=_Parser) if "*" in text else ():
            if isinstance(event, yaml.AliasEvent):
                sentence = "aliases (*) are not allowed: write the text out."
                raise _RefusedError(sentence, event.start_mark)
        return _Parser(text).get_single_node()
    except UnicodeDecodeError:
        raise _RefusedError("the file is not UTF-8: save it as UTF-8.") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise _RefusedError(_why(error, text, mark), mark) from None


def _why(error: yaml.YAMLError, text: str, mark: Any) -> str:  # noqa: ANN401
    """Say in a sentence what the parser did not understand, without the text it saw."""
    problem = str(getattr(error, "problem", ""))
    before = text.splitlines()[mark.line][: mark.column + 1] if mark and text[mark.index :] else ""
    if "\t" in before:
        return "a tab where blanks belong: indent with spaces."
    if "document" in problem:
        return "a second document (---): one file holds one."
    problem = re.sub(r",? *(but found|['\"]\w).*", "", problem, flags=re.DOTALL)
    return f"this is not YAML ({problem}): check colons, quotes and indentation."


def _value(node: yaml.Node | None) -> Any:  # noqa: ANN401
    if node is None:
        return None
    if node.tag != _PLAIN:
        raise _RefusedError("tags (!) are not allowed: remove it.", node.start_mark)
    if isinstance(node, yaml.ScalarNode):
        return None if not node.style and node.value in {"", "~", "null"} else node.value
    if isinstance(node, yaml.SequenceNode):
        return [_value(part) for part in node.value]
    found: dict[str, Any] = {}
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode) or key.value in found:
            sentence = "a key stands twice, or is no word: remove or rename one."
            raise _RefusedError(sentence, key.start_mark)
        found[key.value] = _value(value)
    return found
