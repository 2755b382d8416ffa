"""The tables, their named queries, and the verbs that change them.

Words: an Area is a city, commune or village (thôn); a Household (hộ) holds Residents (người dân) aged 16 and over;
a Visit (lần đến) is one knock on its door, a Support (lượt hỗ trợ) is help that one person got. A Course (lớp học)
has Meetings (buổi học), whose Attendances (điểm danh) say who came and how, and Invitations (thư mời); Learned is
what somebody can do since. A Move is one change of who lives where. A Figure (số liệu) is an official count; a
Merger says that a village became part of another. A Unit (đơn vị) has Places (địa điểm) and sends UnitFigures each
period; a TaskUpdate is news of a task (nhiệm vụ) of the plan. A Shift (ca trực) is somebody's half-day at the
public-service point, an Activity some publicity. A Cutoff (chốt số liệu) holds the figures of a closed period, a
ReportText what an officer wrote in its report. A Publication is what the public may see of a figure. A Device is a
phone that sends what it queued; a Review and a Repeat
(hỏi lại) are second looks at what a door told. An Event (nhật ký) says who did what.

The tables are in `tables/`, one file a noun, each built on those that it imports. A new table is named here once.

Every verb is one transaction that also logs an Event. Events hold field names and counts, never a person's data:
they cannot be edited, and a person must be able to be forgotten. Times are naive UTC. `uid` is the public id.
"""

from peewee import IntegrityError, OperationalError, fn

from database import db
from tables.activities import Activity
from tables.areas import Area, OldCode
from tables.attendances import Attendance
from tables.consents import Consent
from tables.courses import CoHost, Course, Meeting, Overlap
from tables.cutoffs import Cutoff
from tables.day_tallies import DayTally, as_counts
from tables.devices import Device
from tables.figures import Figure
from tables.households import Household, Resident, answers_of_year, merge_answers, search_text
from tables.invitations import Invitation
from tables.learned import Learned
from tables.mergers import Merger, VillageRefused, remove_village, remove_when_empty, village_is_empty
from tables.moves import Move, Moved
from tables.needs import Need
from tables.places import Place
from tables.publications import REPORTED, Publication, State
from tables.report_texts import Overtaken, ReportText
from tables.reviews import Repeat, Review
from tables.rosters import Roster
from tables.shifts import Ambassador, Shift, Twice
from tables.supports import Support
from tables.table import MOST_IDS, Conflict, Event, Limit, Setting, Table, new_uid, now
from tables.tallies import Tally
from tables.task_updates import TaskUpdate
from tables.unit_figures import Crossed, Told, UnitFigure
from tables.unit_mergers import UnitRefused, merge_units, part_units
from tables.units import Unit
from tables.users import SignedOut, User, password_hash, plain_username
from tables.visits import Visit
