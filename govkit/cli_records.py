"""The commands about the records: ``govkit records …``, ``incident …``, ``training …``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from govkit import cli_options as shared
from govkit.cli_described import Given, Told, add, both, day_of, history, moment, saved
from govkit.errors import InputError
from govkit.files import packaged

if TYPE_CHECKING:
    from govkit.records import Entry, Store
    from govkit.result import Result

records = typer.Typer(help="The records: what happened, only ever added to.", no_args_is_help=True)
incident = typer.Typer(help="Incidents: losses, falsifications, leaks.", no_args_is_help=True)
training = typer.Typer(help="Training: who completed what, who has to.", no_args_is_help=True)
_SAID = packaged("cli_records.yaml")


# The records


def _migrate(given: Given) -> Told:
    name = _open(given, create=True).name
    return Told(text="The records are ready.", plain={"records": name})


def _verify(given: Given) -> Told:
    found = _open(given).verify(given.get("expect"))
    text = "\n".join(f"- {one}" for one in found.breaks)
    return Told(result=found, text=text, code=shared.exit_code(found))


def _export(given: Given) -> Told:
    from govkit.records import export  # noqa: PLC0415 - each command loads its own room

    n, output = export(_open(given), given["output"], given.get("kind")), given["output"]
    return Told(text=f"{n:,} entries in {output}.", plain={"entries": n, "file": output})


def _backup(given: Given) -> Told:
    from govkit.records import backup  # noqa: PLC0415

    path = str(backup(_open(given), given["output"]))
    return Told(text=f"Backup in {path}: keep it as safe as the records.", plain={"file": path})


def _restore(given: Given) -> Result:
    from govkit.records import restore  # noqa: PLC0415

    return restore(given["copy"], given["records"])


def _erase(given: Given) -> Told:
    store, about = _open(given), _about(given)
    tokens = [one.person for one in store.entries(key=given["key"]) if one.person]
    kept = [token for token in tokens if store.person(token) is not None]
    if not kept:
        raise InputError("This case has no values of a person (any more): nothing was erased.")
    for token in kept:
        store.erase(token, reason=given["reason"], **about)
    text = f"Erased: {len(kept)}. Backups made before still hold them: delete those in time."
    return Told(text=text, plain={"erased": len(kept)})


def _dashboard(given: Given) -> Told:
    from govkit.records import dashboard  # noqa: PLC0415
    from govkit.result import Verdict  # noqa: PLC0415

    store, output = _open(given), given["output"]
    register, policy = _judged(given)
    found = dashboard(store, policy, register, staff=given.get("staff"), today=day_of(given))
    _page(output, "The records", found)
    lines = [f"{one.verdict.mark} {title}\n  {one.sentence}" for title, one in found.items()]
    parts = {title: one.to_dict() for title, one in found.items()}
    late = Verdict.worst(one.verdict for one in found.values()) is Verdict.UNSAFE
    return Told(
        text="\n".join(lines), plain={"report": str(output), "parts": parts}, code=int(late)
    )


# Incidents


def _write_incident(given: Given) -> Told:
    """Begin an incident, or add to what was said of one; what somebody adds meanwhile holds."""
    from govkit.records import incident_content  # noqa: PLC0415

    store, key = _open(given), given.get("key")
    old = _newest(store, key) if key else None
    content = incident_content(_facts(given), old.content if old else None)
    after = old.number if old else None
    return _recorded(store.append("incident", key, content, after=after, **_about(given)))


def _assess_incident(given: Given) -> Result:
    from govkit.records import assess_incident, incident_content  # noqa: PLC0415

    old = _newest(_open(given), given["key"]).content if "key" in given else None
    return assess_incident(
        incident_content(_facts(given), old), register=_judged(given)[0],
        now=moment(given.get("now")), language=given["language"],
    )  # fmt: skip


def _list_incidents(given: Given) -> Result:
    from govkit.records import incidents_overview  # noqa: PLC0415

    return incidents_overview(_open(given), _judged(given)[0], day_of(given))


def _show_incident(given: Given) -> Told:
    store = _open(given)
    _newest(store, given["key"])
    return history(store.entries("incident", given["key"]))


def _report_incident(given: Given) -> Told:
    from govkit.records import report_incident  # noqa: PLC0415

    content, (register, policy) = _newest(_open(given), given["key"]).content, _judged(given)
    text = report_incident(
        given["key"], content, language=given["language"], policy=policy, register=register
    )
    return saved(text, given.get("output"))


# Training


def _record_training(given: Given) -> Told:
    from govkit.output.demo import samples  # noqa: PLC0415
    from govkit.records import record_completion  # noqa: PLC0415

    quizzes = given.get("quizzes") or samples() / "quizzes.json"
    return _recorded(record_completion(
        _open(given), given["file"], given["person"], quizzes=quizzes, **_about(given)
    ))  # fmt: skip


def _except_training(given: Given) -> Told:
    from govkit.records import except_person  # noqa: PLC0415

    return _recorded(except_person(
        _open(given), given["person"], given["module"], reason=given["reason"],
        until=given["until"].date(), **_about(given),
    ))  # fmt: skip


def _list_training(given: Given) -> Told:
    return history(tuple(_open(given).latest("training").values()))


def _overdue_training(given: Given) -> Result:
    from govkit.records import training_status  # noqa: PLC0415

    store, (policy, register) = _open(given), both(given)
    found = training_status(
        policy, register, store, staff=given.get("staff"), days=given["days"], today=day_of(given)
    )
    if "output" in given:
        _page(given["output"], "Training", {"Training": found})
    return found


# What they share


def _open(given: Given, *, create: bool = False) -> Store:
    from govkit.records import open_store  # noqa: PLC0415

    return open_store(given["records"], create=create)


def _about(given: Given) -> Given:
    """Say who writes, and under which version of the policy."""
    from govkit.policy import load_policy  # noqa: PLC0415

    file = given.get("policy", Path("policy.yaml"))
    held = load_policy(file).version if "policy" in given or file.is_file() else None
    return {"author": given["author"], "policy_version": held}


def _judged(given: Given) -> tuple[Any, Any]:
    """Load register and policy, if a register is named."""
    return shared.both(given["register"], given.get("policy")) if "register" in given \
        else (None, None)  # fmt: skip


def _facts(given: Given) -> Given:
    return {name: given.get(name) for name in _SAID["facts"]}


def _newest(store: Store, key: str) -> Entry:
    found = store.latest("incident").get(key)
    if found is None:
        raise InputError("There is no incident of this number: see govkit incident list.")
    return found


def _recorded(entry: Entry) -> Told:
    return Told(text=f"{entry.key} recorded (entry {entry.number}).", plain=entry.to_dict())


def _page(path: Path, title: str, found: dict[str, Result]) -> None:
    from govkit.output import Section, html_report, write_whole  # noqa: PLC0415

    sections = [
        Section(title=name, text="", result=one, figures=_figures(one))
        for name, one in found.items()
    ]
    write_whole(path, html_report(title, sections))


def _figures(found: Any) -> list[Any]:  # noqa: ANN401 - a result that may have a figure
    return [found.plot()] if hasattr(found, "plot") and getattr(found, "bars", True) else []


add(records, _SAID["records"], {
    "migrate": _migrate, "verify": _verify, "export": _export, "backup": _backup,
    "restore": _restore, "erase": _erase, "report": _dashboard,
})  # fmt: skip
add(incident, _SAID["incident"], {
    "open": _write_incident, "update": _write_incident, "assess": _assess_incident,
    "list": _list_incidents, "show": _show_incident, "report": _report_incident,
})  # fmt: skip
add(training, _SAID["training"], {
    "record": _record_training, "except": _except_training, "list": _list_training,
    "overdue": _overdue_training, "report": _overdue_training,
})  # fmt: skip
