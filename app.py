"""Builds the app: settings, database, plan, languages, sign-in, guard, views, commands."""

import os
import re
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from urllib.parse import quote

from flask import Flask, current_app, g, has_request_context, redirect, render_template, request
from flask_babel import Babel
from flask_compress import Compress
from markupsafe import Markup
from peewee import DataError, OperationalError
from werkzeug.exceptions import BadRequest, Conflict, HTTPException, SecurityError

import access
import answers
import assets
import cli
import database
import models
import phone
import plan
import qr
import settings
import terms
import vi
import views
from report import feeds
from views import words, years

KEPT_BY_PHONES = (400, 403, 404, 409, 413)  # answers at which outbox.js keeps a record to be looked at
TURNS = 4  # times a view is tried when it deadlocks
ROOT = Path(__file__).resolve().parent


class App(Flask):
    """Flask that runs a view again, up to TURNS times, when PostgreSQL ended its transaction in a deadlock.

    That transaction was rolled back. Earlier transactions are idempotent by form id, so the view can run again.
    """

    def dispatch_request(self):
        for _ in range(TURNS - 1):
            try:
                return super().dispatch_request()
            except OperationalError as error:
                if not database.was_deadlock(error):
                    raise
        return super().dispatch_request()


def create_app(overrides=None):
    """The WSGI app, set up as the environment says (see `settings`); `overrides` goes before it."""
    app = App(__name__, instance_path=str(ROOT / "instance"), static_folder=None)
    app.config.update(settings.read(os.environ | (overrides or {})))
    use_database(app.config["DATABASE_URL"])
    use_plan(app.config["PLAN"])
    app.before_request(open_database)
    app.teardown_request(close_database)
    app.before_request(years.turn)
    app.before_request(years.ask)
    app.teardown_request(years.end)
    app.url_defaults(years.keep)
    Babel(app, default_locale="vi", default_timezone="Asia/Ho_Chi_Minh", locale_selector=language)
    answers.htmx.init_app(app)
    access.manager.init_app(app)
    app.before_request(access.guard)
    app.after_request(access.harden)
    app.register_error_handler(HTTPException, error_page)
    app.register_error_handler(500, error_page)
    app.register_error_handler(DataError, cannot_be_stored)
    app.register_error_handler(models.Conflict, used_before)
    for blueprint in blueprints():
        app.register_blueprint(blueprint)
    cli.register(app)
    Compress(app)
    warn_of_a_long_address(app)
    app.wsgi_app = assets.serve(app.wsgi_app)
    teach_templates(app)
    return app


def blueprints():
    """The blueprint `bp` of every module in `views/`; a new view need not be registered."""
    modules = [import_module(f"views.{found.name}") for found in iter_modules(views.__path__)]
    return [module.bp for module in modules if hasattr(module, "bp")]


def use_database(url):
    """Take the database at `url`; a mistake in the address stops the start with what was expected."""
    try:
        database.connect_to(url)
    except ValueError as error:
        raise settings.Unsafe(str(error)) from None


def use_plan(path):
    """Take the plan of `path`; a mistake in it stops the start with the key and what was expected."""
    try:
        plan.use(path, vi.local(models.now()).date())
    except plan.PlanError as error:
        text = str(error).removeprefix(f"{path}: ")
        raise settings.Unsafe(f"PLAN {path}: {text}") from None


def warn_of_a_long_address(app):
    """Say in the log when the address is too long for codes that old phones read well."""
    fit = qr.fit(f"{app.config['BASE_URL']}/i/{'0' * 13}", 45)
    if not fit.easy:
        app.logger.warning("BASE_URL is long: codes need version %s (%.2f mm a module on slips)", *fit)


def open_database():
    g.opened_database = database.db.connect(reuse_if_open=True)


def close_database(error):
    if g.pop("opened_database", False):
        database.db.close()


def language():
    """Vietnamese unless this browser chose English here; the browser's own language settings are ignored."""
    chosen = request.cookies.get("lang") if has_request_context() else None
    return {"vi": "vi", "en": "en_GB"}.get(chosen, "vi")


def error_page(error):
    """One page for every error; it says what to do and gives nothing away."""
    code = getattr(error, "code", None) or 500
    if code < 400:
        return error
    if isinstance(error, SecurityError):
        return at_another_host(code)
    if code == 404 and request.method in ("GET", "HEAD") and (address := answers.meant_address()):
        return redirect(address)
    if answers.wants_json():
        if code in KEPT_BY_PHONES:
            phone.heard(taken=False)
        return {"state": "error", "status": code}, code
    return render_template("error.html", code=code), code


def at_another_host(code):
    """The way from a host that is not ours: a redirect from one that was (FORMER_HOSTS), else a page with a link.

    Such a page builds no address of its own, as the host cannot be trusted.
    """
    address = current_app.config["BASE_URL"] + quote(request.path)
    if request.query_string:
        address += f"?{request.query_string.decode(errors='replace')}"
    host = request.environ.get("HTTP_HOST", "").lower().partition(":")[0]
    if host in current_app.config["FORMER_HOSTS"]:
        return redirect(address)
    return render_template("elsewhere.html", address=address), code


def cannot_be_stored(error):
    """What was sent holds a character or a number that no column takes. The log names the page, never the value."""
    current_app.logger.warning("the database refused what was sent to %s", request.endpoint)
    return error_page(BadRequest())


def used_before(error):
    """409 when the id of a form was used for something else and the view did not handle it."""
    return error_page(Conflict())


def teach_templates(app):
    """What every template knows: words, formats, addresses of static files."""
    addresses = {name: assets.address(name) for name in assets.hashes()}
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(
        say=words.say,
        moment=words.moment,
        number=words.number,
        percent=words.percent,
        local=vi.local,
        date=vi.date_vn,
        as_date=vi.show_date,
        phone=vi.show_phone,
    )
    app.jinja_env.install_gettext_callables(
        gettext=lambda text: words.catalog().ugettext(text),
        ngettext=lambda one, many, count: words.catalog().ungettext(one, many, count),
        newstyle=True,
    )
    app.jinja_env.globals.update(
        asset=addresses.__getitem__,
        base_url=app.config["BASE_URL"],
        non_answer_options=plan.NON_ANSWERS,
        old_enough=lambda question, person: words.old_enough(question, person, plan.active.year),
        qr_fit=qr.fit,
        qr_svg=lambda address, size: Markup(qr.svg(address, size)),  # made of numbers and our own codes
        terms=terms,
        uid=answers.new_uid,
        version=re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.M)[1],
        words=words,
        about=words.about,
        about_vi=words.about_vi,
        lane_of=words.lane_of,
        may_open=access.may_open,
        place_of=words.place_of,
        report_tables=feeds.tables_of,
    )
    app.context_processor(lambda: {"plan": plan.active, "lang": words.language()})
