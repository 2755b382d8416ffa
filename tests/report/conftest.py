"""What the tests of a report's files write."""

import io

import pytest

import plan
from report import document, headers
from tests.report.invented import made


@pytest.fixture
def contents():
    """A closed month."""
    return made()


@pytest.fixture
def texts():
    """What an officer wrote."""
    return {
        "I": "Ban hành Kế hoạch.\nHọp giao ban 02 lần.",
        "III.1": "Các thôn làm tốt.",
        "III.2": "Một số thôn chậm.",
        "III.3": "Sóng yếu, do địa hình.",
        "IV": "Tiếp tục khảo sát.",
        "V": "Đề nghị thành phố hỗ trợ tài liệu.",
    }


@pytest.fixture
def header():
    """The commune's letterhead."""
    return headers.of(plan.load("plans/hoa-lac-2026.toml"))


@pytest.fixture
def written(contents, texts, header):
    """A function: the bytes of the document, of the sample with some of it changed."""

    def write(texts=texts, header=header, **changed):
        file = io.BytesIO()
        document.write(file, contents | changed, texts, header)
        return file.getvalue()

    return write
