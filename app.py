"""Builds the app: settings, database, plan, languages, sign-in, guard, headers, views, commands. A list, not a story."""

import os
import re
import secrets
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask, g, has_request_context, render_template, request, url_for
from flask_babel import Babel, get_locale, gettext
from flask_compress import Compress
from markupsafe import Markup
from werkzeug.exceptions import HTTPException
from whitenoise import WhiteNoise

import access
import cli
import database
import plan
import qr
import vi
from views import (
    answers,
    areas,
    check_in,
    courses,
    exports,
    households,
    pages,
    people,
    progress,
    roster,
    sign_in,
    words,
)

ROOT = Path(__file__).resolve().parent
LOOPBACK = ("127.0.0.1", "localhost", "::1")
LANGUAGES = ("vi", "en")
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class Unsafe(SystemExit):
    """A setting that must not be served with; the message says which and what to do."""


def create_app(settings=None):
    """The WSGI app. `settings` overrides the environment: DATABASE_URL, SECRET_KEY, BASE_URL, PLAN, DEMO."""
    app = Flask(__name__, instance_path=str(ROOT / "instance"), static_folder=None)
    app.config.update(read_settings(os.environ | (settings or {})))
    database.connect_to(app.config["DATABASE_URL"])
    use_plan(app.config["PLAN"])
    app.before_request(open_database)
    app.teardown_request(close_database)
    Babel(app, default_locale="vi", default_timezone="Asia/Ho_Chi_Minh", locale_selector=language)
    answers.htmx.init_app(app)
    access.manager.init_app(app)
    app.before_request(access.guard)
    app.after_request(harden)
    app.register_error_handler(HTTPException, error_page)
    app.register_error_handler(500, error_page)
    for module in (progress, sign_in, households, courses, check_in, roster, areas, people, exports, pages):
        app.register_blueprint(module.bp)
    cli.register(app)
    Compress(app)
    serve_static(app)
    teach_templates(app)
    return app


def read_settings(environment):
    """Flask's settings out of the environment. Raises Unsafe rather than run a real office unsafely."""
    base_url = environment.get("BASE_URL", "").rstrip("/") or f"http://127.0.0.1:{environment.get('PORT', 8000)}"
    parts = urlsplit(base_url)
    demo = environment.get("DEMO") == "1"
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise Unsafe(f"BASE_URL must be an address such as https://goc.example.vn, got {base_url!r}")
    if parts.scheme != "https" and parts.hostname not in LOOPBACK:
        raise Unsafe("BASE_URL must begin with https://: phones keep surveys only on a safe connection")
    if demo and parts.hostname not in LOOPBACK:
        raise Unsafe("DEMO=1 signs anybody in and runs only on this machine: unset DEMO or BASE_URL")
    secret = environment.get("SECRET_KEY") or kept_secret(ROOT / "instance" / "secret_key")
    if len(secret) < 32:
        raise Unsafe("SECRET_KEY must have at least 32 characters; unset it to have one made in instance/")
    secure = parts.scheme == "https"
    return {
        "DATABASE_URL": environment.get("DATABASE_URL") or str(ROOT / "instance" / "gocua.sqlite3"),
        "PLAN": environment.get("PLAN") or str(ROOT / "plans" / "hoa-lac-2026.toml"),
        "BASE_URL": base_url,
        "DEMO": demo,
        "SECRET_KEY": secret,
        "SESSION_COOKIE_NAME": "__Host-session" if secure else "session",
        "SESSION_COOKIE_SECURE": secure,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "PERMANENT_SESSION_LIFETIME": timedelta(days=90),
        "MAX_CONTENT_LENGTH": 21 * 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 2 * 1024 * 1024,
        "MAX_FORM_PARTS": 5000,
        "TRUSTED_HOSTS": [parts.hostname, *LOOPBACK],
        "COMPRESS_STREAMS": False,
        "COMPRESS_ALGORITHM": ["br", "gzip"],
        "TESTING": environment.get("TESTING") == "1",
    }


def kept_secret(path):
    """The secret kept in `path`, made on the first start and readable by its owner alone."""
    path.parent.mkdir(exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(48))
    except FileExistsError:
        pass
    return path.read_text().strip()


def use_plan(path):
    """Take the plan of `path`; a mistake in it stops the start with the key and what was expected."""
    try:
        plan.use(path)
    except plan.PlanError as error:
        raise Unsafe(f"{path}: {error}") from None


def open_database():
    g.opened_database = database.db.connect(reuse_if_open=True)


def close_database(error):
    if g.pop("opened_database", False):
        database.db.close()


def language():
    """Vietnamese unless this browser chose English here; a phone's own language is not asked."""
    chosen = request.cookies.get("lang") if has_request_context() else None
    return {"vi": "vi", "en": "en_GB"}.get(chosen, "vi")


def harden(response):
    response.headers.update({name: value for name, value in HEADERS.items() if name not in response.headers})
    response.headers.setdefault("Cache-Control", "no-store")
    response.vary.add("HX-Request")
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    return response


def error_page(error):
    """One page for every error; it says what to do and gives nothing away."""
    code = getattr(error, "code", None) or 500
    if answers.wants_json():
        return {"state": "error", "status": code}, code
    return render_template("error.html", code=code), code


def serve_static(app):
    """Static files by WhiteNoise, for a year: their addresses carry a hash of their content."""
    app.wsgi_app = WhiteNoise(app.wsgi_app, root=ROOT / "static", prefix="static/", max_age=31536000)
    hashes = {file.name: sha256(file.read_bytes()).hexdigest()[:8] for file in (ROOT / "static").glob("*.*")}
    app.add_url_rule("/static/<path:filename>", "static", build_only=True)
    app.jinja_env.globals["asset"] = lambda name: url_for("static", filename=name, v=hashes[name])


def old_enough(question, person):
    """Whether a question is for this person; it is when the year of birth is not known."""
    return not question.min_age or not person.birth_year or plan.active.year - person.birth_year >= question.min_age


def goal_words(target):
    """The goal as the plan says it: "trên 85%" is strictly greater, "100%" is at least."""
    goal = vi.percent(target.goal, 0)
    return gettext("trên %(goal)s", goal=goal) if target.strict else goal


def teach_templates(app):
    version = re.search(r"^## ([\d.]+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.M)[1]

    def say(words):
        """A text of the plan in the reader's language."""
        return getattr(words, "vi" if str(get_locale()) == "vi" else "en")

    app.jinja_env.filters.update(
        say=say,
        moment=words.moment,
        number=vi.number,
        percent=vi.percent,
        local=vi.local,
        date=vi.date_vn,
        phone=vi.show_phone,
    )
    app.jinja_env.globals.update(
        version=version,
        words=words,
        role_name=words.ROLES.get,
        non_answer_options=plan.NON_ANSWERS,
        old_enough=old_enough,
        goal_words=goal_words,
        uid=answers.new_uid,
        qr_svg=lambda address, size: Markup(qr.svg(address, size)),  # noqa: S704 (made of numbers and our own codes)
        base_url=app.config["BASE_URL"],
        demo=app.config["DEMO"],
    )
    app.context_processor(lambda: {"plan": plan.active, "lang": "vi" if str(get_locale()) == "vi" else "en", "g": g})
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
