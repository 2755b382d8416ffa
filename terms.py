"""The words that are lists: what may stand in a column, a field or a filter. Each is written here and nowhere else.

A dict also says what each is called, in Vietnamese. Exports write it so, `views/words.py` says it in the reader's
language; forms, filters and the phone's scripts (in data attributes) read the keys.
"""


def N_(text):  # noqa: N802
    """Mark a text for translation where no language is known yet."""
    return text


# -- A knock on a door
OUTCOMES = {  # as the form asks, in its order; "partial" is "done" with somebody not asked yet
    "done": N_("Đồng ý"),
    "partial": N_("Làm dở"),
    "refused": N_("Từ chối"),
    "not_home": N_("Vắng nhà"),
    "call_back": N_("Hẹn lại"),
    "moved": N_("Chuyển đi"),
    "vacant": N_("Không người ở"),
    "boarding": N_("Nhà trọ"),
}
ANSWERED = ("done", "partial")
GONE = ("moved", "vacant")  # nobody lives there: the household counts in no figure
ABSENT = ("not_home", "call_back")
NOTHING_ASKED = ("refused", *GONE)  # of what was tapped before they said so only the note is taken
TO_VISIT = ("todo", "partial", "boarding")  # states in which the next door offers a household
STATES = {"todo": N_("Chưa đến"), **OUTCOMES, "done": N_("Xong")}
SHAPES = {  # before the word of a state, which is never a colour alone
    "todo": "○",
    "partial": "◐",
    "done": "●",
    "not_home": "△",
    "call_back": "△",
    "refused": "✕",
    "moved": "→",
    "vacant": "–",
    "boarding": "▢",
}
STATE_FILTERS = {  # what stands above the list of a village, and the states it shows
    "todo": ("todo",),
    "again": ABSENT,
    "partial": ("partial", "boarding"),
    "done": ("done",),
    "gone": NOTHING_ASKED,
}
FILTERS_OF_SEVERAL = {"again": N_("△ Đến lại"), "gone": N_("✕ Từ chối, đã đi")}  # the others are called as their state
WEEKDAYS = (
    N_("thứ Hai"),
    N_("thứ Ba"),
    N_("thứ Tư"),
    N_("thứ Năm"),
    N_("thứ Sáu"),
    N_("thứ Bảy"),
    N_("Chủ nhật"),
)
SHORT_WEEKDAYS = (N_("T2"), N_("T3"), N_("T4"), N_("T5"), N_("T6"), N_("T7"), N_("CN"))
CALL_BACK_DAYS = {  # 1 is Monday, as in ISO 8601
    "today": N_("Hôm nay"),
    "tomorrow": N_("Mai"),
    **{str(number): day for number, day in enumerate(SHORT_WEEKDAYS, 1)},
}
CALL_BACK_PARTS = {"morning": N_("sáng"), "afternoon": N_("chiều"), "evening": N_("tối")}
NON_ANSWERS = ("unknown", "refused")  # to a question; neither is a "no" (domain.md 1.2)
REMINDERS = {"yes": N_("Được"), "no": N_("Không")}
PURPOSES = {"survey": "agreed", "reminders": "reminders"}  # what is consented to: the column with the newest word
PURPOSE_WORDS = {"survey": N_("Thống kê, mở lớp và hỗ trợ"), "reminders": N_("Giữ số điện thoại để nhắc lịch học")}
AGREED = {True: N_("✓ Đồng ý"), False: N_("✕ Không đồng ý"), None: N_("○ Chưa hỏi")}
CONSENT_WAYS = {"door": N_("tại nhà"), "paper": N_("trên phiếu giấy"), "office": N_("tại xã")}
FINDINGS = {  # that deserve a second look
    "clash": N_("Hai lần đến, câu trả lời khác nhau"),
    "disputed": N_("Một phiếu gửi hai lần, nội dung khác nhau"),
    "fast": N_("Xong rất nhanh"),
    "run": N_("Nhiều hộ liền nhau trả lời giống hệt"),
    "alike": N_("Cả nhà trả lời giống hệt"),
    "unasked": N_("Ghi xong nhưng còn người chưa hỏi"),
    "empty": N_("Hộ không có người lớn"),
    "twins": N_("Có thể ghi trùng người"),
}
SECOND_LOOKS = {**FINDINGS, "repeat": N_("Hỏi lại ngắn")}

