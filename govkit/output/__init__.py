"""What leaves the house: reports of any result."""

from govkit.output.report import Section, check_figures, html_report, write_whole

__all__ = ["Section", "check_figures", "html_report", "write_whole"]
