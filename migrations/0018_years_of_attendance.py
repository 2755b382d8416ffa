"""In which years a resident came to a class: their own column, so that a save of a household asks no attendance."""

import json
from collections import defaultdict
from datetime import timedelta

from peewee import *

CAME = """
    SELECT DISTINCT attendance.resident_id, meeting.starts_at
    FROM attendance JOIN meeting ON meeting.id = attendance.meeting_id
    WHERE attendance.resident_id IS NOT NULL AND attendance.undone_at IS NULL AND meeting.cancelled_at IS NULL
"""
HANOI = timedelta(hours=7)


def up(migrator, db):
    column = JSONField(constraints=[SQL("DEFAULT '[]'")])
    migrator.migrate(migrator.add_column("resident", "attended_in", column, allow_not_null=True))
    years, read = defaultdict(set), DateTimeField().python_value
    for resident_id, starts_at in db.execute_sql(CAME):
        years[resident_id].add((read(starts_at) + HANOI).year)
    write = "UPDATE resident SET attended_in = ? WHERE id = ?".replace("?", db.param)
    for resident_id, of_one in sorted(years.items()):
        db.execute_sql(write, (json.dumps(sorted(of_one)), resident_id))


def down(migrator, db):
    migrator.migrate(migrator.drop_column("resident", "attended_in"))
