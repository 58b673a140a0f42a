"""The commands about the register and the policy: ``govkit register …``, ``govkit policy …``."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - Typer reads the annotations
from typing import Annotated

import typer
from rich.console import Console

__all__ = ["policy", "register"]

register = typer.Typer(help="The register: what the company does.", no_args_is_help=True)
policy = typer.Typer(help="The policy: what the company promises.", no_args_is_help=True)


@register.command()
def init(
    data: Annotated[
        str, typer.Argument(metavar="DATA", help="A table, a folder of files, a database.")
    ],
    output: Annotated[Path, typer.Option(help="Folder of the register.")],
) -> None:
    """Start a register: classify every table and write proposals for a person to confirm."""
    from govkit.output.proposal import propose  # noqa: PLC0415 - each command loads its own room

    files = propose(data, output)
    Console(stderr=True).print(f"{len(files)} datasets proposed in {output / 'datasets'}.")


@policy.command()
def render(
    file: Annotated[Path, typer.Argument(metavar="POLICY", help="policy.yaml")],
    language: Annotated[str, typer.Option(help="'en' or 'ja'.")] = "en",
    output: Annotated[
        Path | None, typer.Option(help="Write to this file; as HTML where it ends in .html.")
    ] = None,
) -> None:
    """Write the public page of a policy, in English or Japanese."""
    from govkit.output import write_whole  # noqa: PLC0415
    from govkit.policy import load_policy, render_policy  # noqa: PLC0415

    html = output is not None and output.suffix in {".html", ".htm"}
    page = render_policy(load_policy(file), language, html=html)
    if output is None:
        print(page, end="")  # noqa: T201 - the answer
    else:
        write_whole(output, page)
