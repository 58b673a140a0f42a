"""The gate on the command line: ``govkit assess``, ``govkit disclose …``."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import typer

from govkit import cli_options as shared
from govkit.cli_described import Given, Told, add, both, history
from govkit.errors import InputError
from govkit.files import packaged, write_whole

if TYPE_CHECKING:
    from govkit.assess import Assessment
    from govkit.records.decision import Decision
    from govkit.records.disclosures import Gate

__all__ = ["add_to"]


def add_to(app: typer.Typer) -> None:
    """Add ``assess`` and the group ``disclose`` to the street door."""
    said = packaged("cli_disclose.yaml")["commands"]
    group = typer.Typer(help="The gate: what may be handed over, and its record.",
                        no_args_is_help=True)  # fmt: skip
    add(app, said, {"assess": _assess})
    add(group, said, {
        "request": _request, "record": _record, "approve": _sign("approve"),
        "override": _sign("override"), "list": _list, "show": _show, "report": _report,
    })  # fmt: skip
    app.add_typer(group, name="disclose")


def _assess(given: Given) -> Assessment:
    from govkit.assess import assess  # noqa: PLC0415 - each command loads its own room

    kinds = {"table": True, "records_file": False}
    table = next((kinds[name] for name in kinds if given.pop(name, None)), None)
    html, output = (given.pop(name, None) for name in ("html", "output"))
    policy, register = both(given)
    trees = shared.trees(given.pop("hierarchies", None), [])
    found = assess(given.pop("source"), policy, register, table=table, hierarchies=trees, **given)
    if output:
        found.write(output)
    if html:
        from govkit.output import Section, html_report  # noqa: PLC0415

        text = f"SHA-256 {found.sha256}; policy {found.policy_version}, run {found.run}."
        section = Section(title="May this file be shown?", text=text, result=found)
        write_whole(html, html_report("Assessment", [section]))
    return found


def _request(given: Given) -> Decision:
    gate, about = _gate(given, create=True), _about(given)
    several = {"purposes": "purpose", "consent_recipients": "consent_recipient"}
    wanted = {many: given.pop(one) for many, one in several.items() if one in given} | given
    if "until" in wanted:
        wanted["until"] = str(wanted["until"].date())
    wanted.setdefault("audience", "recipient" if "recipient" in wanted else "public")
    wanted["ground"] = wanted["ground"].replace("-", "_")
    return gate.request(wanted, **about)


def _record(given: Given) -> Told:
    gate, about = _gate(given), _about(given)
    return Told(result=gate.record(given["key"], **about))


def _sign(kind: str) -> Any:  # noqa: ANN401 - a command
    def sign(given: Given) -> Told:
        gate, about = _gate(given), _about(given)
        signed = {name: about[name] for name in ("author", "at")}
        entry = getattr(gate, kind)(given["key"], reason=given["reason"], **signed)
        text = f"{entry.key}: {entry.kind} recorded (entry {entry.number})."
        return Told(text=text, plain=entry.to_dict())

    return sign


def _list(given: Given) -> Told:
    rows = _gate(given).listed()
    shown = [
        {"key": row["key"], "dataset": row["dataset"], "recipient": row["recipient"],
         "ground": row["ground"],  # what is planned stands as it was decided
         "state": row["status"] if row["status"] == "made" else row["decision"] or row["status"],
         "made on": row["disclosed_on"], "keep until": row["retain_until"]}
        for row in rows
    ]  # fmt: skip
    return Told(rows=shown, plain={"disclosures": rows})


def _show(given: Given) -> Told:
    found = _gate(given).store.entries(key=given["key"])
    if not found:
        raise InputError("There is no such disclosure in the records: see govkit disclose list.")
    return history(found)


def _report(given: Given) -> Told:
    from govkit.records import provision  # noqa: PLC0415

    gate, output = _gate(given), given.pop("output")
    rows = gate.provisions(**given)
    provision.write(rows, output)
    return Told(text=f"{len(rows)} in {output}.", plain={"report": str(output), "rows": rows})


def _gate(given: Given, *, create: bool = False) -> Gate:
    from govkit.records import open_store  # noqa: PLC0415
    from govkit.records.disclosures import Gate  # noqa: PLC0415

    policy, register = both(given)
    store = open_store(given.pop("records"), create=create)
    return Gate(policy=policy, register=register, store=store, folder=given.pop("data", None))


def _about(given: Given) -> Given:
    """Take what is said about the file, by whom and when."""
    from govkit.assess import Assessment  # noqa: PLC0415

    day, evidence = given.pop("day", None), given.pop("evidence", None)
    return {
        "author": given.pop("author"), "file": given.pop("file", None),
        "at": day and (day if day.tzinfo else day.replace(tzinfo=dt.UTC)),
        "evidence": evidence and Assessment.read(evidence),
        "hierarchies": shared.trees(given.pop("hierarchies", None), []),
        "certificate": given.pop("certificate", None),
    }  # fmt: skip
