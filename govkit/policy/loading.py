"""Load a policy or a register, and tell every mistake with its file, line and remedy."""

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.resources import files
from os import PathLike
from pathlib import Path
from typing import Any, TypeVar, get_args

import yaml
from pydantic import BaseModel, ValidationError

from govkit.errors import FilesError, InputError, SourceError, shown
from govkit.policy.policy import Policy
from govkit.policy.reading import line_of, read_yaml
from govkit.policy.register import Register
from govkit.policy.words import Model

__all__ = ["load_policy", "load_register", "read_model"]

M = TypeVar("M", bound=BaseModel)
_SUFFIXES = (".yaml", ".yml")


@dataclass(frozen=True, slots=True)
class _Entry:
    """An entry as written: where it stands, its key and the keys it refers to."""

    kind: str
    path: Path
    name: str
    inside: tuple[str | int, ...]
    content: Any

    @property
    def key(self) -> object:
        return self.content.get("key") if isinstance(self.content, dict) else None

    def mistake(self, inside: Iterable[str | int], sentence: str) -> str:
        return f"{self.name}:{line_of(self.path, (*self.inside, *inside))}: {sentence}"


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
    path = Path(path)
    content = read_yaml(path)
    entries = []
    for kind in _kinds(Policy):
        part = content.get(kind) if isinstance(content, dict) else None
        listed = enumerate(part) if isinstance(part, list) else [(None, part)]
        for at, one in listed:
            inside = (kind,) if at is None else (kind, at)
            entries.append(_Entry(kind, path, path.name, inside, one))
    whole = _Entry("", path, path.name, (), content)
    return _model(Policy, whole, _loose_ends(Policy, entries)).located(path)


def read_model(model: type[M], path: str | PathLike[str]) -> M:
    """Read one YAML file as a model; raises what :func:`load_policy` raises."""
    path = Path(path)
    return _model(model, _Entry("", path, path.name, (), read_yaml(path)), ())


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
    if not folder.is_dir():
        raise SourceError(f"There is no folder {shown(folder.name)}: check the path.")
    kinds, mistakes, entries = _kinds(Register), _strangers(folder), []
    found: dict[str, Any] = {kind: [] for kind in kinds}
    places: dict[str, Any] = {kind: [] for kind in kinds}
    for kind, path in _documents(folder):
        for entry in _entries(kind, path, path.relative_to(folder).as_posix(), mistakes):
            made, wrong = _validated(kinds[kind], entry)
            mistakes += wrong
            found[kind].append(made)
            places[kind].append((entry.name, entry.inside))
            entries.append(_without_lists(entry))
    mistakes += _loose_ends(Register, entries)
    if mistakes:
        raise FilesError(folder.name, mistakes)
    if not entries:
        raise SourceError(f"{shown(folder.name)} holds no entry: see govkit register init.")
    return Register.model_validate(found | {"folder": folder, "places": places})


def _kinds(root: type[BaseModel]) -> dict[str, type[Model]]:
    """Give the parts of a model that are made of models."""
    inner = {name: _inner(field.annotation) for name, field in root.model_fields.items()}
    return {name: model for name, model in inner.items() if model}


def _inner(annotation: Any) -> Any:  # noqa: ANN401 - a type, or a form of typing
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next(filter(None, map(_inner, get_args(annotation))), None)


def _strangers(folder: Path) -> list[str]:
    """Tell which files and folders nobody would ever read."""
    known = _kinds(Register)
    return [
        f"{path.name}: {_unknown(path.stem, known, 'kind of entry')}"
        for path in sorted(folder.glob("[!.]*"))
        if (path.is_dir() or path.suffix in _SUFFIXES)
        if path.stem not in known and path.name != "policy.yaml"
    ]


def _documents(folder: Path) -> Iterator[tuple[str, Path]]:
    for kind in _kinds(Register):
        own = [folder / f"{kind}{suffix}" for suffix in _SUFFIXES]
        for path in (*own, *sorted((folder / kind).rglob("[!.]*"))):
            if path.suffix in _SUFFIXES and path.is_file():
                yield kind, path


