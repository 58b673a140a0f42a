"""The reference of a command line, written from its own code so that it cannot go stale."""

from __future__ import annotations

import pkgutil
from typing import TYPE_CHECKING, Any

import typer
from sphinx.util.docutils import SphinxDirective

if TYPE_CHECKING:
    from collections.abc import Iterator

    from docutils import nodes


class CommandLine(SphinxDirective):
    """``command-line``: a section per command of a Typer application.

    The argument is where the application is (``package.module:app``), for pages in Markdown.
    """

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Write the sections as Markdown and hand them to the page's own parser."""
        group: Any = typer.main.get_command(pkgutil.resolve_name(self.arguments[0]))
        text = "\n".join(line for command in commands(group) for line in section(*command))
        return self.parse_text_to_nodes(text, allow_section_headings=True)


def commands(group: Any, name: str = "") -> Iterator[tuple[str, Any]]:  # noqa: ANN401
    """Give every command, also those of groups within the group, by its whole name."""
    for own, command in group.commands.items():
        whole = f"{name or group.name} {own}"
        inner = hasattr(command, "commands")
        yield from commands(command, whole) if inner else [(whole, command)]


def section(name: str, command: Any) -> Iterator[str]:  # noqa: ANN401 - Typer's class is private
    """Give the lines of one command: heading, what it does, usage, options."""
    arguments = [part for part in command.params if part.param_type_name == "argument"]
    options = [part for part in command.params if part.param_type_name == "option"]
    needed = "".join(f" {part.opts[0]} {_value(part)}" for part in options if part.required)
    usage = " ".join([name, *(str(part.metavar) for part in arguments)])
    yield f"## {name}\n\n{command.help}\n\n```console\n$ {usage}{needed} [OPTIONS]\n```\n"
    for title, parts in (("argument", arguments), ("option", options)):
        if parts:
            yield f"| {title} | what it is | default |\n|---|---|---|"
            yield from (_row(part) for part in parts)
            yield ""


def _value(option: Any) -> str:  # noqa: ANN401
    return str(option.metavar or option.name.upper())


def _row(part: Any) -> str:  # noqa: ANN401
    named = part.param_type_name == "option"
    names = ", ".join(f"`{name}`" for name in part.opts) if named else f"`{part.metavar}`"
    given = "" if str(part.default) in {"None", "False", ""} else f"`{part.default}`"
    default = "needed" if part.required else given
    return f"| {names} | {(part.help or '').replace('|', chr(92) + '|')} | {default} |"
