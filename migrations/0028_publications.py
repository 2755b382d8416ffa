"""What the public may see of each village and of what units report."""

from peewee import *


def up(migrator, db):
    class Area(Model):
        class Meta:
            database = db
            table_name = "area"

    class Publication(Model):
        area = ForeignKeyField(Area)
        year = SmallIntegerField()
        code = CharField(max_length=24)
        listed = IntegerField(default=0)
        asked = IntegerField(default=0)
        yes = IntegerField(default=0)
        homes = JSONField(default=dict)
        period = CharField(default="", max_length=10)
        newest = BooleanField(default=True)
        published_at = DateTimeField()

        class Meta:
            database = db
            table_name = "publication"
            indexes = ((("newest", "year", "area"), False), (("area", "year", "code", "published_at"), False))

    db.create_tables([Publication])
    db.execute_sql(
        "CREATE UNIQUE INDEX publication_newest_once ON publication (area_id, year, code) WHERE newest"
    )


def down(migrator, db):
    migrator.migrate(migrator.drop_table("publication"))
