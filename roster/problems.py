"""What can be wrong with an uploaded list, and the sentence for each: what, where, and what to do.

A problem is data (a code, a place, a few values); its sentence is made when somebody reads it. Values never repeat a
person's data from a refused cell: the reader has the file, and the place says where to look.
"""

from typing import NamedTuple

from terms import N_

LEVELS = ("error", "warning", "note")  # something was left out; kept, worth a look; rows or sheets not read


class Problem(NamedTuple):
    """One thing to tell the person who uploaded a file.

    level: one of LEVELS.
    cell: like "D14"; "" when it is about a row or a whole sheet (row 0).
    """

    level: str
    code: str
    sheet: str = ""
    row: int = 0
    cell: str = ""
    detail: dict = {}


class Unreadable(Exception):
    """The whole file cannot be used. `.problem` says why; `sentence(error.problem)` words it."""

    def __init__(self, code, sheet="", row=0, cell="", /, **detail):
        self.problem = Problem("error", code, sheet, row, cell, detail)
        super().__init__(code)

    @property
    def code(self):
        return self.problem.code

    @property
    def detail(self):
        return self.problem.detail


MEANINGS = {
    "village": N_("thôn"),
    "former": N_("xã cũ"),
    "code": N_("mã hộ"),
    "ordinal": N_("số thứ tự hộ"),
    "number": N_("số thứ tự"),
    "name": N_("họ và tên"),
    "family": N_("họ và đệm"),
    "middle": N_("phần của họ và tên"),
    "given": N_("tên"),
    "head": N_("chủ hộ"),
    "head_mark": N_("dấu ghi chủ hộ"),
    "head_detail": N_("thông tin của chủ hộ"),
    "members": N_("các thành viên trong hộ"),
    "member": N_("số thứ tự trong hộ"),
    "age": N_("tuổi"),
    "part": N_("ngày, tháng sinh: không lưu"),
    "relation": N_("quan hệ với chủ hộ"),
    "birth": N_("năm sinh"),
    "sex": N_("giới tính"),
    "male": N_("nam"),
    "female": N_("nữ"),
    "lane": N_("địa chỉ"),
    "phone": N_("số điện thoại"),
    "note": N_("ghi chú: không lưu"),
    "never": N_("không đọc, không lưu"),
    "area_code": N_("mã thôn"),
    "households": N_("số hộ"),
    "adults": N_("nhân khẩu từ 18 tuổi"),
    "over16": N_("nhân khẩu từ 16 tuổi"),
    "as_of": N_("ngày số liệu"),
    "source": N_("nguồn"),
    "": N_("không dùng"),
}

