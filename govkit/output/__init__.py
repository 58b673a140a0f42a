"""What leaves the house: reports of any result."""

from govkit.output.report import Section, html_report, write_whole

__all__ = ["Section", "html_report", "write_whole"]
