"""A real server on this machine and Chromium as a cheap phone, an office PC, or a resident with no script."""

import os
import re
import shutil
import socket
import threading
from pathlib import Path

import pytest
import waitress.server
from playwright.sync_api import expect, sync_playwright
from waitress import wasyncore

from models import User, password_hash
from tests.conftest import session_of

SHOTS = Path(__file__).resolve().parents[2] / "test-results"
PHONE = {"width": 360, "height": 800}
PC = {"width": 1280, "height": 800}
PASSWORD = "gõ từng nhà"
NO_NETWORK = "Failed to (load resource|fetch)|error occurred when fetching the script"  # what a page may log
PATIENCE = 20_000  # ms: a busy machine is slow, and the queue tries again after 5 to 7.5 seconds

expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def chromium():
    """The installed Chromium or Chrome (CHROMIUM names another), else the one Playwright downloaded."""
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    quiet = ["--disable-dev-shm-usage", "--disable-background-networking", "--disable-component-update"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=quiet)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def hashed_password():
    return password_hash(PASSWORD)


@pytest.fixture
def live(world, sqlite, built_app, base_url, hashed_password, monkeypatch):
    """The address of the app, served by waitress on the test's database; every cast member has PASSWORD."""
    User.update(password_hash=hashed_password).execute()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        base_url(address)
        monkeypatch.setitem(built_app.config, "DATABASE_URL", sqlite)
        server = waitress.server.create_server(built_app, sockets=[listener], threads=8)
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        yield address
        server.task_dispatcher.shutdown()
        # In the loop's own thread: a socket closed under a waiting select fails there now and then.
        server.trigger.pull_trigger(lambda: wasyncore.close_all(server._map, ignore_all=True))
        thread.join(timeout=5)


@pytest.fixture
def people(chromium, live, built_app, request):
    """`people("vera")` is a page on which Vera is signed in, where her work begins; `people(None)` a resident's phone.

    A picture of each page is kept when the test fails, and a page that logs an error fails its test.
    """
    pages, complaints = [], []

    def page_of(username, viewport=PHONE, **options):
        context = chromium.new_context(viewport=viewport, base_url=live, locale="vi-VN", **options)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        pages.append((username, page))
        if username:
            name, value = built_app.config["SESSION_COOKIE_NAME"], session_of(built_app, username)
            context.add_cookies([{"name": name, "value": value, "url": live}])
            page.goto("/sign-in")  # leads on
        return page

    yield page_of
    failed = getattr(request.node, "failed", False)
    for number, (username, page) in enumerate(pages):
        if failed and not page.is_closed():
            SHOTS.mkdir(exist_ok=True)
            page.screenshot(path=SHOTS / f"{request.node.name}-{number}-{username}.png", full_page=True)
        page.context.close()
    assert failed or [text for text in complaints if not re.search(NO_NETWORK, text)] == []


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if report.when == "call":
        item.failed = report.failed
    return report
