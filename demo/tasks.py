"""A year's news of the plan's tasks: one is overdue, one was finished late, one has no news this month."""

import random
from datetime import date, datetime, time

import vi
from demo.chance import uid
from demo.storing import insert
from models import TaskUpdate, Unit

# task, day of 2026, key of the unit, what was done, document, link, whether that finished it
UPDATES = [
    ("NV1.1", "22/01", "culture", "Hội nghị quán triệt Nghị quyết 57-NQ/TW cho cán bộ chủ chốt, 86 người dự.",
     "05/TB-UBND"),
    ("NV1.1", "11/02", "front", "Lồng ghép vào sinh hoạt chi hội phụ nữ, nông dân ở 8 thôn."),
    ("NV1.1", "18/03", "thach_hoa_primary", "Quán triệt trong họp hội đồng sư phạm, 41 giáo viên, nhân viên dự."),
    ("NV1.1", "16/04", "police", "Quán triệt trong chi bộ Công an xã; ký cam kết hỗ trợ kích hoạt VNeID."),
    ("NV1.1", "21/07", "office", "Đưa nội dung Kế hoạch 05-KH/BCĐ57 vào họp giao ban tháng 7.", "61/TB-UBND"),
    ("NV1.1", "15/10", "youth_union", "Tọa đàm “Thanh niên với Nghị quyết 57”, 64 đoàn viên dự."),
    ("NV1.1", "12/11", "front", "Phổ biến tại Ngày hội Đại đoàn kết ở 12 thôn."),
    ("NV1.2", "20/01", "centre", "Mở chuyên mục “Bình dân học vụ số” trên đài truyền thanh xã, hai buổi mỗi tuần."),
    ("NV1.2", "25/03", "centre", "Quý I: 24 buổi phát thanh, 11 bài trên trang thông tin điện tử xã."),
    ("NV1.2", "24/06", "centre", "Quý II: 26 buổi phát thanh, 14 bài, treo 12 băng rôn ở nhà văn hóa các thôn."),
    ("NV1.2", "25/09", "centre", "Quý III: 25 buổi phát thanh, 17 bài; mời trưởng thôn, giáo viên hưu nói chuyện."),
    ("NV1.2", "20/11", "centre", "Phát lại loạt bài về lừa đảo qua điện thoại, bốn buổi trong tuần.", "",
     "https://hoalac.hanoi.gov.vn/binh-dan-hoc-vu-so"),
    ("NV1.3", "18/09", "centre", "Trình kế hoạch chiến dịch 10/10.", "112/KH-UBND"),
    ("NV1.3", "10/10", "centre", "Ngày Chuyển đổi số quốc gia tại sân UBND xã: 7 bàn hướng dẫn, 320 lượt người."),
    ("NV1.3", "05/11", "centre", "Gửi báo cáo kết quả chiến dịch, sau hạn năm ngày.", "214/BC-TTDVTH", "", True),
    ("NV2.1", "27/02", "thach_hoa_primary", "Chuyên đề an toàn trên mạng cho khối 4, khối 5."),
    ("NV2.1", "20/03", "thach_hoa_secondary", "Hội thảo dùng trí tuệ nhân tạo khi học, 12 lớp tham gia."),
    ("NV2.1", "24/04", "tien_xuan_b_primary", "Đưa kỹ năng số vào 6 tiết tin học mỗi lớp, đã dạy xong.", "18/BC-THTXB",
     "", True),
    ("NV2.1", "15/05", "thach_hoa_secondary", "Dạy xong chuyên đề kỹ năng số ở cả bốn khối.", "33/BC-THCS", "", True),
    ("NV2.1", "22/05", "thach_hoa_primary", "Hội thảo tổng kết, các lớp từ khối 1 đã học.", "27/BC-THTH", "", True),
    ("NV2.2", "09/04", "culture", "Cử 18 cán bộ, công chức học lớp chuyển đổi số của Thành phố.", "41/QĐ-UBND"),
    ("NV2.2", "14/09", "culture", "Cử 9 người học lớp ứng dụng AI, khóa tháng 10.", "97/QĐ-UBND"),
    ("NV2.3", "05/06", "culture", "Mở lớp thứ nhất cho 32 người tại hội trường UBND xã.", "58/QĐ-UBND"),
    ("NV2.3", "19/08", "culture", "Lùi lớp thứ hai do trùng lịch kiểm tra; còn viên chức ba trường chưa học."),
    ("NV2.4", "12/03", "youth_union", "Ra mắt nhóm hướng dẫn tại 12 thôn, mỗi thôn từ một đến hai người."),
    ("NV2.4", "02/07", "women", "Chi hội các thôn mời 140 hội viên trên 50 tuổi đến lớp buổi tối."),
    ("NV2.4", "28/10", "youth_union", "Các lớp ở nhà văn hóa và hướng dẫn tại nhà tiếp tục; xem mục lớp học."),
]  # fmt: skip


def add(staff, moment):
    """What was told up to today, each written down by the office the day it happened."""
    rng, units, today = random.Random(22), {unit.key: unit for unit in Unit.select()}, vi.local(moment).date()
    rows = []
    for task, day, key, text, *more in UPDATES:
        document, link, done = (*more, *("", "", False)[len(more) :])
        on = date(2026, int(day[3:]), int(day[:2]))
        at = min(moment, vi.utc(datetime.combine(on, time(16))))
        rows.append(
            TaskUpdate(
                uid=uid(rng), task=task, unit=units[key], on=on, text=text, document=document, link=link, done=done,
                user=staff, made_at=at,
            )
        )  # fmt: skip
    insert(TaskUpdate, sorted((row for row in rows if row.on <= today), key=lambda row: row.made_at))
