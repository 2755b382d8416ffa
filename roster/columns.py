"""What a column is by its cells where its header does not say it, and what is shown of one that is not used. Pure."""

import re
from datetime import date

import vi
from roster.cells import is_mark
from roster.headers import meaning_of
from roster.names import SURNAMES, begins_with_surname, is_relation, looks_like_name, name_parts, relation_of
from roster.problems import Unreadable
from roster.reading import Column
from roster.spreadsheet import Formula, cell

SAMPLE = 400
EXAMPLES = 3
LONGEST_EXAMPLE = 40
SHORTEST_NAME = 3  # a tick out of a font of signs is a letter: "ü" of Wingdings
MARK = re.compile(r"(?i)x+|[1✓✔√☑*+•]|v|ch|có|co|true|chủ hộ|chu ho")
MIDDLE_WORDS = {"van", "thi", "duc", "huu", "dinh", "ngoc", "xuan", "cong", "quang"}
NOT_OF_A_NAME = {"nam", "nu", "kinh", "muong", "tay", "dao", "thai", "khong", "co", "viet nam"}
IDENTITY = re.compile(r"\d{9}|\d{12}")


def understand_cells(header, body):
    """The header with what the cells of its columns tell beside it. body: [(number, row)] below the header."""
    header = header.with_meanings(_members(header, body))
    people = [row for _, row in body if any(_at(row, column) is not None for column in header.name_columns)][:SAMPLE]
    if not people:
        return header
    header = header.with_meanings(_without_header(header, people))
    header = header.with_meanings(_said_again(header, people))
    changed = _identity_numbers(header, people) | _head_marks(header, people) | _lane_marks(header, people)
    changed |= _plainly(header, people, "relation", is_relation) if "relation" not in header.columns else {}
    if not {"sex", "male", "female"} & set(header.columns):
        changed |= _plainly(header, people, "sex", lambda text: vi.fold(text) in ("nam", "nu", "trai", "gai"))
    header = header.with_meanings(changed)
    return header.with_meanings(_parts_of_names(header, people))


def refuse_members_beside(sheet_name, header, people):
    """Unreadable when names with a year of their own stand in unused columns: they would be left out unseen."""
    for column, meaning in header.repeated.items():
        beside = column - 1
        names = [str(value) for value in _cells(people, beside)] if not header.meanings.get(beside) else []
        whole = [name for name in names if looks_like_name(vi.title_case_name(name)) and begins_with_surname(name)]
        if meaning == "birth" and not header.meanings.get(column) and len(whole) * 2 > len(names):
            raise Unreadable("members_beside", sheet_name, header.first, cell(header.first, beside))


def described(sheet_name, header, body):
    """The Columns of a table, as a person sees them; one that is not used shows what some of its cells hold."""
    columns = []
    for column, meaning in header.meanings.items():
        examples = () if meaning else _examples(body, column, header.name_columns)
        columns.append(Column(sheet_name, cell("", column), header.texts[column], meaning, examples))
    return columns


def hidden_digits(value):
    """A value as it may be shown: of long numbers and of dates only the last digits of the year are left."""
    if isinstance(value, date):
        return f"••/••/{value.year}"
    text = vi.clean(str(value))
    text = re.sub(r"\b\d{1,2}([/.-])\d{1,2}\1(\d{2,4})\b", r"••\1••\1\2", text)
    digits = sum(char.isdigit() for char in text)
    return re.sub(r"\d", "•", text) if digits >= 6 and "••" not in text else text


def _examples(body, column, names):
    shown = []
    for _, row in body:
        value = _at(row, column)
        if value is None or not any(_at(row, name) is not None for name in names):
            continue
        text = hidden_digits(value)
        text = text if len(text) <= LONGEST_EXAMPLE else f"{text[:LONGEST_EXAMPLE].rstrip()}…"
        if text and text not in shown:
            shown.append(text)
        if len(shown) == EXAMPLES:
            break
    return tuple(shown)


def _at(row, column):
    value = row[column] if column < len(row) else None
    return value.value if type(value) is Formula else value


def _cells(people, column):
    return [value for value in (_at(row, column) for row in people) if value is not None]


def _without_header(header, people):
    """{column: ""} of columns that hold something beside the people, though nothing is written above."""
    width = max(len(row) for row in people)
    return {column: "" for column in range(width) if column not in header.meanings and _cells(people, column)}


def _members(header, body):
    """{column: meaning} of a column called "Nhân khẩu" or "Thành viên": "" when it holds how many they are, "members"
    when whole households are crowded into its cells beside their heads."""
    changed = {}
    for column, meaning in header.meanings.items():
        if meaning not in ("name", "members") or meaning_of(header.texts[column]) != "members":
            continue
        values = _cells([row for _, row in body], column)
        if values and sum(1 for value in values if type(value) is int) * 2 > len(values):
            changed[column] = ""
        elif "head" in header.columns and sum(len(name_parts(str(value))) > 1 for value in values) * 3 > len(values):
            changed[column] = "members"
    return changed


