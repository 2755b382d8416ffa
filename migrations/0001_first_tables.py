"""The first tables, and a log that nobody can edit."""

from peewee import *


def up(migrator, db):
    class Area(Model):
        code = CharField(unique=True, max_length=20)
        kind = CharField(max_length=10)
        name = CharField()
        former = CharField(default='')
        label = CharField()
        label_key = CharField(index=True)
        parent = ForeignKeyField('self', null=True)
        path = CharField(index=True, default='/')
        class Meta:
            database = db
            table_name = 'area'
    db.create_tables([Area])

    class User(Model):
        uid = CharField(unique=True)
        username = CharField(unique=True)
        name = CharField()
        password_hash = CharField(default='!')
        role = CharField(max_length=12)
        area = ForeignKeyField(Area)
        active = BooleanField(default=True)
        epoch = IntegerField(default=0)
        created_at = DateTimeField()
        class Meta:
            database = db
            table_name = 'user'
    db.create_tables([User])

    class Course(Model):
        uid = CharField(unique=True)
        code = CharField(unique=True, max_length=10)
        number = CharField(unique=True, max_length=6)
        area = ForeignKeyField(Area)
        topic = CharField(max_length=40)
        title = CharField()
        place = CharField()
        host = ForeignKeyField(User)
        created_at = DateTimeField()
        class Meta:
            database = db
            table_name = 'course'
    db.create_tables([Course])

    class Meeting(Model):
        uid = CharField(unique=True)
        course = ForeignKeyField(Course, on_delete='CASCADE')
        starts_at = DateTimeField(index=True)
        ends_at = DateTimeField()
        cancelled_at = DateTimeField(null=True)
        head_count = SmallIntegerField(null=True)
        class Meta:
            database = db
            table_name = 'meeting'
    db.create_tables([Meeting])

    class Household(Model):
        uid = CharField(unique=True)
        village = ForeignKeyField(Area)
        code = CharField(max_length=20)
        code_key = CharField()
        lane = CharField(default='')
        dwelling = CharField(max_length=10, default='house')
        head_name = CharField(default='')
        children_0_5 = SmallIntegerField(null=True)
        children_6_15 = SmallIntegerField(null=True)
        answers = JSONField(default=dict)
        answered_at = JSONField(default=dict)
        state = CharField(max_length=10, default='todo')
        agreed = BooleanField(null=True)
        visited_at = DateTimeField(null=True)
        contribution = JSONField(default=dict)
        search = TextField(default='')
        created_at = DateTimeField()
        class Meta:
            database = db
            table_name = 'household'
            indexes = ((('village', 'code'), True), (('village', 'code_key'), False))
    db.create_tables([Household])

    class Resident(Model):
        uid = CharField(unique=True)
        household = ForeignKeyField(Household, on_delete='CASCADE')
        name = CharField(null=True)
        name_key = CharField(index=True, default='')
        folded = CharField(index=True, default='')
        birth_year = SmallIntegerField(null=True)
        sex = CharField(null=True, max_length=1)
        relation = CharField(max_length=12, default='other')
        phone = CharField(null=True, max_length=12)
        position = SmallIntegerField(default=0)
        left = CharField(max_length=12, default='')
        proxy = BooleanField(default=False)
        answers = JSONField(default=dict)
        answered_at = JSONField(default=dict)
        class Meta:
            database = db
            table_name = 'resident'
    db.create_tables([Resident])

    class Attendance(Model):
        uid = CharField(unique=True)
        meeting = ForeignKeyField(Meeting, on_delete='CASCADE')
        person = CharField(max_length=40)
        resident = ForeignKeyField(Resident, null=True, on_delete='SET NULL')
        name = CharField()
        name_key = CharField(default='')
        birth_year = SmallIntegerField(null=True)
        village = ForeignKeyField(Area, null=True)
        how = CharField(max_length=8)
        op_id = CharField(unique=True)
        user = ForeignKeyField(User, null=True)
        happened_at = DateTimeField()
        received_at = DateTimeField()
        undone_at = DateTimeField(null=True)
        class Meta:
            database = db
            table_name = 'attendance'
            indexes = ((('meeting', 'person'), True),)
    db.create_tables([Attendance])

    class Consent(Model):
        uid = CharField(unique=True)
        household = ForeignKeyField(Household, on_delete='CASCADE')
        purpose = CharField(max_length=20)
        given = BooleanField()
        text_version = CharField(max_length=40)
        given_at = DateTimeField()
        recorded_at = DateTimeField()
        user = ForeignKeyField(User, null=True)
        class Meta:
            database = db
            table_name = 'consent'
    db.create_tables([Consent])

    class Event(Model):
        at = DateTimeField(index=True)
        user = ForeignKeyField(User, null=True)
        verb = CharField(max_length=40)
        kind = CharField(max_length=20, default='')
        subject = CharField(index=True, max_length=40, default='')
        data = JSONField(default=dict)
        class Meta:
            database = db
            table_name = 'event'
    db.create_tables([Event])

    class Figure(Model):
        area = ForeignKeyField(Area)
        key = CharField(max_length=40)
        value = IntegerField()
        as_of = DateField()
        source = CharField(default='')
        class Meta:
            database = db
            table_name = 'figure'
            indexes = ((('area', 'key', 'as_of'), True),)
    db.create_tables([Figure])

    class Limit(Model):
        key = CharField()
        window = IntegerField()
        number = IntegerField(default=0)
        class Meta:
            database = db
            table_name = 'limit'
            indexes = ((('key', 'window'), True),)
    db.create_tables([Limit])

    class Roster(Model):
        uid = CharField(unique=True)
        user = ForeignKeyField(User)
        filename = CharField()
        reading = BlobField()
        choices = JSONField(default=dict)
        created_at = DateTimeField()
        saved_at = DateTimeField(null=True)
        result = JSONField(null=True)
        class Meta:
            database = db
            table_name = 'roster'
    db.create_tables([Roster])

    class Setting(Model):
        key = CharField(unique=True)
        value = TextField()
        class Meta:
            database = db
            table_name = 'setting'
    db.create_tables([Setting])

    class Tally(Model):
        village = ForeignKeyField(Area)
        year = SmallIntegerField()
        code = CharField(max_length=12)
        listed = IntegerField(default=0)
        asked = IntegerField(default=0)
        yes = IntegerField(default=0)
        class Meta:
            database = db
            table_name = 'tally'
            indexes = ((('village', 'year', 'code'), True),)
    db.create_tables([Tally])

    class Visit(Model):
        uid = CharField(unique=True)
        household = ForeignKeyField(Household, on_delete='CASCADE')
        user = ForeignKeyField(User, null=True)
        happened_at = DateTimeField()
        received_at = DateTimeField()
        outcome = CharField(max_length=10)
        content = JSONField(default=dict)
        body_hash = CharField(max_length=64, default='')
        class Meta:
            database = db
            table_name = 'visit'
    db.create_tables([Visit])
    refuse_changes_to_the_log(db)
    order_keys_by_byte(db)


