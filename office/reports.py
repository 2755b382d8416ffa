"""The reports of an area: which periods there are, how each stands, and what is written in one beside its figures."""

import re
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

import cutoffs
import periods
import plan
import vi
from fields import N_
from models import Area, Cutoff, Event, Overtaken, ReportText, TaskUpdate, Unit
from office import board
from report import files

LONGEST = 20_000  # characters of one part
FREE_PARTS = ("I", "III.1", "III.2", "III.3", "IV", "V")  # the sections that only an officer can write
RESULTS = {"II.1": "1", "II.2": "2", "II.3": "3", "II.4": "4", "II.5": "5"}  # those of figures: which Biểu is theirs
PARTS = (*FREE_PARTS, *RESULTS)
# Words by which a unit's sentence is shown beside a part, without diacritics; the officer decides where it goes.
TOLD_BESIDE = {"V": r"de nghi|de xuat|kien nghi|mong", "III.3": r"kho khan|vuong|thieu|cham|han che|\bchua\b|\byeu\b"}


@dataclass(frozen=True)
class Line:
    """One period and how its report stands. state: of `terms.PERIOD_STATES`. cutoff: its newest closing, or None.

    late: [cutoffs.Late] of what was entered for it after that.
    """

    period: periods.Period
    state: str
    cutoff: Cutoff | None = None
    late: tuple | list = ()

    @property
    def due(self):
        """The last day on which its figures are in time."""
        return periods.due(self.period)


class Quote(NamedTuple):
    """What was told of a task in a period, to be copied into `part`: the sentence, and the TaskUpdate it is from."""

    part: str
    text: str
    update: TaskUpdate


class Sent(NamedTuple):
    """One part as a form sends it: `seen`, `uid` and `after` as in ReportText.write."""

    text: str
    seen: int
    uid: str | None = None
    after: tuple = ()


class Saved(NamedTuple):
    """What came of a saving, each by part: the rows that stand now, those of others in its way, and the errors."""

    kept: dict
    overtaken: dict
    errors: dict


def lines(area, today):
    """`{kind: [Line]}` of an area's periods from the plan's start to the present one, the newest first.

    What was entered late is looked for in the last month that was closed; the next one's report tells it of all.
    """
    newest = {row.period: row for row in Cutoff.newest_of(area)}
    found = {kind: _with_states(_periods(kind, newest, today), newest, today) for kind in periods.MONTHS}
    last = next((each for each in found["month"] if each.cutoff), None)
    found["month"] = [_with_late(area, each, today) if each is last else each for each in found["month"]]
    return found


def line(report, today):
    """The Line of one report; nobody closes a unit's."""
    if report.unit:
        return _line(report.period, None, today)
    closed = {row.period: row for row in Cutoff.newest_of(report.area)}
    lines = _with_states(_periods(report.period.kind, closed, today), closed, today)
    found = next((each for each in lines if each.period == report.period), None)
    return _with_late(report.area, found or _line(report.period, None, today), today)


def named(area, key, today):
    """The period that a key names, if there is a report for it; None for a future one and for nonsense."""
    period = periods.read(key, plan.active.cutoff_day)
    if period is None:
        return None
    return period if period in _periods(period.kind, Cutoff.periods_of(area), today) else None


def waiting(area, today):
    """The months that are over and not closed, since the last one that was; the last month where none ever was."""
    if area.kind == "village":
        return []
    closed = {row.period: row for row in Cutoff.newest_of(area)}
    lines = _with_states(_periods("month", closed, today), closed, today)
    return [each.period for each in lines if each.state == "waiting"]


def _with_states(found, closed, today):
    """[Line] of an area's periods of one kind, the newest first. closed: {key: Cutoff} of those of every kind.

    Nobody is asked to close what was over before the first closing began, nor what lies before a closed one; where
    nothing was ever closed only the last one waits.
    """
    lines = [_line(each, closed.get(each.key), today) for each in found]
    first = min((each.starts for each in closed.values()), default=None)
    asked = True
    for number, each in enumerate(lines):
        asked = asked and not each.cutoff and (first is None or each.period.ends >= first)
        if each.state == "waiting" and not asked:
            lines[number] = replace(each, state="left")
        asked = asked and not (first is None and each.state == "waiting")
    return lines


def _periods(kind, closed, today):
    """The periods of a kind from the first plan's beginning, or the first that was closed, to the present one, the
    newest first. The plan's December stays the present month until the next plan begins (`board.last_period`).
    """
    cutoff_day, begun = plan.active.cutoff_day, plan.active
    while earlier := plan.of_year(begun.year - 1):
        begun = earlier
    first = periods.of_day(begun.starts, cutoff_day, kind)
    keys = [found for key in closed if (found := periods.read(key, cutoff_day)) and found.kind == kind]
    first = min([first, *keys], key=lambda period: period.starts)
    present = min(today, board.last_period().ends)
    period, found = periods.of_day(present, cutoff_day, kind), []
    while period.starts >= first.starts:
        found.append(period)
        period = periods.next_to(period, -1, cutoff_day)
    return found


def _line(period, cutoff, today):
    state = "closed" if cutoff else "waiting" if cutoffs.may_close(period, today) else "running"
    return Line(period, state, cutoff)