# -- People
IDENTITY = ("name", "birth_year", "sex", "relation", "phone")  # the columns that say who somebody is
SEXES = {"m": N_("nam"), "f": N_("nữ")}
RELATIONS = {
    "head": N_("chủ hộ"),
    "spouse": N_("vợ/chồng"),
    "child": N_("con"),
    "parent": N_("bố/mẹ"),
    "grandchild": N_("cháu"),
    "sibling": N_("anh chị em"),
    "other": N_("khác"),
}
LEFT = {  # why somebody no longer lives in a household, in kind words
    "moved": N_("→ đã chuyển đi"),
    "died": N_("đã qua đời"),
    "away": N_("→ đi làm ăn xa"),
}
LEFT_OR_MISTAKE = {**LEFT, "mistake": N_("✕ nhập nhầm")}
NO_PERSON = ("merged", "mistake")  # what `Resident.left` says of records that are no person of their own
MOVES = (*LEFT_OR_MISTAKE, "back", "household", "head", "split", "merge", "double")
DWELLINGS = {"house": N_("nhà ở"), "boarding": N_("nhà trọ")}
PLACES = {"home": N_("Tại nhà"), "point": N_("Điểm dịch vụ công"), "class": N_("Trong lớp")}  # where help was given

# -- Classes
AUDIENCES = {
    "residents": N_("Người dân"),
    "traders": N_("Tiểu thương"),
    "staff": N_("Cán bộ, viên chức"),
    "pupils": N_("Học sinh"),
    "workers": N_("Người lao động"),
}
OF_A_UNIT = ("staff", "pupils", "workers")  # audiences that come from an agency, a school, a firm
SLIP_STATES = {  # of an invitation whose person has not come yet
    "to_hand": N_("○ Cần đưa"),
    "handed": N_("● Đã đưa"),
    "absent": N_("△ Chưa đến"),
}
WAYS = {  # how an attendance came
    "self": N_("tự quét"),
    "family": N_("máy người nhà"),
    "host": N_("cán bộ ghi"),
    "paper": N_("từ giấy"),
}
PLACE_KINDS = {  # where classes are held (plan V.6)
    "cultural_house": N_("Nhà văn hóa"),
    "school": N_("Trường học"),
    "library": N_("Thư viện"),
    "corner": N_("Góc học tập cộng đồng"),
    "hall": N_("Hội trường"),
    "other": N_("Nơi khác"),
}
PERIOD_STATES = {  # of a reporting period; late: something was entered for it after it was closed; left: nobody asks
    "running": N_("○ Đang chạy"),
    "waiting": N_("△ Chờ chốt"),
    "left": N_("– Chưa chốt"),
    "closed": N_("● Đã chốt"),
    "late": N_("△ Đã chốt, có số nhập sau"),
}
COURSE_STATES = {"coming": N_("○ Còn học"), "over": N_("● Đã xong")}
MEETING_STATES = {
    "cancelled": N_("✕ Nghỉ"),
    "over": N_("● Đã xong"),
    "now": N_("◐ Đang học"),
    "coming": N_("○ Sắp tới"),
}

# -- Figures
FIGURES = ("households", "adults", "over16")  # official counts of a village
TARGET_STATES = {
    "met": N_("● Đạt"),
    "on": N_("▲ Đúng tiến độ"),
    "late": N_("▼ Chậm"),
    "few": N_("○ Chưa đủ để xét"),  # fewer than progress.FLOOR percent were asked
    "uncounted": N_("○ Chưa rõ số dân"),  # without it nobody knows what everybody is
    "check": N_("◇ Cần kiểm tra"),
    "none": N_("○ Chưa có số liệu"),
}
SOURCES = {  # who says what a target is counted by
    "survey": N_("Khảo sát tại nhà, tại lớp (tự khai)"),
    "units": N_("Báo cáo của đơn vị"),
    "police": N_("Số liệu của Công an xã"),
}
MERGER_WAYS = {  # of two villages: one was written twice; two became one, and so do their figures
    "same": N_("Một thôn ghi hai lần: giữ nguyên số liệu"),
    "joined": N_("Hai thôn sáp nhập: cộng số liệu lại"),
}

# -- Units
UNIT_KINDS = {
    "office": N_("Văn phòng, lãnh đạo"),
    "division": N_("Phòng chuyên môn"),
    "police": N_("Công an"),
    "centre": N_("Trung tâm"),
    "school": N_("Trường học"),
    "youth_union": N_("Đoàn Thanh niên"),
    "front": N_("Mặt trận Tổ quốc"),
    "association": N_("Hội"),
    "team": N_("Tổ chuyển đổi số cộng đồng"),
    "service_point": N_("Điểm hỗ trợ dịch vụ công"),
    "enterprise": N_("Doanh nghiệp"),
    "cooperative": N_("Hợp tác xã"),
}
UNIT_STATES = {"open": N_("Đang mở"), "closed": N_("Đã đóng")}
FIRMS = ("enterprise", "cooperative")
GRADES = tuple(str(number) for number in range(1, 13))  # of a school; no younger child is in a target
UNIT_MERGERS = {  # of two units: one was written twice; two became one, and so do their numbers
    "same": N_("Một đơn vị ghi hai lần: giữ số liệu của đơn vị kia, thêm số còn thiếu"),
    "joined": N_("Hai đơn vị sáp nhập: cộng số liệu lại"),
}
READING_KINDS = ("office",)  # their accounts read everything of the office that has no names, and change nothing

