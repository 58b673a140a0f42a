"""What leaves the house: reports of any result, and registers in other people's formats."""

from govkit.files import write_whole
from govkit.output.data_map import RegisterMap, map_register
from govkit.output.exchange import FORMATS, export_register, import_register, write_register
from govkit.output.report import Section, check_figures, html_report

__all__ = [
    "FORMATS", "RegisterMap", "Section", "check_figures", "export_register", "html_report",
    "import_register", "map_register", "write_register", "write_whole",
]  # fmt: skip