def _with_late(area, line, today):
    late = cutoffs.late(area, line.period, today) if line.cutoff else ()
    return replace(line, state="late", late=late) if late else line


def clean(text):
    """A text of several paragraphs as it is kept: NFC, one kind of line end, no control characters."""
    lines = [vi.clean(line) for line in re.split(r"\r\n|\r|\n|\v|\f|\u2028|\u2029", text)]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


def joined(one, other):
    """Two wordings as one: all of the first, then the lines of the second that it does not have."""
    there = set(one.split("\n"))
    return clean("\n".join([one, *(line for line in other.split("\n") if line not in there)]))


@dataclass(frozen=True)
class Report:
    """The report of an area's period; with `unit` that unit's own, which nobody closes."""

    area: Area
    period: periods.Period
    unit: Unit | None = None

    @property
    def standing(self):
        """`{part: ReportText}` of what is written in it."""
        return ReportText.standing(self.area, self.period.key, self.unit)

    @property
    def texts(self):
        """`{part: text}` of the same, without the empty ones."""
        return {part: row.text for part, row in self.standing.items() if row.text}

    @property
    def texts_before(self):
        """The same of the period before it, to begin with."""
        return replace(self, period=periods.next_to(self.period, -1, plan.active.cutoff_day)).texts

    @cached_property
    def quotes(self):
        """`{part: [Quote]}` of what was told of the tasks in the period, in the order of its days."""
        found = {}
        for update in TaskUpdate.told_in(self.area, self.period.starts, self.period.ends, self.unit):
            folded = vi.fold(update.text)
            part = next((part for part, words in TOLD_BESIDE.items() if re.search(words, folded)), None)
            part = part or ("I" if update.document else "III.1")
            found.setdefault(part, []).append(Quote(part, _sentence(update, self.unit), update))
        return found

    @property
    def revisions(self):
        """Its closings, the first first."""
        return [] if self.unit else cutoffs.of_period(self.area, self.period)

    def missing(self, today):
        """[cutoffs.Missing] of what it lacks."""
        return [] if self.unit else cutoffs.missing(self.area, self.period, today)

    def history(self, part):
        """Every wording of a part, the newest first."""
        return ReportText.history(self.area, self.period.key, part, self.unit)

    def taken(self, part, choice, sent):
        """A Sent with words copied to its end. choice: "last" for the period before's, or a TaskUpdate's uid."""
        if choice == "last":
            words = self.texts_before.get(part, "")
        else:
            told = [quote for each in self.quotes.values() for quote in each]
            words = next((quote.text for quote in told if quote.update.uid == choice), "")
        return sent._replace(text=joined(sent.text, words))

    def settled(self, part, keeps, revision, sent):
        """A Sent once somebody has chosen between two wordings: "mine", "theirs" or "both".

        revision: of the other wording, which was looked at.
        """
        theirs = next((row.text for row in self.history(part) if row.revision == revision), "")
        text = {"theirs": theirs, "both": joined(theirs, sent.text)}.get(keeps, sent.text)
        return sent._replace(text=text, seen=revision)

    def save(self, sent, by):
        """Save parts, `{part: Sent}`, each by itself: one that cannot be kept does not hold up the others."""
        saved = Saved({}, {}, {})
        for part, each in sent.items():
            text = clean(each.text)
            if len(text) > LONGEST:
                over = len(text) - LONGEST
                saved.errors[part] = N_("Quá dài, còn phải bớt %(over)s ký tự. Chữ vẫn ở đây.", over=over)
                continue
            place = self.area, self.period.key, part
            try:
                row = ReportText.write(*place, text, by, each.seen, each.uid, each.after, self.unit)
                saved.kept[part] = row
            except Overtaken as overtaken:
                saved.overtaken[part] = overtaken.row
        return saved

    def contents(self, moment, revision=None):
        """What it prints: as it was closed in this revision (KeyError for none), else at a moment (UTC)."""
        if revision is None:
            return cutoffs.draft(self.area, self.period, moment, self.unit)
        return {row.revision: row for row in self.revisions}[revision].report

    def make(self, file, format, contents, table, by):
        """Write it to a binary file in one of `files.FORMATS`, with the words that stand now, and log that.

        table: the key of the Biểu, for a format that holds one.
        """
        files.FORMATS[format].write(file, contents, self.texts, contents["header"], table)
        revision = contents["closed"] and contents["closed"]["revision"]
        told = {"period": self.period.key, "revision": revision, "annex": table}
        Event.log("export.made", self.unit or self.area, by, table="report", format=format, named=False, **told)


def _sentence(update, writer):
    """What was told as a line of a report: "Trường Tiểu học Thạch Hòa: đã họp (12/QĐ-UBND)."; without the name of the
    unit that writes it.
    """
    unit = update.unit if update.unit != writer else None
    named = unit and (plan.active.unit(unit.key).name.vi if unit.planned else unit.name)
    text = update.text.rstrip(" .")
    document = f" ({update.document})" if update.document and update.document not in text else ""
    return f"{f'{named}: ' if named else ''}{text}{document}."
