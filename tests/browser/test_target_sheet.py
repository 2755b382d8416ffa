"""The page of a target is printed for the wall: one sheet, where nothing stands on top of something else."""

import pypdfium2

from tests.browser.conftest import PC
from tests.test_targets import four_weeks  # noqa: F401


def test_the_months_under_the_line_stand_above_the_legend(four_weeks, people, tmp_path):  # noqa: F811
    page = people("sara", PC)
    page.goto("/progress/HL/CT4a")
    page.pdf(path=tmp_path / "page.pdf", prefer_css_page_size=True)
    sheets = pypdfium2.PdfDocument(tmp_path / "page.pdf")
    lines = sheets[0].get_textpage().get_text_range().splitlines()
    assert "1 2 3 4 5 6 7 8 9 10 11 12" in lines and len(sheets) == 1
    assert not [line for line in lines if "Biểu" in line], "nobody on the way past looks for the report's tables"
