"""A report with everything in it: six tables, late numbers, definitions; invented, and complete."""


def column(key, label, kind="text"):
    return {"key": key, "label": label, "kind": kind}


def table(title, columns, rows, notes=()):
    kinds = ("row", "total", "head")
    lines = [row if row[0] in kinds else ("row", *row) for row in rows]
    return {
        "title": title,
        "columns": [column(*each) for each in columns],
        "rows": [{"kind": kind, "key": str(n), "cells": cells} for n, (kind, *cells) in enumerate(lines)],
        "notes": list(notes),
    }


TARGETS = table(
    "Kết quả thực hiện các chỉ tiêu",
    [
        ("number", "STT", "int"),
        ("name", "Chỉ tiêu"),
        ("counted", "ĐVT"),
        ("goal", "Kế hoạch 2026"),
        ("all", "Tổng số đối tượng", "int"),
        ("asked", "Số đã khảo sát", "int"),
        ("coverage", "Tỷ lệ phủ (%)", "percent"),
        ("yes", "Số đạt", "int"),
        ("rate_asked", "Tỷ lệ trên số khảo sát (%)", "percent"),
        ("rate_all", "Tỷ lệ trên tổng số (%)", "percent"),
        ("before", "Kỳ trước (%)", "percent"),
        ("state", "So với kế hoạch"),
        ("source", "Nguồn số liệu"),
        ("remark", "Ghi chú"),
    ],
    [
        (1, "CT1. Cán bộ, công chức, viên chức có kỹ năng số", "người", "100%", 312, 312, 100.0, 298, 95.51282,
         95.51282, 90.1, "Chưa đạt", "Đơn vị báo cáo", ""),
        (2, "CT3. Người trưởng thành có kỹ năng số", "người", "100%", 15234, 8120, 53.30182, 4011, 49.39655,
         26.32926, None, "Chưa đạt", "Khảo sát", "Tự khai"),
        (3, "CT4a. Người trưởng thành có điện thoại thông minh", "người", "trên 85%", 15234, 8120, 53.30182, 7004,
         86.25616, 45.97611, 41.25, "Chưa đủ số liệu", "Khảo sát", ""),
        (4, "CT6. Công dân từ 16 tuổi có danh tính số", "người", "100%", None, None, None, None, None, None, None,
         "Chưa có số liệu", "Công an xã", ""),
    ],
    ["Tỷ lệ trên tổng số mới nói được là đạt."],
)  # fmt: skip
PUBLICITY = table(
    "Thông tin, tuyên truyền",
    [
        ("number", "STT", "int"),
        ("form", "Hình thức"),
        ("counted", "ĐVT"),
        ("period", "Trong kỳ", "int"),
        ("year", "Lũy kế", "int"),
        ("units", "Đơn vị thực hiện"),
    ],
    [
        (1, "Phát thanh trên hệ thống truyền thanh cơ sở", "lượt", 24, 1250, "Trung tâm dịch vụ tổng hợp xã"),
        (2, "Tin, bài trên Trang thông tin điện tử", "tin, bài", 6, 61, "Phòng Văn hóa - Xã hội"),
    ],
)
CLASSES = table(
    "Các lớp, buổi hướng dẫn",
    [
        ("number", "STT", "int"),
        ("day", "Ngày", "day"),
        ("title", "Tên lớp, nội dung"),
        ("lead", "Đơn vị chủ trì"),
        ("place", "Thôn/địa điểm"),
        ("sessions", "Số buổi", "int"),
        ("came", "Lượt người", "int"),
        ("women", "Trong đó: nữ", "int"),
        ("old", "Từ 60 tuổi", "int"),
        ("host", "Người hướng dẫn"),
        ("remark", "Ghi chú"),
    ],
    [
        (1, "2026-10-20", "Dùng VNeID", "Công an xã", "Thôn 4 Thạch Hòa/Nhà văn hóa", 1, 42, 25, 18,
         "Nguyễn Thị Hà", ""),
        (2, "2026-11-05", "Thanh toán bằng mã QR", "Đoàn Thanh niên xã", "Thôn Trại Mới", 2, 61, 33, 9,
         "Bùi Văn Nam", "Có khách"),
        ("total", "", "", "Cộng", "", "", 3, 103, 58, 27, "", ""),
    ],
)  # fmt: skip
MODELS = table(
    "Các mô hình, phong trào",
    [
        ("number", "STT", "int"),
        ("model", "Mô hình"),
        ("lead", "Đơn vị chủ trì"),
        ("period", "Kết quả trong kỳ"),
        ("year", "Lũy kế"),
        ("goal", "Kế hoạch"),
        ("state", "Trạng thái"),
    ],
    [(1, "Gia đình số", "Mặt trận Tổ quốc và các đoàn thể", "120 hộ", "1.204 hộ", "Mọi hộ", "Đang thực hiện")],
)
VILLAGES = table(
    "Kết quả theo thôn",
    [
        ("number", "STT", "int"),
        ("village", "Thôn"),
        ("homes", "Tổng số hộ", "int"),
        ("done", "Hộ đã khảo sát", "int"),
        ("coverage", "Tỷ lệ (%)", "percent"),
        ("adults", "Số người từ 18 tuổi", "int"),
        ("phones", "Có điện thoại thông minh", "int"),
        ("phones_rate", "Tỷ lệ (%)", "percent"),
        ("accounts", "Có tài khoản thanh toán điện tử", "int"),
        ("accounts_rate", "Tỷ lệ (%)", "percent"),
        ("skills", "Đạt kỹ năng số", "int"),
        ("skills_rate", "Tỷ lệ (%)", "percent"),
        ("families", "Hộ “Gia đình số”", "int"),
        ("families_rate", "Tỷ lệ (%)", "percent"),
        ("sessions", "Số buổi học", "int"),
        ("came", "Lượt người", "int"),
        ("helped", "Lượt hỗ trợ tại nhà", "int"),
        ("waiting", "Cần hỗ trợ tiếp", "int"),
    ],
    [
        ("head", "", "Xã Thạch Hòa cũ", *[""] * 16),
        (1, "Thôn 4 Thạch Hòa", 412, 300, 72.81553, 1204, 800, 66.44518, 610, 50.66445, 410, 34.05316, 90,
         21.84466, 12, 310, 44, 120),
        (2, "Thôn Trại Mới", 159, 20, 12.57862, 480, 41, 8.54167, 30, 6.25, 12, 2.5, 3, 1.88679, 1, 21, 2, 7),
        ("total", "", "Cộng", 571, 320, 56.04203, 1684, 841, 49.94062, 640, 38.00475, 422, 25.05938, 93, 16.28722,
         13, 331, 46, 127),
    ],
)  # fmt: skip
TASKS = table(
    "Các nhiệm vụ",
    [
        ("code", "Mã"),
        ("task", "Nhiệm vụ"),
        ("lead", "Chủ trì"),
        ("with", "Phối hợp"),
        ("when", "Thời hạn"),
        ("output", "Sản phẩm"),
        ("state", "Trạng thái"),
        ("remark", "Ghi chú"),
    ],
    [
        (
            "NV1.1",
            "Tuyên truyền, nâng cao nhận thức của người dân về chuyển đổi số bằng nhiều hình thức",
            "Phòng Văn hóa - Xã hội",
            "Các cơ quan, đơn vị có liên quan",
            "Thường xuyên",
            "Tin, bài",
            "Đang thực hiện trong hạn",
            "",
        )
    ],
)


