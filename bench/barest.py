"""The barest Flask routes, which insert one row and read one: what our writes and pages are measured against.

Same server, driver, pool, durability and request as the app's; no sign-in, no checks, no other table, no template.
"""

import os

import waitress
from flask import Flask, request
from peewee import Model, TextField

from database import connect_to, db

app = Flask(__name__, static_folder=None)


class Row(Model):
    body = TextField()

    class Meta:
        database = db


@app.post("/<path:path>")
def insert(path):
    with db.connection_context():
        Row.insert(body=request.get_data(as_text=True)).execute()
    return "", 303 if path.startswith("households") else 200


@app.get("/", defaults={"path": ""})
@app.get("/<path:path>")
def read(path):
    with db.connection_context():
        row = Row.select().first()
    return row.body if row else ""


def serve(port):
    connect_to(os.environ["DATABASE_URL"])
    with db.connection_context():
        db.create_tables([Row])
    waitress.serve(app, host="127.0.0.1", port=port, threads=8, ident=None)
