"""The report as a Word document, in the form of Nghị định 30/2020/NĐ-CP, Phụ lục I (domain.md 5.1 and 5.2).

The same contents, texts and letterhead give the same bytes on any day and machine. The number and the date stay blank:
the clerk writes them in when the document is issued.
"""

from dataclasses import replace
from datetime import datetime
from io import BytesIO

from docx import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

import vi
from report import annexes, headers, steady
from report.letters import width
from report.wordml import (
    ACROSS,
    MILLIMETRE,
    Shape,
    cell,
    clean,
    drawn_rule,
    lines,
    page_number,
    paragraph,
    row,
    run,
    sections,
    table,
)

FONT = "Times New Roman"
SIZE, SMALL, LIST = 14, 12, 11  # of the text; of "Nơi nhận"; of its list
CAPITALS, MOTTO = 12, 13  # Quốc hiệu and the agency: 13 points of Quốc hiệu are wider than its cell
TOP, SIGNED = (65, 95), (80, 80)  # mm: the two cells of the letterhead, those of the recipients and the signature
INDENT, BETWEEN, LINE = 12.7 * MILLIMETRE, 6, 1.15  # of the first line; points between paragraphs; of the line
PART_OF_LINE = 0.4  # the rule below an agency and a subject: a third to a half of the line
ROOM_TO_SIGN = 64  # points
DRAFT = "BẢN NHÁP - SỐ LIỆU CHƯA CHỐT"
UNWRITTEN = "(Chưa có nội dung)"
PARTS = {
    "I": "Công tác chỉ đạo, điều hành",
    "II": "Kết quả thực hiện",
    "II.1": "Kết quả thực hiện các chỉ tiêu",
    "II.2": "Thông tin, tuyên truyền",
    "II.3": "Đào tạo, tập huấn",
    "II.4": "Các mô hình, phong trào",
    "II.5": "Kết quả theo thôn",
    "III": "Đánh giá chung",
    "III.1": "Ưu điểm",
    "III.2": "Tồn tại, hạn chế",
    "III.3": "Khó khăn, vướng mắc và nguyên nhân",
    "IV": "Phương hướng, nhiệm vụ kỳ tới",
    "V": "Kiến nghị, đề xuất",
}
POINTS = "abcdđeghiklmnopqrstuvxy"  # how points are counted: the Vietnamese alphabet without ă, â, ê, ô, ơ, ư
BODY = Shape("both", below=BETWEEN, first=INDENT, line=LINE)


def write(file, contents, texts, header):
    """Write the report as .docx to `file` (binary).

    contents: as `report.contents.of` gives them; texts: {part: what was written for it}, of PARTS; header: as
    `report.headers.of` gives it.
    """
    word = Document()
    part, above = word.part.add_header_part()
    _replace(part.element, page_number(SIZE))
    _prepare(word, contents, header)
    parts = [([*_front(contents, header), *_text(contents, texts), _end(header)], False)]
    parts += [(annex, True) for annex in annexes.of(contents, header)]
    _replace(word.element.body, sections(parts, above))
    packed = BytesIO()
    word.save(packed)
    steady.repack(file, packed)


def _front(contents, header):
    """What stands above the text: whose report it is, of when, about what and to whom."""
    if not (contents["closed"] or contents["unit"]):  # nobody closes a unit's own report
        yield paragraph(run(DRAFT, SMALL, bold=True), Shape("center", below=BETWEEN, left=5, right=5, box=True))
    left, right = (side * MILLIMETRE for side in TOP)
    year = vi.local(datetime.fromisoformat(contents["made_at"])).year
    number = paragraph(run(f"Số:{headers.blank_number(header)}", MOTTO), Shape("center", above=BETWEEN))
    place = f"{header['place']}, ngày     tháng     năm {year}"
    date = paragraph(run(place, MOTTO, italic=True), Shape("center", above=BETWEEN))
    rows = [
        row([cell("".join(_agency(header, left)), left), cell("".join(_motto(header, right)), right)]),
        row([cell(number, left), cell(date, right)]),
    ]
    yield table(rows, [left, right])
    yield paragraph(run("BÁO CÁO", SIZE, bold=True), Shape("center", above=18, with_next=True))
    across = ACROSS[False] * MILLIMETRE
    title = clean(contents["title"])
    yield paragraph(run(_broken(contents), SIZE, bold=True), Shape("center", with_next=True))
    yield drawn_rule(min(width(title, SIZE, True), across) * PART_OF_LINE, across, above=4, below=12)
    yield from _addressees(header["addressees"])