def made(**changed):
    return {
        "version": 1,
        "area": {"code": "HOALAC", "label": "Xã Hòa Lạc"},
        "unit": None,
        "period": {
            "key": "2026-11",
            "kind": "month",
            "name": "tháng 11 năm 2026",
            "starts": "2026-10-15",
            "ends": "2026-11-14",
            "since": "2026-01-01",
        },
        "plan": {"title": "Triển khai Phong trào", "year": 2026, "number": "", "date": "", "digest": "b" * 64},
        "title": "Kết quả thực hiện Phong trào “Bình dân học vụ số” tháng 11 năm 2026",
        "made_at": "2026-11-16T02:05:00",
        "closed": {"revision": 1, "at": "2026-11-16T01:30:00", "by": "Nguyễn Thị Hoa", "why": ""},
        "tables": {"1": TARGETS, "2": PUBLICITY, "3": CLASSES, "4": MODELS, "5": VILLAGES, "6": TASKS},
        "paragraphs": {
            "opening": [
                "Thực hiện Kế hoạch của UBND xã Hòa Lạc triển khai Phong trào “Bình dân học vụ số”, UBND xã Hòa Lạc "
                "báo cáo kết quả thực hiện tháng 11 năm 2026 (số liệu từ ngày 15/10/2026 đến hết ngày 14/11/2026; "
                "lũy kế từ ngày 01/01/2026) như sau:"
            ],
            "II.1": ["Đã khảo sát 320/571 hộ, tỷ lệ phủ 56,0%. Số liệu theo Biểu 1."],
            "II.2": ["Phát thanh 24 lượt trong kỳ, lũy kế 1.250 lượt (Biểu 2)."],
            "II.3": ["Mở 3 buổi với 103 lượt người (Biểu 3)."],
            "II.4": ["120 hộ đạt Gia đình số trong kỳ (Biểu 4)."],
            "II.5": ["Thôn 4 Thạch Hòa khảo sát 72,8% số hộ (Biểu 5)."],
            "closing": ["Trên đây là báo cáo kết quả thực hiện tháng 11 năm 2026, UBND xã Hòa Lạc trân trọng báo cáo"],
        },
        "definitions": [
            {
                "code": "CT4a",
                "name": "Điện thoại thông minh",
                "rule": "Người có máy riêng.",
                "population": "người từ 18 tuổi",
                "goal": "trên 85%",
                "source": "khảo sát tại hộ",
            }
        ],
        "late": [
            {"period": "2026-10", "what": "phiếu khảo sát hộ", "count": 3},
            {"period": "2026-09", "what": "lượt hỗ trợ tại nhà", "count": 12},
        ],
        "feeds": {},
    } | changed
