"""The app or the barest route as it is served, with one more address: what its process has spent so far.

The answer is the process's own CPU seconds and the SQL statements that it ran since it was asked first.
"""

import json
import sys
import time

from flask.cli import FlaskGroup

from app import create_app
from bench import barest
from bench.load import SPENT
from database import db


class Meter:
    """WSGI that answers SPENT itself, outside the app, whose requests it leaves alone."""

    def __init__(self, wsgi):
        self.wsgi, self.statements = wsgi, []

    def __call__(self, environ, start_response):
        if environ["PATH_INFO"] != SPENT:
            return self.wsgi(environ, start_response)
        if self.count not in db.obj.query_hooks:
            db.obj.query_hooks.append(self.count)
        body = json.dumps([time.process_time(), len(self.statements)]).encode()
        start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
        return [body]

    def count(self, _):
        self.statements.append(None)


def main(what, port):
    app = create_app() if what == "app" else barest.app
    app.wsgi_app = Meter(app.wsgi_app)
    if what == "app":
        FlaskGroup(create_app=lambda: app).main(["serve", "--port", port])
    else:
        barest.serve(int(port))


if __name__ == "__main__":
    main(*sys.argv[1:])