def _agency(header, space):
    """Whose report it is; a name that is too long for its cell goes on two lines of about the same width."""
    own = len(header["header"]) - header["own_lines"]
    for number, line in enumerate(header["header"]):
        halves = _halves(line, space)
        yield paragraph(run("\n".join(halves), CAPITALS, bold=number >= own), Shape("center"))
    longest = max(width(half, CAPITALS, True) for half in halves)
    yield drawn_rule(min(longest, space) * PART_OF_LINE, space)


def _halves(line, space):
    words = clean(line).split(" ")
    if width(line, CAPITALS, True) <= space or len(words) < 2:
        return [line]
    pairs = [(" ".join(words[:n]), " ".join(words[n:])) for n in range(1, len(words))]
    return min(pairs, key=lambda pair: max(width(half, CAPITALS, True) for half in pair))


def _motto(header, space):
    """Quốc hiệu and tiêu ngữ; the rule below is as long as the last of them."""
    for number, line in enumerate(header["motto"]):
        yield paragraph(run(line, MOTTO if number else CAPITALS, bold=True), Shape("center"))
    yield drawn_rule(min(width(line, MOTTO if number else CAPITALS, True), space), space)


def _broken(contents):
    """The title, with the period on a line of its own where both do not fit on one."""
    title, period = clean(contents["title"]), clean(contents["period"]["name"])
    if title.endswith(f" {period}") and width(title, SIZE, True) > ACROSS[False] * MILLIMETRE:
        return title.removesuffix(f" {period}") + "\n" + period
    return title


def _addressees(names):
    if len(names) == 1:
        yield paragraph(run(f"Kính gửi: {names[0]}", SIZE), Shape("center", below=12))
        return
    yield paragraph(run("Kính gửi:", SIZE), Shape(left=30 * MILLIMETRE, with_next=True))
    for number, name in enumerate(names, 1):
        last = number == len(names)
        shape = Shape(left=50 * MILLIMETRE, below=12 if last else 0, with_next=not last)
        yield paragraph(run(f"- {name}{'.' if last else ';'}", SIZE), shape)


def _text(contents, texts):
    """The text from the opening to "./."."""
    *opening, last = contents["paragraphs"]["opening"] or [""]
    grounds = [line for line in opening if _is_ground(line)]
    for line in opening:
        if _is_ground(line):
            line = line.rstrip(" ;.") + (";" if line != grounds[-1] else ".")
        yield paragraph(run(line, SIZE, italic=_is_ground(line)), BODY)
    yield paragraph(run(last, SIZE), BODY)
    for part, title in _parts(contents, texts):
        yield _heading(title, level=2 if "." in part else 1)
        if part not in ("II", "III"):
            yield from _said(part, contents, texts)
    *before, last = [line for text in contents["paragraphs"]["closing"] for line in lines(text)]
    for line in before:
        yield paragraph(run(line, SIZE), BODY)
    shape = replace(BODY, below=12, with_next=True)
    yield paragraph(run(last.rstrip(" ./;") + "./.", SIZE), shape)


def _parts(contents, texts):
    """(part, heading): a unit's report has only the results that it has something to say of."""
    number = 0
    for part, title in PARTS.items():
        numeral, _, below = part.partition(".")
        if not below:
            number = 0
            yield part, f"{numeral}. {title.upper()}"
        elif numeral != "II" or not contents["unit"] or _lines_of(part, contents, texts):
            number += 1
            yield part, f"{number}. {title}"


def _lines_of(part, contents, texts):
    """What the contents say of a part, and then what was written for it, line by line."""
    texts = [*contents["paragraphs"].get(part, []), texts.get(part) or ""]
    return [line for text in texts for line in lines(text)]


def _said(part, contents, texts):
    """The paragraphs of a part."""
    said = _lines_of(part, contents, texts)
    for line in said or [UNWRITTEN]:
        yield paragraph(run(line, SIZE, italic=not said), BODY)
    if part == "II.1":
        yield from _late(contents["late"])


def _is_ground(line):
    return line.startswith("Căn cứ")


def _heading(title, level):
    """I. IN CAPITALS or 1. Like this."""
    shape = Shape("both", above=BETWEEN, below=BETWEEN, first=INDENT, line=LINE, level=level, with_next=True)
    return paragraph(run(title, SIZE, bold=True), shape)


def _late(late):
    """What came in after an earlier period was closed, as points a) b) c) d) đ)."""
    if late:
        intro = "Số liệu nhập sau khi chốt kỳ trước, đã tính vào lũy kế của kỳ này:"
        yield paragraph(run(intro, SIZE), replace(BODY, with_next=True))
    for number, each in enumerate(late):
        letter = POINTS[number % len(POINTS)]
        end = "." if each is late[-1] else ";"
        said = f"{letter}) {annexes.late_said(each)}{end}"
        yield paragraph(run(said, SIZE), BODY)


