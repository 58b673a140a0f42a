"""Load a policy or a register, and tell every mistake with its file, line and remedy."""

import contextlib
import difflib
import gc
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from os import PathLike
from pathlib import Path
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from govkit.errors import FilesError, InputError, SourceError, shown
from govkit.files import packaged
from govkit.policy.policy import Policy
from govkit.policy.reading import line_of, read_yaml
from govkit.policy.register import Register

M = TypeVar("M", bound=BaseModel)
_ENOUGH = 200  # mistakes of one entry, and references that lead nowhere


@dataclass(frozen=True, slots=True)
class _Entry:
    """Something written in a file: of which kind, where, and what."""

    kind: str
    path: Path
    name: str
    inside: tuple[str | int, ...]
    content: Any

    def mistake(self, inside: Iterable[str | int], sentence: str) -> str:
        return f"{self.name}:{line_of(self.path, (*self.inside, *inside))}: {sentence}"


def _entries(kind: str, path: Path, name: str, content: Any, *inside: str) -> list[_Entry]:  # noqa: ANN401
    """Split a list into its entries; something else is one, and nothing none."""
    if not isinstance(content, list):
        return [] if content is None else [_Entry(kind, path, name, inside, content)]
    filled = ((at, one) for at, one in enumerate(content) if one is not None)
    return [_Entry(kind, path, name, (*inside, at), one) for at, one in filled]


def load_policy(path: str | PathLike[str]) -> Policy:
    """Load ``policy.yaml``.

    Raises
    ------
    SourceError
        There is no such file.
    InputError
        The file is not plain YAML.
    FilesError
        Keys are unknown or missing, texts are of the wrong kind, references lead nowhere: all
        such mistakes at once, each with its line. No text of the file is repeated.
    """
    return read_model(Policy, path).located(Path(path))


def read_model(
    model: type[M], path: str | PathLike[str], known: Mapping[str, Iterable[str]] | None = None
) -> M:
    """Read one YAML file as a model; raises what :func:`load_policy` raises.

    ``known`` are the keys of entries that the file may name and that stand elsewhere.
    """
    path, kinds = Path(path), kinds_of(model) | {"": model}
    content = read_yaml(path)
    whole = _Entry("", path, path.name, (), content)
    made, mistakes = _validated(model, whole)
    texts = content if isinstance(content, dict) else {}
    parts = (_entries(kind, path, path.name, texts.get(kind), kind) for kind in kinds)
    entries = [whole, *(one for some in parts for one in some)]
    mistakes += dict.fromkeys(islice(_loose_ends(kinds, entries, known or {}), _ENOUGH))
    if made is None or mistakes:
        raise FilesError(path.name, mistakes)
    return made


def load_register(folder: str | PathLike[str]) -> Register:
    """Load a register: ``datasets.yaml`` or ``datasets/*.yaml``, and so on for each kind of entry.

    A file holds one entry, or a list of them. ``policy.yaml`` and files that are not YAML are left
    alone.

    Raises
    ------
    SourceError
        There is no such folder, or no entry in it.
    FilesError
        All mistakes of all files at once; see :func:`load_policy`.
    """
    folder = Path(folder)
    called = folder.absolute().name  # the register may be "."
    if not folder.is_dir():
        raise SourceError(f"There is no folder {shown(called)}: check the path.")
    kinds, mistakes, entries = kinds_of(Register), list[str](), list[_Entry]()
    found, places = defaultdict[str, Any](list), defaultdict[str, Any](list)
    with contextlib.ExitStack() as after:
        if gc.isenabled():  # looking for cycles, of which there are none, takes longer than reading
            gc.disable()
            after.callback(gc.enable)
        for path in sorted(folder.rglob("*.y*ml")):
            entries += _in_file(path, path.relative_to(folder).as_posix(), kinds, mistakes)
        for entry in entries:
            made, wrong = _validated(kinds[entry.kind], entry)
            mistakes += wrong
            found[entry.kind].append(made)
            places[entry.kind].append((entry.name, entry.inside))
    mistakes += islice(_loose_ends(kinds, entries, {}), _ENOUGH)
    if mistakes:
        raise FilesError(called, mistakes)
    if not entries:
        raise SourceError(f"{shown(called)} holds no entry: see govkit register init.")
    return Register.model_validate(found | {"folder": folder, "places": places})