def _entries(kind: str, path: Path, name: str, mistakes: list[str]) -> Iterator[_Entry]:
    try:
        content = read_yaml(path, name)
    except (InputError, SourceError) as error:
        mistakes.append(str(error))
        return
    if isinstance(content, list):
        yield from (_Entry(kind, path, name, (at,), one) for at, one in enumerate(content))
    elif content is not None:
        yield _Entry(kind, path, name, (), content)


def _without_lists(entry: _Entry) -> _Entry:
    """Forget the long lists of fields, in which there are no references."""
    if isinstance(entry.content, dict):
        entry.content.pop("fields", None)
    return entry


def _model(model: type[M], entry: _Entry, others: Iterable[str]) -> M:
    made, mistakes = _validated(model, entry)
    mistakes += others
    if made is None or mistakes:
        raise FilesError(entry.name, mistakes)
    return made


def _validated(model: type[M], entry: _Entry) -> tuple[M | None, list[str]]:
    """Make a model of what was read, or tell what is wrong with it, line by line."""
    try:
        return model.model_validate(entry.content), []
    except ValidationError as error:
        wrong = error.errors(include_input=False, include_url=False)
    inner = [one["loc"] for one in wrong]
    wrong = [
        w
        for w in wrong
        if not any(len(w["loc"]) < len(i) and i[: len(w["loc"])] == w["loc"] for i in inner)
    ]
    wrong.sort(key=lambda one: line_of(entry.path, (*entry.inside, *one["loc"])))
    return None, [entry.mistake(one["loc"], _sentence(model, one)) for one in wrong]


def _sentence(model: type[BaseModel], error: Any) -> str:  # noqa: ANN401 - Pydantic's own
    *outer, last = error["loc"] or ("",)
    if error["type"] == "extra_forbidden":
        for part in outer:
            model = _inner(model.model_fields[part].annotation) if isinstance(part, str) else model
        return _unknown(last, model.model_fields, "key")
    named = next((part for part in reversed((*outer, last)) if isinstance(part, str)), "")
    sentences = yaml.safe_load((files("govkit.policy") / "mistakes.yaml").read_text("utf-8"))
    fitting = (text for start, text in sentences.items() if error["type"].startswith(start))
    said = next(fitting, error["msg"]).format(**error.get("ctx", {}))
    return f"{named}: {said}" if named else said


def _unknown(word: str, known: Iterable[str], what: str) -> str:
    """Offer the nearest word; a word that is near none is not repeated, it could be a name."""
    near = difflib.get_close_matches(word, list(known), n=1)
    if near:
        return f"unknown {what} {shown(word)}: did you mean {shown(near[0])}?"
    return f"unknown {what}: known are {', '.join(known)}."


def _loose_ends(root: type[BaseModel], entries: list[_Entry]) -> Iterator[str]:
    """Find keys that stand twice, and references to entries that do not exist."""
    keys: dict[str, set[str]] = {kind: set() for kind in _kinds(root)}
    for entry in entries:
        if isinstance(entry.key, str):
            if entry.key in keys[entry.kind]:
                yield entry.mistake(["key"], "this key stands twice: rename one.")
            keys[entry.kind].add(entry.key)
    for entry in entries:
        for path, target in _kinds(root)[entry.kind].refers.items():
            for inside, value in _values(entry.content, path):
                if value not in keys[target]:
                    yield entry.mistake(inside, _dangling(value, target, keys[target]))


def _values(content: object, path: str) -> Iterator[tuple[tuple[str | int, ...], str]]:
    head, _, rest = path.partition(".")
    found = content.get(head) if isinstance(content, dict) else None
    for at, one in enumerate(found) if isinstance(found, list) else [(None, found)]:
        here = (head,) if at is None else (head, at)
        if rest:
            yield from (((*here, *inside), value) for inside, value in _values(one, rest))
        elif isinstance(one, str):
            yield here, one


def _dangling(value: str, target: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(value, sorted(known), n=1)
    hint = f"did you mean {shown(near[0])}?" if near else f"add it to {target}, or remove it here."
    return f"there is no such entry among {target}: {hint}"