def _end(header):
    """Who gets it at the left, and level with that who signs it."""
    left, right = (side * MILLIMETRE for side in SIGNED)
    list_ = [paragraph(run("Nơi nhận:", SMALL, bold=True, italic=True), Shape(with_next=True))]
    names = header["recipients"]
    for number, name in enumerate(names, 1):
        end = "." if number == len(names) else ";"
        list_.append(paragraph(run(f"- {name}{end}", LIST), Shape(with_next=True)))
    signed = [paragraph(run(line, SIZE, bold=True), Shape("center", with_next=True)) for line in header["signed_as"]]
    signed.append(paragraph(run(header["signer"], SIZE, bold=True), Shape("center", above=ROOM_TO_SIGN)))
    return table([row([cell("".join(list_), left), cell("".join(signed), right)])], [left, right])


def _prepare(word, contents, header):
    """Give the document its styles, settings and properties, and keep nothing else of the library's sample."""
    _replace(word.styles.element, STYLES)
    _replace(word.settings.element, SETTINGS)
    for package in (word.part, word.part.package):
        for name, relationship in list(package.rels.items()):
            if relationship.reltype not in KEPT:
                del package.rels[name]
    known = word.core_properties
    known.title = clean(contents["title"])
    known.author = known.last_modified_by = clean(header["issuer"])
    known.comments = ""
    known.language = "vi-VN"
    known.created = known.modified = datetime.fromisoformat(contents["made_at"]).replace(microsecond=0)


def _replace(element, content):
    """Give an XML element other children."""
    for old in list(element):
        element.remove(old)
    element.extend(list(parse_xml(f"<w:body {nsdecls('w', 'r')}>{content}</w:body>")))


FONTS = "".join(f' w:{script}="{FONT}"' for script in ("ascii", "hAnsi", "eastAsia", "cs"))
STYLES = f"""
<w:docDefaults>
<w:rPrDefault><w:rPr><w:rFonts{FONTS}/><w:color w:val="000000"/><w:sz w:val="28"/><w:szCs w:val="28"/>\
<w:lang w:val="vi-VN" w:eastAsia="vi-VN" w:bidi="ar-SA"/></w:rPr></w:rPrDefault>
<w:pPrDefault><w:pPr><w:spacing w:before="0" w:after="0" w:line="240" w:lineRule="auto"/></w:pPr></w:pPrDefault>
</w:docDefaults>
<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/>\
<w:rPr><w:rFonts{FONTS}/><w:sz w:val="28"/><w:szCs w:val="28"/></w:rPr></w:style>
<w:style w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/><w:basedOn w:val="Normal"/>\
<w:next w:val="Normal"/><w:uiPriority w:val="9"/><w:qFormat/><w:pPr><w:keepNext/><w:outlineLvl w:val="0"/></w:pPr>\
<w:rPr><w:b/><w:bCs/></w:rPr></w:style>
<w:style w:type="paragraph" w:styleId="Heading2"><w:name w:val="heading 2"/><w:basedOn w:val="Normal"/>\
<w:next w:val="Normal"/><w:uiPriority w:val="9"/><w:qFormat/><w:pPr><w:keepNext/><w:outlineLvl w:val="1"/></w:pPr>\
<w:rPr><w:b/><w:bCs/></w:rPr></w:style>
<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont"><w:name w:val="Default Paragraph Font"/>\
<w:uiPriority w:val="1"/><w:semiHidden/><w:unhideWhenUsed/></w:style>
<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/><w:uiPriority w:val="99"/>\
<w:semiHidden/><w:unhideWhenUsed/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar>\
<w:top w:w="0" w:type="dxa"/><w:left w:w="108" w:type="dxa"/><w:bottom w:w="0" w:type="dxa"/>\
<w:right w:w="108" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>
<w:style w:type="numbering" w:default="1" w:styleId="NoList"><w:name w:val="No List"/><w:uiPriority w:val="99"/>\
<w:semiHidden/><w:unhideWhenUsed/></w:style>"""
SETTINGS = """
<w:zoom w:percent="100"/><w:defaultTabStop w:val="720"/><w:characterSpacingControl w:val="doNotCompress"/>
<w:compat><w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/>\
</w:compat><w:themeFontLang w:val="vi-VN"/><w:decimalSymbol w:val=","/><w:listSeparator w:val=";"/>"""
KEPT = {
    RELATIONSHIP_TYPE.OFFICE_DOCUMENT,
    RELATIONSHIP_TYPE.CORE_PROPERTIES,
    RELATIONSHIP_TYPE.STYLES,
    RELATIONSHIP_TYPE.SETTINGS,
    RELATIONSHIP_TYPE.FONT_TABLE,  # this and the next are not used, but Word wants them
    RELATIONSHIP_TYPE.THEME,
    RELATIONSHIP_TYPE.HEADER,
}
