"""govkit request: a case from arrival to closing on the command line, as its user would lead it."""

import io
import json
import sys
from types import SimpleNamespace

import icalendar
import pytest

from govkit.cli import main
from govkit.records import open_store

NAME, MAIL = "渡辺 陽子", "watanabe_yoko9112@example.com"  # invented
AT = ("--at", "2026-05-11T09:00+09:00")


@pytest.fixture
def govkit(capsys, monkeypatch, tmp_path, samples):
    """Run the command line in this process, with its places from the environment."""
    open_store(tmp_path / "r.sqlite", create=True)
    places = {
        "RECORDS": tmp_path / "r.sqlite", "REGISTER": samples / "register", "DATA": samples,
        "AUTHOR": "S0021",
    }  # fmt: skip
    for name, value in places.items():
        monkeypatch.setenv(f"GOVKIT_{name}", str(value))
    monkeypatch.setenv("COLUMNS", "200")

    def run(*words, given=""):
        monkeypatch.setattr(sys, "argv", ["govkit", "request", *map(str, words)])
        monkeypatch.setattr(sys, "stdin", io.StringIO(given))
        with pytest.raises(SystemExit) as stop:
            main()
        out, err = capsys.readouterr()
        return SimpleNamespace(code=stop.value.code, out=out, err=err)

    return run


def test_from_arrival_to_closing(govkit, tmp_path):
    given = f"# who asks\nname：{NAME}\nemail: {MAIL}\n"
    opened = govkit(
        "open", "access", "--channel", "email", "--identifier-file", "-", *AT, "--json", given=given
    )
    case = json.loads(opened.out)
    assert (opened.code, case["key"], case["due"], case["days_left"]) == (
        0,
        "R-2026-001",
        "2026-06-11",
        31,
    )
    key = case["key"]
    assert govkit("identity", key, "--method", "Called back.", *AT).code == 0
    located = govkit("locate", key, "--by-hand", "web-visits=0", *AT)
    assert located.code == 1  # something is left to look at
    assert "not searched: client-checkups." in located.out
    assert "customers" in located.out
    assert govkit("extend", key, "--reason", "Many systems.", *AT).code == 0
    assert "2026-08-11" in govkit("decide", key, "granted", *AT).out
    made = govkit("package", key, "--output", tmp_path / "out", "--language", "ja", *AT)
    assert made.out.splitlines() == [
        str(tmp_path / "out" / f"{key}.{kind}") for kind in ("json", "csv", "html")
    ]
    assert NAME in govkit("letter", key, *AT).out
    assert json.loads(govkit("letter", key, "identify", "--json", *AT).out)["text"]
    written = govkit(
        "letter", key, "answer", "--language", "ja", "--output", tmp_path / "l.txt", *AT
    )
    assert written.out == f"{tmp_path / 'l.txt'}\n"
    assert f"{NAME} 様" in (tmp_path / "l.txt").read_text("utf-8")
    assert govkit("ics", "--output", tmp_path / "due.ics", *AT).code == 0
    calendar = icalendar.Calendar.from_ical((tmp_path / "due.ics").read_bytes())
    assert len(calendar.walk("VEVENT")) == 1
    printed, plain = govkit("ics", *AT), json.loads(govkit("ics", "--json", *AT).out)["text"]
    assert printed.out.startswith("BEGIN:VCALENDAR")  # text, and no repr of bytes
    assert icalendar.Calendar.from_ical(plain) == calendar
    assert govkit("answer", key, *AT).code == 0
    assert govkit("close", key, "--forget", *AT).code == 0
    assert json.loads(govkit("show", key, "--json", *AT).out)["state"] == "closed"
    assert NAME not in govkit("letter", key, *AT).out


def test_work_to_confirm_and_overdue(govkit):
    who = ("--identifier", f"email={MAIL}")
    govkit("open", "erase", "--channel", "letter", "--received-on", "2026-05-01", *AT)
    govkit("identity", "R-2026-001", "--method", "Called back.", *AT)
    govkit("locate", "R-2026-001", *who, *AT)
    assert "crm/customers, nagisa" in govkit("decide", "R-2026-001", "granted", *AT).out
    govkit("confirm", "R-2026-001", "nagisa", *AT)
    refused = govkit("close", "R-2026-001", *AT)
    assert (refused.code, refused.err) == (
        2,
        "govkit: R-2026-001 has open work: confirm crm/customers.\n",
    )
    assert govkit("overdue", *AT).code == 0
    late = govkit("overdue", "--at", "2026-05-16", "--json")
    assert (late.code, json.loads(late.out)["overdue"]) == (1, 1)
    listed = govkit("list", "--at", "2026-05-16")
    assert "R-2026-001" in listed.out
    assert "-1" in listed.out
    assert govkit("withdraw", "R-2026-001", *AT).code == 0
    assert govkit("overdue", "--at", "2026-05-16").code == 0


OPEN = ["open", "disclose", "--channel", "form"]


@pytest.mark.parametrize(
    ("words", "given", "told"),
    [
        pytest.param(["show", "R-9"], "", "There is no request 'R-9'", id="no such case"),
        pytest.param(
            [*OPEN, "--identifier-file", "-"], "Quillfeather", "one of 1 is not so", id="no type"
        ),
        pytest.param([*OPEN, "--identifier", "name="], "", "type=value", id="no value"),
        pytest.param([*OPEN, "--identifier-file", "none"], "", "There is no file", id="no file"),
        pytest.param([*OPEN, "--at", "tomorrow"], "", "2026-05-11T09:00", id="no moment"),
        pytest.param(OPEN[:2], "", "--channel", id="no channel"),
        pytest.param(["locate", "R", "--by-hand", "a=many"], "", "web-visits=0", id="no number"),
        pytest.param(["list", "--register", "nowhere"], "", "no folder", id="no register"),
        pytest.param(["list", "--records", "nowhere.sqlite"], "", "no records", id="no records"),
        pytest.param(["decide", "R-2026-001", "maybe"], "", "granted, partly, refused", id="what?"),
        pytest.param([*OPEN, "--author", " "], "", "author", id="nobody"),
    ],
)
def test_wrong_usage_is_one_sentence(govkit, words, given, told):
    done = govkit(*words, given=given)
    assert done.code == 2
    assert told in done.err
    assert len(done.err.splitlines()) == 1
    assert "Quillfeather" not in done.err + done.out


def test_a_file_that_is_no_text_is_told(govkit, tmp_path):
    (tmp_path / "who.txt").write_bytes("name: 渡辺".encode("cp932"))
    done = govkit(
        "open", "disclose", "--channel", "form", "--identifier-file", tmp_path / "who.txt"
    )
    assert (done.code, "UTF-8" in done.err) == (2, True)