def _in_file(path: Path, name: str, kinds: Iterable[str], mistakes: list[str]) -> Iterator[_Entry]:
    """Give the entries of a file of a register; its name, or its folder's, is their kind."""
    if name == "policy.yaml" or "/." in f"/{name}" or not path.is_file():
        return
    kind = name.partition("/")[0].removesuffix(path.suffix)
    if kind not in kinds:
        mistakes.append(f"{name}: {_unknown(kind, kinds, 'kind of entry')}")
        return
    try:
        yield from _entries(kind, path, name, read_yaml(path, name))
    except (InputError, SourceError) as error:
        mistakes.append(str(error))


def kinds_of(root: type[BaseModel]) -> dict[str, Any]:
    """Give the parts of a model that are made of models, each with its model."""
    inner = {name: _inner(field.annotation) for name, field in root.model_fields.items()}
    return {name: model for name, model in inner.items() if model}


def _inner(annotation: Any) -> Any:  # noqa: ANN401 - a type, or a form of typing
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next(filter(None, map(_inner, get_args(annotation))), None)


def _validated(model: type[M], entry: _Entry) -> tuple[M | None, list[str]]:
    """Make a model of what was read, or tell what is wrong with it, line by line."""
    try:
        return model.model_validate(entry.content), []
    except ValidationError as error:
        wrong = error.errors(include_input=False, include_url=False)
    deeper = {one["loc"][:depth] for one in wrong for depth in range(len(one["loc"]))}
    wrong = [one for one in wrong if one["loc"] not in deeper][:_ENOUGH]  # not "too short" as well
    wrong.sort(key=lambda one: line_of(entry.path, (*entry.inside, *one["loc"])))
    return None, [entry.mistake(one["loc"], _sentence(model, one)) for one in wrong]


def _sentence(model: type[BaseModel], error: Any) -> str:  # noqa: ANN401 - Pydantic's own
    words = [part for part in error["loc"] if isinstance(part, str)] or [""]
    if error["type"] == "extra_forbidden":
        for part in words[:-1]:
            model = _inner(model.model_fields[part].annotation)
        return _unknown(words[-1], model.model_fields, "key")
    fitting = (
        text
        for start, text in packaged("policy/mistakes.yaml").items()
        if error["type"].startswith(start)
    )
    said = next(fitting, error["msg"]).format(**error.get("ctx", {}))
    return f"{words[-1]}: {said}".removeprefix(": ")


def _unknown(word: str, known: Iterable[str], what: str) -> str:
    """Offer the nearest word; a word that is near none is not repeated, it could be a name."""
    if near := difflib.get_close_matches(word, list(known), n=1):
        return f"unknown {what} {shown(word)}: did you mean {shown(near[0])}?"
    return f"unknown {what}: known are {', '.join(known)}."


def _loose_ends(
    kinds: dict[str, Any], entries: list[_Entry], known: Mapping[str, Iterable[str]]
) -> Iterator[str]:
    """Find keys that stand twice, and references to entries that do not exist."""
    keys: dict[str, set[str]] = {kind: set() for kind in kinds}
    keys |= {kind: set(some) for kind, some in known.items()}
    for entry in entries:
        for _, key in _values(entry.content, "key"):
            if key in keys[entry.kind]:
                yield entry.mistake(["key"], "this key stands twice: rename one.")
            keys[entry.kind].add(key)
        names = [name for _, name in _values(entry.content, "fields.name")]
        if len(set(names)) < len(names):
            yield entry.mistake(["fields"], "two fields have the same name: rename one.")
    for entry in entries:
        for path, target in getattr(kinds[entry.kind], "refers", {}).items():
            for inside, value in _values(entry.content, path):
                if value not in keys[target]:
                    near = difflib.get_close_matches(value, sorted(keys[target]), n=1)
                    hint = f"did you mean {shown(near[0])}?" if near else "add it, or remove this."
                    yield entry.mistake(inside, f"no such entry among {target}: {hint}")


def _values(content: object, path: str) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Give the texts at a path of keys, through lists, each with where it stands."""
    head, _, rest = path.partition(".")
    found = content.get(head) if isinstance(content, dict) else None
    for at, one in enumerate(found) if isinstance(found, list) else [(None, found)]:
        here = (head,) if at is None else (head, at)
        if rest:
            yield from (((*here, *inside), value) for inside, value in _values(one, rest))
        elif isinstance(one, str):
            yield here, one