def _identity_numbers(header, people):
    """{column: "never"} of unknown columns that hold identity numbers."""
    changed = {}
    for column, meaning in header.meanings.items():
        values = [re.sub(r"[\s.]", "", str(value)) for value in _cells(people, column)] if not meaning else []
        if values and sum(bool(IDENTITY.fullmatch(value)) for value in values) * 2 >= len(values):
            changed[column] = "never"
    return changed


def _plainly(header, people, meaning, says):
    """{column: meaning} of the first unknown column nearly all of whose cells say such a thing, whatever its header."""
    for column, known in header.meanings.items():
        texts = [str(value) for value in _cells(people, column)] if not known else []
        if len(texts) * 2 >= len(people) and sum(map(bool, map(says, texts))) * 10 >= len(texts) * 9:
            return {column: meaning}
    return {}


def _said_again(header, people):
    """{column: ""} of the parts of a name that stand beside the whole name."""
    whole = header.columns.get("name")
    parts = [column for column in header.name_columns if column != whole]
    if whole is None or not parts:
        return {}
    same = sum(_words(row, [whole]) == _words(row, parts) for row in people)
    return dict.fromkeys(parts, "") if same * 10 >= len(people) * 8 else {}


def _words(row, columns):
    return vi.fold(" ".join(str(_at(row, column) or "") for column in columns)).split()


def _head_marks(header, people):
    """{column: "head_mark"} when the column of the head's name holds only marks beside the members' names."""
    column = header.columns.get("head")
    values = _cells(people, column) if column is not None else []
    values = [vi.clean(str(value)) for value in values if is_mark(value)]
    if values and header.name_columns != [column] and all(MARK.fullmatch(v) or len(v) < SHORTEST_NAME for v in values):
        return {column: "head_mark"}
    return _noted_heads(header, people) if not {"head", "relation"} & set(header.columns) else {}


def _noted_heads(header, people):
    """{column: "head_mark"} of a column of notes that says nothing but "chủ hộ" of some."""
    for column, meaning in header.meanings.items():
        values = [str(value) for value in _cells(people, column)] if meaning in ("", "note") else []
        if values and len(values) < len(people) and all(relation_of(value) == "head" for value in values):
            return {column: "head_mark"}
    return {}


def _lane_marks(header, people):
    """{column: ""} of a column such as "Tạm trú" that holds only marks and no address."""
    changed = {}
    for column in header.lane_columns:
        values = [vi.clean(str(value)) for value in _cells(people, column)]
        if values and all(re.fullmatch(r"(?i)x+|[✓✔√☑*+•]|true", value) for value in values):
            changed[column] = ""
    return changed


# Names in parts


def _parts_of_names(header, people):
    """{column: meaning} of columns beside an unfinished name that hold the rest of it.

    A name in one column is finished when its cells hold whole names; where most hold one word, or end with "Thị" or
    "Văn", the words beside them belong to them.
    """
    names = header.name_columns
    if header.columns.get("head") in names:
        return {}
    between = [column for column in range(names[0] + 1, names[-1]) if column not in names]
    changed = {column: "middle" for column in between if _is_part(header, people, column)}
    if {"family", "given"} <= set(header.columns) or not _unfinished(people, names):
        return changed
    first, last = names[0], names[-1]
    if _surnames(people, first):
        while _is_part(header, people, last + 1):
            last += 1
            changed[last] = "middle"
        return changed
    while first and _is_part(header, people, first - 1):
        first -= 1
        changed[first] = "middle"
    if changed:
        changed |= {first: "family", names[0]: "given"}
    return changed


def _is_part(header, people, column):
    """Whether an unused column holds single words with a capital, as parts of names are."""
    if header.meanings.get(column, "never") not in ("", "given", "middle"):
        return False
    texts = [vi.clean(value) for value in _cells(people, column) if type(value) is str]
    if len(texts) * 2 < len(people):
        return False
    fitting = sum(1 for text in texts if _words_of_name(text) and vi.fold(text) not in NOT_OF_A_NAME)
    return fitting * 10 >= len(texts) * 8


def _words_of_name(text):
    words = text.split()
    capital = all(word.isalpha() and word[0].isupper() for word in words)
    return 1 <= len(words) <= 3 and capital and not is_relation(text)


def _unfinished(people, names):
    """Whether most names, their columns taken together, are one word or end before the given name."""
    texts = [" ".join(str(_at(row, column)) for column in names if _at(row, column) is not None) for row in people]
    words = [vi.fold(text).split() for text in texts]
    open_ended = sum(1 for name in words if len(name) == 1 or (len(name) == 2 and name[1] in MIDDLE_WORDS))
    return open_ended * 10 >= len(words) * 6


def _surnames(people, column):
    firsts = [vi.fold(str(value)).split() for value in _cells(people, column)]
    return sum(1 for words in firsts if words and words[0] in SURNAMES) * 2 >= len(firsts)
