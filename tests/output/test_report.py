"""Reports: whole or not at all, and nothing in them that could run."""

from __future__ import annotations

import datetime as dt
import errno
import tempfile

import pytest

import govkit as gk
from govkit.errors import SourceError
from govkit.output import Section, check_figures, html_report, write_whole

MADE = dt.datetime(2026, 1, 2, 3, 4, tzinfo=dt.UTC)


def section(column="ill"):
    answer = gk.check({"age": [30, 30, 41], column: ["a", "b", "a"]}, "age", sensitive=column, k=2)
    return Section(
        title="A <title>", text="Some & text", result=answer, figures=check_figures(answer)
    )


def test_a_report_says_verdict_sentence_and_next_step():
    page = html_report("Report", [section()], made=MADE)
    assert "UNSAFE" in page
    assert "1 of 3 records are in groups smaller than 2" in page
    assert "2026-01-02 03:04 UTC" in page
    assert "A &lt;title&gt;" in page
    assert "Some &amp; text" in page


def test_the_same_results_give_the_same_page():
    one, other = (html_report("Report", [section()], made=MADE) for _ in range(2))
    assert one == other


def test_a_figure_cannot_leave_its_script():
    figure = check_figures(section().result)[0].update_layout(title="</script><script>bad()")
    plain = Section(title="t", text="t", result=section().result, figures=[figure])
    assert "</script><script>bad()" not in html_report("Report", [plain])


def test_a_report_without_charts_is_small():
    plain = Section(title="t", text="t", result=section().result)
    assert len(html_report("Report", [plain])) < 20_000


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EACCES], ids=["disk full", "no right"])
def test_a_file_that_cannot_be_written_stays_as_it_was(tmp_path, monkeypatch, code):
    target = tmp_path / "report.html"
    target.write_text("old", encoding="utf-8")

    def refuse(*_args, **_options):
        raise OSError(code, "Nothing doing")

    monkeypatch.setattr("os.fsync", refuse)
    with pytest.raises(SourceError, match="cannot be written"):
        write_whole(target, "new")
    assert target.read_text(encoding="utf-8") == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(SourceError, match=r"'r\.html' cannot be written"):
        write_whole(tmp_path / "nowhere" / "r.html", "text")


def test_a_new_file_has_ordinary_rights(tmp_path):
    ordinary = tmp_path / "ordinary"
    ordinary.touch()
    written = write_whole(tmp_path / "written", "text")
    assert written.stat().st_mode == ordinary.stat().st_mode


def test_no_temporary_file_outside_the_folder(tmp_path, monkeypatch):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(elsewhere))
    write_whole(tmp_path / "r.html", "text")
    assert list(elsewhere.iterdir()) == []