ANOTHER = N_("%(where)s: xem lại chỗ này trong tệp.")  # of a problem that only another release knows
SENTENCES = {
    # The whole file.
    "not_spreadsheet": N_(
        "Tệp này không phải bảng tính Excel, LibreOffice (.ods) hoặc CSV. "
        "Mở danh sách bằng Excel, lưu dưới dạng .xlsx rồi tải lên."
    ),
    "no_file": N_("Chưa chọn tệp nào. Chọn tệp danh sách rồi tải lên."),
    "empty_file": N_("Tệp này trống. Chọn lại tệp danh sách."),
    "password": N_(
        "Tệp này đặt mật khẩu nên không đọc được. Mở bằng Excel, bỏ mật khẩu, lưu dưới dạng .xlsx rồi tải lên."
    ),
    "exported_attendance": N_(
        "Tệp này do Gõ Cửa xuất ra: danh sách điểm danh, không phải danh sách hộ. "
        "Chọn tệp danh sách hộ của thôn rồi tải lên."
    ),
    "exported_nameless": N_(
        "Tệp này do Gõ Cửa xuất ra, loại không tên, nên không nhập lại được. Chọn tệp danh sách hộ có tên rồi tải lên."
    ),
    "damaged": N_("Tệp này bị hỏng nên không đọc được. Mở bằng Excel, lưu thành tệp .xlsx mới rồi tải lên."),
    "file_too_big": N_(
        "Tệp này nặng hơn %(most)s MB. Bỏ hình ảnh và các trang không cần, hoặc tách theo thôn, rồi tải lên."
    ),
    "inflates": N_(
        "Tệp này bung ra quá lớn so với một danh sách hộ nên không được mở. "
        "Sao chép danh sách sang một tệp .xlsx mới rồi tải lên."
    ),
    "too_many_rows": N_(
        "Danh sách có hơn %(most)s dòng. Tách thành nhiều tệp, mỗi tệp vài thôn, rồi tải lên từng tệp."
    ),
    "too_many_columns": N_("%(where)s: trang tính có hơn %(most)s cột. Xóa các cột thừa bên phải rồi tải lên."),
    "too_slow": N_("Đọc tệp này quá lâu nên đã dừng. Sao chép danh sách sang một tệp .xlsx mới rồi tải lên."),
    "encoding": N_("Tệp CSV này không ở dạng UTF-8 nên mất dấu. Lưu dưới dạng .xlsx, hoặc CSV UTF-8, rồi tải lên."),
    "csv_quotes": N_(
        "%(where)s: dấu ngoặc kép trong tệp CSV bị thiếu hoặc thừa nên không tách được các ô. "
        "Xóa dấu ngoặc kép ở dòng này, hoặc lưu danh sách dưới dạng .xlsx, rồi tải lên."
    ),
    "legacy_font": N_(
        "%(where)s: chữ gõ bằng bảng mã cũ %(font)s, không phải Unicode. "
        "Dùng Unikey (Công cụ chuyển mã) chuyển cả trang sang Unicode rồi tải lên."
    ),
    "no_header": N_(
        "Không thấy dòng tiêu đề trong %(most)s dòng đầu. "
        "Thêm một dòng ghi tên cột, như: STT hộ, Họ và tên, Quan hệ với chủ hộ, Năm sinh, Giới tính."
    ),
    "no_name_column": N_("%(where)s: dòng tiêu đề không có cột “Họ và tên”. Thêm hoặc sửa tên cột đó rồi tải lên."),
    "headers_disagree": N_(
        "%(where)s: hai dòng tiêu đề không khớp nhau, ô %(other)s ghi “%(first)s” còn ô này ghi “%(second)s”. "
        "Sửa cho mỗi cột một nghĩa rồi tải lên."
    ),
    "no_household_column": N_(
        "%(where)s: không biết ai ở chung một hộ. "
        "Thêm một cột: “STT hộ”, “Mã hộ”, “Họ tên chủ hộ” hoặc “Quan hệ với chủ hộ”, rồi tải lên."
    ),
    "no_people": N_("Dưới dòng tiêu đề không có người nào. Kiểm tra lại tệp rồi tải lên."),
    "no_areas": N_("Dưới dòng tiêu đề không có thôn nào. Kiểm tra lại tệp rồi tải lên."),
    "no_figure_column": N_(
        "Không thấy dòng tên cột có “%(first)s” và ít nhất một cột số liệu. Dùng tệp mẫu ở trang này."
    ),
    "no_area_column": N_("%(where)s: không có cột “Tên thôn”. Thêm hoặc sửa tên cột đó rồi tải lên."),
    # Sheets, columns and rows that are not read.
    "hidden_sheet": N_("Trang “%(sheet)s” đang ẩn nên không đọc. Nếu cần, bỏ ẩn trang này rồi tải lại."),
    "sheet_not_read": N_("Trang “%(sheet)s” không có dòng tiêu đề của danh sách hộ nên không đọc."),
    "rows_hidden": N_(
        "Trang “%(sheet)s” có %(count)s dòng đang ẩn (do bộ lọc hoặc ẩn tay), vẫn được đọc. "
        "Nếu không cần thì xóa các dòng đó rồi tải lại."
    ),
    "two_columns": N_(
        "%(where)s: có hai cột cùng nghĩa “%(meaning)s”, chỉ đọc cột %(other)s. Nếu cần cột này thì đổi tên cột kia."
    ),
    "tables_differ": N_(
        "%(where)s: có nhiều bảng cạnh nhau nhưng không cùng một kiểu nên không đọc chắc được. "
        "Để mỗi bảng một trang riêng rồi tải lên."
    ),
    "members_beside": N_(
        "%(where)s: cột này ghi tên những người khác trong hộ nên chưa đọc được. "
        "Ghi mỗi người một dòng, có năm sinh và quan hệ, rồi tải lên."
    ),
    "households_twice": N_(
        "%(where)s: từ dòng này có %(found)s hộ đã ghi ở chỗ khác trong tệp (như dòng %(other)s%(first)s), "
        "cùng người và cùng năm sinh, nên chỉ lấy một lần."
    ),
    "crowded": N_(
        "%(where)s: %(found)s người ghi chung một ô mà không tách được nên chưa được nhập. "
        "Ghi mỗi người một dòng rồi tải lại."
    ),
    "name_alone": N_(
        "%(where)s: chỉ có chữ, không có năm sinh, giới tính hay quan hệ, nên không rõ là người hay tiêu đề "
        "và không đọc. Nếu là người thì ghi thêm năm sinh rồi tải lại."
    ),
    "totals_row": N_("%(where)s: dòng tổng cộng, không tính là người."),
    "row_not_read": N_("%(where)s: không phải dòng ghi người (chữ ký, ghi chú) nên không đọc."),
    "total_differs": N_(
        "%(where)s: dòng tổng cộng ghi %(said)s %(unit)s nhưng đọc được %(found)s. "
        "Kiểm tra xem danh sách có thiếu dòng nào không."
    ),
    # Villages.
    "no_village": N_(
        "%(where)s: danh sách không ghi thôn nào. Chọn thôn ở bước xem trước, hoặc ghi tên thôn trên tiêu đề."
    ),
    # Households.
    "no_head": N_(
        "%(where)s: hộ này không có ai ghi “Chủ hộ”. Hộ vẫn được giữ, người đầu tiên là người liên hệ; "
        "sửa cột quan hệ nếu có chủ hộ."
    ),
    "two_heads": N_("%(where)s: hộ này đã có chủ hộ ở dòng %(other)s. Người này được giữ, quan hệ ghi là khác."),
    "child_head": N_(
        "%(where)s: chủ hộ sinh năm %(year)s, chưa đủ %(age)s tuổi nên chỉ được đếm là trẻ em. Kiểm tra lại năm sinh."
    ),
    "head_without_number": N_(
        "%(where)s: ghi “Chủ hộ” nhưng ô số hộ để trống, đã tách thành hộ mới. "
        "Nếu cùng hộ với dòng trên thì sửa cột quan hệ."
    ),
    "no_household_number": N_("%(where)s: chưa có số hộ nào ở trên. Người này được xếp vào một hộ mới không số."),
    "number_repeats": N_(
        "%(where)s: số hộ %(number)s đã dùng ở dòng %(other)s. Đã coi là hộ khác; "
        "nếu cùng hộ thì xếp các dòng liền nhau."
    ),
    "code_not_kept": N_("%(where)s: mã hộ quá dài hoặc giống số giấy tờ nên không lưu, chỉ dùng để gộp người cùng hộ."),
    "code_taken": N_(
        "%(where)s: mã hộ %(number)s đã là của một hộ khác trong thôn nên hộ này chưa được nhập. "
        "Sửa mã hộ trong tệp rồi tải lại."
    ),
    "head_without_row": N_(
        "%(where)s: chủ hộ %(name)s không có dòng riêng. Vẫn được giữ là chủ hộ, chưa có năm sinh; hỏi khi đến hộ."
    ),
    # People.
    "years_of_ages": N_(
        "%(where)s: %(found)s người chỉ ghi tuổi; năm sinh là %(year)s trừ tuổi nên có thể lệch một năm. "
        "Hỏi lại khi đến hộ."
    ),
    "formula_in_name": N_(
        "%(where)s: họ tên là công thức chưa có kết quả nên người ở dòng này chưa được nhập. "
        "Mở tệp bằng Excel rồi lưu lại, hoặc gõ họ tên vào ô, rồi tải lại."
    ),
    "legacy_name": N_(
        "%(where)s: họ tên gõ bằng bảng mã cũ %(font)s, người ở dòng này chưa được nhập. "
        "Gõ lại bằng Unicode rồi tải lại."
    ),
    "name_missing": N_("%(where)s: người này không có họ tên. Vẫn được giữ; ghi họ tên khi đến hộ."),
    "name_trimmed": N_("%(where)s: họ tên có chữ số, ký hiệu hoặc ghi chú; chỉ giữ phần tên “%(name)s”."),
    "birth_impossible": N_(
        "%(where)s: năm sinh %(year)s không thể đúng (từ %(first)s đến %(last)s). "
        "Người này được giữ, để trống năm sinh; sửa ô này rồi tải lại hoặc hỏi khi đến hộ."
    ),
    "birth_unclear": N_(
        "%(where)s: không đọc được năm sinh. Người này được giữ, để trống năm sinh; "
        "ghi đủ 4 chữ số, như 1970, rồi tải lại."
    ),
    "birth_missing": N_("%(where)s: chưa có năm sinh. Người này được giữ; hỏi khi đến hộ."),
    "birth_was_number": N_(
        "%(where)s: ô định dạng ngày làm năm %(year)s hiện thành một ngày của năm 1905. "
        "Đã lấy năm %(year)s; kiểm tra lại."
    ),
    "sex_unclear": N_("%(where)s: không hiểu giới tính nên để trống. Ghi Nam hoặc Nữ rồi tải lại."),
    "sex_both": N_("%(where)s: đánh dấu cả cột Nam và cột Nữ nên để trống. Xóa một dấu rồi tải lại."),
    "phone_unclear": N_(
        "%(where)s: không phải số điện thoại nên không lưu. Số di động có 10 chữ số, như 0912 345 678."
    ),
    "phone_landline": N_("%(where)s: là số máy bàn, đã lưu nhưng không nhắn tin được."),
    "cell_error": N_(
        "%(where)s: ô “%(meaning)s” báo lỗi “%(error)s” nên coi là để trống. Gõ giá trị vào ô rồi tải lại."
    ),
    "was_date": N_(
        "%(where)s: ô “%(meaning)s” đã bị đổi thành ngày tháng. Đã lấy “%(text)s”; "
        "nếu không đúng thì gõ lại với dấu nháy ' ở đầu rồi tải lại."
    ),
    "formula_no_value": N_("%(where)s: ô “%(meaning)s” là công thức không có kết quả nên để trống. Gõ giá trị vào ô."),
    "duplicate": N_(
        "%(where)s: trùng họ tên và năm sinh với dòng %(other)s trong cùng hộ nên không nhập lần nữa. "
        "Nếu là hai người thì ghi rõ thêm tên."
    ),
    # Areas.
    "not_a_count": N_("%(where)s: “%(meaning)s” phải là số nguyên lớn hơn 0. Sửa ô này rồi tải lại."),
    "not_a_date": N_("%(where)s: ngày số liệu phải như 01/10/2026. Sửa ô này rồi tải lại."),
    "area_without_name": N_("%(where)s: chưa có tên thôn nên bỏ qua dòng này. Ghi tên thôn rồi tải lại."),
    "area_twice": N_("%(where)s: thôn này đã có ở dòng %(other)s nên bỏ qua dòng này."),
    "area_code_twice": N_("%(where)s: mã thôn này đã dùng ở dòng %(other)s nên bỏ qua dòng này."),
    "area_code_elsewhere": N_(
        "%(where)s: mã thôn này là của một nơi khác nên bỏ qua dòng này. Sửa mã thôn rồi tải lại."
    ),
    "area_not_yours": N_(
        "%(where)s: tài khoản này không được thêm thôn nên bỏ qua dòng này. Nhờ cán bộ cấp xã tải lên."
    ),
    "area_name_long": N_("%(where)s: tên hoặc mã thôn dài quá nên bỏ qua dòng này. Viết gọn lại rồi tải lại."),
    "date_to_come": N_("%(where)s: ngày số liệu chưa tới nên số liệu dòng này chưa được lưu. Sửa ngày rồi tải lại."),
    "more_adults": N_(
        "%(where)s: số người từ 18 tuổi nhiều hơn số người từ 16 tuổi nên số liệu dòng này chưa được lưu. "
        "Sửa lại rồi tải lại."
    ),
    "more_households": N_(
        "%(where)s: số hộ nhiều hơn số người nên số liệu dòng này chưa được lưu. Sửa lại rồi tải lại."
    ),
    "figure_far": N_("“%(meaning)s” là %(now)s, khác nhiều so với %(was)s lần trước."),
    "fewer_than_found": N_("“%(meaning)s” là %(now)s nhưng đã hỏi %(found)s."),
    "stored_more_adults": N_("Cùng với số đã lưu thì số người từ 18 tuổi nhiều hơn số người từ 16 tuổi."),
    "stored_more_households": N_("Cùng với số đã lưu thì số hộ nhiều hơn số người."),
    "preview_broken": N_("Bản xem trước không còn nguyên nên chưa lưu gì. Tải tệp lên lại."),
    "figure_without_date": N_(
        "%(where)s: chưa có ngày số liệu nên số liệu dòng này chưa được lưu. Ghi ngày như 01/10/2026 rồi tải lại."
    ),
}


