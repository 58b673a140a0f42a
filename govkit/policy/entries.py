"""The models of policy and register, made from ``models/*.yaml``.

They stand there because each of their keys also has a meaning for people and a place in the law,
from which pages and exports are made; ``entries.pyi`` tells their types to editors and mypy.
What a key is, is said so:

``text``, ``key``, ``date``, ``moment`` (with its distance from UTC), ``flag`` (false unless true),
``number``, ``count`` (from 1), ``size`` (from 2), ``share`` (above 0, up to 1), ``period``
(``P3Y``), ``country`` (``JP``);
``a | b``: one of these words; ``->datasets``: the key of an entry; ``Name``: a model before it.
``or none``: may be missing. ``= x``: the default. ``[…]``: a list, ``[… +]``: of at least one.
"""

import datetime as dt
from importlib.resources import files
from typing import Annotated, Any, Literal

import yaml
from pydantic import AwareDatetime, Field, create_model

from govkit.policy import words

_TYPES: dict[str, Any] = {
    "text": str, "key": words.Key, "date": dt.date, "moment": AwareDatetime, "flag": bool,
    "number": Annotated[int, Field(ge=0)], "count": Annotated[int, Field(ge=1)],
    "size": Annotated[int, Field(ge=2)], "share": Annotated[float, Field(gt=0, le=1)],
    "country": words.Country, "period": words.Period,
} | {name: getattr(words, name) for name in words.__all__}  # fmt: skip


def declare(text: bytes, home: dict[str, Any]) -> None:
    """Make the models that a file of keys declares, and put them into a module's names."""
    shapes = yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - safe
    for title, keys in shapes.items():
        about = keys.pop("about")
        fields: Any = {key: _field(said["is"]) for key, said in keys.items()}
        place = {"__module__": home["__name__"], "__doc__": about}
        made = create_model(title, __base__=words.Model, **place, **fields)
        made.refers, made.keys = dict(_references(keys)), keys
        home[title] = _TYPES[title] = made


def _one(word: str) -> Any:  # noqa: ANN401 - a type
    if "|" in word:
        return Literal[tuple(part.strip() for part in word.split("|"))]
    return words.Key if word.startswith("->") else _TYPES[word]


def _field(said: str | list[str]) -> tuple[Any, Any]:
    """Give type and default of a key."""
    if isinstance(said, list):
        one: Any = _one(said[0].rstrip("+ "))
        return tuple[one, ...], Field(min_length=1) if said[0].endswith("+") else ()
    word, _, default = said.partition(" = ")
    if word.endswith(" or none"):
        return _one(word.removesuffix(" or none")) | None, None
    if word == "flag":
        return bool, False
    return _one(word), Field(default, validate_default=True) if default else ...


def _references(keys: dict[str, Any]) -> Any:  # noqa: ANN401 - pairs
    for key, said in keys.items():
        word = said["is"][0] if isinstance(said["is"], list) else said["is"]
        word = word.rstrip("+ ").removesuffix(" or none")
        if word.startswith("->"):
            yield key, word[2:]
        for deeper, kind in getattr(_TYPES.get(word), "refers", {}).items():
            yield f"{key}.{deeper}", kind


for _name in ("policy", "register"):
    declare((files("govkit.policy") / "models" / f"{_name}.yaml").read_bytes(), globals())
