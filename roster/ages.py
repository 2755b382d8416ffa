"""Years of birth out of ages: lists write "Tuổi" instead of a year. Pure."""

import re

import vi

OLDEST = 120
AGE = re.compile(r"(?:khoảng|khoang|~|độ|gần|hơn)?\s*(\d{1,3})\s*(?:tuổi|tuoi|t)\.?(?:\s*(?:rưỡi|ruoi))?")
MONTHS = re.compile(r"\d{1,2}\s*(?:tháng|thang|th)(?:\s*(?:tuổi|tuoi))?\.?|(?:mới sinh|moi sinh|sơ sinh|so sinh)")
COUNTED_TO = re.compile(r"(?i)\b(?:tính|tinh)\s+(?:đến|den|tới|toi)\b\D*(?:\d{1,2}[/.-]){0,2}\D*?(20\d\d)")
FROM_ONE = re.compile(r"(?i)tuổi\s+(mụ|ta|âm)\b")  # the traditional count gives a newborn one year
OF_YEAR = re.compile(r"(?i)\b(?:năm|nam)\s+(20\d\d)")
ANY_YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")


def age_of(value, bare=True):
    """The whole years of an age such as 61, "61 tuổi" or "9 tháng"; None for anything else.

    bare: whether a number without "tuổi" is an age, too.
    """
    if type(value) in (int, float):
        return int(value) if bare and 0 <= value <= OLDEST else None
    text = vi.clean(str(value)).casefold()
    if MONTHS.fullmatch(text):
        return 0
    found = AGE.fullmatch(text) or (bare and re.fullmatch(r"(\d{1,3})(?:[.,]0)?", text))
    return int(found[1]) if found and int(found[1]) <= OLDEST else None


def counted_in(header_text, titles, latest):
    """The year in which a list counted its ages: said in the column's header, in a title, else `latest`."""
    tries = [ANY_YEAR.search(header_text)]
    tries += [pattern.search(title) for pattern in (COUNTED_TO, OF_YEAR) for title in titles]
    years = [int(found[1]) for found in tries if found]
    year = next((year for year in years if latest - 20 <= year <= latest), latest)
    return year + bool(FROM_ONE.search(header_text))