# Something was left out because of these, and nothing because of the notes; all others are kept with a warning.
ERRORS = {"formula_in_name", "legacy_name", "birth_impossible", "not_a_count", "not_a_date", "area_without_name"}
ERRORS |= {"crowded", "name_alone"}
ERRORS |= {"code_taken", "area_code_elsewhere", "area_not_yours", "figure_without_date"}
ERRORS |= {"area_name_long", "date_to_come", "more_adults", "more_households"}
NOTES = {"hidden_sheet", "sheet_not_read", "totals_row", "row_not_read", "households_twice"}


def problem(code, sheet="", row=0, cell="", /, **detail):
    """A Problem with the level its code has."""
    level = "error" if code in ERRORS else "note" if code in NOTES else "warning"
    return Problem(level, code, sheet, row, cell, detail)


def sentence(problem, translate=str):
    """The sentence of a Problem in Vietnamese, or in the language that `translate` (gettext) gives."""
    values = {name: translate(value) if name == "unit" else value for name, value in problem.detail.items()}
    if "meaning" in values:
        values["meaning"] = translate(MEANINGS.get(values["meaning"], MEANINGS[""]))
    values.update(where=place(problem, translate), sheet=problem.sheet)
    return translate(SENTENCES.get(problem.code, ANOTHER)) % values


def place(problem, translate=str):
    """Where a problem is: "Ô D14, trang “DS hộ”", "Dòng 14", or the sheet."""
    spot = ""
    if problem.cell:
        spot = translate(N_("Ô %(cell)s")) % {"cell": problem.cell}
    elif problem.row:
        spot = translate(N_("Dòng %(row)s")) % {"row": problem.row}
    sheet = problem.sheet and translate(N_("trang “%(sheet)s”")) % {"sheet": problem.sheet}
    spot = ", ".join(part for part in (spot, sheet) if part)
    return spot[:1].upper() + spot[1:]