DEVICE_STATES = {  # of a phone, what asks for a look first
    "gaps": N_("▲ Thiếu phiếu"),
    "refused": N_("▲ Cần xem lại"),
    "waiting": N_("◌ Chờ gửi"),
    "complete": N_("✓ Đủ"),
    "revoked": N_("✕ Đã thu hồi"),
}

# -- Tasks and models
TASK_STATES = {  # as Biểu 6 of the report has them (domain.md 5.3), in the order in which somebody has to act
    "overdue": N_("Quá hạn chưa xong"),
    "not_started": N_("Chưa thực hiện"),
    "running": N_("Đang thực hiện (trong hạn)"),
    "silent": N_("Thường xuyên: chưa có tin kỳ này"),
    "continuous": N_("Thường xuyên: đang thực hiện"),
    "done_late": N_("Hoàn thành quá hạn"),
    "done": N_("Hoàn thành đúng hạn"),
}
TASK_SHAPES = {
    "overdue": "▼",
    "not_started": "○",
    "running": "◐",
    "silent": "△",
    "continuous": "◐",
    "done_late": "▲",
    "done": "●",
}
TASK_PARTS = {  # what a unit has to do with a task: leads it by name, as one of a phrase of the plan, or helps
    "lead": N_("Chủ trì"),
    "any": N_("Cùng chủ trì"),
    "cooperating": N_("Phối hợp"),
}
MODEL_STATES = {
    **TARGET_STATES,
    "covered": N_("● Ca nào cũng có người"),
    "gaps": N_("▼ Còn ca trống"),
    "running": N_("◐ Đang triển khai"),
    "silent": N_("△ Chưa có gì trong kỳ"),
}
MODEL_RESULTS = {  # what is counted for the plan's models
    "coverage": N_("Ca có người trực, trên tổng số ca"),
    "at_point": N_("Lượt hỗ trợ tại điểm dịch vụ công"),
    "families_asked": N_("Hộ đạt “Gia đình số”, trên số hộ đã hỏi"),
    "families_all": N_("Hộ đạt “Gia đình số”, trên toàn bộ số hộ"),
    "learning_homes": N_("Hộ có người đến lớp"),
    "stalls": N_("Điểm bán có mã QR, trên tổng số điểm bán"),
    "trading_homes": N_("Hộ buôn bán có mã QR, trên số hộ buôn bán đã hỏi"),
    "outings": N_("Đội ra quân"),
    "classes": N_("Lớp đã học"),
    "attendances": N_("Lượt người đến lớp"),
    "learners": N_("Người đến lớp"),
    "accounts": N_("Tài khoản VNeID đã kích hoạt, theo Công an xã"),
    "identity_told": N_("Người tự nói đăng nhập được VNeID, trên số đã hỏi"),
}

NO_UNIT = N_("Chưa ghi đơn vị")  # stands for a unit where a class or a shift is of none
CONTRIBUTIONS = {  # what villages, units and people did in a period
    "doors": N_("Hộ đã đến"),
    "finished": N_("Hộ khảo sát xong"),
    "helps": N_("Lượt hướng dẫn"),
    "sessions": N_("Buổi học đã mở"),
    "attendances": N_("Lượt người đến lớp"),
    "activities": N_("Hoạt động tuyên truyền"),
    "shifts": N_("Ca trực"),
    "due": N_("Kỳ số liệu phải gửi"),
    "in_time": N_("Kỳ gửi đúng hạn"),
}

# -- Shifts
HALVES = {"am": N_("sáng"), "pm": N_("chiều")}  # of a working day
SLOT_STATES = {  # of a half-day
    "covered": N_("● có người"),
    "now": N_("◐ đang trực"),
    "open": N_("○ chưa có ai"),
    "missed": N_("✕ không có ai"),
}

# -- Accounts
ROLES = {
    "volunteer": N_("Thành viên tổ"),
    "lead": N_("Tổ trưởng"),
    "host": N_("Phụ trách lớp"),
    "unit": N_("Đơn vị báo cáo"),
    "staff": N_("Cán bộ Văn hóa - Xã hội"),
    "admin": N_("Quản trị"),
}
ACCOUNT_STATES = {"open": N_("Đang mở"), "closed": N_("Đã đóng")}
SIGNED_IN = tuple(ROLES)
TEAM = ("volunteer", "lead")  # they go from door to door in their own village
OFFICE = ("staff", "admin")
READERS = ("reader", *OFFICE)  # "reader" is no role of its own: see User.acts_as
OF_UNITS = ("unit",)
REPORTERS = ("unit", *OFFICE)
ADMIN = ("admin",)
FIELD = (*TEAM, *OFFICE)
LEADS = ("lead", *OFFICE)
TELLERS = ("reader", *LEADS)  # they tell others how the day went
HOSTS = ("host", *LEADS)
HELPERS = ("volunteer", *HOSTS)  # in a class, a volunteer only where a host asked for help: Meeting.run_by