def down(migrator, db):
    migrator.migrate(migrator.drop_table('visit'))
    migrator.migrate(migrator.drop_table('tally'))
    migrator.migrate(migrator.drop_table('setting'))
    migrator.migrate(migrator.drop_table('roster'))
    migrator.migrate(migrator.drop_table('limit'))
    migrator.migrate(migrator.drop_table('figure'))
    migrator.migrate(migrator.drop_table('event'))
    migrator.migrate(migrator.drop_table('consent'))
    migrator.migrate(migrator.drop_table('attendance'))
    migrator.migrate(migrator.drop_table('resident'))
    migrator.migrate(migrator.drop_table('household'))
    migrator.migrate(migrator.drop_table('meeting'))
    migrator.migrate(migrator.drop_table('course'))
    migrator.migrate(migrator.drop_table('user'))
    migrator.migrate(migrator.drop_table('area'))


def refuse_changes_to_the_log(db):
    """No statement through the database can edit or delete a line of the log."""
    if isinstance(db, SqliteDatabase):
        for change in ("UPDATE", "DELETE"):
            db.execute_sql(
                f"CREATE TRIGGER event_no_{change.lower()} BEFORE {change} ON event "
                "BEGIN SELECT RAISE(ABORT, 'the log cannot be changed'); END"
            )
    else:
        db.execute_sql(
            "CREATE FUNCTION event_is_append_only() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'the log cannot be changed'; END $$"
        )
        db.execute_sql(
            "CREATE TRIGGER event_append_only BEFORE UPDATE OR DELETE ON event "
            "FOR EACH ROW EXECUTE FUNCTION event_is_append_only()"
        )


def order_keys_by_byte(db):
    """Sort keys hold Vietnamese order as plain bytes, which a PostgreSQL locale would undo."""
    if isinstance(db, SqliteDatabase):
        return
    keys = {"area": ["label_key"], "household": ["code_key"], "resident": ["name_key"], "attendance": ["name_key"]}
    for table, columns in keys.items():
        for column in columns:
            db.execute_sql(f'ALTER TABLE "{table}" ALTER COLUMN {column} TYPE varchar(255) COLLATE "C"')
